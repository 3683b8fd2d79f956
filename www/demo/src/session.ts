/**
 * What this visit, all pages of it, means to the lists: the storefront's door to `reshelf` itself. Lists ask it for their order;
 * what the shopper does it hears for itself, from the page (`reshelf/capture`) and from what the shop tells its analytics
 * (`reshelf/listen`). Until the model is there, and if it never comes, every list keeps the server's order.
 */
import type { Forget, Reranker, RerankerInfo, SeenEvent } from "/reshelf/index.js";
import type { Policy } from "/reshelf/slate/index.js";
import { type Arrangement, arrange, type Placed } from "./arrange.js";
import { follow } from "./back.js";
import { loadCompile, parsed, pinnedAt, readWritten } from "./policy.js";
import type { Product } from "./shop.js";
import { readJson, writeJson } from "./storage.js";

/** Where the package and the model lie; the address is the shop server's. */
const PACKAGE = "/reshelf/index.js";
const MODEL = "/data/model.safetensors";

/** What the next page tells of itself, or `capture` sees with the shopper's eyes, and would count twice. */
const TOLD_OTHERWISE = new Set(["select_item", "view_item_list"]);

/** The shop's own note that the shopper does not want to be asked again; a yes is remembered by the package. */
const DECLINED = "shop.declined";
/** How the shopper wants to see lists, for this tab. */
const VIEW = "shop.view";

export type OrderMode = "yours" | "server";

/** What changed, so that a list knows whether it may move tiles that the shopper is looking at. */
export type Change =
  /** The shopper did something on the page. */
  | "observed"
  /** The model arrived late, or the page came back from the back/forward cache to a session that went on. */
  | "caught up"
  /** The shopper asked for something to be forgotten or corrected, or for another order. */
  | "asked"
  /** Only how things are shown. */
  | "appearance";

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
  #mode: OrderMode;
  #showMoves: boolean;
  #telling = false;
  #policy: Force | null = null;
  readonly #listeners: ((change: Change) => void)[] = [];

  constructor() {
    const view = readJson("tab", VIEW) as { mode?: OrderMode; showMoves?: boolean } | null;
    this.#mode = view?.mode === "server" ? "server" : "yours";
    this.#showMoves = view?.showMoves !== false;
  }

  /** The reranker itself, for what shows the shopper all of it; null while there is none. */
  get reranker(): Reranker | null {
    return this.#reranker;
  }

  get mode(): OrderMode {
    return this.#mode;
  }

  set mode(mode: OrderMode) {
    this.#mode = mode;
    this.#viewed("asked");
  }

  /** Whether tiles say how far they moved up, and why. */
  get showMoves(): boolean {
    return this.#showMoves;
  }

  set showMoves(show: boolean) {
    this.#showMoves = show;
    this.#viewed("appearance");
  }

  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  /** Loads engine, model and what was kept of the pages before. Never rejects: without them the shop runs on in the server's order. */
  async load(): Promise<void> {
    try {
      const [{ loadReranker }, { listen }] = await Promise.all([
        import("/reshelf/index.js"),
        import("/reshelf/listen/index.js"),
      ]);
      const [reranker, policy] = await Promise.all([loadReranker({ model: MODEL, store: "device" }), policyInForce()]);
      this.#policy = policy;
      this.#reranker = reranker;
      // What this page has told so far, that a product is looked at or that something is searched for, is taken in at once.
      listen(this.#hearing(reranker), { id: (id, _, event) => (TOLD_OTHERWISE.has(event) ? null : id) });
      follow(reranker, () => this.#tell("caught up"));
      // For whoever opens the console.
      Object.assign(globalThis, { reranker });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#failure = {
        code: "demo.engine",
        message: `The re-ranking engine did not load from ${PACKAGE}: ${message}`,
      };
    }
  }

  /** Watches what the shopper sees, passes over and looks at, once the page is drawn. Never rejects: a shop needs none of it. */
  async watch(): Promise<void> {
    if (this.#reranker === null) return;
    const { capture } = await import("/reshelf/capture/index.js").catch(() => ({ capture: null }));
    capture?.(this.#hearing(this.#reranker));
  }

  /** The model arrived after its time. */
  late(): void {
    this.#tell("caught up");
  }

  /** Whether the shopper has neither agreed that the session is kept on the device, nor declined. */
  get asks(): boolean {
    return this.#reranker !== null && !this.kept && readJson("browser", DECLINED) !== true;
  }

  /** Whether the session is kept from page to page. */
  get kept(): boolean {
    return this.#reranker?.info().consent.store ?? false;
  }

  /** What the shopper said to it. Withdrawn, it is erased at once, and lives on in this page. */
  keep(store: boolean): void {
    this.#reranker?.consent({ store });
    writeJson("browser", DECLINED, !store);
    this.#tell("appearance");
  }

  /** @returns how many events are forgotten. */
  forget(what?: Forget): number {
    const count = this.#reranker?.forget(what) ?? 0;
    this.#tell("asked");
    return count;
  }

  /** The shopper changed the session in another way. */
  corrected(): void {
    this.#tell("asked");
  }

  /** What the shopper does not want: by the product's id the number of the event that says so. */
  get disliked(): ReadonlyMap<string, number> {
    return new Map(this.seen().flatMap(({ type, id, event }) => (type === "dislike" ? [[id, event]] : [])));
  }

  /** "I don't want this". @returns whether it counts: not without the engine. */
  dislike(id: string): boolean {
    const event = this.#reranker?.observe({ type: "dislike", id }) ?? null;
    if (event !== null) this.#tell("asked");
    return event !== null;
  }

  /** What the model has seen, newest first. */
  seen(): readonly SeenEvent[] {
    return [...(this.#reranker?.info().events ?? [])].reverse();
  }

  status(): Status {
    const info = this.#reranker?.info() ?? null;
    if (this.#failure !== null) return { kind: "fallback", reason: this.#failure, info };
    if (info === null) return { kind: "loading", reason: null, info };
    return { kind: info.status === "ready" ? "ready" : "fallback", reason: info.reason, info };
  }

  /** Whether lists of the shop's categories go by its policy. */
  get ruled(): boolean {
    return this.#policy !== null && this.#mode === "yours";
  }

  /** Whether the shop has pinned a product on the page of that name. */
  pins(id: string, page: string | null): boolean {
    return this.#policy !== null && page !== null && pinnedAt(this.#policy.definition, id, page) !== null;
  }

  /** A list, given in the server's order, in the order to be shown. @param page by whose name the shop's rules count; null for none. */
  order(products: readonly Product[], page: string | null = null): readonly Placed[] {
    return this.arranged(products, page)?.placed ?? products.map((product) => ({ product, moved: 0, byRules: 0 }));
  }

  /** The same, with all that the package says of it; null where the list keeps the server's order without being asked for. */
  arranged(products: readonly Product[], page: string | null): Arrangement | null {
    if (this.#mode === "server" || this.#reranker === null || products.length === 0) return null;
    return arrange(this.#reranker, products, page === null ? null : (this.#policy?.rules.with({ page }) ?? null));
  }

  /** The reranker, and a note to the page that the shopper did something: once for all of a task, and not for what they saw. */
  #hearing({ observe }: Reranker): { observe: Reranker["observe"] } {
    return {
      observe: (event) => {
        if (!this.#telling && event.type !== "impression" && event.type !== "skip") {
          this.#telling = true;
          setTimeout(() => {
            this.#telling = false;
            this.#tell("observed");
          });
        }
        return observe(event);
      },
    };
  }

  #viewed(change: Change): void {
    writeJson("tab", VIEW, { mode: this.#mode, showMoves: this.#showMoves });
    this.#tell(change);
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/** A policy in force, and the definition that it was made of. */
interface Force {
  readonly rules: Policy;
  readonly definition: unknown;
}

/** The shop's policy, where it is switched on: what this browser keeps, no event. */
async function policyInForce(): Promise<Force | null> {
  const { text, on } = readWritten();
  const read = parsed(text);
  if (!on || "trouble" in read) return null;
  const rules = (await loadCompile())?.(read.definition);
  return rules === undefined ? null : { rules, definition: read.definition };
}
