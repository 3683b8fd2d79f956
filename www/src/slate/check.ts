// Checks a definition, piece by piece: what is wrong is said, with the rule and the way out, and left out; the rest is plain and sound.
import type { PolicyProblem } from "../types.js";
import { momentOf } from "./dates.js";
import { type Fault, faultOf } from "./fault.js";
import { type Fields, fieldsNamed, fieldsOf } from "./fields.js";
import { isPlainObject, isRecord, type Plain, type PlainObject, plainOf, Unreadable } from "./plain.js";
import { keysOf } from "./query.js";
import { MOST_RULES, PROPERTIES, RULES, type Schema } from "./schema.js";
import { SLOTS } from "./slots.js";
import type { Rule, SlotName } from "./types.js";
import * as words from "./words.js";

/** A rule that is sound; its id is there in any case, its dates are milliseconds, and its queries are keys. */
export type SoundRule = Rule & {
  readonly id: string;
  readonly from: number;
  readonly until: number;
  /** Whether it is of a slot's preset: it gives way to a rule about the same, where that counts. */
  readonly isPreset?: boolean;
};

/** What a definition says, of what is sound. */
export interface Sound {
  readonly problems: readonly PolicyProblem[];
  readonly fields: Fields;
  readonly top: number | null;
  readonly rules: readonly SoundRule[];
}

type Accessors = Parameters<typeof fieldsOf>[1];

/** Checks a definition, whose fields are read by these accessors as well. Never throws. */
export function soundOf(given: unknown, accessors: Accessors, before: readonly PolicyProblem[]): Sound {
  const problems = [...before];
  const top = readTop(given, problems);
  const named = (top["fields"] ?? {}) as Readonly<Record<string, string>>;
  const fields = fieldsOf(named, accessors);
  const rules: SoundRule[] = [];
  const ids = new Set<string>();
  rulesOf(given, problems).forEach((each, at) => {
    const rule = readRule(each, `rules[${at}]`, fields, top, problems);
    if (rule && ids.has(rule.id)) problems.push(words.twice(rule.id));
    else if (rule) rules.push(rule);
    if (rule) ids.add(rule.id);
  });
  const always = new Set(rules.filter(isAlways).map(subjectOf));
  for (const preset of SLOTS[top["slot"] as SlotName] ?? [])
    if (!ids.has(preset.id as string) && !always.has(subjectOf(preset as SoundRule)))
      rules.push({ ...preset, from: -Infinity, until: Infinity, isPreset: true } as SoundRule);
  return { problems: Object.freeze(problems), fields, top: (top["top"] as number | undefined) ?? null, rules };
}

const isAlways = ({ from, until, pages, segments, queries }: SoundRule) =>
  from === -Infinity && until === Infinity && !(pages ?? segments ?? queries);

/** What a rule is about: where a definition's own rule counts, a preset's about the same does not. */
export const subjectOf = ({ kind, what, field }: Rule & { readonly what?: string; readonly field?: string }): string =>
  [kind, what, /^(cap|boost|bury)$/.test(kind) ? field : ""].join();

/** What stands beside the rules. */
function readTop(given: unknown, problems: PolicyProblem[]): PlainObject {
  const sound: PlainObject = Object.create(null);
  let names: string[];
  try {
    if (!isRecord(given)) throw null;
    names = Object.keys(given).sort();
  } catch (error) {
    problems.push(error === null ? words.noDefinition() : words.unreadable(null, "reading it threw"));
    return sound;
  }
  for (const name of names.slice(0, MOST_RULES)) {
    const schema = Object.hasOwn(PROPERTIES, name) ? PROPERTIES[name] : undefined;
    if (!schema) problems.push(words.unknownName(null, "", name, Object.keys(PROPERTIES)));
    else if (name !== "rules") {
      const value = plainOf(attempt(given as Record<string, unknown>, name));
      if (value instanceof Unreadable) problems.push(words.unreadable(null, `\`${name}\`: ${value.why}`));
      else if (value !== undefined) {
        const fault = faultOf(value, schema, name);
        if (fault) problems.push(said(fault, null));
        else sound[name] = value;
      }
    }
  }
  return sound;
}

/** A property of the caller's; what reading it throws is in its place. */
function attempt(of: Readonly<Record<PropertyKey, unknown>>, name: PropertyKey): unknown {
  try {
    return of[name];
  } catch {
    return THREW;
  }
}
/** Reading this throws again. */
const THREW = /* @__PURE__ */ Object.defineProperty({}, "threw", {
  enumerable: true,
  get: () => {
    throw new Error();
  },
});

function rulesOf(given: unknown, problems: PolicyProblem[]): readonly unknown[] {
  const list = isObject(given) ? attempt(given, "rules") : undefined;
  if (list === undefined) return [];
  try {
    if (!Array.isArray(list)) {
      const why = list === THREW ? words.unreadable(null, "`rules`: reading it threw") : null;
      problems.push(why ?? words.wrongValue(null, "rules", "a list of rules", words.shown(plainOf(list))));
      return [];
    }
    const { length } = list as readonly unknown[];
    if (!(length <= MOST_RULES)) problems.push(words.tooMany(MOST_RULES));
    return Array.from({ length: Math.min(length, MOST_RULES) }, (_, at) => attempt(list as never, at));
  } catch {
    problems.push(words.unreadable(null, "`rules`: reading it threw"));
    return [];
  }
}

const isObject = (value: unknown): value is Readonly<Record<PropertyKey, unknown>> =>
  typeof value === "object" && value !== null;

function readRule(
  given: unknown,
  place: string,
  fields: Fields,
  top: PlainObject,
  problems: PolicyProblem[],
): SoundRule | null {
  const refuse = (why: PolicyProblem) => (problems.push(why), null);
  const rule = plainOf(given);
  if (rule instanceof Unreadable) return refuse(words.unreadable(place, rule.why));
  if (!isPlainObject(rule)) return refuse(words.wrongValue(place, place, "an object with a `kind`", words.shown(rule)));
  const id = typeof rule["id"] === "string" && rule["id"] !== "" ? words.cut(rule["id"]) : place;
  const kind = rule["kind"];
  const schema = typeof kind === "string" && Object.hasOwn(RULES, kind) ? RULES[kind] : undefined;
  if (!schema)
    return refuse(words.unknownKind(id, typeof kind === "string" ? kind : words.shown(kind), Object.keys(RULES)));
  const fault = faultOf(rule, schema);
  if (fault) return refuse(said(fault, id));
  const [from, until] = [rule["from"] ?? -Infinity, rule["until"] ?? Infinity];
  const why = wrongOf(rule, id, fields, top);
  if (why) return refuse(why);
  const sound = {
    ...rule,
    id: (rule["id"] as string | undefined) ?? place,
    from: from === -Infinity ? from : momentOf(from),
    until: until === Infinity ? until : momentOf(until, true),
    queries: (rule["queries"] as string[] | undefined)?.flatMap(keysOf),
  } as unknown as SoundRule;
  if (sound.from > sound.until) return refuse(words.backwards(id));
  if (rule["days"] !== undefined && rule["what"] !== "bought") problems.push(words.idleDays(id));
  return sound;
}

/** What a schema cannot say: dates that are none, fields that nobody knows, and numbers that do not fit together. */
function wrongOf(rule: PlainObject, id: string, fields: Fields, { top = Infinity }: PlainObject): PolicyProblem | null {
  const matched = Object.entries((rule["match"] ?? {}) as PlainObject).sort(([a], [b]) => (a < b ? -1 : 1));
  const dates: [string, Plain][] = ["from", "until"].map((name) => [name, rule[name]]);
  for (const [field, condition] of matched)
    if (isPlainObject(condition))
      for (const name of ["before", "after"]) dates.push([`match.${field}.${name}`, condition[name]]);
  const odd = dates.find(([, date]) => date !== undefined && Number.isNaN(momentOf(date)));
  if (odd) return words.noDate(id, odd[0], words.shown(odd[1]));
  const unknown = fieldsNamed(rule).find((field) => !fields.has(field));
  if (unknown !== undefined) return words.unknownField(id, unknown, [...fields.keys()]);
  const {
    kind,
    least,
    first,
    most,
    in: places,
  } = rule as Record<"least" | "first" | "most" | "in", number> & PlainObject;
  if (kind === "minimum" && least > first)
    return words.wrongValue(id, "least", `at most \`first\` (${first})`, String(least));
  const window = Math.min(places, first ?? (top as number));
  if (kind === "cap" && most >= window)
    return words.wrongValue(
      id,
      "most",
      `below ${window}, the places in a row that it is for`,
      `${most}, which nothing exceeds`,
    );
  return null;
}

/** A fault in words. A rule of which several properties are unknown is told of the first alone. */
function said({ kind, path, name = "", schema, value }: Fault, rule: string | null): PolicyProblem {
  if (kind === "unknown") return words.unknownName(rule, path, name, Object.keys(schema.properties ?? {}));
  if (kind === "missing") return words.missing(rule, name, describe(schema.properties?.[name]));
  // Of a rule as a whole it is what it must have one of.
  if (path === "") return words.missing(rule, "item", "one of `item` (an id) and `match`, not both");
  return words.wrongValue(rule, path, describe(schema), words.shown(value));
}

const describe = (schema: Schema | undefined) =>
  schema?.description ?? (schema?.type ? `of the type ${schema.type}` : "one of those that there are");
