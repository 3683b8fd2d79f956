// Options as given, each checked once: what is of the wrong kind counts as left out, and its name is kept for the report.
import { field } from "../errors.js";
import type { Model } from "../types.js";
import type { HtmlModule, IslandRule, ListOrderer, ListRule, PageReport } from "./types.js";

/** Tiles and lists that a shop marks itself. */
const MARKED: readonly ListRule[] = [
  { list: "[data-reshelf-list]", item: "[data-reshelf-item]", id: "data-reshelf-item" },
];

const DEADLINE_MS = 50;
const MOST_LIST_BYTES = 1_000_000;
/** Rules beyond these are no rules: a page has a handful. */
const MOST_RULES = 64;

export interface Settings {
  readonly model: Model | PromiseLike<Model> | null;
  readonly reranker: ListOrderer | null;
  readonly context: unknown;
  readonly policy: unknown;
  /** In capitals; null where no request was given. */
  readonly method: string | null;
  readonly deadlineMs: number;
  readonly maxListBytes: number;
  readonly html: HtmlModule | null;
  readonly hydrate: boolean;
  readonly rows: boolean;
  readonly lists: readonly ListRule[];
  readonly islands: readonly IslandRule[];
  /** Of `personalizeJson`; null where they are no texts. */
  readonly place: { readonly path: string; readonly id: string } | null;
  readonly onReport: ((report: PageReport) => unknown) | null;
  /** Names of what was of the wrong kind; grows while the context is read. */
  readonly refused: string[];
}

/** Reads options of whatever kind. Never throws, though they may have getters that do. */
export function readOptions(options: unknown): Settings {
  const refused: string[] = [];
  if (typeof options !== "object" || options === null) refused.push("options");
  /** An option that `take` turns into something; null where it is not given, or `take` gives null. */
  const read = <T>(name: string, take: (given: unknown) => T | null): T | null => {
    try {
      const given = (options as Record<string, unknown> | null | undefined)?.[name] ?? null;
      if (given === null) return null;
      const taken = take(given);
      if (taken === null) refused.push(name);
      return taken;
    } catch {
      refused.push(name);
      return null;
    }
  };
  const islands = read("islands", (given) => rules(given, ["script", "path", "id"]));
  const path = read("path", textOf);
  const id = read("id", textOf);
  return {
    model: read("model", (given) =>
      isFunction(field(given, "session")) || isFunction(field(given, "then")) ? (given as Model) : null,
    ),
    reranker: read("reranker", (given) => (isFunction(field(given, "rerank")) ? (given as ListOrderer) : null)),
    context: read("context", (given) => (typeof given === "object" ? given : null)),
    policy: read("policy", (given) => given),
    method: read("request", (given) => textOf(field(given, "method"))?.toUpperCase() ?? null),
    deadlineMs: read("deadlineMs", fromZero) ?? DEADLINE_MS,
    maxListBytes: read("maxListBytes", fromZero) ?? MOST_LIST_BYTES,
    html: read("html", (given) => (isFunction(given) || typeof given === "object" ? (given as HtmlModule) : null)),
    hydrate: read("hydrate", flag) ?? false,
    rows: read("rows", flag) ?? false,
    lists: read("lists", listRules) ?? (islands ? [] : MARKED),
    islands: islands ?? [],
    place: path === null || id === null ? null : { path, id },
    onReport: read("onReport", (given) => (isFunction(given) ? (given as (report: PageReport) => unknown) : null)),
    refused,
  };
}

/** Rules whose `id` ends in the name of an attribute. */
function listRules(given: unknown): ListRule[] | null {
  const read = rules(given, ["list", "item", "id"]);
  return read?.every(({ id }) => /(^|@)[^\s@"'>/=]+$/.test(id)) ? read : null;
}

/** Rules with exactly these texts; null where one of them lacks one. */
function rules<K extends string>(given: unknown, names: readonly K[]): Record<K, string>[] | null {
  if (!Array.isArray(given) || given.length > MOST_RULES) return null;
  const read = given.map((rule) => names.map((name) => [name, textOf(field(rule, name))] as const));
  if (read.some((rule) => rule.some(([, text]) => text === null))) return null;
  return read.map((rule) => Object.fromEntries(rule) as Record<K, string>);
}

const flag = (value: unknown): boolean | null => (typeof value === "boolean" ? value : null);
const isFunction = (value: unknown): value is (...given: never[]) => unknown => typeof value === "function";
const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
const fromZero = (value: unknown): number | null => (typeof value === "number" && value >= 0 ? value : null);
