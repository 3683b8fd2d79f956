// The entry `reshelf/hydrate`: a page that came in order, from the edge or a service worker, taken up by the browser. It begins from the
// server's order, which the list's start tag tells, comes to the same order for the same session, and moves only what nobody has
// seen. Importing it does nothing. Uses its own types alone.
import type { ListOrderer, PlacedTile, Settled, TileRule } from "./types.js";

export type * from "./types.js";

/** What `hydrate: true` has written into a list's start tag. */
const PLACES = "data-reshelf-places";

/**
 * For each tile with an id, as it stands, the place that the server gave it; null for a list that came in the server's order, and
 * for one whose note makes no sense.
 */
export function placesOf(list: Element): number[] | null {
  try {
    const text = list.getAttribute(PLACES);
    if (text === null) return null;
    const places = text.split(" ").map(Number);
    const each = new Set(places);
    return places.every((_, at) => each.has(at)) ? places : null;
  } catch {
    return null;
  }
}

/** What `rows: true` has written into a tile's start tag. */
const ROW = "data-reshelf-row";

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
 * before the shopper scrolls: what they had on screen and scrolled away from upwards is not known. Never throws.
 */
export function settle(list: Element, reranker: ListOrderer, rule?: TileRule | null): Settled {
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
  if (hasNothing(reranker)) return nothing("no-context");
  const ranked = rankedBy(reranker, server);
  if (ranked === null) return nothing("order");
  if (ranked.every((each, at) => each === standing[at])) return nothing(null);

  const fixed = new Set(standing.filter(({ tile }) => wasOnScreen(tile)));
  const free = ranked.filter((each) => !fixed.has(each));
  let next = 0;
  const settled = standing.map((each) => (fixed.has(each) ? each : (free[next++] as PlacedTile)));
  const kept = standing.filter((each, at) => each !== ranked[at] && fixed.has(each)).length;
  const moved = put(standing, settled);
  if (moved > 0) {
    const came = new Map(server.map((each, at) => [each, at]));
    list.setAttribute(PLACES, settled.map((each) => came.get(each)).join(" "));
  }
  return { tiles, moved, kept, reason: null };
}

/** The tiles with an id as they stand. An empty id is none. */
function tilesOf(list: Element, rule: TileRule | null | undefined): PlacedTile[] {
  const { item, id } = rule ?? {};
  const [, within, attribute] = /^(?:(.+)@)?(.*)$/s.exec(id ?? "data-reshelf-item") as RegExpExecArray;
  return [...list.children]
    .filter((tile) => tile.matches(item ?? "[data-reshelf-item]"))
    .map((tile) => ({
      tile,
      id: (within ? tile.querySelector(within) : tile)?.getAttribute(attribute as string) ?? "",
    }))
    .filter((tile) => tile.id !== "");
}

function inServerOrder(standing: readonly PlacedTile[], places: readonly number[] | null): PlacedTile[] | null {
  if (places === null) return [...standing];
  if (places.length !== standing.length) return null;
  const server: PlacedTile[] = [];
  standing.forEach((tile, at) => (server[places[at] as number] = tile));
  return server;
}

/** Whether it tells that it has no events: the order that the page came in knows more. */
function hasNothing(reranker: ListOrderer): boolean {
  try {
    const { events } = (reranker.info?.() ?? {}) as { readonly events?: unknown };
    return Array.isArray(events) && events.length === 0;
  } catch {
    return false; // It cannot tell: its order does.
  }
}

/** The tiles as the reranker orders them; null where its answer is not them, each once. */
function rankedBy(reranker: ListOrderer, server: readonly PlacedTile[]): PlacedTile[] | null {
  try {
    const candidateOf = ({ tile, id }: PlacedTile) => {
      const row = tile.getAttribute(ROW);
      return row ? { id, row } : { id };
    };
    const asked = new Map<unknown, PlacedTile>(server.map((each) => [candidateOf(each), each]));
    const ranked: PlacedTile[] = [];
    for (const entry of reranker.rerank([...asked.keys()] as { id: string }[]) as Iterable<{ candidate?: unknown }>) {
      const candidate = asked.has(entry) ? entry : entry.candidate;
      const found = asked.get(candidate);
      if (found === undefined) return null;
      asked.delete(candidate); // Each once.
      ranked.push(found);
    }
    return asked.size === 0 ? ranked : null;
  } catch {
    return null;
  }
}

/**
 * Whether a tile is on screen, or may have been: all but what lies below the window's lower edge or beside it, or is not laid out.
 * What has the focus counts as seen.
 */
function wasOnScreen(tile: Element): boolean {
  if (tile.contains(document.activeElement)) return true;
  if (tile.getClientRects().length === 0) return false;
  const { top, left, right } = tile.getBoundingClientRect();
  return top < innerHeight && left < innerWidth && right > 0;
}

/** Puts tiles where they are to stand, what stands between them left alone; returns how many are elsewhere than before. */
function put(standing: readonly PlacedTile[], settled: readonly PlacedTile[]): number {
  const moves = standing.flatMap(({ tile }, at) => {
    const next = (settled[at] as PlacedTile).tile;
    if (next === tile) return [];
    const place = tile.ownerDocument.createComment("");
    tile.before(place);
    return [{ next, place }];
  });
  for (const { next, place } of moves) place.replaceWith(next);
  return moves.length;
}
