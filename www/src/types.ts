// The package's public types. `using` needs the type of Symbol.dispose, which older TypeScript settings lack.
/// <reference lib="esnext.disposable" preserve="true" />

/** The identifier that the shop gives an item. `42` and `"42"` name the same item. */
export type ItemId = string | number;

/**
 * What the shopper did. Other words are accepted and mapped where the field has a common synonym
 * (`"add_to_cart"`, `"order"`, `"detail"`, …); what is left counts as `"other"`.
 */
export type EventType = "view" | "cart" | "wish" | "purchase" | "review" | "remove" | "other";

/** An item's row, as `reshelf rows` exports it: the bytes themselves, or those bytes as base64 text. */
export type Row = Uint8Array | string;

/**
 * What the shop says of an item. Read only for an item that the model does not know and that brings no row, once in a
 * visit: the engine then places it beside the items of its kind. Written as in the catalogue that the model was trained with.
 */
export interface ItemDescription {
  /** The path from the widest category to the narrowest, with slashes: `"home/kitchen/mugs"`. */
  readonly category?: string | number | null | undefined;
  readonly brand?: string | number | null | undefined;
  /** In the currency of the catalogue that the model was trained with. */
  readonly price?: number | null | undefined;
  readonly title?: string | null | undefined;
}

/** An object that names an item. Any further fields are the caller's own and are left alone. */
export interface CandidateObject extends ItemDescription {
  readonly id: ItemId;
  /** The server's score, in the server's own unit; higher is better. Leave it out where there is none. */
  readonly score?: number | null | undefined;
  /** The item's row, for an item that the model's own table does not hold. */
  readonly row?: Row | null | undefined;
}

/** What `rerank` takes: objects with an `id`, or bare ids. */
export type Candidate = CandidateObject | ItemId;

/** One place in the new order. */
export interface Ranked<T> {
  /** The caller's own object (or id), the very same reference. */
  readonly candidate: T;
  /** What the list is sorted by; comparable within one call only. 0 where the server's order was kept. */
  readonly score: number;
  /** The new position, counted from 1. */
  readonly rank: number;
  /** The position in the list as it was passed in, counted from 1. */
  readonly previousRank: number;
}

/**
 * What orders the candidates: `"model"`, all that the model has learnt (the default), or `"similarity"`, nearness to
 * what the shopper is after now and nothing else. The second is faster and knows neither server scores nor popularity.
 */
export type RankBy = "model" | "similarity";

export interface RerankOptions {
  /** Return at most so many; all when left out. */
  readonly limit?: number | undefined;
  readonly by?: RankBy | undefined;
}

export interface RerankManyOptions {
  /** Return at most so many of each list; all when left out. */
  readonly limit?: number | undefined;
}

export interface RetrieveOptions {
  /** How many items to find. Rounded down; the catalogue's size is the most there can be, and less than 1 finds none. */
  readonly k: number;
  /**
   * Whether an item, by its id as text, may be in the answer; all may when left out. Called best item first and at most
   * once an item, only for items that would otherwise be in the answer; if it refuses so many that fewer than `k` are
   * left, for further ones, to the catalogue's end if need be.
   */
  readonly filter?: ((id: string) => boolean) | undefined;
  readonly by?: RankBy | undefined;
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

/** Something that the shopper did with one item. */
export interface ShopEvent extends ItemDescription {
  /** The item. */
  readonly id: ItemId;
  /** `"view"` when left out. */
  readonly type?: EventType | (string & {}) | undefined;
  /** When, in milliseconds since 1970 (`Date.now()`, which is the default). */
  readonly at?: number | undefined;
  /** The item's row, for an item that the model's own table does not hold. */
  readonly row?: Row | null | undefined;
}

/** An event in the session, as `info().events` lists it. */
export interface SeenEvent {
  /** The number that `observe` returned; pass it to `forget({ event })`. */
  readonly event: number;
  /** The item, as text whatever it was passed in as. */
  readonly id: string;
  readonly type: EventType;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Whether the model knows the item, by its row or by its description; one that it does not know only counts as seen. */
  readonly known: boolean;
}

/** What to forget: one event, or everything about one item. */
export type Forget = { readonly event: number } | { readonly item: ItemId };

/** Why a list keeps the server's order, or why the last event was not taken. */
export interface Reason {
  /** Stable and made for code, `area.what`, such as `artifact.truncated`. */
  readonly code: string;
  /** Made for people; says what to do about it. */
  readonly message: string;
}

export type Status =
  /** The model ranks. */
  | "ready"
  /** No model can be used: lists keep the server's order; `reason` says why. */
  | "fallback"
  /** `dispose()` was called: lists keep the server's order. */
  | "disposed";

export interface ModelInfo {
  /** The version that the shop gave this model. */
  readonly version: string;
  /** Items in the model's own table. */
  readonly items: number;
  /** Size of the artifact in bytes. */
  readonly bytes: number;
}

/** Times in milliseconds. Browsers round clocks, often to 0.1 ms. */
export interface Timings {
  /** Fetching the model and the module (0 when they were handed in as bytes). */
  readonly fetch: number;
  /** Compiling and instantiating the WebAssembly module. */
  readonly compile: number;
  /** Checking and unpacking the artifact. */
  readonly parse: number;
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
  /** Events that could not be used, and why the last of them was not. */
  readonly ignored: { readonly count: number; readonly reason: Reason | null };
  readonly timings: Timings;
}

/** Re-ranks lists on this device. Made by `loadReranker`. */
export interface Reranker extends Disposable {
  /**
   * Takes in what the shopper did.
   * @returns the event's number, or null when it could not be used (`info().ignored` says why). Never throws.
   */
  observe(event: ShopEvent): number | null;

  /**
   * Sorts a list for this session. Every candidate comes back exactly once, whatever the input;
   * an empty session, and a model that cannot be used, keep the order as it is. Never throws.
   */
  rerank<T extends Candidate>(candidates: Iterable<T>, options?: RerankOptions): Ranked<T>[];

  /**
   * Sorts all lists of a page in one pass, each on its own: the answers are those of `rerank`, list by list. An item that
   * stands in several lists is looked up once. Never throws.
   */
  rerankMany<T extends Candidate>(lists: Iterable<Iterable<T>>, options?: RerankManyOptions): Ranked<T>[][];

  /**
   * Finds the `k` items of the model's whole catalogue that suit this session best, those that the shopper has met
   * included; the most popular for an empty session. What is observed or forgotten while a GPU works on the answer counts.
   * Without a model, and after `dispose()`, the answer is empty. Rejects only with what `filter` throws.
   */
  retrieve(options: RetrieveOptions): Promise<Retrieved[]>;

  /**
   * Forgets everything, one event, or one item. What remains is as if it had never been seen.
   * @returns how many events were forgotten.
   */
  forget(what?: Forget): number;

  /** The state of things, for a side panel or a log. A new object on every call. */
  info(): RerankerInfo;

  /** The session as bytes, to be kept by the shop (with the shopper's consent); null without a model. */
  snapshot(): Uint8Array<ArrayBuffer> | null;

  /** Puts a snapshot back in place of the current session. False, and nothing changed, if it does not fit. */
  restore(snapshot: Uint8Array): boolean;

  /** Frees the model's memory and forgets the session. Later calls keep the server's order. */
  dispose(): void;
}

export interface Progress {
  /** What is being fetched or done. */
  readonly stage: "model" | "engine" | "ready";
  /** Bytes of the model that have arrived. */
  readonly loaded: number;
  /** Bytes to come in all, or null when the server does not say. */
  readonly total: number | null;
}

/** Where the GPU module lies. The two files must be of the package's own version. */
export interface GpuFiles {
  /** The JavaScript file, `gpu/reshelf_gpu.js`: an address that the page's script-src allows. */
  readonly glue?: string | URL | null | undefined;
  /** The WebAssembly file, `gpu/reshelf_gpu_bg.wasm`. */
  readonly wasm?: string | URL | Response | BufferSource | WebAssembly.Module | null | undefined;
}

/** What is null counts as left out. Buffers, responses and the like may come from another realm, such as an iframe. */
export interface LoadOptions {
  /**
   * The artifact that `reshelf train` wrote: where it lies, or what is in it. In Node, only `http:`, `https:`, `file:`,
   * `data:` and `blob:` begin an address; anything else is a path.
   */
  readonly model: string | URL | Response | Blob | ArrayBufferLike | ArrayBufferView;
  /**
   * The engine's module, when it does not lie beside the package's own files. An edge worker, which may compile nothing,
   * imports it: `import wasm from "reshelf/engine.wasm"` (or `"reshelf/engine-relaxed.wasm"`). All rerankers of a page or
   * worker share one module: once it runs, later loads fetch and compile nothing, whatever they pass here.
   */
  readonly wasm?: string | URL | Response | BufferSource | WebAssembly.Module | null | undefined;
  /** Where whole catalogues are to be scanned; `"auto"` when left out. */
  readonly backend?: Backend | null | undefined;
  /** The GPU module's two files, when they do not lie beside the package's own. */
  readonly gpu?: GpuFiles | null | undefined;
  /** Aborting it makes `loadReranker` reject with an `AbortError`. */
  readonly signal?: AbortSignal | null | undefined;
  readonly onProgress?: ((progress: Progress) => void) | null | undefined;
}
