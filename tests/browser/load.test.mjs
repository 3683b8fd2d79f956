// Loading in a real page: models that are kept, what a policy blocks, addresses that lead elsewhere, two copies of the package.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { POLICY } from "../serve.mjs";
import { MOUNTS, withPage } from "./harness.mjs";

const MODEL = "/golden/golden.safetensors";
const bytes = readFileSync(new URL("../golden/golden.safetensors", import.meta.url));
/** What the shop publishes next. */
const other = readFileSync(new URL("../golden/clusters/golden.safetensors", import.meta.url));
const hashOf = (of) => `sha256-${createHash("sha256").update(of).digest("base64")}`;

/** Answers for the shop's model from `shop`, as a server with tags does, and counts what it was asked. */
async function publish(page, shop) {
  const counts = { asked: 0, sent: 0 };
  await page.context().route("**/shop*.safetensors", async (route) => {
    counts.asked += 1;
    if (shop.down) return route.abort();
    const { body, tag } = shop;
    counts.sent += 1;
    await route.fulfill({ body, contentType: "application/octet-stream", headers: tag ? { etag: tag } : {} });
  });
  return counts;
}

/** Loads in the page, as often as it is told; what it got each time. */
async function load(page, options) {
  return page.evaluate(async (options) => {
    const { loadReranker } = await import("/reshelf/index.js");
    const stages = [];
    const reranker = await loadReranker({ ...options, onProgress: ({ stage }) => stages.push(stage) });
    const { status, reason, model } = reranker.info();
    return { status, code: reason?.code, message: reason?.message, items: model?.items, stages: [...new Set(stages)] };
  }, options);
}

/** The hashes that the page keeps under a name, oldest first, once it has `count`. */
async function kept(page, count, name = "reshelf") {
  return page.evaluate(
    async ([name, count]) => {
      for (;;) {
        const keys = (await caches.has(name)) ? await (await caches.open(name)).keys() : [];
        const all = keys.map(({ url }) =>
          url.slice("https://reshelf.invalid/".length).split("?").map(decodeURIComponent),
        );
        if (all.length === count) return all.map(([hash, address]) => [hash, new URL(address).pathname]);
        await new Promise((done) => setTimeout(done, 20));
      }
    },
    [name, count],
  );
}

/** Waits until the one model under a name has this hash. */
async function keptIs(page, hash, name) {
  while ((await kept(page, 1, name))[0][0] !== hash);
}

const model = "/shop.safetensors";

test("a model that is kept is used at once, even without its server, and a new one counts from the load after", () =>
  withPage(async (page) => {
    const shop = { body: bytes, tag: '"one"' };
    const counts = await publish(page, shop);
    assert.equal((await load(page, { model, cache: true })).status, "ready");
    assert.deepEqual(await kept(page, 1), [[hashOf(bytes), model]]);
    shop.down = true;
    const again = await load(page, { model, cache: true });
    assert.deepEqual([again.status, again.stages], ["ready", ["model", "engine", "ready"]]);
    while (counts.asked < 2) await page.waitForTimeout(20);
    shop.body = other;
    shop.tag = '"two"';
    shop.down = false;
    const before = counts.asked;
    assert.equal((await load(page, { model, cache: true })).status, "ready");
    await keptIs(page, hashOf(other));
    assert.equal(counts.asked, before + 1);
    shop.down = true;
    assert.equal((await load(page, { model, cache: true })).status, "ready");
    assert.deepEqual(await kept(page, 1), [[hashOf(other), model]], "the version before is gone");
    assert.deepEqual(await page.evaluate(() => window.violations), []);
  }));

test("a model of the hash that a page expects is asked for once; another hash is another model", () =>
  withPage(async (page) => {
    const shop = { body: bytes };
    const counts = await publish(page, shop);
    for (let visit = 0; visit < 3; visit++) {
      assert.equal((await load(page, { model, cache: "shop", integrity: hashOf(bytes) })).status, "ready");
      await kept(page, 1, "shop");
    }
    assert.equal(counts.asked, 1);
    const wrong = await load(page, { model, cache: "shop", integrity: hashOf(other) });
    assert.deepEqual([wrong.status, wrong.code], ["fallback", "integrity.mismatch"]);
    assert.ok(wrong.message.includes(hashOf(bytes)), wrong.message);
    assert.deepEqual(await kept(page, 1, "shop"), [[hashOf(bytes), model]]);
    shop.body = other;
    assert.equal((await load(page, { model, cache: "shop", integrity: hashOf(other) })).status, "ready");
    await keptIs(page, hashOf(other), "shop");
  }));

test("three models stay under a name, and none is kept that was not asked for", () =>
  withPage(async (page) => {
    await publish(page, { body: bytes });
    assert.equal((await load(page, { model })).status, "ready");
    assert.deepEqual(await kept(page, 0), []);
    for (const [at, most] of [1, 2, 3, 3, 3].entries()) {
      assert.equal((await load(page, { model: `/shop-${at}.safetensors`, cache: true })).status, "ready");
      for (;;) {
        const all = await kept(page, most);
        if (all.at(-1)[1] === `/shop-${at}.safetensors`) break;
      }
    }
    assert.deepEqual(
      (await kept(page, 3)).map(([, address]) => address),
      [2, 3, 4].map((at) => `/shop-${at}.safetensors`),
    );
  }));

test("what is kept and damaged, or of no use, gives way to what the server has", () =>
  withPage(async (page) => {
    const counts = await publish(page, { body: bytes, tag: '"one"' });
    for (const damage of ["bytes", "model"]) {
      await page.evaluate(
        async ([damage, hash, address]) => {
          const key = `https://reshelf.invalid/${encodeURIComponent(hash)}?${encodeURIComponent(address)}`;
          await (await caches.open("reshelf")).put(key, new Response(damage));
        },
        // The second is what it says, and no model.
        [damage, damage === "bytes" ? hashOf(bytes) : hashOf("model"), new URL(model, page.url()).href],
      );
      const before = counts.sent;
      assert.equal((await load(page, { model, cache: true })).status, "ready", damage);
      assert.equal(counts.sent, before + 1);
      await keptIs(page, hashOf(bytes));
    }
  }));

for (const [name, before] of Object.entries({
  "is missing": () => delete Window.prototype.caches,
  "is blocked": () => {
    caches.open = () => Promise.reject(new DOMException("no", "SecurityError"));
  },
  "is full": () => {
    Cache.prototype.put = () => Promise.reject(new DOMException("full", "QuotaExceededError"));
  },
  hangs: () => {
    Cache.prototype.keys = () => new Promise(() => undefined);
  },
}))
  test(`storage that ${name} costs a load nothing but the keeping`, () =>
    withPage(
      async (page) => {
        await publish(page, { body: bytes });
        for (let visit = 0; visit < 2; visit++)
          assert.equal((await load(page, { model, cache: true, integrity: hashOf(bytes) })).status, "ready");
        assert.deepEqual(page.problems, []);
      },
      { before },
    ));

test("each entry ranks in a page under the strict policy; slim asks for no module, inline for none either", () =>
  withPage(async (page) => {
    const orders = await page.evaluate(async (model) => {
      const wasm = await (await fetch("/reshelf/engine/reshelf_bg.wasm")).arrayBuffer();
      const orders = {};
      for (const entry of ["index", "slim", "inline"]) {
        const { loadReranker } = await import(`/reshelf/${entry}.js`);
        const reranker = await loadReranker({ model, ...(entry === "slim" && { wasm }) });
        const ids = (await reranker.retrieve({ k: 30 })).map(({ id }) => id);
        reranker.observe({ id: ids[20] });
        orders[entry] = reranker.rerank(ids).map(({ candidate }) => candidate);
      }
      return orders;
    }, MODEL);
    assert.equal(new Set(orders.index).size, 30);
    assert.deepEqual(orders.slim, orders.index);
    assert.deepEqual(orders.inline, orders.index);
    assert.deepEqual(
      page.requests.filter((address) => address.endsWith(".wasm")).sort(),
      ["/reshelf/engine/reshelf_bg.wasm", "/reshelf/engine/reshelf_relaxed_bg.wasm"],
      "the test's own, and that of index.js",
    );
    assert.deepEqual(await page.evaluate(() => window.violations), []);
  }));

/** The reason that a load in a page ends with; the console has told of it, and the server's order stays. */
async function failing(page, { entry = "/reshelf/index.js", ...options }) {
  const telling = page.waitForEvent("console", (message) => message.text().startsWith("reshelf:"));
  const { kept, ...reason } = await page.evaluate(
    async ([entry, options]) => {
      const { loadReranker } = await import(entry);
      const reranker = await loadReranker(options);
      const list = [{ id: "b" }, { id: "a" }];
      const kept = reranker.rerank(list).every(({ candidate }, place) => candidate === list[place]);
      return { ...reranker.info().reason, kept };
    },
    [entry, options],
  );
  assert.ok(kept, "the server's order stays");
  const told = await telling;
  assert.equal(told.type(), "warning");
  assert.ok(told.text().includes(reason.message) && told.text().includes(reason.code), told.text());
  return reason;
}

for (const [options, code, message] of [
  [{ model: "/none.safetensors" }, "model.http", /\/none\.safetensors answered 404: check the address/],
  [{ model: "http://[" }, "model.unreachable", /check the address/],
  [{ model: "/start/a" }, "artifact.foreign", /is a web page.*start page/],
  [{ model: MODEL, wasm: "/gone/engine.wasm" }, "wasm.http", /404.*esbuild, Rollup.*dist\/engine/],
  [{ model: MODEL, wasm: "/start/engine.wasm" }, "wasm.compile", /web page in its place.*optimizeDeps/],
])
  test(`an address that leads elsewhere is told with the way out: ${JSON.stringify(options)}`, () =>
    withPage(async (page) => {
      await page.route("**/start/**", (route) =>
        route.fulfill({ contentType: "text/html", body: "<!doctype html><p>" }),
      );
      const reason = await failing(page, options);
      assert.equal(reason.code, code, reason.message);
      assert.match(reason.message, message);
    }));

test("a bundler that moved the script away from the module's file: one request, and the line to add", () =>
  withPage(
    async (page) => {
      await page.route("**/moved/engine/*.wasm", (route) => route.fulfill({ status: 404 }));
      const reason = await failing(page, { entry: "/moved/index.js", model: MODEL });
      assert.equal(reason.code, "wasm.http");
      assert.match(reason.message, /esbuild, Rollup and `bun build`.*copy the package's `dist\/engine`/);
      assert.equal(page.requests.filter((address) => address.endsWith(".wasm")).length, 1);
    },
    { mounts: { ...MOUNTS, "/moved/": "www/dist" } },
  ));

test("what a policy blocks is told with the word that it needs", async () => {
  const without = (word) => POLICY.replace(word, "");
  await withPage(
    async (page) => {
      const reason = await failing(page, { model: MODEL });
      assert.equal(reason.code, "wasm.blocked");
      assert.match(reason.message, /'wasm-unsafe-eval'.*script-src/);
    },
    { policy: without(" 'wasm-unsafe-eval'") },
  );
  await withPage(async (page) => {
    const reason = await failing(page, { model: "http://localhost:9/shop.safetensors" });
    assert.equal(reason.code, "model.unreachable");
    assert.match(reason.message, /connect-src/);
    assert.equal((await page.evaluate(() => window.violations)).length, 1, "it was the policy");
  });
});

test("two copies of the package on a page rank alike, and hand a session on", () =>
  withPage(
    async (page) => {
      const [one, two] = await page.evaluate(async (model) => {
        const orders = [];
        let text;
        for (const path of ["/reshelf/", "/older/"]) {
          const { loadReranker } = await import(`${path}index.js`);
          const reranker = await loadReranker({ model });
          const ids = (await reranker.retrieve({ k: 30 })).map(({ id }) => id);
          if (text) reranker.restore(text);
          else {
            reranker.observe({ id: ids[20] });
            text = reranker.snapshotText();
          }
          sessionStorage.setItem("visit", text);
          text = sessionStorage.getItem("visit");
          orders.push(reranker.rerank(ids.sort()).map(({ candidate, score }) => [candidate, score]));
        }
        return orders;
      }, MODEL);
      assert.deepEqual(one, two);
      assert.ok(one.some(([, score]) => score !== 0));
      assert.deepEqual(page.problems, []);
    },
    { mounts: { ...MOUNTS, "/older/": "www/dist" } },
  ));

test("a load that is given up rejects with its reason, and says nothing", () =>
  withPage(async (page) => {
    await page.route("**/slow.safetensors", () => undefined);
    const said = [];
    page.on("console", (message) => said.push(message.text()));
    const reasons = await page.evaluate(async () => {
      const { loadReranker } = await import("/reshelf/index.js");
      const reasons = [];
      for (const more of [{}, { cache: true }]) {
        const stop = new AbortController();
        const loading = loadReranker({ model: "/slow.safetensors", signal: stop.signal, ...more });
        setTimeout(() => stop.abort(new Error("the shopper left")), 30);
        reasons.push(await loading.catch((error) => error.message));
      }
      return reasons;
    });
    assert.deepEqual(reasons, ["the shopper left", "the shopper left"]);
    assert.deepEqual(said, []);
  }));
