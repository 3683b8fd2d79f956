// The walls between the rooms of the source, and that a hole in one would be seen: node --test tests/walls.test.mjs
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readRules, readTree, violations } from "./walls.mjs";

const document = readFileSync(new URL("../docs/architecture.md", import.meta.url), "utf8");

test("arrows run only down, and no files of a room use each other", () => {
  const found = violations(readTree(), readRules(document));
  assert.deepEqual(found, [], `\n${found.join("\n")}\n(the table is in docs/architecture.md)`);
});

const RULES = `
<!-- walls -->
| room | may use |
| --- | --- |
| \`crate/src/\` | |
| \`math\` | |
| \`kernels\` | \`math\` |
| \`rank\`, \`explain\` | \`kernels\` |
| \`www/src/\` | |
| \`types.ts\` | |
| \`scan\` | \`types.ts\` |
| \`core\` | \`types.ts\`, \`scan\` by import() |
<!-- /walls -->`;

const SOUND = {
  "crate/src/lib.rs": "pub mod kernels; pub mod math; pub mod rank; pub mod explain;",
  "crate/src/math/mod.rs": "mod numbers; pub use numbers::half; pub const ONE: f32 = 1.0;",
  "crate/src/math/numbers.rs": "use super::ONE; pub fn half() -> f32 { ONE / 2.0 }",
  "crate/src/kernels/mod.rs": "use crate::math::{self, half}; pub fn dot() { unsafe { half() } }",
  "crate/src/rank/mod.rs": 'mod a; mod b; pub use a::A; // crate::explain in a comment, and "crate::explain"\n',
  "crate/src/rank/a.rs":
    "use crate::kernels::dot; use crate::math::ONE; pub struct A; #[cfg(test)] mod tests { use crate::explain::E; }",
  "crate/src/rank/b.rs": "use super::A;",
  "crate/src/explain/mod.rs": 'pub struct E; const TEXT: &str = "crate::rank";',
  "www/src/types.ts": "export interface T {}",
  "www/src/scan/index.ts": 'import type { T } from "../types.js"; export type S = T;',
  "www/src/core/source.ts": "export const open = () => fetch(1);",
  "www/src/core/a.ts":
    'import type { S } from "../scan/index.js";\n// import "../../nowhere.js"\nexport const s = () => import("../scan/index.js");',
};

/** What is found where these files are added to a sound tree, or replace some of it. */
function planted(files, rules = RULES) {
  return violations(new Map(Object.entries({ ...SOUND, ...files })), readRules(rules));
}

test("a sound tree has no violation", () => {
  assert.deepEqual(planted({}), []);
});

test("an arrow that runs up, or across a line, is seen in Rust in every way of writing it", () => {
  const up = (text, file = "crate/src/math/numbers.rs") => planted({ [file]: text });
  const reasons = [
    up("use crate::kernels::dot;"),
    up("use crate::{kernels::{self, dot as d}, math::ONE};"),
    up("fn f() { crate::kernels::dot() }"),
    up("use super::super::kernels::dot;"),
    up("pub(crate) use crate::rank::A;"),
    up("use crate::rank::A;", "crate/src/explain/mod.rs"),
  ];
  for (const found of reasons) assert.match(found.join("\n"), /may not use crate\/src\/(kernels|rank)/);
});

test("an arrow that runs up, or is there at once where it must be by import(), is seen in TypeScript", () => {
  const up = (text, file = "www/src/scan/index.ts") => planted({ [file]: text }).join("\n");
  assert.match(up('import { open } from "../core/source.js";'), /scan may not use www\/src\/core/);
  assert.match(up('import type { S } from "../core/a.js";'), /scan may not use www\/src\/core/);
  assert.match(up('export * from "../core/a.js";'), /scan may not use www\/src\/core/);
  assert.match(up('import "../core/a.js";'), /scan may not use www\/src\/core/);
  assert.match(up('const a = () => import("../core/a.js");'), /scan may not use www\/src\/core/);
  assert.match(up('import { x } from "../scan/index.js";', "www/src/core/a.ts"), /core may not use www\/src\/scan/);
  assert.throws(() => up('import "./gone.js";'), /not there/);
});

test("a circle of files in a room is seen, through what a module passes on, and known ones are let be", () => {
  const rust = {
    "crate/src/rank/a.rs": "use super::b::B; pub struct A;",
    "crate/src/rank/b.rs": "use super::A; pub struct B;",
  };
  const line = "crate/src/rank/a.rs crate/src/rank/b.rs";
  assert.deepEqual(planted(rust), [`files that use each other: ${line}`]);
  const left = `${RULES}\n<!-- circles -->\n- \`${line.replace(" ", "` `")}\`\n<!-- /circles -->`;
  assert.deepEqual(planted(rust, left), []);
  assert.deepEqual(planted({}, left), [`this circle is gone, and its line may go: ${line}`]);
  const script = {
    "www/src/core/b.ts": 'import { c } from "./c.js";',
    "www/src/core/c.ts": 'import { d } from "./d.js";',
    "www/src/core/d.ts": 'import type { b } from "./b.js"; export * from "./b.js";',
  };
  assert.match(planted(script).join("\n"), /core\/b\.ts www\/src\/core\/c\.ts www\/src\/core\/d\.ts/);
});

test("a room that the table does not have, or that is not there, is seen", () => {
  assert.deepEqual(planted({ "crate/src/slate/mod.rs": "" }), ["crate/src/slate: the table does not have this room"]);
  assert.deepEqual(planted({ "www/src/slim.ts": "" }), ["www/src/slim.ts: the table does not have this room"]);
  assert.deepEqual(planted({}, RULES.replace("`scan` |", "`scan`, `slate` |")), [
    "www/src/slate: there is no such room",
  ]);
});

test("what only some files may do is seen in others", () => {
  assert.deepEqual(planted({ "crate/src/rank/b.rs": "fn f() { unsafe { } }" }), [
    "crate/src/rank/b.rs: only kernels has unsafe code",
  ]);
  assert.deepEqual(planted({ "crate/src/rank/b.rs": "use wasm_bindgen::JsValue;" }), [
    "crate/src/rank/b.rs: only what faces the web knows JavaScript",
  ]);
  assert.deepEqual(planted({ "www/src/core/a.ts": "localStorage.setItem(1);" }), [
    "www/src/core/a.ts: only session/tab.ts, session/device.ts, privacy/device.ts and cache/shelf.ts, and storage.ts of the storefront, store anything",
  ]);
  for (const text of ["fetch(1);", "new WebSocket(1);", "navigator.sendBeacon(1);"]) {
    assert.deepEqual(planted({ "www/src/core/a.ts": text }), [
      "www/src/core/a.ts: only core/source.ts, prepare/request.ts and service-worker/origin.ts, and shop.ts of the storefront, go to the network",
    ]);
  }
});
