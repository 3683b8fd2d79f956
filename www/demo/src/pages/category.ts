/** A category: its parts, filters by brand and price (in the address), and its products. */
import type { App, Page } from "../app.js";
import { breadcrumbs } from "../components/breadcrumbs.js";
import { ProductList } from "../components/product-list.js";
import { h } from "../dom.js";
import { plural, price } from "../format.js";
import { paths } from "../paths.js";
import { pageOf } from "../policy.js";
import type { CategoryPage } from "../shop.js";
import { missingPage } from "./missing.js";

export function categoryPage(app: App, page: CategoryPage): Page {
  const { shop } = app;
  const category = shop.category(page.slug);
  if (category === null) return missingPage(app, []);
  const list = new ProductList(app, {
    key: `category/${page.slug}`,
    title: category.title,
    titleUnseen: true,
    candidates: shop.products(page.list),
    page: pageOf(page.slug),
    layout: "grid",
    pageSize: 24,
    more: true,
  });
  const children = shop.children(page.slug);
  const element = h(
    "div",
    { class: "page" },
    breadcrumbs(app, shop.trail(category).slice(0, -1)),
    h(
      "div",
      { class: "page-head" },
      h("h1", { tabindex: "-1" }, category.title),
      h("p", { class: "page-summary" }, plural(page.list.length, "product")),
    ),
    h(
      "div",
      { class: "page-controls" },
      children.length > 0 &&
        h(
          "nav",
          { "aria-label": `Within ${category.title}` },
          h(
            "ul",
            { class: "chips", role: "list" },
            children.map((child) =>
              h("li", {}, h("a", { class: "chip", href: paths.category(child.slug) }, child.title)),
            ),
          ),
        ),
      filters(page),
    ),
    page.list.length === 0 && h("p", { class: "nothing" }, "No product passes both filters."),
    list.element,
  );
  return { element, lists: [list] };
}

/** A form: what is chosen is the address of another page. */
function filters({ slug, brands, bands, chosen }: CategoryPage): HTMLElement {
  const form = h(
    "form",
    { class: "filters", action: paths.category(slug), "aria-label": "Filters" },
    filter(
      "Brand",
      "brand",
      chosen.brand,
      brands.map((brand) => ({ key: brand, text: brand })),
    ),
    filter(
      "Price",
      "price",
      chosen.price,
      bands.map(({ key, from, to }) => ({
        key,
        text:
          from === 0
            ? `Under ${price(to ?? 0)}`
            : to === null
              ? `${price(from)} and over`
              : `${price(from)} to ${price(to)}`,
      })),
    ),
  );
  form.addEventListener("change", () => {
    // A filter that is open has no place in the address.
    for (const select of form.querySelectorAll("select")) select.disabled = select.value === "";
    form.submit();
  });
  // Coming back, the browser would put the last choice into a page that shows another.
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    form.reset();
    for (const select of form.querySelectorAll("select")) select.disabled = false;
  });
  return form;
}

function filter(
  label: string,
  name: string,
  chosen: string,
  choices: readonly { readonly key: string; readonly text: string }[],
): HTMLElement | null {
  if (choices.length < 2) return null;
  const select = h(
    "select",
    { name, autocomplete: "off" },
    h("option", { value: "" }, "All"),
    choices.map(({ key, text }) => h("option", { value: key, selected: key === chosen }, text)),
  );
  return h("label", { class: "filter" }, h("span", {}, label), select);
}
