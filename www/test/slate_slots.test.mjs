// Each slot on the demo shop's own products, in a session that has looked at four headphones: what it is there for shows in the list.
// Search and help have a file of their own (slate_query.test.mjs).
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { loadReranker } from "../dist/index.node.js";
import { policy } from "../dist/slate/index.js";
import { slate } from "./slate_lists.mjs";

const demo = new URL("../../target/demo/", import.meta.url);
const shop = { skip: !existsSync(demo) && "make demo" };
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 11, 24);

/** A session, 120 products of all kinds as the server has them, and lists of them by the session alone and in a slot. */
async function visit() {
  const { products } = JSON.parse(readFileSync(new URL("shop.json", demo), "utf8"));
  const reranker = await loadReranker({ model: readFileSync(new URL("model.safetensors", demo)) });
  const liked = products.filter(({ category }) => category === "headphones").slice(0, 4);
  assert.equal(liked.length, 4);
  for (const { id } of liked) reranker.observe({ id, at: NOW - DAY });
  const list = products.filter((product) => !liked.includes(product)).slice(0, 120);
  const plain = (of = list) => reranker.rerank(of).map(({ candidate }) => candidate);
  const slot = (name, of = list, options = {}) =>
    reranker.rerank(of, { policy: policy({ slot: name }, { now: NOW, ...options }) }).map(({ candidate }) => candidate);
  return { products, reranker, list, plain, slot };
}

const kinds = (list, first) => new Set(list.slice(0, first).map(({ category }) => category)).size;
const mean = (numbers) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

test("home: more kinds of goods in front, and less of what was shown before", shop, async () => {
  const { reranker, plain, slot } = await visit();
  const home = slot("home");
  assert.ok(kinds(home, 12) > kinds(plain(), 12), `${kinds(home, 12)} ${kinds(plain(), 12)}`);
  const tenth = home[9];
  for (let at = 1; at <= 5; at++)
    reranker.observe({ type: "impression", id: tenth.id, list: "home", position: 10, at: NOW + at });
  assert.ok(slot("home").indexOf(tenth) > 9);
});

test("category: at most three of a brand in any six of the first 24 places", shop, async () => {
  const { products, plain, slot } = await visit();
  const mugs = products.filter(({ category }) => category === "mugs");
  const most = (list) =>
    Math.max(
      ...Array.from({ length: 19 }, (_, at) => {
        const brands = list.slice(at, at + 6).map(({ brand }) => brand);
        return Math.max(...brands.map((brand) => brands.filter((each) => each === brand).length));
      }),
    );
  // As a server has them that sorts by brand.
  const sorted = [...mugs].sort((a, b) => (a.brand < b.brand ? -1 : 1));
  assert.ok(most(sorted) > 3);
  assert.ok(most(slot("category", sorted, { order: "server" })) <= 3);
  assert.ok(most(slot("category", mugs)) <= 3 && slot("category", mugs).length === plain(mugs).length);
});

test("product and cart: what stands beside an item is less alike, and what was bought is gone", shop, async () => {
  const { reranker, list, plain, slot } = await visit();
  for (const name of ["product", "cart"]) assert.ok(kinds(slot(name), 12) > kinds(plain(), 12), name);
  const bought = plain()[2];
  reranker.observe({ type: "purchase", id: bought.id, at: NOW - DAY });
  assert.ok(slot("product").includes(bought));
  assert.ok(!slot("cart").includes(bought) && slot("cart").length === list.length - 1);
  assert.deepEqual(
    reranker.info().lastList.removed.map(({ id, rule }) => [id, rule]),
    [[bought.id, "cart/bought"]],
  );
  assert.ok(slot("cart", list, { now: NOW + 40 * DAY }).includes(bought), "after a month");
});

test("new and notes: what is new stands farther in front", shop, async () => {
  const { list, plain, slot } = await visit();
  const dated = list.map((item, at) => ({ ...item, age: (at * 37) % 120, date: NOW - ((at * 37) % 120) * DAY }));
  const age = (ranked) => mean(ranked.slice(0, 24).map(({ age }) => age));
  for (const [name, least] of [
    ["new", 20],
    ["notes", 1],
  ])
    assert.ok(
      age(slot(name, dated)) < age(plain(dated)) - least,
      `${name}: ${age(slot(name, dated))} ${age(plain(dated))}`,
    );
});

test("notes: what was read before stands farther behind", shop, async () => {
  const { reranker, slot } = await visit();
  const [first] = slot("notes");
  for (let at = 1; at <= 5; at++)
    reranker.observe({ type: "impression", id: first.id, list: "notes", position: 1, at: NOW + at });
  assert.ok(slot("notes").indexOf(first) >= 3);
});

test("group-buy: half way between the session's order and the server's", shop, async () => {
  const { list, plain, slot } = await visit();
  const far = (ranked) => mean(list.map((item, at) => Math.abs(ranked.indexOf(item) - at)));
  const [session, half] = [far(plain()), far(slot("group-buy"))];
  assert.ok(half > 0.1 * session && half < 0.8 * session, `${half} ${session}`);
});

test("group-buy: what is nearly full and ends soon goes first, and the session decides among the like", () => {
  const at = (hours) => new Date(NOW + hours * 3_600_000).toISOString();
  const groups = [
    { id: "over", progress: 0.95, ends: at(-1) },
    { id: "open", progress: 0.95 },
    { id: "begun", progress: 0.05, ends: at(72) },
    { id: "begun-tonight", progress: 0.05, ends: at(5) },
    { id: "half", progress: 0.5, ends: at(72) },
    { id: "full-later", progress: 0.95, ends: at(72) },
    { id: "full-tonight", progress: "0.95", endsAt: at(5) },
  ];
  const group = policy({ slot: "group-buy" }, { now: NOW });
  assert.deepEqual(group.problems, []);
  assert.deepEqual(slate(group, groups).ids, [
    "open",
    "full-tonight",
    "begun-tonight",
    "full-later",
    "half",
    "begun",
    "over",
  ]);
  // Of what is as full and ends as soon the session's favourite goes up, half way.
  const twins = ["a", "b", "c"].map((id) => ({ id, progress: 0.8, ends: at(9) }));
  assert.deepEqual(slate(group, twins, { scores: [0, 0, 5] }).ids, ["a", "c", "b"]);
  // A boost of the shop's own for brands stands beside the preset's.
  const own = policy({ slot: "group-buy", rules: [{ id: "zen", kind: "boost", match: { brand: "Zen" }, by: 1 }] });
  assert.deepEqual(own.rules, ["zen", "group-buy/strength", "group-buy/progress", "group-buy/ends"]);
});

test(
  "sponsored: the third and the ninth place are for bids, of the better half, and all of them are marked",
  shop,
  async () => {
    const { reranker, list, plain } = await visit();
    const bids = list.map((item, at) => (at % 6 ? item : { ...item, bid: 1 + (at % 5) }));
    const ranked = reranker.rerank(bids, { policy: policy({ slot: "sponsored" }) });
    const own = plain(bids);
    for (const at of [2, 8]) {
      assert.ok(ranked[at].sponsored && ranked[at].candidate.bid > 0);
      assert.ok(own.indexOf(ranked[at].candidate) < bids.length / 2);
    }
    assert.equal(ranked.filter(({ sponsored }) => sponsored).length, 20);
  },
);
