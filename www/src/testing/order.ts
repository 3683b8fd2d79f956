// What is said of an order, and of reasons: one verdict each, which assertions and matchers put into the words of a runner. Uses errors,
// guard and types.
import { ReshelfError } from "../errors.js";
import type { ItemId } from "../types.js";
import { guarded, isRecord, MOST } from "./guard.js";
import type { OrderOptions } from "./types.js";

/** Whether it holds, and what to say of it. */
export interface Verdict {
  readonly pass: boolean;
  /** What was wanted, as the rest of "expected ". */
  readonly wanted: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** What elements have their ids in, unless the caller names another attribute. */
export const ATTRIBUTE = "data-reshelf-item";

/** Gives a verdict, or its promise, or throws what names what is to be passed. */
export function judged<T>(look: () => T): T {
  return guarded("testing.order", "Pass lists, ids and options as plain data, or what a reranker gave.", look);
}

/** The ids of a list: of what `rerank` or `retrieve` returned, of candidates, bare ids or elements, in their order. */
export function idsOf(list: unknown, options?: OrderOptions): string[] {
  const { attribute } = readOptions(options);
  return entriesIn(list).flatMap((entry) => idIn(entry, attribute) ?? []);
}

function entriesIn(list: unknown): unknown[] {
  if (typeof list !== "object" || list === null || !(Symbol.iterator in list))
    throw new ReshelfError(
      "testing.order",
      "An order is read of a list: what rerank() returned, ids, elements, or a locator of Playwright's.",
    );
  const entries: unknown[] = [];
  for (const entry of list as Iterable<unknown>)
    if (entries.push(entry) > MOST)
      throw new ReshelfError("testing.order", `A list has ${MOST} entries at most: pass a part of it.`);
  return entries;
}

/** The id in one entry; null for an element that has none. */
function idIn(entry: unknown, attribute: string): string | null {
  const of = entry as { candidate?: unknown; id?: unknown; getAttribute?(name: string): string | null } | null;
  if (typeof of?.getAttribute === "function") return of.getAttribute(attribute) || null;
  const candidate = typeof of === "object" && of !== null && "candidate" in of ? of.candidate : of;
  const id = typeof candidate === "object" && candidate !== null ? (candidate as { id?: unknown }).id : candidate;
  if (isId(id)) return String(id).trim();
  throw new ReshelfError("testing.order", "An entry of the list has no id.");
}

const isId = (id: unknown): id is ItemId => typeof id === "string" || typeof id === "bigint" || Number.isFinite(id);

function texts(ids: readonly ItemId[]): string[] {
  const all: unknown[] = Array.isArray(ids) ? entriesIn(ids) : [null];
  if (!all.every(isId)) throw new ReshelfError("testing.order", "An order is expected as an array of ids.");
  return all.map((id) => String(id).trim());
}
const equal = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((id, at) => id === b[at]);

export function hasOrder(ids: readonly string[], expected: readonly ItemId[]): Verdict {
  const wanted = texts(expected);
  return { pass: equal(ids, wanted), wanted: "the order", expected: wanted, actual: ids };
}

export function beginsWith(ids: readonly string[], expected: readonly ItemId[]): Verdict {
  const wanted = texts(expected);
  const front = ids.slice(0, wanted.length);
  return { pass: equal(front, wanted), wanted: "the order to begin with", expected: wanted, actual: front };
}

export function ranksBefore(ids: readonly string[], earlier: ItemId, later: ItemId): Verdict {
  const pair = texts([earlier, later]);
  const places = pair.map((id) => ids.indexOf(id)) as [number, number];
  const pass = places[0] >= 0 && places[0] < places[1];
  const actual = ids.filter((id) => pair.includes(id));
  return { pass, wanted: "both, in the order", expected: pair, actual };
}

/** Of what `rerank` returned: nothing else tells where a candidate stood before. */
export function keepsServerOrder(ranked: unknown): Verdict {
  const entries = entriesIn(ranked) as { previousRank?: unknown }[];
  const ids = entries.map((entry) => idIn(entry, ATTRIBUTE) ?? "");
  const places = entries.map((entry) => entry.previousRank);
  if (!places.every((place): place is number => typeof place === "number"))
    throw new ReshelfError(
      "testing.order",
      "The server's order is told by what rerank() returned, and by nothing else.",
    );
  const order = ids.map((id, at) => ({ id, place: places[at] as number })).sort((a, b) => a.place - b.place);
  const expected = order.map(({ id }) => id);
  return { pass: places.every((place, at) => place === at + 1), wanted: "the server's order", expected, actual: ids };
}

export function hasReason(reranker: unknown, code: string | null): Verdict {
  const actual = codesIn(infoOf(reranker))[0] ?? null;
  checkCode(code === null ? "" : code);
  return { pass: actual === code, wanted: "info().reason to have the code", expected: code, actual };
}

export function hasRefused(reranker: unknown, code: string): Verdict {
  const { ignored, refused } = infoOf(reranker);
  const actual = codesIn(ignored, refused?.arguments, refused?.ids, refused?.rows);
  checkCode(code);
  return { pass: actual.includes(code), wanted: "a refusal with the code", expected: code, actual };
}

function checkCode(code: unknown): void {
  if (typeof code !== "string")
    throw new ReshelfError("testing.order", 'A code is text, such as "model.http"; null for no reason at all.');
}

/** The codes of those that have a reason. */
function codesIn(...told: (Told | undefined)[]): string[] {
  return told.map((each) => each?.reason?.code).filter((code) => typeof code === "string");
}

interface Told {
  readonly reason?: { readonly code?: string } | null;
}

interface Info extends Told {
  readonly ignored?: Told;
  readonly refused?: { readonly arguments?: Told; readonly ids?: Told; readonly rows?: Told };
}

/** What a reranker or a model tells of itself; what `info()` has returned will do, too. */
function infoOf(of: unknown): Info {
  const info = (of as { info?: () => unknown } | null)?.info;
  const told = typeof info === "function" ? info() : of;
  if (isRecord(told) && "reason" in told) return told as Info;
  throw new ReshelfError(
    "testing.order",
    "Reasons are read of a reranker, a model, or what info() returned; of a worker's, of what it resolved to.",
  );
}

/** What options are made of, checked. */
export function readOptions(options: unknown): { attribute: string; timeout: number | null } {
  const { attribute, timeout, ...others } = isRecord(options ?? {}) ? ((options ?? {}) as OrderOptions) : { wrong: 0 };
  const named = attribute === undefined || (typeof attribute === "string" && attribute !== "");
  const waits = timeout === undefined || (typeof timeout === "number" && timeout >= 0 && timeout < Infinity);
  if (!named || !waits || Object.keys(others).length > 0)
    throw new ReshelfError(
      "testing.order",
      "Options are { attribute, timeout }: the name of an attribute, and milliseconds from 0.",
    );
  return { attribute: attribute ?? ATTRIBUTE, timeout: timeout ?? null };
}

/** A verdict in words. */
export function words({ pass, wanted, expected, actual }: Verdict): string {
  return `expected ${pass ? "not " : ""}${wanted}\n  ${list(expected)}\n${pass ? "" : `but there is\n  ${list(actual)}\n`}`;
}

function list(value: unknown): string {
  return Array.isArray(value) ? (value.length === 0 ? "nothing" : value.join(", ")) : String(value);
}
