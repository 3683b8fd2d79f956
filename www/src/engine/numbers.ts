// The boundary to the engine: reshelf.d.ts declares the engine, and this has every number that crosses, once. The test
// www/test/numbers.test.mjs holds each to its constant in Rust. May use types.
import type { EventType } from "../types.js";

/** What orders candidates: the `mode` of `Engine.rank`, `shortList` and the calls beside it. */
export const RankMode = {
  /** A server's list: its order and its scores count. */
  list: 0,
  /** Candidates that were collected in no order. */
  collected: 1,
  /** Nearness to the session's first state, and nothing else. */
  similarity: 2,
} as const;
export type RankMode = (typeof RankMode)[keyof typeof RankMode];

/** No number: the handle of an item that neither the model nor this page knows, and what `shortListFrom` returns for wrong keys. */
export const NONE = 0xffff_ffff;

/** The cluster of a session of which the model knows nothing, in the low eight bits of what `Engine.cluster()` returns. */
export const NO_CLUSTER = 255;

/** The plain names of events, each at its number in the engine and in the artifact. */
export const EVENT_TYPES: readonly EventType[] = ["view", "cart", "wish", "purchase", "review", "remove", "other"];

/** Other words that shops use, for each of them; the engine's own list, which training reads logs by, is the same. */
const SYNONYMS: readonly string[] = [
  "click clicks detail product_view view_item",
  "carts add_to_cart addtocart add-to-cart basket",
  "wishlist favourite favorite follow like",
  "buy order orders transaction checkout",
  "comment rating",
  "remove_from_cart removefromcart remove-from-cart",
];

/** The number of an event by a shop's word for it, in any case; that of `other` for one that is not known. */
export function eventKind(word: string): number {
  const plain = EVENT_TYPES.indexOf(word as EventType);
  if (plain >= 0) return plain;
  const lower = word.trim().toLowerCase();
  const kind = EVENT_TYPES.findIndex((type, at) => type === lower || SYNONYMS[at]?.split(" ").includes(lower));
  return kind < 0 ? EVENT_TYPES.length - 1 : kind;
}

/** Numbers per event in `Engine.events()`. */
export const EVENT_WIDTH = 5;

/** Events that the log keeps. */
export const MOST_EVENTS = 1024;

/** The most bytes of UTF-8 that an id may have: a snapshot holds its length in 16 bits. */
export const MOST_ID = 65_535;

/** The most bytes of a snapshot: version, checksum, last number, and every event with an id of the most bytes. */
export const MOST_SNAPSHOT = 12 + MOST_EVENTS * (15 + MOST_ID);

/** The model orders a short list of so many items of the catalogue, as it was trained to. */
export const SHORT_LIST = 200;

/** The GPU module answers at most so many nearest rows; longer lists are the CPU's. */
export const MOST_NEAREST = 1024;

/** The longest header of a model that the engine takes, in bytes. */
export const LONGEST_HEADER = 16 * 2 ** 20;
