// Keeps one reranker's session: what is to be written and when, what comes from the store and from other tabs, and what the
// shopper agreed to. The log is a replicated set of which the engine makes one state, in whatever order it hears of things
// (crate/session/src/session/log.rs): here is only who is told, and the order of writes. May use engine, errors and types.
import { EVENT_WIDTH, WRITERS } from "../engine/numbers.js";
import type { Engine } from "../engine/reshelf.js";
import { field, isTrap, type Refusal } from "../errors.js";
import type { Reason, StoreInfo } from "../types.js";
import type { Channel, Heard, Message } from "./channel.js";
import { type Details, describe, Items } from "./items.js";
import type { Turns } from "./page.js";
import { type Parcel, pack, unpack } from "./parcel.js";
import { type Kept, type Mark, MOST_AGE, type SessionStore } from "./store.js";
import { DAMAGED, NO_CONSENT, SLOW, whyNot } from "./why.js";

/** Records after which base and records are made one. */
const MOST_RECORDS = 32;

/** Milliseconds that impressions wait for more of them: a page that scrolls shows some at every moment. */
const GATHER = 1000;

/** Milliseconds within which what was told is surely written. */
const RECENT = 5000;

/** Milliseconds that loading waits for a store that does not answer. */
const PATIENCE = 2000;

/** Where more events than that wait, the session whole is written and told; so many messages wait until it is read. */
const MOST_WAITING = 1000;

/** The reranker whose session it is. */
export interface Host {
  /** What the shopper agreed to: the reranker's own, which others may change. */
  readonly choice: { store: boolean; share: boolean };
  /** Works with the engine, within the guard of public calls; undefined where there is none. */
  use<T>(work: (engine: Engine) => T): T | undefined;
  /** The session has changed by other hands. */
  moved(): void;
}

/** What a keeper needs of the platform; tests pass their own. */
export interface Platform {
  now(): number;
  /** The store, or why there is none. `gone` hears that somebody else took it away. */
  open(gone: () => void): SessionStore | Refusal;
  channel(hear: (message: Heard) => void): Channel | null;
  watch(turns: Turns): () => void;
}

export class Keeper {
  readonly #kind: "tab" | "device";
  readonly #platform: Platform;
  readonly #store: SessionStore | null;
  /** What there was when the page began to load. */
  readonly #first: Promise<Kept | null>;
  readonly #items = new Items();
  #host: Host | null = null;
  #channel: Channel | null = null;
  #unwatch = () => {};
  #ended = false;

  /** The state of the store that this session has taken in; null while nothing is stored. */
  #mark: Mark | null = null;
  /** Whether the store has given this session a number to write as. */
  #writes = false;
  /** Whether this session is one with the others'; what they say before that waits. */
  #joined = false;
  #early: Heard[] = [];
  /** Whether anything was noted or forgotten before: it is told and written with all that it joined. */
  #own = false;
  /** Moves whenever the shopper agrees no longer. */
  #turn = 0;
  /** Whether everything was forgotten before the store answered. */
  #forgotten = false;
  #restored = 0;
  /** Why the last thing that was to be done was not. */
  #failure: Reason | null = null;
  #lost: Reason | null = null;

  // What is to be done, in this order.
  #erases = false;
  /** The shopper agreed: the store is to be made, or to be told. */
  #begins = false;
  /** The store may hold what this session has not heard of. */
  #stale = false;
  /** The whole session is to be written: something was forgotten, or the records are many. */
  #whole = false;
  #forgets = false;
  /** Whether that is under way. */
  #rewrites = false;
  /** Events that are to be written, and those that others are to hear of: by their numbers, with the ids that they are about. */
  readonly #unwritten = new Map<number, string>();
  readonly #untold = new Map<number, string>();
  #tellsWhole = false;
  /** When this session last told anything. */
  #told = -Infinity;

  #working = false;
  /** Whether anybody asked for work since it last began. */
  #again = false;
  #last = Promise.resolve();
  #flushes = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Begins to read at once. */
  constructor(kind: "tab" | "device", platform: Platform) {
    this.#kind = kind;
    this.#platform = platform;
    const store = platform.open(this.#missed);
    this.#store = "read" in store ? store : null;
    if ("code" in store) this.#failure = store;
    this.#first = this.#store?.read(null, true) ?? Promise.resolve(null);
    this.#first.catch(() => undefined); // Awaited once the model is there, if it ever is.
  }

  /** Makes the session one with what is stored, and keeps it from here on. Waits until the session is there, within reason. */
  async join(host: Host): Promise<void> {
    this.#host = host;
    // Until a store gives a number that is nobody else's: one of half a million, by chance.
    host.use((engine) => engine.writeAs((WRITERS / 2) * (1 + Math.random())));
    if (!this.#store) return;
    this.#listen();
    this.#unwatch = this.#platform.watch({ hide: this.#flush, sleep: this.#sleep, wake: this.#wake });
    let late: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<void>((done) => {
      late = setTimeout(() => done(void (this.#failure = SLOW)), PATIENCE);
    });
    await Promise.race([this.#work(this.#takes(this.#first)), patience]);
    clearTimeout(late);
  }

  /** The reranker noted an event, and what was said of the item that it is about, if the model's table does not hold that. */
  noted(event: number, shown: boolean, id: string, details: Details | null): void {
    if (details) this.#items.note(id, details);
    if (!this.#joined) this.#own = true;
    if (!this.#joined) return;
    for (const waiting of [this.#unwritten, this.#untold]) {
      waiting.set(event, id);
      if (waiting.size > MOST_WAITING) {
        this.#whole = this.#tellsWhole = true;
        waiting.clear();
      }
    }
    if (shown) this.#timer ??= setTimeout(this.#flush, GATHER);
    else if (!this.#flushes) {
      this.#flushes = true;
      queueMicrotask(this.#flush);
    }
  }

  /** Whether nothing is kept of what was said of this item. */
  lacks(id: string): boolean {
    return !this.#items.has(id);
  }

  /** The reranker forgot something, or everything (`all`), or took another session in its place. */
  forgot(all: boolean): void {
    if (!this.#mark) {
      this.#own = true;
      this.#forgotten ||= all && this.#working;
      return;
    }
    this.#whole = this.#forgets = true;
    if (!this.#tellWhole() && all) this.#post({ forget: true });
    this.#work();
  }

  /** The shopper said what they agree to: the host's choice has it already. */
  chosen({ store, share }: { readonly store: boolean | undefined; readonly share: boolean | undefined }): void {
    if (!this.#host || !this.#store) return;
    if (store === false) {
      this.#leave();
      this.#erases = true;
      this.#begins = false;
      this.#post({ choice: { store } });
    } else if (this.#host.choice.store && (!this.#mark || share !== undefined)) this.#begins = true;
    this.#work();
  }

  info(): StoreInfo {
    const reason = this.#failure ?? (this.#mark ? this.#lost : NO_CONSENT);
    return {
      kind: this.#mark && !this.#failure ? this.#kind : "memory",
      wanted: this.#kind,
      reason: reason && { code: reason.code, message: reason.message },
      restored: this.#restored,
      saved: this.#mark !== null && !this.#working && !this.#due(),
    };
  }

  /** The reranker is disposed of: its engine answers for the last time. */
  end(): void {
    if (this.#ended) return;
    this.#tell();
    const forgets = this.#forgets;
    const bytes = this.#whole || this.#unwritten.size > 0 ? this.#bytes() : undefined;
    this.#ended = true;
    this.#unwatch();
    clearTimeout(this.#timer);
    this.#channel?.close();
    this.#channel = null;
    const write = async () => {
      // What others wrote meanwhile stands, unless something must go: it cannot be made one with this any more.
      if (bytes && this.#mark) await this.#store?.replace(forgets ? null : this.#mark, bytes);
    };
    this.#last
      .then(write)
      .catch(() => undefined)
      .then(() => this.#store?.close());
  }

  // ---- What is to be done, one thing at a time ----

  #work(begun?: Promise<unknown>): Promise<void> {
    this.#again = true;
    if (!this.#working) this.#last = this.#run(begun);
    return this.#last;
  }

  /** Never rejects. Up to where a store first waits for anything it runs at once: a page that ends still writes to its tab. */
  async #run(begun?: Promise<unknown>): Promise<void> {
    this.#working = true;
    while (this.#again) {
      this.#again = false;
      try {
        if (begun) await begun;
        begun = undefined;
        while (this.#due()) {
          await this.#next();
          this.#failure = null;
        }
      } catch (error) {
        // What was not done is done at the next occasion, which is the next event at the latest.
        this.#failure = whyNot(error);
        this.#whole ||= this.#mark !== null;
      }
    }
    this.#working = false;
  }

  #due(): boolean {
    if (this.#erases) return true;
    if (this.#ended || !this.#host) return false;
    return this.#begins || this.#stale || (this.#mark !== null && (this.#whole || this.#unwritten.size > 0));
  }

  #next(): Promise<void> {
    if (this.#erases) return this.#erase();
    if (this.#begins || this.#stale) return this.#read();
    return this.#whole ? this.#writeWhole() : this.#writeNew();
  }

  async #erase(): Promise<void> {
    this.#erases = false;
    try {
      await this.#store?.erase();
    } catch (error) {
      this.#erases = true;
      throw error;
    }
  }

  async #read(): Promise<void> {
    const { choice } = this.#host as Host;
    const begins = this.#begins ? { share: choice.share } : null;
    this.#begins = this.#stale = false;
    try {
      const took = await this.#takes((this.#store as SessionStore).read(begins, !this.#writes));
      if (begins && took) this.#post({ choice: { store: true, share: choice.share } });
    } catch (error) {
      this.#begins ||= begins !== null && !this.#erases;
      this.#stale = true;
      throw error;
    }
  }

  /** Takes in what is being read, unless the shopper says something else meanwhile: that counts, and is done next. */
  async #takes(reading: Promise<Kept | null>): Promise<boolean> {
    const turn = this.#turn;
    const kept = await reading;
    if (this.#erases || this.#begins || this.#turn !== turn) return false;
    this.#take(kept);
    return kept !== null;
  }

  /** A record of what is new; of the store as it was read, or else it is read again first. */
  async #writeNew(): Promise<void> {
    const mark = this.#mark as Mark;
    const events = [...this.#unwritten];
    const bytes = this.#record(events);
    const count = bytes ? await this.#store?.append(mark.version, bytes) : 0;
    if (this.#mark !== mark || count === undefined) return;
    if (count < 0) {
      this.#stale = true;
      return;
    }
    for (const [event] of events) this.#unwritten.delete(event);
    if (count === mark.count + 1) this.#mark = { version: mark.version, count };
    this.#whole ||= count >= MOST_RECORDS;
  }

  /** Everything anew: what is forgotten does not stay behind, be it that nothing does. */
  async #writeWhole(): Promise<void> {
    const mark = this.#mark as Mark;
    const forgets = this.#forgets;
    const events = [...this.#unwritten];
    this.#whole = this.#forgets = false;
    const bytes = this.#bytes();
    if (!bytes && !forgets) return this.#unwritten.clear();
    this.#rewrites = true;
    let next: Mark | null | undefined;
    let failure: unknown;
    try {
      next = await this.#store?.replace(mark, bytes ?? null);
    } catch (error) {
      failure = error;
      if (forgets) next = await this.#store?.replace(mark, null).catch(() => null);
    }
    this.#rewrites = false;
    if (this.#mark !== mark) return;
    this.#forgets ||= forgets && !next;
    if (next) {
      this.#mark = next;
      for (const [event] of events) this.#unwritten.delete(event);
    } else this.#stale = this.#whole = true;
    if (failure) throw failure;
  }

  // ---- What comes ----

  /** Takes in what was read; null where the shopper agreed to nothing, or does no longer. */
  #take(kept: Kept | null): void {
    const { choice, use, moved } = this.#host as Host;
    this.#failure = null;
    if (!kept) return this.#leave();
    choice.store = true;
    choice.share = kept.share;
    this.#mark = kept.mark;
    const parcels = kept.parcels.map(unpack).filter((parcel) => parcel !== null);
    let whole = kept.lost === null && parcels.length === kept.parcels.length;
    use((engine) => {
      if (kept.writer > 0) engine.writeAs(kept.writer);
      this.#writes ||= kept.writer > 0;
      const first = !this.#joined;
      const own = countOf(engine);
      whole = this.#bring(engine, parcels, this.#own) && whole;
      if (this.#forgotten) engine.forgetAll();
      if (engine.forgetBetween(-Infinity, this.#platform.now() - MOST_AGE) > 0 || this.#forgotten) {
        this.#whole = this.#forgets = true;
        moved();
      }
      if (first) this.#restored = Math.max(0, countOf(engine) - own);
      this.#joined = true;
      if (!this.#own) return;
      this.#own = false;
      this.#whole = true;
      this.#tellWhole();
    });
    this.#forgotten = false;
    if (kept.late) this.#whole = true;
    if (!whole) {
      this.#whole = true;
      this.#lost ??= kept.lost ?? DAMAGED;
    }
    const early = this.#early;
    this.#early = [];
    early.forEach(this.#hear);
  }

  /** Nothing is stored any more: the session lives on in memory, and is nobody else's. */
  #leave(): void {
    (this.#host as Host).choice.store = false;
    this.#turn += 1;
    this.#own ||= this.#joined;
    this.#mark = null;
    this.#joined = this.#forgotten = this.#whole = this.#forgets = false;
    this.#unwritten.clear();
    this.#untold.clear();
    this.#early = [];
  }

  /** Hands the engine what others wrote or said; returns whether all of it was good. */
  #bring(engine: Engine, parcels: readonly Parcel[], joins: boolean): boolean {
    const items = parcels.flatMap((parcel) => parcel.items).filter(([id]) => this.lacks(id));
    for (const item of items) {
      this.#items.add(item);
      describe(engine, item);
    }
    // A session with something of its own joins what the others' comes to: what they have forgotten since is not among that.
    const others = joins ? engine.session() : engine;
    if (joins) others.prepare();
    let changed = items.length > 0;
    let good = true;
    for (const snapshot of parcels.flatMap((parcel) => parcel.snapshots)) {
      try {
        changed = others.merge(snapshot, false) || changed;
      } catch (error) {
        if (isTrap(error)) throw error;
        good = false;
      }
    }
    if (joins) {
      engine.merge(others.snapshot(0), true);
      others.free();
    }
    if (changed) this.#host?.moved();
    return good;
  }

  readonly #hear = (message: Heard): void => {
    const { choice, use, moved } = this.#host as Host;
    const shared = this.#store?.shared;
    const [store, share] = [field(message.choice, "store"), field(message.choice, "share")];
    if (typeof share === "boolean") choice.share = share;
    if (store === false) {
      this.#leave();
      this.#begins = false;
      // A store that all share is erased by whom the shopper told, and must not be once more: they may agree again.
      if (!shared) this.#erases = true;
      this.#work();
    } else if (store === true) {
      choice.store = true;
      if (shared) this.#stale = true;
      else this.#begins = true;
      this.#work();
    } else if (message.hello === true) {
      // What was told before they were there, and is not yet written for them to read.
      if (this.#joined && this.#platform.now() - this.#told < RECENT) this.#tellWhole();
    } else if (!this.#joined) {
      if (this.#early.length < MOST_WAITING) this.#early.push(message);
    } else if (message.forget === true) {
      use((engine) => engine.forgetAll());
      moved();
      this.#whole = this.#forgets = true;
      this.#work();
    } else {
      const parcel = unpack(message.parcel);
      if (!parcel || !shared) return;
      use((engine) => {
        this.#bring(engine, [parcel], false);
        this.#items.inLog(() => idsIn(engine));
      });
    }
  };

  // ---- What goes ----

  readonly #flush = (): void => {
    this.#flushes = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#tell();
    this.#work();
  };

  /** Tells the others what is new. */
  #tell(): void {
    const events = [...this.#untold];
    this.#untold.clear();
    if (this.#tellsWhole) this.#tellWhole();
    else if (events.length > 0 && this.#store?.shared) this.#post({ parcel: this.#record(events) });
  }

  /** Tells them everything, and so what is forgotten; whether there is a session to tell of. */
  #tellWhole(): boolean {
    this.#untold.clear();
    this.#tellsWhole = false;
    const parcel = this.#store?.shared ? this.#bytes() : undefined;
    if (parcel) this.#post({ parcel });
    return parcel !== undefined;
  }

  #post(message: Message): void {
    if (message.parcel) this.#told = this.#platform.now();
    // Who is put away, or has ended, still says what it last has to say.
    const channel = this.#channel ?? this.#platform.channel(() => undefined);
    try {
      channel?.post(message);
    } catch {
      // The store tells them.
    }
    if (channel !== this.#channel) channel?.close();
  }

  #record(events: readonly (readonly [event: number, id: string])[]): Uint8Array<ArrayBuffer> | undefined {
    const items = this.#items.of(events.map(([, id]) => id));
    return this.#host?.use((engine) => pack({ snapshots: events.map(([event]) => engine.snapshot(event)), items }));
  }

  #bytes(): Uint8Array<ArrayBuffer> | undefined {
    return this.#host?.use((engine) =>
      pack({ snapshots: [engine.snapshot(0)], items: this.#items.inLog(() => idsIn(engine)) }),
    );
  }

  // ---- What becomes of the page ----

  #listen(): void {
    if (this.#channel) return;
    this.#channel = this.#platform.channel(this.#hear);
    if (this.#store?.shared) this.#post({ hello: true });
  }

  /**
   * What is not written yet is, in the last moment. Nothing stays open: neither the back/forward cache nor whoever erases the store
   * waits for a page that is away.
   */
  readonly #sleep = (): void => {
    this.#flush();
    if (this.#mark && (this.#whole || this.#rewrites || this.#unwritten.size > 0)) {
      // The events alone are better than nothing, where all of it is too long.
      const whole = (this.#whole || this.#rewrites) && this.#bytes();
      const events = this.#record([...this.#unwritten]);
      if (!(whole && this.#store?.last?.(whole)) && events) this.#store?.last?.(events);
    }
    this.#channel?.close();
    this.#channel = null;
    const closes = () => this.#channel ?? this.#store?.close();
    if (this.#working) this.#last.then(closes);
    else closes();
  };

  readonly #wake = (): void => {
    this.#listen();
    this.#missed();
  };

  readonly #missed = (): void => {
    this.#stale = true;
    if (!this.#ended) this.#work();
  };
}

/** How many events and impressions there are. */
function countOf(engine: Engine): number {
  return (engine.events(false).length + engine.events(true).length) / EVENT_WIDTH;
}

/** The ids of all that the log is about. */
function idsIn(engine: Engine): Set<string> {
  const ids = new Set<string>();
  for (const log of [engine.events(false), engine.events(true)])
    for (let i = 1; i < log.length; i += EVENT_WIDTH) ids.add(engine.itemId(log[i] as number) ?? "");
  return ids;
}
