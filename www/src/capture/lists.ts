// The lists of a page, each from when it comes until it goes (a showing), and which of their tiles the browser looks at. What it
// looks at it measures at every frame, or several times a second, and measuring 2,000 tiles takes a good part of its time: of a
// list in view it looks at the tiles in view and a few around them, of another one at none.
import type { Item, Items } from "./items.js";
import type { Settings } from "./settings.js";

/** Tiles before and behind those in view that are looked at: chosen anew when one of the last few comes into view. */
const AROUND = 32;
const LAST = 8;

export interface Showing {
  /** The list: another element where it was made anew. */
  element: Element;
  readonly name: string;
  /** What its tiles show or showed, by id. */
  readonly items: Map<string, Item>;
  /** Whether an item of it was clicked. */
  chosen?: boolean;
  /** Whether the list is in view, and which of its tiles are. */
  inView?: boolean;
  readonly tiles: Set<Tile>;
  /** All tiles, as they stand in the page. */
  order: Tile[];
  /** The tiles that the browser looks at, and the places between which a tile comes into view without more ado. */
  observed: Set<Tile>;
  from: number;
  to: number;
  /** Whether other tiles may have to be looked at; and whether any may be in view. */
  stale?: boolean;
  lost?: boolean;
}

/** An element that shows an item of a list. */
export interface Tile {
  readonly element: Element;
  readonly key: string;
  readonly showing: Showing;
  readonly item: Item;
  /** Among the tiles of its list, from 0. */
  place: number;
}

export type Lists = ReturnType<typeof makeLists>;

export function areaOf({ boundingClientRect: { width, height } }: IntersectionObserverEntry): number {
  return width * height;
}

/**
 * @param views looks at lists and tiles
 * @param known all that is watched
 */
export function makeLists(
  { root, items: selector, nameOf }: Settings,
  items: Items,
  views: IntersectionObserver,
  known: ReadonlyMap<Element, Tile | { readonly showing: null }>,
) {
  const showings = new Map<Element, Showing>();
  /** Whether the order of tiles may have changed. */
  let moved = false;

  function close(showing: Showing): void {
    views.unobserve(showing.element);
    showings.delete(showing.element);
    items.close(showing);
  }

  /** The tiles of a list are other ones, or stand in another order. */
  function change(showing: Showing): void {
    showing.stale = moved = true;
  }

  return {
    change,

    /** The showing of a list. Where a list took the place of one of the same name, it goes on. */
    showing(element: Element): Showing {
      const name = String(nameOf(element));
      let showing = showings.get(element);
      if (showing?.name === name) return showing;
      if (showing) close(showing);
      showing = [...showings.values()].find((other) => other.name === name && !other.element.isConnected);
      if (showing) showings.delete(showing.element);
      else {
        const tiles = { tiles: new Set<Tile>(), order: [], observed: new Set<Tile>(), from: 0, to: 0 };
        showing = { element, name, items: new Map(), ...tiles };
      }
      showing.element = element;
      showings.set(element, showing);
      views.observe(element);
      return showing;
    },

    /** Ends the showings of lists that are gone, or of all. */
    sweep(all: boolean): void {
      for (const showing of showings.values()) if (all || !showing.element.isConnected) close(showing);
    },

    remove(tile: Tile): void {
      tile.showing.tiles.delete(tile);
      tile.showing.observed.delete(tile);
      change(tile.showing);
      items.remove(tile);
    },

    /** What the browser says of an element, if it is a list. */
    frame(entry: IntersectionObserverEntry): void {
      const showing = showings.get(entry.target);
      if (!showing) return;
      // One without a box of its own may have tiles in view at any time.
      showing.inView = entry.intersectionRatio > 0 || areaOf(entry) === 0;
      showing.stale = true;
    },

    /** What the browser says of a tile. */
    entry(tile: Tile, entry: IntersectionObserverEntry): void {
      const { place, showing } = tile;
      const { tiles } = showing;
      if (entry.intersectionRatio > 0) {
        tiles.add(tile);
        if (place < showing.from || place > showing.to) showing.stale = true;
      } else if (tiles.delete(tile)) {
        // Where one is hidden, others may have come into view that are not near.
        showing.lost ||= areaOf(entry) === 0;
        showing.stale ||= showing.lost || tiles.size === 0;
      } else return;
      items.entry(tile, entry);
    },

    /** Has the browser look at the tiles in view and those around them; at all of a list that is in view without any of them. */
    fit(): void {
      if (moved) {
        moved = false;
        for (const showing of showings.values()) showing.order = [];
        for (const element of root.querySelectorAll(selector)) {
          const tile = known.get(element);
          if (tile?.showing) tile.place = tile.showing.order.push(tile) - 1;
        }
      }
      for (const showing of showings.values()) {
        if (!showing.stale) continue;
        const { order, tiles, observed, inView, lost } = showing;
        showing.stale = showing.lost = false;
        const places = [...tiles].map(({ place }) => place);
        const from = Math.min(...places) - AROUND;
        const to = Math.max(...places) + AROUND;
        const all = inView && (lost || tiles.size === 0);
        const wanted = new Set(all ? order : order.slice(Math.max(0, from), to + 1));
        showing.from = from + LAST;
        showing.to = to - LAST;
        for (const tile of observed) if (!wanted.has(tile)) views.unobserve(tile.element);
        for (const tile of wanted) if (!observed.has(tile)) views.observe(tile.element);
        showing.observed = wanted;
      }
    },
  };
}
