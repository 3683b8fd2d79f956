// The handler of `reshelf/rows` and the page's part in workerd: node --test tests/runtimes/rows.test.mjs
import assert from "node:assert/strict";
import { test } from "node:test";
import { answer } from "../../www/dist/internals.js";
import { withWorker } from "./edge.mjs";

const GOLDEN = "tests/golden/clusters";
const FILES = [
  ["tests/runtimes/rows_in_workerd.mjs", "esModule"],
  ...["core.safetensors", "golden.rows", "golden.safetensors"].map((name) => [`${GOLDEN}/${name}`, "data"]),
];

test("an edge worker answers with rows that are packed once, and ranks by them as by the whole model", () =>
  withWorker(
    "www/dist/engine/reshelf_bg.wasm",
    async (ask, server) => {
      const { prepared, here, there } = await ask("/ranks");
      assert.deepEqual(prepared, { arrived: 60, complete: true });
      assert.deepEqual(here, there);
      const response = await fetch(`${server}/rows?model=test-2026&packed=1&ids=7&ids=nobody`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      assert.equal(answer.isPacked(bytes), true);
      const stream = new Blob([bytes.subarray(answer.HEAD)]).stream().pipeThrough(new DecompressionStream("deflate"));
      const found = answer.splitRows(await answer.readAll(stream, 2 ** 20), 2);
      assert.deepEqual(
        found.map((row) => row !== null),
        [true, false],
      );
      assert.equal(response.headers.get("cache-control"), "public, max-age=86400");
    },
    FILES,
  ));
