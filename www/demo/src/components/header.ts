/** The top of every page: name, search, what this page knows, cart, and the categories. */
import type { App } from "../app.js";
import { h, ICONS, icon } from "../dom.js";
import { plural } from "../format.js";
import { paths } from "../paths.js";
import type { Category } from "../shop.js";

export class Header {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #search = h("input", {
    type: "search",
    name: "q",
    id: "search",
    placeholder: "Search the shop",
    autocomplete: "off",
    enterkeyhint: "search",
    required: true,
    "aria-label": "Search the shop",
  });
  readonly #cartCount = h("span", { class: "count", "aria-hidden": "true" });
  readonly #cartName = h("span", { class: "unseen" });
  readonly #knownCount = h("span", { class: "count count-soft", "aria-hidden": "true" });
  readonly #knownName = h("span", { class: "unseen" });
  readonly #categories: HTMLElement;
  readonly panelButton: HTMLButtonElement;

  constructor(app: App, togglePanel: () => void) {
    this.#app = app;
    this.panelButton = h(
      "button",
      { type: "button", class: "tool", "aria-expanded": "false", "aria-controls": "panel", on: { click: togglePanel } },
      icon(ICONS.eye),
      h("span", { class: "tool-text" }, "What this page knows"),
      this.#knownName,
      this.#knownCount,
    );
    const here = this.#here();
    const { page } = app.shop;
    if (page.kind === "search") this.#search.value = page.query;
    this.#categories = h(
      "ul",
      { class: "categories", role: "list" },
      app.shop.topCategories().map(({ slug, title }) => {
        const current = page.kind === "category" && page.slug === slug ? "page" : "true";
        const within = here.some((category) => category.slug === slug);
        return h("li", {}, h("a", { href: paths.category(slug), "aria-current": within && current }, title));
      }),
    );
    this.element = h(
      "header",
      { class: "header" },
      h(
        "div",
        { class: "header-bar" },
        h(
          "a",
          { href: paths.home, class: "brand" },
          h("span", { class: "brand-mark", "aria-hidden": "true" }),
          app.shop.name,
        ),
        h("form", { class: "search", role: "search", action: "/search" }, icon(ICONS.search), this.#search),
        h(
          "div",
          { class: "tools" },
          this.panelButton,
          h(
            "a",
            { href: paths.cart, class: "tool" },
            icon(ICONS.cart),
            h("span", { class: "tool-text" }, "Cart"),
            this.#cartName,
            this.#cartCount,
          ),
        ),
      ),
      h("nav", { class: "header-categories", "aria-label": "Categories" }, this.#categories),
    );
    this.update();
  }

  /** Scrolls the row of categories sideways, and nothing else, until the page's own is in sight. */
  reveal(): void {
    const row = this.#categories;
    const link = row.querySelector<HTMLElement>("[aria-current]");
    if (link !== null)
      row.scrollTo({ left: link.offsetLeft - (row.clientWidth - link.offsetWidth) / 2, behavior: "instant" });
  }

  /** Brings the counts up to date. */
  update(): void {
    const pieces = this.#app.cart.count();
    this.#cartCount.textContent = String(pieces);
    this.#cartCount.hidden = pieces === 0;
    this.#cartName.textContent = pieces === 0 ? "empty" : plural(pieces, "piece");
    const known = this.#app.session.seen().length;
    this.#knownCount.textContent = String(known);
    this.#knownCount.hidden = known === 0;
    this.#knownName.textContent = known === 0 ? "nothing yet" : plural(known, "event");
  }

  /** Where the page lies, from the department down. */
  #here(): readonly Category[] {
    const { shop } = this.#app;
    const { page } = shop;
    if (page.kind === "category") return shop.trail(shop.category(page.slug));
    return page.kind === "product" ? shop.trail(shop.categoryAt(shop.product(page.id)?.category ?? "")) : [];
  }
}
