// The lints of the manifests: node --test tests/lints.test.mjs
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

/** The tables of lints in a manifest, as lines. */
function lints(path, prefix) {
  const manifest = readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
  return ["rust", "clippy"].flatMap((tool) => {
    const [, lines] = new RegExp(`^\\[${prefix}\\.${tool}\\]\\n([^]*?)(?=\\n\\[|\\n\\n|$(?![^]))`, "m").exec(manifest);
    return lines
      .trim()
      .split("\n")
      .map((line) => `${tool}.${line}`);
  });
}

test("the engine's packages and crate/html have the same lints, and all of the workspace's among them", () => {
  const [engine, ...others] = [
    "crate",
    "crate/artifact",
    "crate/explain",
    "crate/html",
    "crate/kernels",
    "crate/rank",
    "crate/session",
    "crate/slate",
  ].map((package_) => lints(`${package_}/Cargo.toml`, "lints"));
  for (const other of others) assert.deepEqual(other, engine);
  const shared = lints("Cargo.toml", "workspace\\.lints");
  assert.ok(shared.length > 10);
  assert.deepEqual(
    shared.filter((lint) => !engine.includes(lint)),
    [],
  );
});
