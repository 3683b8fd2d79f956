// Tables on a GPU against plain JavaScript, in whichever browser opens the page (withPage or withFirefoxPage). Without any
// adapter these tests fail.
import assert from "node:assert/strict";
import { test } from "node:test";

const COUNTS = [1, 20, 200, 1024];

/** Table, session rows, counts, options, and what the catalogue must say of itself. */
const CASES = {
  wide: [[{ rows: 5000, dimension: 64, narrow: false }, 3, COUNTS, null], { kernel: "webgpu dot4I8Packed", parts: 1 }],
  narrow: [
    [{ rows: 5001, dimension: 48, narrow: true }, 16, COUNTS, null],
    { kernel: "webgpu dot4I8Packed", parts: 1 },
  ],
  small: [[{ rows: 7, dimension: 16, narrow: true }, 1, COUNTS, null], { parts: 1 }],
  split: [[{ rows: 5000, dimension: 64, narrow: false }, 16, COUNTS, { mostBindingBytes: 1 }], { parts: 3 }],
  unpacked: [
    [{ rows: 5000, dimension: 64, narrow: false }, 5, COUNTS, { packedDot: false }],
    { kernel: "webgpu unpacked" },
  ],
  "unpacked and narrow": [
    [{ rows: 2049, dimension: 256, narrow: true }, 2, COUNTS, { packedDot: false }],
    { kernel: "webgpu unpacked" },
  ],
};

/**
 * @param {string} browser its name
 * @param {typeof import("./harness.mjs").withPage} open opens a page in it
 * @param {object} options for `open`
 * @param {RegExp | null} adapter what the browser must call its adapter; null where it does not tell
 */
export function tableTests(browser, open, options, adapter) {
  for (const [name, [args, expected]] of Object.entries(CASES)) {
    test(`${browser}: a table (${name}) gives the products and rows of plain JavaScript, in a page and in a worker`, () =>
      open((page) => holds(page, args, expected, adapter), options));
  }
}

async function holds(page, args, expected, adapter) {
  const { inPage, inWorker } = await page.evaluate(async (args) => {
    const { compare } = await import("/gpu.js");
    const inPage = await compare(...args);
    const worker = new Worker("/gpu-worker.js", { type: "module" });
    const inWorker = await new Promise((done, failed) => {
      worker.onmessage = ({ data }) => (data.error ? failed(new Error(data.error)) : done(data.result));
      worker.onerror = (event) => failed(new Error(event.message));
      worker.postMessage(args);
    });
    worker.terminate();
    return { inPage, inWorker };
  }, args);
  for (const found of [inPage, inWorker]) {
    assert.deepEqual(found.differences, []);
    assert.equal(found.lost, false);
    if (adapter !== null) assert.match(found.adapter, adapter);
    for (const [key, value] of Object.entries(expected)) assert.equal(found[key], value, key);
  }
  assert.deepEqual(await page.evaluate(() => window.violations), []);
  assert.deepEqual(page.problems, []);
}
