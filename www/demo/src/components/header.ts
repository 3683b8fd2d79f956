/** The top of every page: name, search, what this page knows, cart, and the categories. */
import type { App } from "../app.js";
import { h, ICONS, icon } from "../dom.js";
import { plural } from "../format.js";
import { paths, type Route } from "../router.js";

/** Typing pauses this long (milliseconds) before the results follow. */
const TYPING_PAUSE = 180;
const SHORTEST_QUERY = 2;

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
    "aria-label": "Search the shop",
  });
  readonly #cartCount = h("span", { class: "count", "aria-hidden": "true" });
  readonly #cartName = h("span", { class: "unseen" });
  readonly #knownCount = h("span", { class: "count count-soft", "aria-hidden": "true" });
  readonly #knownName = h("span", { class: "unseen" });
  readonly #categories: HTMLElement;
  readonly panelButton: HTMLButtonElement;
  #pause = 0;
  #onSearchPage = false;

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
    this.#categories = h(
      "ul",
      { class: "categories", role: "list" },
      app.shop
        .topCategories()
        .map((category) =>
          h("li", {}, h("a", { href: paths.category(category.slug), "data-slug": category.slug }, category.title)),
        ),
    );
    this.#search.addEventListener("input", () => this.#onInput());
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
        h(
          "form",
          { class: "search", role: "search", action: "/search", on: { submit: (event) => this.#onSubmit(event) } },
          icon(ICONS.search),
          this.#search,
        ),
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

  /** Marks where the shopper is. */
  at(route: Route): void {
    this.#onSearchPage = route.page === "search";
    if (route.page === "search") {
      const query = route.query.get("q") ?? "";
      if (document.activeElement !== this.#search) this.#search.value = query;
    } else {
      clearTimeout(this.#pause);
      this.#search.value = "";
    }
    const slug = this.#categoryOf(route);
    const trail = slug === null ? [] : this.#app.shop.trail(slug).map((category) => category.slug);
    for (const link of this.#categories.querySelectorAll("a")) {
      const here = trail.includes(link.dataset["slug"] ?? "");
      if (!here) link.removeAttribute("aria-current");
      else
        link.setAttribute(
          "aria-current",
          route.page === "category" && route.slug === link.dataset["slug"] ? "page" : "true",
        );
      if (here) this.#reveal(link);
    }
  }

  /** Brings the counts up to date. */
  update(): void {
    const pieces = this.#app.cart.count();
    this.#cartCount.textContent = String(pieces);
    this.#cartCount.hidden = pieces === 0;
    this.#cartName.textContent = pieces === 0 ? ", empty" : `, ${plural(pieces, "piece")}`;
    const known = this.#app.session.seen().length;
    this.#knownCount.textContent = String(known);
    this.#knownCount.hidden = known === 0;
    this.#knownName.textContent = known === 0 ? ", nothing yet" : `, ${plural(known, "event")}`;
  }

  #categoryOf(route: Route): string | null {
    if (route.page === "category") return route.slug;
    return route.page === "product" ? (this.#app.shop.product(route.id)?.category ?? null) : null;
  }

  /** Scrolls the row of categories sideways, and nothing else, until the link is in sight. */
  #reveal(link: HTMLElement): void {
    const row = this.#categories;
    row.scrollTo({ left: link.offsetLeft - (row.clientWidth - link.offsetWidth) / 2, behavior: "instant" });
  }

  #onInput(): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => {
      const query = this.#search.value.trim();
      if (this.#onSearchPage) this.#app.router.update(paths.search(query));
      else if (query.length >= SHORTEST_QUERY) this.#app.router.go(paths.search(query), "keep");
    }, TYPING_PAUSE);
  }

  #onSubmit(event: Event): void {
    event.preventDefault();
    clearTimeout(this.#pause);
    const query = this.#search.value.trim();
    if (query === "") return this.#search.focus();
    this.#search.blur();
    this.#app.router.go(paths.search(query));
  }
}
