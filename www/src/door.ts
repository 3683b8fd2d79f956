// A door from one of the package's entries to another, which lie in bundles of their own and meet in the caller's objects alone. It
// is no part of the public interface. Uses types and the engine's declaration.
import type { Engine } from "./engine/reshelf.js";
import type { Ranked, RankedList } from "./types.js";

/** Under this name a reranker has a function: an item's row by its id, null for an item that its model's table does not hold. */
export const ROW_OF = /* @__PURE__ */ Symbol.for("reshelf.rowOf");

export type RowOf = (id: string) => Uint8Array | null | undefined;

/** Under this name a reranker has a function: it writes a list into the engine's memory as `rerank` does, and asks the engine about it. */
export const ASK = /* @__PURE__ */ Symbol.for("reshelf.ask");

/** `asks` gets the engine, how many candidates there are, and whether the server sent scores. Undefined where nothing can be asked. */
export type Ask = <T>(
  list: readonly unknown[],
  asks: (engine: Asked, count: number, scored: boolean) => T,
) => T | undefined;

/** The part of the engine that is asked. */
export interface Asked {
  resolve(ids: Uint8Array, lengths: Uint32Array): Uint32Array;
  explain(count: number, scored: boolean, wanted: Uint32Array, exact: number, pairs: number): Float64Array;
  whatIf(count: number, scored: boolean, without: number, ofItem: boolean): Float64Array;
}
/** Under this name a compiled policy (slate/) has a function: how it arranges lists. */
export const ARRANGE = /* @__PURE__ */ Symbol.for("reshelf.arrange");

/**
 * Arranges lists, each answer at most `limit` long. `ask` asks the session's engine, and gives undefined where there is none. Of lists that
 * the model has ranked: how many candidates of each, and where, one list behind the other, their scores and their handles begin. By
 * place, since names differ from bundle to bundle. Behind the answers comes what makes of what is known of the lists what to tell of them.
 */
export type Arrange = (
  lists: readonly (readonly unknown[])[],
  limit: number,
  idOf: (candidate: unknown) => unknown,
  ask: <T>(question: (engine: Engine) => T) => T | undefined,
  ranked?: Scored,
) => readonly [answers: Ranked<unknown>[][], tell: (seen: RankedList | null) => RankedList];

/** Under this name a compiled policy has a function: what crosses to a worker in its place, with what its rules read of these lists. */
export const CROSS = /* @__PURE__ */ Symbol.for("reshelf.cross");

export type Cross = (lists: readonly (readonly unknown[])[]) => Crossed;

/** Plain data that slate/ alone looks into. */
export interface Crossed {
  readonly crossed: object;
}

/** Under this name `policy` of `reshelf/slate` has a function: the policy again, for those very lists. */
export const CROSSED = /* @__PURE__ */ Symbol.for("reshelf.crossed");

export type Arrives = (sent: Crossed) => object;

export type Scored = readonly [
  counts: readonly number[],
  floats: Float32Array,
  scoresAt: number,
  items: Uint32Array,
  handlesAt: number,
];
