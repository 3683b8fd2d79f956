// The reranker behind the public interface: one engine with its session, or none and the server's order. All public calls
// go through one guard: arguments are read inside it, the engine is given up for a trap only, anything else costs a reason.
import {
  answering,
  copyBytes,
  filterOf,
  HOW,
  howOf,
  isObject,
  kOf,
  limitOf,
  NO_OPTIONS,
  Refusal,
  readBrought,
  reading,
} from "./arguments.js";
import { CandidateBuffers } from "./candidates.js";
import type { Engine } from "./engine/reshelf.js";
import { isTrap, reasonFrom, Tally } from "./errors.js";
import { IdTable, UNKNOWN } from "./ids.js";
import { answerLength, copyList, keepOrder, MOST_RANKED, tooLong } from "./order.js";
import { FilterError, retrieve } from "./retrieve.js";
import { Scanner, type ScanSetting } from "./scan/scanner.js";
import { EVENT_TYPES, eventsOf, MOST_SNAPSHOT, readEvent, readForget } from "./session.js";
import type {
  EventType,
  ModelInfo,
  Ranked,
  Reason,
  Reranker,
  RerankerInfo,
  Retrieved,
  ScanInfo,
  Status,
} from "./types.js";
import { poison } from "./wasm.js";

/** Milliseconds that loading took, by part. */
export interface LoadClock {
  readonly fetch: number;
  readonly compile: number;
  readonly parse: number;
}

/** An engine with a model in it. */
export interface Loaded {
  readonly engine: Engine;
  readonly memory: WebAssembly.Memory;
  /** Size of the artifact. */
  readonly bytes: number;
  readonly scan: ScanSetting;
}

/** An engine and what the facade keeps beside it. */
interface Running {
  readonly engine: Engine;
  readonly ids: IdTable;
  readonly buffers: CandidateBuffers;
  readonly scanner: Scanner;
}

// Runtimes without `Symbol.dispose` get the same key that polyfills use.
const dispose: typeof Symbol.dispose = Symbol.dispose ?? (Symbol.for("Symbol.dispose") as typeof Symbol.dispose);

/**
 * How many public calls may lie in one another, as they do where a getter or a filter calls the reranker. Further in, the
 * engine is not asked; and of calls that far in so many are answered, so that whoever calls without end comes to one.
 */
const DEEPEST = 4;
const MOST_DEEP = 100;
let depth = 0;
let deep = 0;

export class ModelReranker {
  #running: Running | null;
  #status: Status;
  #reason: Reason | null;
  readonly #loaded: Loaded | null;
  readonly #backend: string;
  readonly #model: ModelInfo | null;
  readonly #load: LoadClock;
  readonly #ignored = new Tally();
  readonly #refused = { arguments: new Tally(), ids: new Tally(), rows: new Tally() };
  #rerankTime = 0;
  #rerankCount = 0;
  #retrieveTime = 0;
  /** Moves with every change of the session, so that what a GPU finds is never taken for a session that is no more. */
  #revision = 0;

  private constructor(reason: Reason | null, load: LoadClock, loaded: Loaded | null) {
    this.#status = loaded ? "ready" : "fallback";
    this.#reason = reason;
    this.#load = load;
    this.#loaded = loaded;
    this.#running = null;
    this.#backend = "none";
    this.#model = null;
    if (loaded === null) return;
    const { engine, memory, bytes, scan } = loaded;
    const ids = new IdTable(engine, this.#refused);
    const buffers = new CandidateBuffers(engine, memory, ids, this.#refuse);
    const revision = () => this.#revision + ids.taken;
    const scanner = new Scanner({ engine, memory, revision, onBroken: (error) => this.#fail(error) }, scan);
    this.#running = { engine, ids, buffers, scanner };
    this.#backend = engine.backend;
    this.#model = { version: engine.modelVersion, items: engine.items, bytes };
    scanner.start();
  }

  /** `wrong` are reasons that stand in `info().refused.arguments` from the start. */
  static ready(loaded: Loaded, load: LoadClock, wrong: readonly Reason[] = []): Reranker {
    const reranker = new ModelReranker(null, load, loaded);
    wrong.forEach(reranker.#refuse);
    return reranker.#face();
  }

  static fallback(reason: Reason, load: LoadClock): Reranker {
    return new ModelReranker(reason, load, null).#face();
  }

  /** What the page holds: functions that need no `this`, so that they work behind any proxy, destructured and as callbacks. */
  #face(): Reranker {
    return {
      observe: (event) => this.#observe(event),
      rerank: (candidates, ...options) => this.#rerank(candidates, unlessMapping(options)),
      rerankMany: (lists, ...options) => this.#rerankMany(lists, unlessMapping(options)),
      retrieve: (options) => this.#retrieve(options),
      forget: (what) => this.#forget(what),
      info: () => this.#info(),
      snapshot: () =>
        this.#guard(
          () => this.#snapshot(),
          () => null,
        ),
      restore: (snapshot) =>
        this.#guard(
          () => this.#restore(snapshot),
          () => false,
          this.#ignored,
        ),
      session: () => this.#session(),
      dispose: () => this.#dispose(),
      [dispose]: () => this.#dispose(),
    };
  }

  #observe(event: unknown): number | null {
    const happens = (): number | null => {
      if (this.#usable() === null) return this.#ignore(this.#reason);
      const read = readEvent(event, this.#refuse);
      if (read instanceof Refusal) return this.#ignore(read);
      const running = this.#usable();
      if (running === null) return this.#ignore(this.#reason);
      const { engine, ids } = running;
      const wants = ids.wantsMore(ids.find(read.id)) && isObject(event);
      const brought = wants ? readBrought(event, ids.composes, this.#refuse) : null;
      if (this.#running !== running) return this.#ignore(this.#reason);
      const item = ids.name(read.id, brought);
      const named = EVENT_TYPES.indexOf(read.type as EventType);
      const number = engine.observe(item, named >= 0 ? named : engine.eventKind(read.type), read.at);
      this.#revision += 1;
      return number;
    };
    return this.#guard(happens, () => null, this.#ignored);
  }

  #rerank<T>(candidates: Iterable<T>, asked: unknown): Ranked<T>[] {
    const list: T[] = [];
    let length = 0;
    const ranks = (): Ranked<T>[] => {
      const begin = now();
      const whole = this.#notes(copyList(candidates, list));
      length = list.length;
      const options = this.#options(asked);
      length = answerLength(length, this.#option(options, "limit", limitOf, Infinity));
      const how = this.#option(options, "by", howOf, HOW.serverList);
      const running = this.#usable();
      if (!whole || running === null || (list.length > MOST_RANKED && this.#refuse(tooLong)))
        return keepOrder(list, length);
      const { buffers } = running;
      const turn = buffers.begin(list.length);
      if (!this.#notes(buffers.write(list)) || !this.#notes(buffers.end()) || !buffers.holds(turn))
        return keepOrder(list, length);
      const ranked = buffers.rank(list, how, length);
      this.#rerankTime = now() - begin;
      this.#rerankCount = list.length;
      return ranked;
    };
    return this.#guard(ranks, () => keepOrder(list, length));
  }

  #rerankMany<T>(lists: Iterable<Iterable<T>>, asked: unknown): Ranked<T>[][] {
    const all: T[][] = [];
    let limit = Infinity;
    const keep = (list: readonly T[]) => keepOrder(list, answerLength(list.length, limit));
    const ranks = (): Ranked<T>[][] => {
      const begin = now();
      const passed: Iterable<T>[] = [];
      this.#notes(copyList(lists, passed));
      const whole = passed.map((list) => {
        const copy: T[] = [];
        all.push(copy);
        return this.#notes(copyList(list, copy));
      });
      limit = this.#option(this.#options(asked), "limit", limitOf, Infinity);
      const count = all.reduce((sum, list) => sum + list.length, 0);
      const running = this.#usable();
      if (running === null || (count > MOST_RANKED && this.#refuse(tooLong))) return all.map(keep);
      const { buffers } = running;
      const turn = buffers.begin(count);
      const writes = (list: readonly T[]) => buffers.holds(turn) && this.#notes(buffers.write(list));
      const counts = all.map((list, i) => (whole[i] && writes(list) ? list.length : 0));
      if (!buffers.holds(turn) || !this.#notes(buffers.end()) || !buffers.holds(turn)) return all.map(keep);
      const ranked = buffers.rankMany(
        all,
        counts,
        all.map((list) => answerLength(list.length, limit)),
      );
      this.#rerankTime = now() - begin;
      this.#rerankCount = count;
      return ranked.map((answer, i) => (counts[i] === 0 ? keep(all[i] as T[]) : answer));
    };
    return this.#guard(ranks, () => all.map(keep));
  }

  async #retrieve(given: unknown): Promise<Retrieved[]> {
    const asks = () => {
      const options = this.#options(given ?? {}); // Without any, `k` is missing.
      return {
        k: this.#option(options, "k", kOf, 0),
        filter: this.#option(options, "filter", filterOf, null),
        how: this.#option(options, "by", howOf, HOW.serverList) === HOW.similarity ? HOW.similarity : HOW.unordered,
      };
    };
    const asked = this.#guard(asks, () => null);
    const running = this.#usable();
    if (running === null || asked === null) return [];
    const begin = now();
    const { k, how } = asked;
    const filter = asked.filter && nesting(answering(asked.filter, this.#refuse));
    try {
      const answer = await retrieve(running, { k, filter, how });
      this.#retrieveTime = now() - begin;
      return answer;
    } catch (error) {
      if (error instanceof FilterError) throw error.thrown;
      if (this.#running === running) this.#fail(error);
      return [];
    }
  }

  #forget(what: unknown): number {
    const forgets = (): number => {
      const read = readForget(what);
      const running = this.#usable();
      if (running === null) return 0;
      if (read instanceof Refusal) {
        this.#refuse(read);
        return 0;
      }
      const { engine, ids } = running;
      this.#revision += 1;
      if (read === null) {
        const count = engine.forgetAll();
        this.#forgetIds(running);
        for (const tally of [this.#ignored, this.#refused.arguments]) tally.clear();
        return count;
      }
      if ("event" in read) return engine.forget(read.event) ? 1 : 0;
      const item = ids.handle(ids.find(read.item));
      return item === UNKNOWN ? 0 : engine.forgetItem(item);
    };
    // What must be forgotten may not live on in a module that cannot be trusted to do it: the guard sees to that.
    return this.#guard(forgets, () => 0);
  }

  #info(): RerankerInfo {
    const events = this.#guard(
      () => (this.#running === null ? [] : eventsOf(this.#running.engine)),
      () => [],
    );
    const { arguments: asked, ids, rows } = this.#refused;
    return {
      status: this.#status,
      reason: this.#reason,
      backend: this.#status === "ready" ? this.#backend : "none",
      scan: this.#running?.scanner.info() ?? noScan,
      model: this.#model,
      events,
      ignored: this.#ignored.seen,
      refused: { arguments: asked.seen, ids: ids.seen, rows: rows.seen },
      timings: { ...this.#load, rerank: this.#rerankTime, candidates: this.#rerankCount, retrieve: this.#retrieveTime },
    };
  }

  #snapshot(): Uint8Array<ArrayBuffer> | null {
    return this.#running === null ? null : new Uint8Array(this.#running.engine.snapshot());
  }

  #restore(snapshot: unknown): boolean {
    const bytes = reading("snapshot", () => copyBytes(snapshot, MOST_SNAPSHOT));
    const running = this.#usable();
    if (running === null) return false;
    this.#revision += 1;
    try {
      if (bytes instanceof Uint8Array) {
        running.engine.restore(bytes);
        return true;
      }
      // As after any other snapshot that does not fit: nobody may go on in the session of the shopper before.
      running.engine.forgetAll();
      this.#ignore(bytes instanceof Refusal ? bytes : bytes === "length" ? longSnapshot : noSnapshot);
      return false;
    } finally {
      if (this.#running !== null) this.#forgetIds(running);
    }
  }

  #session(): Reranker {
    const none = () => ModelReranker.fallback(this.#reason ?? nested, NO_LOAD);
    return this.#guard(() => {
      const running = this.#usable();
      if (running === null || this.#loaded === null) return none();
      return ModelReranker.ready({ ...this.#loaded, engine: running.engine.session() }, NO_LOAD);
    }, none);
  }

  #dispose(): void {
    const running = this.#running;
    if (this.#status === "disposed") return;
    this.#running = null;
    this.#status = "disposed";
    this.#reason = { code: "reranker.disposed", message: "dispose() was called: load the model again to re-rank." };
    running?.scanner.dispose();
    running?.buffers.close();
    try {
      running?.engine.free();
    } catch (error) {
      console.error("reshelf: the engine could not be freed", error);
    }
  }

  /** One public call. What it throws costs a trap's engine, or else a reason; the caller gets what `failed` gives. */
  #guard<T>(call: () => T, failed: () => T, tally: Tally = this.#refused.arguments): T {
    if (depth === 0) deep = 0;
    depth += 1;
    try {
      if (depth > DEEPEST && ++deep > MOST_DEEP) {
        tally.note(nested);
        return failed();
      }
      return call();
    } catch (error) {
      this.#fail(error, tally);
      return failed();
    } finally {
      depth -= 1;
    }
  }

  /** The engine, to be asked for anew whenever the caller's code has run: it may have disposed of it. */
  #usable(): Running | null {
    return depth > DEEPEST ? null : this.#running;
  }

  /** A caller's options; null where they are not given. */
  #options(options: unknown): Options | null {
    if (options === undefined || options === null) return null;
    if (isObject(options)) return options;
    this.#refuse(NO_OPTIONS);
    return null;
  }

  /** One field of a caller's options. */
  #option<T>(options: Options | null, name: string, accept: (value: unknown) => T | Refusal, otherwise: T): T {
    if (options === null) return otherwise;
    const value = reading(name, () => accept(options[name]));
    if (!(value instanceof Refusal)) return value;
    this.#refuse(value);
    return otherwise;
  }

  /** The ids, rows and refusals of a session that is no more. */
  #forgetIds({ ids }: Running): void {
    ids.clear();
    this.#refused.ids.clear();
    this.#refused.rows.clear();
  }

  /** Notes why a list could not be read, if so; returns whether it could. */
  #notes(reason: Reason | null): boolean {
    return reason === null || !this.#refuse(reason);
  }

  readonly #refuse = (reason: Reason): true => {
    this.#refused.arguments.note(reason);
    return true;
  };

  #ignore(reason: Reason | null): null {
    this.#ignored.note(reason ?? nested);
    return null;
  }

  #fail(error: unknown, tally: Tally = this.#refused.arguments): void {
    if (!isTrap(error)) return tally.note(reasonFrom(error, "engine.refused"));
    this.#break(error);
    tally.note(this.#reason);
  }

  /** Lets go of an engine that trapped: the page goes on in the server's order, and no other load enters that module. */
  #break(error: unknown): void {
    poison(this.#running?.engine);
    if (this.#status === "disposed") return; // By the caller's own code, in the middle of a call.
    const { message } = reasonFrom(error, "engine.failed");
    this.#running?.scanner.dispose();
    this.#running?.buffers.close();
    this.#running = null;
    this.#status = "fallback";
    this.#reason = {
      code: "engine.failed",
      message: `The engine stopped (${message}): please report it; loading the page again starts a new one.`,
    };
  }
}

type Options = Record<PropertyKey, unknown>;

/** Options, but for the number that `lists.map(rerank)` passes in their place: it passes the lists behind it. */
function unlessMapping([options, lists]: readonly unknown[]): unknown {
  return typeof options === "number" && Array.isArray(lists) ? null : options;
}

/** A caller's function that counts as a call in which others may lie. */
function nesting<A, R>(call: (argument: A) => R): (argument: A) => R {
  return (argument) => {
    depth += 1;
    try {
      return call(argument);
    } finally {
      depth -= 1;
    }
  };
}

/** Milliseconds of some clock; 0 where the host has none, which loading has said and lists must not fall for. */
function now(): number {
  return typeof performance === "object" ? performance.now() : 0;
}

const NO_LOAD: LoadClock = { fetch: 0, compile: 0, parse: 0 };

const noScan: ScanInfo = {
  backend: "cpu",
  why: "without a model there is no catalogue to scan",
  answered: null,
  measured: null,
  crossover: null,
  adapter: null,
  kernel: null,
  losses: 0,
};

const noSnapshot: Reason = {
  code: "snapshot.type",
  message:
    "restore() takes what snapshot() gave, as a Uint8Array or an ArrayBuffer; this was neither: the session is empty.",
};

const longSnapshot: Reason = {
  code: "snapshot.length",
  message: "These are far more bytes than any snapshot has: pass what snapshot() gave. The session is empty.",
};

const nested: Reason = {
  code: "reranker.nested",
  message: `More than ${DEEPEST} calls lie in one another: a getter or a filter calls the reranker without end.`,
};
