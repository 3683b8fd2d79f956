// What becomes of the items of lists: seen (an impression), and seen and left behind (a skip). A state machine over what an
// IntersectionObserver says of tiles. An item is what a tile shows, and stays while tiles are made anew; it is seen once a
// showing of its list, and skipped once.
import type { ItemId } from "../types.js";
import { areaOf, type Showing, type Tile } from "./lists.js";
import type { Outbox } from "./outbox.js";
import type { Settings } from "./settings.js";

/** Items that a showing remembers: of a list without end the first are forgotten first, and would be seen anew. */
const MOST = 4096;

/** What tiles of a list show, one after the other or at once. */
export interface Item {
  readonly id: ItemId;
  readonly showing: Showing;
  /** Where it was seen, once it was. */
  position: number;
  /** The tile that shows it now; none while too little of any is in view. */
  tile?: Tile | null;
  /** Since when it does; Infinity while the tab is hidden. */
  since: number;
  /** When it was left behind; Infinity while it is not. */
  gone: number;
  /** What the browser said when it was last in view. */
  last?: IntersectionObserverEntry;
  seen?: boolean;
  clicked?: boolean;
  skipped?: boolean;
}

export type Items = ReturnType<typeof makeItems>;

export function makeItems(
  { page, clock, positionOf, rowOf, threshold, duration, clicks, skips }: Settings,
  { put }: Outbox,
  views: IntersectionObserver,
) {
  /** Items whose time runs, first come, first served: in view and not seen yet, or seen and left behind. */
  const waiting = new Set<Item>();

  /** Tells what has waited long enough; returns for how many milliseconds the next has to wait. */
  function look(): number {
    for (const item of waiting) {
      const rest = (item.tile ? item.since : item.gone) + duration - clock.now;
      if (rest > 0) return rest;
      waiting.delete(item);
      if (item.tile) see(item, item.tile);
      else skip(item);
      if (item.tile && !item.seen) {
        // It had no area; whether it has grown, nobody tells who was told before.
        views.unobserve(item.tile.element);
        views.observe(item.tile.element);
        item.tile = null;
      }
    }
    return Infinity;
  }

  function see(item: Item, tile: Tile): void {
    // What has no area is in view as a whole wherever it touches it, and shows nothing.
    if (!item.last || areaOf(item.last) === 0) return;
    const given = parseFloat(positionOf(tile.element) as string);
    item.seen = true;
    item.position = given >= 0 ? given : tile.place;
    tell("impression", item, rowOf(tile.element, item.id));
  }

  function skip(item: Item): void {
    if (item.clicked || item.skipped) return;
    item.skipped = true;
    if (skips) tell("skip", item, null); // Its row was told when it was seen.
  }

  function tell(
    type: "impression" | "skip",
    { id, position, showing: { name } }: Item,
    row: ReturnType<Settings["rowOf"]>,
  ): void {
    put({ type, id, ...row, ...(name && { list: name }), position });
  }

  /** Too little of an item is in view in this tile, or nothing. */
  function leave(item: Item, tile: Tile | null | undefined, time: number): void {
    if (!tile || item.tile !== tile) return;
    if (!item.seen && time - item.since >= duration) see(item, tile);
    item.tile = null;
    waiting.delete(item);
  }

  return {
    look,

    /** A tile and its item. One that takes the place of a tile that is gone goes on with its time. */
    add(element: Element, id: ItemId, key: string, showing: Showing): Tile {
      const { items } = showing;
      const item = items.get(key) ?? ({ id, showing, gone: Infinity } as Item);
      const tile = { element, key, showing, item, place: 0 };
      if (item.tile && !item.tile.element.isConnected) {
        item.tile = tile;
        showing.tiles.add(tile);
      }
      items.set(key, item);
      const [first] = items;
      if (first && items.size > MOST) {
        items.delete(first[0]);
        waiting.delete(first[1]);
      }
      return tile;
    },

    remove(tile: Tile): void {
      leave(tile.item, tile, clock.now);
    },

    /** What the browser says of a tile. */
    entry(tile: Tile, entry: IntersectionObserverEntry): void {
      const { item } = tile;
      const { intersectionRatio: ratio, time } = entry;
      const enough = ratio > 0 && ratio >= threshold;
      if (ratio > 0) {
        item.last = entry;
        item.gone = Infinity;
        if (item.seen) waiting.delete(item);
      }
      if (enough && !item.tile) {
        item.tile = tile;
        item.since = page.hidden ? Infinity : time;
        if (!item.seen) waiting.add(item);
      } else if (!enough) leave(item, tile, time);
      if (!ratio && !item.tile && item.seen && passed(item, entry)) {
        item.gone = time;
        waiting.add(item);
      }
    },

    click({ element, item, showing }: Tile): void {
      if (clicks && !item.clicked) put({ type: "view", id: item.id, ...rowOf(element, item.id) });
      item.clicked = showing.chosen = true;
    },

    /** The tab was hidden or came back: a time in view begins anew. */
    turned(): void {
      look();
      for (const item of waiting) item.since = page.hidden ? Infinity : clock.now;
    },

    /** A list is no longer shown. */
    close(showing: Showing): void {
      for (const item of showing.items.values()) {
        leave(item, item.tile, clock.now);
        waiting.delete(item);
        if (item.seen && (showing.chosen || item.gone < Infinity)) skip(item);
      }
    },
  };
}

/**
 * Whether an item that is out of view now was passed: it left the view at its top, or a carousel at its start. One that is hidden
 * or gone has no area, and was not.
 */
function passed({ last, showing }: Item, entry: IntersectionObserverEntry): boolean {
  if (areaOf(entry) === 0) return false;
  const { boundingClientRect: now, rootBounds: view } = entry;
  const before = (last ?? entry).boundingClientRect;
  const moved = now.left - before.left;
  // What is beside the view, or clipped in it by something that scrolls by itself, and moved sideways: that is a carousel.
  const sideways = view && now.bottom > view.top && now.top < view.bottom && Math.abs(moved) >= 1;
  if (!sideways) return now.top < before.top;
  return moved < 0 !== (showing.element.closest<HTMLElement>("[dir]")?.dir === "rtl");
}
