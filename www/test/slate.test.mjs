// Policies over lists: each kind of rule by a table, conditions, fields, and what is told of a list.
import assert from "node:assert/strict";
import { test } from "node:test";
import { policy } from "../dist/slate/index.js";
import { readProgram } from "./arrange_reference.mjs";
import { slate } from "./slate_lists.mjs";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 11, 24, 12);

/** Candidates of these brands, with ids from a on. */
const items = (...brands) => brands.map((brand, at) => ({ id: String.fromCharCode(97 + at), brand }));
const six = items("Zen", "Oak", "Zen", "Oak", "Zen", "Ash");
const but = (at, more) => six.map((item, place) => (place === at ? { ...item, ...more } : item));
/** One apart: their spread is 1.5. */
const rising = [0, 1, 2, 3, 4, 5];
const falling = [5, 4, 3, 2, 1, 0];
const zen = { brand: "Zen" };
const only = (id) => ({ ids: [id] });

/** A policy that has nothing wrong. */
function sound(definition, options = { now: NOW }) {
  const made = policy(definition, options);
  assert.deepEqual(made.problems, []);
  return made;
}

/** The ids of a list under rules, as one text. */
const order = (rules, list = six, setting = {}, options = undefined) =>
  slate(sound({ rules }, options), list, setting).ids.join("");

test("each kind of rule does what it says", () => {
  const up = { scores: rising };
  const down = { scores: falling };
  const bought = { bought: [[1, NOW - DAY], [2, NOW - 3 * DAY], [3, NOW - 31 * DAY]] }; // biome-ignore format: pairs
  for (const [rules, expected, setting = {}, list = six] of [
    [[], "abcdef"],
    [[], "fedcba", up],
    [[{ kind: "pin", item: "c", position: 1 }], "cabdef"],
    [[{ kind: "pin", item: " c ", position: 2 }], "acbdef"],
    [[{ kind: "pin", item: "c", position: 99 }], "abdefc"],
    [[{ kind: "pin", item: "nobody", position: 1 }], "abcdef"],
    [[{ kind: "pin", match: zen, position: 4 }], "fdceba", up],
    [
      [
        { kind: "pin", match: zen, position: 1 },
        { kind: "pin", match: zen, position: 2 },
      ],
      "ecfdba",
      up,
    ],
    [[{ kind: "hide", match: zen }], "bdf"],
    [[{ kind: "hide", match: { ids: ["b", "f"] } }], "acde"],
    [[{ kind: "hide", match: { ids: ["b", "c"], ...zen } }], "abdef"],
    [[{ kind: "boost", match: only("f"), by: 1 }], "abcdfe", down],
    [
      [
        { kind: "boost", match: only("f"), by: 1 },
        { kind: "boost", match: { brand: "Ash" }, by: 1 },
      ],
      "abcfde",
      down,
    ],
    [[{ kind: "bury", match: only("a"), by: 1 }], "bacdef", down],
    [[{ kind: "bury", match: only("a"), by: 1000 }], "bcdefa", down],
    [[{ kind: "filter", what: "soldOut" }], "acdef", {}, but(1, { stock: "0" })],
    [[{ kind: "filter", what: "soldOut" }], "acdef", {}, but(1, { availability: "https://schema.org/OutOfStock" })],
    [[{ kind: "filter", what: "soldOut" }], "acdef", {}, but(1, { inStock: false })],
    [[{ kind: "filter", what: "soldOut" }], "abcdef", {}, but(1, { stock: 12, availability: "out of stock" })],
    [[{ kind: "filter", what: "hidden" }], "acdef", {}, but(1, { hidden: "yes" })],
    [[{ kind: "filter", what: "hidden" }], "abcdef", {}, but(1, { hidden: "no" })],
    [[{ kind: "filter", what: "ageRestricted" }], "acdef", {}, but(1, { adult: 1 })],
    [[{ kind: "filter", what: "bought", days: 2 }], "acdef", bought],
    [[{ kind: "filter", what: "bought" }], "adef", bought],
    [[{ kind: "cap", field: "brand", most: 1, in: 3, first: 3 }], "abfcde"],
    [[{ kind: "cap", field: "brand", most: 1, in: 2 }], "adbfce", {}, but(1, zen)],
    [[{ kind: "minimum", match: { brand: "Ash" }, least: 1, first: 2 }], "afbcde"],
    [[{ kind: "seenDecay", by: 1 }], "bacdef", { ...down, shown: [0] }],
    [[{ kind: "seenDecay", by: 1, most: 2 }], "bcadef", { ...down, shown: [0, 0, 0, 0, 0] }],
    [[{ kind: "strength", percent: 0 }], "abcdef", up],
    [[{ kind: "strength", percent: 40 }], "abcdef", up],
    [[{ kind: "strength", percent: 60 }], "fedcba", up],
    [[{ kind: "strength", percent: 100 }], "fedcba", up],
    [
      [
        { kind: "strength", percent: 0 },
        { kind: "strength", percent: 100 },
      ],
      "abcdef",
      up,
    ],
    [[{ kind: "maxMoves", places: 0 }], "abcdef", up],
    [[{ kind: "maxMoves", places: 1 }], "badcfe", up],
    [[{ kind: "freshness", halfLifeDays: 1, by: 2 }], "bacdef", down, but(1, { date: "2026-12-24" })],
    [[{ kind: "freshness", halfLifeDays: 1, by: 2 }], "abcdef", down, but(1, { created_at: "2026-11-24T10:00:00Z" })],
    [[{ kind: "ending", halfLifeDays: 1, by: 2 }], "bacdef", down, but(1, { ends: "2026-12-24" })],
    [[{ kind: "ending", halfLifeDays: 1, by: 2 }], "abcdef", down, but(1, { endsAt: "2027-12-24" })],
    [[{ kind: "ending", halfLifeDays: 1, by: 2 }], "acdbef", down, but(1, { ends: NOW - 1 })],
    [
      [{ kind: "boost", match: { progress: { has: true } }, by: 2, field: "progress" }],
      "bacdef",
      down,
      but(1, { progress: "0.9" }),
    ],
    [
      [{ kind: "boost", match: { progress: { has: true } }, by: 2, field: "progress" }],
      "bacdef",
      down,
      but(1, { progress: 1e9 }),
    ],
    [
      [{ kind: "boost", match: { progress: { has: true } }, by: 2, field: "progress" }],
      "abcdef",
      down,
      but(1, { progress: 0.1 }),
    ],
    [[{ kind: "boost", match: only("b"), by: 1000, field: "progress" }], "abcdef", down, but(1, { progress: -1 })],
    [[{ kind: "boost", match: only("b"), by: 1000, field: "progress" }], "abcdef", down],
    [[{ kind: "sponsored", positions: [2] }], "aebcdf", {}, but(4, { bid: "0.40" })],
    [[{ kind: "sponsored", positions: [2], floor: { rank: 4 } }], "abcdef", {}, but(4, { bid: 1 })],
    [[{ kind: "sponsored", positions: [2], floor: { share: 0.8 } }], "aebcdf", {}, but(4, { bid: 1 })],
    [[{ kind: "sponsored", positions: [2], match: { brand: "Oak" } }], "abcdef", {}, but(4, { bid: 1 })],
  ])
    assert.equal(order(rules, list, setting), expected, JSON.stringify(rules));
});

test("a match compares text, numbers, dates and lists, and what is missing meets nothing", () => {
  const tagged = but(1, { price: "12.50", tags: ["new", 5], date: new Date(NOW), hidden: false });
  for (const [match, hidden] of [
    [{ price: 12.5 }, true],
    [{ price: "12.50" }, true],
    [{ price: [1, 12.5] }, true],
    [{ price: { atLeast: 12.5, atMost: 12.5 } }, true],
    [{ price: { atLeast: 12.6 } }, false],
    [{ price: { has: true } }, true],
    [{ rating: { has: true } }, false],
    [{ rating: { has: false }, price: { has: true } }, true],
    [{ tags: "new" }, true],
    [{ tags: ["old", "5"] }, true],
    [{ tags: "ne" }, false],
    [{ date: { after: "2026-12-23" } }, true],
    [{ date: { after: "2026-12-24" } }, false],
    [{ date: { before: "2026-12-24" } }, false],
    [{ date: { before: "2026-12-25" } }, true],
    [{ hidden: false }, true],
    [{ brand: "oak" }, false],
    [{ brand: "Oak", price: 1 }, false],
  ]) {
    const expected = hidden ? "acdef" : "abcdef";
    assert.equal(order([{ kind: "hide", match: { ids: ["b"], ...match } }], tagged), expected, JSON.stringify(match));
  }
});

test("what a rule says itself of first places goes before `top`", () => {
  const zens = ["a", "c", "e"];
  const firsts = (rules) =>
    slate(sound({ top: 2, rules }), six)
      .ids.slice(0, 4)
      .filter((id) => zens.includes(id)).length;
  const buried = { kind: "bury", match: zen, by: 9 };
  assert.equal(firsts([buried]), 1);
  assert.equal(firsts([buried, { kind: "minimum", match: zen, least: 3, first: 4 }]), 3);
});

test("dates, pages, segments and queries say when a rule counts", () => {
  const rule = { kind: "hide", match: only("a") };
  for (const [more, context, counts] of [
    [{ from: "2026-12-24", until: "2026-12-24" }, {}, true],
    [{ until: "2026-12-23" }, {}, false],
    [{ until: "2026-12-24T11:59:59" }, {}, false],
    [{ from: "2026-12-24T13:30:00+02:00" }, {}, true],
    [{ from: "2026-12-25" }, {}, false],
    [{ from: NOW, until: NOW }, {}, true],
    [{ pages: ["home", "cart"] }, { page: "cart" }, true],
    [{ pages: ["home"] }, { page: "cart" }, false],
    [{ pages: ["home"] }, {}, false],
    [{ segments: ["vip"] }, { segments: ["new", "vip"] }, true],
    [{ segments: ["vip"] }, { segments: ["new"] }, false],
    [{ segments: ["vip"] }, {}, false],
    [{ queries: ["mug", "garden chair"] }, { query: " Chair, GÁRDEN!" }, true],
    [{ queries: ["Crème Brûlée"] }, { query: "brulee creme brulee" }, true],
    [{ queries: ["garden chair"] }, { query: "garden" }, false],
    [{ queries: ["garden"] }, { query: "garden chair" }, false],
    [{ queries: ["garden"] }, { query: "gardens" }, false],
    [{ queries: ["garden"] }, { query: "" }, false],
    [{ queries: ["garden"] }, {}, false],
    // A letter by Unicode, and yet no word: it is no query without words.
    [{ queries: ["\u0345"] }, {}, false],
    [{ queries: ["garden"], pages: ["home"] }, { query: "garden" }, false],
  ]) {
    const made = sound({ rules: [{ ...rule, ...more }] }).with(context);
    assert.equal(slate(made, six).ids.includes("a"), !counts, JSON.stringify([more, context]));
  }
  const made = sound({ rules: [{ ...rule, pages: ["home"], segments: ["vip"], from: NOW }] });
  const later = made.with({ page: "home" }).with({ segments: ["vip"], now: NOW + 1 });
  assert.equal(slate(later, six).ids.includes("a"), false, "what is left out stays as it is");
  assert.equal(slate(later.with({ now: new Date(NOW - 1) }), six).ids.includes("a"), true);
});

test("a weight means the same in every shop: the scores' own scale and place do not matter", () => {
  const rules = [
    { kind: "boost", match: zen, by: 0.7 },
    { kind: "bury", match: only("d"), by: 0.3 },
  ];
  const scores = [3, 9, 1, 8, 2.5, 4];
  const orders = [
    [1, 0],
    [4096, 0],
    [1 / 64, 128],
  ].map(([scale, shift]) => order(rules, six, { scores: scores.map((score) => score * scale + shift) }));
  assert.deepEqual(new Set(orders).size, 1, String(orders));
  assert.notEqual(orders[0], order([], six, { scores }));
});

test("an empty session has the server's order for its scale", () => {
  assert.equal(order([{ kind: "boost", match: only("f"), by: 1 }]), "abcdfe");
  assert.equal(order([{ kind: "boost", match: only("f"), by: 5 }]), "fabcde");
  const [{ score }] = slate(sound({}), six).ranked;
  assert.equal(score, 0);
});

test("fields come by names, paths and functions, settled once", () => {
  const list = [
    { id: "a", vendor: { name: "Zen" }, cost: "12.50" },
    { id: "b", vendor: { name: "Oak" } },
  ];
  const rules = [{ kind: "hide", match: { brand: "Zen", price: { atLeast: 12.5 } } }];
  assert.equal(order(rules, list, {}, { fields: { brand: (item) => item.vendor.name, price: "cost" } }), "b");
  assert.deepEqual(slate(sound({ fields: { brand: "vendor.name", price: "cost" }, rules }), list).ids, ["b"]);
  const over = sound(
    { fields: { brand: "nothing", price: "cost" }, rules },
    { fields: { brand: (item) => item.vendor.name } },
  );
  assert.deepEqual(slate(over, list).ids, ["b"], "an accessor goes before the definition");
  const dotted = [{ id: "a", "vendor.name": "Zen", cost: 13 }];
  assert.deepEqual(slate(sound({ fields: { brand: "vendor.name", price: "cost" }, rules }), dotted).ids, []);
});

test("an accessor that throws costs that candidate that field, and leaves one problem with a count", () => {
  let calls = 0;
  const brand = (item) => {
    calls += 1;
    if (item.id < "c") throw new Error(`no ${item.id}`);
    return item.brand;
  };
  const rules = [
    { kind: "hide", match: zen },
    { kind: "cap", field: "brand", most: 1, in: 2 },
  ];
  const { ids, told } = slate(sound({ rules }, { fields: { brand } }), six);
  assert.deepEqual(ids, ["a", "b", "d", "f"]);
  assert.equal(calls, six.length, "each candidate is read once");
  assert.deepEqual(
    told.problems.map(({ code, rule }) => [code, rule]),
    [["policy.accessor", null]],
  );
  assert.match(told.problems[0].message, /`brand` threw \(candidates: 2; no a\)/);
});

test("what accessors give that is no value is none: promises, objects, endless lists, proxies", async () => {
  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error("no");
      },
      has: () => {
        throw new Error("no");
      },
    },
  );
  const endless = new Proxy([], { get: (of, name) => (name === "length" ? 2 ** 40 : of[name]) });
  const given = [Promise.reject(new Error("late")), {}, hostile, endless, Symbol("x"), NaN];
  const list = given.map((value, at) => ({ id: String(at), value }));
  const made = sound({ rules: [{ kind: "hide", match: { brand: { has: true } } }] }, { fields: { brand: "value" } });
  assert.equal(slate(made, list).ids.length, given.length);
  await new Promise((done) => setImmediate(done));
});

test("what the server pinned goes before all rules", () => {
  const pinned = but(2, { pinned: true });
  assert.equal(order([], pinned, { scores: rising }), "fecdba");
  assert.equal(order([{ kind: "hide", match: zen }], pinned), "bdcf");
  assert.equal(order([{ kind: "pin", item: "a", position: 3 }], pinned), "abcdef");
  assert.equal(order([], but(5, { pinned: 1 })), "fabcde");
  assert.equal(order([], but(5, { pinned: "2" })), "afbcde");
  assert.equal(order([], but(5, { pinned: 0 })), "abcdef");
  assert.equal(order([], but(5, { pinned: false }), { scores: rising }), "fedcba");
  const { told } = slate(sound({ rules: [{ id: "mine", kind: "pin", item: "a", position: 3 }] }), pinned);
  assert.deepEqual(
    told.rules.map(({ id, kept }) => [id, kept]),
    [
      ["server", true],
      ["mine", false],
    ],
  );
});

test("sponsored candidates are marked wherever they stand, and places go by expected value", () => {
  const list = six.map((item, at) => ({ ...item, bid: [0, 2, 0, 3, 0, 100][at] }));
  const rule = { id: "ads", kind: "sponsored", positions: [4, 2, 2], floor: { rank: 5 } };
  const { ids, ranked } = slate(sound({ rules: [rule] }), list, { scores: [6, 5, 4, 3, 2, 1] });
  // The fourth is worth more than the second: 3 x 0.38 over 2 x 0.75 is not, so the second leads.
  assert.deepEqual(ids.slice(0, 4), ["a", "b", "c", "d"]);
  assert.deepEqual(
    ranked.filter(({ sponsored }) => sponsored).map(({ candidate }) => candidate.id),
    ["b", "d", "f"],
  );
  assert.ok(ranked.every((place) => place.sponsored === true || !("sponsored" in place)));
  const richer = list.map((item) => (item.id === "d" ? { ...item, bid: 6 } : item));
  assert.equal(slate(sound({ rules: [rule] }), richer, { scores: [6, 5, 4, 3, 2, 1] }).ids.join(""), "adcbef");
});

test("rotation is drawn by the seed alone", () => {
  const rules = (seed) => [{ kind: "rotation", by: 3, ...(seed && { seed }) }];
  const days = [0, 1, 2, 3, 4, 5].map((day) => order(rules(), six, {}, { now: NOW + day * DAY }));
  assert.ok(new Set(days).size > 3, String(days));
  assert.equal(order(rules(), six, {}, { now: NOW + DAY / 4 }), days[0]);
  assert.equal(order(rules("sale"), six, {}, { now: 0 }), order(rules("sale"), six, {}, { now: NOW }));
  assert.notEqual(order(rules("hour"), six, {}, { now: NOW }), order(rules("hour"), six, {}, { now: NOW + DAY / 24 }));
});

test("the program that the engine reads is the contract's", () => {
  const definition = {
    top: 4,
    rules: [
      { kind: "cap", field: "brand", most: 2, in: 9, first: 5 },
      { kind: "diversify", how: "dpp", amount: 0.5, window: 7, first: 3 },
      { kind: "cap", field: "brand", most: 1, in: 2 },
      { kind: "minimum", match: zen, least: 1, first: 99 },
      { kind: "pin", item: "f", position: 2 },
      { kind: "maxMoves", places: 3 },
      { kind: "maxMoves", places: 1 },
    ],
  };
  const [[[scores, handles, words]]] = [slate(sound(definition), six, { scores: rising }).programs];
  assert.deepEqual([...scores], rising);
  assert.deepEqual([...handles], [0, 1, 2, 3, 4, 5]);
  const { records, ...header } = readProgram(words, six.length);
  assert.deepEqual(header, { top: 3, diversity: 2, amount: 0.5, window: 7, calibration: null, limit: 3 });
  const brands = [1, 2, 1, 2, 1, 3];
  assert.deepEqual(records, [
    { kind: 1, rule: 4, a: 5, b: 1, c: 3, codes: null },
    { kind: 3, rule: 3, a: 1, b: 0, c: 6, codes: [1, 0, 1, 0, 1, 0] },
    { kind: 2, rule: 0, a: 2, b: 5, c: 5, codes: brands },
    { kind: 2, rule: 2, a: 1, b: 2, c: 4, codes: brands },
    { kind: 4, rule: 5, a: 3, b: 3, c: 4, codes: null },
  ]);
});

test("calibration is told the shares that categories should have: the shopper's own, or by predicted clicks", () => {
  const list = items("Zen", "Oak", "Zen", "");
  const rules = [{ kind: "diversify", how: "calibrate", field: "brand", amount: 0.25 }];
  const wanted = (options) => {
    const { programs } = slate(sound({ rules }, options), list, { scores: [4, 1, 3, 2] });
    return readProgram(programs[0][2], list.length).calibration;
  };
  assert.deepEqual(wanted({ taste: { Oak: 3, Zen: 1, Ash: 5 } }), { codes: [1, 2, 1, 0], shares: [0.25, 0.75] });
  const { shares } = wanted({ taste: { Ash: 5, Oak: -1, Zen: NaN } });
  assert.deepEqual(shares, wanted({}).shares);
  assert.ok(shares[0] > 2 * shares[1] && Math.abs(shares[0] + shares[1] - 1) < 1e-6, String(shares));
});

test("what became of a list is told: who was removed, which rules hold, what they moved and cost, and conflicts", () => {
  const rules = [
    { id: "no-oak", kind: "hide", match: { brand: "Oak" } },
    { id: "no-b", kind: "hide", match: only("b") },
    { id: "first", kind: "pin", item: "a", position: 1 },
    { id: "also-first", kind: "pin", item: "c", position: 1 },
    { id: "idle", kind: "boost", match: { brand: "none" }, by: 1 },
    { id: "later", kind: "hide", match: zen, from: NOW + 1 },
  ];
  const { told, ids } = slate(sound({ rules }), six, { scores: rising });
  assert.deepEqual(ids, ["a", "f", "e", "c"]);
  assert.deepEqual(told.removed, [
    { list: 0, previousRank: 2, id: "b", rule: "no-oak" },
    { list: 0, previousRank: 4, id: "d", rule: "no-oak" },
  ]);
  const reports = Object.fromEntries(told.rules.map((rule) => [rule.id, rule]));
  assert.deepEqual(Object.keys(reports), ["no-oak", "no-b", "first", "also-first", "idle"]);
  assert.deepEqual([reports.first.kept, reports["also-first"].kept], [true, false]);
  assert.equal(reports["also-first"].broken, 1);
  assert.deepEqual(told.conflicts, [["also-first"]]);
  assert.deepEqual([reports.idle.moved, reports.idle.cost], [0, 0]);
  assert.equal(reports.first.moved, 2);
  assert.ok(reports.first.cost !== 0);
  assert.ok(reports["no-oak"].cost > 0, "without it more of the list would be clicked");
  assert.deepEqual([told.candidates, told.identified, told.known], [6, 6, 6]);
});

test("a rule's price is found when it is asked for, once", () => {
  const rules = [{ id: "first", kind: "pin", item: "a", position: 1 }];
  const { told, programs } = slate(sound({ rules }), six, { scores: rising });
  assert.equal(programs.length, 1);
  const [report] = told.rules;
  assert.equal(report.moved, 6);
  assert.equal(programs.length, 2);
  // Predicted clicks by hand: x is a score's distance from 2.5 in units of 1.5.
  const click = (score) => {
    const x = (score - 2.5) / 1.5;
    return (1 + x / (1 + Math.abs(x))) / 2;
  };
  const worth = (scores) => scores.reduce((sum, score, place) => sum + click(score) / Math.log2(place + 2), 0);
  assert.ok(Math.abs(report.cost - (worth([5, 4, 3, 2, 1, 0]) - worth([0, 5, 4, 3, 2, 1]))) < 1e-5);
  assert.equal(programs.length, 2);
});

test("without an engine removals hold, and the rest keeps the server's order", () => {
  const rules = [
    { id: "hide", kind: "hide", match: { brand: "Oak" } },
    { id: "pin", kind: "pin", item: "f", position: 1 },
  ];
  const { ids, ranked, told } = slate(sound({ rules }), six, { engine: false });
  assert.deepEqual(ids, ["a", "c", "e", "f"]);
  assert.deepEqual(
    ranked.map(({ score }) => score),
    [0, 0, 0, 0],
  );
  assert.deepEqual(
    told.rules.map(({ id, kept }) => [id, kept]),
    [
      ["hide", true],
      ["pin", false],
    ],
  );
});
