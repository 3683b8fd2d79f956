// Brings a store to where the session is: what is to be done, one thing at a time and in one order, whatever fails. Whoever writes
// has taken in what is there: where somebody else has written, it is read first. May use errors and types.
import type { Reason } from "../types.js";
import type { Replica } from "./replica.js";
import type { Kept, Mark, SessionStore } from "./store.js";
import { whyNot } from "./why.js";

/** Records after which base and records are made one. */
const MOST_RECORDS = 24;

/** Where more events than that wait, the session whole is written, and told. */
export const MOST_WAITING = 1000;

/** What the keeper does about what happens to the store. */
export interface Occasions {
  /** Takes in what was read; null where the shopper agreed to nothing, or does no longer. */
  take(kept: Kept | null): void;
  /** It was told that the shopper agrees. */
  began(): void;
  /** Whether others tell what they write. */
  hears(): boolean;
}

export class Scribe {
  readonly #store: SessionStore | null;
  readonly #replica: Replica;
  readonly #occasions: Occasions;
  /** The state of the store that the session has taken in; null while nothing is stored. */
  #mark: Mark | null = null;
  /** Why the last thing that was to be done was not. */
  failure: Reason | null = null;
  /** Whether the store has given this session a number to write as. */
  writes = false;

  // What is to be done, in this order.
  #erases = false;
  /** The shopper agreed: the store is to be made, or to be told what else they agreed to. */
  #begins = false;
  /** The store may hold what the session has not heard of. */
  #stale = false;
  /** The whole session is to be written: something was forgotten (`forgets`), or there are many records. */
  #whole = false;
  #forgets = false;
  /** Events that are to be written, by their numbers, with the ids that they are about. */
  readonly #unwritten = new Map<number, string>();

  /** Whether the whole session is on its way. */
  #rewrites = false;
  #working = false;
  /** Whether anybody asked for work since it last began. */
  #again = false;
  #ended = false;
  /** Moves whenever the shopper agrees no longer. */
  #turn = 0;
  #last = Promise.resolve();

  constructor(store: SessionStore | null, replica: Replica, occasions: Occasions) {
    this.#store = store;
    this.#replica = replica;
    this.#occasions = occasions;
  }

  /** Whether anything is stored. */
  get keeps(): boolean {
    return this.#mark !== null;
  }

  get working(): boolean {
    return this.#working;
  }

  /** Whether the store is where the session is. */
  get saved(): boolean {
    return this.keeps && !this.#working && !this.#due();
  }

  add(event: number, id: string): void {
    this.#unwritten.set(event, id);
    if (this.#unwritten.size <= MOST_WAITING) return;
    this.#unwritten.clear();
    this.#whole = true;
  }

  rewrite(forgets: boolean): void {
    this.#whole = true;
    this.#forgets ||= forgets;
  }

  begin(): void {
    this.#begins = true;
  }

  erase(): void {
    this.#erases = true;
  }

  /** The store may have changed. */
  missed(): void {
    this.#stale = true;
  }

  /** Nothing is written from here on. */
  leave(): void {
    this.#turn += 1;
    this.#mark = null;
    this.#begins = this.#whole = this.#forgets = false;
    this.#unwritten.clear();
  }

  /** Does what there is to do, `reading` before all. Resolves once nothing is left, or something failed; never rejects. */
  work(reading?: Promise<Kept | null>): Promise<void> {
    this.#again = true;
    if (!this.#working) this.#last = this.#run(reading);
    return this.#last;
  }

  /** Up to where a store first waits for anything it runs at once: a page that ends still writes to its tab. */
  async #run(reading?: Promise<Kept | null>): Promise<void> {
    this.#working = true;
    while (this.#again) {
      this.#again = false;
      try {
        if (reading) await this.#takes(reading);
        reading = undefined;
        while (this.#due()) {
          await this.#next();
          this.failure = null;
        }
      } catch (error) {
        // What was not done is done at the next occasion: the next event, at the latest.
        this.failure = whyNot(error);
        this.#whole ||= this.keeps;
      }
    }
    this.#working = false;
  }

  #due(): boolean {
    if (this.#erases) return true;
    if (this.#ended) return false;
    return this.#begins || this.#stale || (this.keeps && (this.#whole || this.#unwritten.size > 0));
  }

  async #next(): Promise<void> {
    const store = this.#store;
    if (!store) return this.#leaveUndone();
    if (this.#erases) return this.#erase(store);
    if (this.#begins || this.#stale) return this.#read(store);
    const mark = this.#mark as Mark;
    return this.#whole ? this.#writeWhole(store, mark) : this.#writeNew(store, mark);
  }

  /** Without a store there is nothing to do. */
  #leaveUndone(): void {
    this.#erases = this.#begins = this.#stale = false;
  }

  async #erase(store: SessionStore): Promise<void> {
    this.#erases = false;
    try {
      await store.erase();
    } catch (error) {
      this.#erases = true;
      throw error;
    }
  }

  async #read(store: SessionStore): Promise<void> {
    const { choice } = this.#replica;
    const begins = this.#begins ? { share: choice.share } : null;
    this.#begins = this.#stale = false;
    const turn = this.#turn;
    try {
      const took = await this.#takes(store.read(begins, !this.writes));
      if (begins && took) this.#occasions.began();
    } catch (error) {
      this.#begins ||= begins !== null && this.#turn === turn;
      this.#stale = true;
      throw error;
    }
  }

  /** Takes in what is being read, unless the shopper says something else meanwhile: that counts, and is done next. */
  async #takes(reading: Promise<Kept | null>): Promise<boolean> {
    const turn = this.#turn;
    const kept = await reading;
    if (this.#erases || this.#begins || this.#turn !== turn) return false;
    this.failure = null;
    this.#mark = kept?.mark ?? null;
    this.#occasions.take(kept);
    return kept !== null;
  }

  /** A record of what is new; where the store is not as it was read, it is read again. */
  async #writeNew(store: SessionStore, mark: Mark): Promise<void> {
    const events = [...this.#unwritten];
    const bytes = this.#replica.record(events);
    const count = bytes ? await store.append(mark.version, bytes) : 0;
    if (this.#mark !== mark) return;
    if (count < 0) {
      this.#stale = true;
      return;
    }
    this.#wrote(events);
    if (count === mark.count + 1) this.#mark = { version: mark.version, count };
    else this.#stale ||= !this.#occasions.hears();
    this.#whole ||= count >= MOST_RECORDS;
  }

  /** Everything anew: what is forgotten does not stay behind, be it that nothing does. */
  async #writeWhole(store: SessionStore, mark: Mark): Promise<void> {
    const events = [...this.#unwritten];
    const forgets = this.#forgets;
    this.#whole = this.#forgets = false;
    const bytes = this.#replica.whole();
    // Without an engine only all of it can be forgotten.
    if (!bytes && !forgets) return this.#wrote(events);
    this.#rewrites = true;
    let next: Mark | null = null;
    let failure: unknown;
    try {
      next = await store.replace(mark, bytes ?? null);
    } catch (error) {
      failure = error;
      if (forgets) next = await store.replace(mark, null).catch(() => null);
    }
    this.#rewrites = false;
    if (this.#mark !== mark) return;
    if (next) {
      this.#mark = next;
      this.#wrote(events);
    } else {
      this.#stale = this.#whole = true;
      this.#forgets ||= forgets;
    }
    if (failure) throw failure;
  }

  #wrote(events: readonly (readonly [event: number, id: string])[]): void {
    for (const [event] of events) this.#unwritten.delete(event);
  }

  /** The page may be gone in a moment: writes what is not written yet, as far as that goes at once. */
  writeLast(): void {
    const store = this.#store;
    if (!store?.last || !this.keeps) return;
    const whole = (this.#whole || this.#rewrites) && this.#replica.whole();
    if (whole && store.last(whole)) return;
    // The events alone are better than nothing, where all of it is too long.
    const events = this.#unwritten.size > 0 && this.#replica.record(this.#unwritten);
    if (events) store.last(events);
  }

  /** Holds nothing open, as soon as nothing is under way, unless somebody is back by then. */
  close(unless: () => boolean = () => false): void {
    const closes = () => void (unless() || this.#store?.close());
    if (this.#working) this.#last.then(closes);
    else closes();
  }

  /** Writes what is left, for the last time: the engine is about to go. An erasure is still made. */
  end(): void {
    const forgets = this.#forgets;
    const bytes = this.keeps && (this.#whole || this.#unwritten.size > 0) ? this.#replica.whole() : undefined;
    this.#ended = true;
    const write = async () => {
      // What others wrote meanwhile stands, unless something must go: it cannot be made one with this any more.
      if (bytes && this.#mark) await this.#store?.replace(forgets ? null : this.#mark, bytes);
    };
    this.#last = this.#last.then(write).catch(() => undefined);
    this.#last.then(() => this.#store?.close());
  }
}
