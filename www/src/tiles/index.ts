// What is read of a list's tiles in a page, and how they are put into another order. Ground of `reshelf/hydrate` and
// `reshelf/element`. May use waiting.
import { answered } from "../waiting.js";
import type { ListOrderer, Order, PlacedTile, TileRule } from "./types.js";

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

/** Writes it anew after a move, so that a copy of the page knows the server's order, as one that is kept for the way back. */
export function notePlaces(list: Element, standing: readonly PlacedTile[], server: readonly PlacedTile[]): void {
  const places = new Map(server.map(({ tile }, at) => [tile, at]));
  list.setAttribute(PLACES, standing.map(({ tile }) => places.get(tile)).join(" "));
}

/** The document or the shadow tree that a tile stands in: what has the focus is told by each of its own. */
export const rootOf = (tile: Element) => tile.getRootNode() as Document | ShadowRoot;

/** What `rows: true` has written into a tile's start tag. */
const ROW = "data-reshelf-row";

/** The tiles with an id as they stand. An empty id is none. */
export function tilesOf(list: Element, rule: TileRule | null | undefined): PlacedTile[] {
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

/** The tiles in the order of the places that were noted; null where they are not as many. */
export function inServerOrder(standing: readonly PlacedTile[], places: readonly number[] | null): PlacedTile[] | null {
  if (places === null) return [...standing];
  if (places.length !== standing.length) return null;
  const server: PlacedTile[] = [];
  standing.forEach((tile, at) => (server[places[at] as number] = tile));
  return server;
}

/**
 * Tells how a reranker orders tiles, at once or later, as it answers: the tiles; `"no-context"` where it tells that it has no events, since
 * the order that the page came in knows more; `"order"` where its answer is not them, each once. Those that a policy removes stand behind
 * the others, as at the edge.
 */
export function rank(
  reranker: ListOrderer,
  server: readonly PlacedTile[],
  policy: unknown,
  use: (order: Order) => void,
): void {
  answered(
    () => reranker.info?.(),
    (info) => {
      if (hasNothing(info)) return use("no-context");
      // Rules may ask for what a tile says of itself. Without a policy it stays here: it could not be sent to a worker.
      const more = ({ tile }: PlacedTile) => (policy ? { tile } : null);
      const asked = new Map<unknown, PlacedTile>(server.map((each) => [{ ...candidateOf(each), ...more(each) }, each]));
      const given = policy ? ([{ policy }] as const) : [];
      answered(
        () => reranker.rerank([...asked.keys()] as { id: string }[], ...(given as never[])),
        (answer) => use(orderedBy(answer, asked, Boolean(policy)) ?? "order"),
      );
    },
  );
}

function hasNothing(info: unknown): boolean {
  try {
    const { events } = info as { readonly events?: unknown };
    return Array.isArray(events) && events.length === 0;
  } catch {
    return false; // It cannot tell: its order does.
  }
}

function candidateOf({ tile, id }: PlacedTile) {
  const row = tile.getAttribute(ROW);
  return row ? { id, row } : { id };
}

function orderedBy(answer: unknown, asked: Map<unknown, PlacedTile>, mayLack: boolean): PlacedTile[] | null {
  try {
    const ranked: PlacedTile[] = [];
    for (const entry of answer as Iterable<{ candidate?: unknown }>) {
      const candidate = asked.has(entry) ? entry : entry.candidate;
      const found = asked.get(candidate);
      if (found === undefined) return null;
      asked.delete(candidate); // Each once.
      ranked.push(found);
    }
    return mayLack || asked.size === 0 ? [...ranked, ...asked.values()] : null;
  } catch {
    return null;
  }
}

/**
 * Whether a tile is on screen, or may have been: all but what lies below the window's lower edge or beside it, or is not laid out.
 * What has the focus counts as seen.
 */
export function wasOnScreen(tile: Element): boolean {
  if (tile.contains(rootOf(tile).activeElement ?? null)) return true;
  // A tile may have no box of its own where its first element has one.
  const drawn = tile.getClientRects().length > 0 ? tile : tile.firstElementChild;
  if (!drawn?.getClientRects().length) return false;
  const { top, left, right } = drawn.getBoundingClientRect();
  return top < innerHeight && left < innerWidth && right > 0;
}

/** Where tiles are to stand: those that stay keep their places, the others fill the rest as they are ranked. */
export function arranged(
  standing: readonly PlacedTile[],
  ranked: readonly PlacedTile[],
  stays: (tile: Element) => boolean,
): { settled: PlacedTile[]; kept: number } {
  const fixed = new Set(standing.flatMap(({ tile }) => (stays(tile) ? [tile] : [])));
  const free = ranked.filter(({ tile }) => !fixed.has(tile));
  let next = 0;
  const settled = standing.map((each) => (fixed.has(each.tile) ? each : (free[next++] as PlacedTile)));
  const kept = standing.filter(({ tile }, at) => tile !== ranked[at]?.tile && fixed.has(tile)).length;
  return { settled, kept };
}

/**
 * Puts tiles where they are to stand, what stands between them left alone; returns how many are elsewhere than before. Where the browser
 * can, a tile is moved and not taken out and put in again: frames, videos and the focus in it go on.
 */
export function put(standing: readonly PlacedTile[], settled: readonly PlacedTile[]): number {
  const moves = standing.flatMap(({ tile }, at) => {
    const next = (settled[at] as PlacedTile).tile;
    if (next === tile) return [];
    const place = tile.ownerDocument.createComment("");
    tile.before(place);
    return [{ next, place }];
  });
  for (const { next, place } of moves) {
    const parent = place.parentNode as (ParentNode & { moveBefore?(node: Node, before: Node): void }) | null;
    if (parent?.moveBefore && next.isConnected) {
      parent.moveBefore(next, place);
      place.remove();
    } else place.replaceWith(next);
  }
  return moves.length;
}
