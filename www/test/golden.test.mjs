// The promise of the same bits in every runtime: this one is Node, with the engine that the package chooses there.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { prove } from "../../tests/runtimes/proof.mjs";
import { assertProof, GOLDEN, repository } from "../../tests/runtimes/verdicts.mjs";
import { loadReranker } from "../dist/index.node.js";

for (const { title, folder, skip } of GOLDEN) {
  test(`${title} in Node`, { skip }, async () => {
    const file = (name) => pathToFileURL(join(repository, folder, name));
    const json = (name) => JSON.parse(readFileSync(file(name), "utf8"));
    const [sessions, descriptions] = [json("golden.json"), json("descriptions.json")];
    assertProof(await prove(loadReranker, { model: file("golden.safetensors"), sessions, descriptions }), null);
  });
}
