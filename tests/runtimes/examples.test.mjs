// The examples of the package that need no page (tests/browser/examples.test.mjs has the others): they run, and agree.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadReranker } from "../../www/dist/index.node.js";
import { withWorker } from "./edge.mjs";

const model = fileURLToPath(new URL("../golden/golden.safetensors", import.meta.url));
const EDGE = "www/examples/edge-worker";

/** A request that the examples answer, and the answer. */
async function asked() {
  const reranker = await loadReranker({ model, backend: "cpu" });
  const candidates = (await reranker.retrieve({ k: 20 })).map(({ id }) => id);
  const seen = [candidates[15], candidates[9]];
  for (const id of seen) reranker.observe({ id });
  const answer = reranker.rerank(candidates).map(({ candidate }) => candidate);
  assert.notDeepEqual(answer, candidates);
  return { seen, candidates, answer };
}

test("node", async () => {
  const { seen, candidates, answer } = await asked();
  const script = fileURLToPath(new URL("../../www/examples/node/rank.mjs", import.meta.url));
  const written = execFileSync(process.execPath, [script, model, JSON.stringify(seen), JSON.stringify(candidates)]);
  assert.deepEqual(JSON.parse(written), answer);
});

test("edge-worker", async () => {
  const { seen, candidates, answer } = await asked();
  // As a bundler would resolve them: workerd takes names for paths beside the worker.
  const beside = (file) => [`${EDGE}/${file}`, "esModule", `www/dist/${file}`];
  const scripts = readdirSync(new URL("../../www/dist", import.meta.url), { recursive: true });
  const files = [
    [`${EDGE}/worker.mjs`, "esModule"],
    [`${EDGE}/reshelf`, "esModule", "www/dist/index.js"],
    [`${EDGE}/reshelf/engine.wasm`, "wasm", "www/dist/engine/reshelf_bg.wasm"],
    [`${EDGE}/shop.safetensors`, "data", "tests/golden/golden.safetensors"],
    ...scripts.filter((file) => /^(engine|words)\/\w+\.js$/.test(file)).map(beside),
  ];
  await withWorker(
    "www/dist/engine/reshelf_bg.wasm",
    async (ask) => {
      const request = { method: "POST", body: JSON.stringify({ seen, candidates }) };
      assert.deepEqual(await Promise.all([ask("/", request), ask("/", request)]), [answer, answer]);
    },
    files,
  );
});
