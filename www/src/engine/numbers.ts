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

/** The plain names of events, each at its number in the engine; artifacts and stored sessions go by them. */
export const EVENT_TYPES: readonly EventType[] = [
  ...(["view", "cart", "wish", "purchase", "review", "remove", "other", "return", "dislike", "search"] as const),
  ...(["dwell", "mute", "unmute", "impression", "skip"] as const),
];

/** The numbers of events that are about no item, or that have an amount. */
export const SEARCH = 9;
export const DWELL = 10;
export const MUTE = 11;
export const UNMUTE = 12;
/** This and those behind it are of what lists showed. */
export const IMPRESSION = 13;

/** What an event is about that is no item, each at its number for `Engine.subject`, and what stands before its name in the log. */
export const SUBJECTS = ["query", "category", "brand", "taste"] as const;
export const TASTE = 3;
export const SUBJECT_MARK = "\u0002";

/** The cluster of a session of which the model knows nothing, in the low eight bits of what `Engine.cluster()` returns. */
export const NO_CLUSTER = 255;

/** Other words that shops use, for each of them; the engine's own list, which training reads logs by, is the same. */
const SYNONYMS: readonly string[] = [
  "click clicks detail product_view view_item",
  "carts add_to_cart addtocart add-to-cart basket",
  "wishlist favourite favorite follow like",
  "buy order orders transaction checkout",
  "comment rating",
  "remove_from_cart removefromcart remove-from-cart",
  "",
  "returned refund",
  "not_interested hide",
  "query",
  "",
  "",
  "",
  "impressions shown",
  "skipped",
];

/** The number of an event by a shop's word for it, in any case; that of `other` for one that is not known. */
export function eventKind(word: string): number {
  const plain = EVENT_TYPES.indexOf(word as EventType);
  if (plain >= 0) return plain;
  const lower = word.trim().toLowerCase();
  const kind = EVENT_TYPES.findIndex((type, at) => type === lower || SYNONYMS[at]?.split(" ").includes(lower));
  return kind < 0 ? EVENT_TYPES.indexOf("other") : kind;
}

/** Numbers per event in `Engine.events()`. */
export const EVENT_WIDTH = 7;

/**
 * Rows of what `Engine.explain()` returns: the head's score, the same with what was learned, the score; behind those three parts, each of
 * which begins with two rows (its worth without any player, and the bound): server and popularity from `base` on, the ways of a session
 * from `ways` on, and the players.
 */
export const EXPLAINED = { head: 0, learned: 1, score: 2, base: 3, ways: 7, players: 14 } as const;
/** Rows at the beginning of each part. */
export const PART_HEAD = 2;

/** Names of players that are no event: the rest of the session, and what lists showed. */
export const REST = 0;
export const SHOWN = 2 ** 52;

/** The most players whose every subset is asked for. */
export const MOST_EXACT = 14;

/** Events that the log keeps. */
export const MOST_EVENTS = 1024;

/** Impressions and skips that it keeps beside them, and numbers of forgotten events. */
export const MOST_SHOWN = 1024;
export const MOST_REMOVED = 1024;

/** Writers that are told apart: their numbers are below. */
export const WRITERS = 0x10_0000;

/** The most bytes of UTF-8 that an id may have: a snapshot holds its length in 16 bits. */
export const MOST_ID = 65_535;

/** The most bytes of a snapshot: its head, numbers of forgotten events, and every event with an id of the most bytes. */
export const MOST_SNAPSHOT = 20 + 8 * MOST_REMOVED + (MOST_EVENTS + MOST_SHOWN) * (27 + MOST_ID);

/** A program of rules for `Engine.arrange`: words of its header, and of each record without its codes. */
export const HEADER_WORDS = 6;
export const RECORD_WORDS = 6;

/** The kinds of its records. */
export const PIN = 1;
export const CAP = 2;
export const MINIMUM = 3;
export const MOVES = 4;

/** What makes its list diverse. */
export const Diversity = { none: 0, mmr: 1, dpp: 2, calibration: 3 } as const;

/** Placed candidates that a new one is compared with, where the program has 0. */
export const USUAL_WINDOW = 10;

/**
 * In the status of a record: it does not hold everywhere in the answer; and it is in the first smallest conflicting set. The bits
 * above the second are for further such sets.
 */
export const BROKEN = 1;
export const IN_CONFLICT = 2;

/** The model orders a short list of so many items of the catalogue, as it was trained to. */
export const SHORT_LIST = 200;

/** The GPU module answers at most so many nearest rows; longer lists are the CPU's. */
export const MOST_NEAREST = 1024;

/** The longest header of a model that the engine takes, in bytes. */
export const LONGEST_HEADER = 16 * 2 ** 20;
