// A recording on a fresh reranker, and where it goes otherwise. Uses errors, guard, lines and types.

import { fromBase64 } from "../base64.js";
import { messageOf, ReshelfError } from "../errors.js";
import { guarded, isRecord } from "./guard.js";
import { type Call, checkSession, FORMAT, GAVE, orderOf } from "./lines.js";
import type { Difference, Recordable, Replayed } from "./types.js";

type Fields = Record<string, unknown>;

/**
 * Makes the calls of a recording on a reranker without events, one after the other, and compares what they give. Events are dated as they
 * were; those later than this realm's clock count as of now.
 *
 * @throws ReshelfError `testing.recording` for a text that is no recording, with the line; `testing.session` for a session with events.
 */
export async function replay(text: string, reranker: Recordable): Promise<Replayed> {
  return guarded("testing.session", "Replay on what loadReranker() gave.", () => replayed(text, reranker));
}

async function replayed(text: string, reranker: Recordable): Promise<Replayed> {
  const [head, ...calls] = readLines(text);
  checkSession(reranker);
  const info = (await reranker.info()) as { events?: unknown[]; model?: { version?: string } | null } | null;
  if ((info?.events?.length ?? 0) > 0)
    throw new ReshelfError("testing.session", "The session has events already: replay on a fresh one.");
  /** Numbers of events as they were recorded, and as they are. */
  const events = new Map<unknown, unknown>();
  const differences: Difference[] = [];
  for (const { line, call, fields } of calls) {
    const expected = fields[GAVE[call]];
    const actual = await made(reranker as unknown as Record<Call, Method | undefined>, call, fields, events);
    if (call === "observe") events.set(expected, actual);
    // An event's number is the session's own: that it has one is what counts.
    const told = (value: unknown) => JSON.stringify(call === "observe" ? value !== null : value);
    if (told(expected) !== told(actual)) differences.push({ line, call, expected, actual });
  }
  const recorded = (head?.fields["model"] ?? null) as string | null;
  return { calls: calls.length, differences, models: { recorded, replayed: info?.model?.version ?? null } };
}

type Method = (...given: unknown[]) => unknown;

async function made(
  reranker: Record<Call, Method | undefined>,
  call: Call,
  fields: Fields,
  events: ReadonlyMap<unknown, unknown>,
): Promise<unknown> {
  const given = fields[call];
  const options = fields["options"];
  if (call === "observe") return (await reranker.observe?.(eventOf(given))) ?? null;
  if (call === "forget") return (await reranker.forget?.(forgottenOf(given, events))) ?? null;
  if (call === "restore") return (await reranker.restore?.(isBase64(given) ? fromBase64(given) : given)) ?? null;
  if (call === "retrieve") {
    if (!isRecord(given)) return orderOf(await reranker.retrieve?.(given));
    const { without, ...rest } = given;
    const refused = new Set(Array.isArray(without) ? without : []);
    return orderOf(await reranker.retrieve?.({ ...rest, filter: (id: string) => !refused.has(id) }));
  }
  return orderOf(await (options === undefined ? reranker[call]?.(given) : reranker[call]?.(given, options)));
}

/** An event with its time as a number. */
function eventOf(given: unknown): unknown {
  if (typeof given !== "object" || given === null) return given;
  const { at, ...rest } = given as Fields;
  return { ...rest, at: typeof at === "string" ? Date.parse(at) : at };
}

function forgottenOf(given: unknown, events: ReadonlyMap<unknown, unknown>): unknown {
  if (typeof given !== "object" || given === null) return given;
  const what = given as Fields;
  const time = (at: unknown) => (typeof at === "string" && Number.isNaN(Number(at)) ? Date.parse(at) : at);
  if (what["event"] !== undefined) return { event: events.get(what["event"]) ?? what["event"] };
  if (what["from"] === undefined && what["to"] === undefined) return what;
  return { from: time(what["from"]), to: time(what["to"]) };
}

interface Read {
  readonly line: number;
  readonly call: Call;
  readonly fields: Fields;
}

/** The head and the calls of a recording; white space between lines does not count. */
function readLines(text: unknown): Read[] {
  if (typeof text !== "string")
    throw new ReshelfError("testing.recording", "A recording is the text of record().text().");
  const read = text.split("\n").flatMap((words, at): Read[] => {
    if (words.trim() === "") return [];
    const line = at + 1;
    let fields: unknown;
    try {
      fields = JSON.parse(words);
    } catch (error) {
      throw new ReshelfError("testing.recording", `Line ${line} is no JSON (${messageOf(error)}).`, { cause: error });
    }
    if (typeof fields !== "object" || fields === null)
      throw new ReshelfError("testing.recording", `Line ${line} is no object.`);
    const call = (Object.keys(GAVE) as Call[]).find((name) => name in (fields as Fields)) ?? "observe";
    return [{ line, call, fields: fields as Fields }];
  });
  const [head, ...calls] = read;
  if (head?.fields["reshelf"] !== "session" || head.fields["format"] !== FORMAT)
    throw new ReshelfError("testing.recording", `The first line is not that of a recording of format ${FORMAT}.`);
  const unknown = calls.find(({ call, fields }) => !(call in fields) || !(GAVE[call] in fields));
  if (unknown) throw new ReshelfError("testing.recording", `Line ${unknown.line} is no call with what it gave.`);
  return read;
}

/** What a snapshot is written as. Anything else was passed in as it stands there. */
const isBase64 = (given: unknown): given is string =>
  typeof given === "string" && /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(given);
