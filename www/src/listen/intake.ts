// Takes in what the sources have read of foreign events, makes it plain and bounded, and hands it to the reranker: one event an
// item. What cannot be used is counted, with a reason. Uses reads of the page and types.
import { attempt, field, textOf } from "../page/read.js";
import type { ItemDescription, ItemId, Reason } from "../types.js";
import { repeats } from "./repeats.js";

/** What an event of a shop is mapped to. */
export type EventWord =
  | "view"
  | "cart"
  | "wish"
  | "purchase"
  | "review"
  | "remove"
  | "return"
  | "search"
  | "impression";

/** An event as it is handed to `observe`. */
export interface ListenedEvent extends ItemDescription {
  readonly type: EventWord;
  /** The item; a search has none. */
  readonly id?: ItemId;
  /** What was searched for, its first 256 characters. */
  readonly query?: string;
  /** Of an impression: the list's id, or else its name, where the event has one. */
  readonly list?: string;
  /** Of an impression: the place in that list, counted from 0. */
  readonly position?: number;
}

/** An item as a source has read it, nothing of it checked. */
export interface ForeignItem {
  /** The shop's own object, for the shop's own `id`. */
  readonly item: unknown;
  readonly id: unknown;
  readonly list?: unknown;
  readonly position?: unknown;
  /** One text, or one a level, from the widest to the narrowest. */
  readonly category?: unknown;
  readonly brand?: unknown;
  readonly price?: unknown;
  readonly title?: unknown;
}

/** What `listen` could not use: how often, and why the last time. */
export interface Unused {
  readonly count: number;
  readonly reason: Reason | null;
}

/** Who tells something. */
export interface Voice {
  /** A source, the form of a push where it has several, and the event's name. */
  readonly name: string;
  /** The event's own name, for the shop's own `id`. */
  readonly event: unknown;
  /** Whose telling is still to come, however late. */
  readonly awaits?: string;
}

export interface Intake {
  /** Reads a foreign event; what it throws costs that event. */
  event(read: () => void): void;
  /** The same for each entry of a batch of pushes. */
  batch(take: (entry: unknown) => void): (entries: readonly unknown[], missed: number) => void;
  /** Takes the items of an event. */
  items(voice: Voice, type: EventWord, items: unknown, read: (item: unknown) => ForeignItem): void;
  search(voice: Voice, query: unknown): void;
  unused(reason: Reason, count?: number): void;
  /** Takes in nothing any more. */
  close(): void;
  counts(): { observed: number; repeated: number; ignored: Unused };
}

/** The most items of one event: as many as GA4 takes. */
const MOST_ITEMS = 200;
/** Characters of an id, of a query or a list's name, and of a description's text. */
const MOST_ID = 1024;
const MOST_QUERY = 256;
const MOST_TEXT = 1024;

export function intake(observe: (event: ListenedEvent) => unknown, idOf: unknown): Intake {
  const isNew = repeats();
  let open = true;
  let observed = 0;
  let repeated = 0;
  let ignored = 0;
  let reason: Reason | null = null;

  const unused = (why: Reason, count = 1) => {
    ignored += count;
    reason = why;
  };

  const event = (read: () => void) => {
    if (open) attempt(read, () => unused(NO_SHAPE));
  };

  const hand = (voice: Voice, thing: unknown, event: ListenedEvent) => {
    if (!isNew(`${event.type} ${thing}`, voice.name, voice.awaits)) repeated += 1;
    else {
      observed += 1;
      attempt(
        () => observe(event),
        () => {
          observed -= 1;
          unused(NOT_OBSERVED);
        },
      );
    }
  };

  /** The id by which the reranker knows an item; empty where there is none, null where the shop passes it over. */
  const idFor = ({ id, item }: ForeignItem, event: unknown): ItemId | null => {
    // A number that stands for its neighbours is no id, and goes on as it is: the reranker refuses it with its reason.
    if (typeof id === "number" && !Number.isSafeInteger(id) && typeof idOf !== "function") return id;
    const own = textOf(id, MOST_ID + 1);
    const mapped: unknown = typeof idOf === "function" ? attempt(() => idOf(own, item, event)) : own;
    if (mapped === null || typeof mapped === "number" || typeof mapped === "bigint") return mapped;
    const text = textOf(mapped, MOST_ID + 1);
    return text.length > MOST_ID ? "" : text;
  };

  const one = (voice: Voice, type: EventWord, seen: ForeignItem, place: number) => {
    const id = idFor(seen, voice.event);
    if (id === null) return;
    if (id === "") return unused(NO_ID);
    const list = textOf(seen.list, MOST_QUERY);
    const shown = type === "impression" ? given({ list, position: placeOf(seen.position) ?? place }) : {};
    hand(voice, id, { type, id, ...shown, ...given(descriptionOf(seen)) });
  };

  return {
    event,
    batch: (take) => (entries, missed) => {
      for (const entry of entries) event(() => take(entry));
      if (missed > 0) unused(TOO_MANY, missed);
    },
    items(voice, type, items, read) {
      const length = Array.isArray(items) ? Math.min(Number(field(items, "length")), 2 ** 32) : 0;
      if (!(length > 0)) return unused(NO_SHAPE);
      for (let place = 0; place < length && place < MOST_ITEMS; place++) {
        event(() => one(voice, type, read(field(items, `${place}`)), place));
      }
      if (length > MOST_ITEMS) unused(TOO_MANY, length - MOST_ITEMS);
    },
    search(voice, query) {
      const text = textOf(query, MOST_QUERY);
      if (text === "") return unused(NO_SHAPE);
      hand(voice, text, { type: "search", query: text });
    },
    unused,
    close: () => void (open = false),
    counts: () => ({ observed, repeated, ignored: { count: ignored, reason: reason && { ...reason } } }),
  };
}

/** The parts of a description, in the forms that the reranker takes. */
function descriptionOf({ category, brand, price, title }: ForeignItem) {
  const levels = (Array.isArray(category) ? category.slice(0, 8) : [category]).map((level) => textOf(level, MOST_TEXT));
  const path = levels
    .filter(Boolean)
    .join("/")
    .replace(/\s*>\s*/g, "/");
  return { category: path, brand: textOf(brand, MOST_TEXT), price: numberOf(price), title: textOf(title, MOST_TEXT) };
}

/** A number, also where a shop writes it as text; NaN for anything else. */
function numberOf(value: unknown): number {
  const text = textOf(value, 32);
  return /^[-+]?[\d.]+(e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN;
}

function placeOf(position: unknown): number | undefined {
  const place = numberOf(position);
  return Number.isSafeInteger(place) && place >= 0 ? place : undefined;
}

/** Leaves out what there is none of: empty texts, and numbers that are none. */
function given<T extends object>(fields: T): Partial<T> {
  const kept: Partial<T> = {};
  for (const name of Object.keys(fields) as (keyof T)[]) {
    if (fields[name] || fields[name] === 0) kept[name] = fields[name];
  }
  return kept;
}

/** What a table of ours has for a foreign name: names such as `constructor` have nothing. */
export function wordFor(table: Readonly<Record<string, EventWord>>, name: unknown): EventWord | undefined {
  return typeof name === "string" && Object.hasOwn(table, name) ? table[name] : undefined;
}

const NO_ID: Reason = { code: "listen.id", message: "An item has no id that can be used: see `id` of listen()." };
export const NO_SHAPE: Reason = {
  code: "listen.shape",
  message: "An event cannot be read, or has no items or query where docs/listen.md looks for them.",
};
export const TOO_MANY: Reason = {
  code: "listen.many",
  message: "One event has more than 200 items, or there are more than 300 pushes at once: the rest is passed over.",
};
const NOT_OBSERVED: Reason = {
  code: "listen.observe",
  message: "`observe` of the reranker failed: pass what loadReranker() gave.",
};
export const NO_OPTION: Reason = {
  code: "listen.option",
  message: "An option of listen() is of the wrong kind: it counts as not given.",
};
