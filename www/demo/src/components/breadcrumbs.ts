/** The way from the home page down to the page on screen. */
import type { App } from "../app.js";
import { h, ICONS, icon } from "../dom.js";
import { paths } from "../paths.js";
import type { Category } from "../shop.js";

export function breadcrumbs(app: App, trail: readonly Category[]): HTMLElement {
  return h(
    "nav",
    { class: "breadcrumbs", "aria-label": "Breadcrumbs" },
    h(
      "ol",
      { role: "list" },
      h("li", {}, h("a", { href: paths.home }, app.shop.name)),
      trail.map((category) =>
        h(
          "li",
          {},
          icon(ICONS.chevron, "icon icon-tiny"),
          h("a", { href: paths.category(category.slug) }, category.title),
        ),
      ),
    ),
  );
}
