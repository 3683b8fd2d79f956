// What is looked at: all that one session holds at one moment, made of what the facade hands over. May use engine and types.
import { EVENT_WIDTH, NONE } from "../engine/numbers.js";
import type { Engine } from "../engine/reshelf.js";
import type { RerankerInfo } from "../types.js";

/** A session, as the facade has it. */
export interface Patient {
  /** One call, within the guard that a public call has; undefined where it fails. */
  guard<T>(call: () => T): T | undefined;
  /** What runs; null without a model. */
  usable(): Running | null;
  readonly loaded: { readonly module: { readonly memory: WebAssembly.Memory } } | null;
  /** Milliseconds by which the newest event was dated later than now. */
  readonly ahead: number;
}

interface Running {
  readonly engine: Engine;
  readonly ids: {
    /** Slots of all spellings of ids that were met, all of one id the same; what each slot has for a handle; and how it was settled. */
    readonly held: readonly [
      slots: ReadonlyMap<unknown, number>,
      handles: readonly number[],
      settled: ReadonlyMap<number, true | number>,
    ];
  };
  readonly buffers: {
    /** Where the handles of the list lie that was ranked last, how many they are, and how often any was. */
    readonly held: readonly [at: number, count: number, times: number, ...rest: unknown[]];
  };
}

/** Ids that lists or events brought, each once. */
export interface Ids {
  /** How many of them the model's own table has. */
  readonly inTable: number;
  /** How many it knows by what the page said of them: a row, or a description. */
  readonly said: number;
  /** Those that it knows nothing of, oldest first. */
  readonly unknown: readonly string[];
  /** Prices of descriptions, oldest first. */
  readonly prices: readonly number[];
}

export interface Case {
  readonly info: RerankerInfo;
  /** Milliseconds of now. */
  readonly now: number;
  /** The most milliseconds by which an event was dated later than now. */
  readonly ahead: number;
  /** Null without a model. */
  readonly engine: Engine | null;
  readonly ids: Ids;
  /** Candidates of the list that was ranked last, how many of them the model knows, and how often any list was. */
  readonly last: { readonly length: number; readonly known: number; readonly times: number };
}

export function caseOf({ ahead, loaded }: Patient, running: Running | null, info: RerankerInfo): Case {
  const engine = running?.engine ?? null;
  const items = engine?.items ?? 0;
  const [spellings, handles, settlements] = running?.ids.held ?? [
    new Map<unknown, number>(),
    [],
    new Map<number, true>(),
  ];
  const [at, count, times] = running?.buffers.held ?? [0, 0, 0];
  const last = loaded ? new Uint32Array(loaded.module.memory.buffer).slice(at, at + count) : new Uint32Array(0);

  // An item that an event alone has named is told of as long as the log has it, or a list shows it: what is forgotten is not.
  const shown = new Set<number>(last);
  for (const log of engine ? [engine.events(false), engine.events(true)] : [])
    for (let at = 1; at < log.length; at += EVENT_WIDTH) shown.add(log[at] as number);
  const unknown: string[] = [];
  const prices: number[] = [];
  const nameless = new Set<number>([NONE]);
  const slots = new Set<number>();
  let [inTable, said] = [0, 0];
  for (const [spelling, slot] of spellings) {
    if (slots.has(slot)) continue; // The first spelling of an id is its text.
    slots.add(slot);
    const [handle = NONE, settled] = [handles[slot], settlements.get(slot)];
    if (handle < items) inTable += 1;
    else if (settled !== undefined) {
      if (handle !== NONE) said += 1; // Else the id was refused, or its row.
      if (Number.isFinite(settled)) prices.push(settled as number);
    } else {
      nameless.add(handle);
      if (handle === NONE || shown.has(handle)) unknown.push(String(spelling));
    }
  }
  // A description of which the model knows no word gives no row either.
  const isKnown = (handle: number) =>
    handle < items || (!nameless.has(handle) && (engine?.row(handle).length ?? 0) > 0);
  const known = last.reduce((sum, handle) => sum + Number(isKnown(handle)), 0);
  // What was ranked before all was forgotten names nothing any more.
  const length = slots.size > 0 ? last.length : 0;
  return {
    info,
    now: Date.now(),
    ahead,
    engine,
    ids: { inTable, said, unknown, prices },
    last: { length, known, times },
  };
}
