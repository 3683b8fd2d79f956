// The examples of the package that are pages: they run under the strict policy, and a click moves like things up.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadReranker } from "../../www/dist/index.node.js";
import { MOUNTS, withPage } from "./harness.mjs";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const model = `${repository}tests/golden/golden.safetensors`;

/** A folder with the example, a model and a list, as a shop would have them. */
async function shop(example) {
  const folder = `target/examples/${example}`;
  mkdirSync(repository + folder, { recursive: true });
  cpSync(`${repository}www/examples/${example}`, repository + folder, { recursive: true });
  cpSync(model, `${repository}${folder}/shop.safetensors`);
  const reranker = await loadReranker({ model, backend: "cpu" });
  const products = (await reranker.retrieve({ k: 30 })).map(({ id }) => ({ id }));
  writeFileSync(`${repository}${folder}/products.json`, JSON.stringify(products));
  return folder;
}

for (const example of ["page", "module-worker", "listen"]) {
  test(example, async () => {
    const use = async (page) => {
      const order = () => page.$$eval("li", (items) => items.map((item) => item.dataset.id));
      await page.waitForSelector("li");
      const before = await order();
      await page.click("li:nth-child(16)");
      await page.waitForFunction((first) => document.querySelector("li").dataset.id !== first, before[0]);
      const after = await order();
      assert.deepEqual([...after].sort(), [...before].sort());
      assert.ok(after.indexOf(before[15]) < 15);
      const problems = page.problems.filter((problem) => !problem.includes("404")); // No shop's icon.
      assert.deepEqual(problems, []);
    };
    await withPage(use, { mounts: { ...MOUNTS, "/": await shop(example) } });
  });
}

test("capture", async () => {
  const use = async (page) => {
    // All thirty are in view, one below the other.
    await page.waitForFunction(() => document.querySelector("#told").value === "30 seen, 0 passed over");
    const problems = page.problems.filter((problem) => !problem.includes("404")); // No shop's icon.
    assert.deepEqual(problems, []);
  };
  await withPage(use, { mounts: { ...MOUNTS, "/": await shop("capture") } });
});
