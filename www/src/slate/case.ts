// One list that a policy is to arrange: its candidates, what the model says of them, and what the session holds. All of it is a copy:
// callers' code and later calls change none of it.
import { EVENT_TYPES, EVENT_WIDTH, IMPRESSION, NONE } from "../engine/numbers.js";
import type { Columns } from "./columns.js";

const PURCHASE = /* @__PURE__ */ EVENT_TYPES.indexOf("purchase");

/** Asks the engine for the session's events: `true` for what lists showed. Undefined where no engine is. */
export type Events = (shown: boolean) => Float64Array | undefined;

/** Has the engine arrange: `Engine.arrange`. Undefined where no engine is. */
export type Solve = (scores: Float32Array, handles: Uint32Array, program: Uint32Array) => Uint32Array | undefined;

export class Case {
  /** Each candidate's score on the scale on which rules add and take, and how long one of its units is. */
  readonly base: Float64Array;
  readonly unit: number;
  /** Whose predicted click is one half. */
  readonly middle: number;
  /** The predicted click of each candidate, between 0 and 1: half for the mean score, (1 + x / (1 + |x|)) / 2 at x units from it. */
  readonly clicks: Float64Array;
  #bought: Map<number, number> | null = null;
  #shown: Map<number, number> | null = null;
  readonly #events: Events;

  constructor(
    readonly columns: Columns,
    readonly scores: Float32Array,
    readonly handles: Uint32Array,
    /** How many places the answer has. */
    readonly length: number,
    readonly now: number,
    readonly taste: Readonly<Record<string, number>> | null,
    /** What was searched for; empty where nobody told. */
    readonly query: string,
    events: Events,
    readonly solve: Solve,
  ) {
    this.#events = events;
    const { length: count } = scores;
    const [mean, spread] = spreadOf(scores);
    // Where all scores are alike, as those of an empty session are, the server's order makes the scale: even steps of the same spread.
    this.unit = spread || 1;
    this.base = Float64Array.from(scores, (score, at) =>
      spread ? finite(score) : 2 - (4 * at) / Math.max(1, count - 1),
    );
    this.middle = spread ? mean : 0;
    this.clicks = this.base.map((score) => {
      const x = (score - this.middle) / this.unit;
      return (1 + x / (1 + Math.abs(x))) / 2;
    });
  }

  get count(): number {
    return this.scores.length;
  }

  /** When a candidate was bought last in this session; -Infinity if it was not. */
  boughtAt(at: number): number {
    this.#bought ??= this.#fold(false, PURCHASE, (before, when) => Math.max(before ?? -Infinity, when));
    return this.#of(this.#bought, at) ?? -Infinity;
  }

  /** How often lists showed a candidate before. */
  shown(at: number): number {
    this.#shown ??= this.#fold(true, IMPRESSION, (before = 0) => before + 1);
    return this.#of(this.#shown, at) ?? 0;
  }

  #of(map: ReadonlyMap<number, number>, at: number): number | undefined {
    const handle = this.handles[at] as number;
    return handle === NONE ? undefined : map.get(handle);
  }

  /** The engine tells events as rows of numbers: which, item, kind, when. */
  #fold(shown: boolean, kind: number, add: (before: number | undefined, when: number) => number): Map<number, number> {
    const events = this.#events(shown) ?? [];
    const map = new Map<number, number>();
    for (let i = 0; i + EVENT_WIDTH <= events.length; i += EVENT_WIDTH) {
      const item = events[i + 1] as number;
      if (events[i + 2] === kind) map.set(item, add(map.get(item), events[i + 3] as number));
    }
    return map;
  }
}

const finite = (score: number) => (Number.isFinite(score) ? score : 0);

/** The mean, and the mean distance from it. */
function spreadOf(scores: Float32Array): [mean: number, spread: number] {
  const count = Math.max(1, scores.length);
  let sum = 0;
  for (const score of scores) sum += finite(score);
  const mean = sum / count;
  let far = 0;
  for (const score of scores) far += Math.abs(finite(score) - mean);
  return [mean, far / count];
}
