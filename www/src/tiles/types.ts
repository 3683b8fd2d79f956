// Tiles and what orders them, as `reshelf/hydrate` and `reshelf/element` take them.

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

/** What became of a question for an order. */
export type Order = readonly PlacedTile[] | "no-context" | "order";

/** What orders a list, at once or by promises. A `Reranker` is one, and so is a `WorkerReranker`. */
export interface ListOrderer {
  /** A candidate has the `row` that its tile has; with a policy, which is passed second as `{ policy }`, its `tile` as well. */
  rerank(
    candidates: readonly { readonly id: string; readonly row?: string; readonly tile?: Element }[],
    options?: never,
  ): unknown;
  /** Of a `Reranker`: tells whether there is anything to go by. */
  info?(): unknown;
}
