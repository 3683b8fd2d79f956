// The examples of the package that are pages: they run under the strict policy, and a click moves like things up.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
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

for (const example of ["page", "module-worker", "worker", "listen"]) {
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

test("service-worker", async () => {
  const folder = await shop("service-worker");
  const ids = JSON.parse(readFileSync(`${repository}${folder}/products.json`, "utf8")).map(({ id }) => id);
  const file = `${repository}${folder}/index.html`;
  // The example's two products stand for those of the shop.
  const tiles = ids.map((id) => `<li data-reshelf-item="${id}">${id}</li>`).join("\n");
  writeFileSync(file, readFileSync(file, "utf8").replace(/<li[^]*<\/li>/, tiles));
  const use = async (page) => {
    const order = () => page.$$eval("li", (items) => items.map((item) => item.dataset.reshelfItem));
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    assert.deepEqual(await order(), ids);
    await page.click("#agree");
    await page.click("li:nth-child(16)");
    // It is written in a moment. All thirty are in sight, so that no script of the page's moves one: the worker does.
    const inOrder = () => page.$$eval("[data-reshelf-places]", (lists) => lists.length === 1);
    for (let visit = 0; visit < 20 && !(await inOrder()); visit++) await page.reload({ waitUntil: "load" });
    const after = await order();
    assert.deepEqual([...after].sort(), [...ids].sort());
    assert.notDeepEqual(after, ids);
    const problems = page.problems.filter((problem) => !problem.includes("404")); // No shop's icon.
    assert.deepEqual(problems, []);
  };
  await withPage(use, { mounts: { ...MOUNTS, "/": folder } });
});
