// reshelf/sentinel: who orders, on what evidence, and that it can be taken back.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { explain, whatIf } from "../dist/explain/index.js";
import { loadModel } from "../dist/index.node.js";
import { sentinel } from "../dist/sentinel/index.js";
import { policy } from "../dist/slate/index.js";

const model = await loadModel({
  model: readFileSync(new URL("../../tests/golden/golden.safetensors", import.meta.url)),
  backend: "cpu",
});
const { version } = model.info().model;
/** All ids, the most popular first. */
const ALL = (await model.session().retrieve({ k: 1000 })).map(({ id }) => id);
const TRUSTED = JSON.stringify({ version, helps: 3, harms: 0, trusted: true });
/** Answers of `retrieve` are there after this. */
const answered = () => new Promise((done) => setTimeout(done, 5));
const idsOf = (ranked) => ranked.map(({ candidate }) => candidate);
const minutes = (at) => 1_700_000_000_000 + at * 60_000;

/** Observes items that `choose` finds among those that the model expects, one after the other. */
async function turnTo(session, choose, most, until = () => false) {
  for (let turn = 0; turn < most && !until(); turn++) {
    const seen = new Set(session.info().events.map(({ id }) => id));
    const expected = (await session.retrieve({ k: 60 + seen.size })).map(({ id }) => id).filter((id) => !seen.has(id));
    session.observe({ id: choose(expected, seen), type: "view", at: minutes(turn) });
    await answered();
  }
}
const nearest = (expected) => expected[0];
const farthest = (expected, seen) => ALL.findLast((id) => !expected.includes(id) && !seen.has(id));

test("the server's order stands until the model has shown that it knows what comes next", async () => {
  const plain = model.session();
  const guarded = sentinel(plain);
  const list = ALL.slice(0, 30);
  guarded.observe({ id: ALL[3], at: minutes(0) });
  await answered();
  assert.equal(guarded.verdict().reason.code, "sentinel.waiting");
  assert.equal(guarded.info().reason.code, "sentinel.waiting");
  const kept = guarded.rerank(list);
  assert.deepEqual(idsOf(kept), list);
  assert.ok(kept.every(({ score, rank, previousRank }) => score === 0 && rank === previousRank));
  assert.notDeepEqual(idsOf(plain.rerank(list)), list);
  await turnTo(guarded, nearest, 20, () => guarded.verdict().orders === "model");
  const { orders, reason, hits, turns, lists } = guarded.verdict();
  assert.deepEqual([orders, reason, lists], ["model", null, 1]);
  assert.ok(hits > 1 && turns >= hits);
  assert.deepEqual(guarded.rerank(list), plain.rerank(list));
  assert.equal(guarded.info().reason, null);
});

test("a model that does not expect what the shopper turns to gives the lists back", async () => {
  const guarded = sentinel(model.session(), { start: "model" });
  assert.equal(guarded.verdict().orders, "model");
  await turnTo(guarded, farthest, 30);
  const { reason, hits, turns } = guarded.verdict();
  assert.equal(reason.code, "sentinel.foreign");
  assert.ok(hits === 0 && turns > 5);
  assert.deepEqual(idsOf(guarded.rerank(ALL)), ALL);
});

test("clicks on what the server had first and the model far behind give the lists back", async () => {
  const plain = model.session();
  const guarded = sentinel(plain, { state: TRUSTED });
  const list = ALL.slice(0, 40);
  guarded.observe({ id: ALL[0], at: minutes(0) });
  for (let click = 1; click < 30 && guarded.verdict().orders === "model"; click++) {
    const order = idsOf(guarded.rerank(list));
    const last = order.findLast((id) => !plain.info().events.some((event) => event.id === id)) ?? order.at(-1);
    // The server has first what the model has last.
    guarded.rerank([last, ...list.filter((id) => id !== last)]);
    guarded.observe({ id: last, at: minutes(click) });
  }
  const { reason, clicks, model: ours, server } = guarded.verdict();
  assert.equal(reason.code, "sentinel.worse");
  assert.ok(clicks > 2 && server > ours);
});

test("a session that no person has gets the server's order, and says why", () => {
  const pace = (count, gap, same = false, type = "view") => {
    const guarded = sentinel(model.session(), { start: "model" });
    for (let at = 0; at < count; at++) {
      const id = same ? ALL[at % 7] : `item-${at}`;
      guarded.observe({ id, type, at: 1_700_000_000_000 + at * gap });
    }
    return guarded.verdict().reason?.code ?? null;
  };
  assert.equal(pace(30, 300), "sentinel.fast");
  assert.equal(pace(30, 5000), null);
  assert.equal(pace(15, 300), null);
  // A page that tells all at once, and an order of many lines, say nothing of pace.
  assert.equal(pace(30, 0), null);
  assert.equal(pace(30, 300, false, "purchase"), null);
  assert.equal(pace(250, 5000), "sentinel.broad");
  assert.equal(pace(250, 5000, true), null);
});

test("what is forgotten leaves the verdict as if it had not been", async () => {
  const guarded = sentinel(model.session());
  await turnTo(guarded, nearest, 4);
  const before = [guarded.verdict(), guarded.state()];
  const number = guarded.observe({ id: farthest(ALL.slice(0, 20), new Set()), at: minutes(9) });
  assert.notEqual(guarded.state(), before[1]);
  assert.equal(guarded.forget({ event: number }), 1);
  assert.deepEqual([guarded.verdict(), guarded.state()], before);
  guarded.forget();
  const fresh = sentinel(model.session());
  assert.deepEqual([guarded.verdict(), guarded.state()], [fresh.verdict(), fresh.state()]);
});

test("what the model expected of a session that is forgotten counts for nothing in the next", async () => {
  const guarded = sentinel(model.session());
  guarded.observe({ id: ALL[3], at: minutes(0) });
  guarded.forget();
  await answered();
  guarded.observe({ id: ALL[7], at: minutes(1) });
  assert.equal(guarded.verdict().turns, 0);
});

test("a page takes up where the last one left off; what is no state of this model counts for nothing", async () => {
  const guarded = sentinel(model.session());
  await turnTo(guarded, nearest, 20, () => guarded.verdict().orders === "model");
  assert.equal(sentinel(model.session(), { state: guarded.state() }).verdict().orders, "model");
  const nonsense = ["", "{", "null", "[]", "7", TRUSTED.replace(version, "other"), '{"trusted":true}', 7, {}, null];
  for (const state of [...nonsense, TRUSTED.replace("3", '"3"'), TRUSTED.replace("3", "1e999")])
    assert.equal(sentinel(model.session(), { state }).verdict().orders, "server", String(state));
});

test("lists keep their length and their candidates, whatever they and the options are", () => {
  const plain = model.session();
  const guarded = sentinel(plain, { id: "sku" });
  guarded.observe({ id: ALL[2], at: minutes(0) });
  const list = ALL.slice(0, 12).map((id) => ({ id, sku: id }));
  function* once() {
    yield* list;
  }
  const hostile = new Proxy({ limit: 3 }, { ownKeys: () => assert.fail("mine") });
  for (const options of [
    undefined,
    null,
    {},
    { limit: 5 },
    { limit: 0 },
    { limit: "4" },
    { limit: 3n },
    { by: "similarity" },
    hostile,
    7,
  ]) {
    const expected = list.slice(0, plain.rerank(list, options).length);
    assert.deepEqual(idsOf(guarded.rerank(list, options)), expected, String(options?.limit));
    if (options !== hostile) assert.deepEqual(idsOf(guarded.rerank(once(), options)), expected);
  }
  assert.deepEqual(guarded.rerankMany([list, list.slice(3)], { limit: 4 }).map(idsOf), [
    list.slice(0, 4),
    list.slice(3, 7),
  ]);
  for (const nonsense of [null, 5, "text", {}, [null, undefined, NaN]])
    assert.ok(Array.isArray(guarded.rerank(nonsense)));
  const other = guarded.session();
  assert.deepEqual([other.verdict().lists, other.info().events.length], [0, 0]);
  const { rerank, observe } = guarded;
  assert.equal(typeof observe({ id: ALL[5] }), "number");
  assert.equal(rerank(list).length, 12);
  guarded.dispose();
  assert.deepEqual(idsOf(guarded.rerank(list)), list);
});

test("a policy arranges the server's order while that stands, and the model's once it does not", () => {
  const plain = model.session();
  const guarded = sentinel(plain);
  for (const at of [0, 1]) guarded.observe({ id: ALL[at], at: minutes(at) });
  const list = ALL.slice(0, 12).map((id, at) => (at === 7 ? { id, bid: 1 } : { id }));
  const rules = policy({
    rules: [
      { id: "h", kind: "hide", match: { ids: [ALL[0]] } },
      { id: "p", kind: "pin", item: ALL[10], position: 1 },
      { id: "s", kind: "sponsored", positions: [2] },
    ],
  });
  const kept = guarded.rerank(list, { policy: rules });
  const places = [11, 8, 2, 3, 4, 5, 6, 7, 9, 10, 12];
  assert.deepEqual(
    kept.map(({ previousRank }) => previousRank),
    places,
  );
  assert.deepEqual(
    kept.map(({ rank }) => rank),
    places.map((_, at) => at + 1),
  );
  assert.ok(kept[1].sponsored && guarded.info().lastList.rules.every((rule) => rule.kept));
  assert.equal(guarded.rerank(list, { policy: rules, limit: 3 }).length, 3);
  assert.deepEqual(guarded.rerankMany([list, list], { policy: rules })[1], kept);
  const trusting = sentinel(plain, { start: "model" });
  assert.deepEqual(trusting.rerank(list, { policy: rules }), plain.rerank(list, { policy: rules }));
});

test("a list that was given back is explained as the server's", () => {
  const guarded = sentinel(model.session());
  for (const at of [0, 1, 2]) guarded.observe({ id: ALL[at * 3], at: minutes(at) });
  const list = ALL.slice(0, 10);
  const { places, reason } = explain(guarded, list);
  assert.equal(reason, null);
  assert.ok(places.every(({ code, score, parts }) => code === "server-order" && score === 0 && parts.length === 0));
  const would = whatIf(guarded, list, { without: { event: guarded.info().events[0].event } }).places;
  assert.ok(would.length === 10 && would.every(({ rank, rankNow }) => rank === rankNow));
  const trusting = sentinel(guarded, { start: "model" });
  assert.ok(trusting.verdict().reason !== null, "of two sentinels the inner one has its say");
});

test("what is no reranker is refused with a code, odd options are none, and a lost model is the reason", async () => {
  for (const nonsense of [null, undefined, {}, 7, Promise.resolve(model.session())])
    assert.throws(() => sentinel(nonsense), { code: "sentinel.reranker" });
  const hostile = new Proxy({}, { get: () => assert.fail("mine"), has: () => assert.fail("mine") });
  assert.equal(sentinel(model.session(), hostile).verdict().reason.code, "sentinel.waiting");
  const guarded = sentinel(model.session());
  guarded.dispose();
  assert.equal(guarded.verdict().reason.code, "reranker.disposed");
});
