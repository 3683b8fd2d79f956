// The engine's rows as parts with codes, and the main reason of a place. May use engine and types.
import { EXPLAINED, PART_HEAD, REST, SHOWN } from "../engine/numbers.js";
import type { Ranked, SeenEvent } from "../types.js";
import type { Part, PartCode, PositionCode, Ways } from "./types.js";

/** One place, as the engine tells of it: the parts of all places of a list stand in the same order. */
export interface Told {
  readonly base: number;
  readonly parts: readonly Part[];
  /** By the ways of a session: similar, together, own, taste, session. */
  readonly ways: readonly number[];
  readonly bound: number;
  readonly score: number;
}

const CODES: Partial<Record<SeenEvent["type"], PartCode>> = {
  view: "your-views",
  dwell: "your-views",
  browse: "your-views",
  cart: "your-cart",
  wish: "your-wishes",
  purchase: "your-purchases",
  search: "your-searches",
};

/** What the engine says of so many places; none where the list keeps the server's order. */
export function readPlaces(numbers: Float64Array, places: number, events: readonly SeenEvent[]): Told[] {
  if (numbers.length === 0) return [];
  const of = new Map(events.map((event) => [event.event, event]));
  // Of `n` numbers, `places` a row, the last `players` are names.
  const fixed = EXPLAINED.players + PART_HEAD;
  const players = (numbers.length - fixed * places) / (places + 1);
  return Array.from({ length: places }, (_, place) => {
    const row = (at: number) => numbers[at * places + place] as number;
    const [base, ways] = [EXPLAINED.base + PART_HEAD, EXPLAINED.ways + PART_HEAD];
    const parts: Part[] = [
      { code: "server", value: row(base) },
      { code: "popular", value: row(base + 1) },
      { code: "learned", value: row(EXPLAINED.learned) - row(EXPLAINED.head) },
      { code: "server-order", value: row(EXPLAINED.score) - row(EXPLAINED.learned) },
    ];
    for (let player = 0; player < players; player++) {
      const name = numbers[(fixed + players) * places + player] as number;
      parts.push({ ...partOf(name, of.get(name)), value: row(fixed + player) });
    }
    return {
      base: row(EXPLAINED.base),
      parts,
      ways: [0, 1, 2, 3, 4].map((way) => row(ways + way)),
      bound: row(EXPLAINED.players + 1),
      score: row(EXPLAINED.score),
    };
  });
}

/** The parts of a place for the caller: those that are any, the strongest first. */
export function strongest(parts: readonly Part[]): Part[] {
  return parts.filter(({ value }) => Math.abs(value) > LEAST).sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
}

/** The same of the ways, by name. */
export function namedWays(ways: readonly number[]): Ways {
  const [similar = 0, together = 0, own = 0, taste = 0, session = 0] = ways;
  return { similar, together, own, taste, session };
}

/** Less than this is what is left of rounding. */
const LEAST = 1e-9;

function partOf(name: number, event: SeenEvent | undefined): Omit<Part, "value"> {
  if (name === REST) return { code: "earlier" };
  if (name === SHOWN) return { code: "shown" };
  return { code: (event && CODES[event.type]) ?? "your-events", event: name, ...(event && { item: event.id }) };
}

/** Whether a part is the session's. */
function isOfSession({ code }: Part): boolean {
  return code.startsWith("your-") || code === "earlier" || code === "shown";
}

/** What a policy has marked; null where nothing. */
export function markOf(entry: Ranked<unknown>): PositionCode | null {
  return entry.sponsored ? "sponsored" : (entry.mark ?? null);
}

/** What places have on average: what all of them share is no reason for the place of any. */
export function meanOf(told: readonly Told[]): Told {
  const mean = (of: (place: Told) => number) => told.reduce((sum, place) => sum + of(place), 0) / told.length;
  const [first] = told as [Told];
  return {
    ...first,
    parts: first.parts.map((part, at) => ({ ...part, value: mean(({ parts }) => (parts[at] as Part).value) })),
    ways: first.ways.map((_, way) => mean(({ ways }) => ways[way] as number)),
  };
}

const WAYS = ["similar", "bought-together", "own", "your-taste", "session"] as const;

/**
 * The main reason: what lifts the score furthest above the list's mean, of the session as a whole, the server, popularity and what was
 * learned. Of the session it is the way that does; where that is what was done with the candidate itself, or the session as a whole, the
 * kind of the event that does.
 */
export function mainReason(told: Told, mean: Told, id: string | null): { code: PositionCode; part: Part | undefined } {
  const lifts = told.parts
    .map((part, at) => ({ part, by: part.value - (mean.parts[at] as Part).value }))
    .sort((a, b) => b.by - a.by);
  const session = lifts.filter(({ part }) => isOfSession(part)).reduce((sum, { by }) => sum + by, 0);
  const other = lifts.find(({ part }) => !isOfSession(part));
  if (session <= LEAST || session < (other?.by ?? 0)) {
    const code = other && other.by > LEAST && other.part.code !== "server" ? other.part.code : "server-order";
    return { code: code as PositionCode, part: undefined };
  }
  const by = told.ways.map((value, way) => value - (mean.ways[way] as number));
  const way = WAYS[by.indexOf(Math.max(...by))];
  const events = lifts.filter(({ part }) => part.event !== undefined).map(({ part }) => part);
  const part = (way === "own" && events.find(({ item }) => item === id)) || events[0];
  return way === "own" || way === "session" || way === undefined
    ? { code: (part?.code ?? "your-events") as PositionCode, part }
    : { code: way, part };
}
