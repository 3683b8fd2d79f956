// Frameworks with a server: each shows the list in order out of its server and in the browser, and, where it has handlers of requests,
// out of one. What goes to browsers is held to what bundlers' outputs are.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { assertEmitted, assertPage, OF_A_PAGE } from "./pages.mjs";
import { expected, hasLaterNode, project, run, serving } from "./project.mjs";

// With webpack, Next 16 does not find a file of its own for an edge function that is no page.
const NEXT = { turbopack: ["next", "next-edge"], webpack: ["next"] };
for (const [bundler, parts] of Object.entries(NEXT))
  test(`Next with ${bundler}`, async () => {
    const folder = await project(`next-${bundler}`, parts);
    await run(folder, ["next", "build", `--${bundler}`]);
    assertEmitted(join(folder, ".next/static"), OF_A_PAGE);
    await serving(folder, ["next", "start", "--port=0"], async (address) => {
      const handlers = parts.includes("next-edge") ? ["order", "edge"] : ["order"];
      for (const each of handlers)
        assert.equal(await (await fetch(`${address}/api/${each}`)).text(), await expected(), each);
      await assertPage(`${address}/`, { inLine: true, server: true });
    });
  });

test("Next's dev server", async () => {
  const folder = await project("next-dev", ["next", "next-edge"]);
  await serving(folder, ["next", "dev", "--port=0"], async (address) => {
    for (const each of ["order", "edge"])
      assert.equal(await (await fetch(`${address}/api/${each}`)).text(), await expected(), each);
    await assertPage(`${address}/`, { inLine: true, server: true, dev: true });
  });
});

test("SvelteKit", { skip: !hasLaterNode }, async () => {
  const folder = await project("sveltekit", ["sveltekit"], { model: "static" });
  await run(folder, ["vite", "build"]);
  assertEmitted(join(folder, "build/client"), OF_A_PAGE);
  const look = (address) => assertPage(`${address}/`, { inLine: true, server: true });
  await serving(folder, ["node", "build"], look, { PORT: "0" });
});
