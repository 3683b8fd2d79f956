// Whole-catalogue scans in a real browser: CPU and GPU agree, and a GPU that dies costs nothing but its own time.
// WebGPU runs on SwiftShader, so that no machine needs a GPU; a browser without an adapter fails these tests.
import assert from "node:assert/strict";
import { test } from "node:test";
import { GPU_ARGS, withPage } from "./harness.mjs";

const MODEL = "/golden/golden.safetensors";

/**
 * Losses in a row, six at each step, and after how many of them the memories must no longer grow. A loss takes seconds where a
 * processor stands in for the GPU: RESHELF_LOSSES=100 asks for more.
 */
const LOSSES = Number(process.env.RESHELF_LOSSES ?? 42);
const SETTLED = 14;

/** The heap of the page may differ by so many bytes between two collections: caches of the browser's own, code, feedback. */
const HEAP_NOISE = 256 * 1024;

/** Runs before the page's own scripts: gives the test the clock, the latest GPU device, and every module's memory in hand. */
function takeInHand() {
  window.skipped = 0;
  const now = performance.now.bind(performance);
  performance.now = () => now() + window.skipped;

  // One device is remembered, not all: the test must not leak what it looks for leaks of.
  if (window.GPUAdapter) {
    const requestDevice = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (...options) {
      window.device = await requestDevice.apply(this, options);
      window.devices = (window.devices ?? 0) + 1;
      return window.device;
    };
    // Destroys the device in the middle of the next call, at the step that `window.destroyAt` names.
    const dies = (step) => {
      if (window.destroyAt !== step) return;
      window.destroyAt = null;
      window.device.destroy();
    };
    const submit = GPUQueue.prototype.submit;
    GPUQueue.prototype.submit = function (...buffers) {
      dies("before submit");
      const result = submit.apply(this, buffers);
      dies("after submit");
      return result;
    };
    const mapAsync = GPUBuffer.prototype.mapAsync;
    GPUBuffer.prototype.mapAsync = function (...range) {
      dies("before mapping");
      const mapped = mapAsync.apply(this, range);
      dies("while mapping");
      return mapped.then(() => dies("after mapping"));
    };
  }

  window.memories = [];
  const instantiate = WebAssembly.instantiate;
  WebAssembly.instantiate = async (...parts) => {
    const result = await instantiate(...parts);
    window.memories.push((result.instance ?? result).exports.memory);
    return result;
  };
}

/** Runs in the page: loads the model once for each backend, and waits until the GPU is set up. */
async function load(model) {
  const { loadReranker } = await import("/reshelf/index.js");
  const [cpu, gpu] = await Promise.all(["cpu", "gpu"].map((backend) => loadReranker({ model, backend })));
  const until = async (met) => {
    for (const end = Date.now() + 120_000; !met(); await new Promise((done) => setTimeout(done, 5))) {
      if (Date.now() > end) throw new Error(`not in time: ${JSON.stringify(gpu.info().scan)}`);
    }
  };
  const popular = (await cpu.retrieve({ k: Infinity })).map(({ id }) => id);
  let at = 1_700_000_000_000;
  const see = (number) =>
    [cpu, gpu].forEach((reranker) => reranker.observe({ id: popular[number % popular.length], type: "view", at })) ??
    (at += 60_000);
  Object.assign(window, { cpu, gpu, until, see, popular });
  await until(() => gpu.info().scan.backend === "gpu" || /out of use/.test(gpu.info().scan.why));
  return { status: gpu.info().status, reason: gpu.info().reason, scan: gpu.info().scan, items: popular.length };
}

/** Opens a page with both rerankers in it. */
function withBoth(use) {
  return withPage(
    async (page) => {
      const loaded = await page.evaluate(load, MODEL);
      assert.equal(loaded.status, "ready", loaded.reason?.message);
      assert.equal(loaded.scan.backend, "gpu", `${loaded.scan.why}; a browser without WebGPU does not do`);
      assert.match(loaded.scan.kernel, /^webgpu /);
      await use(page, loaded);
      assert.deepEqual(await page.evaluate(() => window.violations), []);
    },
    { args: GPU_ARGS, before: takeInHand },
  );
}

test("CPU and GPU retrieve the same items with the same scores", () =>
  withBoth(async (page, { items }) => {
    assert.ok(items > 1000);
    const loaded = page.requests.length;
    const { differences, answered, compared } = await page.evaluate(async () => {
      const { cpu, gpu, see } = window;
      const differences = [];
      const answered = { cpu: 0, gpu: 0 };
      let compared = 0;
      const even = (id) => id.length % 2 === 0;
      for (let session = 0; session < 30; session++) {
        if (session % 10 === 9) for (const reranker of [cpu, gpu]) reranker.forget();
        else see(session * session * 31);
        for (const by of ["model", "similarity"]) {
          for (const k of [1, 20, 200, 500, 2000]) {
            for (const filter of [undefined, even, (id) => id.endsWith("7"), () => false]) {
              const [one, other] = [await cpu.retrieve({ k, by, filter }), await gpu.retrieve({ k, by, filter })];
              answered[gpu.info().scan.answered] += 1;
              compared += 1;
              if (JSON.stringify(one) !== JSON.stringify(other))
                differences.push({
                  session,
                  by,
                  k,
                  filter: String(filter),
                  one: one.slice(0, 5),
                  other: other.slice(0, 5),
                });
            }
          }
        }
      }
      return { differences: differences.slice(0, 3), answered, compared };
    });
    assert.equal(compared, 30 * 2 * 5 * 4);
    assert.ok(answered.gpu > compared / 4, `the GPU answered ${answered.gpu} of ${compared}`);
    assert.deepEqual(differences, []);
    const { losses, why } = await page.evaluate(() => window.gpu.info().scan);
    assert.equal(losses, 0, why);
    assert.deepEqual(page.requests.slice(loaded), [], "requests after loading");
    assert.deepEqual(page.problems, []);
  }));

test(`${LOSSES} devices in a row die in the middle of a call: no wrong order, no leak, nothing fetched`, () =>
  withBoth(async (page) => {
    const loaded = page.requests.length;
    const client = await page.context().newCDPSession(page);
    const memory = async () => {
      for (let i = 0; i < 2; i++) await client.send("HeapProfiler.collectGarbage");
      const { usedSize } = await client.send("Runtime.getHeapUsage");
      return {
        heap: usedSize,
        modules: await page.evaluate(() => window.memories.map(({ buffer }) => buffer.byteLength)),
      };
    };
    const steps = [
      "at once",
      "before submit",
      "after submit",
      "before mapping",
      "while mapping",
      "after mapping",
      "soon",
    ];
    // A session that is full, so that what is seen between the losses takes no room.
    await page.evaluate(() => {
      for (let event = 0; event < 1100; event++) window.see(event * 7);
    });
    let settled;
    for (let loss = 1; loss <= LOSSES; loss++) {
      const step = steps[loss % steps.length];
      const result = await page.evaluate(dieOnce, { loss, step });
      const where = `loss ${loss}, ${step}: ${JSON.stringify(result.scan)}`;
      assert.deepEqual(result.wrong, [], where);
      assert.equal(result.scan.losses, loss, where);
      assert.ok(step === "soon" || step === "after mapping" || result.answered === "cpu", where);
      if (loss === SETTLED) settled = await memory();
    }
    const end = await memory();
    assert.ok(end.heap - settled.heap < HEAP_NOISE, `the heap grew from ${settled.heap} to ${end.heap} bytes`);
    assert.deepEqual(end.modules, settled.modules, "a module's memory grew");
    assert.equal(await page.evaluate(() => window.devices), LOSSES + 1);
    assert.deepEqual(page.requests.slice(loaded), [], "requests after the GPU module was there");
  }));

/** Runs in the page: a call in the middle of which the device dies, and all that follows until there is another. */
async function dieOnce({ loss, step }) {
  const { cpu, gpu, see, until } = window;
  see(loss * 37);
  const wrong = [];
  const options = { k: 20, by: loss % 2 ? "model" : "similarity" };
  const compare = async (name, answer) => {
    const [expected, found] = [await cpu.retrieve(options), await answer];
    if (JSON.stringify(found) !== JSON.stringify(expected)) wrong.push(name);
  };
  window.destroyAt = step;
  const answer = gpu.retrieve(options);
  if (step === "at once") window.device.destroy();
  if (step === "soon") setTimeout(() => window.device.destroy(), 1);
  await compare("the call itself", answer);
  const { answered } = gpu.info().scan;
  await until(() => window.device.lost && gpu.info().scan.losses >= loss - 1);
  await window.device.lost; // A device that outlived the call dies after it.
  await compare("the next call", gpu.retrieve(options));
  const { scan } = gpu.info();
  window.skipped += 6 * 60_000; // The longest pause is five minutes.
  await compare("the call that has a new device set up", gpu.retrieve(options));
  await until(() => gpu.info().scan.backend === "gpu");
  await compare("a call on the new device", gpu.retrieve(options));
  return { wrong, answered, scan };
}

test("auto and cpu never fetch the GPU module for a small catalogue", () =>
  withPage(
    async (page) => {
      const scans = await page.evaluate(async (model) => {
        const { loadReranker } = await import("/reshelf/index.js");
        const scans = [];
        for (const backend of [undefined, "auto", "cpu"]) {
          const reranker = await loadReranker({ model, backend });
          const [{ id }] = await reranker.retrieve({ k: 1 });
          reranker.observe({ id });
          for (let i = 0; i < 3; i++) await reranker.retrieve({ k: 20 });
          await new Promise((done) => requestIdleCallback(done));
          scans.push(reranker.info().scan);
        }
        return scans;
      }, MODEL);
      await page.waitForTimeout(500); // Time for a request that would come late.
      assert.deepEqual(
        page.requests.filter((address) => address.includes("gpu")),
        [],
      );
      assert.deepEqual(
        scans.map(({ backend, answered }) => [backend, answered]),
        Array(3).fill(["cpu", "cpu"]),
      );
      assert.match(scans[0].why, /items: below 20,000/);
      assert.match(scans[2].why, /was asked for/);
    },
    { args: GPU_ARGS },
  ));

test("the relaxed build is loaded where the browser runs it, the other one where that is missing", () =>
  withPage(async (page) => {
    const backends = await page.evaluate(async (model) => {
      const { loadReranker } = await import("/reshelf/index.js");
      return (await loadReranker({ model })).info().backend;
    }, MODEL);
    assert.equal(backends, "wasm relaxed-simd");
    const modules = page.requests.filter((address) => address.endsWith(".wasm"));
    assert.deepEqual(modules, ["/reshelf/engine/reshelf_relaxed_bg.wasm"]);
  }));
