/** An address that names nothing. */
import type { App, Page } from "../app.js";
import { ProductList } from "../components/product-list.js";
import { h } from "../dom.js";
import { paths } from "../paths.js";

export function missingPage(app: App, ids: readonly string[]): Page {
  const popular = new ProductList(app, {
    key: "missing",
    title: "Popular right now",
    candidates: app.shop.products(ids),
    layout: "rail",
    pageSize: 14,
  });
  return {
    element: h(
      "div",
      { class: "page" },
      h(
        "div",
        { class: "page-head" },
        h("h1", { tabindex: "-1" }, "This shelf is empty"),
        h("p", { class: "page-summary" }, "The address names nothing in this shop."),
      ),
      h("p", {}, h("a", { class: "button button-quiet", href: paths.home }, "To the home page")),
      popular.element,
    ),
    lists: [popular],
  };
}
