// A page that has a model's core and fetches rows, in a real browser under the strict policy, with the network watched. The server of
// rows is the package's own handler.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { rowsHandler } from "../../www/dist/rows/index.js";
import { withPage } from "./harness.mjs";

const file = new URL("../golden/clusters/golden.rows", import.meta.url);

/** Answers what a page asks of `/rows`; returns the requests that came. */
async function answering(page) {
  const handler = rowsHandler({ rows: readFileSync(file) });
  const asked = [];
  await page.route("**/rows*", async (route) => {
    const request = route.request();
    asked.push({ url: request.url(), method: request.method(), headers: await request.allHeaders() });
    const body = request.postData();
    const answer = await handler(new Request(request.url(), { method: request.method(), ...(body && { body }) }));
    const headers = Object.fromEntries(answer.headers);
    await route.fulfill({ status: answer.status, headers, body: Buffer.from(await answer.arrayBuffer()) });
  });
  return asked;
}

test("a list is ranked as by the whole model after one request, which names its items and nobody", () =>
  withPage(async (page, address) => {
    const asked = await answering(page);
    await page.context().addCookies([{ name: "shopper", value: "somebody", url: address }]);
    const before = page.requests.length;
    const { same, prepared, info } = await page.evaluate(async () => {
      const { loadReranker } = await import("/reshelf/index.js");
      const load = (options) => loadReranker({ backend: "cpu", ...options });
      const here = await load({ model: "/golden/clusters/core.safetensors", rows: "/rows" });
      const whole = await load({ model: "/golden/clusters/golden.safetensors" });
      const list = Array.from({ length: 48 }, (_, row) => ({ id: 7 + 3 * row, score: 48 - row }));
      const answers = (reranker) => JSON.stringify(reranker.rerank(list));
      for (const each of [here, whole]) each.observe({ id: 46, type: "cart" });
      const prepared = await here.prepare(list, { deadlineMs: 60_000 });
      for (const each of [here, whole]) each.observe({ id: 70 });
      return { same: answers(here) === answers(whole), prepared, info: here.info() };
    });
    assert.deepEqual([same, prepared], [true, { arrived: 48, complete: true }], JSON.stringify(info.refused));
    assert.deepEqual(page.problems, []);
    assert.equal(asked.length, 1);
    const [{ url, method, headers }] = asked;
    const ids = new URL(url).searchParams.getAll("ids");
    assert.deepEqual(
      [method, ids.toSorted((a, b) => a - b)],
      ["GET", Array.from({ length: 48 }, (_, row) => `${7 + 3 * row}`)],
    );
    assert.deepEqual([headers.cookie, headers.referer], [undefined, undefined]);
    // What reads rows is fetched by pages that ask for it, once, and rows themselves by `prepare` alone.
    const parts = page.requests.slice(before).filter((path) => path.includes("prepare"));
    assert.deepEqual(parts, ["/reshelf/prepare/index.js"]);
  }));

test("a page whose server of rows is away keeps its order, says why, and has rows once it is back", () =>
  withPage(async (page) => {
    const outcome = await page.evaluate(async () => {
      const { loadReranker } = await import("/reshelf/index.js");
      const here = await loadReranker({ model: "/golden/clusters/core.safetensors", rows: "/rows", backend: "cpu" });
      window.here = here;
      here.observe({ id: 46 });
      const prepared = await here.prepare([7, 46, 10], { deadlineMs: 60_000 });
      return { prepared, order: here.rerank([7, 46, 10]).map(({ candidate }) => candidate), info: here.info() };
    });
    assert.deepEqual([outcome.prepared, outcome.order], [{ arrived: 0, complete: false }, [7, 46, 10]]);
    assert.equal(outcome.info.refused.rows.reason.code, "rows.http");
    await answering(page);
    assert.deepEqual(await page.evaluate(() => window.here.prepare([7, 46, 10])), { arrived: 3, complete: true });
  }));
