// Lists: what `rerank` is told beside them and answers, what a policy is to it, and what `info()` tells of them. A part of the public types
// (types.ts). May use codes. In all options null is as if left out, and so is a value of the wrong kind.
import type { Reason } from "./codes.js";

/** At its pin; lifted by what rules add, or to fill a minimum; lifted for the sake of variety. */
export type RankMark = "pinned" | "rule" | "diversity";

/** One place in the new order. */
export interface Ranked<T> {
  /** The caller's own object (or id), the very same reference. */
  readonly candidate: T;
  /** What the list is sorted by; comparable within one call only. 0 where the server's order was kept. */
  readonly score: number;
  /** The new position, counted from 1. */
  readonly rank: number;
  /** The position in the list as it was passed in, counted from 1. */
  readonly previousRank: number;
  /** That a rule of the policy has it as sponsored, whether it stands in such a place or not. */
  readonly sponsored?: true;
  /** Why it stands where a policy has it; missing where the model's score, or the server, alone says so. */
  readonly mark?: RankMark;
}

/** Something that is wrong with a policy: the rule, by its id or its place (`"rules[3]"`), null where it is no rule's. */
export interface PolicyProblem extends Reason {
  readonly rule: string | null;
}

/** What the shop wants of lists: made by `policy` of `reshelf/slate`. */
export interface RankPolicy {
  /** What of its definition was left out, and why; empty where all is well. */
  readonly problems: readonly PolicyProblem[];
}

/**
 * What orders the candidates: `"model"`, all that the model has learnt (the default), or `"similarity"`, nearness to
 * what the shopper is after now and nothing else. The second is faster and knows neither server scores nor popularity.
 */
export type RankBy = "model" | "similarity";

/** What `rerank` is told beside the list. */
export interface RerankOptions {
  /** Return at most so many; all when left out. */
  readonly limit?: number | null | undefined;
  readonly by?: RankBy | null | undefined;
  /** What the shop wants of the list. With one that removes candidates, the answer is shorter than the list. */
  readonly policy?: RankPolicy | null | undefined;
}

/** What `rerankMany` is told beside the lists. */
export interface RerankManyOptions {
  /** Return at most so many of each list; all when left out. */
  readonly limit?: number | null | undefined;
  /** What the shop wants of each of the lists. */
  readonly policy?: RankPolicy | null | undefined;
}

/** What became of a list. */
export interface RankedList {
  /** How many candidates it had; of `rerankMany`, all lists together. */
  readonly candidates: number;
  /** How many of them had an id at all: where none has, the option `id` of the load names the field. */
  readonly identified: number;
  /** How many of those the model knows, by its table, a row or a description. */
  readonly known: number;
  /** With a policy: who was removed, and by which rule. */
  readonly removed?: readonly RemovedCandidate[];
  /** With a policy: its rules that counted, `"server"` for what the server pinned. */
  readonly rules?: readonly RuleReport[];
  /**
   * With a policy: sets of rules that cannot be kept together, each as small as it can be; of `rerankMany`, list after list. `"server:7"` is the
   * server's pin of the item `7` (of the seventh candidate, where that has no id).
   */
  readonly conflicts?: readonly (readonly string[])[];
  /** With a policy: fields whose reading threw. */
  readonly problems?: readonly PolicyProblem[];
}

/** A candidate that a rule removed. */
export interface RemovedCandidate {
  /** The list, counted from 0; 0 of `rerank`. */
  readonly list: number;
  /** The position in the list as it was passed in, counted from 1. */
  readonly previousRank: number;
  /** Its id as text; null where it has none. */
  readonly id: string | null;
  /** The rule's id. */
  readonly rule: string;
}

/** What became of a rule. */
export interface RuleReport {
  readonly id: string;
  /** Whether it holds whole; if not, it was kept as far as the rules before it let it. */
  readonly kept: boolean;
  /** In how many places it does not hold: candidates in a window with too many for a cap, those that a minimum lacks, or that moved too far. */
  readonly broken: number;
  /** How many candidates stand elsewhere than without it; found when read, by arranging again. Null where that cannot be told any more. */
  readonly moved: number | null;
  /**
   * What the list would be worth more without it (less, below 0): the sum of predicted clicks, each times 1 / log2(place + 1). Found when
   * read; null as `moved` is.
   */
  readonly cost: number | null;
}
