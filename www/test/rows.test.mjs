// What a handler of `reshelf/rows` answers, and that the page's part reads it: over a file of rows that the command wrote
// (tests/golden/clusters/golden.rows).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { answer } from "../dist/internals.js";
import { rowsHandler } from "../dist/rows/index.js";
import { draws } from "./draws.mjs";

const golden = (name) => readFileSync(new URL(`../../tests/golden/clusters/${name}`, import.meta.url));
const rows = golden("golden.rows");
const handler = rowsHandler({ rows });
const MODEL = "test-2026";
const at = (fields) => `https://shop.example/rows?${new URLSearchParams(fields)}`;
const named = (ids, more = {}) => [["model", MODEL], ...ids.map((id) => ["ids", id]), ...Object.entries(more)];
const get = (fields, init) => handler(new Request(at(fields), init));

/** The rows of an answer, by the page's own reading. */
async function read(response, count) {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const rest = bytes.subarray(answer.HEAD);
  if (!answer.isPacked(bytes)) return answer.splitRows(rest, count);
  const stream = new Blob([rest]).stream().pipeThrough(new DecompressionStream("deflate"));
  return answer.splitRows(await answer.readAll(stream, 2 ** 22), count);
}

test("ids in, their rows out, in the order of the request; what the model does not know is left out", async () => {
  const ids = ["10", "nobody", "7", "484", "", "007", "größe"];
  const response = await get(named(ids));
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("cache-control"), "public, max-age=86400");
  assert.equal(response.headers.get("etag"), `"${MODEL}"`);
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  const found = await read(response, ids.length);
  assert.deepEqual(
    found.map((row) => row !== null),
    [true, false, true, true, false, false, false],
  );
  // The item's number stands behind the row's head: ids are 7, 10, 13 and so on.
  const number = (row) => new DataView(row.buffer, row.byteOffset).getUint32(8, true);
  assert.deepEqual([found[0], found[2], found[3]].map(number), [1, 0, 159]);
});

test("a page that unpacks gets fewer bytes and the same rows; a list that is posted, too", async () => {
  const ids = Array.from({ length: 160 }, (_, row) => `${7 + 3 * row}`);
  const [plain, packed] = [await get(named(ids)), await get(named(ids, { packed: "1" }))];
  const body = new URLSearchParams(named(ids));
  const posted = await handler(new Request("https://shop.example/rows", { method: "POST", body }));
  const sizes = await Promise.all([plain, packed].map(async (each) => (await each.clone().arrayBuffer()).byteLength));
  assert.ok(sizes[1] < sizes[0], `${sizes}`);
  const all = await read(plain, ids.length);
  assert.ok(all.every((row) => row !== null));
  assert.deepEqual(await read(packed, ids.length), all);
  assert.deepEqual(await read(posted, ids.length), all);
});

test("an address that was answered holds: the tag is the model's, and HEAD has no body", async () => {
  const again = await get(named(["7"]), { headers: { "if-none-match": `W/"${MODEL}"` } });
  assert.deepEqual([again.status, (await again.text()).length], [304, 0]);
  const other = await get(named(["7"]), { headers: { "if-none-match": '"other"' } });
  assert.equal(other.status, 200);
  const head = await get(named(["7"]), { method: "HEAD" });
  assert.deepEqual([head.status, (await head.text()).length], [200, 0]);
  const short = rowsHandler({ rows, maxAge: 60.9 });
  const kept = async (each) => (await each(new Request(at(named(["7"]))))).headers.get("cache-control");
  assert.equal(await kept(short), "public, max-age=60");
  assert.equal(await kept(rowsHandler({ rows, maxAge: "soon" })), "public, max-age=86400");
});

test("bad requests are refused with a status that says so, and no cache keeps that", async () => {
  const many = Array.from({ length: answer.MOST_ASKED + 1 }, (_, at) => `${at}`);
  const post = (body, init) => handler(new Request("https://shop.example/rows", { method: "POST", body, ...init }));
  for (const [response, status] of [
    [await get([["ids", "7"]]), 400],
    [await get([["model", MODEL]]), 400],
    [await get([]), 400],
    [await post(new URLSearchParams(named(many))), 400],
    [await post(`model=${MODEL}&ids=${"x".repeat(2 ** 20)}`), 400],
    [await post(""), 400],
    [await handler({ method: "GET", url: "no address" }), 400],
    [
      await get([
        ["model", "another"],
        ["ids", "7"],
      ]),
      404,
    ],
    [await get(named(["7"]), { method: "DELETE" }), 405],
  ]) {
    assert.deepEqual([response.status, response.headers.get("cache-control")], [status, "no-store"]);
    assert.ok((await response.text()).length > 20);
  }
});

test("bytes that are no file of rows answer 503, and damaged ones never throw", async () => {
  for (const bad of [
    undefined,
    null,
    7,
    "rows",
    new Uint8Array(0),
    golden("golden.safetensors"),
    rows.subarray(1),
    rows.subarray(0, -1),
  ]) {
    const response = await rowsHandler({ rows: bad })(new Request(at(named(["7"]))));
    assert.equal(response.status, 503);
  }
  assert.equal((await rowsHandler()(new Request(at(named(["7"]))))).status, 503);
  const draw = draws(5);
  for (let round = 0; round < 400; round++) {
    const bytes = new Uint8Array(rows);
    for (let change = 0; change < 3; change++) bytes[draw(draw(2) ? 2000 : bytes.length)] = draw(256);
    const response = await rowsHandler({ rows: bytes })(new Request(at(named(["7", "10", "301", "484", "none"]))));
    assert.ok([200, 400, 404, 503].includes(response.status), `${response.status}`);
  }
});

test("rows survive an answer, whatever their lengths, and no other bytes are taken for one", async () => {
  const draw = draws(9);
  for (let round = 0; round < 300; round++) {
    const count = draw(12);
    const sent = Array.from({ length: count }, () => {
      const length = [0, draw(40), draw(300), 65_535][draw(round % 50 === 0 ? 4 : 3)];
      return length === 0 ? null : Uint8Array.from({ length }, () => draw(256));
    });
    const bytes = answer.joinRows(sent);
    assert.deepEqual(answer.splitRows(bytes, count), sent);
    if (bytes.length > 2 * count) assert.equal(answer.splitRows(bytes.subarray(0, -1), count), null);
    assert.equal(answer.splitRows(Uint8Array.from([...bytes, 0]), count), null);
  }
  assert.deepEqual(answer.splitRows(answer.joinRows([new Uint8Array(65_536)]), 1), [null], "its length has two bytes");
  for (const bytes of [
    [],
    [0x52, 0x53, 0x41],
    [0x52, 0x53, 0x41, 1, 2],
    [0x52, 0x53, 0x41, 2, 0],
    [...Buffer.from("<html>")],
  ])
    assert.equal(answer.isPacked(Uint8Array.from(bytes)), null);
});
