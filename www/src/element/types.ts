// The public types of `reshelf/element`.
import type { ListOrderer } from "../tiles/types.js";
import type { RankPolicy } from "../types.js";

export type { ListOrderer } from "../tiles/types.js";
export type { RankPolicy } from "../types.js";

/** What `defineList` takes. */
export interface DefineListOptions {
  /**
   * What orders the page's lists, on the page's thread or in a worker, or the promise of it. Until it is there, and until it answers, lists
   * stay as they came.
   */
  readonly reranker: ListOrderer | PromiseLike<ListOrderer>;
  /**
   * What the shop wants of the lists: made by `policy` of `reshelf/slate`. Its rules see `{ id, tile }`, so that a field may be read off the tile
   * (`fields: { brand: "tile.dataset.brand" }`). What they remove stands behind the other tiles.
   */
  readonly policy?: RankPolicy | null | undefined;
  /** The element's name. `reshelf-list` when left out. */
  readonly name?: string | null | undefined;
}

/**
 * The element around a list that its server has rendered. Attributes: `list`, a selector of the list in it (`[data-reshelf-list]`, or
 * the element itself where there is none); `item` and `item-id`, as `item` and `id` of `personalize`; `announce`, a text for those who
 * hear the page, said once tiles have moved; `transition`, for the browser to show the move.
 */
export interface ReshelfListElement extends HTMLElement {
  /** A session of its own for this list, in place of the page's. */
  reranker: ListOrderer | null;
  /** A policy of this list's own, in place of the page's. */
  policy: RankPolicy | null;
  /**
   * Ranks once more, as after an event or new tiles. Where `reshelf-before` is cancelled, and while nothing ranks, nothing moves. What
   * answers with promises moves tiles later: a later call overtakes an earlier one, and an answer for a list that has changed meanwhile, or
   * that the page has taken out, moves nothing.
   */
  update(): ListOutcome;
}

/** What became of a list. */
export interface ListOutcome {
  /** How many tiles it has that have an id. */
  readonly tiles: number;
  /** How many of them stand elsewhere now. */
  readonly moved: number;
  /** How many would stand elsewhere, had they not been on screen or in use. */
  readonly kept: number;
  /**
   * Null where the list was looked at. `"no-reranker"`: nothing ranks so far. `"no-context"`: the session has nothing to go by.
   * `"order"`: the answer of `rerank` is not the candidates, each once, or it threw. `"list"`: there is none, or a selector is none.
   * `"cancelled"`: `reshelf-before` was cancelled, or this is called by who hears of another move. `"pending"`: what ranks answers later;
   * `reshelf-before` and `reshelf-after` tell of it, if tiles move.
   */
  readonly reason: "no-reranker" | "no-context" | "order" | "list" | "cancelled" | "pending" | null;
}

/** `detail` of `reshelf-before`, which can be cancelled, and of `reshelf-after`: how many tiles move, or have moved, and how many do not. */
export interface ListMoves {
  readonly moved: number;
  readonly kept: number;
}

declare global {
  interface HTMLElementTagNameMap {
    "reshelf-list": ReshelfListElement;
  }
  interface HTMLElementEventMap {
    "reshelf-before": CustomEvent<ListMoves>;
    "reshelf-after": CustomEvent<ListMoves>;
  }
}
