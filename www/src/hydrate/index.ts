// The entry `reshelf/hydrate`: a page that came in order, from the edge or a service worker, taken up by the browser. It begins from the
// server's order, which the list's start tag tells, comes to the same order for the same session, and moves only what nobody has
// seen. Importing it does nothing. May use tiles.
import { arranged, inServerOrder, notePlaces, placesOf, put, rank, tilesOf, wasOnScreen } from "../tiles/index.js";
import type { Order } from "../tiles/types.js";
import type { ListOrderer, PlacedTile, Settled, TileRule } from "./types.js";

export type * from "./types.js";
export { placesOf };

/** The tiles with an id in the server's order; those of a list that is no longer as it came in the order in which they stand. */
export function serverOrder(list: Element, rule?: TileRule | null): PlacedTile[] {
  try {
    const standing = tilesOf(list, rule);
    return inServerOrder(standing, placesOf(list)) ?? standing;
  } catch {
    return []; // A selector is none, or the list is no element.
  }
}

/**
 * Ranks a list once more, from the server's order and with the page's own session, and moves tiles that have not been on screen to
 * where they belong; all others keep their places. Where the order is the same, nothing in the page is touched. To be called once,
 * before the shopper scrolls: what they had on screen and scrolled away from upwards is not known. `policy` is the one that the page was put in
 * order with. Never throws.
 */
export function settle(list: Element, reranker: ListOrderer, rule?: TileRule | null, policy?: unknown): Settled {
  let tiles = 0;
  const nothing = (reason: Settled["reason"]): Settled => ({ tiles, moved: 0, kept: 0, reason });
  let standing: PlacedTile[];
  let places: number[] | null;
  try {
    standing = tilesOf(list, rule);
    places = placesOf(list);
    tiles = standing.length;
  } catch {
    return nothing("list");
  }
  const server = inServerOrder(standing, places);
  if (server === null) return nothing("changed");
  let ranked = "order" as Order; // It stays so for what answers later.
  rank(reranker, server, policy, (order) => (ranked = order));
  if (typeof ranked === "string") return nothing(ranked);
  if (ranked.every((each, at) => each === standing[at])) return nothing(null);

  const { settled, kept } = arranged(standing, ranked, wasOnScreen);
  const moved = put(standing, settled);
  if (moved > 0) notePlaces(list, settled, server);
  return { tiles, moved, kept, reason: null };
}
