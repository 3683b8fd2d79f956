// `retrieve`: from the whole catalogue to the k best items that the caller's filter lets through.
import { RankMode, SHORT_LIST } from "../engine/numbers.js";
import type { Retrieved } from "../types.js";
import { answering, filterOf, kOf, now, rankModeOf } from "./arguments.js";
import type { Best } from "./candidates.js";
import { nesting, type Running, type Session } from "./session.js";

/** Each time that the filter leaves too few, the short list grows by so much. */
const WIDENING = 4;

/** What is to be found. */
interface Retrieval {
  /** How many items; rounded down. */
  readonly k: number;
  readonly filter: Filter | null;
  readonly mode: RankMode;
}

/** The caller's own function: anything that counts as true lets an item through. */
type Filter = (id: string) => unknown;

/** Carries what the caller's filter threw past everything that deals with the engine's failures. */
class FilterError extends Error {
  constructor(readonly thrown: unknown) {
    super("the filter threw");
  }
}

export async function retrieve(session: Session, given: unknown): Promise<Retrieved[]> {
  const asks = (): [Running | null, Retrieval | null] => {
    const options = session.options(given ?? {}); // Without any, `k` is missing.
    const k = session.option(options, "k", kOf, 0);
    const filter = session.option(options, "filter", filterOf, null);
    const mode = session.option(options, "by", rankModeOf, RankMode.list) || RankMode.collected;
    return [session.usable(), { k, filter: filter && nesting(answering(filter, session.refuse)), mode }];
  };
  const [running, asked] = session.guard(asks, () => [null, null]);
  if (running === null || asked === null) return [];
  const begin = now();
  try {
    const answer = await find(running, asked);
    session.timings.retrieve = now() - begin;
    return answer;
  } catch (error) {
    if (error instanceof FilterError) throw error.thrown;
    if (!running.scanner.closed) session.fail(error);
    return [];
  }
}

/**
 * The `k` best items. While the CPU scans, all is done before this returns; where a GPU scans, its answer is waited for.
 * Rejects with a `FilterError`, or with what the engine throws when it fails.
 */
async function find(running: Running, { k, filter, mode }: Retrieval): Promise<Retrieved[]> {
  const { buffers, ids, scanner } = running;
  const { items } = ids;
  const wanted = k >= 1 ? Math.min(Math.floor(k), items) : 0;
  if (wanted === 0) return [];
  // Nobody orders a short list that is by similarity, but a filter may refuse some of it.
  const least = mode === RankMode.similarity && filter === null ? 0 : SHORT_LIST;
  let length = Math.min(Math.max(wanted, least), items);

  let found: number;
  const asked = scanner.ask(length, mode);
  if (asked === null) {
    found = scanner.scan({ length, mode });
  } else {
    const pairs = await asked.answer;
    if (scanner.closed) return [];
    found = scanner.take(asked, pairs);
  }
  const listed = buffers.shortListed(found);
  if (filter === null) return all(order(running, listed, mode, wanted), running);

  const cache: FilterCache = { filter, verdicts: new Uint8Array(items) };
  const answer = passed(order(running, listed, mode, found), running, wanted, cache);
  if (answer.handles.length === wanted || length >= items) return all(answer, running);
  // Few items pass: from here on the filter is asked about the short list itself, and the head orders only what passes, no
  // more than it was trained to. Otherwise a filter that refuses nearly everything would have it order the whole table.
  for (;;) {
    if (scanner.closed) return [];
    length = Math.min(length * WIDENING, items);
    const most = Math.max(wanted, least);
    const some = passed(buffers.shortListed(scanner.scan({ length, mode })), running, most, cache);
    if (scanner.closed) return [];
    if (some.handles.length >= wanted || length >= items) return all(order(running, some, mode, wanted), running);
  }
}

/** Orders items that the engine short-listed, and returns the best `limit`. */
function order({ engine, buffers }: Running, listed: Best, mode: RankMode, limit: number): Best {
  const { handles, scores } = listed;
  const count = handles.length;
  const length = Math.min(count, limit);
  if (mode !== RankMode.similarity) {
    buffers.collect(handles);
    if (engine.rank(count, mode, false, length)) return buffers.best(count, length);
  }
  // By similarity they are in order. So they are in an empty session, by popularity.
  return { handles: handles.subarray(0, length), scores: scores.subarray(0, length) };
}

function all({ handles, scores }: Best, { ids, scanner }: Running): Retrieved[] {
  if (scanner.closed) return [];
  const answer = new Array<Retrieved>(handles.length);
  for (let i = 0; i < handles.length; i++) {
    answer[i] = { id: ids.text(handles[i] as number), score: scores[i] as number, rank: i + 1 };
  }
  return answer;
}

/** The caller's filter, and what it has said of each item: 0 where it has not been asked. */
interface FilterCache {
  readonly filter: Filter;
  readonly verdicts: Uint8Array;
}

const ACCEPTED = 1;
const REFUSED = 2;

/** The first `most` items that the filter lets through. It is the caller's code: it may call anything, or throw. */
function passed(
  { handles, scores }: Best,
  { ids, scanner }: Running,
  most: number,
  { filter, verdicts }: FilterCache,
): Best {
  const places: number[] = [];
  for (let i = 0; i < handles.length && places.length < most && !scanner.closed; i++) {
    const handle = handles[i] as number;
    if (verdicts[handle] === 0) verdicts[handle] = accepts(filter, ids.text(handle)) ? ACCEPTED : REFUSED;
    if (verdicts[handle] === ACCEPTED) places.push(i);
  }
  return {
    handles: Uint32Array.from(places, (place) => handles[place] as number),
    scores: Float32Array.from(places, (place) => scores[place] as number),
  };
}

function accepts(filter: Filter, id: string): boolean {
  try {
    return Boolean(filter(id));
  } catch (error) {
    throw new FilterError(error);
  }
}
