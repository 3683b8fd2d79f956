// The tests that a browser must pass, whichever it is (withTabs or withFirefoxTabs): one for all tests, since its start takes seconds.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MOUNTS } from "../browser/harness.mjs";
import { assertPages } from "./edge_verdicts.mjs";
import { KERNELS } from "./kernel_check.mjs";
import { assertKernel, assertProof, ENGINES, GOLDEN, KERNEL_FOLDER, SEED } from "./verdicts.mjs";

const goldenMounts = Object.fromEntries(GOLDEN.map(({ folder }) => [`/${folder}/`, folder]));
const mounts = { ...MOUNTS, ...goldenMounts, "/runtimes/": "tests/runtimes", "/kernels/": KERNEL_FOLDER };

/** @param {typeof import("../browser/harness.mjs").withTabs} withTabs */
export function browserTests(name, withTabs) {
  /** A page of its own: the package runs one engine a page. Nothing may be refused, reported or asked of a stranger. */
  const inPage = (use) =>
    withTabs(
      async ({ open, requests, problems }) => {
        const page = await open();
        await use(page);
        assert.deepEqual(await page.evaluate(() => window.violations), []);
        assert.deepEqual(problems, []);
        assert.deepEqual(
          requests.filter((address) => /^\w+:\/\//.test(address)),
          [],
        );
      },
      { mounts },
    );

  describe(name, () => {
    for (const { title, folder, skip } of GOLDEN) {
      for (const engine of [null, ...ENGINES]) {
        test(`${title} with ${engine ?? "the engine that the package chooses"}`, { skip }, () =>
          inPage(async (page) => {
            const prove = async ([files, file]) => (await import("/runtimes/in_page.mjs")).golden(files, file);
            assertProof(await page.evaluate(prove, [`/${folder}/`, engine]), engine);
          }),
        );
      }
    }

    test("the golden orders come out of pages, through reshelf/edge", () =>
      inPage(async (page) => {
        const prove = async (files) => (await import("/runtimes/in_page.mjs")).pages(files);
        await assertPages(await page.evaluate(prove, `/${GOLDEN[0].folder}/`));
      }));

    for (const [file, kernelName] of Object.entries(KERNELS)) {
      test(`${file} agrees with the reference`, () =>
        inPage(async (page) => {
          const check = async ([file, seed]) => (await import("/runtimes/in_page.mjs")).kernel(file, seed);
          assertKernel(await page.evaluate(check, [file, SEED]), kernelName);
        }));
    }
  });
}
