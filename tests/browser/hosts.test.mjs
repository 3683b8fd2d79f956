// The package where a shop's page is not the plain page that was expected: service workers, frames, other servers' answers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { GPU_ARGS, withPage } from "./harness.mjs";

const MODEL = "/golden/golden.safetensors";

test("a module service worker ranks as the page does, and leaves the GPU module alone", () =>
  withPage(
    async (page) => {
      const { inPage, inWorker } = await page.evaluate(async (model) => {
        const { loadReranker } = await import("/reshelf/index.js");
        const reranker = await loadReranker({ model });
        const ids = (await reranker.retrieve({ k: 30 })).map(({ id }) => id);
        const seen = [ids[11], ids[4]];
        for (const id of seen) reranker.observe({ id });
        const inPage = reranker.rerank(ids).map(({ candidate, score }) => [candidate, score]);
        await navigator.serviceWorker.register("/sw.js", { type: "module" });
        const { active } = await navigator.serviceWorker.ready;
        const answer = new Promise((done) =>
          navigator.serviceWorker.addEventListener("message", ({ data }) => done(data)),
        );
        navigator.serviceWorker.startMessages();
        active.postMessage({ model, backend: "gpu", seen, list: ids });
        return { inPage, inWorker: await answer };
      }, MODEL);
      assert.equal(inWorker.status, "ready", inWorker.reason?.message);
      assert.deepEqual(inWorker.order, inPage);
      assert.equal(inWorker.scan.answered, "cpu");
      assert.equal(inWorker.scan.why, "this entry brings no GPU");
      const [found, { code, message }] = inWorker.plain;
      assert.deepEqual([found, code], [[], "retrieve.module"]);
      assert.match(message, /docs\/errors\.md/);
      assert.deepEqual(
        page.requests.filter((address) => address.includes("gpu")),
        [],
      );
      assert.deepEqual(page.problems, []);
    },
    { args: GPU_ARGS },
  ));

test("what an iframe's own classes bring is taken as the page's would be", () =>
  withPage(async (page) => {
    const statuses = await page.evaluate(async (model) => {
      const { loadReranker } = await import("/reshelf/index.js");
      const frame = document.body.appendChild(document.createElement("iframe"));
      // biome-ignore lint/suspicious/noShadowRestrictedNames: those of the other realm are what is tried
      const { fetch, URL, Blob, WebAssembly, Uint8Array } = frame.contentWindow;
      const address = (path) => new globalThis.URL(path, location.href).href;
      const buffer = () => fetch(address(model)).then((response) => response.arrayBuffer());
      const engine = await fetch(address("/reshelf/engine/reshelf_bg.wasm")).then((response) => response.arrayBuffer());
      const wasm = new WebAssembly.Module(engine);
      const models = {
        Response: await fetch(address(model)),
        URL: new URL(address(model)),
        ArrayBuffer: await buffer(),
        Uint8Array: new Uint8Array(await buffer()),
        Blob: new Blob([await buffer()]),
      };
      const statuses = {
        foreign: Object.values(models).filter((each) => each instanceof globalThis[each.constructor.name]).length,
      };
      for (const [name, model] of Object.entries(models)) {
        const { status, reason, backend } = (await loadReranker({ model, wasm })).info();
        statuses[name] = reason?.message ?? `${status}, ${backend}`;
      }
      const stop = new frame.contentWindow.AbortController();
      const loading = loadReranker({ model: await buffer(), signal: stop.signal });
      stop.abort();
      statuses.AbortSignal = await loading.catch((error) => error.name);
      return statuses;
    }, MODEL);
    const ready = "ready, wasm simd128"; // The frame's module, not the one that the package would choose.
    assert.deepEqual(statuses, {
      foreign: 0,
      Response: ready,
      URL: ready,
      ArrayBuffer: ready,
      Uint8Array: ready,
      Blob: ready,
      AbortSignal: "AbortError",
    });
    assert.deepEqual(await page.evaluate(() => window.violations), []);
  }));

test("a server that sends its start page for every file is named as the cause", () =>
  withPage(async (page) => {
    await page.route(/\.wasm$|missing/, (route) =>
      route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Shop</title>" }),
    );
    const reasons = await page.evaluate(async (model) => {
      const { loadReranker } = await import("/reshelf/index.js");
      const reasons = [];
      for (const each of ["/missing.safetensors", model])
        reasons.push((await loadReranker({ model: each })).info().reason);
      return reasons;
    }, MODEL);
    assert.deepEqual(
      reasons.map(({ code }) => code),
      ["artifact.foreign", "wasm.compile"],
    );
    assert.match(reasons[0].message, /\/missing\.safetensors is a web page/);
    assert.match(reasons[1].message, /optimizeDeps: \{ exclude: \["reshelf"\] \}/);
  }));

test("a browser that has WebGPU but no adapter is not made to fetch the GPU module", () =>
  withPage(async (page) => {
    const { scan, webgpu } = await page.evaluate(async (model) => {
      const { loadReranker } = await import("/reshelf/index.js");
      const reranker = await loadReranker({ model, backend: "gpu" });
      for (let i = 0; i < 100 && /being set up/.test(reranker.info().scan.why); i++)
        await new Promise((done) => setTimeout(done, 20));
      return { scan: reranker.info().scan, webgpu: "gpu" in navigator };
    }, MODEL);
    assert.ok(webgpu);
    assert.match(scan.why, /no adapter/);
    assert.deepEqual(
      page.requests.filter((address) => address.includes("gpu")),
      [],
    );
    assert.deepEqual(page.problems, []);
  }));
