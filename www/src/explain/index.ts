// `reshelf/explain`: why a list's candidates stand where they do, and where they would stand without an event. It asks the engine of a
// reranker of this thread, by the door. May use door, engine, errors and types.
import { ASK, type Ask } from "../door.js";
import { MOST_EXACT } from "../engine/numbers.js";
import { field } from "../errors.js";
import type { Ranked, Reason } from "../types.js";
import { mainReason, markOf, meanOf, namedWays, readPlaces, strongest } from "./parts.js";
import { sentences, speaker } from "./sentences.js";
import type {
  Explainable,
  Explained,
  ExplainOptions,
  Explanation,
  PositionCode,
  WhatIfOptions,
  Without,
  Would,
} from "./types.js";

export { sentences } from "./sentences.js";
export type * from "./types.js";

/** Places that are explained when none are named: a page. */
const PAGE = 24;
/** Of longer lists the asked places alone are compared with one another. */
const MOST_WHOLE = 512;
/** Up to so many players every subset is asked for; pairs of orders, 0 for as many as the engine takes, and the most; the longest list. */
const EXACT = 8;
const PAIRS = 0;
const MOST_PAIRS = 256;
const MOST_CANDIDATES = 2 ** 16;

const NO_DOOR: Reason = {
  code: "explain.reranker",
  message:
    "This reranker cannot be asked: pass one of loadReranker of this thread and version; reshelf/worker has none.",
};
const NO_LIST: Reason = {
  code: "explain.list",
  message: "The list or an option could not be read, or has more than 65,536 candidates: pass an array, as to rerank.",
};
const NO_EVENT: Reason = {
  code: "explain.without",
  message:
    "`without` names no event and no item: pass { event } with a number of info().events, or { item } with an id.",
};

/**
 * Explains places of a list: the parts of each score, which add up to it, and the main reason in words. Never throws: where nothing can be
 * explained there are no places, and `reason` says why. A list that keeps the server's order has that as the reason of each place.
 */
export function explain<T>(
  reranker: Explainable,
  list: Iterable<T>,
  options?: ExplainOptions<T> | null,
): Explanation<Explained<T>> {
  return asked(reranker, list, options, (ask, candidates, given: ExplainOptions<T>) => {
    const ranked = given.ranked ?? (reranker as { rerank(list: readonly T[]): Ranked<T>[] }).rerank(candidates);
    const entries = given.places ? [...given.places].flatMap((rank) => ranked[rank - 1] ?? []) : ranked.slice(0, PAGE);
    // The whole list, so that a place's reason does not depend on which others are asked for.
    const whole = candidates.length <= MOST_WHOLE;
    const wanted = Uint32Array.from(whole ? candidates.keys() : entries.map(({ previousRank }) => previousRank - 1));
    const exact = within(given.exactUpTo, EXACT, MOST_EXACT);
    const pairs = within(given.pairs, PAIRS, MOST_PAIRS);
    const numbers = ask(candidates, (engine, count, scored) => engine.explain(count, scored, wanted, exact, pairs));
    if (!numbers) return null;
    const { events } = reranker.info();
    const seen = new Map(events.map((event) => [event.event, event]));
    const say = speaker(given);
    const all = readPlaces(numbers, wanted.length, events);
    const mean = all.length > 0 ? meanOf(all) : null;
    return entries.map((entry, at): Explained<T> => {
      const told = all[whole ? entry.previousRank - 1 : at];
      const { candidate, rank, previousRank } = entry;
      const own = field(candidate, "id") ?? candidate;
      const main =
        told && mean && mainReason(told, mean, typeof own === "string" || typeof own === "number" ? `${own}` : null);
      const mark = codeBy(given, entry) ?? markOf(entry);
      const code = mark ?? main?.code ?? "server-order";
      const { event, item } = (!mark && main?.part) || {};
      const about = event === undefined ? undefined : seen.get(event);
      const sentence = say(code, about?.about === "item" ? { item } : { text: item });
      const { score = 0, base = 0, bound = 0 } = told ?? {};
      const [parts, ways] = told ? [strongest(told.parts), namedWays(told.ways)] : [[], null];
      return { candidate, rank, previousRank, score, base, parts, ways, bound, code, sentence };
    });
  });
}

/**
 * The list as it would be if an event, or all about an item, had not happened: exactly that of a session that has forgotten it, and nothing is
 * forgotten. Never throws: where it cannot be told there are no places, and `reason` says why.
 */
export function whatIf<T>(reranker: Explainable, list: Iterable<T>, options: WhatIfOptions): Explanation<Would<T>> {
  return asked(reranker, list, options, (ask, candidates, given: WhatIfOptions) => {
    const what = withoutOf(given.without);
    const { events } = reranker.info();
    const event = what && "event" in what ? events.find(({ event }) => event === what.event) : undefined;
    if (!what || ("event" in what && !event)) return NO_EVENT;
    const ranked = (reranker as { rerank(list: readonly T[]): Ranked<T>[] }).rerank(candidates);
    const numbers = ask(candidates, (engine, count, scored) => {
      if ("event" in what) return engine.whatIf(count, scored, what.event, false);
      const id = new TextEncoder().encode(what.item);
      const [handle] = engine.resolve(id, Uint32Array.of(id.length));
      return engine.whatIf(count, scored, handle as number, true);
    });
    if (!numbers) return null;
    const count = candidates.length;
    const now = new Map(ranked.map(({ previousRank, rank }) => [previousRank - 1, rank]));
    const item = "event" in what ? event?.id : what.item;
    const about = event && event.about !== "item" ? { text: item } : { item };
    const say = speaker(given);
    return candidates.map((_, at): Would<T> => {
      const from = numbers[at] as number;
      const [rank, rankNow] = [at + 1, now.get(from) ?? at + 1];
      return {
        candidate: candidates[from] as T,
        score: numbers[count + from] as number,
        rank,
        previousRank: from + 1,
        rankNow,
        sentence: say("without", about, { rank, now: rankNow }),
      };
    });
  });
}

/** The caller's own code of a place, if it is one. */
function codeBy<T>({ codeOf }: ExplainOptions<T>, entry: Ranked<T>): PositionCode | null {
  try {
    const code = codeOf?.(entry);
    return code && code !== ("without" as string) && Object.hasOwn(sentences("en"), code) ? code : null;
  } catch {
    return null;
  }
}

/** Asks within a guard: null of what asks is a reranker that cannot be asked now. */
function asked<T, O extends object, P>(
  reranker: Explainable,
  list: Iterable<T>,
  options: O | null | undefined,
  asks: (ask: Ask, candidates: readonly T[], options: O) => P[] | Reason | null,
): Explanation<P> {
  const ask = field(reranker, ASK) as Ask | undefined;
  if (typeof ask !== "function") return { places: [], reason: NO_DOOR };
  try {
    const candidates = [...list];
    if (candidates.length > MOST_CANDIDATES) return { places: [], reason: NO_LIST };
    const places = asks(ask, candidates, options ?? ({} as O));
    if (Array.isArray(places)) return { places, reason: null };
    return { places: [], reason: (places as Reason | null) ?? reranker.info().reason ?? NO_LIST };
  } catch {
    return { places: [], reason: NO_LIST };
  }
}

/** A whole number of the caller's from 0 to `most`. */
function within(given: unknown, usual: number, most: number): number {
  return typeof given === "number" && given >= 0 ? Math.min(most, Math.floor(given)) : usual;
}

/** What is to be left out. */
function withoutOf(without: Without | null | undefined): { event: number } | { item: string } | null {
  const event = field(without, "event");
  if (typeof event === "number" && Number.isSafeInteger(event) && event > 0) return { event };
  const item = field(without, "item") ?? field(without, "id") ?? without;
  return typeof item === "string" || typeof item === "number" ? { item: `${item}` } : null;
}
