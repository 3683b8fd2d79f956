// Rules by what was searched for, and by the server's multipliers; the slots of search and help on a shop's own titles.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { loadReranker } from "../dist/index.node.js";
import { policy } from "../dist/slate/index.js";
import { draws } from "./draws.mjs";
import { slate } from "./slate_lists.mjs";

const rounded = (share) => Math.round(share * 1e5) / 1e5;

const QUERY = [{ id: "query", kind: "query", by: 4 }];

/** The lift of a title of so many words, the only one of two that has any of the query's, by how well it has each of these. */
function part(met, words) {
  const sum = (numbers) => numbers.reduce((all, each) => all + each, 0);
  const rare = met.map((each) => (each > 0 ? 2 / 5 : 1));
  return rounded(((sum(met.map((each, at) => each * rare[at])) / sum(rare)) * (3 + Math.min(1, sum(met) / words))) / 4);
}

/** What each title is lifted by: a share of the rule's `by`. */
function lifts(titles, query, rules = QUERY) {
  const made = policy({ rules }, { query });
  assert.deepEqual(made.problems, []);
  const list = titles.map((title, at) => ({ id: `${at}`, title }));
  const scores = list.map((_, at) => (at % 2 ? 1 : -1));
  const { ranked } = slate(made, list, { scores });
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const spread = scores.reduce((sum, score) => sum + Math.abs(score - mean), 0) / scores.length;
  return list.map((item, at) => {
    const found = ranked.find(({ candidate }) => candidate === item);
    return rounded((found.score - scores[at]) / spread / 4);
  });
}

test("what meets the query is lifted by how rare its words are and how much of the title they are", () => {
  // Of 4 candidates: `mug` stands in 3 and weighs 4/13, `blue` in 2 and weighs 4/10.
  const [mug, blue] = [4 / 13, 4 / 10];
  const cover = (share, part) => rounded((share * (3 + part)) / 4);
  assert.deepEqual(lifts(["Blue mug", "A mug", "Mug, blue (large)", "Teapot"], "blue mug"), [
    cover(1, 1),
    cover(mug / (mug + blue), 1 / 2),
    cover(1, 2 / 3),
    0,
  ]);
  // A word that is begun counts half, and what has it whole goes before.
  assert.deepEqual(lifts(["mugs", "mug", "smug"], "mug"), [cover(0.5, 0.5), 1, 0]);
  assert.deepEqual(lifts(["mugs blue", "mug"], "mug blue"), [
    cover(8 / 10 / (8 / 10 + 8 / 10), 1 / 2),
    cover(1 / 2, 1),
  ]);
  assert.deepEqual(lifts(["a", "b"], "a a  A"), [1, 0]);
  const fields = [{ kind: "query", by: 5, fields: ["title", "tags"] }];
  const made = policy({ rules: fields }, { query: "new" });
  assert.deepEqual(slate(made, [{ id: "a" }, { id: "b", tags: ["old", "New"] }]).ids, ["b", "a"]);
});

test("words are told apart whatever their case, accents and form", () => {
  for (const [query, title, lift = 1] of [
    ["TASSE", "tasse"],
    ["creme brulee", "Crème-Brûlée"],
    ["Crème", "Cre\u0300me"],
    ["strasse", "Straße"],
    ["istanbul", "İSTANBUL"],
    ["ΛΟΓΟΣ", "λόγος"],
    ["ёлка", "елка"],
    ["schön", "scho\u00adn"],
    ["سلام", "سَلَام"],
    ["שלום", "שָׁלוֹם"],
    ["ﬁne", "fine"],
    ["ｍｕｇ", "mug"],
    ["한", "한국", 7 / 16],
    ["कप", "कप"],
    ["0.5 l", "0,5 L"],
    ["🫖", "🫖", 0],
    ["mug", "", 0],
    ["mug", { toString: null }, 0],
  ])
    assert.equal(lifts([title, "—"], query)[0], lift, query);
});

test("where words have no spaces between them, each two neighbouring characters are a word", () => {
  for (const [query, title, lift = 1] of [
    // Chinese: a part of a run is found wherever it stands.
    ["手机壳", "手机壳"],
    ["手机", "苹果手机壳", part([1], 4)],
    ["手机壳", "手机", part([1, 0], 1)],
    ["手机壳 iphone", "iPhone15手机壳", part([1, 1, 0.5], 3)],
    ["红 鞋", "红色运动鞋", part([0.5, 0.5], 4)],
    ["茶", "茶"],
    ["茶", "绿茶", part([0.5], 1)],
    ["茶", "茶杯", part([0.5], 1)],
    ["5号电池", "电池5号", part([1, 0, 1], 3)],
    // Japanese: the sound mark of a long vowel is a character, half width and composed kana are as full ones.
    ["コーヒー", "コーヒーカップ", part([1, 1, 1], 6)],
    ["ｶﾞｽ", "ガス"],
    ["赤い靴", "靴が赤い", part([1, 0], 3)],
    ["時々", "時々"],
    // Thai, Lao, Khmer, Myanmar: a character has its vowels and tones with it.
    ["กาแฟ", "แก้วกาแฟ", part([1, 1, 1], 6)],
    ["น้ำ", "น้ำหอม", part([1], 4)],
    ["ກາເຟ", "ກາເຟ"],
    ["កាហ្វេ", "កាហ្វេ"],
    ["ကော်ဖီ", "ကော်ဖီ"],
    // Korean has spaces, and stays as it was.
    ["운동화", "남성 운동화", part([1], 2)],
    ["동화", "운동화", 0],
  ])
    assert.equal(lifts([title, "—"], query)[0], lift, `${query} in ${title}`);
  const made = policy({ rules: [{ kind: "hide", match: { ids: ["a"] }, queries: ["手机壳 红色", "コーヒー"] }] });
  const list = [{ id: "a" }, { id: "b" }];
  const counts = (query) => slate(made.with({ query }), list).ids.length === 1;
  assert.deepEqual(["红色 手机壳", "ｺｰﾋｰ", "手机壳", "手机 红色"].map(counts), [true, true, false, false]);
});

test("queries are the same whatever strokes, signs and spaces a keyboard leaves out", () => {
  const same = (one, other) => {
    const made = policy({ rules: [{ kind: "hide", match: { ids: ["a"] }, queries: [one] }] });
    return slate(made.with({ query: other }), [{ id: "a" }, { id: "b" }]).ids.length === 1;
  };
  for (const [one, other] of [
    ["łóżko", "lozko"],
    ["điện thoại", "dien thoai"],
    ["smørrebrød", "SMORREBROD"],
    ["œuf", "oeuf"],
    ["كتاب", "كـتاب"],
    ["mug", "mug ❤️"],
    ["mug", "☕️mug"],
    ["1", "1️⃣"],
    ["ガーデンチェア", "ガーデン チェア"],
    ["เก้าอี้ สวน", "เก้าอี้สวน"],
  ])
    assert.ok(same(one, other) && same(other, one), `${one} and ${other}`);
  assert.ok(!same("🅰️", "❤️") && !same("mug ❤️", "❤️"));
  assert.deepEqual(
    ["Teapot", "Lamp ⭐️ star", "Blue mug"].map((_, at, titles) => lifts(titles, "mug ❤️")[at] > 0),
    [false, false, true],
  );
});

test("no text is too odd, and without words the list is as without the rule", () => {
  const below = draws(15);
  const odd = [
    "\ud800",
    "\udc00a",
    "\u202e‮مرحبا",
    "a".repeat(10_000),
    "a b ".repeat(10_000),
    "\u0000",
    "️‍",
    "ﷺ".repeat(4096),
  ];
  for (let round = 0; round < 300; round++) {
    const text = () =>
      below(3)
        ? Array.from({ length: below(12) }, () => String.fromCharCode(below(65_536))).join("")
        : odd[below(odd.length)];
    const made = policy({ rules: QUERY }, { query: text() });
    const list = Array.from({ length: 5 }, (_, id) => ({ id: `${id}`, title: text() }));
    assert.deepEqual(
      [...slate(made, list).ids].sort(),
      list.map(({ id }) => id),
    );
    for (const { score } of slate(made, list).ranked) assert.ok(Math.abs(score) <= 6);
  }
  const list = ["b", "a", "mug"].map((title, at) => ({ id: `${at}`, title }));
  for (const query of ["", "  ", "—", "🫖", null, undefined])
    assert.deepEqual(slate(policy({ rules: QUERY }, { query }), list, { scores: [1, 2, 3] }).ids, ["2", "1", "0"]);
  const searched = policy({ rules: QUERY }, { query: "b" });
  const first = (made) => slate(made, list, { scores: [0, 1, 0] }).ids[0];
  assert.equal(first(searched), "0");
  assert.equal(first(searched.with({ page: "x" })), "0");
  assert.equal(first(searched.with({ query: "" })), "1");
  assert.equal(first(searched.with({ query: "mug" })), "2");
  assert.equal(first(searched.with({ query: null })), "1");
  const [{ code, message }] = policy({ rules: QUERY }, { query: 7 }).problems;
  assert.equal(code, "policy.option");
  assert.match(message, /`query` is text/);
});

test("a multiplier of the server's multiplies the odds of a predicted click", () => {
  // Two up, two down: the middle is 0 and the spread 1, so that scores are units.
  const scores = [1, -1, 1, -1];
  const lifted = (exposure) => {
    const list = scores.map((_, at) => ({ id: `${at}`, exposure: exposure[at] }));
    const { ranked } = slate(policy({ rules: [{ kind: "exposure" }] }), list, { scores });
    return list.map((item) => ranked.find(({ candidate }) => candidate === item).score);
  };
  const near = (given, expected) =>
    given.forEach((each, at) => assert.ok(Math.abs(each - expected[at]) < 1e-6, `${given} ${expected}`));
  // Odds of 3 and of 1/3, doubled, are 6 and 2/3.
  near(lifted([2, 2, 0.5, 0.5]), [2.5, -0.25, 0.25, -2.5]);
  near(lifted(["2", 1, undefined, -1]), [2.5, -1, 1, -1]);
  near(lifted([NaN, "many", {}, null]), scores);
  // 3 times 100, and 3 by 100.
  near(lifted([1e9, 0, Infinity, 0.001]), [149.5, -149.5, 149.5, -149.5]);
  const click = (x) => (1 + x / (1 + Math.abs(x))) / 2;
  for (let times = 0.01; times < 100; times *= 1.7) {
    const [score] = lifted([times]);
    assert.ok(Math.abs(click(score) / (1 - click(score)) - 3 * times) < 1e-3 * times, `${times}`);
  }
  const named = policy(
    { rules: [{ kind: "exposure", field: "seller.due" }] },
    { fields: { "seller.due": "seller.due" } },
  );
  const list = [{ id: "a" }, { id: "b", seller: { due: 10 } }];
  assert.deepEqual(slate(named, list, { scores: [1, 0.5] }).ids, ["b", "a"]);
});

const ANSWERS = [
  ["pay", "Which ways to pay are there?"],
  ["invoice", "Where do I find my invoice?"],
  ["return", "How do I return an order?"],
  ["late", "My order is late"],
  ["cancel", "Can I cancel an order?"],
  ["exchange", "Exchange or return a gift"],
].map(([id, title]) => ({ id: `help/${id}`, title }));

const demo = new URL("../../target/demo/", import.meta.url);
const shop = { skip: !existsSync(demo) && "make demo" };

async function open() {
  const { products } = JSON.parse(readFileSync(new URL("shop.json", demo), "utf8"));
  return { products, reranker: await loadReranker({ model: readFileSync(new URL("model.safetensors", demo)) }) };
}
const ids = (ranked) => ranked.map(({ candidate }) => candidate.id);

test("in search, what the words name goes before what the shopper likes elsewhere", shop, async () => {
  const { products, reranker } = await open();
  const found = products.filter(({ title }) => /\bmug/i.test(title));
  assert.ok(found.length > 60);
  const search = policy({ slot: "search" });
  const firsts = (query) => {
    const made = search.with({ query });
    const ranked = reranker.rerank(found, { policy: made });
    assert.equal(ranked.length, found.length);
    return ids(ranked);
  };
  const colour = (ranked, colour) =>
    ranked.slice(0, 12).filter((id) => found.find((each) => each.id === id).title.includes(colour)).length;
  for (const seen of [[], found.slice(50, 54)]) {
    for (const { id } of seen) reranker.observe({ id });
    const plain = ids(reranker.rerank(found));
    for (const query of ["", "?!"]) assert.deepEqual(firsts(query), plain);
    // Exact titles, of which a shop's differ in a word or two, stand 33rd on average without it.
    const places = found.map(({ id, title }) => firsts(title).indexOf(id) + 1);
    const mean = places.reduce((sum, place) => sum + place, 0) / places.length;
    assert.ok(mean < 4, `${mean}`);
    // The only one that has the words comes first, wherever the server has it.
    const others = products.filter(({ title }) => !/\bmug/i.test(title)).slice(0, 30);
    const sole = reranker.rerank([...others, found[7]], { policy: search.with({ query: found[7].title }) });
    assert.equal(sole[0].candidate.id, found[7].id);
    // A colour that few have, in the middle of being typed.
    const having = found.filter(({ title }) => /\blilac\b/.test(title)).length;
    assert.ok(having >= 3);
    assert.ok(colour(firsts("mug lila"), "lilac") > colour(plain, "lilac"), "begun");
    assert.ok(colour(firsts("lilac mug"), "lilac") >= Math.min(12, having) / 2, "whole");
  }
});

test("in help, the answer to the question comes first, and goods looked at count for nothing", shop, async () => {
  const { products, reranker } = await open();
  const help = policy({ slot: "help" });
  for (const { id } of products.slice(0, 4)) reranker.observe({ id });
  const asked = (query) => ids(reranker.rerank(ANSWERS, { policy: help.with({ query }) }));
  const server = ANSWERS.map(({ id }) => id);
  assert.deepEqual(asked(""), server);
  for (const { id, title } of ANSWERS) assert.equal(asked(title)[0], id, title);
  assert.deepEqual(asked("return").slice(0, 2), ["help/return", "help/exchange"]);
  assert.equal(asked("late order?")[0], "help/late");
  assert.equal(asked("invoi")[0], "help/invoice");
});

test("a preset's rule counts wherever the definition's own about the same does not", () => {
  const own = { id: "own", kind: "query", by: 20, queries: ["gift"] };
  const made = policy({ slot: "search", rules: [own] });
  const list = [
    { id: "a", title: "Tea" },
    { id: "b", title: "Blue mug, a gift" },
  ];
  assert.deepEqual(slate(made.with({ query: "mug" }), list).ids, ["b", "a"]);
  assert.deepEqual(slate(made.with({ query: "gift" }), list).ids, ["b", "a"]);
  assert.deepEqual(slate(policy({ rules: [own] }).with({ query: "mug" }), list).ids, ["a", "b"]);
});
