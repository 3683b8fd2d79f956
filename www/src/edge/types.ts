// The public types of `reshelf/edge`.
import type { Bytes, ItemDescription, ItemId, Model, Row, WasmModule } from "../types.js";

/** The page's item as its server knows it; what is beside the id is read where the model does not know the item. */
export interface PageItem extends ItemDescription {
  readonly id: ItemId;
  readonly row?: Row | null | undefined;
}

/** What the request itself says of what the shopper is after. All of it is optional; with none of it the page stays as it is. */
export interface PageContext {
  /** The item that the page is about. */
  readonly item?: ItemId | PageItem | null | undefined;
  /** The category that the page is about, as the catalogue writes its path: `"home/kitchen/mugs"`. */
  readonly category?: string | number | bigint | null | undefined;
  /** What was searched for. */
  readonly query?: string | null | undefined;
  /** The shopper's cluster, where the shop's client sent one after consent: a number from 0, or text for one. */
  readonly cluster?: number | string | null | undefined;
}

/** Where a list is, and its tiles. */
export interface ListRule {
  /** A selector of the list: tags, classes, ids, attributes and values, descendants and children. */
  readonly list: string;
  /** A selector of its tiles; those that are the list's children count. */
  readonly item: string;
  /** The attribute of the tile that has the item's id, or `selector@attribute` for one of an element in the tile. */
  readonly id: string;
}

/** A list inside a script of JSON, from which the page's own code draws. */
export interface IslandRule {
  /** A selector of the script element. */
  readonly script: string;
  /** Where the list is in it: `"data.products"`, with numbers for places in lists; `""` for the whole. */
  readonly path: string;
  /** The member of an element that has the item's id: `"id"`, `"node.id"`. */
  readonly id: string;
}

/** What orders a list at once. A `Reranker` is one. */
export interface ListOrderer {
  /**
   * The candidates in another order, bare or each as `{ candidate }`; anything else leaves the list as it came. Where a `policy`
   * was given, `{ policy }` is passed second, and the answer may lack some: those stand behind the others.
   */
  rerank(candidates: readonly { readonly id: string }[], options?: never): unknown;
  /** Of a `Reranker`: tells whether there is anything to go by. */
  info?(): unknown;
}

/** The HTML module: compiled, as bytes, as the answer of a `fetch`, or what brings one of these when it is first needed. */
export type HtmlModule = HtmlSource | (() => HtmlSource | PromiseLike<HtmlSource>);
/** The HTML module itself: compiled, as bytes, or as the answer of a `fetch`. */
export type HtmlSource = WasmModule | Bytes | Response;

// In all options null is as if left out, and so is a value of the wrong kind, which is named in the report (`refused`).

/** What `personalize` and `personalizeJson` are given alike: a `model` or a `reranker`, and what the request says. */
export interface EdgeOptions {
  /**
   * What ranks, for the context: each page has a session of its own, which ends with it. A promise is waited for no longer than
   * `deadlineMs`, so that the first pages of an isolate pass while it loads.
   */
  readonly model?: Model | PromiseLike<Model> | null | undefined;
  /** A session of the caller's own in its place, such as a service worker's. It is not disposed of, and not told of the context. */
  readonly reranker?: ListOrderer | null | undefined;
  readonly context?: PageContext | null | undefined;
  /**
   * What the shop wants of the lists: made by `policy` of `reshelf/slate`, and handed on to `rerank`. Its rules see candidates as `{ id }`: other
   * fields are for its accessors to look up. Elements of `personalizeJson` have their own
   * fields as well. What they remove stays in the page, behind the other tiles.
   */
  readonly policy?: unknown;
  /** The request that is answered: the answer of `HEAD` passes. */
  readonly request?: { readonly method: string } | null | undefined;
  /** How long a list may be held that is not complete, and how long a model that loads is waited for. 50 when left out. */
  readonly deadlineMs?: number | null | undefined;
  /** The most bytes of a list, or of a JSON text, that are held. 1,000,000 when left out. */
  readonly maxListBytes?: number | null | undefined;
  /** Where the HTML module comes from, on hosts whose entry does not bring it. It is loaded once an isolate. */
  readonly html?: HtmlModule | null | undefined;
}

/** What `personalize` is told: which lists of a page to order, by what. */
export interface PersonalizeOptions extends EdgeOptions {
  /**
   * Tried in order; the first that fits an element counts. What is marked with `data-reshelf-list` and `data-reshelf-item`
   * when neither this nor `islands` is given.
   */
  readonly lists?: readonly ListRule[] | null | undefined;
  readonly islands?: readonly IslandRule[] | null | undefined;
  /** Notes the original places in the list's start tag, for a browser that is to come to the same order. */
  readonly hydrate?: boolean | null | undefined;
  /**
   * Puts each item's row beside it, for a page that has a model's core: `data-reshelf-row` on every tile that the model knows, in
   * base64, and `data-reshelf-page-row` on the first list for `context.item`. Lists that stay in the page's order have them as well.
   * Some 195 bytes a tile.
   */
  readonly rows?: boolean | null | undefined;
  /** Called once: when the body has ended, or at once for a page that passes. */
  readonly onReport?: ((report: PageReport) => void) | null | undefined;
}

/** What `personalizeJson` is told: which list of an answer to order, by what. */
export interface PersonalizeJsonOptions extends EdgeOptions {
  readonly path: string;
  readonly id: string;
  readonly onReport?: ((report: PageReport) => void) | null | undefined;
}

/** Why an answer passes as it is, or did not come to its end. docs/edge.md has what each means. */
export type PageReason =
  | ("status" | "method" | "empty" | "used" | "type" | "charset" | "attachment" | "no-transform" | "encoded")
  | (
      | "no-context"
      | "no-model"
      | "model"
      | "model-late"
      | "html"
      | "html-late"
      | "lists"
      | "too-large"
      | "deadline"
      | "json"
    )
  | ("origin" | "cancelled" | "failed");

/** Why a list stayed as it came. */
export type ListReason =
  | ("no-order" | "order" | "rerank" | "promise" | "deadline" | "too-large")
  | ("unclosed-list" | "unclosed-tile" | "crossing" | "foreign" | "hydrated" | "ambiguous" | "memory" | "json")
  | (string & {});

/** One list that was found. */
export interface ListReport {
  /** How many tiles it has. */
  readonly tiles: number;
  /** How many of them stand elsewhere now. */
  readonly moved: number;
  /** Null for one that was put in order. */
  readonly reason: ListReason | null;
  /** With a policy that removes some: how many stand behind the others for that. */
  readonly removed?: number;
}

/** What became of a page. It tells of the page alone, and nothing of the shopper. */
export interface PageReport {
  /** Null for one that was read to its end. */
  readonly reason: PageReason | null;
  /** The lists in the order of the page. */
  readonly lists: readonly ListReport[];
  /** More on `reason`, where there is more: a code of docs/errors.md. */
  readonly detail?: string;
  /** Options of the wrong kind, by name. */
  readonly refused?: readonly string[];
}
