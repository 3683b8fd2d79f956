// The entry `reshelf/element`: `<reshelf-list>`, an element around a list that its server has rendered. Without it, and until something
// ranks, the list is what it was. It moves tiles that nobody has seen or uses, and nothing else. Importing it does nothing. May use
// tiles.
import { arranged, hasNothing, inServerOrder, placesOf, put, rankedBy, tilesOf, wasOnScreen } from "../tiles/index.js";
import type { ListOrderer, PlacedTile } from "../tiles/types.js";
import { announce, showing } from "./manners.js";
import type { DefineListOptions, ListOutcome, ReshelfListElement } from "./types.js";

export type * from "./types.js";

/**
 * Makes `<reshelf-list>` known to the page, in which elements of that name take up their lists at once. Where the name is taken, as by a
 * second copy of this script, and where there are no elements, as on a server, it does nothing. Never throws.
 */
export function defineList(options: DefineListOptions): void {
  try {
    const name = options.name ?? "reshelf-list";
    if (typeof customElements === "undefined" || customElements.get(name)) return;
    customElements.define(name, elementOf(options.reranker));
  } catch {} // The name is none.
}

/** The class: made only where there are elements. */
function elementOf(given: DefineListOptions["reranker"]): CustomElementConstructor {
  let shared: ListOrderer | null = null;
  const ready = Promise.resolve(given).then(
    (reranker) => ((shared = reranker ?? null), undefined),
    () => undefined, // Lists stay as they came.
  );

  return class extends HTMLElement implements ReshelfListElement {
    #own: ListOrderer | null = null;
    /** Tiles that were on screen at some time. */
    readonly #seen = new WeakSet<Element>();
    /** The tiles as the server had them, as far as they are known. */
    #server: Element[] = [];
    #watch: IntersectionObserver | undefined;

    get reranker(): ListOrderer | null {
      return this.#own ?? shared;
    }

    set reranker(reranker: ListOrderer | null) {
      this.#own = reranker ?? null;
      if (this.isConnected) this.update();
    }

    connectedCallback(): void {
      this.#watch ??= new IntersectionObserver((entries) => {
        for (const { isIntersecting, target } of entries) if (isIntersecting) this.#seen.add(target);
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

    #begin(): void {
      if (!this.isConnected) return;
      this.#look();
      ready.then(() => this.isConnected && this.update());
    }

    /** The list and its tiles as they stand, each watched; null where there is no list. */
    #look(): { list: Element; standing: PlacedTile[] } | null {
      try {
        const selector = this.getAttribute("list");
        const list = this.querySelector(selector ?? "[data-reshelf-list]") ?? (selector === null ? this : null);
        if (list === null) return null;
        const standing = tilesOf(list, { item: this.getAttribute("item"), id: this.getAttribute("item-id") });
        for (const { tile } of standing) this.#watch?.observe(tile);
        return { list, standing };
      } catch {
        return null; // A selector is none.
      }
    }

    update(): ListOutcome {
      const found = this.#look();
      const nothing = (reason: ListOutcome["reason"]) => ({
        ...{ tiles: found?.standing.length ?? 0, moved: 0, kept: 0, reason },
      });
      if (found === null) return nothing("list");
      const { list, standing } = found;
      const server = this.#inServerOrder(list, standing);
      const { reranker } = this;
      if (reranker === null) return nothing("no-reranker");
      if (hasNothing(reranker)) return nothing("no-context");
      const ranked = rankedBy(reranker, server);
      if (ranked === null) return nothing("order");

      const stays = (tile: Element) => this.#seen.has(tile) || wasOnScreen(tile) || inUse(tile);
      const { settled, kept } = arranged(standing, ranked, stays);
      const moved = settled.filter(({ tile }, at) => tile !== standing[at]?.tile).length;
      const detail = { moved, kept };
      if (moved === 0) return { tiles: standing.length, ...detail, reason: null };
      if (!this.dispatchEvent(new CustomEvent("reshelf-before", { bubbles: true, cancelable: true, detail })))
        return nothing("cancelled");
      showing(this.hasAttribute("transition"), () => {
        // A transition begins a frame later: what has changed since is the page's.
        const now = this.#look()?.standing ?? [];
        if (now.length !== standing.length || standing.some(({ tile }, at) => tile !== now[at]?.tile)) return;
        put(standing, settled);
        announce(this.ownerDocument, this.getAttribute("announce"));
        this.dispatchEvent(new CustomEvent("reshelf-after", { bubbles: true, detail }));
      });
      return { tiles: standing.length, ...detail, reason: null };
    }

    /** As the server has them, those that came since behind the others. */
    #inServerOrder(list: Element, standing: readonly PlacedTile[]): PlacedTile[] {
      if (this.#server.length === 0)
        this.#server = (inServerOrder(standing, placesOf(list)) ?? standing).map(({ tile }) => tile);
      const known = new Map(this.#server.map((tile, at) => [tile, at]));
      const server = [...standing].sort(
        ({ tile: one }, { tile: other }) => (known.get(one) ?? Infinity) - (known.get(other) ?? Infinity) || 0,
      );
      this.#server = server.map(({ tile }) => tile);
      return server;
    }
  };
}

/** Frames begin anew where they are taken out and put in; browsers that move nodes as they are need not do that. */
const isMovable = () => "moveBefore" in Element.prototype;

/** Holds the focus, a part of the selection, something that plays, a frame that would begin anew, or what fills the screen. */
function inUse(tile: Element): boolean {
  const page = tile.ownerDocument;
  const selection = page.getSelection();
  if (tile.contains(page.activeElement) && page.activeElement !== page.body) return true;
  if (selection && !selection.isCollapsed && selection.containsNode(tile, true)) return true;
  if (!isMovable() && tile.querySelector("iframe, embed, object")) return true;
  if (page.fullscreenElement && tile.contains(page.fullscreenElement)) return true;
  return [...tile.querySelectorAll<HTMLMediaElement>("audio, video")].some(({ paused, ended }) => !paused && !ended);
}
