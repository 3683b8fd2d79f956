// One copy of the session among those of other pages, tabs and workers: what the engine is told of theirs, and what it tells of
// this one. The log is a replicated set of which the engine makes one state, in whatever order it hears of things
// (crate/session/src/session/log.rs). May use engine, errors and types.
import { EVENT_WIDTH, WRITERS } from "../engine/numbers.js";
import type { Engine } from "../engine/reshelf.js";
import { isTrap } from "../errors.js";
import { type Details, describe, Items } from "./items.js";
import { type Parcel, pack } from "./parcel.js";

/** The reranker whose session it is. */
export interface Host {
  /** What the shopper agreed to: the reranker's own, which others may change. */
  readonly choice: { store: boolean; share: boolean };
  /** Works with the engine, within the guard of public calls; undefined where there is none. */
  use<T>(work: (engine: Engine) => T): T | undefined;
  /** The row of an item that was fetched for this page. */
  rowOf(id: string): Uint8Array | undefined;
  /** The session has changed by other hands. */
  moved(): void;
}

/** Events by their numbers, with the ids that they are about. */
export type Events = Iterable<readonly [event: number, id: string]>;

export class Replica {
  readonly #host: Host;
  readonly #items = new Items();
  /** Whether this copy is one with the others. */
  joined = false;
  /** Whether anything was noted or forgotten while it was not: of that the others have heard nothing. */
  own = false;
  /** Whether everything was forgotten while what is stored was still on its way. */
  forgotten = false;

  /** What the shopper agreed to. */
  get choice(): Host["choice"] {
    return this.#host.choice;
  }

  constructor(host: Host) {
    this.#host = host;
    // Until a store gives a number that is nobody else's: one of half a million, by chance.
    this.writeAs((WRITERS / 2) * (1 + Math.random()));
  }

  writeAs(writer: number): void {
    this.#host.use((engine) => engine.writeAs(writer));
  }

  /** Notes what was said of an item, or was fetched of it. */
  note(id: string, details: Details | null): void {
    const row = details?.row ?? this.#host.rowOf(id);
    if (details || row) this.#items.note(id, { row, description: details?.description ?? null });
    if (!this.joined) this.own = true;
  }

  /** Rows of these items were fetched: notes those that the log is about. Returns whether there are any that are new. */
  came(ids: readonly string[]): boolean {
    const named = this.#host.use(idsIn);
    const news = ids.filter((id) => named?.has(id) && this.#items.lacksRow(id) && this.#host.rowOf(id));
    for (const id of news) this.note(id, null);
    return news.length > 0;
  }

  /** Whether something is to be kept of what is said of this item. */
  lacks(id: string): boolean {
    return !this.#items.has(id);
  }

  /** How many events and impressions there are. */
  get count(): number {
    const counted = this.#host.use((engine) => engine.events(false).length + engine.events(true).length);
    return (counted ?? 0) / EVENT_WIDTH;
  }

  /**
   * Becomes one with what others wrote, if it is not. Something of its own joins what theirs comes to, so that what they have
   * forgotten since is not among that. Returns whether all of it was good.
   */
  join(parcels: readonly Parcel[]): boolean {
    if (!this.own && !this.forgotten) return this.merge(parcels);
    const good = this.#host.use((engine) => {
      const others = engine.session();
      others.prepare();
      this.#describe(engine, parcels);
      const [, good] = mergeInto(others, parcels);
      if (this.forgotten) others.forgetAll();
      engine.merge(others.snapshot(0), true);
      others.free();
      this.#host.moved();
      return good;
    });
    return good ?? true;
  }

  /** Takes in what others wrote or said; returns whether all of it was good. */
  merge(parcels: readonly Parcel[]): boolean {
    const good = this.#host.use((engine) => {
      const described = this.#describe(engine, parcels);
      const [changed, good] = mergeInto(engine, parcels);
      if (changed || described) this.#host.moved();
      return good;
    });
    return good ?? true;
  }

  #describe(engine: Engine, parcels: readonly Parcel[]): boolean {
    const items = parcels.flatMap((parcel) => parcel.items).filter((item) => this.#items.wants(item));
    for (const item of items) {
      this.#items.add(item);
      describe(engine, item);
    }
    return items.length > 0;
  }

  /** Drops what was said of items that nothing in the log is about any more. */
  tidy(): void {
    this.#host.use((engine) => this.#items.inLog(() => idsIn(engine)));
  }

  forgetAll(): void {
    this.#host.use((engine) => engine.forgetAll());
    this.#host.moved();
  }

  /** Forgets what was done before then, in milliseconds; returns whether there was anything. */
  forgetBefore(time: number): boolean {
    const forgotten = this.#host.use((engine) => engine.forgetBetween(-Infinity, time)) ?? 0;
    if (forgotten > 0) this.#host.moved();
    return forgotten > 0;
  }

  /** These events, or that they are forgotten, as a parcel; undefined where there is no engine to ask. */
  record(events: Events): Uint8Array<ArrayBuffer> | undefined {
    const all = [...events];
    const items = this.#items.of(all.map(([, id]) => id));
    return this.#host.use((engine) => pack({ snapshots: all.map(([event]) => engine.snapshot(event)), items }));
  }

  /** Everything. */
  whole(): Uint8Array<ArrayBuffer> | undefined {
    return this.#host.use((engine) =>
      pack({ snapshots: [engine.snapshot(0)], items: this.#items.inLog(() => idsIn(engine)) }),
    );
  }
}

function mergeInto(engine: Engine, parcels: readonly Parcel[]): [changed: boolean, good: boolean] {
  let [changed, good] = [false, true];
  for (const snapshot of parcels.flatMap((parcel) => parcel.snapshots)) {
    try {
      changed = engine.merge(snapshot, false) || changed;
    } catch (error) {
      if (isTrap(error)) throw error;
      good = false;
    }
  }
  return [changed, good];
}

/** The ids of all that the log is about. */
function idsIn(engine: Engine): Set<string> {
  const ids = new Set<string>();
  for (const log of [engine.events(false), engine.events(true)])
    for (let i = 1; i < log.length; i += EVENT_WIDTH) ids.add(engine.itemId(log[i] as number) ?? "");
  return ids;
}
