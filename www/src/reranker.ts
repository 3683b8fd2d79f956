// The reranker behind the public interface: one engine with its session, or none and the server's order.
import { CandidateBuffers, HOW } from "./candidates.js";
import type { Engine } from "./engine/reshelf.js";
import { isTrap, reasonFrom } from "./errors.js";
import { IdTable, isItemId, UNKNOWN } from "./ids.js";
import { answerLength, asArray, keepOrder } from "./order.js";
import { FilterError, retrieve } from "./retrieve.js";
import { Scanner, type ScanSetting } from "./scan/scanner.js";
import { EVENT_TYPES, eventsOf } from "./session.js";
import type {
  Candidate,
  EventType,
  Forget,
  ModelInfo,
  Ranked,
  Reason,
  Reranker,
  RerankerInfo,
  RerankManyOptions,
  RerankOptions,
  Retrieved,
  RetrieveOptions,
  ScanInfo,
  ShopEvent,
  Status,
} from "./types.js";

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

export class ModelReranker implements Reranker {
  #running: Running | null;
  #status: Status;
  #reason: Reason | null;
  readonly #backend: string;
  readonly #model: ModelInfo | null;
  readonly #load: LoadClock;
  #ignored = 0;
  #ignoredReason: Reason | null = null;
  #rerankTime = 0;
  #rerankCount = 0;
  #retrieveTime = 0;
  /** Moves with every change of the session, so that what a GPU finds is never taken for a session that is no more. */
  #revision = 0;

  private constructor(reason: Reason | null, load: LoadClock, loaded: Loaded | null) {
    this.#status = loaded ? "ready" : "fallback";
    this.#reason = reason;
    this.#load = load;
    this.#running = null;
    this.#backend = "none";
    this.#model = null;
    if (loaded === null) return;
    const { engine, memory, bytes, scan } = loaded;
    const ids = new IdTable(engine);
    const buffers = new CandidateBuffers(engine, memory);
    const revision = () => this.#revision + ids.taken;
    const scanner = new Scanner({ engine, memory, revision, onBroken: (error) => this.#break(error) }, scan);
    this.#running = { engine, ids, buffers, scanner };
    this.#backend = engine.backend;
    this.#model = { version: engine.modelVersion, items: engine.items, bytes };
    scanner.start();
  }

  static ready(loaded: Loaded, load: LoadClock): ModelReranker {
    return new ModelReranker(null, load, loaded);
  }

  static fallback(reason: Reason, load: LoadClock): ModelReranker {
    return new ModelReranker(reason, load, null);
  }

  observe(event: ShopEvent): number | null {
    if (this.#running === null) return this.#ignore(this.#reason);
    const { engine, ids } = this.#running;
    try {
      const { id, type, at } = event;
      if (!isItemId(id)) return this.#ignore(missingId);
      const item = ids.name(id, event);
      const named = type == null ? 0 : EVENT_TYPES.indexOf(type as EventType);
      const kind = named >= 0 ? named : engine.eventKind(String(type));
      const number = engine.observe(item, kind, at ?? Date.now());
      this.#revision += 1;
      return number;
    } catch (error) {
      if (isTrap(error)) this.#break(error);
      return this.#ignore(reasonFrom(error, "event.unusable"));
    }
  }

  rerank<T extends Candidate>(candidates: Iterable<T>, options?: RerankOptions): Ranked<T>[] {
    const list = asArray(candidates);
    const length = answerLength(list.length, options?.limit);
    if (this.#running === null) return keepOrder(list, length);
    const begin = performance.now();
    const { ids, buffers } = this.#running;
    try {
      const turn = buffers.begin(list.length);
      if (!writes(list, buffers, ids)) return keepOrder(list, length);
      buffers.end(ids);
      if (!buffers.holds(turn)) return keepOrder(list, length);
      const how = options?.by === "similarity" ? HOW.similarity : HOW.serverList;
      const ranked = buffers.rank(list, how, length);
      this.#rerankTime = performance.now() - begin;
      this.#rerankCount = list.length;
      return ranked;
    } catch (error) {
      this.#break(error);
      return keepOrder(list, length);
    }
  }

  rerankMany<T extends Candidate>(lists: Iterable<Iterable<T>>, options?: RerankManyOptions): Ranked<T>[][] {
    const all = asArray(lists).map(asArray);
    const lengths = all.map((list) => answerLength(list.length, options?.limit));
    const keep = (i: number) => keepOrder(all[i] as readonly T[], lengths[i] as number);
    if (this.#running === null) return all.map((_, i) => keep(i));
    const begin = performance.now();
    const { ids, buffers } = this.#running;
    const count = all.reduce((sum, list) => sum + list.length, 0);
    try {
      const turn = buffers.begin(count);
      const counts = all.map((list) => (buffers.holds(turn) && writes(list, buffers, ids) ? list.length : 0));
      if (buffers.holds(turn)) buffers.end(ids);
      if (!buffers.holds(turn)) return all.map((_, i) => keep(i));
      const ranked = buffers.rankMany(all, counts, lengths);
      this.#rerankTime = performance.now() - begin;
      this.#rerankCount = count;
      return ranked.map((answer, i) => (counts[i] === 0 ? keep(i) : answer));
    } catch (error) {
      this.#break(error);
      return all.map((_, i) => keep(i));
    }
  }

  async retrieve(options: RetrieveOptions): Promise<Retrieved[]> {
    const running = this.#running;
    if (running === null) return [];
    const begin = performance.now();
    try {
      const answer = await retrieve(running, options ?? {});
      this.#retrieveTime = performance.now() - begin;
      return answer;
    } catch (error) {
      if (error instanceof FilterError) throw error.thrown;
      if (this.#running === running) this.#break(error);
      return [];
    }
  }

  forget(what?: Forget): number {
    if (this.#running === null) return 0;
    const { engine, ids } = this.#running;
    this.#revision += 1;
    try {
      if (what === undefined) {
        ids.clear();
        return engine.forgetAll();
      }
      if ("event" in what) return engine.forget(what.event) ? 1 : 0;
      const item = ids.find(what.item);
      return item === UNKNOWN ? 0 : engine.forgetItem(item);
    } catch (error) {
      // What must be forgotten may not live on in a module that cannot be trusted to do it.
      this.#break(error);
      return 0;
    }
  }

  info(): RerankerInfo {
    let events: RerankerInfo["events"] = [];
    if (this.#running !== null) {
      try {
        events = eventsOf(this.#running.engine);
      } catch (error) {
        this.#break(error);
      }
    }
    return {
      status: this.#status,
      reason: this.#reason,
      backend: this.#status === "ready" ? this.#backend : "none",
      scan: this.#running?.scanner.info() ?? noScan,
      model: this.#model,
      events,
      ignored: { count: this.#ignored, reason: this.#ignoredReason },
      timings: { ...this.#load, rerank: this.#rerankTime, candidates: this.#rerankCount, retrieve: this.#retrieveTime },
    };
  }

  snapshot(): Uint8Array<ArrayBuffer> | null {
    try {
      return this.#running === null ? null : new Uint8Array(this.#running.engine.snapshot());
    } catch (error) {
      this.#break(error);
      return null;
    }
  }

  restore(snapshot: Uint8Array): boolean {
    if (this.#running === null) return false;
    try {
      this.#running.engine.restore(snapshot);
      this.#revision += 1;
      this.#running.ids.clear(); // Ids that were unknown so far may have been named by the snapshot.
      return true;
    } catch (error) {
      if (isTrap(error)) this.#break(error);
      this.#ignore(reasonFrom(error, "snapshot.unusable"));
      return false;
    }
  }

  dispose(): void {
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

  [dispose](): void {
    this.dispose();
  }

  #ignore(reason: Reason | null): null {
    this.#ignored += 1;
    this.#ignoredReason = reason;
    return null;
  }

  /** Lets go of an engine that failed where it never should: the page goes on in the server's order. */
  #break(error: unknown): void {
    if (this.#status === "disposed") return; // By the caller's own code, in the middle of a call.
    const { message } = reasonFrom(error, "engine.failed");
    this.#running?.scanner.dispose();
    this.#running = null;
    this.#status = "fallback";
    this.#reason = {
      code: "engine.failed",
      message: `The engine stopped (${message}): please report it; loading the page again starts a new one.`,
    };
  }
}

/** Writes a list; false where a caller's own getter throws or calls the reranker, which the engine is none the worse for. */
function writes(list: readonly unknown[], buffers: CandidateBuffers, ids: IdTable): boolean {
  try {
    buffers.write(list, ids);
    return true;
  } catch {
    return false;
  }
}

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

const missingId: Reason = {
  code: "event.missing_id",
  message: "An event needs the `id` of an item, text or a number.",
};
