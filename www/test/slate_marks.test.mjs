// Why a candidate stands where a policy has it, in the answer and in an explanation; what a rule is told that found nobody.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { explain } from "../dist/explain/index.js";
import { loadModel } from "../dist/index.node.js";
import { policy } from "../dist/slate/index.js";

const model = await loadModel({
  model: readFileSync(new URL("../../tests/golden/golden.safetensors", import.meta.url)),
  backend: "cpu",
});
const ALL = (await model.session().retrieve({ k: 200 })).map(({ id }) => id);
const reranker = model.session();
for (const at of [3, 31]) reranker.observe({ id: ALL[at] });
const list = ALL.slice(0, 30).map((id, at) => ({ id, brand: `brand ${at % 4}` }));
const score = reranker.rerank(list).map(({ candidate }) => candidate);
const arranged = (...rules) => reranker.rerank(list, { policy: policy({ rules }) });
const marksOf = (ranked) => ranked.map(({ mark }) => mark ?? "");

test("a pin, a boost, a minimum and variety mark what they lift, and nothing else is marked", () => {
  const last = score.at(-1);
  const pinned = arranged({ kind: "pin", item: last.id, position: 2 });
  assert.deepEqual(pinned.slice(0, 3).map(({ mark }) => mark), [undefined, "pinned", undefined]); // biome-ignore format: one line
  const boosted = arranged({ kind: "boost", match: { ids: [last.id] }, by: 50 });
  assert.deepEqual(marksOf(boosted), ["rule", ...Array(29).fill("")]);
  const { brand } = last;
  const minimum = arranged({ kind: "minimum", match: { brand }, least: 4, first: 4 });
  assert.ok(minimum.slice(0, 4).every(({ candidate, mark }, at) => candidate === score[at] || mark === "rule"));
  const diverse = arranged({ kind: "diversify", how: "dpp", amount: 0.8 });
  diverse.forEach(({ candidate, mark }, at) => {
    assert.equal(mark, at < score.indexOf(candidate) ? "diversity" : undefined);
  });
  assert.ok(marksOf(diverse).includes("diversity"));
  assert.ok(reranker.rerank(list).every((entry) => !("mark" in entry)));
  assert.ok(arranged({ kind: "hide", match: { ids: [last.id] } }).every((entry) => !("mark" in entry)));
});

test("an explanation of an arranged list says what the policy did", () => {
  const ranked = arranged({ kind: "pin", item: score[20].id, position: 1 });
  const [first] = explain(reranker, list, { ranked }).places;
  assert.deepEqual([first.candidate, first.code], [score[20], "pinned"]);
  const thrown = () => {
    throw new Error("mine");
  };
  for (const codeOf of [thrown, () => "without", () => "toString", () => 7]) {
    const { places, reason } = explain(reranker, list, { ranked, codeOf });
    assert.equal(reason, null);
    assert.equal(places[0].code, "pinned");
  }
});

test("a rule that found nobody, or whom the server keeps, is told as not kept", () => {
  const told = (rules, candidates = list) => {
    reranker.rerank(candidates, { policy: policy({ rules }) });
    return reranker.info().lastList.rules.map(({ id, kept, broken }) => [id, kept, broken]);
  };
  const [a, b] = list;
  assert.deepEqual(told([{ id: "p", kind: "pin", item: "nobody", position: 1 }]), [["p", false, 1]]);
  const hidden = [{ id: "h", kind: "hide", match: { ids: [a.id] } }];
  assert.deepEqual(told([...hidden, { id: "p", kind: "pin", item: a.id, position: 3 }]), [
    ["h", true, 0],
    ["p", false, 1],
  ]);
  assert.deepEqual(told(hidden, [{ ...a, pinned: true }, b]), [
    ["server", true, 0],
    ["h", false, 1],
  ]);
});

test("pins of the server's that exclude each other are told by their items, and beside the rules", () => {
  const conflicts = (candidates, rules = []) => {
    reranker.rerank(candidates, { policy: policy({ rules }) });
    return reranker.info().lastList.conflicts;
  };
  const [a, b, c] = list;
  const both = [{ ...a, pinned: 2 }, { ...b, pinned: 2 }, c];
  assert.deepEqual(conflicts(both), [[`server:${a.id}`, `server:${b.id}`]]);
  assert.deepEqual(conflicts(both, [{ id: "mine", kind: "pin", item: c.id, position: 2 }])[1], [
    "mine",
    `server:${a.id}`,
  ]);
  assert.deepEqual(conflicts([{ pinned: 1 }, { ...b, pinned: 1 }, c]), [["server:1", `server:${b.id}`]]);
  assert.deepEqual(conflicts([{ ...a, pinned: 1 }, { ...b, pinned: 2 }, c]), []);
});

test("of two pins for one place the later one comes behind it, as far as rules speak of places there", () => {
  const ids = list.slice(0, 6).map(({ id }) => id);
  const pins = [ids[2], ids[5]].map((item) => ({ kind: "pin", item, position: 1 }));
  const bare = ids.map((id) => ({ id }));
  const ruled = reranker.rerank(bare, { policy: policy({ rules: [...pins, { kind: "maxMoves", places: 6 }] }) });
  assert.deepEqual(
    ruled.slice(0, 2).map(({ candidate }) => candidate.id),
    [ids[2], ids[5]],
  );
});

test("pins behind the end are the last places, in their own order", () => {
  const eight = list.slice(0, 8);
  const pin = (at, position) => ({ kind: "pin", item: eight[at].id, position });
  for (const rules of [
    [pin(0, 9), pin(1, 10)],
    [pin(1, 10), pin(0, 9)],
  ]) {
    const ids = reranker.rerank(eight, { policy: policy({ rules }) }).map(({ candidate }) => candidate);
    assert.deepEqual(ids.slice(-2), [eight[0], eight[1]]);
  }
});

test("a context is what it was told last: null takes a word back", () => {
  const made = policy({ rules: [{ kind: "hide", pages: ["home"], match: { ids: [list[0].id] } }] }, { page: "home" });
  const count = (of) => reranker.rerank(list, { policy: of }).length;
  assert.deepEqual([made, made.with({}), made.with({ page: null })].map(count), [29, 29, 30]);
});

test("rules arrange the server's order where that is asked for", () => {
  const { with: told } = policy({ rules: [{ kind: "pin", item: list[5].id, position: 1 }] });
  const ids = reranker.rerank(list, { policy: told({ order: "server" }) }).map(({ previousRank }) => previousRank);
  assert.deepEqual(ids.slice(0, 7), [6, 1, 2, 3, 4, 5, 7]);
});
