/** Addresses and history: which page an address names, links without a page load, scroll positions kept for "back". */

export type Route =
  | { readonly page: "home" }
  | { readonly page: "category"; readonly slug: string; readonly query: URLSearchParams }
  | { readonly page: "product"; readonly id: string }
  | { readonly page: "search"; readonly query: URLSearchParams }
  | { readonly page: "cart" }
  | { readonly page: "missing" };

export const paths = {
  home: "/",
  cart: "/cart",
  category: (slug: string): string => `/category/${encodeURIComponent(slug)}`,
  product: (id: string): string => `/product/${encodeURIComponent(id)}`,
  search: (query: string): string => `/search?${new URLSearchParams({ q: query })}`,
} as const;

/** The route that an address names. */
export function routeOf(url: URL): Route {
  const parts = url.pathname.split("/").filter(Boolean);
  const [page, rest] = parts;
  if (page === undefined) return { page: "home" };
  if (page === "cart" && parts.length === 1) return { page: "cart" };
  if (page === "search" && parts.length === 1) return { page: "search", query: url.searchParams };
  if (rest !== undefined && parts.length === 2) {
    const name = decode(rest);
    if (page === "category" && name !== null) return { page: "category", slug: name, query: url.searchParams };
    if (page === "product" && name !== null) return { page: "product", id: name };
  }
  return { page: "missing" };
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

export type Arrival =
  /** A new visit. */
  | "visit"
  /** A new visit while the shopper types in the search box. */
  | "typing"
  /** "Back" or "forward". */
  | "history"
  /** The same page with other words in its address. */
  | "update";

export class Router {
  #show: (route: Route, arrival: Arrival) => void = () => {};
  /** Scroll offset by history entry. */
  readonly #scroll = new Map<number, number>();
  #entry = 0;
  #newest = 0;

  /** Starts listening and shows the page that the address names. */
  start(show: (route: Route, arrival: Arrival) => void): void {
    this.#show = show;
    history.scrollRestoration = "manual";
    history.replaceState({ entry: this.#entry }, "");
    addEventListener("popstate", (event) => {
      this.#leave();
      this.#entry = entryOf(event.state) ?? ++this.#newest;
      this.#newest = Math.max(this.#newest, this.#entry);
      this.#arrive("history");
    });
    document.addEventListener("click", (event) => this.#onClick(event));
    this.#arrive("visit");
  }

  /** Shows another page. The focus goes to its heading, unless the shopper is still typing (`keep`). */
  go(path: string, focus: "heading" | "keep" = "heading"): void {
    this.#leave();
    this.#entry = ++this.#newest;
    history.pushState({ entry: this.#entry }, "", path);
    this.#arrive(focus === "keep" ? "typing" : "visit");
  }

  /** Changes the address of the page on screen and shows it anew, as the same entry in the history. */
  update(path: string): void {
    history.replaceState({ entry: this.#entry }, "", path);
    this.#arrive("update");
  }

  /** Changes the address only: the page on screen has already followed. */
  rename(path: string): void {
    history.replaceState({ entry: this.#entry }, "", path);
  }

  #leave(): void {
    this.#scroll.set(this.#entry, scrollY);
  }

  #arrive(arrival: Arrival): void {
    this.#show(routeOf(new URL(location.href)), arrival);
    if (arrival === "visit" || arrival === "typing") scrollTo({ top: 0, behavior: "instant" });
    if (arrival === "history") scrollTo({ top: this.#scroll.get(this.#entry) ?? 0, behavior: "instant" });
  }

  #onClick(event: MouseEvent): void {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null || link.target !== "" || link.hasAttribute("download") || link.origin !== location.origin) return;
    event.preventDefault();
    if (link.hash !== "") {
      // The skip link: move the focus, but leave the address and the history alone.
      document.getElementById(link.hash.slice(1))?.focus();
      return;
    }
    this.go(link.pathname + link.search);
  }
}

function entryOf(state: unknown): number | null {
  if (typeof state !== "object" || state === null || !("entry" in state)) return null;
  return typeof state.entry === "number" ? state.entry : null;
}
