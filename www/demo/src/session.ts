/**
 * What this visit means to the lists: the page's only door to `reshelf`. Lists ask it for their order; pages tell it what
 * the shopper did. Until the model is there, and if it never comes, every list keeps the server's order.
 */
import type { EventType, Reranker, RerankerInfo } from "/reshelf/index.js";
import type { Product } from "./shop.js";

/** Where the package and the model lie; the address is the shop server's. */
const PACKAGE = "/reshelf/index.js";
const MODEL = "/data/model.safetensors";

export type OrderMode = "yours" | "server";

/** What changed, so that a list knows whether it may move tiles that the shopper is looking at. */
export type Change =
  /** The shopper did something on the page. */
  | "observed"
  /** The model arrived, or turned out not to. */
  | "engine"
  /** The shopper asked, in the panel, for something to be forgotten or for another order. */
  | "asked"
  /** Only how things are shown. */
  | "appearance";

export interface Placed {
  readonly product: Product;
  /** Places up (positive) or down (negative) from the server's order. */
  readonly moved: number;
}

export interface Seen {
  /** Its number in the model's log, or below zero while it waits for the model. */
  readonly event: number;
  readonly id: string;
  readonly type: EventType;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Why the shop runs on without the engine: a reason of the package, or one of the shop's own. */
interface Trouble {
  readonly code: string;
  readonly message: string;
}

export interface Status {
  readonly kind: "loading" | "ready" | "fallback";
  /** Why lists keep the server's order; null while the model ranks or loads. */
  readonly reason: Trouble | null;
  readonly info: RerankerInfo | null;
}

export class Session {
  #reranker: Reranker | null = null;
  #failure: Trouble | null = null;
  #waiting: Seen[] = [];
  #nextWaiting = -1;
  #mode: OrderMode = "yours";
  #showMoves = true;
  readonly #listeners: ((change: Change) => void)[] = [];

  get mode(): OrderMode {
    return this.#mode;
  }

  set mode(mode: OrderMode) {
    if (mode === this.#mode) return;
    this.#mode = mode;
    this.#tell("asked");
  }

  /** Whether tiles say how far they moved up. */
  get showMoves(): boolean {
    return this.#showMoves;
  }

  set showMoves(show: boolean) {
    this.#showMoves = show;
    this.#tell("appearance");
  }

  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  /** Loads engine and model. Never rejects: without them the shop runs on in the server's order. */
  async load(): Promise<void> {
    try {
      const { loadReranker } = await import("/reshelf/index.js");
      this.#reranker = await loadReranker({ model: MODEL });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#failure = {
        code: "demo.engine",
        message: `The re-ranking engine did not load from ${PACKAGE}: ${message}`,
      };
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { id, type, at } of waiting) this.#reranker?.observe({ id, type, at });
    this.#tell("engine");
  }

  observe(type: EventType, id: string): void {
    const at = Date.now();
    if (this.#reranker !== null) this.#reranker.observe({ id, type, at });
    else if (this.#failure === null) this.#waiting.push({ event: this.#nextWaiting--, id, type, at });
    this.#tell("observed");
  }

  forgetEvent(event: number): void {
    if (event < 0) this.#waiting = this.#waiting.filter((entry) => entry.event !== event);
    else this.#reranker?.forget({ event });
    this.#tell("asked");
  }

  forgetAll(): void {
    this.#waiting = [];
    this.#reranker?.forget();
    this.#tell("asked");
  }

  /** What the model has seen, newest first. */
  seen(): readonly Seen[] {
    const known = this.#reranker?.info().events ?? [];
    return [...known.map((entry) => ({ ...entry, id: String(entry.id) })), ...this.#waiting].reverse();
  }

  status(): Status {
    const info = this.#reranker?.info() ?? null;
    if (this.#failure !== null) return { kind: "fallback", reason: this.#failure, info };
    if (info === null) return { kind: "loading", reason: null, info };
    return { kind: info.status === "ready" ? "ready" : "fallback", reason: info.reason, info };
  }

  /** A list, given in the server's order, in the order to be shown. */
  order(products: readonly Product[]): readonly Placed[] {
    if (this.#mode === "server" || this.#reranker === null || products.length === 0)
      return products.map((product) => ({ product, moved: 0 }));
    return this.#reranker
      .rerank(products)
      .map((entry) => ({ product: entry.candidate, moved: entry.previousRank - entry.rank }));
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}
