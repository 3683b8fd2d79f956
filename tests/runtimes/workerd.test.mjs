// The same bits in workerd, where a page is ranked before it reaches the shopper.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { proofFiles, withWorker } from "./edge.mjs";
import { KERNELS } from "./kernel_check.mjs";
import { assertKernel, assertProof, ENGINES, GOLDEN, KERNEL_FOLDER, SEED } from "./verdicts.mjs";

describe("workerd", () => {
  for (const { title, folder, skip } of GOLDEN) {
    for (const engine of ENGINES) {
      const prove = async (ask) => assertProof(await ask("/golden"), engine);
      test(`${title} with ${engine}`, { skip }, () =>
        withWorker(`www/dist/engine/${engine}`, prove, proofFiles(folder)),
      );
    }
  }

  test("the package's own entry for workerd brings the module with it", () =>
    withWorker(`www/dist/engine/${ENGINES[0]}`, async (ask) => assertProof(await ask("/own"), ENGINES[0])));

  test("without the module, or with bytes of one, the server's order stays", () =>
    withWorker(`www/dist/engine/${ENGINES[0]}`, async (ask) => {
      const answers = await ask("/without-module");
      assert.deepEqual(
        answers.map(({ code }) => code),
        ["wasm.address", "wasm.blocked"],
      );
      for (const { status, message, order } of answers) {
        assert.equal(status, "fallback");
        assert.match(message, /import .* \.wasm .*pass/s, "what to do about it");
        assert.deepEqual(order, ["c", "a", "b"]);
      }
    }));

  for (const [file, name] of Object.entries(KERNELS)) {
    test(`${file} agrees with the reference`, () =>
      withWorker(`${KERNEL_FOLDER}/${file}`, async (ask) => assertKernel(await ask(`/kernel?seed=${SEED}`), name)));
  }
});
