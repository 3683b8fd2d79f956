// What holds for every policy and every list: random ones, by a seed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { policy } from "../dist/slate/index.js";
import { draws } from "./draws.mjs";
import { slate } from "./slate_lists.mjs";

const NOW = Date.UTC(2026, 11, 24, 12);
const BRANDS = ["Zen", "Oak", "Ash", ""];

const matchOf = (below) =>
  [
    { brand: BRANDS[below(3)] },
    { price: { atLeast: below(20) } },
    { ids: [`i${below(30)}`, below(30)] },
    { brand: ["Zen", "Oak"], stock: { atMost: 1 } },
  ][below(4)];

/** A rule of any kind; one in twelve is bad. */
function ruleOf(below) {
  const by = (below(30) + 1) / 10;
  const rules = [
    { kind: "pin", item: `i${below(30)}`, position: below(30) + 1 },
    { kind: "pin", match: matchOf(below), position: below(10) + 1 },
    { kind: "hide", match: matchOf(below) },
    { kind: "boost", match: matchOf(below), by },
    { kind: "bury", match: matchOf(below), by },
    { kind: "filter", what: ["soldOut", "hidden", "bought"][below(3)] },
    { kind: "cap", field: "brand", most: below(3) + 1, in: below(6) + 3 },
    { kind: "minimum", match: matchOf(below), least: below(3) + 1, first: below(8) + 3 },
    { kind: "seenDecay", by },
    { kind: "strength", percent: below(101) },
    { kind: "maxMoves", places: below(10) },
    { kind: "freshness", halfLifeDays: below(30) + 1, by },
    { kind: "rotation", by },
    { kind: "query", by, fields: ["brand"] },
    { kind: "exposure", field: "price" },
    { kind: "sponsored", positions: [below(10) + 1, below(10) + 1] },
    { kind: "diversify", how: ["mmr", "dpp", "calibrate"][below(3)], amount: below(11) / 10 },
  ];
  const rule = rules[below(rules.length)];
  if (below(12) === 0) rule[["kind", "by", "position", "match"][below(4)]] = [NaN, null, {}, () => 1][below(4)];
  return rule;
}

function caseOf(seed) {
  const below = draws(seed);
  const list = Array.from({ length: below(30) }, (_, at) => ({
    ...{ id: `i${at}`, brand: BRANDS[below(4)], price: String(below(40) / 2), stock: below(4), hidden: below(9) === 0 },
    ...{ date: NOW - below(1e9), bid: below(4), ...(below(12) === 0 && { pinned: below(2) === 0 || below(30) + 1 }) },
  }));
  const scores = list.map(() => (below(5) === 0 ? 1 : below(1000) / 100 - 5));
  const rules = Array.from({ length: below(8) }, () => ruleOf(below));
  const events = { bought: [[below(30), NOW - below(1e10)]], shown: Array.from({ length: below(9) }, () => below(30)) };
  return { list, rules, setting: { scores: below(6) === 0 ? list.map(() => 0) : scores, ...events }, below };
}

test("of 1,000 random policies and lists, each answer is the list less what rules removed by name, the same each time", () => {
  let [removals, broken] = [0, 0];
  for (let seed = 1; seed <= 1000; seed++) {
    const { list, rules, setting, below } = caseOf(seed);
    const made = policy({ rules }, { now: NOW, query: "zen oa" });
    const { ids, ranked, told } = slate(made, list, setting);
    const removed = told.removed.map(({ id }) => id);
    assert.deepEqual([...ids, ...removed].sort(), list.map(({ id }) => id).sort(), `seed ${seed}`);
    ranked.forEach(({ candidate, rank, previousRank, score }, at) => {
      assert.equal(candidate, list[previousRank - 1]);
      assert.equal(rank, at + 1);
      assert.ok(Number.isFinite(score));
    });
    for (const { id, rule, previousRank } of told.removed) {
      assert.equal(list[previousRank - 1].id, id);
      assert.match(rules[Number(rule.slice(6, -1))].kind, /^(hide|filter)$/);
      assert.equal(list[previousRank - 1].pinned ?? false, false);
    }
    assert.deepEqual(slate(policy({ rules }, { now: NOW, query: "Zen OA" }), list, setting).ids, ids);
    const limit = below(list.length + 2);
    assert.ok(slate(made, list, { ...setting, limit }).ids.length <= limit);
    removals += removed.length;
    broken += made.problems.length;
    for (const { moved, cost } of told.rules.slice(0, 2))
      if (moved !== null) assert.ok(moved >= 0 && moved <= 2 * list.length && Number.isFinite(cost));
  }
  assert.ok(removals > 300 && broken > 150, `${removals} ${broken}`);
});

test("strength 0 is the server's order, and without rules the order is the score's alone", () => {
  for (let seed = 1; seed <= 500; seed++) {
    const { list, setting } = caseOf(seed);
    const bare = list.map(({ id }) => ({ id }));
    const all = [...bare.keys()];
    const server = slate(policy({ rules: [{ kind: "strength", percent: 0 }] }), bare, setting);
    assert.deepEqual(
      server.ids,
      bare.map(({ id }) => id),
      `seed ${seed}`,
    );
    const { scores } = setting;
    all.sort((a, b) => Math.fround(scores[b]) - Math.fround(scores[a]) || a - b);
    const expected = all.map((at) => bare[at].id);
    assert.deepEqual(slate(policy({}), bare, setting).ids, expected, `seed ${seed}`);
    assert.deepEqual(slate(policy({ rules: [{ kind: "strength", percent: 100 }] }), bare, setting).ids, expected);
  }
});

test("the more strength, the nearer to the score's order", () => {
  const far = (a, b) => a.reduce((sum, id, at) => sum + Math.abs(at - b.indexOf(id)), 0);
  for (let seed = 1; seed <= 100; seed++) {
    const { list, setting } = caseOf(seed);
    const bare = list.map(({ id }) => ({ id }));
    const at = (percent) => slate(policy({ rules: [{ kind: "strength", percent }] }), bare, setting).ids;
    const pure = at(100);
    const distances = [0, 25, 50, 75, 100].map((percent) => far(at(percent), pure));
    assert.ok(
      distances.every((each, place) => place === 0 || each <= distances[place - 1]),
      `seed ${seed}: ${distances}`,
    );
  }
});
