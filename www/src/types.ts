// The package's public types. `using` needs the type of Symbol.dispose, which older TypeScript settings lack.
/// <reference lib="esnext.disposable" preserve="true" />
import type { ErrorCode, Reason } from "./codes.js";
import type { Finding } from "./findings.js";
import type { Bytes, CandidateObject, EventType, ItemId, Numeric, Row, ShopEvent } from "./items.js";
import type { RankBy, Ranked, RankedList, RerankManyOptions, RerankOptions } from "./lists.js";

export type * from "./findings.js";
export type * from "./items.js";
export type * from "./lists.js";
export type { ErrorCode, Reason };

/** Bytes in memory that nobody shares: `Uint8Array<ArrayBuffer>`, as TypeScript before 5.7 cannot say. */
export type OwnBytes = ReturnType<Uint8Array["slice"]>;

/** What `prepare` takes beside the list. */
export interface PrepareOptions {
  /** Aborting it ends the waiting. Rows that are on their way count once they are there. */
  readonly signal?: AbortSignal | null | undefined;
  /** How many milliseconds to wait; 2,000 when left out. */
  readonly deadlineMs?: number | null | undefined;
}

/** What `prepare` did. */
export interface Prepared {
  /** Rows that this call brought. */
  readonly arrived: number;
  /** Whether nothing of the list is missing that `rows` has: it now ranks as with the whole model. If not, `info().refused.rows` says why. */
  readonly complete: boolean;
}

/**
 * Brings rows by ids (ascending, each once) of the model of this version: what a handler of `reshelf/rows` answers to them, or the
 * rows by their ids, without those that it does not know.
 */
export type RowsOf = (
  ids: readonly string[],
  about: { readonly model: string },
) => RowsBrought | PromiseLike<RowsBrought>;
type RowsBrought =
  | Response
  | Bytes
  | ReadonlyMap<string, Row | null | undefined>
  | Readonly<Record<string, Row | null | undefined>>;

// In all options null is as if left out, and so is a value of the wrong kind, which leaves a reason in
// `info().refused.arguments`.

/** What `retrieve` is to find. */
export interface RetrieveOptions {
  /** How many items to find. Rounded down; the catalogue's size is the most there can be, and less than 1 finds none. */
  readonly k: number;
  /**
   * Whether an item, by its id as text, may be in the answer; all may when left out. Called best item first and at most
   * once an item, only for items that would otherwise be in the answer; if it refuses so many that fewer than `k` are
   * left, for further ones, to the catalogue's end if need be. It answers at once: a promise lets the item pass.
   */
  readonly filter?: ((id: string) => boolean) | null | undefined;
  readonly by?: RankBy | null | undefined;
}

/** An item that `retrieve` found. */
export interface Retrieved {
  /** The item, as text. */
  readonly id: string;
  /** What the answer is sorted by; comparable within one call only. */
  readonly score: number;
  /** The position, counted from 1. */
  readonly rank: number;
}

/** An event in the session, as `info().events` lists it. */
export interface SeenEvent {
  /** The number that `observe` returned; pass it to `forget({ event })`. No number comes twice in a session's life. */
  readonly event: number;
  /** What it was about: the item, as text whatever it was passed in as, or the text, category, brand or cluster. */
  readonly id: string;
  readonly about: "item" | "query" | "category" | "brand" | "taste";
  readonly type: EventType | "browse";
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Whether the model knows the item, by its row or by its description; one that it does not know only counts as seen. */
  readonly known: boolean;
  /** Of a dwell. */
  readonly seconds?: number;
}

/** What lists showed of the catalogue in this session; kept apart from the events. */
export interface ShownInfo {
  readonly impressions: number;
  readonly skips: number;
}

/**
 * What to forget: one event by its number, everything about one item (`{ item }`, `{ id }` or the bare id), or what was done
 * `from` one time `to` another, both included; one of them is enough.
 */
export type Forget =
  | { readonly event: number }
  | { readonly item: ItemId }
  | { readonly id: ItemId }
  | { readonly from: Numeric | Date; readonly to?: Numeric | Date | null | undefined }
  | { readonly from?: Numeric | Date | null | undefined; readonly to: Numeric | Date }
  | ItemId;

/** A number that the model has for a category, a department or a brand, and how much the session leans towards it. */
export interface Leaning {
  readonly number: number;
  readonly weight: number;
}

/** What the session leans towards, in the model's own numbers; `reshelf/profile` gives them names. It never leaves the device. */
export interface Leanings {
  /** The weight of all events with an item that the model knows. */
  readonly weight: number;
  readonly categories: readonly Leaning[];
  readonly departments: readonly Leaning[];
  readonly brands: readonly Leaning[];
  /** The mean price, in 32nds of a standard deviation of the catalogue's; null where no price is known. */
  readonly price: number | null;
}

/** Which of the model's clusters of items a session is nearest to. */
export interface Cluster {
  /** 0 to `clusters - 1`, the most popular first; null while the model knows nothing of the session. */
  readonly cluster: number | null;
  /** How many clusters the model has. */
  readonly clusters: number;
  /** The model's version: clusters of two models have nothing in common. */
  readonly model: string;
}

/** How far the shopper's own clicks in lists have moved one of the head's weights. */
export interface MovedWeight {
  /** The feature of a candidate that the weight is of, such as `"memory"`. */
  readonly feature: string;
  /** What was added to the weight that training gave it, within bounds that training found in the log. */
  readonly change: number;
}

/** What was refused: how often since loading, or since `forget()`, and why the last time. */
export interface Refused {
  readonly count: number;
  readonly reason: Reason | null;
}

/**
 * Whether the model ranks (`"ready"`). If not, lists keep the server's order: no model can be used, and `reason` says why
 * (`"fallback"`), or `dispose()` was called (`"disposed"`).
 */
export type Status = "ready" | "fallback" | "disposed";

/** Which model it is. */
export interface ModelInfo {
  /** The version that the shop gave this model. */
  readonly version: string;
  /** Items in the model's own table. */
  readonly items: number;
  /** Size of the artifact in bytes. */
  readonly bytes: number;
}

/** What loading took, in milliseconds. Browsers round clocks, often to 0.1 ms. */
export interface LoadTimings {
  /** Fetching the model and the module (0 when they were handed in as bytes). */
  readonly fetch: number;
  /** Compiling and instantiating the WebAssembly module. */
  readonly compile: number;
  /** Opening the artifact: its contents are read and checked by the first call that needs them, and count there. */
  readonly parse: number;
}

/** Times in milliseconds; those of loading are 0 for a session of a model that was there. */
export interface Timings extends LoadTimings {
  /** The last `rerank` or `rerankMany` call, objects in and objects out. */
  readonly rerank: number;
  /** How many candidates that call had, in all of its lists. */
  readonly candidates: number;
  /** The last `retrieve` call, until its answer was there. */
  readonly retrieve: number;
}

/**
 * Where whole catalogues are to be scanned. The answers are the same, to the bit.
 *
 * - `"auto"` (the default): by the CPU, until a measurement on this device has shown that the GPU is faster for this
 *   catalogue. It is made once, in idle time after the first `retrieve`, and only where it may matter: with WebGPU
 *   and a catalogue of 20,000 items or more. Where the browser has an adapter, it fetches the GPU module (see
 *   `LoadOptions.gpu`).
 * - `"cpu"`: by the CPU. Nothing is fetched, ever.
 * - `"gpu"`: by the GPU as soon as it is set up, which begins at load and is never waited for; by the CPU until then.
 *
 * Measurements live in memory for the visit; nothing is stored on the device. When a GPU fails in the middle of a call, the
 * CPU completes that call, and the GPU is tried again later, in the background.
 */
export type Backend = "auto" | "cpu" | "gpu";

/** Medians of calls that the CPU and the GPU answered in turn, in milliseconds. */
export interface ScanMeasurement {
  /** Items that were scanned: the whole catalogue. */
  readonly items: number;
  /** How many of them were to be found: those asked for, and room for what other sessions point to. */
  readonly count: number;
  readonly cpu: number;
  readonly gpu: number;
}

/** Who scans the whole catalogue for `retrieve`, and why. */
export interface ScanInfo {
  /** Who would answer the next `retrieve`. */
  readonly backend: "cpu" | "gpu";
  /** Made for people. */
  readonly why: string;
  /** Who answered the last `retrieve`; null before the first. */
  readonly answered: "cpu" | "gpu" | null;
  /** What was measured for calls like the last one; null where nothing was. */
  readonly measured: ScanMeasurement | null;
  /**
   * From how many items on the GPU would be faster on this device, by that measurement and another one of a part of the
   * catalogue; null where none was made, or where the GPU would never be faster.
   */
  readonly crossover: number | null;
  /** The GPU, as the browser tells; null while none is set up. */
  readonly adapter: string | null;
  /** The GPU's kernel, such as `"webgpu dot4I8Packed"`; null while none is set up. */
  readonly kernel: string | null;
  /** How often the GPU was lost or failed since loading. */
  readonly losses: number;
}

/**
 * Where the session lives.
 *
 * - `"memory"` (the default): as long as the page.
 * - `"tab"`: as long as the tab, in its session storage, not encrypted.
 * - `"device"`: for 30 days, in IndexedDB, encrypted under a key that no script can read; all tabs and workers share it.
 *
 * Nothing is stored before `consent({ store: true })`.
 */
export type Store = "memory" | "tab" | "device";

/** What the shopper agrees to. What is left out, or null, stays as it is. */
export interface ConsentChoice {
  /** That the session is kept in the store that it was loaded with. */
  readonly store?: boolean | null | undefined;
  /** That something may be sent. This package sends nothing: it keeps the answer for whoever does. */
  readonly share?: boolean | null | undefined;
}

/** What the shopper agreed to. */
export interface Consent {
  readonly store: boolean;
  readonly share: boolean;
}

/** How the session is kept. */
export interface StoreInfo {
  /** Where it lives now. */
  readonly kind: Store;
  /** Where it was to live. */
  readonly wanted: Store;
  /** Why it lives in memory although something else was wanted, or what was lost of it; null where all is well. */
  readonly reason: Reason | null;
  /** How many events and impressions were there when the store was first read. */
  readonly restored: number;
  /** Whether all that was noted and forgotten so far is written; false where nothing is stored. */
  readonly saved: boolean;
}

/** What `info()` of a reranker tells: how it is, and what it took and did not take so far. */
export interface RerankerInfo {
  readonly status: Status;
  /** Null while the model ranks. */
  readonly reason: Reason | null;
  /** The CPU kernel that ranks, such as `"wasm simd128"`; `"none"` without a model. */
  readonly backend: string;
  /** Who scans the whole catalogue for `retrieve`, and why. */
  readonly scan: ScanInfo;
  readonly model: ModelInfo | null;
  /** What the model has seen in this session, oldest first. It never leaves the device. */
  readonly events: readonly SeenEvent[];
  /** What lists showed and was passed over. */
  readonly shown: ShownInfo;
  /** What feedback has moved; empty with `feedback: false`, and where the model lets nothing move. It is forgotten with the clicks. */
  readonly feedback: readonly MovedWeight[];
  /** Where the session lives, and why there. */
  readonly store: StoreInfo;
  readonly consent: Consent;
  /** What the model knew of the list that it ranked last; null before the first. */
  readonly lastList: RankedList | null;
  /** Events and snapshots that could not be used. */
  readonly ignored: Refused;
  /** What else was passed in and not taken; none of it costs more than itself. */
  readonly refused: {
    /** Arguments, options and fields of the wrong kind (`argument.limit`), and lists that could not be read to their end. */
    readonly arguments: Refused;
    /** Ids that can name no item (`id.unsafe`), each once where it can be remembered. */
    readonly ids: Refused;
    /** Rows that are none of this model (`row.model`), each item's once, and those that `prepare` could not bring (`rows.late`). */
    readonly rows: Refused;
  };
  readonly timings: Timings;
}

/** What `lists.map(rerank)` passes behind each list; none of it counts. */
export type Mapping = [place: number, lists: readonly unknown[]];

/**
 * Re-ranks lists on this device. Made by `loadReranker`. Its methods need no `this`: they work behind `reactive()` and any
 * other proxy, destructured, and as callbacks. Whatever they are passed, they do not throw.
 */
export interface Reranker<C = CandidateObject> extends Disposable {
  /**
   * Takes in what the shopper did.
   * @returns the event's number, or null when it could not be used (`info().ignored` says why). Never throws.
   */
  observe(this: void, event: ShopEvent): number | null;

  /**
   * Sorts a list for this session. Every candidate comes back exactly once, whatever the input;
   * an empty session, and a model that cannot be used, keep the order as it is. Never throws: of a list that breaks off (an
   * iterator or a getter threw) what was read comes back in its order. Lists are read up to 4,194,304 candidates, and
   * ordered up to 1,048,576.
   */
  rerank<T extends C | ItemId>(
    this: void,
    candidates: Iterable<T>,
    ...options: [options?: RerankOptions | null | undefined] | Mapping
  ): Ranked<T>[];

  /**
   * Has the rows of a list fetched, from where `LoadOptions.rows` says, in one request: of all items that the model's table does not
   * hold, that bring no row of their own, and that were not fetched for this page before. What is asked for follows from the lists
   * alone, never from what the shopper did. `rerank` need not wait: it ranks what has no row by what is known of it. Never rejects.
   */
  prepare(this: void, list: Iterable<C | ItemId>, options?: PrepareOptions | null | undefined): Promise<Prepared>;

  /**
   * Sorts all lists of a page in one pass, each on its own: the answers are those of `rerank`, list by list. An item that
   * stands in several lists is looked up once. Never throws.
   */
  rerankMany<T extends C | ItemId>(
    this: void,
    lists: Iterable<Iterable<T>>,
    ...options: [options?: RerankManyOptions | null | undefined] | Mapping
  ): Ranked<T>[][];

  /**
   * Finds the `k` items of the model's whole catalogue that suit this session best, those that the shopper has met
   * included; the most popular for an empty session. What is observed or forgotten while a GPU works on the answer counts.
   * Without a model, and after `dispose()`, the answer is empty. Rejects only with what `filter` throws.
   */
  retrieve(this: void, options: RetrieveOptions): Promise<Retrieved[]>;

  /**
   * Forgets everything (with nothing, or null), one event, one item, or a span of time. What remains is as if it had never been seen; only
   * what the shop said of items (rows, descriptions) counts on until everything is forgotten. It leaves the store, and all
   * tabs and workers that share it; of everything nothing stays but the shopper's choice.
   * @returns how many events were forgotten; 0 for what it does not recognise, with a reason in `info().refused.arguments`.
   */
  forget(this: void, what?: Forget | null): number;

  /**
   * Takes note of what the shopper agrees to, as often as the page hears of it. `store: true` has the session kept in the store that it was
   * loaded with (what was noted before included) and is remembered there; `store: false` erases that at once, with the choice and
   * the key, in all tabs. The session itself lives on in memory, until `forget()`.
   */
  consent(this: void, choice: ConsentChoice): void;

  /** The state of things, for a side panel or a log. A new object on every call. */
  info(this: void): RerankerInfo;

  /**
   * Looks for what goes wrong where a shop puts the package in: unknown ids, and known ones in another spelling, prices in cents,
   * events that never come. Errors first; in a sound page there are notes alone. All of it is read from what the session holds at
   * this moment, on this device. What looks is fetched with the first call. Never rejects.
   */
  doctor(this: void): Promise<readonly Finding[]>;

  /** What the session leans towards; nothing without a model. A new object on every call. */
  leanings(this: void): Leanings;

  /**
   * The cluster of items that the session is nearest to now; null without a model, and where the model has no clusters. For use on
   * the device. It tells of the shopper: what may be sent in its place is a token, randomised (`reshelf/privacy`).
   */
  cluster(this: void): Cluster | null;

  /** The session as bytes, numbers of events included, to be kept by the shop (with the shopper's consent); null without a model. */
  snapshot(this: void): OwnBytes | null;

  /** The same as text, for stores that hold only text: `sessionStorage.setItem("visit", reranker.snapshotText() ?? "")`. */
  snapshotText(this: void): string | null;

  /**
   * Puts a snapshot in place of the current session, of which nothing remains. False if it does not fit: the session is then
   * empty, and `info().ignored` says why.
   */
  restore(this: void, snapshot: Bytes | string): boolean;

  /**
   * A new reranker with an empty session on the same model, in some 20 KB and without loading: one a shopper, where one process
   * serves many. It is independent of this one, which may be disposed of, and lives in memory. Without a model it keeps the order,
   * as this one does.
   */
  session(this: void): Reranker<C>;

  /**
   * Frees the session's memory (the model's, with its last session) and forgets the session, but for what is in its store. Later
   * calls keep the server's order.
   */
  dispose(this: void): void;
}

/** The state of a model, as `Model.info()` gives it. */
export interface ModelStatus {
  readonly status: Status;
  /** Null while the model ranks. */
  readonly reason: Reason | null;
  /** The CPU kernel that ranks; `"none"` without a model. */
  readonly backend: string;
  readonly model: ModelInfo | null;
  /** Options of `loadModel` of the wrong kind, and sessions that could not be made. */
  readonly refused: Refused;
  readonly timings: LoadTimings;
}

/** A model that many sessions share: one artifact in memory, and one session a shopper, or a request. Made by `loadModel`. */
export interface Model<C = CandidateObject> extends Disposable {
  /**
   * A new reranker with an empty session on this model, at once. No session sees anything of another. One that is let go
   * gives its memory back when it is collected; where a host never collects (`docs/hosts.md`), call its `dispose()`.
   */
  session(this: void): Reranker<C>;

  /** A new object on every call. */
  info(this: void): ModelStatus;

  /**
   * Ends the model and all of its sessions, those of `session()` of its sessions included: from here on they keep the
   * server's order, and `info().reason` of each is `model.disposed`. The model's memory is free once its sessions are called
   * again, disposed of or let go.
   */
  dispose(this: void): void;
}

/** How far a load is. */
export interface Progress {
  /** What is being fetched or done. */
  readonly stage: "model" | "engine" | "ready";
  /** Bytes of the model that have arrived. */
  readonly loaded: number;
  /** Bytes to come in all; null until the server or the model's own header says. */
  readonly total: number | null;
}

/** A compiled `WebAssembly.Module`, of any realm; TypeScript knows it by that name with the DOM library alone. */
export type WasmModule = object;

/** Where a module of the package lies, or what is in it. */
export type WasmSource = string | URL | Response | Bytes | WasmModule;

/** Where the GPU module lies. The two files must be of the package's own version. */
export interface GpuFiles {
  /** The JavaScript file, `gpu/reshelf_gpu.js`: an address that the page's script-src allows. */
  readonly glue?: string | URL | null | undefined;
  /** The WebAssembly file, `gpu/reshelf_gpu_bg.wasm`. */
  readonly wasm?: WasmSource | null | undefined;
}

/**
 * What is null counts as left out, and so does an option of the wrong kind, but for `model`, `wasm` and `integrity`, which leaves a reason in
 * `info().refused.arguments`; so does one of a name that is none here, as `optoin`. Buffers, responses and the like may come from another realm, such as an iframe.
 */
export interface LoadOptions<C = CandidateObject> {
  /**
   * The artifact that `reshelf train` wrote: where it lies, or what is in it. In Node, only `http:`, `https:`, `file:`,
   * `data:` and `blob:` begin an address; anything else is a path. Loads of one address that run at once are one.
   */
  readonly model: string | URL | Response | Blob | ArrayBufferLike | ArrayBufferView;
  /**
   * The engine's module, when it does not lie beside the package's own files: `reshelf/engine.wasm`, or `reshelf/engine-relaxed.wasm`
   * where relaxed SIMD is. `reshelf/slim` has none of its own; in edge workers the package imports it itself. All rerankers of a page
   * or worker share one module: once it runs, later loads fetch and compile nothing, whatever they pass here.
   */
  readonly wasm?: WasmSource | null | undefined;
  /**
   * The field that has a candidate's id, such as `"sku"`, or a function that tells it; `"id"` when left out. A field names the items of
   * events as well, where they have it, as `id` does in any case. `retrieve`, `rows` and `filter` have ids themselves.
   */
  readonly id?: keyof C | ((candidate: C) => ItemId | null | undefined) | null | undefined;
  /** Where whole catalogues are to be scanned; `"auto"` when left out. */
  readonly backend?: Backend | null | undefined;
  /** The GPU module's two files, when they do not lie beside the package's own. */
  readonly gpu?: GpuFiles | null | undefined;
  /**
   * Where the session of `loadReranker` lives; in memory when left out, as all others do. With a store, loading ends once the session
   * is there.
   */
  readonly store?: Store | null | undefined;
  /**
   * Whether what the shopper clicks and passes over in lists moves the model's own weights, on this device and for this session alone;
   * true when left out. It needs impressions, such as `reshelf/capture` tells of.
   */
  readonly feedback?: boolean | null | undefined;
  /**
   * Where rows come from that the model's table does not hold, for `prepare`: the address of a handler of `reshelf/rows`, or a
   * function. `reshelf core` writes models that have none of their own. Nothing is fetched when left out.
   */
  readonly rows?: string | URL | RowsOf | null | undefined;
  /**
   * Whether the reranker calls its `doctor()` now and then, and writes to the console what is new, each finding once; false unless it is
   * true. For a developer's own browser: the console shows ids that the shopper met, and a reranker lives until `dispose()`.
   */
  readonly debug?: boolean | null | undefined;
  /** Aborting it makes the load reject with its reason. Others that wait for the same address at the same time go on. */
  readonly signal?: AbortSignal | null | undefined;
  readonly onProgress?: ((progress: Progress) => void) | null | undefined;
  /**
   * The hash that the model must have, as scripts have it: `"sha256-..."`, `"sha384-..."` or `"sha512-..."` in base64; of several, parted by
   * spaces, one of the strongest algorithm. A model of another hash is not used (`integrity.mismatch`).
   */
  readonly integrity?: string | null | undefined;
  /**
   * Keeps a model that has an address in the browser's Cache (`true`: the Cache `"reshelf"`; a text is the name of another), for the next
   * visit: that takes the one that is kept and asks the server behind the page's back, so that a new model counts from the load after it. With
   * `integrity`, nothing is asked while the hash is the same. False when left out, since browsers keep files for as long as their headers
   * say. Where nothing can be kept, the model is fetched.
   */
  readonly cache?: boolean | string | null | undefined;
  /** A load that failed says so on the console, once, with what to do; true leaves that to `info().reason`. */
  readonly quiet?: boolean | null | undefined;
}
