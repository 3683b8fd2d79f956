// The shop's own rules, over the real engine: npx vitest run unit
import { readFileSync } from "node:fs";
import { loadReranker } from "reshelf";
import { fakeClock, matchers, record, replay } from "reshelf/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { list, model } from "../shop.js";

expect.extend(matchers);

let clock;
let reranker;

beforeEach(async () => {
  clock = fakeClock("2026-01-05T09:00Z");
  reranker = await loadReranker({ model, backend: "cpu" });
});

afterEach(() => {
  reranker.dispose();
  clock.restore();
});

test("a new shopper sees the shop's own order", () => {
  expect(reranker.rerank(list)).toKeepServerOrder();
});

test("what goes with a kettle comes first", () => {
  reranker.observe({ id: "kettle" });
  expect(reranker.rerank(list)).toHaveOrder(["mug", "kettle", "cup", "voucher", "rake", "gloves"]);
  expect(reranker.rerank(list)).toRankBefore("cup", "rake");
});

test("what is forgotten no longer counts", () => {
  reranker.observe({ id: "rake" });
  expect(reranker.rerank(list)).toBeginWith(["gloves"]);
  clock.advance(60_000);
  reranker.observe({ id: "kettle" });
  reranker.forget({ from: Date.now() });
  expect(reranker.rerank(list)).toBeginWith(["gloves"]);
  reranker.forget();
  expect(reranker.rerank(list)).toKeepServerOrder();
});

test("a wrong option is told of, and the list is whole", () => {
  expect(reranker.rerank(list, { limit: "three" })).toKeepServerOrder();
  expect(reranker).toHaveRefused("argument.limit");
});

test("a broken model keeps the shop's own order", async () => {
  const broken = await loadReranker({ model: model.slice(0, 100), backend: "cpu" });
  broken.observe({ id: "kettle" });
  expect(broken.rerank(list)).toKeepServerOrder();
  expect(broken).toHaveReason("artifact.truncated");
});

test("a visit goes as it was recorded", async () => {
  const recording = record(reranker);
  recording.reranker.observe({ id: "rake" });
  recording.reranker.rerank(list, { limit: 3 });
  clock.advance(5_000);
  recording.reranker.observe({ id: "kettle", type: "cart" });
  recording.reranker.rerank(list);
  const file = new URL("./visit.jsonl", import.meta.url);
  expect(recording.text()).toBe(readFileSync(file, "utf8"));
  const { differences } = await replay(readFileSync(file, "utf8"), reranker.session());
  expect(differences).toEqual([]);
});
