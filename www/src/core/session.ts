// One session on a model: what runs it, what was refused in it, and the guard around every public call. Arguments are read
// inside the guard; a trap costs the session its engine, anything else a reason.

import { type Fields, type idReaders, isObject, reading, unknownIn, wrong } from "../arguments.js";
import type { Engine } from "../engine/reshelf.js";
import { isTrap, messageOf, Refusal, reasonFrom } from "../errors.js";
import type { importRetrieve } from "../files.js";
import type { Finder, ScanSetting } from "../retrieve/index.js";
import type { Keeper } from "../session/index.js";
import type { LoadOptions, ModelInfo, RankedList, Reason, Status, StoreInfo } from "../types.js";
import { type CandidateBuffers, candidateBuffers } from "./candidates.js";
import { IdTable } from "./ids.js";
import type { Supply } from "./prepare.js";
import { bringWords, Tally, warn } from "./reasons.js";
import { type EngineModule, poison } from "./wasm.js";

/** A model in the engine's memory, which its sessions share. The first of them that needs it has the engine read it. */
export interface Loaded {
  readonly module: EngineModule;
  readonly backend: string;
  readonly info: ModelInfo;
  readonly scan: ScanSetting;
  /** Brings in what finds items in the catalogue. */
  readonly find: BringFinder;
  /** Whether the shopper's own clicks in lists move the head. */
  readonly feedback: boolean;
  /** How ids are read, of candidates and of events. */
  readonly readers: ReturnType<typeof idReaders>;
  /** What brings rows, where the caller said from where. */
  readonly rows: Supply | null;
  /** Whether the console stays silent about a model that cannot be used. */
  readonly quiet: LoadOptions["quiet"];
  /** Why the engine refused what it read: no session on this model has one any more. */
  damage: Reason | null;
  /** Set when the model was disposed of: its sessions end with it. */
  disposed: boolean;
}

/** An engine that has read its model, and what the facade keeps beside it. */
export interface Running {
  readonly engine: Engine;
  readonly ids: IdTable;
  readonly buffers: CandidateBuffers;
}

/** Brings in what finds items; service workers, which may not `import()`, have it with them. */
export type BringFinder = typeof importRetrieve;

/**
 * How many public calls may lie in one another, as they do where a getter or a filter calls the reranker. Further in, the
 * engine is not asked; and of calls that far in so many are answered, so that whoever calls without end comes to one.
 */
const DEEPEST = 4;
const MOST_DEEP = 100;
let depth = 0;
let deep = 0;

/** What there is to tell of a store where there is none. */
const IN_MEMORY: StoreInfo = { kind: "memory", wanted: "memory", reason: null, restored: 0, saved: false };

export class Session {
  readonly loaded: Loaded | null;
  status: Status;
  /** Why lists keep the server's order. */
  reason: Reason | null;
  readonly ignored = new Tally();
  readonly refused = { arguments: new Tally(), ids: new Tally(), rows: new Tally() };
  /** Milliseconds of the last calls, and the candidates of the last ranking. */
  readonly timings = { rerank: 0, candidates: 0, retrieve: 0 };
  /** What the model knew of the list that it ranked last. */
  last: RankedList | null = null;
  /** What the shopper agreed to. */
  readonly choice = { store: false, share: false };
  /** What keeps the session, where it lives in more than memory; and what there is to tell where nothing does. */
  keeper: Keeper | null = null;
  unkept: StoreInfo = IN_MEMORY;
  /** Moves with every change of the session: what a GPU finds counts only for the session that it was asked for. */
  revision = 0;
  /** Milliseconds by which the newest event was dated later than now. */
  ahead = 0;
  #engine: Engine | null = null;
  #finder: Finder | null = null;
  #running: Running | null = null;

  constructor(reason: Reason | null, loaded: Loaded | null, engine?: Engine | null) {
    this.loaded = loaded;
    this.reason = reason;
    this.status = loaded ? "ready" : "fallback";
    if (loaded && engine) this.#engine = engine;
  }

  /** One public call. What it throws costs a trap's engine, or else a reason; the caller gets undefined. */
  guard<T>(call: () => T, tally: Tally = this.refused.arguments): T | undefined {
    if (depth === 0) deep = 0;
    try {
      if (depth < DEEPEST || ++deep <= MOST_DEEP) return this.nested(call);
      tally.note(tooDeep);
    } catch (error) {
      this.fail(error, tally);
    }
    return undefined;
  }

  /** Calls what counts as a call in which others may lie, as the caller's own function does. */
  nested<T>(call: () => T): T {
    depth += 1;
    try {
      return call();
    } finally {
      depth -= 1;
    }
  }

  /** Ends with its model. */
  settle(): void {
    if (this.loaded?.disposed) this.dispose(modelDisposed);
    else if (this.loaded?.damage && this.#engine) this.#refuse(this.loaded.damage);
  }

  /** The engine, which may not have read its model yet. */
  get engine(): Engine | null {
    this.settle();
    return depth > DEEPEST ? null : this.#engine;
  }

  /** What runs, if anything needed the model before. */
  get running(): Running | null {
    return this.engine && this.#running;
  }

  get finder(): Finder | null {
    return this.engine && this.#finder;
  }

  /** What finds items in the catalogue, which the first call brings in; null where the session has ended meanwhile. */
  async bringFinder(): Promise<Finder | null> {
    const { loaded } = this;
    if (!loaded || !this.engine) return null;
    const { openFinder } = await loaded.find();
    const { engine } = this;
    if (engine) this.#finder ??= openFinder(this, engine, loaded.module.memory, loaded.scan);
    return this.#finder;
  }

  /**
   * What runs: has the engine read its model where nothing needed it before. To be called within the guard, and anew whenever
   * the caller's code has run: it may have disposed of it.
   */
  usable(): Running | null {
    return this.running ?? this.#start();
  }

  /** What need not wait for the first call: a GPU that was asked for. */
  readonly begin = (): void => {
    if (this.loaded?.scan.backend !== "gpu" || !this.usable()) return;
    this.bringFinder().then(
      (finder) => finder?.start(),
      () => undefined, // `retrieve` will tell.
    );
  };

  #start(): Running | null {
    const { engine, loaded } = this;
    if (!engine || !loaded) return null;
    try {
      engine.prepare();
    } catch (error) {
      if (isTrap(error)) throw error;
      if (!loaded.damage) warn((loaded.damage = reasonFrom(error, "model.unusable")), loaded.quiet);
      bringWords();
      this.#refuse(loaded.damage);
      return null;
    }
    if (!loaded.feedback) engine.stopLearning();
    const ids = new IdTable(engine, this.refused, loaded.rows);
    const buffers = candidateBuffers(engine, loaded.module.memory, ids, loaded.readers[0], this.refuse);
    this.#running = { engine, ids, buffers };
    return this.#running;
  }

  /** Goes on without the model, which the engine refused. */
  #refuse(damage: Reason): void {
    free(this.#end("fallback", damage));
  }

  /** A caller's options of these names, each read once; null where they are not given. */
  options(options: unknown, names: readonly string[]): Fields | null {
    if (options === undefined || options === null) return null;
    if (!isObject(options)) {
      this.refuse(wrong("options"));
      return null;
    }
    const odd = reading("options", () => unknownIn(options, names));
    if (odd) this.refuse(odd);
    const read: Fields = {};
    for (const name of names) read[name] = this.option<unknown>(options, name, asIs, null);
    return read;
  }

  /** One field of a caller's options, as `accept` takes what is given; undefined of that is the wrong kind. */
  option<T>(
    options: Fields | null,
    name: string,
    accept: (value: unknown) => T | undefined,
    otherwise: T,
    code = name,
  ): T {
    if (options === null) return otherwise;
    let why: Reason;
    try {
      const given = options[name];
      const value = given == null ? otherwise : accept(given);
      if (value !== undefined) return value;
      why = wrong(code);
    } catch (error) {
      why = wrong(name, { threw: messageOf(error) });
    }
    this.refuse(why);
    return otherwise;
  }

  /** Notes why an argument was not taken. */
  readonly refuse = (reason: Reason): true => {
    this.refused.arguments.note(reason);
    return true;
  };

  /** Notes why a list could not be read, if so; returns whether it could. */
  took(reason: Reason | null): boolean {
    return reason === null || !this.refuse(reason);
  }

  /** Notes why an event or a snapshot could not be used. */
  ignore(reason: Reason | null): null {
    this.ignored.note(reason ?? tooDeep);
    return null;
  }

  /** What the session says where it has no engine to ask. */
  get excuse(): Reason {
    return this.reason ?? tooDeep;
  }

  /** Drops the ids, rows and refusals of a session that is over. */
  forgetIds(): void {
    this.#running?.ids.clear();
    this.refused.ids.clear();
    this.refused.rows.clear();
    this.ahead = 0;
    this.last = null;
  }

  fail(error: unknown, tally: Tally = this.refused.arguments): void {
    if (!isTrap(error)) return tally.note(reasonFrom(error, "engine.refused"));
    poison(this.#engine ?? undefined);
    // The caller's own code may have disposed of it in the middle of the call.
    if (this.status !== "disposed") {
      this.#end("fallback", stopped(messageOf(error)));
    }
    tally.note(this.reason);
  }

  dispose(reason: Reason = disposed): void {
    if (this.status === "disposed") return;
    this.keeper?.end();
    free(this.#end("disposed", reason));
  }

  /** The page goes on in the server's order. Returns the engine, which nobody calls any more. */
  #end(status: Status, reason: Reason): Engine | null {
    const engine = this.#engine;
    this.#finder?.dispose();
    this.#running?.buffers.close();
    this.#engine = this.#finder = this.#running = null;
    this.status = status;
    this.reason = reason;
    return engine;
  }
}

/** Frees an engine, which can only fail in a module that has trapped. */
export function free(engine: Engine | null | undefined): void {
  try {
    engine?.free();
  } catch (error) {
    console.error("reshelf: the engine could not be freed", error);
  }
}

/** The engine trapped, in this session or in another one. */
export function stopped(why: string): Reason {
  return new Refusal("engine.failed", { why });
}

const asIs = (value: unknown) => value;

const disposed = new Refusal("reranker.disposed");
export const modelDisposed = new Refusal("model.disposed");
const tooDeep = new Refusal("reranker.nested");
