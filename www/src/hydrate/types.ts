// The public types of `reshelf/hydrate`.
export type { ListOrderer, PlacedTile, TileRule } from "../tiles/types.js";

/** What became of a list. */
export interface Settled {
  /** How many tiles it has that have an id. */
  readonly tiles: number;
  /** How many of them stand elsewhere now. With none, nothing in the page was touched. */
  readonly moved: number;
  /** How many would stand elsewhere, had they not been on screen. */
  readonly kept: number;
  /**
   * Null where the list was looked at. `"no-context"`: the session has nothing to go by. `"changed"`: the list no longer has the
   * tiles that the server noted. `"order"`: the answer of `rerank` is not the candidates, each once, or a promise, or it threw. `"list"`: it
   * is no element, or a selector is none.
   */
  readonly reason: "no-context" | "changed" | "order" | "list" | null;
}
