// The reranker behind the public interface: one engine with its session, or none and the server's order.
import { CandidateBuffers } from "./candidates.js";
import type { Engine } from "./engine/reshelf.js";
import { isTrap, reasonFrom } from "./errors.js";
import { IdTable, isItemId, UNKNOWN } from "./ids.js";
import { answerLength, asArray, keepOrder } from "./order.js";
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
  RerankOptions,
  ShopEvent,
  Status,
} from "./types.js";

/** Milliseconds that loading took, by part. */
export interface LoadClock {
  readonly fetch: number;
  readonly compile: number;
  readonly parse: number;
}

/** An engine and what the facade keeps beside it. */
interface Running {
  readonly engine: Engine;
  readonly ids: IdTable;
  readonly buffers: CandidateBuffers;
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

  private constructor(running: Running | null, reason: Reason | null, model: ModelInfo | null, load: LoadClock) {
    this.#running = running;
    this.#status = running ? "ready" : "fallback";
    this.#reason = reason;
    this.#backend = running ? running.engine.backend : "none";
    this.#model = model;
    this.#load = load;
  }

  static ready(engine: Engine, memory: WebAssembly.Memory, bytes: number, load: LoadClock): ModelReranker {
    const model = { version: engine.modelVersion, items: engine.items, bytes };
    const running = { engine, ids: new IdTable(engine), buffers: new CandidateBuffers(engine, memory) };
    return new ModelReranker(running, null, model, load);
  }

  static fallback(reason: Reason, load: LoadClock): ModelReranker {
    return new ModelReranker(null, reason, null, load);
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
      return engine.observe(item, kind, at ?? Date.now());
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
      buffers.write(list, ids);
    } catch (error) {
      // A caller's own getter may throw; that list stays as it is, and the engine is none the worse for it.
      if (isTrap(error)) this.#break(error);
      return keepOrder(list, length);
    }
    try {
      const ranked = buffers.rank(list, length);
      this.#rerankTime = performance.now() - begin;
      this.#rerankCount = list.length;
      return ranked;
    } catch (error) {
      this.#break(error);
      return keepOrder(list, length);
    }
  }

  forget(what?: Forget): number {
    if (this.#running === null) return 0;
    const { engine, ids } = this.#running;
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
      model: this.#model,
      events,
      ignored: { count: this.#ignored, reason: this.#ignoredReason },
      timings: { ...this.#load, rerank: this.#rerankTime, candidates: this.#rerankCount },
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
    const { message } = reasonFrom(error, "engine.failed");
    this.#running = null;
    this.#status = "fallback";
    this.#reason = {
      code: "engine.failed",
      message: `The engine stopped (${message}): please report it; loading the page again starts a new one.`,
    };
  }
}

const missingId: Reason = {
  code: "event.missing_id",
  message: "An event needs the `id` of an item, text or a number.",
};
