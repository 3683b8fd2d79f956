// The storefront's pages through `reshelf/edge` (make demo EDGE=1): one cached page for everyone, in order for what its address says,
// and drawn in it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { loadModel } from "../../www/dist/index.node.js";
import { data, launchChromium, startDemo } from "./demo.mjs";

let plain;
let edge;
let model;
let product;

before(async () => {
  [plain, edge] = await Promise.all([startDemo({}), startDemo({ edge: true })]);
  model = await loadModel({ model: readFileSync(path.join(data, "model.safetensors")), backend: "cpu" });
  product = edge.shop.lists.home[0];
});
after(async () => {
  model.dispose();
  await Promise.all([plain.close(), edge.close()]);
});

/** A page as it is sent: its block of data, and its headers. */
async function sent(server, address, headers = {}) {
  const response = await fetch(server.url + address, { headers });
  const html = await response.text();
  const [, text] = /<script type="application\/json" id="page">(.*?)<\/script>/s.exec(html);
  return { page: JSON.parse(text).page, html, headers: response.headers };
}

test("a product's page is sent with its list in the engine's order, as a private answer", async () => {
  const address = `/product/${product}`;
  const [asItIs, ordered] = [await sent(plain, address), await sent(edge, address)];
  const session = model.session();
  session.observe({ id: product });
  const order = session.rerank(asItIs.page.also).map(({ candidate }) => candidate);
  session.dispose();
  assert.deepEqual(ordered.page.also, order);
  assert.notDeepEqual(order, asItIs.page.also);
  assert.equal(ordered.headers.get("cache-control"), "private, max-age=0");
  assert.match(ordered.headers.get("server-timing"), /^reshelf;desc="streaming"$/);
  // Nothing but places: as long, and of the same bytes.
  assert.deepEqual([...ordered.html].sort(), [...asItIs.html].sort());
});

test("a category's page and a search's come in order, and pages that say nothing are everyone's", async () => {
  const { slug } = edge.shop.categories[0];
  for (const [address, list] of [
    [`/category/${slug}`, "list"],
    [
      `/search?q=${encodeURIComponent(
        edge.shop.products
          .find(({ id }) => id === product)
          .title.split(" ")
          .at(-1),
      )}`,
      "found",
    ],
  ]) {
    const [asItIs, ordered] = [await sent(plain, address), await sent(edge, address)];
    assert.ok(asItIs.page[list].length > 2, address);
    assert.match(ordered.headers.get("cache-control"), /^private/, address);
    assert.deepEqual([...ordered.page[list]].sort(), [...asItIs.page[list]].sort());
  }
  const [asItIs, home] = [await sent(plain, "/"), await sent(edge, "/")];
  assert.equal(home.html, asItIs.html);
  assert.equal(home.headers.get("cache-control"), "public, max-age=0, s-maxage=600");
});

test("the storefront draws a page in the order that came", async () => {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`${edge.url}/product/${product}`);
    await page.waitForSelector("#app[data-engine=ready]");
    const drawn = await page.$$eval('[data-reshelf-list^="also"] [data-reshelf-item]', (tiles) =>
      tiles.map((tile) => tile.dataset.reshelfItem),
    );
    const { page: ordered } = await sent(edge, `/product/${product}`);
    assert.ok(drawn.length > 2);
    assert.deepEqual(drawn, ordered.also.slice(0, drawn.length));
  } finally {
    await browser.close();
  }
});
