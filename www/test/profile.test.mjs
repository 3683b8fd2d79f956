// reshelf/profile: a session in names, the shopper's corrections, and their data out and in again.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { loadModel } from "../dist/index.node.js";
import { profileOf } from "../dist/profile/index.js";

const model = await loadModel({
  model: readFileSync(new URL("../../tests/golden/golden.safetensors", import.meta.url)),
  backend: "cpu",
});
const { version } = model.info().model;
const NAMES = {
  model: version,
  categories: ["mugs", "lamps", "rugs", "pots", "hoses"],
  departments: ["home", "garden", "toys"],
  brands: ["Rill", "Gust", "Tern", "Fold", "Kelp", "Moss", "Dune"],
  prices: { mean: 3, deviation: 1 },
};

/** A session of the golden model, and ids of its items. */
async function visit() {
  const reranker = model.session();
  const ids = (await reranker.retrieve({ k: 60 })).map(({ id }) => id);
  return { reranker, ids, view: profileOf(reranker, NAMES) };
}

test("interests come as names with shares, strongest first, and are gone with what they came from", async () => {
  const { reranker, ids, view } = await visit();
  assert.deepEqual(view.profile().interests, []);
  for (const id of ids.slice(0, 12)) reranker.observe({ id });
  const { interests, prices, reason } = view.profile();
  assert.equal(reason, null);
  assert.ok(interests.length > 2);
  for (const { kind, name, weight } of interests) {
    const names = { category: NAMES.categories, department: NAMES.departments, brand: NAMES.brands }[kind];
    assert.ok(names.includes(name) && weight > 0 && weight <= 1, `${kind} ${name} ${weight}`);
  }
  assert.deepEqual(
    interests.map(({ weight }) => weight),
    interests.map(({ weight }) => weight).sort((a, b) => b - a),
  );
  assert.ok(prices.low > 0 && prices.low < prices.high);
  // What the catalogue has no name for is not shown.
  const unnamed = profileOf(reranker, { ...NAMES, brands: NAMES.brands.map(() => "") }).profile().interests;
  assert.deepEqual(
    unnamed,
    interests.filter(({ kind }) => kind !== "brand"),
  );
  reranker.forget();
  assert.deepEqual([view.profile().interests, view.profile().prices], [[], null]);
});

test("names of another model are none, and say what to do", async () => {
  const { reranker, ids } = await visit();
  reranker.observe({ id: ids[0] });
  const broken = [{ model: version }, { ...NAMES, categories: null }, { ...NAMES, prices: {} }];
  for (const names of [undefined, null, { ...NAMES, model: "another" }, ...broken]) {
    const { interests, reason, stage } = profileOf(reranker, names).profile();
    assert.deepEqual(interests, []);
    assert.equal(reason.code, "profile.names");
    assert.equal(stage.name, "browsing");
  }
});

test("the stage follows plain rules, and names the events that it comes from", async () => {
  const { reranker, ids, view } = await visit();
  const see = (type, at) => reranker.observe({ id: ids[at], type });
  see("view", 0);
  see("view", 1);
  assert.deepEqual(view.profile().stage, { name: "browsing", because: [] });
  const again = [see("view", 0), see("view", 1)];
  const { stage } = view.profile();
  assert.equal(stage.name, "comparing");
  assert.ok(again.every((event) => stage.because.includes(event)) && stage.because.length === 4);
  const cart = see("cart", 2);
  assert.deepEqual(view.profile().stage, { name: "buying", because: [cart] });
  see("remove", 2);
  assert.equal(view.profile().stage.name, "comparing");
  for (let at = 10; at < 30; at++) see("view", at);
  assert.equal(view.profile().stage.name, "browsing", "what lies back does not count");
});

test("what is muted is told, counts as an event, and is taken back by either way", async () => {
  const { reranker, view } = await visit();
  const first = view.mute({ category: "home/mugs" });
  view.mute({ brand: "Rill" });
  assert.deepEqual(view.profile().muted, [{ category: "home/mugs" }, { brand: "Rill" }]);
  view.unmute({ brand: "Rill" });
  assert.deepEqual(view.profile().muted, [{ category: "home/mugs" }]);
  assert.equal(reranker.forget({ event: first }), 1);
  assert.deepEqual(view.profile().muted, []);
  for (const wrong of [{}, null, undefined, { category: "" }, { brand: {} }, "mugs"])
    assert.equal(view.mute(wrong), null);
  assert.equal(reranker.info().ignored.reason.code, "event.missing_subject");
});

test("data come out as readable JSON and make the same session anywhere", async () => {
  const { reranker, ids, view } = await visit();
  reranker.observe({ id: ids[3], at: 1e12 });
  reranker.observe({ id: ids[3], type: "dwell", seconds: 12.5, at: 1e12 + 1 });
  reranker.observe({ type: "search", query: "red mug", at: 1e12 + 2 });
  reranker.observe({ type: "browse", category: "home/mugs", at: 1e12 + 3 });
  reranker.observe({ type: "browse", brand: "Rill", at: 1e12 + 4 });
  reranker.observe({ type: "browse", taste: 3, at: 1e12 + 5 });
  view.mute({ brand: "Gust" });
  const json = view.exportProfile();
  assert.match(json, /"at": "2001-09-09T01:46:40.000Z"/);
  const other = await visit();
  other.reranker.observe({ id: ids[9] });
  assert.deepEqual(other.view.importProfile(json, { replace: true }), { taken: 7, refused: 0 });
  const without = ({ event, at, ...rest }) => rest;
  assert.deepEqual(other.reranker.info().events.map(without), reranker.info().events.map(without));
  const scores = ({ reranker: of }) => of.rerank(ids).map(({ candidate, score }) => [candidate, score]);
  assert.deepEqual(scores(other), scores({ reranker }));
});

test("what takes the place of a session is there first: where nothing of it can be used, the session stays", async () => {
  const { reranker, ids, view } = await visit();
  ids.slice(0, 5).forEach((id) => reranker.observe({ id }));
  // The numbers are new: none comes twice.
  const events = () => reranker.info().events.map(({ event, ...rest }) => rest);
  const before = events();
  const head = { format: "reshelf-profile", version: 1 };
  const blank = JSON.stringify({ ...head, events: [{ type: "view", at: "2026-11-20", item: " " }] });
  assert.deepEqual(view.importProfile(blank, { replace: true }), { taken: 0, refused: 1 });
  assert.deepEqual(events(), before);
  assert.deepEqual(view.importProfile(JSON.stringify({ ...head, events: [] }), { replace: true }), {
    taken: 0,
    refused: 0,
  });
  assert.deepEqual(events(), [], "an empty profile is one, too");
});

test("of more than a session keeps the newest is taken, and what is muted before any other", async () => {
  const { view, ids } = await visit();
  const at = "2026-11-20T10:00:00Z";
  const views = Array.from({ length: 3000 }, (_, place) => ({ type: "view", at, item: ids[place % 60] }));
  const events = [{ type: "mute", at, category: "toys" }, ...views];
  const json = JSON.stringify({ format: "reshelf-profile", version: 1, events });
  assert.deepEqual(view.importProfile(json), { taken: 1024, refused: 3001 - 1024 });
  assert.deepEqual(view.profile().muted, [{ category: "toys" }]);
});

test("texts that are no profile leave the session as it was", async () => {
  const { reranker, ids, view } = await visit();
  reranker.observe({ id: ids[0] });
  const head = { format: "reshelf-profile", version: 1 };
  const texts = [undefined, 7, "", "{", "[]", "null", JSON.stringify({ ...head, version: 2, events: [] })];
  for (const text of texts) assert.deepEqual(view.importProfile(text, { replace: true }), { taken: 0, refused: 1 });
  const events = [
    null,
    {},
    { type: "view" },
    { type: "view", at: "soon", item: "1" },
    { type: "mute", at: "2026-01-01" },
  ];
  const mixed = JSON.stringify({ ...head, events: [...events, { type: "cart", at: "2026-01-01", item: ids[1] }] });
  assert.deepEqual(view.importProfile(mixed), { taken: 1, refused: 5 });
  assert.deepEqual(
    reranker.info().events.map(({ type }) => type),
    ["view", "cart"],
  );
});
