// The reader of modules that tests/size.mjs --parts uses: node --test tests/wasm_parts.test.mjs
import assert from "node:assert/strict";
import { test } from "node:test";
import { groupOf, importsOf, partsOf } from "./wasm_parts.mjs";

const text = (value) => [value.length, ...Buffer.from(value)];
const section = (id, body) => [id, body.length, ...body];
const list = (items) => [items.length, ...items.flat()];

/** A module with two imports, one of them a function, and two functions of 3 and 5 bytes. */
const MODULE = Uint8Array.from([
  ...[0, 97, 115, 109, 1, 0, 0, 0],
  ...section(1, list([[0x60, 0, 0]])),
  ...section(
    2,
    list([
      [...text("a"), ...text("memory"), 2, 1, 1, 2],
      [...text("a"), ...text("f"), 0, 0],
    ]),
  ),
  ...section(3, list([[0], [0]])),
  ...section(
    10,
    list([
      [2, 0, 11],
      [4, 0, 1, 1, 11],
    ]),
  ),
  ...section(0, [
    ...text("name"),
    ...[1, 0].slice(0, 1),
    ...(() => {
      const names = list([
        [0, ...text("f")],
        [1, ...text("reshelf::rank::head::go")],
        [2, ...text("memcpy")],
      ]);
      return [names.length, ...names];
    })(),
  ]),
]);

test("function bodies are counted by the names behind the imports, and everything once", () => {
  const parts = Object.fromEntries(partsOf(MODULE));
  assert.equal(parts["reshelf::rank"], 3);
  assert.equal(parts["(others)"], 5);
  assert.equal(
    Object.values(parts).reduce((sum, size) => sum + size, 0),
    MODULE.length,
  );
  assert.throws(() => partsOf(new Uint8Array(9)), /no WebAssembly/);
  assert.throws(() => partsOf(MODULE.subarray(0, 30)), /cut off/);
});

test("imports are read with their kinds, and none is passed over", () => {
  assert.deepEqual(importsOf(MODULE), [
    { module: "a", name: "memory", kind: "memory" },
    { module: "a", name: "f", kind: "function" },
  ]);
  assert.deepEqual(importsOf(MODULE.subarray(0, 8)), []);
});

test("a function is of the crate and the module that its name begins with", () => {
  for (const [name, group] of [
    ["reshelf::rank::head::Head::score::h0123456789abcdef", "reshelf::rank"],
    ["<reshelf::model::Rows as core::fmt::Debug>::fmt::h01", "reshelf::model"],
    ["<&mut reshelf::model::Rows as core::fmt::Debug>::fmt", "reshelf::model"],
    ["core::slice::sort::merge", "core::slice"],
    ["talc::talc::Talc::malloc", "talc"],
    ["_ZN7reshelf4rank4head5score17h0123456789abcdefE", "reshelf::rank"],
    ["_RNvMNtNtCs1234_7reshelf4rank4headNtB2_4Head5score", "reshelf::rank"],
    ["<reshelf[0123456789abcdef]::model::Rows as core[fedcba9876543210]::fmt::Debug>::fmt", "reshelf::model"],
    ["engine_rank", "(exports)"],
    ["memcpy", "(others)"],
    ["", "(no name)"],
  ]) {
    assert.equal(groupOf(name), group, name);
  }
});
