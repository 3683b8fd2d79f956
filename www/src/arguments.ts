// What callers pass, read once and made plain: ids, numbers, texts, times, options. The caller's own code (getters, proxies,
// `valueOf`) runs here, in `details`, in copyList and in a filter, and what it throws ends there as a reason.
import { MOST_ID, RankMode } from "./engine/numbers.js";
import { type Facts, messageOf, Refusal } from "./errors.js";
import type { ErrorCode } from "./types.js";

/** The most UTF-16 units of a title, brand, category or event type that count; the model reads a dozen words of them. */
const MOST_TEXT = 4096;

/** Looks at what may be the caller's own code; the reason if that throws. */
export function reading<T>(what: string, read: () => T): T | Refusal {
  try {
    return read();
  } catch (error) {
    return error instanceof Refusal ? error : wrong(what, { threw: messageOf(error) });
  }
}

/** Why an argument of this name is not taken. */
export function wrong(name: string, facts?: Facts): Refusal {
  return new Refusal(`argument.${name}` as ErrorCode, facts);
}

/** An object, to be read field by field. */
export type Fields = Record<PropertyKey, unknown>;

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

/** Why options have one of a name that is none of these; null where they have not. */
export function unknownIn(options: Fields, names: readonly string[]): Refusal | null {
  const name = Object.keys(options).find((each) => !names.includes(each));
  return name === undefined ? null : wrong("unknown", { name, names: names.join(" ") });
}

/** How ids are read, of candidates and of events, by the option `id` of a load: a field, or a function that tells a candidate's. */
export function idReaders(id: unknown): readonly [ofCandidate: ReadId, ofEvent: ReadId] {
  const plain: ReadId = (item) => item["id"];
  if (typeof id === "function") return [(item) => atOnce((id as ReadId)(item)), plain];
  return id ? [(item) => item[id as string], (item) => item[id as string] ?? item["id"]] : [plain, plain];
}

type ReadId = (item: Fields) => unknown;

/** An id that is told at once: an object is none, and a promise that fails must not end a server. */
const atOnce = (id: unknown) => (isObject(id) ? void Promise.resolve(id).catch(() => undefined) : id);

/** What around an id or a text is no part of it: white space, control characters and marks that nobody sees, as in logs. */
const AROUND = /[\s\p{Cc}\u200b-\u200e\u2060]/u;

function trimmed(text: string): string {
  let begin = 0;
  let end = text.length;
  while (begin < end && AROUND.test(text.charAt(begin))) begin++;
  while (end > begin && AROUND.test(text.charAt(end - 1))) end--;
  return text.slice(begin, end);
}

/**
 * The text that an id names an item by. White space and the like around it is not part of it, as in logs. A number that is no safe
 * integer may stand for several items, as half of a surrogate pair does once it is UTF-8: neither names one.
 */
export function idText(id: unknown): string | Refusal {
  if (typeof id !== "string") {
    if (Number.isInteger(id) && !Number.isSafeInteger(id)) return UNSAFE_ID;
    return written(id) || (typeof id === "bigint" ? LONG_ID : NO_ID);
  }
  if (id.length > MOST_ID) return LONG_ID;
  const text = trimmed(id);
  if (text === "") return NO_ID;
  // With the flag u, whole pairs are one character and do not match.
  if (/[\ud800-\udfff]/u.test(text)) return HALF_ID;
  return text.length * 3 <= MOST_ID || new TextEncoder().encode(text).length <= MOST_ID ? text : LONG_ID;
}

/** A number as text; empty for one that is not finite or has more than 256 bits, and for anything else. */
function written(number: unknown): string {
  const whole = typeof number === "bigint" && BigInt.asIntN(256, number) === number;
  return whole || Number.isFinite(number) ? String(number) : "";
}

export const NO_ID = new Refusal("event.missing_id");
const UNSAFE_ID = new Refusal("id.unsafe");
const HALF_ID = new Refusal("id.surrogate");
export const LONG_ID = new Refusal("id.long");

/**
 * A number, or plain decimal text for one (`"65.90"`, `"1e-3"`), as the catalogue is read; NaN for anything else, which
 * a comma or a currency makes it.
 */
export function numberOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "string" || value.length > 400) return NaN;
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value) ? Number(value) : NaN;
}

/** Text, trimmed as an id is, or a number as text; empty for anything else. Cut, at whole characters, to what can count. */
export function textOf(value: unknown): string {
  if (typeof value !== "string") return written(value);
  return trimmed(value.length <= MOST_TEXT ? value : value.slice(0, MOST_TEXT).replace(/[\ud800-\udbff]$/, ""));
}

// What follows reads a field of options: undefined where its value is of the wrong kind.

/** A time in milliseconds: a number, decimal text, or a Date and whatever else has a number as its value. */
export function timeOf(at: unknown): number | undefined {
  const value: unknown = isObject(at) && typeof at["valueOf"] === "function" ? at["valueOf"]() : at;
  const time = numberOf(value);
  return Number.isFinite(time) ? time : undefined;
}

/** How many items to find, or to return. */
export function countOf(count: unknown): number | undefined {
  return typeof count === "number" && !Number.isNaN(count) ? count : undefined;
}

export function rankModeOf(by: unknown): RankMode | undefined {
  if (by === "model") return RankMode.list;
  return by === "similarity" ? RankMode.similarity : undefined;
}

export function filterOf(filter: unknown): ((id: string) => unknown) | undefined {
  return typeof filter === "function" ? (filter as (id: string) => unknown) : undefined;
}

/** Milliseconds of some clock; 0 where the host has none, which loading has said and lists must not fall for. */
export function now(): number {
  return typeof performance === "object" ? performance.now() : 0;
}
