// The public types of `reshelf/worker`: those of the package's main entry, with promises.
import type {
  Candidate,
  LoadOptions,
  Mapping,
  Ranked,
  Reason,
  Reranker,
  RerankerInfo,
  RerankManyOptions,
  RerankOptions,
} from "../types.js";

/** Methods whose answers are promises. */
type Promised<Methods> = {
  readonly [Name in keyof Methods]: Methods[Name] extends (this: void, ...given: infer Given) => infer Answer
    ? (this: void, ...given: Given) => Promise<Awaited<Answer>>
    : never;
};

/** What is written out below: generics do not pass through a mapped type. tests/types/package.ts compares them with `Reranker`. */
type Own = "rerank" | "rerankMany" | "session" | "info" | typeof Symbol.dispose;

/**
 * A `Reranker` off the page's thread: the same methods, each answer a promise. What a call is passed is read before it returns, and
 * calls take effect in the order in which they were made. The promises do not reject, but for what a `filter` throws.
 */
export interface WorkerReranker extends Promised<Omit<Reranker, Own>>, Disposable, AsyncDisposable {
  /** As of `Reranker`: the caller's own candidates come back, the very same references. */
  rerank<T extends Candidate>(
    this: void,
    candidates: Iterable<T>,
    ...options: [options?: RerankOptions | null | undefined] | Mapping
  ): Promise<Ranked<T>[]>;

  /** As of `Reranker`. */
  rerankMany<T extends Candidate>(
    this: void,
    lists: Iterable<Iterable<T>>,
    ...options: [options?: RerankManyOptions | null | undefined] | Mapping
  ): Promise<Ranked<T>[][]>;

  /** As of `Reranker`. Once the worker is lost, `status` is `"fallback"`, with the code `worker.lost`. */
  info(this: void): Promise<WorkerInfo>;

  /** As of `Reranker`: on the same model, in the same worker. */
  session(this: void): Promise<WorkerReranker>;
}

/** What `info()` tells. */
export interface WorkerInfo extends RerankerInfo {
  readonly home: Home;
}

/** Where the engine runs. */
export interface Home {
  readonly where: "worker" | "page";
  /** Why it runs on the page's own thread; null in a worker. */
  readonly reason: Reason | null;
}

/** What is used of a `Worker`. */
export interface WorkerLike {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  // biome-ignore lint/suspicious/noExplicitAny: a method of the platform, whose events are of several types
  addEventListener(type: string, listener: (event: any) => void): void;
  terminate?(): unknown;
}

/** In all options null is as if left out. */
export interface WorkerLoadOptions extends LoadOptions {
  /**
   * The page's own worker, which imports `reshelf/worker-thread`, or the address of that file. The package starts one of its own when
   * left out, which all rerankers of a page share.
   */
  readonly worker?: WorkerLike | string | URL | null | undefined;
  /** Whether the engine runs on the page's own thread where no worker starts; true when left out. If not, the server's order stays. */
  readonly inPlace?: boolean | null | undefined;
  /**
   * For how many milliseconds a worker that is asked something may be silent; 10,000 when left out. Then it is asked once more, and counts as
   * lost after as many again.
   */
  readonly deadlineMs?: number | null | undefined;
}
