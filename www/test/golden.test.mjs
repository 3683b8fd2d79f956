// The promise of the same bits in every runtime: this one is Node, on the simd128 kernel.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { replay } from "../../tests/golden/replay.mjs";
import { loadReranker } from "../dist/index.node.js";

const golden = new URL("../../tests/golden/", import.meta.url);

test("every golden session gives the golden bits", async () => {
  const sessions = JSON.parse(readFileSync(new URL("golden.json", golden), "utf8"));
  const descriptions = JSON.parse(readFileSync(new URL("descriptions.json", golden), "utf8"));
  assert.ok(sessions.length >= 200);
  const reranker = await loadReranker({ model: new URL("golden.safetensors", golden) });
  assert.equal(reranker.info().status, "ready", reranker.info().reason?.message);
  assert.deepEqual(replay(reranker, sessions, descriptions), []);
  // A replay that cannot fail would prove nothing.
  assert.equal(replay(reranker, sessions.map((session) => ({ ...session, scores: session.scores.map(() => "00000000") })), descriptions).length > 200, true);
  assert.notEqual(replay(reranker, sessions, {}).length, 0, "descriptions must matter");
});
