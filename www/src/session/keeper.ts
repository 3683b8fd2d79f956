// Keeps one reranker's session beyond its page: what it notes goes to the store and to other tabs, what these have comes to it, and
// what the shopper agrees to decides. May use engine, errors and types.
import type { Session } from "../core/session.js";
import { field, type Refusal } from "../errors.js";
import type { Reason, StoreInfo } from "../types.js";
import type { Channel, Heard, Message } from "./channel.js";
import type { Details } from "./items.js";
import type { Turns } from "./page.js";
import { unpack } from "./parcel.js";
import { type Host, Replica } from "./replica.js";
import { MOST_WAITING, Scribe } from "./scribe.js";
import { type Kept, MOST_AGE, type SessionStore } from "./store.js";
import { DAMAGED, NO_CONSENT, SLOW } from "./why.js";

/** Milliseconds that impressions wait for more of them: a page that scrolls shows some at every moment. */
const GATHER = 1000;

/** Milliseconds within which what was told is surely written. */
const RECENT = 5000;

/** Milliseconds that loading waits for a store that does not answer. */
const PATIENCE = 2000;

/** What a keeper needs of the platform; tests pass their own. */
export interface Platform {
  now(): number;
  /** The store, or why there is none. `gone` hears that somebody else took it away. */
  open(gone: () => void): SessionStore | Refusal;
  channel(hear: (message: Heard) => void): Channel | null;
  watch(turns: Turns): () => void;
}

type Kind = "tab" | "device";

/** Begins to read what is kept, at once; returns what makes a session one with it, and keeps it from there on. */
export function openKeeper(kind: Kind, platform: Platform): (session: Session) => Promise<Keeper> {
  let missed = () => {};
  const store = platform.open(() => missed());
  const first = "read" in store ? store.read(null, true) : Promise.resolve(null);
  first.catch(() => undefined); // Awaited once there is a session, if there ever is one.
  return async (session) => {
    const keeper = new Keeper(kind, platform, store, hostOf(session));
    missed = keeper.missed;
    await keeper.join(first);
    return keeper;
  };
}

/** What a keeper does with a session. */
function hostOf(session: Session): Host {
  return {
    choice: session.choice,
    use: (work) =>
      session.guard(() => {
        const running = session.usable();
        return running ? work(running.engine) : undefined;
      }),
    rowOf: (id) => session.loaded?.rows?.rows?.of(id),
    moved: () => {
      session.revision += 1;
      session.running?.ids.clear();
    },
  };
}

export class Keeper {
  readonly #kind: Kind;
  readonly #platform: Platform;
  readonly #choice: Host["choice"];
  readonly #replica: Replica;
  readonly #scribe: Scribe;
  /** Whether other tabs have the same store. */
  readonly #shared: boolean;
  /** Why there is no store. */
  readonly #none: Reason | null;
  #channel: Channel | null = null;
  #unwatch = () => {};
  #ended = false;
  #restored = 0;
  /** Why some of what was stored is lost. */
  #lost: Reason | null = null;

  /** What others said before this session was one with theirs. */
  #early: Heard[] = [];
  /** Events that the others are to hear of, by their numbers, with the ids that they are about; or everything. */
  readonly #untold = new Map<number, string>();
  #tellsWhole = false;
  /** When this session last told anything. */
  #told = -Infinity;
  #flushes = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(kind: Kind, platform: Platform, store: SessionStore | Refusal, host: Host) {
    this.#kind = kind;
    this.#platform = platform;
    this.#choice = host.choice;
    this.#replica = new Replica(host);
    const there = "read" in store;
    this.#shared = there && store.shared;
    this.#none = there ? null : store;
    this.#scribe = new Scribe(there ? store : null, this.#replica, {
      take: this.#take,
      began: () => this.#post({ choice: { store: true, share: this.#choice.share } }),
      hears: () => this.#channel !== null,
    });
  }

  /** Waits until the session is one with what is stored, within reason. */
  async join(first: Promise<Kept | null>): Promise<void> {
    if (this.#none) return;
    this.#listen();
    this.#unwatch = this.#platform.watch({ hide: this.#flush, sleep: this.#sleep, wake: this.#wake });
    let late: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<void>((done) => {
      late = setTimeout(() => done(void (this.#scribe.failure = SLOW)), PATIENCE);
    });
    await Promise.race([this.#scribe.work(first), patience]);
    clearTimeout(late);
  }

  /** The reranker noted an event, and what was said of the item that it is about, if the model's table does not hold that. */
  noted(event: number, shown: boolean, id: string, details: Details | null): void {
    this.#replica.note(id, details);
    if (!this.#replica.joined) return;
    this.#scribe.add(event, id);
    this.#untold.set(event, id);
    if (this.#untold.size > MOST_WAITING) {
      this.#untold.clear();
      this.#tellsWhole = true;
    }
    if (shown) this.#timer ??= setTimeout(this.#flush, GATHER);
    else if (!this.#flushes) {
      this.#flushes = true;
      queueMicrotask(this.#flush);
    }
  }

  /** Rows of these items were fetched. The next page, and others, are to have those that the session is about. */
  came(ids: readonly string[]): void {
    if (!this.#replica.came(ids) || !this.#replica.joined) return;
    this.#scribe.rewrite(false);
    this.#tellWhole();
    this.#scribe.work();
  }

  /** Whether something is to be kept of what is said of this item. */
  lacks(id: string): boolean {
    return this.#replica.lacks(id);
  }

  /** The reranker forgot something, or everything (`all`), or took another session in its place. */
  forgot(all: boolean): void {
    const [replica, scribe] = [this.#replica, this.#scribe];
    if (scribe.keeps) {
      scribe.rewrite(true);
      if (!this.#tellWhole() && all) this.#post({ forget: true });
      scribe.work();
    } else {
      replica.own = true;
      replica.forgotten ||= all && scribe.working;
    }
  }

  /** The shopper said what they agree to, null for what they left out: the host's choice has it already. */
  chosen(store: boolean | null, share: boolean | null): void {
    if (this.#none) return;
    if (store === false) {
      this.#leave();
      this.#scribe.erase();
      this.#post({ choice: { store } });
    } else if (this.#choice.store && (!this.#scribe.keeps || share !== null)) this.#scribe.begin();
    this.#scribe.work();
  }

  info(): StoreInfo {
    const { keeps, failure, saved } = this.#scribe;
    const reason = this.#none ?? failure ?? (keeps ? this.#lost : NO_CONSENT);
    return {
      kind: keeps && !failure ? this.#kind : "memory",
      wanted: this.#kind,
      reason: reason && { code: reason.code, message: reason.message },
      restored: this.#restored,
      saved,
    };
  }

  /** The reranker is disposed of: its engine answers for the last time. */
  end(): void {
    if (this.#ended) return;
    this.#tell();
    this.#ended = true;
    this.#unwatch();
    clearTimeout(this.#timer);
    this.#channel?.close();
    this.#channel = null;
    this.#scribe.end();
  }

  // ---- What comes ----

  readonly #take = (kept: Kept | null): void => {
    if (!kept) return this.#leave();
    const [replica, scribe] = [this.#replica, this.#scribe];
    this.#choice.store = true;
    this.#choice.share = kept.share;
    scribe.writes ||= kept.writer > 0;
    if (kept.writer > 0) replica.writeAs(kept.writer);
    const before = replica.count;
    const parcels = kept.parcels.map(unpack).filter((parcel) => parcel !== null);
    const good = replica.join(parcels) && parcels.length === kept.parcels.length && !kept.lost;
    const aged = replica.forgetBefore(this.#platform.now() - MOST_AGE);
    if (!replica.joined) this.#restored = Math.max(0, replica.count - before);
    if (!good) this.#lost ??= kept.lost ?? DAMAGED;
    if (!good || kept.late || replica.own || aged || replica.forgotten) scribe.rewrite(aged || replica.forgotten);
    // What was noted before the shopper agreed the others hear of now.
    if (replica.own || replica.forgotten) this.#tellWhole();
    replica.joined = true;
    replica.own = replica.forgotten = false;
    const early = this.#early;
    this.#early = [];
    early.forEach(this.#hear);
  };

  /** Nothing is stored any more: the session lives on in memory, and is nobody else's. */
  #leave(): void {
    const replica = this.#replica;
    this.#choice.store = false;
    this.#scribe.leave();
    replica.own ||= replica.joined;
    replica.joined = replica.forgotten = false;
    this.#untold.clear();
    this.#early = [];
  }

  readonly #hear = (message: Heard): void => {
    const [replica, scribe] = [this.#replica, this.#scribe];
    const [store, share] = [field(message.choice, "store"), field(message.choice, "share")];
    if (typeof share === "boolean") this.#choice.share = share;
    if (store === false) {
      this.#leave();
      // A store that all share is erased by whom the shopper told, and must not be once more: they may agree again.
      if (!this.#shared) scribe.erase();
    } else if (store === true) {
      this.#choice.store = true;
      if (this.#shared) scribe.missed();
      else scribe.begin();
    } else if (message.hello === true) {
      // What was told before they were there, and is not yet written for them to read.
      if (replica.joined && this.#platform.now() - this.#told < RECENT) this.#tellWhole();
    } else if (!replica.joined) {
      if (this.#early.length < MOST_WAITING) this.#early.push(message);
    } else if (message.forget === true) {
      replica.forgetAll();
      scribe.rewrite(true);
    } else {
      const parcel = this.#shared && unpack(message.parcel);
      if (!parcel) return;
      replica.merge([parcel]);
      replica.tidy();
    }
    scribe.work();
  };

  // ---- What goes ----

  readonly #flush = (): void => {
    this.#flushes = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#tell();
    this.#scribe.work();
  };

  /** Tells the others what is new. */
  #tell(): void {
    if (this.#tellsWhole) this.#tellWhole();
    else if (this.#untold.size > 0 && this.#shared) this.#post({ parcel: this.#replica.record(this.#untold) });
    this.#untold.clear();
  }

  /** Tells them everything, and so what is forgotten; returns whether there is a session to tell of. */
  #tellWhole(): boolean {
    this.#tellsWhole = false;
    this.#untold.clear();
    const parcel = this.#shared ? this.#replica.whole() : undefined;
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

  // ---- What becomes of the page ----

  #listen(): void {
    if (this.#channel) return;
    this.#channel = this.#platform.channel(this.#hear);
    if (this.#shared) this.#post({ hello: true });
  }

  /** Neither the back/forward cache nor whoever erases the store waits for a page that is away. */
  readonly #sleep = (more: boolean): void => {
    this.#flush();
    this.#scribe.writeLast();
    this.#channel?.close();
    this.#channel = null;
    if (!more) this.#scribe.close(() => this.#channel !== null);
  };

  readonly #wake = (): void => {
    this.#listen();
    this.missed();
  };

  /** The store may hold what was not heard, or be gone. */
  readonly missed = (): void => {
    if (this.#ended) return;
    this.#scribe.missed();
    this.#scribe.work();
  };
}
