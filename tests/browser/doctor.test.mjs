// `doctor()` in the demo shop, under its policy: no alarm on any kind of page of a sound visit, and what looks is fetched with the first
// call alone; then a second copy of the package, and ids of another spelling. In headless Chromium and Firefox.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { agree, follow, oneKind, openBrowser, productPath, ready, saved, startDemo } from "./demo.mjs";

let server;
before(async () => (server = await startDemo()));
after(() => server?.close());

const alarms = (page) =>
  page.evaluate(async () =>
    (await window.reranker.doctor()).filter(({ severity }) => severity !== "note").map(({ code }) => code),
  );
const fetched = (page) =>
  page.evaluate(() => performance.getEntriesByType("resource").filter(({ name }) => /\/doctor\//.test(name)).length);

for (const name of ["Chromium", "Firefox"]) {
  test(`a sound visit raises no alarm, and mistakes do, in ${name}`, async () => {
    const browser = await openBrowser(name);
    try {
      const page = await browser.open();
      await page.goto(server.url);
      await ready(page);
      assert.equal(await fetched(page), 0, "nobody has called it");
      assert.deepEqual(await alarms(page), []);
      assert.equal(await fetched(page), 1);
      await agree(page);
      const { ids } = oneKind(server.shop);
      const kept = async (address) => {
        await follow(page, address);
        await saved(page);
        assert.deepEqual(await alarms(page), [], address);
      };
      for (const id of ids.slice(0, 3)) await kept(productPath(id));
      for (const address of [`/category/${server.shop.categories[0].slug}`, "/cart", "/"]) await kept(address);
      const found = await page.evaluate(() => window.reranker.doctor());
      assert.deepEqual(
        found.map(({ code }) => code),
        ["events.recent"],
      );

      await page.evaluate(
        async (list) => {
          const { loadReranker } = await import("/reshelf/index.js?another");
          await loadReranker({ model: "/data/model.safetensors" });
          window.reranker.rerank(list);
        },
        ids.map((id) => id.toLowerCase()),
      );
      assert.deepEqual((await alarms(page)).sort(), ["ids.case", "list.unknown", "package.twice"]);
    } finally {
      await browser.close();
    }
  });
}
