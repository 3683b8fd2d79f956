/**
 * A list of products: drawn once, in the order that the session gives, and again when the shopper asks. Where the session moved
 * on without them (the model came late, the page came back), tiles that have been on the screen keep their places.
 */
import type { App, List } from "../app.js";
import type { Placed } from "../arrange.js";
import { tellOfList } from "../data-layer.js";
import { h } from "../dom.js";
import { plural } from "../format.js";
import type { Product } from "../shop.js";
import { reorder } from "./motion.js";
import { Tile } from "./tile.js";

export interface ListOptions {
  /** Its name, such as `home` or `category/lamps`. */
  readonly key: string;
  readonly title: string;
  /** Hides the heading from sight where the page's own heading says the same. */
  readonly titleUnseen?: boolean;
  readonly candidates: readonly Product[];
  /** By this name the shop's rules count for it; none do where it has none. */
  readonly page?: string;
  readonly layout: "grid" | "rail";
  /** Products shown at first, and added by "Show more". */
  readonly pageSize: number;
  /** Whether "Show more" is offered; otherwise only the best `pageSize` candidates are ever shown. */
  readonly more?: boolean;
}

export class ProductList implements List {
  readonly element: HTMLElement;
  readonly #app: App;
  readonly #options: ListOptions;
  readonly #tiles = new Map<string, Tile>();
  readonly #grid: HTMLUListElement;
  readonly #note = h("p", { class: "list-note" });
  readonly #more: HTMLButtonElement;
  readonly #watch: IntersectionObserver;
  readonly #onScreen = new Set<Element>();
  #order: readonly Placed[];
  #shown: number;
  #drawing = 0;

  constructor(app: App, options: ListOptions) {
    this.#app = app;
    this.#options = options;
    this.#shown = options.pageSize;
    this.#order = this.#ranked();
    this.#grid = h("ul", { class: options.layout, "data-reshelf-list": options.key, role: "list" });
    this.#grid.addEventListener("click", ({ target }) => this.#chosen(target));
    this.#more = h("button", {
      type: "button",
      class: "button button-quiet list-more",
      on: { click: () => this.#showMore() },
    });
    this.#watch = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) if (entry.isIntersecting) this.#onScreen.add(entry.target);
      },
      { threshold: 0.2 },
    );
    const id = `list-${options.key.replace(/\W+/g, "-")}`;
    this.element = h(
      "section",
      { class: "list", "aria-labelledby": id },
      h(
        "div",
        { class: "list-head" },
        h("h2", { id, class: options.titleUnseen === true ? "unseen" : "list-title" }, options.title),
        this.#note,
      ),
      this.#grid,
      options.more === true && h("div", { class: "list-foot" }, this.#more),
    );
    this.draw();
    const shown = this.#visible(this.#order).map(({ product }) => product);
    if (shown.length > 0) tellOfList("view_item_list", options.key, shown);
  }

  /** Ranks anew. @returns how many of the tiles on the page changed places. */
  refresh(reach: "all" | "unseen"): number {
    const ranked = this.#ranked();
    const next = reach === "all" ? ranked : keepPlaces(this.#order, ranked, this.#placesSeen());
    const shown = this.#visible(this.#order);
    const changed = this.#visible(next).filter((entry, place) => entry.product !== shown[place]?.product).length;
    this.#order = next;
    if (reach === "all") this.#onScreen.clear();
    if (changed > 0) reorder(this.#grid, () => this.draw());
    else this.draw();
    return changed;
  }

  #ranked(): readonly Placed[] {
    return this.#app.session.order(this.#options.candidates, this.#options.page ?? null);
  }

  #visible(order: readonly Placed[]): readonly Placed[] {
    return order.slice(0, this.#shown);
  }

  /** The number of leading places whose tiles have been on the screen, or hold the focus. */
  #placesSeen(): number {
    return this.#visible(this.#order).reduce((seen, { product }, place) => {
      const tile = this.#tiles.get(product.id)?.element;
      const fixed = tile !== undefined && (this.#onScreen.has(tile) || tile.contains(document.activeElement));
      return fixed ? place + 1 : seen;
    }, 0);
  }

  /** Puts the tiles on the page in the current order. */
  draw(): void {
    const visible = this.#visible(this.#order);
    const focused = document.activeElement;
    const { showMoves, disliked: unwanted } = this.#app.session;
    const elements = visible.map(({ product, moved }) => {
      let tile = this.#tiles.get(product.id);
      if (tile === undefined) {
        tile = new Tile(product, {
          dislike: () => this.#dislike(product),
          story: () => this.#app.why.story(this.#options.candidates, this.#options.page ?? null, product),
        });
        this.#tiles.set(product.id, tile);
        this.#watch.observe(tile.element);
      }
      const shown = showMoves ? moved : 0;
      tile.showMove(shown);
      tile.showReason(shown === 0 ? undefined : null);
      tile.showUnwanted(unwanted.has(product.id));
      return tile.element;
    });
    if (
      elements.some((element, place) => element !== this.#grid.children[place]) ||
      elements.length !== this.#grid.children.length
    ) {
      this.#grid.replaceChildren(...elements);
      if (focused instanceof HTMLElement && focused !== document.activeElement && this.#grid.contains(focused))
        focused.focus({ preventScroll: true });
    }
    this.element.hidden = this.#order.length === 0;
    const isYours = visible.some((entry) => entry.moved !== 0);
    const isRuled = this.#options.page !== undefined && this.#app.session.ruled;
    this.#note.textContent = isRuled ? "Your order, as the shop wants it" : isYours ? "Your order" : "Server’s order";
    this.#note.classList.toggle("is-yours", isYours);
    const rest = Math.max(0, this.#order.length - this.#shown);
    this.#more.hidden = rest === 0;
    void this.#giveReasons();
    this.#more.textContent = `Show ${Math.min(rest, this.#options.pageSize)} more of ${plural(this.#order.length, "product")}`;
  }

  /** Says why tiles moved, once the browser has nothing better to do: of the last drawing alone. */
  async #giveReasons(): Promise<void> {
    this.#drawing += 1;
    const drawing = this.#drawing;
    await this.#app.why.ready;
    await idle();
    if (drawing !== this.#drawing || !this.#app.session.showMoves) return;
    const visible = this.#visible(this.#order);
    const lines = this.#app.why.lines(this.#options.candidates, this.#options.page ?? null, visible);
    for (const { product, moved } of visible)
      if (moved !== 0) this.#tiles.get(product.id)?.showReason(lines.get(product));
  }

  /** "I don't want this", and the same taken back. */
  #dislike(product: Product): void {
    const { session, announce, toast } = this.#app;
    const takeBack = (): void => {
      const event = session.disliked.get(product.id);
      if (event !== undefined) session.forget({ event });
      announce(`${product.title} is welcome again.`);
      this.#tiles.get(product.id)?.focusDislike();
    };
    if (session.disliked.has(product.id)) return takeBack();
    const place = [...this.#grid.children].findIndex((tile) => tile.contains(document.activeElement));
    if (!session.dislike(product.id)) return toast("Without its model the shop takes no note of it.");
    announce(`${product.title} is not wanted: there is less like it now.`);
    toast("Noted: you don’t want this", { text: "Undo", act: takeBack });
    // The tile went far down: the focus goes to the one that took its place.
    const next = this.#visible(this.#order)[Math.max(0, place)]?.product.id;
    if (place >= 0 && !this.#grid.contains(document.activeElement)) this.#tiles.get(next ?? "")?.focusDislike();
  }

  /** A tile that is followed: the shop tells of it, as any would. */
  #chosen(target: EventTarget | null): void {
    const link = target instanceof Element ? target.closest(".tile-link") : null;
    const id = link?.closest<HTMLElement>("li")?.dataset["reshelfItem"];
    const product = id === undefined ? null : this.#app.shop.product(id);
    if (product !== null) tellOfList("select_item", this.#options.key, [product]);
  }

  #showMore(): void {
    const first = this.#shown;
    this.#shown += this.#options.pageSize;
    this.draw();
    this.#grid.children[first]?.querySelector("a")?.focus({ preventScroll: true });
    this.#app.announce(`${plural(Math.min(this.#order.length, this.#shown), "product")} shown.`);
  }
}

/** When the browser has time, where it says so. */
const idle = (): Promise<void> =>
  new Promise((done) => {
    if ("requestIdleCallback" in globalThis) requestIdleCallback(() => done(), { timeout: 1000 });
    else setTimeout(done);
  });

/** The ranked order, except that the first `kept` places stay as they are. */
function keepPlaces(current: readonly Placed[], ranked: readonly Placed[], kept: number): readonly Placed[] {
  const head = current.slice(0, kept);
  const fixed = new Set(head.map((entry) => entry.product));
  const tail = ranked.filter((entry) => !fixed.has(entry.product));
  // A tile's moves are counted from places that ranked knows, to the place that it really gets.
  const now = new Map(ranked.map((entry, place) => [entry.product, { ...entry, place }]));
  return [...head, ...tail].map((entry, place) => {
    const { product, moved, byRules, place: wanted } = now.get(entry.product) ?? { ...entry, place };
    return { product, moved: moved + wanted - place, byRules };
  });
}
