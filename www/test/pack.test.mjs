// What `npm pack` would publish: licences with their texts, nothing that points at what is not there or tells of the builder.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { packed, snapshots } from "../build/published.mjs";
import { difference, textAt } from "../build/snapshots.mjs";

const www = fileURLToPath(new URL("../", import.meta.url));
const paths = packed();
const read = (path) => readFileSync(join(www, path), "latin1");

test("the licences are there, and the texts of what is in the modules", () => {
  for (const path of ["LICENSE-MIT", "LICENSE-APACHE", "README.md", "NOTICES"]) assert.ok(paths.includes(path), path);
  const notices = read("NOTICES");
  // MIT or Zlib only, which ask for their text with every copy; wgpu is in the GPU module.
  for (const name of ["talc", "libm", "slab", "foldhash", "wgpu", "wasm-bindgen", "half"]) {
    assert.match(notices, new RegExp(`^${name} v\\d`, "m"));
  }
  assert.doesNotMatch(notices, /^(wasm-bindgen-macro|naga) v/m, "what is not in a module");
  assert.match(notices, /THE SOFTWARE IS PROVIDED "AS IS"/);
});

test("every file that the package names is shipped, and no other sort of file", () => {
  const { exports } = JSON.parse(read("package.json"));
  const named = Object.values(exports).flatMap((entry) => (typeof entry === "string" ? [entry] : Object.values(entry)));
  // The pattern is for `engine.wasm?module`: what bundlers for edge-light know a module by.
  for (const path of named) assert.ok(paths.includes(path.replace(/^\.\//, "").replace("*", "wasm")), path);
  const others = paths.filter(
    (path) => !/^(dist\/.*\.(js|d\.ts|wasm|schema\.json)|package\.json|README\.md|NOTICES|LICENSE-\w+)$/.test(path),
  );
  assert.deepEqual(others, []);
  for (const path of paths.filter((each) => /\.(js|d\.ts)$/.test(each))) {
    assert.doesNotMatch(read(path), /sourceMappingURL/, path);
    for (const [, target] of read(path).matchAll(/(?:from|import\() ?"(\.\.?\/[^"]+)"/g)) {
      const file = path.endsWith(".d.ts") ? target.replace(/\.js$/, ".d.ts") : target.replace("?module", "");
      assert.ok(existsSync(join(www, path, "..", file)), `${path} imports ${target}`);
    }
  }
});

test("no file holds a path of the machine that built it", () => {
  const repository = fileURLToPath(new URL("../../", import.meta.url));
  const folders = [
    repository,
    process.env.CARGO_HOME ?? join(homedir(), ".cargo"),
    process.env.RUSTUP_HOME ?? join(homedir(), ".rustup"),
  ];
  for (const path of paths) {
    const text = read(path);
    for (const folder of [...folders, "registry/src", "index.crates.io"])
      assert.ok(!text.includes(folder), `${path} holds ${folder}`);
  }
});

for (const [file, made] of Object.entries(snapshots()))
  test(`what is published is what was reviewed: ${file}`, () => {
    const changed = difference(textAt(join(www, "..", file)), made);
    assert.deepEqual(changed, [], "if that is meant: node www/build/published.mjs --update");
  });
