/** A category: its parts, filters by brand and price (kept in the address), and its products. */
import type { App, Page } from "../app.js";
import { breadcrumbs } from "../components/breadcrumbs.js";
import { ProductList } from "../components/product-list.js";
import { h, replace } from "../dom.js";
import { plural, price } from "../format.js";
import { paths } from "../router.js";
import type { Product } from "../shop.js";
import { missingPage } from "./missing.js";

export function categoryPage(app: App, slug: string, query: URLSearchParams): Page {
  const category = app.shop.category(slug);
  if (category === null) return missingPage(app);
  const all = app.shop.categoryList(slug);
  const bands = priceBands(all);
  const chosen = { brand: query.get("brand") ?? "", band: query.get("price") ?? "" };
  const passing = (): readonly Product[] => {
    const band = bands.find((entry) => entry.key === chosen.band);
    return all.filter(
      (product) =>
        (chosen.brand === "" || product.brand === chosen.brand) &&
        (band === undefined || (product.price >= band.from && product.price < band.to)),
    );
  };

  const list = new ProductList(app, {
    key: `category/${slug}`,
    title: category.title,
    titleUnseen: true,
    candidates: passing(),
    layout: "grid",
    pageSize: 24,
    more: true,
  });
  const summary = h("p", { class: "page-summary", role: "status" });
  const nothing = h("p", { class: "nothing" }, "No product passes both filters.");
  const summarise = (): void => {
    const size = passing().length;
    replace(summary, plural(size, "product"));
    nothing.hidden = size > 0;
  };
  const choose = (): void => {
    const words = new URLSearchParams();
    if (chosen.brand !== "") words.set("brand", chosen.brand);
    if (chosen.band !== "") words.set("price", chosen.band);
    app.router.rename(paths.category(slug) + (words.size > 0 ? `?${words}` : ""));
    list.setCandidates(passing());
    summarise();
  };
  summarise();

  const brands = [...new Set(all.map((product) => product.brand))].filter(Boolean).sort((a, b) => a.localeCompare(b));
  const children = app.shop.children(slug);
  return {
    title: category.title,
    description: `${category.title} at ${app.shop.name}: ${plural(all.length, "product")}, in an order that follows you and stays with you.`,
    element: h(
      "div",
      { class: "page" },
      breadcrumbs(app, app.shop.trail(slug).slice(0, -1)),
      h("div", { class: "page-head" }, h("h1", { tabindex: "-1" }, category.title), summary),
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
        h(
          "div",
          { class: "filters" },
          filter(
            "Brand",
            chosen.brand,
            brands.map((brand) => ({ key: brand, text: brand })),
            (value) => ((chosen.brand = value), choose()),
          ),
          filter("Price", chosen.band, bands, (value) => ((chosen.band = value), choose())),
        ),
      ),
      nothing,
      list.element,
    ),
    lists: [list],
  };
}

interface Band {
  readonly key: string;
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Three bands of about as many products each, cut at round prices. */
function priceBands(products: readonly Product[]): readonly Band[] {
  const prices = products.map((product) => product.price).sort((a, b) => a - b);
  const cut = (share: number): number => roundPrice(prices[Math.floor(prices.length * share)] ?? 0);
  const [low, high] = [cut(1 / 3), cut(2 / 3)];
  if (prices.length < 6 || low >= high) return [];
  return [
    { key: "low", text: `Under ${price(low)}`, from: 0, to: low },
    { key: "middle", text: `${price(low)} to ${price(high)}`, from: low, to: high },
    { key: "high", text: `${price(high)} and over`, from: high, to: Infinity },
  ];
}

function roundPrice(amount: number): number {
  const step = amount < 20 ? 1 : amount < 100 ? 5 : amount < 500 ? 10 : 50;
  return Math.max(step, Math.round(amount / step) * step);
}

function filter(
  name: string,
  chosen: string,
  choices: readonly { readonly key: string; readonly text: string }[],
  onChoose: (value: string) => void,
): HTMLElement | null {
  if (choices.length < 2) return null;
  const select = h(
    "select",
    { on: { change: () => onChoose(select.value) } },
    h("option", { value: "" }, "All"),
    choices.map(({ key, text }) => h("option", { value: key, selected: key === chosen }, text)),
  );
  return h("label", { class: "filter" }, h("span", {}, name), select);
}
