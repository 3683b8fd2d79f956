// The command reads the policies of `reshelf/slate`: both go by the same schema, presets and names, and make the same lists.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { policies } from "../../tests/golden/policies.mjs";
import glue from "../dist/engine/reshelf.js";
import { policy } from "../dist/slate/index.js";

const WORDS = new URL("../../model_export/src/policy/words.json", import.meta.url);
const GOLDEN = new URL("../../tests/golden/policies.json", import.meta.url);
const blesses = process.env.RESHELF_BLESS === "policies";

function hold(url, text) {
  if (blesses) writeFileSync(url, text);
  else assert.ok(readFileSync(url, "utf8") === text, `RESHELF_BLESS=policies writes ${url.pathname}`);
}

test("the command's schema, presets and names are these", async () => {
  const compiled = (name) => import(`../../target/facade/slate/${name}.js`);
  const [{ schema }, { SLOTS: slots }, { COMMON }] = await Promise.all(["schema", "slots", "fields"].map(compiled));
  const fields = Object.fromEntries(Object.entries(COMMON).map(([field, names]) => [field, names.split(" ")]));
  hold(WORDS, `${JSON.stringify({ schema: schema(), slots, fields }, null, 1)}\n`);
});

test("lists under policies are those that the command makes", async () => {
  const bytes = readFileSync(new URL("../dist/engine/reshelf_bg.wasm", import.meta.url));
  const { imports, start } = glue(undefined);
  const { instance } = await WebAssembly.instantiate(bytes, imports());
  const artifact = readFileSync(new URL("../../tests/golden/golden.safetensors", import.meta.url));
  const engine = new (start(instance))(new Uint8Array(artifact));
  engine.prepare();
  const cases = policies(policy, engine);
  assert.ok(cases.filter(({ answer }) => answer.problems.length > 0).length >= 3);
  assert.ok(cases.filter(({ answer }) => answer.removed.length > 0).length >= 20);
  hold(GOLDEN, `[\n${cases.map((each) => JSON.stringify(each)).join(",\n")}\n]\n`);
});
