// reshelf/testing: tiny models load in the real engine, rank as their description says, and are the same bytes everywhere.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { loadReranker } from "../dist/index.node.js";
import { profileOf } from "../dist/profile/index.js";
import { tinyModel, tinyNames } from "../dist/testing/index.js";
import { draws } from "./draws.mjs";

const load = (description) => loadReranker({ model: tinyModel(description), backend: "cpu" });
const order = (ranked) => ranked.map(({ candidate }) => candidate);
const golden = (name) => new URL(`../../tests/golden/tiny/${name}`, import.meta.url);

test("the committed model is made anew bit for bit, and ranks as it did", async () => {
  // crate/tests/tiny.rs reads the same files natively.
  const description = JSON.parse(readFileSync(golden("description.json"), "utf8"));
  const model = tinyModel(description);
  const reranker = await load(description);
  const visits = [["mug-blue"], ["rake"], ["lamp", "mug-red"], ["plain", "名前"], ["mug-red", "unknown"]];
  const list = ["unknown", "plain", "7", "mug-blue", "mug-red", "lamp", "rake", "名前"];
  const bits = (score) => {
    const view = new DataView(new ArrayBuffer(4));
    view.setFloat32(0, score);
    return view.getUint32(0).toString(16).padStart(8, "0");
  };
  const orders = visits.map((views) => {
    reranker.forget();
    for (const id of views) reranker.observe({ id });
    const ranked = reranker.rerank(list);
    return { views, list, order: order(ranked), scores: ranked.map(({ score }) => bits(score)) };
  });
  const text = `[\n${orders.map((visit) => JSON.stringify(visit)).join(",\n")}\n]\n`;
  if (process.env.RESHELF_BLESS === "tiny") {
    writeFileSync(golden("tiny.safetensors"), model);
    writeFileSync(golden("orders.json"), text);
  }
  assert.ok(readFileSync(golden("tiny.safetensors")).equals(model));
  assert.equal(readFileSync(golden("orders.json"), "utf8"), text);
  assert.equal(reranker.info().reason, null);
});

test("what was seen together comes first, the stronger the sooner, and only for who saw it", async () => {
  const reranker = await load({
    items: ["a", "b", "c", "d", "e"],
    together: [
      ["a", "d", 0.4],
      ["c", "a", 0.9],
    ],
  });
  const list = ["b", "d", "e", "c", "new"];
  assert.deepEqual(order(reranker.rerank(list)), list, "an empty session keeps the server's order");
  reranker.observe({ id: "a" });
  assert.deepEqual(order(reranker.rerank(list)), ["c", "d", "b", "e", "new"]);
  reranker.forget();
  reranker.observe({ id: "b" });
  assert.deepEqual(order(reranker.rerank(list)), list, "nothing is said of it");
});

test("`next` runs one way, `together` both", async () => {
  const reranker = await load({ items: ["a", "b", "c"], next: [["a", "b"]], together: [["a", "c"]] });
  const after = (id, list) => {
    reranker.forget();
    reranker.observe({ id });
    return order(reranker.rerank(list))[0];
  };
  assert.equal(after("a", ["a", "b"]), "b");
  assert.equal(after("b", ["b", "a"]), "b");
  assert.equal(after("c", ["c", "a"]), "a");
});

test("categories, departments, brands and prices lean", async () => {
  const reranker = await load({
    items: [
      { id: "mug", category: "home/mugs", brand: "Zen", price: 10 },
      { id: "cup", category: "home/mugs" },
      { id: "lamp", category: "home/lamps" },
      { id: "rake", category: "garden", brand: "Zen" },
      { id: "cheap", price: 11 },
      { id: "dear", price: 900 },
      "other",
    ],
  });
  reranker.observe({ id: "mug" });
  const list = ["other", "dear", "cheap", "rake", "lamp", "cup"];
  const scores = new Map(reranker.rerank(list).map(({ candidate, score }) => [candidate, score]));
  assert.deepEqual([...scores.keys()][0], "cup");
  assert.deepEqual(
    ["cup", "lamp", "rake", "other"].map((id) => scores.get(id)),
    [1.5, 0.5, 0.5, 0],
  );
  assert.ok(scores.get("cheap") > scores.get("dear") && scores.get("dear") > 0);
});

test("items that the model does not hold, searches and mutes go by the words of the catalogue", async () => {
  const items = [
    { id: "mug", category: "home/mugs", title: "Blue Mug" },
    { id: "cup", category: "home/mugs", title: "Cup" },
    { id: "rake", category: "garden", title: "Rake" },
  ];
  const reranker = await load({ items, weights: { state_1: 1 } });
  reranker.observe({ type: "search", query: "a blue MUG, please" });
  assert.equal(order(reranker.rerank(["rake", "cup", "mug"]))[0], "mug");
  reranker.forget();
  reranker.observe({ id: "mug" });
  const fresh = [{ id: "new-1", category: "garden" }, { id: "new-2" }, { id: "new-3", category: "home/mugs" }];
  assert.equal(reranker.rerank(fresh)[0].candidate.id, "new-3");
  assert.equal(order(reranker.rerank(["rake", "cup"]))[0], "cup");
  reranker.observe({ type: "mute", category: "home" });
  reranker.observe({ id: "rake" });
  assert.deepEqual(order(reranker.rerank(["cup", "mug", "new-4"])).at(-1), "mug");
});

test("an empty session retrieves by popularity, another one by the same sums as lists", async () => {
  const items = [{ id: "a", popularity: 0.1 }, { id: "b", popularity: 0.9 }, "c"];
  const reranker = await load({ items, together: [["b", "a"]] });
  const found = async () => (await reranker.retrieve({ k: 3 })).map(({ id }) => id);
  assert.deepEqual(await found(), ["b", "c", "a"]);
  reranker.observe({ id: "b" });
  assert.equal((await found())[0], "a");
});

test("a profile has the names", async () => {
  const description = {
    items: [
      { id: "mug", category: "home/mugs", brand: "Zen", price: 10 },
      { id: "b", price: 20 },
    ],
  };
  const reranker = await load(description);
  reranker.observe({ id: "mug" });
  const { interests, prices, reason } = profileOf(reranker, tinyNames(description)).profile();
  assert.equal(reason, null);
  assert.deepEqual(
    interests.map(({ name }) => name),
    ["home/mugs", "home", "Zen"],
  );
  assert.ok(prices.low < 10 && prices.high > 10);
  assert.equal(tinyNames({ ...description, version: 'v "1"' }).model, 'v "1"');
});

test("any description makes a model whose scores are the documented sums", async () => {
  const below = draws(7);
  for (let round = 0; round < 40; round++) {
    const count = 1 + below(round % 10 === 9 ? 300 : 12);
    const ids = Array.from({ length: count }, (_, at) => `${below(2) ? "é" : "item-"}${at * 37}`);
    const category = () => ["a", "a/b", "a/b/c", "d", undefined][below(5)];
    const of = new Map(ids.map((id) => [id, { id, category: category(), brand: ["X", undefined][below(2)] }]));
    const together = new Map();
    for (let pair = below(3 * count); pair > 0; pair--) {
      const [one, other] = [ids[below(count)], ids[below(count)]].sort();
      together.set(`${one} ${other}`, [one, other, (1 + below(100)) / 100]);
    }
    const reranker = await load({ items: [...of.values()], together: [...together.values()] });
    const seen = Array.from({ length: 1 + below(4) }, () => ids[below(count)]);
    for (const id of seen) reranker.observe({ id });
    const share = (read, id) => {
      const total = seen.reduce((sum, _, at) => sum + 1 / (seen.length - at), 0);
      const own = read(of.get(id));
      const same = seen.reduce(
        (sum, other, at) => sum + (own && read(of.get(other)) === own ? 1 / (seen.length - at) : 0),
        0,
      );
      return same / total;
    };
    const said = (id) =>
      seen.reduce((sum, other, at) => {
        const [, , strength = 0] = together.get([id, other].sort().join(" ")) ?? [];
        return sum + strength / (seen.length - at);
      }, 0);
    for (const { candidate: id, score } of reranker.rerank(ids)) {
      const leans =
        share((item) => item.category, id) +
        share((item) => item.category?.[0], id) / 2 +
        share((item) => item.brand, id) / 2;
      const strength = said(id);
      // Strengths are kept in fifteen steps of the strongest of an item.
      assert.ok(
        Math.abs(score - leans - 6 * Math.sqrt(strength)) < 0.45,
        `${id}: ${score} for ${leans} and ${strength}`,
      );
      if (strength === 0) assert.ok(Math.abs(score - leans) < 1e-5);
    }
    assert.equal(reranker.info().reason, null);
  }
});

test("the features that weights name are the engine's", async () => {
  const source = readFileSync(new URL("../../crate/rank/src/columns.rs", import.meta.url), "utf8");
  const names = [.../FEATURES: [^=]*= \[([^]*?)\];/.exec(source)[1].matchAll(/"(\w+)"/g)].map(([, name]) => name);
  assert.equal(names.length, 45);
  const reranker = await load({ items: ["a"], weights: Object.fromEntries(names.map((name) => [name, 0.5])) });
  reranker.observe({ id: "a" });
  assert.ok(reranker.rerank(["a"])[0].score > 0);
  assert.equal(reranker.info().reason, null);
  // The message names all that are known: no more of them than the engine has.
  assert.throws(
    () => tinyModel({ items: ["a"], weights: { none: 1 } }),
    (error) => error.message.endsWith(`: ${names.join(", ")} are.`),
  );
});

test("a wrong description gives a code and the place that is wrong", () => {
  const item = (more) => ({ items: ["a", { id: "b", ...more }] });
  const pairs = (...pairs) => ({ items: ["a", "b"], together: pairs });
  const cases = [
    [undefined, "testing.model", "tinyModel() takes"],
    [[], "testing.model", "tinyModel() takes"],
    [{ items: ["a"], togther: [] }, "testing.model", "`togther`"],
    [{ items: ["a"], version: "" }, "testing.model", "`version`"],
    [
      {
        get items() {
          throw new Error("no items today");
        },
      },
      "testing.model",
      "no items today",
    ],
    [{}, "testing.items", "`items`"],
    [{ items: [] }, "testing.items", "1 to 1000"],
    [{ items: Array.from({ length: 1001 }, (_, at) => at) }, "testing.items", "1 to 1000"],
    [{ items: ["a", "a"] }, "testing.items", '"a"'],
    [{ items: [1, "1"] }, "testing.items", '"1"'],
    ...["", " a", "a\u200b", "\ud800", 1.5, null, NaN, "a".repeat(1001)].map((id) => [
      { items: ["x", id] },
      "testing.items",
      "items[1]",
    ]),
    [item({ categry: "x" }), "testing.items", "items[1].categry"],
    [item({ category: 5 }), "testing.items", "items[1].category"],
    [item({ brand: "\udc00" }), "testing.items", "items[1].brand"],
    [item({ price: 0 }), "testing.items", "items[1].price"],
    [item({ price: "12" }), "testing.items", "items[1].price"],
    [item({ popularity: 1.1 }), "testing.items", "items[1].popularity"],
    [{ items: ["a"], together: {} }, "testing.pairs", "`together`"],
    [{ items: ["a"], next: [["a"]] }, "testing.pairs", "next[0]"],
    [pairs(["a", "b"], ["a", "c"]), "testing.pairs", 'together[1] names "c"'],
    [pairs(["a", "b", 0]), "testing.pairs", "together[0]"],
    [pairs(["a", "b", 1.01]), "testing.pairs", "together[0]"],
    [pairs(["a", "b"], ["b", "a", 0.5]), "testing.pairs", "together[1]"],
    [{ items: ["a"], weights: 3 }, "testing.weights", "`weights`"],
    [{ items: ["a"], weights: { memory: 1 } }, "testing.weights", "`weights.memory`"],
    [{ items: ["a"], weights: { seen: Infinity } }, "testing.weights", "`weights.seen`"],
    [{ items: ["a"], kinds: { dwell: 1 } }, "testing.weights", "`kinds.dwell`"],
  ];
  for (const [description, code, place] of cases)
    assert.throws(
      () => tinyModel(description),
      (error) => error.name === "ReshelfError" && error.code === code && error.message.includes(place),
      `${code} ${place}`,
    );
  const many = Array.from({ length: 257 }, (_, at) => at);
  assert.throws(() => tinyModel({ items: many, next: many.slice(1).map((id) => [0, id]) }), { code: "testing.pairs" });
});
