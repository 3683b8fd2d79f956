// The facade's own rules, over a stand-in engine.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeEngine, fakeReranker, rerankerOver } from "./fake.mjs";

const objects = (...ids) => ids.map((id) => ({ id, title: `The ${id}` }));
const ids = (ranked) => ranked.map(({ candidate }) => candidate.id ?? candidate);

test("the caller's own objects come back, with score, rank and previous rank", () => {
  const { reranker } = fakeReranker();
  const list = objects("item-1", "item-2", "item-3");
  assert.deepEqual(ids(reranker.rerank(list)), ["item-1", "item-2", "item-3"]);
  assert.notEqual(reranker.observe({ type: "view", id: "item-3" }), null);
  const ranked = reranker.rerank(list);
  assert.equal(ranked[0].candidate, list[2]);
  assert.deepEqual(ranked[0], { candidate: list[2], score: 1, rank: 1, previousRank: 3 });
  assert.deepEqual(ids(ranked), ["item-3", "item-1", "item-2"]);
});

test("an id crosses into the engine once in its life, many in one crossing", () => {
  const { engine, reranker } = fakeReranker();
  const list = objects(...Array.from({ length: 40 }, (_, i) => `item-${i}`));
  for (let i = 0; i < 5; i++) reranker.rerank(list);
  assert.equal(engine.crossings, 1);
  reranker.rerank([...list, { id: "item-45" }]);
  assert.equal(engine.crossings, 2);
});

test("bare ids, numbers, sets and generators are lists, too", () => {
  const { reranker } = fakeReranker();
  assert.deepEqual(ids(reranker.rerank(["item-1", 7, "nobody"])), ["item-1", 7, "nobody"]);
  assert.deepEqual(ids(reranker.rerank(new Set(["item-1", "item-2"]))), ["item-1", "item-2"]);
  assert.deepEqual(
    ids(
      reranker.rerank(
        (function* () {
          yield "item-4";
        })(),
      ),
    ),
    ["item-4"],
  );
});

test("limit cuts the answer, not the ranking", () => {
  const { reranker } = fakeReranker();
  reranker.observe({ id: "item-9" });
  const list = objects("item-1", "item-2", "item-9");
  assert.deepEqual(ids(reranker.rerank(list, { limit: 1 })), ["item-9"]);
  for (const [limit, length] of [
    [0, 0],
    [-3, 0],
    [2.9, 2],
    [99, 3],
    [NaN, 3],
    [Infinity, 3],
    [undefined, 3],
  ]) {
    assert.equal(reranker.rerank(list, { limit }).length, length, `limit ${limit}`);
  }
});

test("any list, however odd, comes back as a permutation", () => {
  const { reranker } = fakeReranker();
  reranker.observe({ id: "item-2" });
  const odd = [
    null,
    undefined,
    {},
    [],
    "",
    NaN,
    Infinity,
    true,
    Symbol("x"),
    () => 1,
    { id: null },
    { id: {} },
    { id: "item-2", score: "high" },
    { id: "item-2", score: NaN },
    "item-2",
    { id: "item-2" },
    { id: "\ud800" },
    { id: "item-1", score: -Infinity },
    5n,
  ];
  const ranked = reranker.rerank(odd);
  assert.deepEqual(new Set(ranked.map((entry) => entry.previousRank)), new Set(odd.map((_, i) => i + 1)));
  for (const entry of ranked) assert.equal(entry.candidate, odd[entry.previousRank - 1]);
  assert.equal(reranker.info().status, "ready");
  for (const none of [[], null, undefined, 7, {}, ""]) assert.deepEqual(reranker.rerank(none), []);
});

test("thousands of random lists come back as permutations, with events between them", () => {
  const { reranker } = fakeReranker(300);
  const random = generator(7);
  for (let round = 0; round < 2000; round++) {
    if (random() < 0.3) reranker.observe({ id: `item-${Math.floor(random() * 400)}`, type: "cart" });
    if (random() < 0.02) reranker.forget();
    const list = Array.from({ length: Math.floor(random() * 60) }, () => ({
      id: `item-${Math.floor(random() * 400)}`,
      score: random() < 0.2 ? NaN : random(),
    }));
    const ranked = reranker.rerank(list);
    const positions = ranked.map((entry) => entry.previousRank).sort((a, b) => a - b);
    assert.deepEqual(
      positions,
      list.map((_, i) => i + 1),
    );
    ranked.forEach((entry, i) => {
      assert.equal(entry.rank, i + 1);
      assert.equal(entry.candidate, list[entry.previousRank - 1]);
    });
  }
});

test("100,000 candidates come back", () => {
  const { reranker } = fakeReranker();
  reranker.observe({ id: "item-7" });
  const list = Array.from({ length: 100_000 }, (_, i) => ({ id: `item-${i % 60_000}` }));
  const ranked = reranker.rerank(list);
  assert.equal(new Set(ranked.map((entry) => entry.candidate)).size, 100_000);
  assert.equal(ranked[0].candidate, list[7]);
});

test("a row makes an item known, as bytes or as base64; a bad row leaves it as it was", () => {
  const { reranker } = fakeReranker();
  assert.notEqual(reranker.observe({ id: "new", row: "AAAAAA==" }), null);
  const list = [{ id: "item-0" }, { id: "bad", row: "!" }, { id: "other", row: new Uint8Array(4) }, { id: "new" }];
  assert.deepEqual(ids(reranker.rerank(list)), ["new", "item-0", "bad", "other"]);
  assert.equal(reranker.info().refused.rows.reason.code, "row.base64");
  reranker.observe({ id: "other" });
  assert.deepEqual(ids(reranker.rerank(list)), ["other", "new", "item-0", "bad"]);
});

test("an unknown item is composed of its description, once in a visit; known items and rows never are", () => {
  const { engine, reranker } = fakeReranker();
  const mug = { id: "mug", category: "home/mugs", brand: 7, price: 12.5, title: "Blue mug" };
  const list = [
    { id: "item-0", title: "known" },
    mug,
    { id: "rowed", row: new Uint8Array(4), title: "row" },
    { id: "bare" },
  ];
  for (let i = 0; i < 3; i++) reranker.rerank(list);
  assert.deepEqual(engine.composed, [["mug", "home/mugs", "7", 12.5, "Blue mug"]]);
  reranker.observe(mug);
  assert.deepEqual(ids(reranker.rerank(list)), ["mug", "item-0", "rowed", "bare"]);
  // Described only after it was seen; then seen again.
  reranker.observe({ id: "bare" });
  for (let i = 0; i < 2; i++) reranker.rerank([{ id: "bare", title: "Now described" }]);
  reranker.observe({ id: "bare", title: "Now described" });
  assert.deepEqual(engine.composed.slice(1), [["bare", "", "", NaN, "Now described"]]);
  reranker.forget();
  reranker.rerank(list);
  assert.equal(engine.composed.length, 3);
});

test("odd descriptions say nothing, and a model without tokens is not asked", () => {
  const { engine, reranker } = fakeReranker();
  reranker.rerank([{ id: "odd", category: ["a"], brand: {}, price: "9,50", title: Symbol("t") }]);
  assert.deepEqual(engine.composed, []);
  assert.equal(reranker.info().refused.arguments.reason.code, "argument.price");
  reranker.rerank([{ id: "odd", category: ["a"], brand: {}, price: "9", title: "Now" }]);
  assert.deepEqual(engine.composed, [["odd", "", "", 9, "Now"]]);
  const plain = new FakeEngine();
  plain.composes = false;
  const without = rerankerOver(plain);
  without.rerank([{ id: "mug", title: "Blue mug" }]);
  assert.notEqual(without.observe({ id: "mug", title: "Blue mug" }), null);
  assert.deepEqual(plain.composed, []);
});

test("an unknown item that was seen is found again in a list, whatever type its id has", () => {
  const { reranker } = fakeReranker();
  const list = [{ id: "item-0" }, { id: 77 }, { id: "77" }];
  reranker.rerank(list);
  for (const id of [77, "77"]) {
    reranker.observe({ id });
    assert.deepEqual(
      reranker.rerank(list).map((entry) => entry.previousRank),
      [2, 3, 1],
    );
    assert.equal(reranker.info().events[0].known, false);
    reranker.forget();
    assert.deepEqual(
      reranker.rerank(list).map((entry) => entry.previousRank),
      [1, 2, 3],
    );
  }
});

test("events without an id are ignored and say why; unknown words count as other", () => {
  const { reranker } = fakeReranker();
  for (const event of [{}, { id: null }, { id: NaN }, { type: "view" }]) assert.equal(reranker.observe(event), null);
  assert.equal(reranker.info().ignored.reason.code, "event.missing_id");
  for (const event of [null, undefined]) assert.equal(reranker.observe(event), null);
  assert.equal(reranker.info().ignored.count, 6);
  reranker.observe({ id: "item-1", type: "teleport", at: 5 });
  reranker.observe({ id: "item-2", type: "add_to_cart", at: 6 });
  reranker.observe({ id: "item-3", type: "purchase", at: 7 });
  assert.deepEqual(
    reranker.info().events.map(({ id, type, at, known }) => [id, type, at, known]),
    [
      ["item-1", "other", 5, true],
      ["item-2", "cart", 6, true],
      ["item-3", "purchase", 7, true],
    ],
  );
});

test("one event, one item or everything is forgotten", () => {
  const { reranker } = fakeReranker();
  const first = reranker.observe({ id: "item-1" });
  reranker.observe({ id: "item-2" });
  reranker.observe({ id: "item-2" });
  assert.equal(reranker.forget({ event: first }), 1);
  assert.equal(reranker.forget({ event: first }), 0);
  assert.equal(reranker.forget({ item: "nobody" }), 0);
  assert.equal(reranker.forget({ item: "item-2" }), 2);
  reranker.observe({ id: "item-4" });
  assert.equal(reranker.forget(), 1);
  assert.deepEqual(reranker.info().events, []);
});

test("a snapshot goes back in; after a bad one the session is empty", () => {
  const { reranker } = fakeReranker();
  reranker.observe({ id: "item-1" });
  const snapshot = reranker.snapshot();
  reranker.forget();
  assert.equal(reranker.restore(snapshot), true);
  assert.equal(reranker.info().events.length, 1);
  assert.equal(reranker.restore(new Uint8Array([1, 2, 3])), false);
  assert.equal(reranker.info().ignored.reason.code, "snapshot.foreign");
  assert.deepEqual(reranker.info().events, []);
});

test("an engine that traps costs the page nothing but the new order", () => {
  for (const act of [
    (reranker) => reranker.rerank(objects("item-2", "item-1")),
    (reranker) => reranker.rerank(objects("never seen before")),
    (reranker) => reranker.observe({ id: "item-1" }),
  ]) {
    const { engine, reranker } = fakeReranker();
    reranker.rerank(objects("item-2", "item-1"));
    engine.trapNext = true;
    act(reranker);
    assert.equal(reranker.info().status, "fallback");
    assert.equal(reranker.info().reason.code, "engine.failed");
    assert.equal(reranker.info().backend, "none");
    assert.deepEqual(ids(reranker.rerank(objects("item-2", "item-1"))), ["item-2", "item-1"]);
    assert.equal(reranker.observe({ id: "item-1" }), null);
  }
});

test("a getter that throws keeps that one list as it is", () => {
  const { reranker } = fakeReranker();
  reranker.observe({ id: "item-1" });
  const bad = {
    get id() {
      throw new Error("the caller's own");
    },
  };
  assert.deepEqual(
    reranker.rerank([bad, { id: "item-1" }]).map((entry) => entry.previousRank),
    [1, 2],
  );
  assert.equal(reranker.info().status, "ready");
  assert.deepEqual(ids(reranker.rerank(objects("item-2", "item-1"))), ["item-1", "item-2"]);
});

test("dispose frees the engine once, and lists go on in the server's order", () => {
  const { engine, reranker } = fakeReranker();
  reranker.observe({ id: "item-1" });
  reranker[Symbol.dispose]();
  reranker.dispose();
  assert.equal(engine.freed, 1);
  assert.deepEqual(ids(reranker.rerank(objects("item-2", "item-1"))), ["item-2", "item-1"]);
  const info = reranker.info();
  assert.equal(info.status, "disposed");
  assert.equal(info.reason.code, "reranker.disposed");
  assert.deepEqual(info.events, []);
  assert.equal(reranker.observe({ id: "item-1" }), null);
  assert.equal(reranker.forget(), 0);
  assert.equal(reranker.snapshot(), null);
  assert.equal(reranker.restore(new Uint8Array()), false);
});

/** Numbers in 0..1 from a seed (mulberry32). */
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
