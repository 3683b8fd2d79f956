// `retrieve`: from the whole catalogue to the k best items that the caller's filter lets through.
import { type Best, type CandidateBuffers, HOW } from "./candidates.js";
import type { Engine } from "./engine/reshelf.js";
import type { IdTable } from "./ids.js";
import type { Scanner } from "./scan/scanner.js";
import type { Retrieved, RetrieveOptions } from "./types.js";

/** The model orders a short list of so many items of the catalogue, as it was trained to (SHORTLIST in crate/src/rank). */
const SHORT_LIST = 200;

/** Each time that the filter leaves too few, the short list grows by so much. */
const WIDENING = 4;

/** What `retrieve` works with. */
export interface Catalogue {
  readonly engine: Engine;
  readonly ids: IdTable;
  readonly buffers: CandidateBuffers;
  readonly scanner: Scanner;
}

/** Carries what the caller's filter threw past everything that deals with the engine's failures. */
export class FilterError extends Error {
  constructor(readonly thrown: unknown) {
    super("the filter threw");
  }
}

/**
 * The `k` best items. While the CPU scans, all is done before this returns; where a GPU scans, its answer is waited for.
 * Rejects with a `FilterError`, or with what the engine throws when it fails.
 */
export async function retrieve(catalogue: Catalogue, { k, filter, by }: RetrieveOptions): Promise<Retrieved[]> {
  const { engine, scanner } = catalogue;
  const items = engine.items;
  const wanted = typeof k === "number" && k >= 1 ? Math.min(Math.floor(k), items) : 0;
  if (wanted === 0) return [];
  const how = by === "similarity" ? HOW.similarity : HOW.unordered;
  // Nobody orders a short list that is by similarity, but a filter may refuse some of it.
  const least = how === HOW.similarity && filter == null ? 0 : SHORT_LIST;
  let length = Math.min(Math.max(wanted, least), items);

  let found: number;
  const asked = scanner.ask({ length, how });
  if (asked === null) {
    found = scanner.scan({ length, how });
  } else {
    const pairs = await asked.answer;
    if (scanner.closed) return [];
    found = scanner.take(asked, pairs);
  }
  if (filter == null) return all(order(catalogue, found, how, wanted), catalogue);

  const verdicts = new Uint8Array(items);
  for (;;) {
    const answer = passed(order(catalogue, found, how, found), catalogue, wanted, filter, verdicts);
    if (scanner.closed) return [];
    if (answer.length === wanted || length >= items) return answer;
    length = Math.min(length * WIDENING, items);
    found = scanner.scan({ length, how });
  }
}

/** Orders the engine's short list of `count` items, and copies the best `limit` out of its memory. */
function order({ engine, buffers }: Catalogue, count: number, how: number, limit: number): Best {
  const length = Math.min(count, limit);
  if (how === HOW.similarity) return buffers.shortListed(length);
  const { handles, scores } = buffers.shortListed(count);
  buffers.collect(handles);
  if (engine.rank(count, how, false, length)) return buffers.best(count, length);
  // An empty session keeps the order as it is, which is that of popularity.
  return { handles: handles.subarray(0, length), scores };
}

function all({ handles, scores }: Best, { ids }: Catalogue): Retrieved[] {
  const answer = new Array<Retrieved>(handles.length);
  for (let i = 0; i < handles.length; i++) {
    answer[i] = { id: ids.text(handles[i] as number), score: scores[i] as number, rank: i + 1 };
  }
  return answer;
}

/** What the filter has said of an item, by row of the table; 0 where it has not been asked. */
const ACCEPTED = 1;
const REFUSED = 2;

/** The first `wanted` items that the filter lets through. It is the caller's code: it may call anything, or throw. */
function passed(
  { handles, scores }: Best,
  { ids, scanner }: Catalogue,
  wanted: number,
  filter: (id: string) => boolean,
  verdicts: Uint8Array,
): Retrieved[] {
  const answer: Retrieved[] = [];
  for (let i = 0; i < handles.length && answer.length < wanted && !scanner.closed; i++) {
    const handle = handles[i] as number;
    const id = ids.text(handle);
    if (verdicts[handle] === 0) verdicts[handle] = accepts(filter, id) ? ACCEPTED : REFUSED;
    if (verdicts[handle] === ACCEPTED) answer.push({ id, score: scores[i] as number, rank: answer.length + 1 });
  }
  return answer;
}

function accepts(filter: (id: string) => boolean, id: string): boolean {
  try {
    return filter(id);
  } catch (error) {
    throw new FilterError(error);
  }
}
