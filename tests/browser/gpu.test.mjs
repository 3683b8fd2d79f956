// The GPU module in a real browser, on a software adapter, under the strict policy. Without any adapter these tests fail.
import assert from "node:assert/strict";
import { test } from "node:test";
import { tableTests } from "./gpu_tables.mjs";
import { GPU_ARGS, withPage } from "./harness.mjs";

// The package itself is tested with a hundred in a row (retrieve.test.mjs).
const LOSSES = 40;
const GPU = { args: GPU_ARGS };

tableTests("Chromium", withPage, GPU, /swiftshader/i);

test("errors have codes, and leave the catalogue as it was", () =>
  withPage(async (page) => {
    const codes = await page.evaluate(async () => {
      const { GpuCatalogue, ready, table } = await import("/gpu.js");
      await ready;
      const of = table({ rows: 100, dimension: 16, narrow: false });
      const open = (dimension, codes, scales) => GpuCatalogue.open(dimension, false, codes, scales, null);
      const catalogue = await open(16, of.codes, of.scales);
      const code = (promise) =>
        promise.then(
          (value) => `${value.length} values`,
          (error) => `${error.code}, ${error instanceof Error}`,
        );
      const tried = [
        catalogue.nearest(of.session(1), 1025),
        catalogue.nearest(of.session(1), 0),
        catalogue.nearest(of.session(17), 5),
        catalogue.nearest(of.session(1).subarray(1), 5),
        catalogue.nearest(new Uint8Array(16).fill(128), 5),
        catalogue.multiply(new Uint8Array(0)),
        open(17, of.codes, of.scales),
        open(16, of.codes.subarray(1), of.scales),
        open(
          16,
          of.codes,
          of.scales.map(() => NaN),
        ),
        open(16, new Uint8Array(0), new Float32Array(0)),
        catalogue.nearest(of.session(1), 5),
      ];
      const codes = await Promise.all(tried.map(code));
      catalogue.free();
      return codes;
    });
    assert.deepEqual(codes, [
      ...Array(4).fill("gpu.count, true"),
      "gpu.failed, true",
      "gpu.count, true",
      ...Array(4).fill("gpu.failed, true"),
      "10 values",
    ]);
    assert.deepEqual(page.problems, []);
  }, GPU));

test("a browser without WebGPU, or without an adapter, says so", async () => {
  const code = (hide) =>
    withPage(
      async (page) =>
        page.evaluate(async (hide) => {
          if (hide) Object.defineProperty(Navigator.prototype, "gpu", { value: undefined });
          else GPU.prototype.requestAdapter = async () => null;
          const { GpuCatalogue, ready } = await import("/gpu.js");
          await ready;
          return GpuCatalogue.open(16, false, new Uint8Array(16), new Float32Array(1), null).then(
            () => "opened",
            (error) => error.code,
          );
        }, hide),
      GPU,
    );
  assert.equal(await code(true), "gpu.unsupported");
  assert.equal(await code(false), "gpu.adapter");
});

test(`a device that dies in the middle of a call, ${LOSSES} times: the call says so, and nothing is left behind`, () =>
  withPage(async (page) => {
    const { outcomes, memory } = await page.evaluate(async (losses) => {
      const devices = [];
      const request = GPUAdapter.prototype.requestDevice;
      GPUAdapter.prototype.requestDevice = async function (...args) {
        devices.push(await request.apply(this, args));
        return devices.at(-1);
      };
      const { GpuCatalogue, ready, table, nearest } = await import("/gpu.js");
      const module = await ready;
      const of = table({ rows: 4000, dimension: 32, narrow: false });
      const session = of.session(2);
      const right = nearest(of, session, 20).join();
      const outcomes = {};
      const count = (outcome) => (outcomes[outcome] = (outcomes[outcome] ?? 0) + 1);
      const settle = (promise) =>
        promise.then(
          (pairs) => ([...pairs].join() === right ? "right" : "wrong"),
          (error) => error.code ?? String(error),
        );
      const memory = [];
      for (let time = 0; time < losses; time++) {
        const catalogue = await GpuCatalogue.open(of.dimension, of.narrow, of.codes, of.scales, null);
        count(`before: ${await settle(catalogue.nearest(session, 20))}`);
        const calls = [settle(catalogue.nearest(session, 20)), settle(catalogue.nearest(session, 20))];
        // Before the call does anything, after its first turn, and while the device works.
        if (time % 3 > 0) await null;
        if (time % 3 > 1) await new Promise((done) => setTimeout(done));
        if (time % 10 === 9) catalogue.free();
        else devices.pop().destroy();
        for (const call of calls) count(`during: ${await call}`);
        if (time % 10 !== 9) {
          count(`after: ${await settle(catalogue.nearest(session, 20))} ${catalogue.lost}`);
          count(`after: ${await catalogue.multiply(session).catch((error) => error.code)}`);
          catalogue.free();
        }
        memory.push(module.memory.buffer.byteLength);
      }
      return { outcomes, memory };
    }, LOSSES);
    // A call may be over before its device is destroyed, but then it is right.
    const [freed, calls] = [LOSSES / 10, 2 * LOSSES];
    assert.equal(outcomes["before: right"], LOSSES);
    assert.equal(
      (outcomes["during: gpu.lost"] ?? 0) + (outcomes["during: right"] ?? 0),
      calls,
      JSON.stringify(outcomes),
    );
    assert.ok(outcomes["during: gpu.lost"] >= LOSSES, JSON.stringify(outcomes));
    assert.equal(outcomes["after: gpu.lost true"], LOSSES - freed);
    assert.equal(outcomes["after: gpu.lost"], LOSSES - freed);
    assert.equal(memory.at(-1), memory[19], "the module's memory grows");
    assert.deepEqual(page.problems, []);
  }, GPU));
