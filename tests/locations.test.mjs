// What panics say of where they are is cleared from the engine, unless somebody could read it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "locations-"));
after(() => rmSync(folder, { recursive: true }));

const ADDRESS = 1 << 20;
const LOCATIONS = ADDRESS + 32;
const files = ["crate/a.rs", "crate/b.rs"];
const fileAt = (at) => ADDRESS + files.slice(0, at).join("").length;

/** A record as the compiler lays it out, in the notation of WebAssembly's text. */
const location = (file, line) => {
  const words = new Uint32Array([fileAt(file), files[file].length, line, 9]);
  return [...new Uint8Array(words.buffer)].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
};

/** The data of a module after the build's step: two files' names and four records, of which `code` is the only reader. */
function cleared(code, more = "") {
  const records = [location(0, 12), location(0, 34), location(1, 56), location(1, 78)].join("");
  const names = files.join("").padEnd(LOCATIONS - ADDRESS, "-");
  const text = `(module (memory (export "memory") 17) (func (export "read") (result i32) ${code})
    (data (i32.const ${ADDRESS}) "${names}${records}${more}"))`;
  const [source, from, to] = ["in.wat", "in.wasm", "out.wasm"].map((name) => join(folder, name));
  writeFileSync(source, text);
  execFileSync(join(root, "www/node_modules/binaryen/bin/wasm-as"), [source, "-o", from]);
  execFileSync(process.execPath, [join(root, "www/build/locations.mjs"), from, to], { stdio: "pipe" });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(to)));
  const data = Buffer.from(exports.memory.buffer).subarray(ADDRESS, LOCATIONS + 64 + more.length);
  const lines = [0, 1, 2, 3].map((at) => data.readUInt32LE(LOCATIONS - ADDRESS + 16 * at + 8));
  return { lines, text: data.toString("latin1") };
}

test("records that nobody points at are cleared, with the names of their files", () => {
  const { lines, text } = cleared("i32.const 7");
  assert.deepEqual(lines, [0, 0, 0, 0]);
  assert.ok(!text.includes(".rs"));
});

test("a record that code points at stays, and its file's name", () => {
  const { lines, text } = cleared(`i32.const ${LOCATIONS + 16}`);
  assert.deepEqual(lines, [0, 34, 0, 0]);
  assert.ok(text.startsWith("crate/a.rs\0"));
});

test("so does one that data points at", () => {
  const [word] = location(0, 1).match(/^(?:\\..){4}/);
  const pointer = word.replace(/^\\(..)/, (_, low) => `\\${(Number.parseInt(low, 16) + 32 + 48).toString(16)}`);
  const { lines, text } = cleared("i32.const 7", pointer);
  assert.deepEqual(lines, [0, 0, 0, 78]);
  assert.ok(text.includes("crate/b.rs") && !text.includes("crate/a.rs"));
});

test("a name that code points into stays", () => {
  assert.ok(cleared(`i32.const ${fileAt(1) + 3}`).text.includes("crate/b.rs"));
});

test("the build stops where no panic says where it is", () => {
  assert.throws(() => {
    const [source, from] = ["none.wat", "none.wasm"].map((name) => join(folder, name));
    writeFileSync(source, `(module (memory 1) (func) (data (i32.const 1024) "nothing"))`);
    execFileSync(join(root, "www/node_modules/binaryen/bin/wasm-as"), [source, "-o", from]);
    execFileSync(process.execPath, [join(root, "www/build/locations.mjs"), from, from], { stdio: "pipe" });
  }, /the compiler has changed/);
});
