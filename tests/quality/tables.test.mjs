// The tables of docs/quality.md, docs/privacy.md and docs/tokens.md: node --test tests/quality/*.test.mjs
import assert from "node:assert/strict";
import { test } from "node:test";
import { COLD, FLOORS, SIGNALS, TABLES, TOKENS } from "./tables.mjs";

const estimate = (value) => ({ value, low: value - 0.01, high: value + 0.01 });
const three = (make) => ({ recall: make(0.5), mrr: make(0.2), ndcg: make(0.3) });
const lift = () => ({ difference: estimate(0.1), relative: estimate(0.25) });
const evaluation = {
  subject: { model: "out/shop-full.safetensors", model_bytes: 9_000_000 },
  counts: { steps: 60_858 },
  metrics: three(estimate),
  cuts: [
    { k: 10, model: three(estimate), server: three(estimate), lift: three(lift) },
    { k: 20, model: three(estimate), server: three(estimate), lift: three(lift) },
  ],
  slices: [
    {
      by: "target_seen",
      slices: [
        { name: "new", steps: 7, model: three(estimate), weak: true },
        { name: "seen", steps: 0, model: null, weak: false },
      ],
    },
  ],
  checks: { warnings: [{ code: "repeated_sessions", message: "many" }] },
  comparisons: [
    {
      model: "out/shop-4.safetensors",
      model_bytes: 3_000_000,
      cuts: [
        {
          k: 20,
          other: three(estimate),
          difference: three(() => ({ value: 0.002, low: 0.001, high: 0.003, p: 0.002 })),
        },
      ],
    },
  ],
};
const method = (name) => ({ name, metrics: three(estimate), model_gain: name === "model" ? null : three(estimate) });
const without = (part) => ({
  ...evaluation,
  comparisons: [{ ...evaluation.comparisons[0], model: `a/without-${part}.safetensors` }],
});
const results = {
  shop: {
    train: { bytes: 3_000_000, seconds: 100.4 },
    catalogue: { seconds: 9.6, result: evaluation },
    lists: { result: evaluation },
    baselines: {
      result: {
        methods: [
          ...["popularity", "own_items", "markov", "item_knn", "vs_knn", "vs_knn_tuned", "stan", "co_visitation"],
          ...["memory", "state", "sum", "model"],
        ].map(method),
      },
    },
    quantization: { result: evaluation },
    floors: [
      {
        floor: 1,
        bytes: 3_400_000,
        validation: { recall: 0.6, mrr: 0.25 },
        pairs: { met: 4_000, in_one_session: 3_000, left_out: 0, bought: 0, bought_left_out: 0 },
      },
      {
        floor: 2,
        bytes: 2_100_000,
        validation: { recall: 0.59, mrr: 0.245 },
        pairs: { met: 4_000, in_one_session: 3_000, left_out: 3_000, bought: 20, bought_left_out: 5 },
      },
    ],
    tokens: {
      result: {
        popularity: estimate(0.08),
        rows: [3, null].map((epsilon) => ({
          epsilon,
          own: epsilon ? 0.3932 : 1,
          ...{ fresh: estimate(0.2), fresh_gain: estimate(0.12), held: estimate(0.15), held_gain: estimate(0.07) },
        })),
      },
    },
    cold: {
      result: {
        counts: { new_items: 1_200, steps: 958 },
        methods: ["model", "chance"].map((name) => ({
          ...method(name),
          recall_ratio: name === "model" ? null : estimate(2),
        })),
      },
    },
    ablations: { result: without("memory") },
    signals: [
      {
        seed: "1",
        result: without("kinds"),
        weights: {
          kinds: { view: { weight: 1, decay: 1, learned: false }, cart: { weight: 1.5, decay: 0.91, learned: true } },
          dwell: { weights: [0.5, 1.25], learned: true },
        },
      },
    ],
  },
};

test("tables have as many cells in each row as columns", () => {
  for (const [name, make] of Object.entries({ ...TABLES, ...FLOORS, ...TOKENS, ...SIGNALS, ...COLD })) {
    const lines = make(name === "signals" ? { simulated: results.shop } : results).split("\n");
    assert.ok(lines.length >= 3, name);
    const cells = lines.map((line) => line.split("|").length);
    assert.ok(
      cells.every((count) => count === cells[0]),
      `${name}: ${cells}`,
    );
    assert.ok(!lines.join("\n").match(/undefined|NaN/), name);
    assert.match(make({}), /Not measured yet/);
  }
});

test("the model stands beside the simple method that is best in each measure, whichever were measured", () => {
  const better = (name, measure, value) => {
    const found = method(name);
    const gain = estimate(0.5 - value);
    return { ...found, metrics: { ...found.metrics, [measure]: estimate(value) }, model_gain: three(() => gain) };
  };
  const of = (...methods) =>
    TABLES.baselines({ shop: { baselines: { result: { methods } } } })
      .split("\n")
      .at(-1);
  const some = [
    method("own_items"),
    better("stan", "recall", 0.6),
    better("co_visitation", "mrr", 0.3),
    method("model"),
  ];
  const row =
    "| shop |  | .500 / .200 |  |  |  |  | .600 / .200 | .500 / .300 | .500 / .200 " +
    "| -.1000 [-.1100, -.0900], STAN | +.2000 [+.1900, +.2100], co-visitation |";
  assert.equal(of(...some), row);
  // A result of before there were more methods.
  assert.equal(
    of(better("vs_knn", "recall", 0.6))
      .split(" | ")
      .slice(6, 9)
      .join(),
    ",,",
  );
  assert.match(of(method("markov"), method("memory")), /, Markov \| .*, Markov \|$/);
  assert.match(of(method("memory"), method("model")), / \| {2}\| {2}\|$/, "no simple method, no rival");
});

test("figures read as they should", () => {
  assert.match(
    TABLES.catalogue(results),
    /\| shop \| 60,858 \| .500 \[.490, .510\] \| .200 \[.190, .210\] \| .300 \[.290, .310\] \| 3.00 \| 100 \| 10 \|/,
  );
  assert.match(TABLES.lists(results), /\+25 % \[\+24 %, \+26 %\]/);
  assert.match(
    TABLES.quantization(results),
    /\| shop \| 4 \| 3.00 \| .500 \[.490, .510\] \| -.0020 \[-.0030, -.0010\] \| .002 \|/,
  );
  assert.match(TABLES.ablations(results), /without memory/);
  assert.match(
    FLOORS.floors(results),
    /\| shop \| 1 \| .6000 \| .2500 \| {2}\| 3.40 \| 3,000 \(75 %\) \| 0 \(0 %\) \| none \|/,
  );
  assert.match(
    FLOORS.floors(results),
    /\| shop \| 2 \| .5900 \| .2450 \| -2.0 % \| 2.10 \| 3,000 \(75 %\) \| 3,000 \(75 %\) \| 5 \(25 %\) \|/,
  );
  assert.match(COLD.new_items(results), /\| shop \| 1,200 \| 958 \| `chance` \| .500 .* \| 2.0 \[2.0, 2.0\] \|$/m);
  assert.match(TOKENS.tokens(results), /\| shop \| no token \| {2}\| .080 \[.070, .090\] \| {2}\| {2}\| {2}\|/);
  assert.match(
    TOKENS.tokens(results),
    /\| shop \| 3 \| 39 % \| .200 \[.190, .210\] \| \+.1200 \[\+.1100, \+.1300\] \| .150/,
  );
  assert.match(TOKENS.tokens(results), /\| shop \| the cluster itself \| 100 % \|/);
  assert.match(
    SIGNALS.kinds(results),
    /\| shop, seed 1 \| without kinds \| 3.00 \| .500 \[.490, .510\] \| -.0020 \[-.0030, -.0010\] \| .002 \|/,
  );
  assert.match(SIGNALS.weights(results), /\| shop, seed 1 \| cart \| 1.50 \| .910 \|/);
  assert.match(SIGNALS.weights(results), /\| shop, seed 1 \| views by dwell \| .50, 1.25 \| {2}\|/);
  assert.doesNotMatch(SIGNALS.weights(results), /\| view \|/);
  assert.match(TABLES.slices(results), /\| new \| 7 \|/);
  assert.doesNotMatch(TABLES.slices(results), /\| seen \|/);
});
