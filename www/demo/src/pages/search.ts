/** Search results: the shop's own matches by title, brand, colour and category, in the shopper's order. */
import type { App, Page } from "../app.js";
import { ProductList } from "../components/product-list.js";
import { h } from "../dom.js";
import { plural } from "../format.js";
import type { SearchPage } from "../shop.js";

export function searchPage(app: App, { query: words, found, popular: others }: SearchPage): Page {
  const list = new ProductList(app, {
    key: "search",
    title: "Results",
    titleUnseen: true,
    candidates: app.shop.products(found),
    layout: "grid",
    pageSize: 24,
    more: true,
  });
  const popular = new ProductList(app, {
    key: "search-popular",
    title: "Popular right now",
    candidates: app.shop.products(others),
    layout: "rail",
    pageSize: 14,
  });
  const title = words === "" ? "Search" : `Results for “${words}”`;
  return {
    element: h(
      "div",
      { class: "page" },
      h(
        "div",
        { class: "page-head" },
        h("h1", { tabindex: "-1" }, title),
        h(
          "p",
          { class: "page-summary" },
          words === ""
            ? "Type what you are looking for."
            : found.length === 0
              ? "Nothing by that name. Try a kind of product, a brand or a colour."
              : plural(found.length, "product"),
        ),
      ),
      list.element,
      popular.element,
    ),
    lists: [list, popular],
  };
}
