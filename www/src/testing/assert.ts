// The assertions, for `node:test` and every runner that takes what is thrown for a failure. Uses order and types.
import type { ItemId } from "../types.js";
import {
  beginsWith,
  hasOrder,
  hasReason,
  hasRefused,
  idsOf,
  judged,
  keepsServerOrder,
  ranksBefore,
  type Verdict,
  words,
} from "./order.js";
import type { OrderOptions } from "./types.js";

/** What an assertion throws: runners know it by its `code`, and show `expected` beside `actual`. */
export class OrderError extends Error {
  override readonly name = "AssertionError";
  readonly code = "ERR_ASSERTION";
  readonly generatedMessage = true;
  readonly operator = "deepStrictEqual";
  readonly expected: unknown;
  readonly actual: unknown;

  constructor(verdict: Verdict) {
    super(words(verdict));
    this.expected = verdict.expected;
    this.actual = verdict.actual;
  }
}

function hold(look: () => Verdict): void {
  const verdict = judged(look);
  if (!verdict.pass) throw new OrderError(verdict);
}

/** These ids in this order, and no others. `list` is what `rerank` or `retrieve` returned, candidates, ids or elements. */
export function assertOrder(list: unknown, expected: readonly ItemId[], options?: OrderOptions): void {
  hold(() => hasOrder(idsOf(list, options), expected));
}

/** These ids at the front, in this order. */
export function assertBeginsWith(list: unknown, expected: readonly ItemId[], options?: OrderOptions): void {
  hold(() => beginsWith(idsOf(list, options), expected));
}

/** Both are there, the first before the second. */
export function assertBefore(list: unknown, earlier: ItemId, later: ItemId, options?: OrderOptions): void {
  hold(() => ranksBefore(idsOf(list, options), earlier, later));
}

/** What `rerank` returned is in the order in which it was passed in. */
export function assertServerOrder(ranked: unknown): void {
  hold(() => keepsServerOrder(ranked));
}

/** `info().reason` of a reranker or a model has this code; null: the model ranks. */
export function assertReason(reranker: unknown, code: string | null): void {
  hold(() => hasReason(reranker, code));
}

/** `info().ignored` or a part of `info().refused` has this code as its last. */
export function assertRefused(reranker: unknown, code: string): void {
  hold(() => hasRefused(reranker, code));
}
