// `retrieve`: from the whole catalogue to the k best items that the caller's filter lets through.
import { RankMode, SHORT_LIST } from "../engine/numbers.js";
import type { Retrieved } from "../types.js";
import { filterOf, isObject, kOf, now, rankModeOf, wrong } from "./arguments.js";
import type { Best } from "./candidates.js";
import { nested, type Running, type Session } from "./session.js";

/** Each time that the filter leaves too few, the short list grows by so much. */
const WIDENING = 4;

/** What is to be found. */
interface Retrieval {
  /** How many items; rounded down. */
  readonly k: number;
  /** Whether an item may be in the answer; null where all may. Throws what the caller's own filter throws. */
  readonly accepts: ((id: string) => boolean) | null;
  readonly mode: RankMode;
}

export async function retrieve(session: Session, given: unknown): Promise<Retrieved[]> {
  let filtering = false;
  let told = false;
  const asks = (): [Running, Retrieval] | null => {
    const options = session.options(given ?? {}); // Without any, `k` is missing.
    const k = session.option(options, "k", kOf, 0);
    const filter = session.option(options, "filter", filterOf, null);
    const mode = session.option(options, "by", rankModeOf, RankMode.list) || RankMode.collected;
    const accepts = (id: string): boolean => {
      filtering = true;
      const [passes, late] = nested(() => {
        const verdict = filter?.(id);
        return [Boolean(verdict), isObject(verdict) && typeof verdict["then"] === "function"];
      });
      filtering = false;
      if (late && !told) told = session.refuse(wrong("filter")); // A promise cannot be waited for: the item passes.
      return passes;
    };
    const running = session.usable();
    return running && [running, { k, accepts: filter && accepts, mode }];
  };
  const asked = session.guard(asks);
  if (!asked) return [];
  const begin = now();
  try {
    const answer = await find(...asked);
    session.timings.retrieve = now() - begin;
    return answer;
  } catch (error) {
    if (filtering) throw error;
    if (!asked[0].scanner.closed) session.fail(error);
    return [];
  }
}

/**
 * The `k` best items. While the CPU scans, all is done before this returns; where a GPU scans, its answer is waited for.
 * Rejects with what the filter throws, or with what the engine throws when it fails.
 */
async function find({ engine, buffers, ids, scanner }: Running, { k, accepts, mode }: Retrieval): Promise<Retrieved[]> {
  const { items } = ids;
  const wanted = k >= 1 ? Math.min(Math.floor(k), items) : 0;
  if (wanted === 0) return [];
  // Nobody orders a short list that is by similarity, but a filter may refuse some of it.
  const least = mode === RankMode.similarity && accepts === null ? 0 : SHORT_LIST;
  let length = Math.min(Math.max(wanted, least), items);

  /** Orders items that the engine short-listed, and returns the best `limit`. */
  const order = ({ handles, scores }: Best, limit: number): Best => {
    const count = handles.length;
    const length = Math.min(count, limit);
    if (mode !== RankMode.similarity) {
      buffers.collect(handles);
      if (engine.rank(count, mode, false, length)) return buffers.best(length);
    }
    // By similarity they are in order. So they are in an empty session, by popularity.
    return { handles: handles.subarray(0, length), scores: scores.subarray(0, length) };
  };
  /** What the filter has said of each item: 0 where it has not been asked, 1 where the item passed. */
  const verdicts = accepts && new Uint8Array(items);
  /** The first `most` items that the filter lets through. It is the caller's code: it may call anything, or throw. */
  const passing = ({ handles, scores }: Best, most: number): Best => {
    if (!accepts || !verdicts) return { handles, scores };
    const places: number[] = [];
    handles.forEach((handle, place) => {
      if (places.length >= most || scanner.closed) return;
      verdicts[handle] ||= accepts(ids.text(handle)) ? 1 : 2;
      if (verdicts[handle] === 1) places.push(place);
    });
    return {
      handles: Uint32Array.from(places, (place) => handles[place] as number),
      scores: Float32Array.from(places, (place) => scores[place] as number),
    };
  };

  let found: number;
  const asked = scanner.ask({ length, mode });
  if (asked === null) {
    found = scanner.scan({ length, mode });
  } else {
    const pairs = await asked.answer;
    if (scanner.closed) return [];
    found = scanner.take(asked, pairs);
  }
  let answer = passing(order(buffers.shortListed(found), accepts ? found : wanted), wanted);
  // Few items pass: from here on the filter is asked about the short list itself, and the head orders only what passes, no
  // more than it was trained to. Otherwise a filter that refuses nearly everything would have it order the whole table.
  while (accepts && answer.handles.length < wanted && length < items && !scanner.closed) {
    length = Math.min(length * WIDENING, items);
    answer = passing(buffers.shortListed(scanner.scan({ length, mode })), Math.max(wanted, least));
    if (!scanner.closed && (answer.handles.length >= wanted || length >= items)) answer = order(answer, wanted);
  }
  if (scanner.closed) return [];
  const { handles, scores } = answer;
  const best = new Array<Retrieved>(handles.length);
  for (let i = 0; i < best.length; i++) {
    best[i] = { id: ids.text(handles[i] as number), score: scores[i] as number, rank: i + 1 };
  }
  return best;
}
