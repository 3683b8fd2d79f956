// `reshelf/service-worker` in Chromium and Firefox: pages in the order of the session that the shopper's pages have kept, and pages as
// they are wherever anything is wrong. www/test/service_worker.test.mjs has the handler alone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { standing, told, VISITS, withShop } from "./cached_shop.mjs";

const at = (path) => fileURLToPath(new URL(`../../www/${path}`, import.meta.url));
// A dependency of the package's own.
const { build } = createRequire(at("package.json"))("esbuild");
const example = (name) => readFileSync(at(`examples/service-worker/${name}`), "utf8");

const MODEL = "/golden/golden.safetensors";

/** A worker's script: the handler with these options, which may be code, and what it reported when asked. */
const worker = (options = "", more = "") => `
  import { createHandler, loadReranker } from "/reshelf/service-worker.js";
  const reports = [];
  const load = () => loadReranker({ model: "${MODEL}", store: "device" });
  const pages = createHandler({ load, hydrate: true, deadlineMs: 5000, onReport: (each) => reports.push(each.reason), ${options} });
  addEventListener("install", (event) => event.waitUntil(skipWaiting()));
  addEventListener("activate", (event) => event.waitUntil(clients.claim()));
  addEventListener("message", ({ ports }) => ports[0].postMessage({ reports, version: globalThis.version }));
  ${more}
  addEventListener("fetch", (event) => pages.answer(event));
`;

/** Registers the worker of that address, and waits until it serves the page. */
const install = (page, address = "/shop-sw.js", type = "module") =>
  page.evaluate(
    async (address, type) => {
      const { serviceWorker } = navigator;
      const serves = () => serviceWorker.controller?.scriptURL.endsWith(address);
      const served = new Promise((done) => {
        serviceWorker.addEventListener("controllerchange", () => serves() && done());
      });
      await serviceWorker.register(address, { type });
      if (!serves()) await served;
    },
    address,
    type,
  );

/** Has the browser look for a newer worker; whether it found one, and what became of it, shows later. */
const update = (page) =>
  page.evaluate(async () => void (await (await navigator.serviceWorker.getRegistration()).update().catch(() => 0)));

/** What the worker that serves the page has to tell. */
const ask = (page) =>
  page.evaluate(() => {
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((done) => (port1.onmessage = ({ data }) => done(data)));
    navigator.serviceWorker.controller.postMessage("", [port2]);
    return answer;
  });

/** The shopper agrees, and looks at an item; nothing else is in their session. */
const look = (page, id) =>
  page.evaluate(async (id) => {
    const { reranker, saved } = window.shop;
    reranker.consent({ store: true });
    reranker.forget();
    reranker.observe({ id });
    const { kind } = await saved();
    if (kind !== "device") throw new Error(`kept in ${kind}`);
  }, id);

const SETTLED = { tiles: 30, moved: 0, kept: 0, reason: null };
const STILL = { settled: SETTLED, changes: [], shifts: [], violations: [] };

for (const browser of ["Chromium", "Firefox"]) {
  test(`in ${browser} the first page after an event comes in the session's order, and so does a part of one`, () =>
    withShop(
      browser,
      async ({ page, go, problems, shop }) => {
        await go("/list/0");
        await install(page);
        // Nothing is known: the page is everyone's.
        await go("/list/0");
        assert.deepEqual(await standing(page), VISITS[0].list);
        for (const [number, { item, native }] of VISITS.slice(0, 3).entries()) {
          await look(page, item);
          await go(`/list/${number}`);
          assert.deepEqual(await standing(page), native);
          // The page's own session says the same.
          assert.deepEqual(await told(page), STILL);
        }
        const part = await page.evaluate(async () => {
          const text = await (await fetch("/list/2", { headers: { "x-part": "list" } })).text();
          return [...text.matchAll(/data-reshelf-item="(\d+)"/g)].map(([, id]) => id);
        });
        assert.deepEqual(part, VISITS[2].native);
        const { reports } = await ask(page);
        assert.deepEqual([reports[0], reports.at(-1)], ["no-context", null]);
        assert.deepEqual(problems, []);
        assert.ok(shop.asked.length > 0);
      },
      {
        files: { "/shop-sw.js": worker('match: ({ mode, headers }) => mode === "navigate" || headers.has("x-part")') },
      },
    ));

  test(`in ${browser} the example works without a network, and what it keeps is everyone's page`, () =>
    withShop(
      browser,
      async ({ page, go, shop }) => {
        await go("/list/0");
        await install(page);
        await go("/list/0");
        await look(page, VISITS[0].item);
        shop.down = true;
        for (let visit = 0; visit < 2; visit++) {
          await page.goto(`${shop.address}/list/0`, { waitUntil: "load" });
          assert.deepEqual(await standing(page), VISITS[0].native);
          // The browser ends workers as it likes: the next one loads from what is kept.
          if (browser === "Chromium") await stopWorkers(page);
        }
        const kept = await page.evaluate(async () => (await caches.match("/list/0")).text());
        assert.equal(kept, shop.pageOf(0));
        // What was never seen is not there, as without a worker.
        await assert.rejects(page.goto(`${shop.address}/list/1`, { waitUntil: "load" }));
        shop.down = false;
        await go("/list/0");
        assert.deepEqual(await standing(page), VISITS[0].native);
      },
      {
        files: {
          // As a shop has it, but for a deadline that no busy machine misses.
          "/shop-sw.js": example("worker.js").replace("hydrate: true,", "hydrate: true, deadlineMs: 60_000,"),
          "/shop.safetensors": readFileSync(at("../tests/golden/golden.safetensors")),
        },
      },
    ));

  test(`in ${browser} a new version waits beside the old one, takes over, and both have one session`, () => {
    const versions = [1, 2].map((version) =>
      worker(
        "",
        `globalThis.version = ${version};
        addEventListener("message", ({ data }) => data === "go" && skipWaiting());`,
      ).replace("event.waitUntil(skipWaiting())", "0"),
    );
    return withShop(
      browser,
      async ({ page, go, shop }) => {
        await go("/list/0");
        await install(page);
        await look(page, VISITS[0].item);
        shop.files["/shop-sw.js"] = versions[1];
        await page.evaluate(async () => {
          const registration = await navigator.serviceWorker.getRegistration();
          await registration.update();
          while (!registration.waiting) await new Promise((done) => setTimeout(done, 10));
        });
        await go("/list/0");
        assert.deepEqual(await standing(page), VISITS[0].native);
        assert.equal((await ask(page)).version, 1);
        await page.evaluate(async () => {
          const changes = new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done));
          const { port1 } = new MessageChannel();
          (await navigator.serviceWorker.getRegistration()).waiting.postMessage("go", [port1]);
          await changes;
        });
        await look(page, VISITS[1].item);
        await go("/list/1");
        assert.deepEqual(await standing(page), VISITS[1].native);
        assert.deepEqual(await told(page), STILL);
        assert.equal((await ask(page)).version, 2);
      },
      { files: { "/shop-sw.js": versions[0] } },
    );
  });

  test(`in ${browser} it is taken off by the page, by an address, and by a worker in its place; not by a script that is gone`, () =>
    withShop(
      browser,
      async ({ page, go, shop }) => {
        const served = () => page.evaluate(() => navigator.serviceWorker.controller !== null);
        const registered = () =>
          page.evaluate(async () => (await navigator.serviceWorker.getRegistration()) !== undefined);
        const takesOff = {
          "the page": () => page.evaluate(async () => (await import("/reshelf/service-worker.js")).unregister()),
          "an address": () => page.goto(`${shop.address}/reshelf-off`),
          "a worker in its place": async () => {
            shop.files["/shop-sw.js"] = example("off.js");
            await update(page);
          },
        };
        for (const [name, takeOff] of Object.entries(takesOff)) {
          shop.files["/shop-sw.js"] = worker('off: "/reshelf-off"');
          await go("/list/0");
          await install(page);
          await look(page, VISITS[0].item);
          await go("/list/0");
          assert.deepEqual(await standing(page), VISITS[0].native, name);
          // A script that is gone is not enough: browsers keep the worker that they have.
          shop.files["/shop-sw.js"] = undefined;
          await update(page);
          await go("/list/0");
          assert.ok(await served(), name);
          await takeOff();
          for (let i = 0; i < 500 && (await registered()); i++) await new Promise((done) => setTimeout(done, 10));
          await page.goto(`${shop.address}/list/0`, { waitUntil: "load" });
          assert.deepEqual([await served(), await registered()], [false, false], name);
        }
      },
      { files: {} },
    ));
}

// What browsers have no part in is tried in one.

test("nothing is asked for that depends on what the shopper did", async () => {
  const logs = [];
  for (const item of [VISITS[0].item, null]) {
    await withShop(
      "Chromium",
      async ({ page, go, shop }) => {
        await go("/list/0");
        await install(page);
        if (item) await look(page, item);
        await go("/list/0");
        assert.deepEqual(await standing(page), item ? VISITS[0].native : VISITS[0].list);
        await go("/list/1");
        await told(page);
        const { host } = new URL(shop.address);
        const log = shop.asked.map((each) => JSON.stringify(each).replaceAll(host, "shop"));
        logs.push(log.sort());
      },
      { files: { "/shop-sw.js": worker() } },
    );
  }
  assert.deepEqual(logs[0], logs[1]);
  assert.ok(logs[0].every((each) => /"method":"GET".*"body":""/.test(each)));
});

test("a fault of any kind leaves the page as it is", () => {
  const faults = {
    "a model that is none": [`load: () => loadReranker({ model: "/cached.css", store: "device" })`, "model"],
    "a load that throws": [`load: () => { throw new Error("a fault"); }`, "model"],
    "a module that is none": [`html: () => fetch("/cached.css")`, "html"],
    "the package's own loader for pages": [
      `load: async () => (await import("/reshelf/index.js")).loadReranker({ model: "${MODEL}" })`,
      "model",
    ],
    "a match that throws": [`match: () => { throw new Error("a fault"); }`],
  };
  const files = Object.fromEntries(
    Object.values(faults).map(([options], number) => [`/shop-sw-${number}.js`, worker(options)]),
  );
  files["/shop-sw-throws.js"] = worker("", `addEventListener("fetch", () => { throw new Error("a fault"); });`);
  return withShop(
    "Chromium",
    async ({ page, go }) => {
      await go("/list/0");
      await look(page, VISITS[0].item);
      for (const [number, [name, [, reason]]] of Object.entries(faults).entries()) {
        await install(page, `/shop-sw-${number}.js`);
        await page.goto("about:blank");
        await go("/list/0?raw");
        // `settle` may have moved what is below: what is in sight is the page's own.
        assert.deepEqual((await standing(page)).slice(0, 6), VISITS[0].list.slice(0, 6), name);
        assert.deepEqual((await ask(page)).reports, reason === undefined ? [] : [reason], name);
      }
      // A listener of the shop's that throws: the other one still answers.
      await install(page, "/shop-sw-throws.js");
      await go("/list/0");
      assert.deepEqual(await standing(page), VISITS[0].native);
    },
    { files },
  );
});

test("a model that never comes holds up no page, and no newer worker", () =>
  withShop(
    "Chromium",
    async ({ page, go, shop }) => {
      await go("/list/0");
      await look(page, VISITS[0].item);
      await install(page);
      await page.goto("about:blank");
      // That it comes at all, with a model that never does, says that it was not waited for.
      await go("/list/0");
      assert.deepEqual((await standing(page)).slice(0, 6), VISITS[0].list.slice(0, 6));
      assert.deepEqual((await ask(page)).reports, ["model-late"]);
      shop.files["/shop-sw-next.js"] = worker();
      await install(page, "/shop-sw-next.js");
      await go("/list/0");
      assert.deepEqual(await standing(page), VISITS[0].native);
    },
    { files: { "/shop-sw.js": worker("load: () => new Promise(() => {}), deadlineMs: 20") } },
  ));

test("a classic worker of a bundler's ranks as a module does, where it is told where the modules lie", async () => {
  const source = `${worker("html: () => fetch('/reshelf/html/reshelf_html_bg.wasm')")}`
    .replace("/reshelf/service-worker.js", "./service-worker.js")
    .replace("store:", "wasm: '/reshelf/engine/reshelf_bg.wasm', store:");
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: at("dist") },
    ...{ bundle: true, format: "iife", write: false, logLevel: "silent" },
  });
  await withShop(
    "Chromium",
    async ({ page, go, problems }) => {
      await go("/list/0");
      await install(page, "/shop-sw.js", "classic");
      await look(page, VISITS[0].item);
      await go("/list/0");
      assert.deepEqual(await standing(page), VISITS[0].native);
      assert.deepEqual(await told(page), STILL);
      assert.deepEqual(problems, []);
    },
    { files: { "/shop-sw.js": outputFiles[0].text } },
  );
});

/** Ends all workers of the browser, as it does itself with those that have nothing to do. */
async function stopWorkers(page) {
  const session = await page.createCDPSession();
  await session.send("ServiceWorker.enable");
  await session.send("ServiceWorker.stopAllWorkers");
  await session.detach();
}
