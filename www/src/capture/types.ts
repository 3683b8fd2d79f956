// What `reshelf/capture` takes, gives and tells: types alone.
import type { ItemId, Reason, Refused } from "../types.js";

/** A tile was seen, or seen and left behind. */
export interface ListEvent {
  readonly type: "impression" | "skip";
  readonly id: ItemId;
  /** The item's row, where its element has one in `data-reshelf-row`; told with the impression. */
  readonly row?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The list's name; left out where it has none. */
  readonly list?: string;
  /** The tile's place in its list, counted from 0. */
  readonly position: number;
}

/** A product's own page was looked at. */
export interface DwellEvent {
  readonly type: "dwell";
  readonly id: ItemId;
  /** The item's row, where its element has one in `data-reshelf-row`. */
  readonly row?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Since the last event of this look at the product: a look's events add up. */
  readonly seconds: number;
}

/** A tile was clicked; told only with `clicks: true`. */
export interface ClickEvent {
  readonly type: "view";
  readonly id: ItemId;
  /** The item's row, where its element has one in `data-reshelf-row`. */
  readonly row?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What is told to the observer. */
export type CaptureEvent = ListEvent | DwellEvent | ClickEvent;

/** Who takes the events: a reranker, or whatever passes them on to one, such as a worker's stand-in. */
export interface Observer {
  observe(event: CaptureEvent): unknown;
}

/** An attribute by its name, or a function that reads an element. What a function throws is counted, and says nothing. */
export type Reader<T> = string | ((element: Element) => T | null | undefined);

/** What is null counts as left out; what is of the wrong kind as well, with a reason in `info().refused`. */
export interface CaptureOptions {
  /** Where to look; `document` when left out. What lies in a shadow root is seen only by a capture whose `root` it is. */
  readonly root?: Document | ShadowRoot | Element | null | undefined;
  /** Selector of a tile, or of a product's own page; `"[data-reshelf-item]"` when left out. */
  readonly items?: string | null | undefined;
  /** Selector of a list, which tiles stand in; `"[data-reshelf-list]"` when left out. */
  readonly lists?: string | null | undefined;
  /** Selector of a product's own page: an element in no list. That of `items` when left out; false for no dwell time. */
  readonly products?: string | false | null | undefined;
  /** An item's id; `"data-reshelf-item"` when left out. An element without one, or with an empty one, is not watched. */
  readonly id?: Reader<ItemId> | null | undefined;
  /** A list's name; `"data-reshelf-list"` when left out. */
  readonly name?: Reader<string> | null | undefined;
  /** A tile's place, from 0; `"data-reshelf-position"` when left out. Where it says nothing, the place among the list's tiles. */
  readonly position?: Reader<number | string> | null | undefined;
  /** How much of a tile is to be visible, 0 to 1; 0.5 when left out. */
  readonly threshold?: number | null | undefined;
  /** For how many milliseconds on end; 1,000 when left out. So long, too, a tile has to be gone for a skip. */
  readonly duration?: number | null | undefined;
  /** After how many milliseconds without input nobody looks at a product any more; 30,000 when left out. */
  readonly idle?: number | null | undefined;
  /** Whether a click on a tile is told, as a view; false when left out, since the product's page tells its view. */
  readonly clicks?: boolean | null | undefined;
  /** Whether skips are told; true when left out. */
  readonly skips?: boolean | null | undefined;
  /** Aborting it is `stop()`. */
  readonly signal?: AbortSignal | null | undefined;
}

/** What `info()` tells. */
export interface CaptureInfo {
  /** Why nothing is watched; null while it is. */
  readonly reason: Reason | null;
  /** Tiles and products that are watched now. */
  readonly watched: number;
  /** How many events were told, by type. */
  readonly told: Readonly<Record<CaptureEvent["type"], number>>;
  /** Options of the wrong kind, functions of the page that threw, events that `observe` refused by throwing. */
  readonly refused: Refused;
}

/** A page that is watched. Its methods need no `this`, and do not throw. */
export interface Capture {
  /** A new object on every call. */
  info(this: void): CaptureInfo;
  /** Tells what is due, as when the page is left, and lets go of everything. */
  stop(this: void): void;
}
