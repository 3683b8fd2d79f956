// The package in a real browser, under the strict policy and with the network watched.
import assert from "node:assert/strict";
import { test } from "node:test";
import { POLICY } from "../serve.mjs";
import { withPage } from "./harness.mjs";

const MODEL = "/golden/golden.safetensors";

/** Runs in the page: loads the model, sees two items, and returns all that there is to compare. */
async function session(model) {
  const { loadReranker } = await import("/reshelf/index.js");
  const reranker = await loadReranker({ model });
  const { besideEngine, engineModule, openUrl } = await import("/reshelf/internals.js");
  const { Engine } = await engineModule(undefined, { open: openUrl, engine: besideEngine });
  const engine = new Engine(new Uint8Array(await (await fetch(model)).arrayBuffer()));
  engine.prepare();
  const ids = Array.from({ length: 40 }, (_, item) => engine.itemId(item));
  window.session = { reranker, list: ids.map((id, i) => ({ id, score: 1 / (1 + i) })) };
  return { ids, info: reranker.info() };
}

test("a list reorders under the strict policy, and nothing is asked for after loading", () =>
  withPage(async (page) => {
    const { info } = await page.evaluate(session, MODEL);
    assert.equal(info.status, "ready", info.reason?.message);
    assert.equal(info.backend, "wasm relaxed-simd");
    const loaded = page.requests.length;

    const orders = await page.evaluate(async () => {
      const { reranker, list } = window.session;
      const order = () => reranker.rerank(list).map((entry) => entry.previousRank);
      const orders = [order()];
      for (const position of [30, 12, 25]) {
        reranker.observe({ type: "view", id: list[position].id });
        orders.push(order());
      }
      const snapshot = reranker.snapshot();
      reranker.forget();
      orders.push(order());
      reranker.restore(snapshot);
      orders.push(order());
      reranker.info();
      reranker.dispose();
      orders.push(order());
      return orders;
    });
    const asItCame = Array.from({ length: 40 }, (_, i) => i + 1);
    assert.deepEqual(orders[0], asItCame);
    assert.notDeepEqual(orders[1], asItCame);
    assert.deepEqual(orders[4], asItCame);
    assert.deepEqual(orders[5], orders[3]);
    assert.deepEqual(orders[6], asItCame);
    for (const order of orders)
      assert.deepEqual(
        [...order].sort((a, b) => a - b),
        asItCame,
      );

    await page.waitForTimeout(500); // Time for a request that would come late.
    assert.deepEqual(page.requests.slice(loaded), [], "requests after loading");
    assert.deepEqual(await page.evaluate(() => window.violations), []);
    assert.deepEqual(page.problems, []);
  }));

test("a dedicated worker gives the same order and the same scores as the page", () =>
  withPage(async (page) => {
    const { ids } = await page.evaluate(session, MODEL);
    const { inPage, inWorker } = await page.evaluate(
      async ({ model, ids, seen }) => {
        const { reranker } = window.session;
        for (const id of seen) reranker.observe({ id });
        const inPage = reranker.rerank(ids).map(({ candidate, score }) => [candidate, score]);
        const worker = new Worker("/worker.js", { type: "module" });
        const inWorker = await new Promise((done, failed) => {
          worker.onmessage = ({ data }) => done(data);
          worker.onerror = (event) => failed(new Error(event.message));
          worker.postMessage({ model, seen, list: ids });
        });
        worker.terminate();
        return { inPage, inWorker };
      },
      { model: MODEL, ids, seen: [ids[30], ids[7]] },
    );
    assert.equal(inWorker.status, "ready", inWorker.reason?.message);
    assert.deepEqual(inWorker.order, inPage);
    assert.deepEqual(await page.evaluate(() => window.violations), []);
  }));

test("a policy without WebAssembly keeps the server's order and says what to add", () =>
  withPage(
    async (page) => {
      const { info, order } = await page.evaluate(async (model) => {
        const { loadReranker } = await import("/reshelf/index.js");
        const reranker = await loadReranker({ model });
        return { info: reranker.info(), order: reranker.rerank(["b", "a"]).map((entry) => entry.candidate) };
      }, MODEL);
      assert.equal(info.status, "fallback");
      assert.equal(info.reason.code, "wasm.blocked");
      assert.match(info.reason.message, /wasm-unsafe-eval/);
      assert.deepEqual(order, ["b", "a"]);
    },
    { policy: POLICY.replace(" 'wasm-unsafe-eval'", "") },
  ));

test("missing and damaged models keep the server's order and say why", () =>
  withPage(async (page) => {
    const codes = await page.evaluate(async (model) => {
      const { loadReranker } = await import("/reshelf/index.js");
      const bytes = new Uint8Array(await (await fetch(model)).arrayBuffer());
      const flipped = bytes.slice();
      flipped[flipped.length >> 1] ^= 4;
      const codes = [];
      for (const candidate of [
        "/missing.safetensors",
        "/index.html",
        bytes.subarray(0, 99),
        flipped,
        new Uint8Array(),
      ]) {
        const reranker = await loadReranker({ model: candidate });
        const kept = reranker
          .rerank([3, 1, 2])
          .map((entry) => entry.candidate)
          .join();
        codes.push(`${reranker.info().reason?.code} ${kept}`);
      }
      return codes;
    }, MODEL);
    assert.deepEqual(codes, [
      "model.http 3,1,2",
      "artifact.foreign 3,1,2",
      "artifact.truncated 3,1,2",
      "artifact.checksum 3,1,2",
      "artifact.empty 3,1,2",
    ]);
  }));

test("loading can be given up", () =>
  withPage(async (page) => {
    const name = await page.evaluate(async (model) => {
      const { loadReranker } = await import("/reshelf/index.js");
      const giveUp = new AbortController();
      const loading = loadReranker({ model, signal: giveUp.signal });
      giveUp.abort();
      return loading.then(
        () => "loaded",
        (error) => error.name,
      );
    }, MODEL);
    assert.equal(name, "AbortError");
  }));
