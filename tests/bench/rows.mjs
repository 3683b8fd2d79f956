// What a page takes over the wire that has a model's core and whose rows come from a handler, in a fresh browser that has nothing of
// the package yet: node tests/bench/rows.mjs RESHELF MODEL
//
// RESHELF is the command, which writes the core and the rows. Bytes are those of Chromium's own count, heads of responses included
// and the page's own file left out; what the server sends is gzipped but for answers of rows, which are packed already. Each list has
// 200 items: drawn evenly from all, drawn by how often items are seen, the most seen of one category, and the most seen of all, whose
// rows are the longest. The orders are compared with those of the whole model.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { openRowsFile } from "../../target/facade/rows/file.js";
import { rowsHandler } from "../../www/dist/rows/index.js";
import { POLICY } from "../serve.mjs";

const LENGTH = 200;
const FIRST = 160_000;
const FURTHER = 30_000;

const [command, model] = process.argv.slice(2);
if (!model) {
  console.error("node tests/bench/rows.mjs RESHELF MODEL");
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "reshelf-rows-"));
const [core, rows] = [join(folder, "core.safetensors"), join(folder, "model.rows")];
console.log(execFileSync(command, ["core", model, "--out", core], { encoding: "utf8" }).trim());
console.log(execFileSync(command, ["rows", "--model", model, "--out", rows], { encoding: "utf8" }).trim());
const bytes = readFileSync(rows);
rmSync(rows);

const lists = drawLists(itemsOf(bytes));
const server = await serve({ "/core.safetensors": readFileSync(core), "/whole.safetensors": readFileSync(model) });
const { executablePath, args } = browser();
const chrome = await chromium.launch({ executablePath, args });
try {
  for (const [name, list] of lists) await measure(name, list, lists[0][1]);
} finally {
  await chrome.close();
  server.close();
  rmSync(folder, { recursive: true });
}

/** One fresh browser: this list is its first, and after it another one that was drawn evenly. */
async function measure(name, list, further) {
  const context = await chrome.newContext();
  const page = await context.newPage();
  await page.goto(server.address, { waitUntil: "load" });
  const network = await context.newCDPSession(page);
  const taken = new Map();
  const names = new Map();
  network.on("Network.responseReceived", ({ requestId, response }) =>
    names.set(requestId, new URL(response.url).pathname),
  );
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) =>
    taken.set(names.get(requestId), (taken.get(names.get(requestId)) ?? 0) + encodedDataLength),
  );
  await network.send("Network.enable");
  await network.send("Network.setCacheDisabled", { cacheDisabled: true });
  const milliseconds = await page.evaluate(async (ids) => {
    const begin = performance.now();
    const { loadReranker } = await import("/reshelf/index.js");
    const reranker = await loadReranker({ model: "/core.safetensors", rows: "/rows" });
    reranker.observe({ id: ids[0] });
    const prepared = await reranker.prepare(ids, { deadlineMs: 60_000 });
    const ranked = reranker.rerank(ids);
    if (!prepared.complete || prepared.arrived !== ids.length) throw new Error(JSON.stringify(reranker.info()));
    window.made = { reranker, loadReranker, ids, ranked };
    return performance.now() - begin;
  }, list);
  await page.waitForTimeout(200);
  const first = new Map(taken);
  taken.clear();
  const other = further.filter((id) => !list.includes(id));
  await page.evaluate((ids) => window.made.reranker.prepare(ids, { deadlineMs: 60_000 }), other);
  await page.waitForTimeout(200);
  const [next] = taken.values();
  const same = await page.evaluate(async () => {
    const { loadReranker, ids, ranked } = window.made;
    const whole = await loadReranker({ model: "/whole.safetensors" });
    whole.observe({ id: ids[0] });
    return JSON.stringify(whole.rerank(ids)) === JSON.stringify(ranked);
  });
  const total = [...first.values()].reduce((sum, one) => sum + one, 0);
  const kilobytes = (count) => `${(count / 1000).toFixed(1)} KB`;
  const of = (pattern) =>
    kilobytes([...first].filter(([path]) => pattern.test(path)).reduce((sum, [, one]) => sum + one, 0));
  console.log(
    `${name}: a first list ${kilobytes(total)} in all (limit ${FIRST / 1000}): engine ${of(/engine/)}, package ${of(/reshelf\/(index|prepare)/)}, core ${of(/core/)}, rows ${of(/^\/rows/)}; ${milliseconds.toFixed(0)} ms`,
  );
  if (name !== lists[0][0])
    console.log(`  then ${other.length} items drawn evenly ${kilobytes(next)} (limit ${FURTHER / 1000})`);
  console.log(`  ${same ? "the same bits as the whole model" : "NOT the order of the whole model"}`);
  if (!same || total > FIRST || (name !== lists[0][0] && next > FURTHER)) process.exitCode = 1;
  await context.close();
}

/** Ids, and what their rows say of them: the layout is that of crate/session/src/catalogue/row.rs. */
function itemsOf(bytes) {
  const file = openRowsFile(bytes);
  return Array.from({ length: file.count }, (_, at) => {
    const id = file.id(at);
    const row = file.find(id);
    return { id, category: row[14] | (row[15] << 8), popularity: row[21] };
  });
}

function drawLists(items) {
  let state = 7;
  const uniform = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const draw = (weight) => {
    // Exponential race: the smallest of -log(u) / weight are a draw without replacement.
    const keyed = items.map((item) => [-Math.log(1 - uniform()) / weight(item), item.id]);
    return keyed
      .sort((a, b) => a[0] - b[0])
      .slice(0, LENGTH)
      .map(([, id]) => id);
  };
  const seen = [...items].sort((a, b) => b.popularity - a.popularity);
  const sizes = new Map();
  for (const { category } of items) sizes.set(category, (sizes.get(category) ?? 0) + 1);
  const [largest] = [...sizes].filter(([category]) => category > 0).sort((a, b) => b[1] - a[1])[0] ?? [0];
  const ids = (list) => list.slice(0, LENGTH).map(({ id }) => id);
  return [
    ["drawn evenly", draw(() => 1)],
    // Popularity is the logarithm of how often an item was seen, 255 for the most seen.
    ["drawn as often as seen", draw(({ popularity }) => Math.exp((popularity / 255) * Math.log(5000)))],
    ["the most seen of the largest category", ids(seen.filter(({ category }) => category === largest))],
    ["the most seen", ids(seen)],
  ];
}

function browser() {
  const { chromium: executablePath, args } = JSON.parse(
    readFileSync(new URL("../../.tools/browser.json", import.meta.url)),
  );
  return { executablePath, args };
}

/** The package, these files and the handler of rows, gzipped as shops' servers do. */
async function serve(files) {
  const dist = fileURLToPath(new URL("../../www/dist/", import.meta.url));
  const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };
  const handler = rowsHandler({ rows: bytes });
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const head = { "content-security-policy": POLICY };
    if (pathname === "/rows") {
      const body = request.method === "POST" ? request : undefined;
      const answer = await handler(
        new Request(`http://localhost${request.url}`, {
          method: request.method,
          ...(body && { body, duplex: "half" }),
        }),
      );
      response.writeHead(answer.status, { ...head, ...Object.fromEntries(answer.headers) });
      return response.end(Buffer.from(await answer.arrayBuffer()));
    }
    if (pathname === "/")
      return response.writeHead(200, { ...head, "content-type": "text/html" }).end("<!doctype html>");
    const path = normalize(pathname);
    const file = files[path] ?? (path.startsWith("/reshelf/") ? read(dist + path.slice("/reshelf/".length)) : null);
    if (!file) return response.writeHead(404).end();
    const type = TYPES[extname(path)] ?? "application/octet-stream";
    response.writeHead(200, { ...head, "content-type": type, "content-encoding": "gzip" });
    response.end(gzipSync(file, { level: 9 }));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

function read(path) {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
