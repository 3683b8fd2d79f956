/** The home page: a welcome, the list for you, the shop's categories, and what is popular. */
import type { App, Page } from "../app.js";
import { ProductList } from "../components/product-list.js";
import { h } from "../dom.js";
import { plural } from "../format.js";
import { paths } from "../paths.js";
import { picture } from "../picture.js";
import type { HomePage } from "../shop.js";

export function homePage(app: App, { home, popular, showcase, shortcuts }: HomePage): Page {
  const { shop } = app;
  const forYou = new ProductList(app, {
    key: "home",
    title: "For you today",
    candidates: shop.products(home),
    layout: "grid",
    pageSize: 12,
    more: true,
  });
  const liked = new ProductList(app, {
    key: "popular",
    title: "Popular right now",
    candidates: shop.products(popular),
    layout: "rail",
    pageSize: 14,
  });
  const parts = [welcome(app, showcase), forYou.element, aisles(app, shortcuts), liked.element];
  return { element: h("div", { class: "page home" }, parts), lists: [forYou, liked] };
}

/** The hero for a newcomer; two lines for who comes back to lists that have moved, so that those are in sight. */
function welcome(app: App, showcase: HomePage["showcase"]): HTMLElement {
  const seen = app.session.seen().length;
  if (seen === 0 || app.session.mode === "server") return hero(app, showcase);
  return h(
    "section",
    { class: "hero hero-compact" },
    h(
      "div",
      { class: "hero-text" },
      h("h1", { tabindex: "-1" }, "Your shelves, rearranged."),
      h("p", {}, `By ${plural(seen, "thing")} that you did here. None of it has left this device.`),
    ),
    h(
      "div",
      { class: "hero-actions" },
      h("button", { type: "button", class: "button button-ghost", on: { click: () => app.openPanel() } }, "See them"),
      h("a", { class: "button button-ghost", href: paths.profile }, "Correct them"),
    ),
  );
}

function hero(app: App, showcase: HomePage["showcase"]): HTMLElement {
  const first = app.shop.topCategories()[0];
  return h(
    "section",
    { class: "hero" },
    h(
      "div",
      { class: "hero-text" },
      h("h1", { tabindex: "-1" }, "Shelves that learn your taste, and keep it to themselves."),
      h(
        "p",
        {},
        "Look around. The lists rearrange themselves as you go, by a small model that runs in this page. What you look at never leaves your device.",
      ),
      h(
        "div",
        { class: "hero-actions" },
        first !== undefined &&
          h(
            "a",
            { class: "button button-light", href: paths.category(first.slug) },
            `Start with ${first.title.toLowerCase()}`,
          ),
        h(
          "button",
          { type: "button", class: "button button-ghost", on: { click: () => app.openPanel() } },
          "See what this page knows",
        ),
      ),
    ),
    h(
      "div",
      { class: "hero-shelf", "aria-hidden": "true" },
      app.shop.products(showcase).map((product) => h("span", { class: "hero-picture" }, picture(product, 240))),
    ),
  );
}

function aisles(app: App, shortcuts: HomePage["shortcuts"]): HTMLElement {
  const { shop } = app;
  const shortcut = ({ slug, product }: HomePage["shortcuts"][number]): HTMLElement => {
    const shown = product === null ? null : shop.product(product);
    return h(
      "li",
      {},
      h(
        "a",
        { class: "shortcut", href: paths.category(slug) },
        h("span", { class: "shortcut-picture" }, shown !== null && picture(shown, 160)),
        h("span", { class: "shortcut-title" }, shop.category(slug)?.title),
      ),
    );
  };
  return h(
    "section",
    { class: "list", "aria-labelledby": "shortcuts" },
    h("div", { class: "list-head" }, h("h2", { id: "shortcuts", class: "list-title" }, "Walk the aisles")),
    h("ul", { class: "shortcuts", role: "list" }, shortcuts.map(shortcut)),
  );
}
