// Policies behind a worker: the page's own code runs on the page, and lists come out as they do there.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { policy } from "../dist/slate/index.js";
import { loadReranker } from "../dist/worker.node.js";
import { ENGINE, endWorker, HOMES, inWords, webWorker } from "./homes.mjs";

const artifact = readFileSync(new URL("../../tests/golden/golden.safetensors", import.meta.url));
after(endWorker);

/** Candidates whose fields only the page's own code can read. */
class Item {
  #brand;
  constructor(at) {
    this.sku = `item-${at}`;
    this.#brand = at % 3 ? "Oak" : "Zen";
    this.title = at % 4 ? "Tea pot" : "Blue mug";
    this.bid = at % 5 ? undefined : at / 10;
    this.tags = [at, "all"];
  }
  get brand() {
    return this.#brand;
  }
}
const list = Array.from({ length: 40 }, (_, at) => new Item(at));
// biome-ignore lint/suspicious/noThenProperty: a promise for a field
const odds = [{ sku: "item-1", brand: { then() {} } }, null, 7];
const options = {
  fields: {
    brand: (item) => item.brand,
    odd: (item) => {
      if (item.sku === "item-7") throw new Error("no such shelf");
      return item.sku.length;
    },
  },
  query: "mug",
  now: 0,
};
const RULES = [
  { id: "pin", kind: "pin", item: "item-9", position: 2 },
  { id: "gone", kind: "hide", match: { ids: ["item-3"] } },
  { id: "odd", kind: "hide", match: { odd: 7, brand: "Zen", tags: { atLeast: 30 } } },
  { id: "bought", kind: "filter", what: "bought" },
  { id: "stock", kind: "filter", what: "soldOut" },
  { id: "words", kind: "query", by: 2 },
  { id: "fresh", kind: "freshness", by: 1, halfLifeDays: 3 },
  { id: "cap", kind: "cap", field: "brand", most: 2, in: 3, first: 12 },
  { id: "some", kind: "minimum", match: { title: "Blue mug" }, least: 4, first: 8 },
  { id: "ads", kind: "sponsored", positions: [4, 7] },
  { id: "twice", kind: "pin", item: "item-11", position: 2 },
  { id: "variety", kind: "diversify", how: "calibrate", amount: 0.2, field: "brand" },
];
const shop = policy({ rules: RULES }, options);

/** All that a home says of lists under policies, in the order in which it is asked, without a wait in between. */
async function told(load) {
  const reranker = await load({ model: new Uint8Array(artifact), backend: "cpu", id: "sku" });
  const said = [];
  // What a rule costs is found when it is read.
  const keep = (...each) => said.push(...each.map((info) => (info.lastList ? structuredClone(info) : info)));
  keep(reranker.rerank(list.slice(0, 5)));
  reranker.observe({ sku: "item-4" });
  reranker.observe({ sku: "item-12", type: "purchase", at: 0 });
  keep(reranker.rerank(list, { policy: shop }), reranker.info());
  reranker.observe({ sku: "item-20" });
  keep(reranker.rerank(list, { policy: shop, limit: 6 }));
  keep(reranker.rerank(list, { policy: shop.with({ query: "pot", order: "server" }) }));
  keep(reranker.rerankMany([list, [], list.slice(0, 4)], { policy: shop }), reranker.info());
  keep(reranker.rerank(["item-1", "item-3", "item-9"], { policy: shop }), reranker.rerank(list, { limit: 3 }));
  keep(reranker.rerank(odds, { policy: policy({ rules: RULES }) }));
  for (const odd of [{ rules: [] }, () => 1, 7, "policy", [shop]])
    keep(reranker.rerank(list.slice(0, 3), { policy: odd }));
  keep(inWords(reranker.info));
  const all = await Promise.all(said);
  reranker.dispose();
  return all.map((each) => (each.lastList ? [each.lastList, each.refused.arguments] : each));
}

test("a policy does in a worker what it does on the page, and is told of alike", async () => {
  assert.deepEqual(shop.problems, []);
  const [here, there] = [await told(HOMES["the page"]), await told(HOMES["a worker"])];
  assert.equal(here.length, there.length);
  here.forEach((each, at) => assert.deepEqual(there[at], each, `answer ${at}`));
  const [, ranked, [report, refused]] = there;
  assert.ok(ranked.every(({ candidate }) => candidate instanceof Item));
  assert.deepEqual([ranked[1].candidate.sku, ranked[1].mark], ["item-9", "pinned"]);
  assert.ok(ranked.some(({ sponsored }) => sponsored) && ranked.some(({ mark }) => mark === "rule"));
  assert.deepEqual([report.removed.length, report.problems.length], [6, 1]);
  assert.match(report.problems[0].message, /no such shelf/);
  assert.equal(refused.count, 0);
  assert.ok(report.rules.every(({ moved }) => typeof moved === "number"));
  assert.equal(there.at(-1)[1].reason.code, "policy.plain");
});

test("where what arranges does not reach the worker, the list is as without the policy, and the code says so", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reshelf-"));
  const dist = new URL("../dist/", import.meta.url);
  for (const name of ["worker-thread.js", "engine", "words"])
    cpSync(new URL(name, dist), join(folder, name), { recursive: true });
  const thread = pathToFileURL(join(folder, "worker-thread.js")).href;
  const worker = webWorker(`await import(${JSON.stringify(thread)});`);
  const reranker = await loadReranker({
    model: new Uint8Array(artifact),
    backend: "cpu",
    wasm: ENGINE,
    worker,
    id: "sku",
  });
  const ranked = reranker.rerank(list, { policy: shop });
  reranker.observe({ sku: "item-9" });
  const places = (await ranked).map(({ previousRank }) => previousRank);
  assert.deepEqual(
    places,
    [...list.keys()].map((at) => at + 1),
  );
  const { refused, events } = await inWords(reranker.info);
  assert.deepEqual([refused.arguments.count, refused.arguments.reason.code], [1, "policy.worker"]);
  assert.match(refused.arguments.reason.message, /slate\/index\.js/);
  assert.equal(events.length, 1);
  await reranker.dispose();
  worker.terminate();
  rmSync(folder, { recursive: true });
});
