// From the whole catalogue to the k best items that the caller's filter lets through: the one file that the rest of the package
// reaches, by `import()` and only when a page retrieves. `scanner` says who scans: the CPU or, by what scan/ decides, a GPU. A bundle
// of its own: it may use arguments, engine, errors and types, and types of core and scan.
import { countOf, type Fields, filterOf, isObject, now, rankModeOf, wrong } from "../arguments.js";
import type { Running, Session } from "../core/session.js";
import { RankMode, SHORT_LIST } from "../engine/numbers.js";
import type { Engine } from "../engine/reshelf.js";
import type { Retrieved, ScanInfo } from "../types.js";
import { LazyScanner, type ScanSetting } from "./scanner.js";

export type { ScanSetting } from "./scanner.js";

/** Each time that the filter leaves too few, the short list grows by so much. */
const WIDENING = 4;

/** Items and their scores, best first; copies that no later call changes. */
export interface Best {
  readonly handles: Uint32Array;
  readonly scores: Float32Array;
}

/** What is to be found. */
export interface Retrieval {
  /** How many items; rounded down. */
  readonly k: number;
  /** Whether an item may be in the answer; null where all may. Throws what the caller's own filter throws. */
  readonly accepts: ((id: string) => boolean) | null;
  readonly mode: RankMode;
}

/** What finds items for one session. */
export interface Finder {
  /** By options that were read, for a call that began then. */
  retrieve(options: Fields | null | undefined, begin: number): Promise<Retrieved[]>;
  /** Sets up a GPU that was asked for. Nobody need wait for it. */
  start(): void;
  info(): Partial<ScanInfo>;
  dispose(): void;
}

export function openFinder(session: Session, engine: Engine, memory: WebAssembly.Memory, setting: ScanSetting): Finder {
  const revision = () => session.revision + (session.running?.ids.taken ?? 0);
  const onBroken = (error: unknown) => session.fail(error);
  const scanner = new LazyScanner({ engine, memory, revision, onBroken }, setting);
  return {
    retrieve: (...asked) => retrieve(session, scanner, ...asked),
    start: () => void scanner.start(),
    info: () => scanner.info(),
    dispose: () => scanner.dispose(),
  };
}

async function retrieve(
  session: Session,
  scanner: LazyScanner,
  options: Fields | null = null,
  begin: number,
): Promise<Retrieved[]> {
  let filtering = false;
  let told = false;
  const asks = (): [Running, Retrieval] | null => {
    const k = session.option(options, "k", countOf, 0);
    if (options && options["k"] == null) session.refuse(wrong("k"));
    const filter = session.option<((id: string) => unknown) | null>(options, "filter", filterOf, null);
    const mode = session.option(options, "by", rankModeOf, RankMode.list) || RankMode.collected;
    const accepts = (id: string): boolean => {
      filtering = true;
      const [passes, late] = session.nested(() => {
        const verdict = filter?.(id);
        const late = isObject(verdict) && typeof verdict["then"] === "function";
        if (late) Promise.resolve(verdict).catch(() => undefined); // Nobody else hears of it.
        return [Boolean(verdict), late];
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
  try {
    const answer = await find(scanner, ...asked);
    session.timings.retrieve = now() - begin;
    return answer;
  } catch (error) {
    if (filtering) throw error;
    if (!scanner.closed) session.fail(error);
    return [];
  }
}

/** After `Engine.rank` of candidates that were collected: the best `length`, which must be ranked so far. */
function ordered(buffers: Buffers, length: number): Best {
  const { words, floats, order, scores, handlesAt } = buffers.ranked();
  const best = { handles: new Uint32Array(length), scores: new Float32Array(length) };
  for (let i = 0; i < length; i++) {
    const from = words[order + i] as number;
    best.handles[i] = words[handlesAt + from] as number;
    best.scores[i] = floats[scores + from] as number;
  }
  return best;
}

/** After `Engine.shortList`: its first `length` items. */
function shortListed(buffers: Buffers, length: number): Best {
  const { words, floats, order, scores } = buffers.ranked();
  return { handles: words.slice(order, order + length), scores: floats.slice(scores, scores + length) };
}

type Buffers = Running["buffers"];

/**
 * The `k` best items. While the CPU scans, all is done before this returns; where a GPU scans, its answer is waited for.
 * Rejects with what the filter throws, or with what the engine throws when it fails.
 */
async function find(
  scanner: LazyScanner,
  { engine, buffers, ids }: Running,
  { k, accepts, mode }: Retrieval,
): Promise<Retrieved[]> {
  const { items } = ids;
  const textOf = (row: number) => scanner.textOf(row, engine);
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
      if (engine.rank(count, mode, false, length)) return ordered(buffers, length);
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
      verdicts[handle] ||= accepts(textOf(handle)) ? 1 : 2;
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
  let answer = passing(order(shortListed(buffers, found), accepts ? found : wanted), wanted);
  // Few items pass: from here on the filter is asked about the short list itself, and the head orders only what passes, no
  // more than it was trained to. Otherwise a filter that refuses nearly everything would have it order the whole table.
  while (accepts && answer.handles.length < wanted && length < items && !scanner.closed) {
    length = Math.min(length * WIDENING, items);
    answer = passing(shortListed(buffers, scanner.scan({ length, mode })), Math.max(wanted, least));
    if (!scanner.closed && (answer.handles.length >= wanted || length >= items)) answer = order(answer, wanted);
  }
  if (scanner.closed) return [];
  const { handles, scores } = answer;
  const best = new Array<Retrieved>(handles.length);
  for (let i = 0; i < best.length; i++) {
    best[i] = { id: textOf(handles[i] as number), score: scores[i] as number, rank: i + 1 };
  }
  return best;
}
