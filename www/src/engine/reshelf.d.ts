// What the facade relies on of the glue for the engine's module, which www/build/glue.mjs makes of what wasm-bindgen
// generates. Written by hand, so that the facade compiles before the engine is built; tests/types checks that it agrees.

/** Glue for one instance of the module; calling it again makes one for another instance. */
export default function glue(finalizers: typeof FinalizationRegistry | undefined): {
  imports(): WebAssembly.Imports;
  /** Takes over an instance that was made with those imports. */
  start(instance: WebAssembly.Instance): typeof Engine;
};

/**
 * One model with one session. Items are named by handle: the row in the model's table, or past it for items that only
 * this page has named. Methods that take input from outside throw an Error with a `code`.
 */
export class Engine {
  /** Takes an artifact over, of which only header and length are checked. */
  constructor(artifact: Uint8Array);
  free(): void;
  /** A new, empty session on the same model, which both share; freed on its own. */
  session(): Engine;
  /**
   * Reads and checks the artifact, unless a session on it has. Everything below, but what the header says (`relaxed`,
   * `modelVersion`, `items`, `composes`), comes after it: a call before is a trap. Where it throws, the model is refused.
   */
  prepare(): void;

  /** Whether this build computes dot products with relaxed SIMD. */
  readonly relaxed: boolean;
  /** The identity of the training run. */
  readonly modelVersion: string;
  /** Items in the model's own table. */
  readonly items: number;
  /**
   * Moves whenever handles of items outside the model's table became void: with forgetAll and restore, and when room is made
   * for new ones (65,536 are kept; those that no event names go, oldest first). No later item gets the handle of one that
   * is gone.
   */
  readonly generation: number;

  /**
   * The table, for a device that copies it: codes of a row, 1 where two codes share a byte, where the codes lie in the engine's
   * memory, and where the scales of its rows lie (f32).
   */
  table(): Uint32Array;

  /** Handles of many ids, whose UTF-8 lies one after the other in `ids`; 0xffffffff for an unknown one. */
  resolve(ids: Uint8Array, lengths: Uint32Array): Uint32Array;
  /** Takes in an item's row that travelled with a candidate or an event; returns the item's handle. */
  addRow(id: string, row: Uint8Array): number;
  /** Whether the model can compose items that it does not know. */
  readonly composes: boolean;
  /**
   * The handle of an id, which is given one if need be. An item that the model does not know is composed of what is said of it
   * (empty text or NaN: nothing). `row.id` for an id of more than 65,535 bytes of UTF-8.
   */
  compose(id: string, category: string, brand: string, price: number, title: string): number;
  /** The row of an item of the model's table, as `addRow` takes it. */
  row(item: number): Uint8Array;
  /** The id of a handle as text, or undefined. */
  itemId(item: number): string | undefined;

  /** The handle of what an event is about that is no item: a text that was searched for (0), a category (1), a brand (2), a cluster (3). */
  subject(what: number, text: string): number;
  /**
   * Notes an event, `at` in milliseconds, with the seconds of a dwell, or the place in its list of what was shown; returns its
   * number, which no other event of this session ever has.
   */
  observe(item: number, kind: number, at: number, amount: number, list: number): number;
  /** Forgets an event by its number, or all of an item by its handle. */
  forget(what: number, ofItem: boolean): number;
  /** Forgets all from one time to another, in milliseconds. */
  forgetBetween(from: number, to: number): number;
  /** Forgets every item that the page has named, too: their handles are void. Returns how many events were forgotten. */
  forgetAll(): number;
  /**
   * Seven numbers per event, oldest first, or of what was `shown`: event, item, kind, at (ms), 1 where the model knows the item,
   * else 0, amount, and list.
   */
  events(shown: boolean): Float64Array;

  /**
   * The weight of all known events, and then what the session leans towards, three numbers each: 0 for a category, 1 for a
   * department, 2 for a brand, with its number, 3 for a price, with its mean in codes; and the weight.
   */
  profile(): Float32Array;
  /** How far the shopper's own clicks in lists have moved each weight of the head that the model lets move. */
  learned(): Float32Array;
  /** The names of these weights' features, in the same order, with commas between. */
  readonly learners: string;
  /** From here on they move none. */
  stopLearning(): void;

  /**
   * 256 times how many clusters the model has, and the number of the one that the session is nearest to now, or 255 where the
   * model knows nothing of it; 0 where the model has none.
   */
  cluster(): number;

  /** Makes room for so many candidates: where to write their handles (u32), and behind those the server's scores (f32), NaN for none. */
  reserve(count: number): number;
  /**
   * Ranks the first `count` candidates, at least the best `limit` in order. `mode`: 0 for a server's list, 1 for candidates
   * that were collected in no order, 2 by similarity with the session's first state alone. `scored` says whether the
   * server sent scores at all. The addresses below hold until the next call. Returns false where the session is empty
   * and the order kept.
   */
  rank(count: number, mode: number, scored: boolean, limit: number): boolean;
  /**
   * Ranks many lists in one pass, each on its own: the candidates lie one list after the other, `lengths[i]` of list i.
   * The order then holds positions within each list, the lists one after the other; scores lie as the candidates do.
   */
  rankMany(lengths: Uint32Array, scored: boolean, limit: number): boolean;
  /**
   * Orders candidates by their scores and a program of rules, whose words `crate/slate/src/program.rs` describes; their handles
   * are for diversity. Returns as many places in the given list, best first; then two words a record of the program, its status
   * and in how many places it does not hold; and a last one, 1 where the search ended by its budget.
   */
  arrange(scores: Float32Array, items: Uint32Array, program: Uint32Array): Uint32Array;
  /**
   * Explains the scores of these places of the first `count` candidates, a server's list: by every subset of up to `exact` players, or
   * by so many pairs of orders. Rows of a number a place, as `numbers.ts` has them (`EXPLAINED`), and at the end the players' names: an
   * event's number, 0 for the rest of the session, 2^52 for what lists showed. Empty where the list keeps the server's order.
   */
  explain(count: number, scored: boolean, wanted: Uint32Array, exact: number, pairs: number): Float64Array;
  /**
   * As `rank` of a server's list in a session without one event, or (`ofItem`) all events about an item, by its handle; nothing is
   * forgotten. The order, and behind it the scores by position in the list as it was written.
   */
  whatIf(count: number, scored: boolean, without: number, ofItem: boolean): Float64Array;
  /**
   * Where two addresses (u32) stand for as long as the engine lives: that of the order (u32), positions in the list as it was
   * written, best first, and that of the scores (f32), by position in the list as it was written.
   */
  answerPointer(): number;

  /**
   * Scans the whole table for the `length` best rows: by similarity and what other sessions say, or (`mode` 2) by
   * similarity alone. An empty session gives the most popular. Returns how many there are. The order pointer then leads to
   * their handles, best first, and the scores pointer to their scores in the same order.
   */
  shortList(length: number, mode: number): number;
  /** The session's row for a scan on another device: `dimension` u7 codes; empty where there is nothing to scan for. */
  scanSession(mode: number): Uint8Array;
  /** How many nearest rows `shortListFrom` needs in order to give exactly what `shortList(length, mode)` gives. */
  scanCount(length: number, mode: number): number;
  /**
   * As `shortList`, from the nearest rows that another device found: pairs of a row and the bits of its key, best first.
   * Checks every key; returns 0xffffffff where they are not what this engine computes.
   */
  shortListFrom(pairs: Uint32Array, length: number, mode: number): number;

  /** The session; or one event alone, by its number: the event, or that it is forgotten. 0 for all. */
  snapshot(event: number): Uint8Array;
  /** Replaces the session whole; returns how many events came back. When it throws, the session is empty. */
  restore(snapshot: Uint8Array): number;
  /**
   * Brings in what another copy of this session knows; one that `joins` keeps what it noted before. Returns whether anything
   * changed. When it throws, nothing did.
   */
  merge(snapshot: Uint8Array, joins: boolean): boolean;
  /** From here on events are numbered as those of this writer (below 2^20), among all that share the session. */
  writeAs(writer: number): void;
}
