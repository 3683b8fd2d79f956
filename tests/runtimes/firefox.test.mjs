// The same bits in Firefox, from its CPU and from its GPU.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withFirefoxPage, withFirefoxTabs } from "../browser/firefox.mjs";
import { browserTests } from "./browsers.mjs";

browserTests("Firefox", withFirefoxTabs);

// What tests/browser/gpu.firefox.test.mjs asks of the module alone, through the package. No adapter is a failure, never a
// skipped test: set-up installs a driver that needs no graphics card.
test("retrieve gives the same from the GPU as from the CPU", () =>
  withFirefoxPage(async (page) => {
    const { answered, why, differences } = await page.evaluate(async () => {
      const { loadReranker } = await import("/reshelf/index.js");
      const model = "/golden/golden.safetensors";
      const [cpu, gpu] = await Promise.all(["cpu", "gpu"].map((backend) => loadReranker({ model, backend })));
      const popular = await cpu.retrieve({ k: 200 });
      for (const end = performance.now() + 20_000; gpu.info().scan.backend !== "gpu" && performance.now() < end; ) {
        await new Promise((done) => setTimeout(done, 20));
      }
      const answered = [];
      const differences = [];
      for (let event = 0; event < 5; event++) {
        for (const reranker of [cpu, gpu]) reranker.observe({ id: popular[event * 37].id, at: 1 });
        for (const by of ["model", "similarity"]) {
          const [one, other] = [await cpu.retrieve({ k: 50, by }), await gpu.retrieve({ k: 50, by })];
          answered.push(gpu.info().scan.answered);
          if (JSON.stringify(one) !== JSON.stringify(other)) differences.push([event, by]);
        }
      }
      return { answered, why: gpu.info().scan.why, differences };
    });
    assert.deepEqual(differences, []);
    assert.deepEqual(answered, Array(10).fill("gpu"), why);
    assert.deepEqual(page.problems, []);
  }));
