// A shop whose pages are cached HTML, the same for everyone, for the tests of what puts their lists in order on the way: its server,
// with or without `reshelf/edge` before it, and tabs of Chromium and Firefox. Pages and lists are those of the golden file, so that
// what the engine makes of them natively is known.
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { personalize } from "../../www/dist/edge/index.node.js";
import { POLICY } from "../serve.mjs";
import { withContext } from "./puppeteer.mjs";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const read = (path) => readFileSync(repository + path);

/** Sessions of the golden file of one view, in which the model knows every item: the item, a list, and the list in native order. */
export const VISITS = JSON.parse(read("tests/golden/golden.json"))
  .filter(({ events, candidates, server_scores: scores }) => {
    const [[item, kind]] = [...events, ["unknown"]];
    const known = ![item, ...candidates].some((id) => id.startsWith("unknown"));
    return known && events.length === 1 && kind === "view" && scores.every((score) => score === null);
  })
  .map(({ events: [[item]], candidates, order }) => ({
    item,
    list: candidates,
    native: order.map((at) => candidates[at]),
  }))
  .filter(({ list }) => new Set(list).size === list.length);

/** Tiles of several heights, so that what moves in sight shifts others. */
const tile = (id) =>
  `<li data-reshelf-item="${id}"${Number(id) % 3 === 0 ? ' class="tall"' : ""}><a href="/p/${id}">Item ${id}</a></li>`;

const listOf = (ids) => `<ul data-reshelf-list class="grid">\n  ${ids.map(tile).join("\n  ")}\n</ul>`;

/** A page of that visit's list; `item` is what it is about. */
const pageOf = ({ item, list }) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Shop</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/cached.css">
<script type="module" src="/violations.js"></script>
<script type="module" src="/cached.js"></script>
</head>
<body data-item="${item}">
<h1>For whoever looked at ${item}</h1>
${listOf(list)}
<p>The end of the page.</p>
</body>
</html>
`;

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".safetensors": "application/octet-stream",
};

/** Folders by the beginnings of addresses. */
const FOLDERS = { "/reshelf/": "www/dist/", "/golden/": "tests/golden/", "/": "tests/browser/pages/" };

/**
 * Serves the shop. `/list/N` is a page with the list of visit N, packed where there is no edge. `edge`, where given, are options for `personalize`, by the number of
 * the visit; `policy` is that of pages and files. The caller may change `files` (texts by their addresses), and `down`, which drops all connections.
 */
export async function openShop({ edge, files = {}, policy = POLICY } = {}) {
  const shop = { asked: [], files, down: false, reports: [] };
  const pages = new Map(VISITS.map((visit, number) => [`/list/${number}`, [number, pageOf(visit)]]));

  const found = (path) => {
    if (shop.files[path] !== undefined) return shop.files[path];
    const [start, folder] = Object.entries(FOLDERS).find(([start]) => path.startsWith(start));
    const file = repository + folder + path.slice(start.length);
    return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file) : null;
  };

  const answer = async (path, packs) => {
    const headers = { "content-security-policy": policy, "x-content-type-options": "nosniff" };
    const [number, page] = pages.get(path) ?? [];
    if (page === undefined) {
      const body = found(path);
      if (body === null) return new Response("404\n", { status: 404, headers });
      return new Response(body, {
        headers: {
          ...headers,
          "content-type": TYPES[extname(path)] ?? "text/html; charset=utf-8",
          "cache-control": "no-cache",
        },
      });
    }
    const cached = new Response(page, {
      headers: {
        ...headers,
        "content-type": TYPES[".html"],
        "cache-control": "public, max-age=0, s-maxage=600",
        etag: '"1"',
      },
    });
    if (!edge && packs) {
      cached.headers.set("content-encoding", "gzip");
      return new Response(gzipSync(page), { headers: cached.headers });
    }
    if (!edge) return cached;
    return personalize(cached, {
      deadlineMs: 60_000,
      ...edge(number),
      onReport: (report) => void shop.reports.push(report),
    });
  };

  const server = createServer(async (request, response) => {
    if (shop.down) return request.socket.destroy();
    const chunks = await request.toArray();
    shop.asked.push({
      address: request.url,
      method: request.method,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    });
    const { status, headers, body } = await answer(
      request.url.split("?")[0],
      /\bgzip\b/.test(request.headers["accept-encoding"]),
    );
    response.writeHead(status, Object.fromEntries(headers));
    Readable.fromWeb(body).pipe(response);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return Object.assign(shop, {
    address: `http://127.0.0.1:${server.address().port}`,
    pageOf: (number) => pages.get(`/list/${number}`)[1],
    close: () => new Promise((done) => (server.close(done), server.closeAllConnections())),
  });
}

/**
 * Opens the shop in a browser, as a shopper nobody has seen before: `use` gets `page`, `go(path)`, which goes there and waits for the page's script,
 * `context`, `shop` and `problems`.
 */
export async function withShop(browser, use, options) {
  const shop = await openShop(options);
  try {
    await withContext(browser, async (context) => {
      const page = await context.newPage();
      const problems = [];
      page.on("pageerror", (error) => problems.push(String(error)));
      page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
      const go = async (path, tab = page) => {
        await tab.goto(shop.address + path, { waitUntil: "load" });
        await tab.waitForFunction(() => window.shop !== undefined);
      };
      await use({ page, go, context, shop, problems });
    });
  } finally {
    await shop.close();
  }
}

/** The ids of the tiles as they stand. */
export const standing = (page) =>
  page.evaluate(() => [...document.querySelectorAll("[data-reshelf-item]")].map((tile) => tile.dataset.reshelfItem));

/** What the page's script has seen: what became of its list, what of the document changed since it is there, how far it shifted. */
export const told = (page) =>
  page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    for (let i = 0; i < 3; i++) await frame();
    const { settled, changes, shifts } = window.shop;
    return { settled, changes, shifts, violations: window.violations };
  });
