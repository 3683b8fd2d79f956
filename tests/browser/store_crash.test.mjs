// Workers and pages that are killed in the middle of a write, in Chromium: the log is whole, and at most the last event is lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withTabs } from "./harness.mjs";
import { agreed, begin, observe, seen } from "./store_steps.mjs";

/** Whether what is there is what is sure, and perhaps what was noted last. */
function atMostTheLastIsLost(found, sure, noted) {
  assert.deepEqual(found.slice(0, sure.length), sure);
  assert.deepEqual(found.slice(sure.length), found.length > sure.length ? [noted] : []);
}

test("a worker that is killed in the middle of a write, a hundred times, loses the last event at most", async () => {
  // Two shoppers at once: a worker's start is waiting for the most part.
  const lost = await Promise.all([0, 50].map((first) => withTabs((tabs) => kills(tabs, first, 50))));
  const all = lost[0] + lost[1];
  assert.ok(all > 0 && all < 100, `${all} were killed in time`);
});

/** Kills a worker so many times, each a little later after its last event, and returns how often that was lost. */
async function kills({ open }, first, times) {
  const page = await open();
  await agreed(page);
  // The page itself keeps nothing: what is there comes from the store.
  const visits = await page.evaluate(
    async ({ begin, end }) => {
      const { ids, reranker } = await import("/store.js");
      reranker.dispose();
      const visits = [];
      for (let kill = begin; kill < end; kill++) {
        const worker = new Worker("/store-worker.js", { type: "module" });
        const ask = (given) =>
          new Promise((done, failed) => {
            worker.onmessage = ({ data }) => done(data);
            worker.onerror = ({ message }) => failed(new Error(message));
            worker.postMessage(given);
          });
        await ask({ name: "worker", store: "device" });
        const found = await ask({ seen: true });
        const [first, last] = [ids[kill % 30], ids[(kill * 7) % 30]];
        await ask({ observe: first, saves: true });
        worker.postMessage({ observe: last });
        await new Promise((done) => setTimeout(done, kill % 9));
        worker.terminate();
        visits.push({ found, first, last });
      }
      visits.push({ found: (await (await import("/store.js")).begin("device")).seen });
      return visits;
    },
    { begin: first, end: first + times },
  );
  let lost = 0;
  visits.slice(1).forEach(({ found }, before) => {
    const { found: earlier, first, last } = visits[before];
    atMostTheLastIsLost(found, [...earlier, first], last);
    lost += found.at(-1) === last && found.length === earlier.length + 2 ? 0 : 1;
  });
  return lost;
}

test("a page whose process crashes in the middle of a write loses the last event at most", () =>
  withTabs(async ({ open }) => {
    const watcher = await open();
    await agreed(watcher);
    await watcher.evaluate(async () => (await import("/store.js")).reranker.dispose());
    let [sure, noted] = [[], undefined];
    for (let kill = 0; kill < 10; kill++) {
      const page = await open();
      const { store, events } = await begin(page);
      assert.deepEqual([store.kind, store.reason], ["device", null], `crash ${kill}`);
      const found = await seen(page, events.length);
      atMostTheLastIsLost(found, sure, noted);
      await observe(page, kill);
      sure = [...found, kill];
      noted = kill + 20;
      const crashed = page.waitForEvent("crash");
      const crash = await page.context().newCDPSession(page);
      page
        .evaluate(async (at) => {
          const { ids, reranker } = await import("/store.js");
          reranker.observe({ id: ids[at] });
        }, noted)
        .catch(() => undefined);
      await page.waitForTimeout(kill);
      crash.send("Page.crash").catch(() => undefined);
      await crashed;
      await page.close();
    }
  }));
