// What a recording is made of: one line of JSON a call, and what callers passed as plain values. Uses base64, errors,
// guard and types.
import { toBase64 } from "../base64.js";
import { field, ReshelfError } from "../errors.js";
import { isRecord, MOST } from "./guard.js";
import type { Difference } from "./types.js";

export const FORMAT = 1;

/** The first line. */
export interface Head {
  readonly reshelf: "session";
  readonly format: number;
  readonly model: string | null;
}

export type Call = Difference["call"];

/** A line behind it: what was passed in stands under the call's own name. */
export interface Line {
  readonly call: Call;
  readonly given: unknown;
  readonly options: unknown;
  readonly gave: unknown;
}

/** Under which name a line says what a call gave. */
export const GAVE: Readonly<Record<Call, string>> = {
  observe: "event",
  rerank: "order",
  rerankMany: "order",
  retrieve: "order",
  forget: "forgot",
  restore: "restored",
};

/** The fields of events, candidates and options that the package reads. */
const FIELDS = (
  "id type at query category brand price title taste seconds list position score row " +
  "event item from to limit by k without"
).split(" ");

/** A call as its line. */
export function lineOf({ call, given, options, gave }: Line): string {
  return JSON.stringify({
    [call]: given ?? null,
    ...(options == null ? null : { options }),
    [GAVE[call]]: plain(gave) ?? null,
  });
}

/** How deep what is read lies at most: a field of a candidate of a list of lists. What holds itself has no end. */
const DEEPEST = 5;

/** What a caller passed, as JSON has it: the fields that are read, bytes as base64, a BigInt as text. What throws, or is too long, is null. */
export function plain(value: unknown, depth = 0): unknown {
  try {
    if (depth > DEEPEST) return null;
    if (typeof value === "bigint") return String(value);
    if (typeof value === "function" || typeof value === "symbol") return null;
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.length > MOST ? null : value.map((each) => plain(each, depth + 1));
    if (value instanceof Date) return timeText(value.getTime());
    const bytes = bytesOf(value);
    if (bytes !== null) return toBase64(bytes);
    const fields = value as Record<string, unknown>;
    const read = FIELDS.map((name) => [name, fields[name]] as const).filter(([, part]) => part != null);
    return Object.fromEntries(read.map(([name, part]) => [name, plain(part, depth + 1)]));
  } catch {
    return null;
  }
}

/** A time that people can read, where it is a whole number of milliseconds of a year that has four digits. */
export function timeText(time: number): string | number {
  const readable = Number.isInteger(time) && time >= 0 && time < Date.UTC(10_000, 0);
  return readable ? new Date(time).toISOString() : time;
}

function bytesOf(value: object): Uint8Array | null {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  const sort = Object.prototype.toString.call(value);
  return sort === "[object ArrayBuffer]" || sort === "[object SharedArrayBuffer]"
    ? new Uint8Array(value as ArrayBuffer)
    : null;
}

/** Calls `use` with a value that may be a promise, as soon as it is there; nothing where it is rejected. */
export function once(value: unknown, use: (value: unknown) => void): void {
  const then = field(value, "then");
  if (typeof then === "function") then.call(value, use, () => undefined);
  else use(value);
}

/** The ids of what a call ranked, list by list where it is a list of lists; null for what is none, and for what is too long. */
export function orderOf(ranked: unknown): unknown {
  if (!Array.isArray(ranked) || ranked.length > MOST) return null;
  return ranked.map((entry) => (Array.isArray(entry) ? orderOf(entry) : idOf(entry)));
}

/** A candidate may be anything that the caller has passed in. */
function idOf(entry: { readonly candidate?: unknown; readonly id?: unknown }): string | null {
  try {
    const of = "candidate" in entry ? entry.candidate : entry;
    const id = typeof of === "object" && of !== null ? (of as { id?: unknown }).id : of;
    return id == null ? null : String(id);
  } catch {
    return null;
  }
}

/** What is recorded and replayed has these. Throws for what has not. */
export function checkSession(given: unknown): void {
  if (isRecord(given) && ["info", "observe", "rerank"].every((name) => typeof field(given, name) === "function"))
    return;
  throw new ReshelfError("testing.session", "Pass what loadReranker() gave.");
}
