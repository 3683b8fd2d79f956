/** An address that names nothing. */
import type { App, Page } from "../app.js";
import { ProductList } from "../components/product-list.js";
import { h } from "../dom.js";
import { paths } from "../router.js";

export function missingPage(app: App): Page {
  const popular = new ProductList(app, {
    key: "missing",
    title: "Popular right now",
    candidates: app.shop.popular(60),
    layout: "rail",
    pageSize: 14,
  });
  return {
    title: "Not here",
    description: `No such page at ${app.shop.name}.`,
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
