// `policy.check`: what is wrong with a policy is said, with the rule and the way out, and the rest works; and the schema says the same.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { policy } from "../dist/slate/index.js";

const schema = JSON.parse(readFileSync(new URL("../dist/slate/policy.schema.json", import.meta.url), "utf8"));

/** A validator of the keywords that the schema uses, written for this test alone. It throws where it meets another. */
function valid(value, schema) {
  const types = {
    string: () => typeof value === "string",
    number: () => typeof value === "number",
    integer: () => Number.isInteger(value),
    boolean: () => typeof value === "boolean",
    array: () => Array.isArray(value),
    object: () => typeof value === "object" && value !== null && !Array.isArray(value),
  };
  const [isText, isNumber, isList] = ["string", "number", "array"].map((type) => types[type]());
  const keywords = {
    type: (type) => types[type](),
    const: (only) => value === only,
    enum: (all) => all.includes(value),
    anyOf: (all) => all.some((each) => valid(value, each)),
    oneOf: (all) => all.filter((each) => valid(value, each)).length === 1,
    required: (names) => !types.object() || names.every((name) => Object.hasOwn(value, name)),
    minProperties: (least) => !types.object() || Object.keys(value).length >= least,
    properties: (of) =>
      !types.object() ||
      Object.entries(of).every(([name, each]) => !Object.hasOwn(value, name) || valid(value[name], each)),
    additionalProperties: (each) =>
      !types.object() ||
      Object.keys(value).every(
        (name) => Object.hasOwn(schema.properties ?? {}, name) || (each !== false && valid(value[name], each)),
      ),
    items: (each) => !isList || value.every((item) => valid(item, each)),
    minItems: (least) => !isList || value.length >= least,
    maxItems: (most) => !isList || value.length <= most,
    minimum: (least) => !isNumber || value >= least,
    exclusiveMinimum: (bound) => !isNumber || value > bound,
    maximum: (most) => !isNumber || value <= most,
    minLength: (least) => !isText || value.length >= least,
    maxLength: (most) => !isText || value.length <= most,
    pattern: (pattern) => !isText || new RegExp(pattern, "u").test(value),
    description: () => true,
    title: () => true,
    $schema: () => true,
  };
  return Object.entries(schema).every(([keyword, of]) => {
    if (!keywords[keyword]) throw new Error(`the schema has a keyword that the test does not know: ${keyword}`);
    return keywords[keyword](of);
  });
}

const match = { brand: "Zen" };

/** A sound rule of each kind, with all that it may have. */
const GOOD = [
  { kind: "pin", item: "a", position: 1 },
  { kind: "pin", item: 7, position: 1_000_000 },
  { kind: "pin", match, position: 3 },
  { kind: "hide", match: { ids: ["a", 7] } },
  { kind: "hide", match: { price: { atLeast: 1, atMost: 9.5 }, date: { before: "2026-12-24", after: 0 } } },
  { kind: "hide", match: { tags: ["new", 1, true], stock: 0, hidden: true, rating: { has: false } } },
  { kind: "boost", match, by: 0.5 },
  { kind: "bury", match, by: 1000 },
  { kind: "boost", match: { progress: { has: true } }, by: 2, field: "progress" },
  { kind: "ending", halfLifeDays: 1, by: 1 },
  { kind: "ending", field: "ends", halfLifeDays: 0.25, by: 1 },
  { kind: "filter", what: "soldOut" },
  { kind: "filter", what: "hidden" },
  { kind: "filter", what: "ageRestricted", segments: ["minor"] },
  { kind: "filter", what: "bought", days: 0.5 },
  { kind: "cap", field: "brand", most: 2, in: 6 },
  { kind: "cap", field: "brand", most: 2, in: 6, first: 24 },
  { kind: "minimum", match, least: 3, first: 12 },
  { kind: "seenDecay", by: 0.2 },
  { kind: "seenDecay", by: 0.2, most: 3 },
  { kind: "strength", percent: 0 },
  { kind: "strength", percent: 100 },
  { kind: "maxMoves", places: 0 },
  { kind: "freshness", halfLifeDays: 7, by: 1 },
  { kind: "freshness", field: "date", halfLifeDays: 7, by: 1 },
  { kind: "rotation", by: 0.1 },
  { kind: "rotation", by: 0.1, match, seed: "hour" },
  { kind: "sponsored", positions: [3] },
  { kind: "sponsored", positions: [3, 9], bid: "bid", match, floor: { rank: 20, share: 1 } },
  { kind: "diversify", how: "mmr", amount: 0 },
  { kind: "diversify", how: "dpp", amount: 1, first: 24, window: 12 },
  { kind: "diversify", how: "calibrate", amount: 0.3, field: "brand" },
  { kind: "query", by: 1 },
  { kind: "query", by: 1, fields: ["title", "brand"] },
  { kind: "exposure" },
  { kind: "exposure", field: "rating" },
  {
    kind: "hide",
    match,
    id: "x",
    name: "For Anna",
    from: "2026-12-24",
    until: "2026-12-24T18:30:00.5+01:00",
    pages: ["home"],
  },
  { kind: "hide", match, from: 0, until: 1e12 },
  { kind: "pin", item: "a", position: 1, queries: ["garden chair", "手机壳", "7"] },
];

/** A rule that is wrong, the code of what is, and what the message must say. */
const BAD = [
  [{ kind: "pinn", item: "a", position: 1 }, "policy.kind", /did you mean `pin`/],
  [{ kind: "toString" }, "policy.kind", /there are boost, bury/],
  [{ item: "a", position: 1 }, "policy.kind", /undefined/],
  [{ kind: 7 }, "policy.kind", /7/],
  [7, "policy.value", /an object with a `kind`/],
  [null, "policy.value", /not null/],
  [[], "policy.value", /not an empty list/],
  ["hide", "policy.value", /not "hide"/],
  [{ kind: "pin", position: 1 }, "policy.missing", /`item`.*`match`/],
  [{ kind: "pin", item: "a", match, position: 1 }, "policy.missing", /not both/],
  [{ kind: "pin", item: "a" }, "policy.missing", /`position`.*counted from 1/],
  [{ kind: "pin", item: "a", position: 0 }, "policy.value", /`position`.*not 0/],
  [{ kind: "pin", item: "a", position: 1.5 }, "policy.value", /not 1.5/],
  [{ kind: "pin", item: "", position: 1 }, "policy.value", /an id.*not ""/],
  [{ kind: "pin", item: "a", positon: 1, position: 1 }, "policy.unknown", /did you mean `position`/],
  [{ kind: "hide" }, "policy.missing", /`match`/],
  [{ kind: "hide", match: {} }, "policy.value", /not an empty object/],
  [{ kind: "hide", match: [] }, "policy.value", /`match`/],
  [{ kind: "hide", match: "Zen" }, "policy.value", /not "Zen"/],
  [{ kind: "hide", match: { ids: [] } }, "policy.value", /`match.ids`.*an empty list/],
  [{ kind: "hide", match: { ids: "a" } }, "policy.value", /`match.ids`/],
  [{ kind: "hide", match: { price: {} } }, "policy.value", /`match.price`/],
  [{ kind: "hide", match: { price: { atleast: 1 } } }, "policy.value", /an object of atleast/],
  [{ kind: "hide", match: { price: { atLeast: "1" } } }, "policy.value", /`match.price`/],
  [{ kind: "hide", match: { price: null } }, "policy.value", /not null/],
  [{ kind: "boost", match, by: 0 }, "policy.value", /`by`.*above 0/],
  [{ kind: "boost", match, by: -1 }, "policy.value", /not -1/],
  [{ kind: "bury", match, by: 1e9 }, "policy.value", /1000000000/],
  [{ kind: "bury", match, by: "1" }, "policy.value", /not "1"/],
  [{ kind: "filter", what: "soldout" }, "policy.value", /"soldOut"/],
  [{ kind: "filter", what: "bought", days: 0 }, "policy.value", /`days`/],
  [{ kind: "cap", field: "brand", most: 2, in: 0 }, "policy.value", /`in`.*not 0/],
  [{ kind: "cap", field: "brand", most: 0, in: 6 }, "policy.value", /`most`/],
  [{ kind: "cap", field: 7, most: 1, in: 6 }, "policy.value", /`field`/],
  [{ kind: "cap", most: 1, in: 6 }, "policy.missing", /`field`/],
  [{ kind: "minimum", match, least: 1 }, "policy.missing", /`first`/],
  [{ kind: "strength", percent: 101 }, "policy.value", /0 \(the server's order\) to 100/],
  [{ kind: "strength", percent: -1 }, "policy.value", /not -1/],
  [{ kind: "maxMoves", places: -1 }, "policy.value", /`places`/],
  [{ kind: "freshness", halfLifeDays: 0, by: 1 }, "policy.value", /`halfLifeDays`/],
  [{ kind: "ending", by: 1 }, "policy.missing", /`halfLifeDays`/],
  [{ kind: "boost", match, by: 1, field: "" }, "policy.value", /`field`/],
  [{ kind: "rotation", by: 1, seed: "" }, "policy.value", /`seed`/],
  [{ kind: "sponsored", positions: [] }, "policy.value", /`positions`/],
  [{ kind: "sponsored", positions: [0] }, "policy.value", /`positions`/],
  [{ kind: "sponsored", positions: Array(101).fill(1) }, "policy.value", /`positions`/],
  [{ kind: "sponsored", positions: [1], floor: {} }, "policy.value", /`floor`/],
  [{ kind: "sponsored", positions: [1], floor: { share: 0 } }, "policy.value", /`floor.share`/],
  [{ kind: "diversify", how: "MMR", amount: 1 }, "policy.value", /"mmr"/],
  [{ kind: "diversify", how: "mmr", amount: 2 }, "policy.value", /`amount`/],
  [{ kind: "diversify", how: "mmr", amount: 1, window: 0 }, "policy.value", /`window`.*not 0/],
  [{ kind: "query" }, "policy.missing", /`by`/],
  [{ kind: "query", by: 1, fields: [] }, "policy.value", /`fields`.*1 to 10/],
  [{ kind: "query", by: 1, fields: "title" }, "policy.value", /`fields`/],
  [{ kind: "query", by: 1, fields: Array(11).fill("title") }, "policy.value", /`fields`/],
  [{ kind: "exposure", by: 1 }, "policy.unknown", /no `by`/],
  [{ kind: "hide", match, id: 7 }, "policy.value", /`id`/],
  [{ kind: "hide", match, pages: "home" }, "policy.value", /`pages`/],
  [{ kind: "hide", match, segments: [1] }, "policy.value", /`segments`/],
  [{ kind: "hide", match, queries: "mug" }, "policy.value", /`queries` is a list/],
  [{ kind: "hide", match, queries: [] }, "policy.value", /`queries`.*an empty list/],
  [{ kind: "hide", match, queries: ["mug", "?!"] }, "policy.value", /`queries`.*a letter or a number/],
  [{ kind: "hide", match, querys: ["mug"] }, "policy.unknown", /no `querys`: did you mean `queries`/],
  [{ kind: "hide", match, from: "soon" }, "policy.value", /`from` is a date.*not "soon"/],
  [{ kind: "hide", match, until: {} }, "policy.value", /`until`/],
];

/** What no schema can say: the checker alone refuses it. */
const BEYOND = [
  [{ kind: "hide", match, from: "2026-02-30" }, "policy.date", /no date \("2026-02-30"\)/],
  [{ kind: "hide", match, from: "2026-13-01" }, "policy.date", /no date/],
  [{ kind: "hide", match, until: "2026-01-01T25:00:00Z" }, "policy.date", /`until`/],
  [{ kind: "hide", match, from: 1e300 }, "policy.date", /`from`/],
  [{ kind: "hide", match, from: 2, until: 1 }, "policy.date", /before it begins/],
  [{ kind: "hide", match: { date: { before: "2026-00-10" } } }, "policy.date", /`match.date.before`/],
  [{ kind: "hide", match: { brnd: "Zen" } }, "policy.field", /did you mean `brand`.*fields: \{ "brnd"/],
  [{ kind: "cap", field: "colour", most: 1, in: 2 }, "policy.field", /there is no field `colour`/],
  [{ kind: "sponsored", positions: [1], bid: "offer" }, "policy.field", /`offer`/],
  [{ kind: "query", by: 1, fields: ["title", "headline"] }, "policy.field", /`headline`/],
  [{ kind: "boost", match, by: 1, field: "progres" }, "policy.field", /did you mean `progress`/],
  [{ kind: "ending", field: "closes", halfLifeDays: 1, by: 1 }, "policy.field", /`closes`/],
  [{ kind: "exposure", field: "expsure" }, "policy.field", /did you mean `exposure`/],
  [{ kind: "cap", field: "brand", most: 6, in: 6 }, "policy.value", /`most` is below 6.*not 6, which nothing exceeds/],
  [{ kind: "cap", field: "brand", most: 3, in: 6, first: 3 }, "policy.value", /`most` is below 3/],
  [{ kind: "minimum", match, least: 3, first: 2 }, "policy.value", /at most `first` \(2\)/],
];

/** What JSON cannot hold. */
const cycle = { kind: "hide", match: {} };
cycle.match.brand = cycle;
const throwing = Object.defineProperty({ kind: "hide" }, "match", {
  enumerable: true,
  get() {
    throw new Error("no");
  },
});
const proxy = new Proxy(
  {},
  {
    ownKeys: () => {
      throw new Error("no");
    },
  },
);
const ODD = [
  [{ kind: "boost", match, by: NaN }, "policy.value", /not NaN/],
  [{ kind: "boost", match, by: Infinity }, "policy.value", /not Infinity/],
  [{ kind: "hide", match, from: new Date(NaN) }, "policy.value", /not NaN/],
  [{ kind: "hide", match: { brand: () => true } }, "policy.value", /not a function/],
  [{ kind: "hide", match: { brand: Symbol("x") } }, "policy.value", /`match.brand`/],
  [cycle, "policy.unreadable", /leads back to itself/],
  [throwing, "policy.unreadable", /reading it threw/],
  [proxy, "policy.unreadable", /reading it threw/],
  [{ kind: "hide", match: { ids: Array(60_000).fill("a") } }, "policy.unreadable", /50000 parts/],
  [Object.create({ kind: "hide", match }), "policy.kind", /kind/],
];

test("a sound rule of every kind has no problem, and the schema says so, too", () => {
  for (const rule of GOOD) {
    const text = JSON.stringify(rule);
    assert.deepEqual(policy.check({ rules: [rule] }), [], text);
    assert.ok(valid(JSON.parse(JSON.stringify({ rules: [rule] })), schema), text);
  }
  assert.deepEqual(policy(JSON.parse(JSON.stringify({ rules: GOOD }))).rules.length, GOOD.length);
});

for (const [kind, table, judge] of [
  ["by the schema, too", BAD, (rule) => assert.equal(valid({ rules: [rule] }, schema), false, JSON.stringify(rule))],
  [
    "by the checker alone",
    BEYOND,
    (rule) => assert.equal(valid({ rules: [rule] }, schema), true, JSON.stringify(rule)),
  ],
  ["though no JSON", ODD, () => undefined],
])
  test(`a bad rule is refused with a code, its name and the way out (${kind}), and the rules beside it work`, () => {
    for (const [rule, code, says] of table) {
      const made = policy({
        rules: [{ id: "before", kind: "hide", match }, rule, { id: "after", kind: "hide", match }],
      });
      assert.deepEqual(
        made.problems.map(({ code, rule }) => [code, rule]),
        [[code, typeof rule?.id === "string" ? rule.id : "rules[1]"]],
      );
      const [{ message }] = made.problems;
      assert.match(message, says);
      assert.match(message, /[Rr]ule `.*left out\.$/);
      assert.deepEqual(made.rules, ["before", "after"]);
      judge(rule);
    }
  });

test("a bad definition is refused piece by piece", () => {
  const good = { rules: [{ id: "r", kind: "hide", match }] };
  for (const [definition, code, says, rules] of [
    [null, "policy.definition", /A policy is an object/, []],
    [undefined, "policy.definition", /object/, []],
    ["{}", "policy.definition", /object/, []],
    [[], "policy.definition", /object/, []],
    [() => 1, "policy.definition", /object/, []],
    [proxy, "policy.unreadable", /reading it threw/, []],
    [{ rule: [] }, "policy.unknown", /did you mean `rules`/, []],
    [{ rules: {} }, "policy.value", /`rules` is a list of rules, not an empty object/, []],
    [{ rules: "all" }, "policy.value", /not "all"/, []],
    [{ rules: null }, "policy.value", /not null/, []],
    [{ ...good, top: 0 }, "policy.value", /`top`.*not 0/, ["r"]],
    [{ ...good, name: "" }, "policy.value", /`name`/, ["r"]],
    [{ ...good, slot: "serch" }, "policy.value", /home, category/, ["r"]],
    [{ ...good, slot: "constructor" }, "policy.value", /`slot`/, ["r"]],
    [{ ...good, fields: { brand: "" } }, "policy.value", /`fields.brand`/, ["r"]],
    [{ ...good, fields: { brand: (item) => item.brand } }, "policy.value", /`fields.brand`.*a function/, ["r"]],
    [{ ...good, fields: [] }, "policy.value", /`fields`/, ["r"]],
    [{ ...good, __proto__: null, extra: 1 }, "policy.unknown", /`extra`/, ["r"]],
    [{ rules: [...good.rules, ...good.rules] }, "policy.duplicate", /Rule `r` stands twice/, ["r"]],
  ]) {
    const made = policy(definition);
    assert.deepEqual(
      made.problems.map(({ code }) => code),
      [code],
    );
    assert.match(made.problems[0].message, says);
    assert.deepEqual(made.rules, rules);
    assert.deepEqual(policy.check(definition), made.problems);
  }
  const throws = {
    ...good,
    get top() {
      throw new Error("no");
    },
  };
  assert.deepEqual([policy(throws).problems[0].code, policy(throws).rules], ["policy.unreadable", ["r"]]);
});

test("of 10,000 rules the first 500 count, and a list that says it is longer than it is costs no more", () => {
  const rules = Array.from({ length: 10_000 }, (_, at) => ({ id: `r${at}`, kind: "hide", match }));
  for (const list of [rules, new Proxy(rules, { get: (of, name) => (name === "length" ? 2 ** 40 : of[name]) })]) {
    const made = policy({ rules: list });
    assert.deepEqual(
      made.problems.map(({ code }) => code),
      ["policy.many"],
    );
    assert.match(made.problems[0].message, /at most 500 rules/);
    assert.equal(made.rules.length, 500);
  }
  assert.equal(valid({ rules }, schema), false);
});

test("of a rule with two faults the first by the alphabet is told, in whatever order they are written", () => {
  for (const rule of [
    { kind: "boost", match, by: 0, colour: 1 },
    { kind: "boost", colour: 1, by: 0, match },
  ])
    assert.match(policy.check({ rules: [rule] })[0].message, /`by` is a number above 0/);
  for (const match of [
    { zzz: 1, aaa: 1 },
    { aaa: 1, zzz: 1 },
  ])
    assert.match(policy.check({ rules: [{ kind: "hide", match }] })[0].message, /no field `aaa`/);
  const backwards = { kind: "filter", what: "hidden", days: 3, from: 2, until: 1 };
  assert.deepEqual(
    policy.check({ rules: [backwards] }).map(({ code }) => code),
    ["policy.date"],
  );
});

test("a cap that nothing exceeds in the first places that count is told; one that says its own `first` is not", () => {
  const cap = { id: "cap", kind: "cap", field: "brand", most: 3, in: 6 };
  const [problem] = policy.check({ top: 3, rules: [cap] });
  assert.deepEqual([problem.code, problem.rule], ["policy.value", "cap"]);
  assert.match(problem.message, /`most` is below 3/);
  assert.deepEqual(policy.check({ top: 4, rules: [cap] }), []);
  assert.deepEqual(policy.check({ top: 3, rules: [{ ...cap, first: 12 }] }), []);
  assert.deepEqual(policy.check({ top: 3, rules: [{ kind: "minimum", match, least: 4, first: 12 }] }), []);
});

test("days of a filter that has none are said to count for nothing, and it filters", () => {
  const made = policy({ rules: [{ id: "gone", kind: "filter", what: "soldOut", days: 30 }] });
  assert.deepEqual(made.rules, ["gone"]);
  assert.deepEqual(
    made.problems.map(({ code, rule }) => [code, rule]),
    [["policy.value", "gone"]],
  );
  assert.match(made.problems[0].message, /`days` is for `what: "bought"` alone/);
});

test("a policy is frozen, and options of the wrong kind are said and count as not given", () => {
  const made = policy(
    { rules: [{ kind: "hide", match }] },
    { page: 7, segments: "vip", now: "soon", taste: [], fields: 3 },
  );
  assert.deepEqual(
    made.problems.map(({ code }) => code),
    Array(5).fill("policy.option"),
  );
  assert.ok(Object.isFrozen(made) && Object.isFrozen(made.problems) && Object.isFrozen(made.rules));
  assert.ok(made.problems.every(Object.isFrozen));
  assert.deepEqual(policy({}, { fields: { brand: 7, price: (item) => item.cost } }).problems.length, 1);
  assert.deepEqual(policy({}, { page: null, segments: null, now: new Date(0), fields: null }).problems, []);
  assert.equal(policy({}).with({ page: 7 }).problems.length, 1);
  for (const odd of [new Map([["page", "home"]]), new Set(), [], new Date(), Promise.resolve({}), "home", 7, () => 1]) {
    const [problem, ...others] = policy({}).with(odd).problems;
    assert.deepEqual([problem?.code, others], ["policy.option", []], String(odd));
    assert.match(problem.message, /`options` is an object/);
    assert.equal(policy({}, { taste: odd }).problems.length, 1, String(odd));
    assert.equal(policy({}, { fields: odd }).problems.length, 1, String(odd));
    assert.deepEqual(
      policy.check(odd).map(({ code }) => code),
      ["policy.definition"],
    );
  }
  for (const sound of [{}, Object.create(null), Object.create({ page: "home" }), null, undefined, new (class {})()])
    assert.deepEqual(policy({}).with(sound).problems, []);
  for (const [options, says] of [
    [{ pgae: "home" }, /no option `pgae`: did you mean `page`\?/],
    [{ feilds: {} }, /did you mean `fields`/],
    [{ colour: "red" }, /there are fields, now, order, page, /],
    ["home", /`options` is an object/],
    [7, /`options` is an object/],
  ]) {
    const [{ code, message }, ...others] = policy({}, options).problems;
    assert.equal(code, "policy.option");
    assert.match(message, says);
    assert.deepEqual(others, []);
  }
  assert.match(policy({}).with({ segment: ["vip"] }).problems[0].message, /did you mean `segments`/);
  assert.match(policy({}).with({ fields: {} }).problems[0].message, /no option `fields`/);
  assert.deepEqual(
    policy(
      {},
      new Proxy(
        {},
        {
          get: () => {
            throw new Error("no");
          },
        },
      ),
    ).problems,
    [],
  );
});

test("a field is known once the definition or an accessor says how it is read", () => {
  const definition = { fields: { colour: "look.colour" }, rules: [{ kind: "hide", match: { colour: "red" } }] };
  assert.deepEqual(policy.check(definition), []);
  assert.deepEqual(policy.check({ rules: definition.rules }, { fields: { colour: () => "red" } }), []);
  assert.equal(policy.check({ rules: definition.rules })[0].code, "policy.field");
});

test("presets stand behind the definition's own rules, and give way to what it says of the same", () => {
  assert.deepEqual(policy({ slot: "home" }).rules, ["home/diversify", "home/seen"]);
  const own = { id: "mine", kind: "diversify", how: "mmr", amount: 0.1 };
  assert.deepEqual(policy({ slot: "home", rules: [own] }).rules, ["mine", "home/seen"]);
  // One that does not always count takes its place where it does.
  for (const when of [{ pages: ["x"] }, { queries: ["mug"] }, { until: "2020-01-01" }, { segments: ["vip"] }])
    assert.deepEqual(policy({ slot: "home", rules: [{ ...own, ...when }] }).rules, [
      "mine",
      "home/diversify",
      "home/seen",
    ]);
  const other = { id: "mine", kind: "cap", field: "category", most: 1, in: 2 };
  assert.deepEqual(policy({ slot: "category", rules: [other] }).rules, ["mine", "category/brand"]);
  for (const slot of schema.properties.slot.enum) {
    assert.deepEqual(policy.check({ slot }), []);
    assert.notDeepEqual(policy({ slot }).rules, []);
  }
});

test("what is no plain data is told wherever it stands", () => {
  const rule = { id: "r", kind: "hide", match: { brand: "Zen" } };
  for (const odd of [
    new Map([["brand", "vendor.name"]]),
    Promise.resolve({ brand: "vendor.name" }),
    new Set(["brand"]),
  ]) {
    assert.deepEqual(
      policy.check({ fields: odd, rules: [rule] }).map(({ code }) => code),
      ["policy.value"],
    );
    assert.deepEqual(
      policy.check({ rules: [{ ...rule, match: odd }] }).map(({ rule: of }) => of),
      ["r"],
    );
  }
});
