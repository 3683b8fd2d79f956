// A compiled policy: sound rules, what the list is for, and the function that `rerank` calls.
import { textOf } from "../arguments.js";
import { ARRANGE, type Arrange, CROSS, type Cross, type Crossed } from "../door.js";
import { NONE } from "../engine/numbers.js";
import { field } from "../errors.js";
import type { PolicyProblem, Ranked, RankedList, RankMark } from "../types.js";
import { Case, type Solve } from "./case.js";
import { type Sound, type SoundRule, soundOf, subjectOf } from "./check.js";
import { Columns, type Read } from "./columns.js";
import { momentOf } from "./dates.js";
import { type Fields, fieldsRead } from "./fields.js";
import { lay } from "./lay.js";
import { isRecord } from "./plain.js";
import { keysOf } from "./query.js";
import { type Arranged, reportOf } from "./report.js";
import type { Policy } from "./types.js";
import * as words from "./words.js";

/** What a list is for, as it counts. */
interface Context {
  readonly page: string | null;
  readonly segments: readonly string[];
  readonly now: number | null;
  readonly taste: Readonly<Record<string, number>> | null;
  readonly query: string;
  readonly order: "model" | "server";
}

const NO_CONTEXT: Context = { page: null, segments: [], now: null, taste: null, query: "", order: "model" };

export function compile(definition: unknown, options?: unknown): Policy {
  const problems: PolicyProblem[] = [];
  const accessors = accessorsOf(options, problems);
  const context = contextOf(options, NO_CONTEXT, problems, ["fields"]);
  return compiled(soundOf(definition, accessors, problems), context);
}

function compiled(sound: Sound, context: Context): Policy {
  const { problems, rules } = sound;
  const own = {
    problems,
    rules: Object.freeze(rules.map(({ id }) => id)),
    with: (given: unknown) => {
      const odd: PolicyProblem[] = [...problems];
      const next = contextOf(given, context, odd);
      return compiled({ ...sound, problems: Object.freeze(odd) }, next);
    },
  };
  // Not to be listed: what a page sees of a policy is what it wrote.
  const columnsOf = (list: readonly unknown[], idOf: Parameters<Arrange>[2]) => new Columns(list, idOf, sound.fields);
  Object.defineProperty(own, ARRANGE, { value: arrangeBy(() => planOf(sound, context), columnsOf) });
  Object.defineProperty(own, CROSS, { value: crossBy(sound, context) });
  return Object.freeze(own);
}

/** What a policy comes to for lists of this moment: plain data. */
interface Plan extends Pick<Context, "taste" | "query" | "order"> {
  readonly now: number;
  readonly rules: readonly SoundRule[];
  readonly top: number | null;
}

function planOf({ rules, top }: Sound, context: Context): Plan {
  const now = context.now ?? Date.now();
  const { taste, query, order } = context;
  return { ...{ taste, query, order, now, top }, rules: counting(rules, context, now) };
}

/** What crosses to a worker: the caller's code runs here, over all that the rules read. */
interface Parcel extends Crossed {
  readonly crossed: { readonly plan: Plan; readonly lists: readonly Read[] };
}

const crossBy =
  (sound: Sound, context: Context): Cross =>
  (lists): Parcel => {
    const plan = planOf(sound, context);
    const asked = fieldsRead(plan.rules);
    const read = lists.map((list) => new Columns(list, () => null, sound.fields).read(asked));
    return { crossed: { plan, lists: read } };
  };

/** A policy for the very lists that crossed with it. */
export function arrived({ crossed: { plan, lists } }: Parcel): object {
  const none: Fields = new Map();
  return {
    [ARRANGE]: arrangeBy(
      () => plan,
      (list, idOf, at) => new Columns(list, idOf, none, lists[at]),
    ),
  };
}

/** The rules that count now, for this page, shopper and query. */
function counting(rules: readonly SoundRule[], { page, segments, query }: Context, now: number): readonly SoundRule[] {
  const asked = keysOf(query);
  const holds = rules.filter(
    (rule) =>
      rule.from <= now &&
      now <= rule.until &&
      (!rule.pages || (page !== null && rule.pages.includes(page))) &&
      (!rule.segments || rule.segments.some((each) => segments.includes(each))) &&
      (!rule.queries || asked.some((key) => rule.queries?.includes(key))),
  );
  const own = new Set(holds.filter(({ isPreset }) => !isPreset).map(subjectOf));
  const counts = holds.filter((rule) => !rule.isPreset || !own.has(subjectOf(rule)));
  // Of some kinds one rule alone can count: the first.
  const single = new Set(["strength", "maxMoves", "diversify"]);
  return counts.filter(({ kind }, at) => !single.has(kind) || counts.findIndex((each) => each.kind === kind) === at);
}

/** An engine that arranges. */
type Arranging = { arrange: (...program: Parameters<Solve>) => Uint32Array };

/** What there is of lists that no model ranked. */
const NOT_RANKED = [[], /* @__PURE__ */ new Float32Array(0), 0, /* @__PURE__ */ new Uint32Array(0), 0] as const;

const arrangeBy =
  (
    planned: () => Plan,
    columnsOf: (list: readonly unknown[], idOf: Parameters<Arrange>[2], at: number) => Columns,
  ): Arrange =>
  (lists, limit, idOf, ask, [counts, floats, scoresAt, items, handlesAt] = NOT_RANKED) => {
    const { rules, top, now, taste, query, order } = planned();
    let begin = 0;
    // All of it is copied before any of the caller's code runs: a getter that calls the reranker has its buffers moved.
    const parts = lists.map((list, at) => {
      const count = counts?.[at] ?? 0;
      const [scores, handles] = [new Float32Array(list.length), new Uint32Array(list.length).fill(NONE)];
      if (order === "model") scores.set(floats.subarray(scoresAt + begin, scoresAt + begin + count));
      handles.set(items.subarray(handlesAt + begin, handlesAt + begin + count));
      begin += count;
      return { list, scores, handles, isRanked: count > 0 };
    });
    const arranged = parts.map(({ list, scores, handles, isRanked }, at): Arranged => {
      const of = new Case(
        columnsOf(list, idOf, at),
        scores,
        handles,
        Math.min(list.length, Math.max(0, Math.floor(limit))),
        now,
        taste,
        query,
        (shown) => ask((engine) => engine.events(shown)),
        (...program) => (isRanked ? ask((engine) => (engine as unknown as Arranging).arrange(...program)) : undefined),
      );
      return { of, laid: lay(of, rules, top) };
    });
    const candidates = lists.reduce((sum, { length }) => sum + length, 0);
    const tell = (seen: RankedList | null) =>
      reportOf(seen ?? { candidates, identified: 0, known: 0 }, arranged, rules, top);
    return [arranged.map((each, at) => placesOf(lists[at] as readonly unknown[], each)), tell];
  };

function placesOf(
  list: readonly unknown[],
  { laid: { order, scores, sponsored, marks } }: Arranged,
): Ranked<unknown>[] {
  return order.map((at, place) => ({
    candidate: list[at],
    score: scores.get(at) ?? 0,
    rank: place + 1,
    previousRank: at + 1,
    ...(sponsored.has(at) && { sponsored: true as const }),
    ...(marks.has(at) && { mark: marks.get(at) as RankMark }),
  }));
}

/** The caller's accessors: names and functions. */
function accessorsOf(options: unknown, problems: PolicyProblem[]): Record<string, string | (() => unknown)> {
  const accessors: Record<string, string | (() => unknown)> = Object.create(null);
  const fields = field(options, "fields");
  if (fields === undefined || fields === null) return accessors;
  let names: string[] = [];
  try {
    if (isRecord(fields)) names = Object.keys(fields).slice(0, 1000);
    else problems.push(words.wrongOption("fields", "an object of names or functions"));
  } catch {}
  for (const name of names) {
    const how = field(fields, name);
    if (typeof how === "function" || (typeof how === "string" && how !== "")) accessors[name] = how as () => unknown;
    else problems.push(words.wrongOption(`fields.${name}`, "the name of a field, or a function of a candidate"));
  }
  return accessors;
}

/** `others` are names that the caller reads itself. */
function contextOf(
  given: unknown,
  before: Context,
  problems: PolicyProblem[],
  others: readonly string[] = [],
): Context {
  const names = [...others, ...Object.keys(NO_CONTEXT)];
  try {
    if (!isRecord(given ?? {})) problems.push(words.wrongOption("options", "an object"));
    else
      for (const name of Object.keys(given ?? {}).slice(0, 1000))
        if (!names.includes(name)) problems.push(words.unknownOption(name, names));
  } catch {} // What can be read of it counts.
  const read = <T>(name: keyof Context, wanted: string, take: (value: unknown) => T | undefined, otherwise: T): T => {
    const value = field(given, name);
    if (value === undefined) return otherwise;
    if (value === null) return NO_CONTEXT[name] as T;
    let taken: T | undefined;
    try {
      taken = take(value);
    } catch {}
    if (taken === undefined) problems.push(words.wrongOption(name, wanted));
    return taken ?? otherwise;
  };
  const isText = (value: unknown) => typeof value === "string";
  const text = (value: unknown) => (isText(value) ? (value as string) : undefined);
  return {
    page: read("page", "text", text, before.page),
    query: read("query", "text", (value) => text(value) && textOf(value), before.query),
    segments: read(
      "segments",
      "a list of texts",
      (value) => (Array.isArray(value) && value.every(isText) ? Object.freeze([...value]) : undefined),
      before.segments,
    ),
    now: read(
      "now",
      "a Date, or milliseconds since 1970",
      (value) => (Number.isNaN(momentOf(value)) ? undefined : momentOf(value)),
      before.now,
    ),
    taste: read("taste", "an object of weights by category", tasteOf, before.taste),
    order: read(
      "order",
      '"model" or "server"',
      (value) => (value === "model" || value === "server" ? value : undefined),
      before.order,
    ),
  };
}

function tasteOf(given: unknown): Readonly<Record<string, number>> | undefined {
  if (!isRecord(given)) return undefined;
  const taste: Record<string, number> = Object.create(null);
  for (const [name, weight] of Object.entries(given)) if (typeof weight === "number") taste[name] = weight;
  return Object.freeze(taste);
}
