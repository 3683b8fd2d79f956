// The promise of the same bits in every runtime: this one is Node, with the engine that the package chooses there.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { replayExplanations } from "../../tests/golden/replay.mjs";
import { prove } from "../../tests/runtimes/proof.mjs";
import { ARRANGED, assertProof, GOLDEN, repository } from "../../tests/runtimes/verdicts.mjs";
import { explain } from "../dist/explain/index.js";
import { loadReranker } from "../dist/index.node.js";
import { policy } from "../dist/slate/index.js";

/** `RESHELF_BLESS=arranged` takes what lists under a policy come to here. */
const blesses = process.env.RESHELF_BLESS === "arranged";

for (const { title, folder, skip } of GOLDEN) {
  test(`${title} in Node`, { skip }, async () => {
    const file = (name) => pathToFileURL(join(repository, folder, name));
    const json = (name) => JSON.parse(readFileSync(file(name), "utf8"));
    const [sessions, descriptions] = [json("golden.json"), json("descriptions.json")];
    const files = { model: file("golden.safetensors"), sessions, descriptions };
    const proof = await prove(loadReranker, files, { policy, explain });
    if (!folder.startsWith("target")) {
      const digests = JSON.parse(readFileSync(ARRANGED, "utf8"));
      if (blesses) writeFileSync(ARRANGED, `${JSON.stringify({ ...digests, [proof.of]: proof.arranged }, null, 2)}\n`);
      else assert.ok(proof.of in digests, "RESHELF_BLESS=arranged writes it");
    }
    assertProof(proof, null);
  });
}

test("golden explanations in Node", async () => {
  const json = (name) => JSON.parse(readFileSync(join(repository, "tests/golden", name), "utf8"));
  const model = readFileSync(join(repository, "tests/golden/signals/golden.safetensors"));
  const reranker = await loadReranker({ model, backend: "cpu" });
  const [sessions, descriptions] = [json("signals/golden.json"), json("signals/descriptions.json")];
  const golden = json("explain.json");
  assert.deepEqual(replayExplanations(reranker, sessions, descriptions, golden), []);
  const numbers = golden.find(({ length }) => length > 0);
  numbers[5] = numbers[5].replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
  assert.equal(replayExplanations(reranker, sessions, descriptions, golden).length, 1, "one flipped bit is noticed");
});
