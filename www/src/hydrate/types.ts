// The public types of `reshelf/hydrate`.

/** Which children of a list are tiles, and where their ids are: as in `personalize`, whose rules may be passed as they are. */
export interface TileRule {
  /** A selector of tiles; those that are the list's children count. `[data-reshelf-item]` when left out. */
  readonly item?: string | null | undefined;
  /** The attribute of the tile that has the item's id, or `selector@attribute` for one of an element in it. */
  readonly id?: string | null | undefined;
}

/** A tile with an id. */
export interface PlacedTile {
  readonly tile: Element;
  readonly id: string;
}

/** What orders a list at once. A `Reranker` is one. */
export interface ListOrderer {
  /** A candidate has the `row` that its tile has. */
  rerank(candidates: readonly { readonly id: string; readonly row?: string }[]): unknown;
  /** Of a `Reranker`: tells whether there is anything to go by. */
  info?(): unknown;
}

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
   * tiles that the server noted. `"order"`: the answer of `rerank` is not the candidates, each once, or it threw. `"list"`: it is
   * no element, or a selector is none.
   */
  readonly reason: "no-context" | "changed" | "order" | "list" | null;
}
