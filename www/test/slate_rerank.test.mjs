// Policies in `rerank` and `rerankMany`: what of them the facade knows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadReranker } from "../dist/index.node.js";
import { policy } from "../dist/slate/index.js";
import { FakeEngine, fakeReranker, rerankerOver } from "./fake.mjs";
import { inWords } from "./homes.mjs";

const list = Array.from({ length: 8 }, (_, at) => ({ id: `item-${at}`, brand: at % 2 ? "Oak" : "Zen" }));
const ids = (ranked) => ranked.map(({ candidate }) => candidate.id ?? candidate);
const hideOak = { id: "no-oak", kind: "hide", match: { brand: "Oak" } };

test("a list is ranked, then arranged, and told of; the caller's own objects come back", () => {
  const { reranker } = fakeReranker();
  reranker.observe({ id: "item-6" });
  const made = policy({ rules: [hideOak, { id: "pin", kind: "pin", item: "item-4", position: 1 }] });
  const ranked = reranker.rerank(list, { policy: made });
  assert.deepEqual(ids(ranked), ["item-4", "item-6", "item-0", "item-2"]);
  assert.equal(ranked[0].candidate, list[4]);
  assert.deepEqual(ranked[1], { candidate: list[6], score: 1, rank: 2, previousRank: 7 });
  const { lastList, timings } = reranker.info();
  assert.deepEqual([lastList.candidates, lastList.known, timings.candidates], [8, 8, 8]);
  assert.deepEqual(
    lastList.removed.map(({ id, rule }) => [id, rule]),
    [1, 3, 5, 7].map((at) => [`item-${at}`, "no-oak"]),
  );
  assert.deepEqual(
    lastList.rules.map(({ id, kept }) => [id, kept]),
    [
      ["no-oak", true],
      ["pin", true],
    ],
  );
  assert.ok(lastList.rules.every(({ moved, cost }) => moved > 0 && cost !== null));
  assert.deepEqual(ids(reranker.rerank(list, { policy: made, limit: 2 })), ["item-4", "item-6"]);
  assert.deepEqual(ids(reranker.rerank(list, { policy: made, by: "similarity" }))[0], "item-4");
  assert.deepEqual(reranker.info().refused.arguments, { count: 0, reason: null });
  // Without it nothing is told of policies.
  reranker.rerank(list);
  assert.deepEqual(Object.keys(reranker.info().lastList), ["candidates", "identified", "known"]);
});

test("without a policy the engine is not asked to arrange, and one without rules changes nothing", () => {
  const { engine, reranker } = fakeReranker();
  reranker.observe({ id: "item-6" });
  let asked = 0;
  const { arrange } = FakeEngine.prototype;
  engine.arrange = (...given) => ((asked += 1), Reflect.apply(arrange, engine, given));
  const plain = reranker.rerank(list, { policy: null });
  assert.equal(asked, 0);
  assert.deepEqual(reranker.rerank(list, { policy: policy({}) }), plain);
  assert.equal(asked, 1);
});

test("all lists of a page are arranged, each on its own, and told of by their number", () => {
  const { reranker } = fakeReranker();
  reranker.observe({ id: "item-6" });
  const lists = [list, [], list.slice(4).reverse(), ["item-1", "item-6"]];
  const ranked = reranker.rerankMany(lists, { policy: policy({ rules: [hideOak] }) });
  assert.deepEqual(ranked.map(ids), [
    ["item-6", "item-0", "item-2", "item-4"],
    [],
    ["item-6", "item-4"],
    ["item-6", "item-1"],
  ]);
  const { removed, rules } = reranker.info().lastList;
  assert.deepEqual(
    removed.map(({ list, previousRank }) => [list, previousRank]),
    [
      [0, 2],
      [0, 4],
      [0, 6],
      [0, 8],
      [2, 1],
      [2, 3],
    ],
  );
  assert.equal(rules.length, 1);
  assert.ok(rules[0].moved >= 6);
});

test("what was bought and shown comes from the session, by the item, however its id is written", () => {
  const { reranker } = fakeReranker();
  reranker.observe({ type: "purchase", id: " item-0 " });
  reranker.observe({ type: "purchase", id: "item-1", at: Date.now() - 40 * 86_400_000 });
  reranker.observe({ type: "purchase", id: "not in the model" });
  const rules = [{ id: "bought", kind: "filter", what: "bought" }];
  const all = [...list, { id: "not in the model" }, { id: "never met" }];
  reranker.rerank(all, { policy: policy({ rules }) });
  assert.deepEqual(
    reranker.info().lastList.removed.map(({ id }) => id),
    ["item-0", "not in the model"],
  );
  for (let i = 0; i < 3; i++) reranker.observe({ type: "impression", id: "item-1" });
  const decay = policy({ rules: [{ kind: "seenDecay", by: 2 }] });
  assert.equal(ids(reranker.rerank(list, { policy: decay })).at(-1), "item-1");
  reranker.forget();
  assert.equal(reranker.info().lastList, null);
  assert.equal(reranker.rerank(all, { policy: policy({ rules }) }).length, all.length);
});

test("what is no compiled policy is refused with a code, and the list is as without it", async () => {
  for (const odd of [{ rules: [hideOak] }, {}, [], "cart", 7, true, () => hideOak]) {
    const { reranker } = fakeReranker();
    assert.deepEqual(reranker.rerank(list, { policy: odd }), reranker.rerank(list));
    assert.deepEqual(reranker.rerankMany([list], { policy: odd }), reranker.rerankMany([list]));
    const { refused } = await inWords(reranker.info);
    assert.deepEqual([refused.arguments.count, refused.arguments.reason.code], [2, "policy.plain"]);
    assert.match(refused.arguments.reason.message, /`policy\(\)` of `reshelf\/slate`/);
  }
});

test("without a model removals hold, and the rest keeps its order; the session's own end is no error", async () => {
  const fallen = await loadReranker({ model: new Uint8Array(3), quiet: true });
  const made = policy({ rules: [hideOak, { id: "pin", kind: "pin", item: "item-4", position: 1 }] });
  const kept = ["item-0", "item-2", "item-4", "item-6"];
  assert.deepEqual(ids(fallen.rerank(list, { policy: made })), kept);
  const { lastList } = fallen.info();
  assert.deepEqual(
    lastList.rules.map(({ kept }) => kept),
    [true, false],
  );
  assert.equal(lastList.removed.length, 4);
  const { engine, reranker } = fakeReranker();
  reranker.observe({ id: "item-6" });
  reranker.rerank(list, { policy: made });
  const { rules } = reranker.info().lastList;
  reranker.dispose();
  assert.deepEqual([rules[1].moved, rules[1].cost], [null, null], "nobody can tell any more");
  assert.deepEqual(ids(reranker.rerank(list, { policy: made })), kept);
  assert.equal(engine.freed, 1);
});

test("an engine that traps while it arranges costs the list its new order, and nothing else", () => {
  const engine = new FakeEngine();
  engine.arrange = () => {
    throw new WebAssembly.RuntimeError("unreachable");
  };
  const reranker = rerankerOver(engine);
  reranker.observe({ id: "item-6" });
  assert.deepEqual(ids(reranker.rerank(list, { policy: policy({ rules: [hideOak] }) })), [
    "item-0",
    "item-2",
    "item-4",
    "item-6",
  ]);
  assert.equal(reranker.info().reason.code, "engine.failed");
});

test("accessors may call the reranker, and dispose of it", () => {
  const { reranker } = fakeReranker();
  reranker.observe({ id: "item-6" });
  let depth = 0;
  const brand = (item) => {
    if (depth++ < 3) reranker.rerank(list, { policy: made });
    if (item.id === "item-7") reranker.dispose();
    return item.brand;
  };
  const made = policy({ rules: [hideOak] }, { fields: { brand } });
  assert.deepEqual(ids(reranker.rerank(list, { policy: made })).sort(), ["item-0", "item-2", "item-4", "item-6"]);
  assert.equal(reranker.info().status, "disposed");
});
