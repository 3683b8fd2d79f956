// The entry `reshelf/element`: `<reshelf-list>`, an element around a list that its server has rendered. Without it, and until something
// ranks, the list is what it was. It moves tiles that nobody has seen or uses, and nothing else. Importing it does nothing. May use
// tiles.
import { arranged, inServerOrder, notePlaces, placesOf, put, rank, tilesOf, wasOnScreen } from "../tiles/index.js";
import type { ListOrderer, PlacedTile } from "../tiles/types.js";
import { announce, inUse, showing } from "./manners.js";
import type { DefineListOptions, ListMoves, ListOutcome, RankPolicy, ReshelfListElement } from "./types.js";

export type * from "./types.js";

/**
 * Makes `<reshelf-list>` known to the page, in which elements of that name take up their lists at once. Where the name is taken, as by a
 * second copy of this script, and where there are no elements, as on a server, it does nothing. Never throws.
 */
export function defineList(options: DefineListOptions): void {
  try {
    const name = options.name ?? "reshelf-list";
    Promise.resolve(options.reranker).catch(() => undefined); // Lists stay as they came.
    if (typeof customElements === "undefined" || customElements.get(name)) return;
    customElements.define(name, elementOf(options.reranker, options.policy));
  } catch {} // The name is none.
}

/** A list, and its tiles as they stand. */
interface Found {
  readonly list: Element;
  readonly standing: readonly PlacedTile[];
}

/** The class: made only where there are elements. */
function elementOf(
  given: DefineListOptions["reranker"],
  policy: DefineListOptions["policy"],
): CustomElementConstructor {
  let shared: ListOrderer | null = null;
  const ready = Promise.resolve(given).then(
    (reranker) => ((shared = reranker ?? null), undefined),
    () => undefined, // Lists stay as they came.
  );

  return class extends HTMLElement implements ReshelfListElement {
    #own: ListOrderer | null = null;
    #policy: RankPolicy | null = null;
    /** Tiles that were on screen at some time. */
    readonly #seen = new WeakSet<Element>();
    /** Tiles without a box of their own, by what is watched in their place. */
    readonly #tileOf = new WeakMap<Element, Element>();
    /** The tiles as the server had them, as far as they are known. */
    #server: readonly PlacedTile[] = [];
    /** The tiles as they were last found or left: in another order, the page has sorted them itself. */
    #left: readonly PlacedTile[] = [];
    #watch: IntersectionObserver | undefined;
    /** While the page hears of a move, a further one waits. */
    #telling = false;
    /** How often an order was asked for: what was asked last counts. */
    #turn = 0;

    get reranker(): ListOrderer | null {
      return this.#own ?? shared;
    }

    set reranker(reranker: ListOrderer | null) {
      this.#own = reranker ?? null;
      if (this.isConnected) this.update();
    }

    get policy(): RankPolicy | null {
      return this.#policy ?? policy ?? null;
    }

    set policy(own: RankPolicy | null) {
      this.#policy = own;
      if (this.isConnected) this.update();
    }

    connectedCallback(): void {
      // What was set before the element was known hides the property.
      for (const name of ["policy", "reranker"]) {
        if (!Object.hasOwn(this, name)) continue;
        const own: unknown = Reflect.get(this, name);
        Reflect.deleteProperty(this, name);
        Reflect.set(this, name, own);
      }
      // Some pages are made where nothing is drawn.
      if (typeof IntersectionObserver === "function")
        this.#watch ??= new IntersectionObserver((entries) => {
          for (const entry of entries) this.#saw(entry);
        });
      // An element that is known before the page is read is here before its tiles are.
      if (this.ownerDocument.readyState === "loading")
        this.ownerDocument.addEventListener("DOMContentLoaded", () => this.#begin(), { once: true });
      else this.#begin();
    }

    /** It was moved, and not taken out: it goes on. */
    connectedMoveCallback(): void {}

    disconnectedCallback(): void {
      this.#watch?.disconnect();
      this.#watch = undefined;
    }

    #saw({ isIntersecting, target, boundingClientRect: { width, height } }: IntersectionObserverEntry): void {
      const tile = this.#tileOf.get(target) ?? target;
      if (isIntersecting) this.#seen.add(tile);
      else if (width + height === 0 && getComputedStyle(target).display === "contents")
        for (const child of target.children) {
          this.#tileOf.set(child, tile);
          this.#watch?.observe(child);
        }
    }

    #begin(): void {
      if (!this.isConnected) return;
      this.#look();
      ready.then(() => this.isConnected && this.update());
    }

    /** The list and its tiles as they stand, each watched; null where there is no list. */
    #look(): Found | null {
      try {
        const selector = this.getAttribute("list");
        // Lists of an element within this one are that one's.
        const own = (list: Element) => list.closest(this.localName) === this;
        const lists = [...this.querySelectorAll(selector ?? "[data-reshelf-list]")];
        const list = lists.find(own) ?? (selector === null ? this : null);
        if (list === null) return null;
        const standing = tilesOf(list, { item: this.getAttribute("item"), id: this.getAttribute("item-id") });
        for (const { tile } of standing) this.#watch?.observe(tile);
        return { list, standing };
      } catch {
        return null; // A selector is none.
      }
    }

    /** Whether it is still the list with these tiles. */
    #stands({ list, standing }: Found): boolean {
      const now = this.#look();
      const same = ({ tile, id }: PlacedTile, at: number) => tile === standing[at]?.tile && id === standing[at].id;
      return now?.list === list && now.standing.length === standing.length && now.standing.every(same);
    }

    update(): ListOutcome {
      const found = this.#look();
      const nothing = (reason: ListOutcome["reason"]) => ({
        ...{ tiles: found?.standing.length ?? 0, moved: 0, kept: 0, reason },
      });
      if (found === null) return nothing("list");
      if (this.#telling) return nothing("cancelled");
      const turn = ++this.#turn;
      const server = this.#inServerOrder(found);
      const { reranker } = this;
      if (reranker === null) return nothing("no-reranker");
      let outcome = nothing("pending");
      let late = false;
      rank(reranker, server, this.policy, (order) => {
        // An answer is for the list that was asked about, unless another was asked for since.
        if (late && !(this.#turn === turn && this.isConnected && this.#stands(found))) return;
        outcome = typeof order === "string" ? nothing(order) : this.#move(found, server, order);
      });
      late = true;
      return outcome;
    }

    /** Moves what may be moved, as things are in the page by now. */
    #move(found: Found, server: readonly PlacedTile[], ranked: readonly PlacedTile[]): ListOutcome {
      const { list, standing } = found;
      const turn = this.#turn;
      const stays = (tile: Element) => this.#seen.has(tile) || wasOnScreen(tile) || inUse(tile);
      const { settled, kept } = arranged(standing, ranked, stays);
      const moved = settled.filter(({ tile }, at) => tile !== standing[at]?.tile).length;
      const detail = { moved, kept };
      const tiles = standing.length;
      if (moved === 0) return { tiles, ...detail, reason: null };
      if (!this.#tell("reshelf-before", detail)) return { tiles, moved: 0, kept: 0, reason: "cancelled" };
      showing(this.hasAttribute("transition"), () => {
        // A transition begins a frame later: what has changed since is the page's, and what was asked since is newer.
        if (this.#turn !== turn || !this.#stands(found)) return;
        put(standing, settled);
        this.#left = settled;
        notePlaces(list, settled, server);
        announce(this.ownerDocument, this.getAttribute("announce"));
        this.#tell("reshelf-after", detail);
      });
      return { tiles, ...detail, reason: null };
    }

    /** Whether the page lets it be. */
    #tell(type: "reshelf-before" | "reshelf-after", detail: ListMoves): boolean {
      this.#telling = true;
      const cancelable = type === "reshelf-before";
      const goesOn = this.dispatchEvent(new CustomEvent(type, { bubbles: true, cancelable, detail }));
      this.#telling = false;
      return goesOn;
    }

    /**
     * As the server has them, those that came since behind the others; one that is drawn anew is in the place of the one before it. The
     * order that the page gives its tiles itself counts as the server's from then on.
     */
    #inServerOrder({ list, standing }: Found): readonly PlacedTile[] {
      const known = new Map(this.#server.map((each, at) => [each.tile, { ...each, at }]));
      const isKnown = ({ tile, id }: PlacedTile) => known.get(tile)?.id === id;
      const still = new Set(standing.filter(isKnown).map(({ tile }) => tile));
      const left = this.#left.filter(({ tile }) => still.has(tile));
      const sorted = standing.filter(isKnown).some(({ tile }, at) => tile !== left[at]?.tile);
      this.#left = standing;
      if (this.#server.length === 0) this.#server = inServerOrder(standing, placesOf(list)) ?? standing;
      else if (sorted || still.size === 0) this.#server = standing;
      else {
        const gone = new Map(this.#server.flatMap(({ tile, id }, at) => (still.has(tile) ? [] : [[id, at]])));
        const placeOf = (each: PlacedTile) =>
          (isKnown(each) ? known.get(each.tile)?.at : gone.get(each.id)) ?? this.#server.length;
        this.#server = [...standing].sort((one, other) => placeOf(one) - placeOf(other));
      }
      return this.#server;
    }
  };
}
