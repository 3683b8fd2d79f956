// reshelf/explain: parts that add up, reasons in words, and lists as they would be.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { explain, sentences, whatIf } from "../dist/explain/index.js";
import { loadModel } from "../dist/index.node.js";

const model = await loadModel({
  model: readFileSync(new URL("../../tests/golden/signals/golden.safetensors", import.meta.url)),
  backend: "cpu",
});
const ids = (await model.session().retrieve({ k: 40 })).map(({ id }) => id);
const list = ids.slice(0, 30).map((id, at) => ({ id, score: 30 - at }));

/** A session of these events, and their numbers. */
function visit(...events) {
  const reranker = model.session();
  return { reranker, numbers: events.map((event) => reranker.observe(event)) };
}

const SOME = [
  { id: ids[3], type: "view" },
  { id: ids[3], type: "dwell", seconds: 40 },
  { id: ids[35], type: "cart" },
  { id: "stranger", type: "view" },
  { id: ids[12], type: "impression", list: "home", position: 2 },
  { id: ids[20], type: "purchase" },
];

test("the parts of every place add up to what rerank gives, and so do the ways of the session", () => {
  const { reranker, numbers } = visit(...SOME);
  const ranked = reranker.rerank(list);
  const { places, reason } = explain(reranker, list);
  assert.equal(reason, null);
  assert.equal(places.length, 24);
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  for (const [at, place] of places.entries()) {
    const { candidate, rank, previousRank, score } = ranked[at];
    assert.equal(place.candidate, candidate);
    assert.deepEqual([place.rank, place.previousRank, place.score], [rank, previousRank, score]);
    assert.ok(Math.abs(place.base + sum(place.parts.map(({ value }) => value)) - score) < 1e-6);
    const ofSession = place.parts.filter(({ code }) => /^your-|^earlier$|^shown$/.test(code));
    assert.ok(Math.abs(sum(Object.values(place.ways)) - sum(ofSession.map(({ value }) => value))) < 1e-6);
    assert.equal(place.bound, 0);
    for (const { event, item } of place.parts) {
      if (event === undefined) continue;
      // The dwell counts with its view, and the stranger with what is older.
      assert.equal(item, { [numbers[0]]: ids[3], [numbers[2]]: ids[35], [numbers[5]]: ids[20] }[event]);
    }
  }
  const codes = new Set(places.flatMap(({ parts }) => parts.map(({ code }) => code)));
  for (const code of ["your-views", "your-cart", "your-purchases", "earlier", "server", "popular"])
    assert.ok(codes.has(code), code);
  assert.deepEqual(reranker.rerank(list), ranked);
});

test("a place's explanation does not depend on which others are asked for", () => {
  const { reranker } = visit(...SOME);
  const all = explain(reranker, list, { places: list.map((_, at) => at + 1) });
  assert.equal(all.places.length, 30);
  const some = explain(reranker, list, { places: [30, 2, 99, 0, 1.5, "x"] });
  assert.deepEqual(some.places, [all.places[29], all.places[1]]);
});

test("long sessions are sampled, the same each time, with a bound that more orders make smaller", () => {
  const { reranker } = visit(...ids.slice(0, 12).map((id) => ({ id })));
  const [exact, few, again, many] = [{ exactUpTo: 12 }, { pairs: 8 }, { pairs: 8 }, { pairs: 400 }].map((options) =>
    explain(reranker, list, { places: [1], ...options }).places.at(0),
  );
  assert.deepEqual(few, again);
  assert.ok(exact.bound === 0 && many.bound > 0 && many.bound < few.bound, `${many.bound} ${few.bound}`);
  const valueAt = ({ parts }, event) => parts.find((part) => part.event === event)?.value ?? 0;
  for (const { event } of exact.parts)
    if (event) assert.ok(Math.abs(valueAt(exact, event) - valueAt(many, event)) <= many.bound);
});

test("a list that keeps the server's order has that as its reason", () => {
  for (const { reranker } of [visit(), visit({ id: "stranger" })]) {
    const { places, reason } = explain(reranker, list, { locale: "de" });
    assert.equal(reason, null);
    for (const { code, parts, ways, score, sentence } of places) {
      assert.deepEqual([code, parts, ways, score], ["server-order", [], null, 0]);
      assert.equal(sentence, sentences("de")["server-order"][1]);
    }
  }
});

test("what a policy has marked is the reason, and what the page says comes before", () => {
  const { reranker } = visit(...SOME);
  const ranked = reranker.rerank(list).map((entry, at) => ({
    ...entry,
    ...[{ sponsored: true }, { mark: "rule" }, { mark: "diversity" }, { mark: "pinned" }][at],
  }));
  const { places } = explain(reranker, list, { ranked, codeOf: ({ rank }) => (rank === 5 ? "similar" : null) });
  const codes = places.map(({ code }) => code);
  assert.deepEqual(codes.slice(0, 5), ["sponsored", "rule", "diversity", "pinned", "similar"]);
});

test("sentences name what the page names, in the shop's words where it has any", () => {
  const { reranker } = visit({ id: ids[3], type: "view" });
  const nameOf = (id) => (id === ids[3] ? "the red {rank} kite" : null);
  const named = explain(reranker, list, { nameOf }).places.map(({ sentence }) => sentence);
  assert.ok(
    named.some((sentence) => sentence.includes("the red {rank} kite")),
    named.join("\n"),
  );
  const plain = explain(reranker, list, { nameOf: () => assert.fail("no name today") }).places;
  assert.ok(plain.every(({ sentence }) => sentence.length > 5 && !sentence.includes("{")));
  const words = { popular: ["!", "!"], "your-views": ["V {name}", "v"] };
  for (const { code, sentence } of explain(reranker, list, { sentences: words, locale: "xx" }).places)
    assert.equal(sentence, words[code]?.[1] ?? sentences()[code][1]);
  assert.notEqual(sentences("de-AT").popular[0], sentences("en").popular[0]);
  const [english, german] = [sentences(null), sentences("de")].map((each) => Object.keys(each).sort());
  assert.deepEqual(english, german);
});

test("what would be without an event is what is once it is forgotten, and nothing is forgotten", () => {
  for (const what of [0, 2, 5, "item"]) {
    const { reranker, numbers } = visit(...SOME);
    const now = reranker.rerank(list);
    const without = what === "item" ? { item: ids[3] } : { event: numbers[what] };
    const { places, reason } = whatIf(reranker, list, { without, nameOf: (id) => `no. ${id}` });
    assert.equal(reason, null);
    assert.equal(reranker.info().events.length, SOME.length - 1);
    assert.deepEqual(reranker.rerank(list), now);
    const rankNow = new Map(now.map(({ candidate, rank }) => [candidate, rank]));
    assert.ok(reranker.forget(what === "item" ? ids[3] : without) > 0);
    const then = reranker.rerank(list);
    for (const [at, place] of places.entries()) {
      const { candidate, score, rank, previousRank } = place;
      assert.deepEqual({ candidate, score, rank, previousRank }, then[at]);
      assert.equal(place.rankNow, rankNow.get(candidate));
      const said = `Without no. ${ids[{ 0: 3, 2: 35, 5: 20, item: 3 }[what]]} it would be at place ${rank}`;
      assert.ok(place.sentence.startsWith(said), place.sentence);
    }
  }
});

test("nothing throws, and whoever cannot be asked says why", () => {
  const { reranker } = visit(...SOME);
  const thrower = [
    {
      get id() {
        throw new Error("no");
      },
    },
  ];
  const code = ({ places, reason }) => [places.length, reason?.code];
  assert.deepEqual(code(explain({}, list)), [0, "explain.reranker"]);
  assert.deepEqual(code(explain(null, list)), [0, "explain.reranker"]);
  assert.deepEqual(code(explain(reranker, null)), [0, "explain.list"]);
  assert.deepEqual(code(explain(reranker, thrower)), [0, "explain.list"]);
  assert.deepEqual(code(explain(reranker, [])), [0, undefined]);
  assert.deepEqual(code(explain(reranker, list, { codeOf: () => assert.fail("odd") })), [24, undefined]);
  assert.deepEqual(code(whatIf(reranker, list, { without: { event: 2 ** 40 } })), [0, "explain.without"]);
  assert.deepEqual(code(whatIf(reranker, list)), [0, "explain.without"]);
  assert.deepEqual(code(whatIf(reranker, list, { without: { event: "x" } })), [0, "explain.without"]);
  assert.equal(whatIf(reranker, list, { without: "never met" }).places.length, 30);
  reranker.dispose();
  assert.deepEqual(code(explain(reranker, list)), [0, "reranker.disposed"]);
});
