// What a definition may say, as JSON Schema (2020-12): published as `reshelf/policy.schema.json`, and what the checker itself goes by, so
// that editors and the package agree. Every description goes on the words "`name` is".

/** The few keywords that are used here. */
export interface Schema {
  readonly type?: "string" | "number" | "integer" | "boolean" | "array" | "object";
  readonly description?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false | Schema;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

/** The most rules of a definition, items of a list, and places that a rule may speak of. */
export const MOST_RULES = 500;
const MOST_ITEMS = 10_000;
const MOST_PLACES = 1_000_000;
const SLOTS = ["home", "category", "search", "product", "cart", "new", "group-buy", "sponsored", "notes", "help"];

const text = (description: string): Schema => ({ type: "string", minLength: 1, maxLength: 1024, description });
const list = (items: Schema, what: string, most = MOST_ITEMS): Schema => ({
  ...{ type: "array", minItems: 1, maxItems: most, description: `a list of 1 to ${most} ${what}` },
  items,
});
const places = (description: string): Schema => ({ type: "integer", minimum: 1, maximum: MOST_PLACES, description });
const weight: Schema = {
  ...{ type: "number", exclusiveMinimum: 0, maximum: 1000 },
  description: "a number above 0, in spreads of the list's scores, up to 1000",
};
const id: Schema = {
  anyOf: [text("an id"), { type: "integer" }],
  description: "an id: text or a whole number",
};
const moment: Schema = {
  anyOf: [
    { type: "number" },
    {
      type: "string",
      pattern: "^\\d{4}-\\d\\d-\\d\\d([Tt ]\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?([Zz]|[+-]\\d\\d:?\\d\\d)?)?$",
    },
  ],
  description: 'a date such as "2026-12-24", or milliseconds since 1970',
};
const scalar: Schema = {
  anyOf: [{ type: "string", maxLength: 1024 }, { type: "number" }, { type: "boolean" }],
  description: "text, a number, true or false",
};
const condition: Schema = {
  anyOf: [
    scalar,
    list(scalar, "values"),
    {
      ...{ type: "object", additionalProperties: false, minProperties: 1 },
      properties: {
        atLeast: { type: "number" },
        atMost: { type: "number" },
        before: moment,
        after: moment,
        has: { type: "boolean" },
      },
    },
  ],
  description: "a value, a list of values, or an object of atLeast, atMost, before, after and has",
};
const match: Schema = {
  ...{ type: "object", minProperties: 1, properties: { ids: list(id, "ids") } },
  additionalProperties: condition,
  description: 'an object with at least one condition, such as { brand: "Zen" } or { ids: ["a"] }',
};
const field = text("the name of a field");
const days: Schema = {
  ...{ type: "number", exclusiveMinimum: 0, maximum: 36_500 },
  description: "a number of days, above 0",
};

const fading = { field, "halfLifeDays*": days, "by*": weight };

/** What every rule may have. */
const COMMON: Readonly<Record<string, Schema>> = {
  id: text("text, the rule's own id"),
  name: text("text, for people"),
  from: moment,
  until: moment,
  pages: list(text("a page"), "names of pages"),
  segments: list(text("a segment"), "names of segments"),
  queries: list({ ...text("a query"), pattern: "[\\p{Alphabetic}\\p{N}]" }, "queries, each with a letter or a number"),
};

/** What a kind of rule has of its own; those with a star must be there. */
const rule = (own: Readonly<Record<string, Schema>>, kind: string): Schema => ({
  type: "object",
  properties: {
    kind: { const: kind },
    ...COMMON,
    ...Object.fromEntries(Object.entries(own).map(([name, schema]) => [name.replace("*", ""), schema])),
  },
  required: ["kind", ...Object.keys(own).flatMap((name) => (name.endsWith("*") ? name.slice(0, -1) : []))],
  additionalProperties: false,
});

const kinds: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {
  pin: { item: id, match, "position*": places("a position, counted from 1") },
  hide: { "match*": match },
  boost: { "match*": match, "by*": weight, field },
  bury: { "match*": match, "by*": weight, field },
  filter: {
    "what*": {
      enum: ["soldOut", "hidden", "ageRestricted", "bought"],
      description: '"soldOut", "hidden", "ageRestricted" or "bought"',
    },
    days,
  },
  cap: {
    "field*": field,
    "most*": places("a number of candidates, from 1"),
    "in*": places("a number of places in a row, from 1"),
    first: places("a number of first places, from 1"),
  },
  minimum: {
    "match*": match,
    "least*": places("a number of candidates, from 1"),
    "first*": places("a number of first places, from 1"),
  },
  seenDecay: { "by*": weight, most: places("a number of impressions, from 1") },
  strength: {
    "percent*": {
      type: "number",
      minimum: 0,
      maximum: 100,
      description: "a number from 0 (the server's order) to 100",
    },
  },
  maxMoves: {
    "places*": { type: "integer", minimum: 0, maximum: MOST_PLACES, description: "a number of places, from 0" },
  },
  freshness: fading,
  ending: fading,
  rotation: { "by*": weight, match, seed: text('"day", "hour" or a text of your own') },
  sponsored: {
    "positions*": list(places("a position, counted from 1"), "positions, counted from 1", 100),
    bid: field,
    match,
    floor: {
      ...{ type: "object", minProperties: 1, additionalProperties: false },
      properties: { rank: places("a rank"), share: { type: "number", exclusiveMinimum: 0, maximum: 1 } },
      description: "an object of rank (from 1) or share (above 0, up to 1)",
    },
  },
  diversify: {
    "how*": { enum: ["mmr", "dpp", "calibrate"], description: '"mmr", "dpp" or "calibrate"' },
    "amount*": { type: "number", minimum: 0, maximum: 1, description: "a number from 0 (the score alone) to 1" },
    first: places("a number of first places, from 1"),
    window: { ...places("a number of placed items, from 1 to 1000"), maximum: 1000 },
    field,
  },
  query: { "by*": weight, fields: list(field, "names of fields", 10) },
  exposure: { field },
};

/** A rule's schema by its kind. */
export const RULES: Readonly<Record<string, Schema>> = /* @__PURE__ */ Object.fromEntries(
  Object.entries(kinds).map(([kind, own]) => [
    kind,
    { ...rule(own, kind), ...(kind === "pin" && { oneOf: [{ required: ["item"] }, { required: ["match"] }] }) },
  ]),
);

/** What a definition has beside its rules. */
export const PROPERTIES: Readonly<Record<string, Schema>> = {
  $schema: text("the address of the schema, for editors"),
  name: text("text, for people"),
  slot: {
    enum: SLOTS,
    description: `the name of a preset: ${SLOTS.join(", ")}`,
  },
  fields: {
    ...{ type: "object", additionalProperties: text("the name of a field") },
    description: 'an object of names, such as { brand: "vendor.name" }',
  },
  top: places("a number of places, from 1"),
  rules: { type: "array", maxItems: MOST_RULES, description: `a list of up to ${MOST_RULES} rules` },
};

/** The whole, as it is published. */
export const schema = () => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "A policy of reshelf/slate",
  type: "object",
  properties: {
    ...PROPERTIES,
    rules: { ...PROPERTIES["rules"], items: { oneOf: Object.values(RULES) } },
  },
  additionalProperties: false,
});
