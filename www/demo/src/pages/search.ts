/** Search results: the shop's own matches by title, brand, colour and category, in the shopper's order. */
import type { App, Page } from "../app.js";
import { ProductList } from "../components/product-list.js";
import { h } from "../dom.js";
import { plural } from "../format.js";

export function searchPage(app: App, query: URLSearchParams): Page {
  const words = (query.get("q") ?? "").trim();
  const found = app.shop.search(words);
  const list = new ProductList(app, {
    key: `search/${words}`,
    title: "Results",
    titleUnseen: true,
    candidates: found,
    layout: "grid",
    pageSize: 24,
    more: true,
  });
  const popular = new ProductList(app, {
    key: "search-popular",
    title: "Popular right now",
    candidates: found.length > 0 ? [] : app.shop.popular(60),
    layout: "rail",
    pageSize: 14,
  });
  const title = words === "" ? "Search" : `Results for “${words}”`;
  return {
    title,
    description: `${title} at ${app.shop.name}.`,
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
