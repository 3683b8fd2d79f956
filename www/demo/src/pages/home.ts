/** The home page: a welcome, the list for you, the shop's categories, and what is popular. */
import type { App, Page } from "../app.js";
import { ProductList } from "../components/product-list.js";
import { h } from "../dom.js";
import { plural } from "../format.js";
import { picture } from "../picture.js";
import { paths } from "../router.js";
import type { Category, Product } from "../shop.js";

const POPULAR_CANDIDATES = 60;
const SHOWCASE = 6;
const SHORTCUTS = 8;

export function homePage(app: App): Page {
  const { shop } = app;
  const forYou = new ProductList(app, {
    key: "home",
    title: "For you today",
    candidates: shop.homeList(),
    layout: "grid",
    pageSize: 12,
    more: true,
  });
  const popular = new ProductList(app, {
    key: "popular",
    title: "Popular right now",
    candidates: shop.popular(POPULAR_CANDIDATES),
    layout: "rail",
    pageSize: 14,
  });
  return {
    title: "",
    description: `${shop.name}: a shop whose lists follow you without anyone following you. Re-ranked on your own device.`,
    element: h("div", { class: "page home" }, welcome(app), forYou.element, shortcuts(app), popular.element),
    lists: [forYou, popular],
  };
}

/** The hero for a newcomer; two lines for who comes back to lists that have moved, so that those are in sight. */
function welcome(app: App): HTMLElement {
  const seen = app.session.seen().length;
  if (seen === 0 || app.session.mode === "server") return hero(app);
  return h(
    "section",
    { class: "hero hero-compact" },
    h(
      "div",
      { class: "hero-text" },
      h("h1", { tabindex: "-1" }, "Your shelves, rearranged."),
      h("p", {}, `By ${plural(seen, "thing")} that you did in this visit. None of it has left this device.`),
    ),
    h(
      "div",
      { class: "hero-actions" },
      h(
        "button",
        { type: "button", class: "button button-ghost", on: { click: () => app.openPanel() } },
        "See what this page knows",
      ),
    ),
  );
}

function hero(app: App): HTMLElement {
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
      showcase(app).map((product) => h("span", { class: "hero-picture" }, picture(product, 240))),
    ),
  );
}

/** The first products of the home list that come from different parts of the shop. */
function showcase(app: App): readonly Product[] {
  const parts = new Set<string>();
  const chosen: Product[] = [];
  for (const product of app.shop.homeList()) {
    const part = app.shop.trail(product.category)[0]?.slug ?? product.category;
    if (parts.has(part)) continue;
    parts.add(part);
    chosen.push(product);
    if (chosen.length === SHOWCASE) break;
  }
  return chosen;
}

function shortcuts(app: App): HTMLElement {
  const shortcut = (category: Category): HTMLElement => {
    const products = app.shop.categoryList(category.slug);
    return h(
      "li",
      {},
      h(
        "a",
        { class: "shortcut", href: paths.category(category.slug) },
        h("span", { class: "shortcut-picture" }, products[0] !== undefined && picture(products[0], 160)),
        h("span", { class: "shortcut-title" }, category.title),
      ),
    );
  };
  return h(
    "section",
    { class: "list", "aria-labelledby": "shortcuts" },
    h("div", { class: "list-head" }, h("h2", { id: "shortcuts", class: "list-title" }, "Walk the aisles")),
    h("ul", { class: "shortcuts", role: "list" }, app.shop.topCategories().slice(0, SHORTCUTS).map(shortcut)),
  );
}
