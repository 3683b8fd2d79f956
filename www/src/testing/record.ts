// A session written down as it goes: a reranker in front of another, which passes every call on. Uses errors, guard, lines and
// types.
import { field, ReshelfError } from "../errors.js";
import { guarded, isRecord } from "./guard.js";
import { type Call, checkSession, FORMAT, lineOf, once, orderOf, plain, timeText } from "./lines.js";
import type { Recordable, Recording } from "./types.js";

type Method = (...given: unknown[]) => unknown;

/** Where a reranker ends reading a list. */
const MOST_READ = 2 ** 22;

const as = (value: unknown): unknown => value;

/**
 * Records a session from its first event on. What is called on `reranker` of the recording is passed on and written down; what is called
 * on the one that was passed in is not.
 *
 * @throws ReshelfError `testing.session` where the session has events already, or is none.
 */
export function record<R extends Recordable>(reranker: R): Recording<R> {
  return guarded("testing.session", "Pass what loadReranker() gave.", () => recordingOf(reranker));
}

function recordingOf<R extends Recordable>(reranker: R): Recording<R> {
  checkSession(reranker);
  const lines: string[] = [];
  const note = (call: Call, given: () => unknown, options: unknown, result: unknown, read = as) => {
    // Lines stand in the order of the calls, though a worker may answer later.
    const at = lines.push("") - 1;
    once(result, (value) => {
      lines[at] = lineOf({ call, given: given(), options, gave: read(value) });
    });
    return result;
  };
  const own = reranker as unknown as Record<string, Method | undefined>;
  const head = { reshelf: "session", format: FORMAT, model: null as string | null };
  let begun = false;
  once(reranker.info(), (info) => {
    const { events, model } = (info ?? {}) as { events?: unknown[]; model?: { version?: string } | null };
    begun = (events?.length ?? 0) > 0;
    head.model = model?.version ?? null;
  });
  if (begun)
    throw new ReshelfError("testing.session", "The session has events already: record one from its beginning.");
  const methods: Record<string, Method> = {
    observe: (event) => {
      const given = dated(event);
      return note("observe", () => given, null, own["observe"]?.(event));
    },
    rerank: (candidates, ...options) => {
      const list = copied(candidates);
      const given = plain(list);
      return note("rerank", () => given, optionsOf(options), own["rerank"]?.(list, ...options), orderOf);
    },
    rerankMany: (lists, ...options) => {
      const all = copied(lists, copied);
      const given = plain(all);
      return note("rerankMany", () => given, optionsOf(options), own["rerankMany"]?.(all, ...options), orderOf);
    },
    retrieve: (options) => {
      const { asked, refused } = watched(options);
      const given = plain(options);
      // What the filter refuses is known once the answer is there.
      const whole = () => (isRecord(given) && refused.size > 0 ? { ...given, without: [...refused] } : given);
      return note("retrieve", whole, null, own["retrieve"]?.(asked), orderOf);
    },
    forget: (what) => {
      const given = plain(what);
      return note("forget", () => given, null, own["forget"]?.(what));
    },
    restore: (snapshot) => {
      const given = plain(snapshot);
      return note("restore", () => given, null, own["restore"]?.(snapshot));
    },
  };
  const there = Object.entries(methods).filter(([name]) => typeof own[name] === "function");
  const recorded = { ...reranker, ...Object.fromEntries(there) };
  return {
    reranker: recorded,
    text: () => `${[JSON.stringify(head), ...lines.filter((line) => line !== "")].join("\n")}\n`,
  };
}

/** An event with the time that it counts as of: its own, but none later than now. */
function dated(event: unknown): unknown {
  const given = plain(event);
  if (typeof given !== "object" || given === null || Array.isArray(given)) return given;
  const { at, ...rest } = given as Record<string, unknown>;
  const own = typeof at === "string" && Number.isNaN(Number(at)) ? Date.parse(at) : Number(at ?? NaN);
  return { ...rest, at: timeText(Math.min(Number.isFinite(own) ? own : Infinity, Date.now())) };
}

/** What can be read of a list, once: an iterator cannot be read twice. What is none is passed on as it is. */
function copied(list: unknown, each: (entry: unknown) => unknown = (entry) => entry): unknown {
  const copy: unknown[] = [];
  try {
    if (typeof list !== "object" || list === null || !(Symbol.iterator in list)) return list;
    // One more than a reranker reads, so that it says what it says of a list without an end.
    for (const entry of list as Iterable<unknown>) if (copy.push(each(entry)) > MOST_READ) break;
  } catch {
    // As a reranker does: of a list that breaks off, what was read counts.
  }
  return copy;
}

/** Options, but for what `lists.map(rerank)` passes in their place. */
function optionsOf([options]: readonly unknown[]): unknown {
  return typeof options === "object" && options !== null ? plain(options) : null;
}

/** The options of `retrieve` with a filter that tells what it refused. */
function watched(options: unknown): { asked: unknown; refused: Set<string> } {
  const refused = new Set<string>();
  const filter = field(options, "filter");
  if (typeof filter !== "function") return { asked: options, refused };
  const watching = (id: string) => {
    const passes: unknown = filter(id);
    if (!passes) refused.add(id);
    return passes;
  };
  try {
    return { asked: { ...(options as object), filter: watching }, refused };
  } catch {
    // What cannot be copied is the reranker's to judge.
    return { asked: options, refused };
  }
}
