// reshelf/edge in workerd: the HTML module imported, nothing compiled, pages over HTTP.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { withWorker } from "./edge.mjs";
import { assertPages } from "./edge_verdicts.mjs";

const FILES = [
  ["tests/runtimes/edge_in_workerd.mjs", "esModule"],
  ["tests/runtimes/edge_proof.mjs", "esModule"],
  ["tests/golden/golden.json", "json"],
  ["tests/golden/descriptions.json", "json"],
  ["tests/golden/golden.safetensors", "data"],
];
const HEAD = "<!doctype html><p>Before</p>";
const listOf = (...ids) =>
  `<ul data-reshelf-list>${ids.map((id) => `<li data-reshelf-item="${id}">${id}</li>`).join("")}</ul>`;
const TAIL = "<p>After</p>";

describe("reshelf/edge in workerd", () => {
  // One worker for all: it lives until `ends` is called.
  let ask;
  let address;
  let ends;
  let lives;
  before(async () => {
    await new Promise((ready, failed) => {
      lives = withWorker(
        "www/dist/engine/reshelf_bg.wasm",
        (given, at) => {
          [ask, address] = [given, at];
          ready();
          return new Promise((done) => (ends = done));
        },
        FILES,
      );
      lives.catch(failed);
    });
  });
  after(async () => {
    ends?.();
    await lives;
  });

  test("the golden orders come out of pages, and the context's", async () => assertPages(await ask("/golden")));

  test("a page comes in order, private, and says so", async () => {
    const answer = await fetch(`${address}/page`);
    assert.equal(await answer.text(), HEAD + listOf("c", "b", "a") + TAIL);
    assert.equal(answer.headers.get("cache-control"), "private");
    assert.equal(answer.headers.get("server-timing"), 'reshelf;desc="streaming"');
    assert.deepEqual(await ask("/report"), { reason: null, lists: [{ tiles: 3, moved: 2, reason: null }] });
  });

  test("bytes before a list are with the shopper before the list is complete", async () => {
    const answer = await fetch(`${address}/waits`);
    const reader = answer.body.getReader();
    const decoder = new TextDecoder();
    let text = "";
    while (text.length < HEAD.length) text += decoder.decode((await reader.read()).value);
    assert.equal(text, HEAD);
    await ask("/release");
    for (let next = await reader.read(); !next.done; next = await reader.read()) text += decoder.decode(next.value);
    assert.equal(text, HEAD + listOf("c", "b", "a") + TAIL);
  });

  test("a list that stalls is let go at the deadline", async () => {
    const answer = await fetch(`${address}/stalls`);
    assert.equal(await answer.text(), HEAD + listOf("a", "b", "c") + TAIL);
    const { lists } = await ask("/report");
    assert.deepEqual(
      lists.map(({ reason }) => reason),
      ["deadline"],
    );
  });

  test("packed bytes are unpacked where they can be, and else pass as they came", async () => {
    const gzip = await fetch(`${address}/gzip`, { headers: { "accept-encoding": "identity" } });
    assert.equal(await gzip.text(), HEAD + listOf("c", "b", "a") + TAIL);
    const raw = await rawBody(`${address}/brotli`);
    assert.deepEqual(
      [...raw],
      Array.from({ length: 200 }, (_, at) => (at * 37) % 256),
    );
  });
});

/** The bytes as they are on the wire: `fetch` would unpack them. */
async function rawBody(address) {
  const { get } = await import("node:http");
  return new Promise((done, failed) => {
    get(address, { headers: { "accept-encoding": "br" } }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk)).on("end", () => done(Buffer.concat(chunks)));
    }).on("error", failed);
  });
}
