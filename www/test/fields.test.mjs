// The parts of candidates and events in every dress that callers have them in, over a stand-in engine: ids, numbers, texts,
// times, rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { fakeReranker } from "./fake.mjs";

const fail = () => {
  throw new Error("the caller's own");
};
const positions = (ranked) => ranked.map(({ previousRank }) => previousRank);
const withSession = (items) => {
  const both = fakeReranker(items);
  both.reranker.observe({ id: "item-5" });
  return both;
};
/** The code of the last refused argument. */
const code = ({ info }) => info().refused.arguments.reason?.code;

test("BigInt ids are exact, and unsafe numbers, halves of characters, empty and endless text name no item", () => {
  const { reranker } = fakeReranker();
  const [exact, near] = ["9007199254740995", "9007199254740996"];
  reranker.observe({ id: exact });
  assert.deepEqual(
    positions(reranker.rerank([BigInt(near), Number(near), BigInt(exact), { id: ` ${exact}\n` }])),
    [3, 4, 1, 2],
  );
  assert.equal(reranker.info().refused.ids.reason.code, "id.unsafe");
  for (const [id, why] of [
    [2 ** 53, "id.unsafe"],
    [-1e300, "id.unsafe"],
    ["\ud83d", "id.surrogate"],
    ["a\udc4db", "id.surrogate"],
    [" \t\u00a0", "event.missing_id"],
    ["é".repeat(40_000), "id.long"],
    ["x".repeat(1e6), "id.long"],
    [1n << 300n, "id.long"],
    [Infinity, "event.missing_id"],
  ]) {
    assert.equal(reranker.observe({ id }), null);
    assert.equal(reranker.info().ignored.reason.code, why);
    const { count } = reranker.info().refused.ids;
    assert.equal(reranker.rerank([id, exact])[0].candidate, exact);
    assert.deepEqual([reranker.info().refused.ids.count, reranker.info().refused.ids.reason.code], [count + 1, why]);
    assert.equal(reranker.forget({ item: id }), 0);
  }
  for (const [one, other] of [
    [17, "17"],
    [-0, "0"],
    [1.5, "1.5"],
    [18n, 18],
    ["😀", " 😀"],
    ["x".repeat(65_535), "x".repeat(65_535)],
  ]) {
    reranker.observe({ id: one });
    assert.equal(reranker.rerank(["item-0", other])[0].candidate, other);
    assert.equal(reranker.forget({ item: other }), 1);
  }
});

test("all spellings of an id follow when it gets a name, or the engine lets go of it", () => {
  const { engine, reranker } = fakeReranker();
  const spellings = ["item-0", 77, "77", 77n, " 77 "];
  reranker.rerank(spellings);
  const number = reranker.observe({ id: "\t77" });
  const found = () => reranker.rerank(spellings).filter(({ score }) => score === 1).length;
  assert.equal(found(), 4);
  reranker.forget({ event: number });
  engine.letGo(() => true);
  reranker.observe({ id: 77n });
  assert.equal(found(), 4);
});

test("numbers may come as plain decimal text, and what only looks like one says nothing", () => {
  const { engine, reranker } = fakeReranker();
  const prices = [
    ["65.90", 65.9],
    [" 7 ", 7],
    ["1e-3", 0.001],
    [".5", 0.5],
    [12n, 12],
    [-0.5, -0.5],
  ];
  prices.forEach(([price], i) => reranker.observe({ id: `new ${i}`, price }));
  assert.deepEqual(
    engine.composed.map(([, , , price]) => price),
    prices.map(([, price]) => price),
  );
  for (const price of ["12,50", "€ 5", "", "0x10", "Infinity", "1_000", true, {}, []])
    reranker.observe({ id: "odd", price });
  assert.equal(engine.composed.length, prices.length);
  assert.equal(reranker.info().refused.arguments.count, 9);
  reranker.observe({ id: "item-5" });
  const written = (scores) => {
    reranker.rerank(scores.map((score, i) => ({ id: `item-${i}`, score })));
    return [...new Float32Array(engine.memory.buffer, engine.serverScores, scores.length)];
  };
  assert.deepEqual(written(["100", 2, "-1.5", null, 3n]), [100, 2, -1.5, NaN, 3]);
  assert.equal(code(reranker), "argument.price");
  assert.deepEqual(written(["high", {}]), [NaN, NaN]);
  assert.equal(code(reranker), "argument.score");
});

test("brands are equal as numbers and as text; long texts are cut before they cross", () => {
  const { engine, reranker } = fakeReranker();
  [5, "5", 5.0, 5n].forEach((brand, i) => reranker.observe({ id: `brand ${i}`, brand }));
  ["5\u00a0", "\u200b5 "].forEach((brand, i) => reranker.observe({ id: `padded ${i}`, brand }));
  assert.equal(engine.composed.length, 6);
  assert.deepEqual(new Set(engine.composed.map(([, , brand]) => brand)), new Set(["5"]));
  reranker.observe({ id: "long", title: `${"x".repeat(4095)}😀${"y".repeat(1e6)}`, type: "z".repeat(1e6) });
  assert.equal(engine.composed.at(-1)[4], "x".repeat(4095));
});

test("a time may be a Date of any realm, a number or its text; any other is now", () => {
  const { reranker } = fakeReranker();
  const foreign = runInNewContext("new Date(86400000)");
  [foreign, new Date(86_400_000), 86_400_000, "86400000", 86_400_000n].forEach((at) =>
    reranker.observe({ id: "item-1", at }),
  );
  assert.deepEqual(new Set(reranker.info().events.map(({ at }) => at)), new Set([86_400_000]));
  for (const at of [NaN, "yesterday", new Date(NaN), {}, Symbol("now"), { valueOf: fail }]) {
    assert.notEqual(reranker.observe({ id: "item-2", at }), null);
    assert.ok(Math.abs(Date.now() - reranker.info().events.at(-1).at) < 60_000);
    assert.equal(code(reranker), "argument.at");
  }
});

test("rows come as any bytes; one that is refused is looked at once and costs no event", () => {
  const { engine, reranker } = fakeReranker();
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  const rows = [
    new Uint8Array(4),
    new ArrayBuffer(4),
    shared,
    shared.buffer,
    new DataView(new ArrayBuffer(8), 2, 4),
    new Float32Array(1),
    "AAAAAA==",
    runInNewContext("new Uint8Array(4)"),
    runInNewContext("new ArrayBuffer(4)"),
  ];
  const list = rows.map((row, i) => ({ id: `rowed ${i}`, row }));
  reranker.rerank(list);
  assert.equal(reranker.info().refused.rows.count, 0);
  for (const { id } of list) assert.ok(engine.compose(id, "", "", NaN, "") < 50 + rows.length, id);

  let asked = 0;
  const addRow = engine.addRow.bind(engine);
  engine.addRow = (...row) => (asked++, addRow(...row));
  const bad = [
    new Uint8Array(9),
    new Uint8Array(1e6),
    { length: 5e9 },
    { [Symbol.toStringTag]: "ArrayBuffer", length: 5e9 },
    7,
    "!",
    () => 1,
    new Proxy(new Uint8Array(4), {}),
  ];
  for (let i = 0; i < 3; i++) reranker.rerank(bad.map((row, i) => ({ id: `bad ${i}`, row })));
  assert.deepEqual([asked, reranker.info().refused.rows.count], [1, bad.length]);
  reranker.observe({ id: "bad 0", row: bad[0] });
  reranker.observe({ id: "seen first", row: bad[0] });
  reranker.observe({ id: "described", row: bad[0], title: "A mug" });
  assert.deepEqual(
    reranker.info().events.map(({ id }) => id),
    ["bad 0", "seen first", "described"],
  );
  assert.equal(engine.composed.length, 1);
  assert.equal(reranker.info().refused.rows.reason.code, "row.length");
  assert.equal(reranker.info().ignored.count, 0);
  reranker.forget();
  assert.equal(reranker.info().refused.rows.count, 0);
  reranker.rerank([{ id: "bad 0", row: bad[0] }]);
  assert.equal(reranker.info().refused.rows.count, 1);
});

test("a category, brand or title that is neither text nor a number leaves a reason", () => {
  for (const wrong of [
    { category: ["home", "mugs"] },
    { brand: NaN },
    { title: { en: "Blue mug" } },
    { category: "home", title: true },
  ]) {
    const { reranker } = withSession();
    reranker.rerank([{ id: "new", ...wrong }, "item-1"]);
    assert.equal(code(reranker), "argument.description");
  }
  const { reranker } = withSession();
  reranker.rerank([{ id: "new", category: 12n, brand: "", title: null, price: "3" }]);
  assert.equal(code(reranker), undefined);
});

test("what logs leave away around an id is no part of it in a page", () => {
  const { reranker } = withSession();
  for (const id of [
    "\ufeffitem-5",
    "item-5\u200b",
    "\u0085item-5\u0000",
    "\u200eitem-5\u2060\n",
    "\u00a0item-5\u2029",
  ]) {
    assert.deepEqual(positions(reranker.rerank(["item-1", id])), [2, 1]);
    reranker.observe({ id });
  }
  assert.equal(reranker.forget("item-5"), 6);
  reranker.observe({ id: "item\u200b-5" }); // Within it is.
  assert.equal(reranker.info().events[0].id, "item\u200b-5");
  assert.equal(reranker.observe({ id: "\u200b\u0007 " }), null);
});
