/**
 * Serves the demo storefront under the strict Content-Security-Policy that the shop promises to run under. Every address is a
 * document of its own. Plain Node, no dependency.
 *
 *   node www/demo/server.mjs --data target/demo [--port 8080] [--package www/dist] [--edge] [--no-wasm] [--check]
 *
 *   /styles/   www/demo/public   styles
 *   /app/      www/demo/dist     the compiled storefront
 *   /reshelf/  www/dist          the built package
 *   /data/     --data            model.safetensors, names.json; titles.json, which is made of shop.json
 *   all else                     a page of the shop (shop.mjs, documents.mjs)
 *
 * --check starts on a free port, asks once for all that the pages load, and exits 0 or 1.
 * --edge has pages come through reshelf/edge (edge.mjs), in order for what their addresses say.
 * --no-wasm takes 'wasm-unsafe-eval' out of the policy, to see the shop without its engine.
 */

import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs, promisify } from "node:util";
import zlib from "node:zlib";
import { documentOf } from "./documents.mjs";
import { openEdge } from "./edge.mjs";
import { Shop } from "./shop.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const compressors = {
  br: (body) => promisify(zlib.brotliCompress)(body, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (body) => promisify(zlib.gzip)(body, { level: 6 }),
};

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".safetensors": "application/octet-stream",
};

/**
 * A page is drawn once, in the order that the session gives, and waits for it so many milliseconds. Then it is drawn in the
 * server's order, and what the shopper has seen of that stays in its place.
 */
const PATIENCE = 1000;

const policy = (wasm) =>
  [
    "default-src 'none'",
    `script-src 'self'${wasm ? " 'wasm-unsafe-eval'" : ""}`,
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");

/**
 * Starts the server.
 * @param {{ data: string, package?: string, port?: number, host?: string, wasm?: boolean, patience?: number, edge?: boolean, heard?: (request: object) => void }} options
 *   folders, port 0 for a free one, for how many milliseconds a page waits for the session, whether pages come through the edge, and
 *   who is to see each request
 * @returns {Promise<{ url: string, shop: Shop, close: () => Promise<void> }>}
 */
export async function startServer(options) {
  const shop = new Shop(JSON.parse(await readFile(path.join(options.data, "shop.json"), "utf8")));
  const folder = path.resolve(options.package ?? path.join(here, "..", "dist"));
  const site = {
    roots: [
      ["/app/", path.join(here, "dist")],
      ["/reshelf/", folder],
      ["/data/", path.resolve(options.data)],
      ["/styles/", path.join(here, "public", "styles")],
    ],
    shop,
    patience: options.patience ?? PATIENCE,
    edge: options.edge ? await openEdge({ package: folder, data: options.data }) : null,
    /** Files that are made here, by their addresses. */
    made: new Map([["/data/titles.json", Buffer.from(JSON.stringify(shop.titles()))]]),
    headers: {
      "Content-Security-Policy": policy(options.wasm ?? true),
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "no-referrer",
      "Cache-Control": "no-cache",
      Vary: "Accept-Encoding",
    },
    /** Compressed bodies of files, by their tag and the encoding. */
    compressed: new Map(),
  };

  const server = createServer((request, response) => {
    options.heard?.(request);
    answer(request, response, site).catch((error) => {
      process.stderr.write(`error[serve.failed]: ${request.url}: ${error.message}\n`);
      if (!response.headersSent) response.writeHead(500, site.headers);
      response.end();
    });
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", resolve);
  });
  return {
    url: `http://${options.host ?? "127.0.0.1"}:${server.address().port}`,
    shop,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request, response, site) {
  const { headers, compressed } = site;
  const plain = { ...headers, "Content-Type": "text/plain; charset=utf-8" };
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { ...plain, Allow: "GET, HEAD" });
    return response.end("Only GET and HEAD are served.\n");
  }
  const found = await find(request.url, site);
  if (found === null) {
    response.writeHead(404, plain);
    return response.end("There is no such file.\n");
  }
  const { status, type, tag } = found;
  const known = { ...headers, ETag: tag, ...found.headers };
  if (status === 200 && request.headers["if-none-match"] === tag) {
    response.writeHead(304, known);
    return response.end();
  }
  const encoding = ["br", "gzip"].find((name) => accepts(request.headers["accept-encoding"], name)) ?? null;
  let body = await found.body();
  if (encoding !== null) {
    const key = `${found.file} ${tag} ${encoding}`;
    const kept = compressed.get(key) ?? (await compressors[encoding](body));
    // Of pages there is no end: of files there is.
    if (found.file !== null) compressed.set(key, kept);
    body = kept;
  }
  response.writeHead(status, {
    ...known,
    "Content-Type": type,
    "Content-Length": body.length,
    ...(encoding === null ? {} : { "Content-Encoding": encoding }),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

const accepts = (header, name) =>
  (header ?? "").split(",").some((part) => part.trim().split(";")[0] === name && !/;\s*q=0(\.0+)?$/.test(part));

/** What an address names: a file, a page of the shop, or null. Nothing outside the roots is reached. */
async function find(address, site) {
  const { roots, made } = site;
  let name;
  try {
    // Not through URL, which would quietly resolve the dots that are refused below.
    name = decodeURIComponent(address.split(/[?#]/, 1)[0]);
  } catch {
    return null;
  }
  if (!name.startsWith("/") || name.includes("\0") || name.includes("\\") || name.split("/").includes(".."))
    return null;
  const [prefix, root] = roots.find(([start]) => name.startsWith(start)) ?? [];
  if (prefix === undefined) return page(address, site);
  const body = made.get(name);
  if (body !== undefined) return { status: 200, type: TYPES[".json"], tag: tagOf(body), file: name, body: () => body };
  // The log, and the report beside the model, lie in the same folder and are nobody's business.
  if (prefix === "/data/" && !PUBLISHED.includes(name.slice(prefix.length))) return null;
  const file = path.resolve(root, `./${name.slice(prefix.length)}`);
  return file.startsWith(root + path.sep) ? describe(file) : null;
}

/** A page has its part of the shop with it: what the shopper is shown is asked for by nothing but the page's address. */
async function page(address, { shop, patience, edge }) {
  let url;
  try {
    url = new URL(address, "http://shop");
  } catch {
    return null;
  }
  const found = shop.page(url);
  const make = () => Buffer.from(documentOf({ ...found, data: { ...found.data, patience } }));
  const { page } = found.data;
  const category = page.kind === "category" ? found.data.categories.find(({ slug }) => slug === page.slug)?.path : null;
  const ordered =
    edge && found.found ? await edge(url.pathname + url.search, () => ({ body: make(), page, category })) : null;
  const body = ordered?.body ?? make();
  return {
    ...{ status: found.found ? 200 : 404, type: TYPES[".html"], tag: tagOf(body), file: null, body: () => body },
    // Of a page at the edge two are told: whose it is, and why.
    headers: ordered && {
      "Cache-Control": ordered.headers["cache-control"],
      "Server-Timing": ordered.headers["server-timing"] ?? "",
    },
  };
}

const tagOf = (body) => `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;

async function describe(file) {
  try {
    const facts = await stat(file);
    if (!facts.isFile()) return null;
    return {
      status: 200,
      type: TYPES[path.extname(file)] ?? "application/octet-stream",
      tag: `W/"${facts.size.toString(36)}-${Math.round(facts.mtimeMs).toString(36)}"`,
      file,
      body: () => readFile(file),
    };
  } catch {
    return null;
  }
}

/** All of the data folder that is served. */
const PUBLISHED = ["model.safetensors", "names.json"];

/** What the pages load, each with a sign that it is really that. */
const CHECKS = [
  ["/", "text/html", (body) => /"kind":"home","home":\["/.test(body)],
  ["/cart", "text/html", (body) => body.includes("/app/main.js")],
  ["/profile", "text/html", (body) => body.includes("/app/main.js")],
  ["/merchandising", "text/html", (body) => body.includes('"kind":"merchandising"')],
  ["/styles/tokens.css", "text/css", (body) => body.length > 0],
  ["/app/main.js", "text/javascript", (body) => body.length > 0],
  ...[
    "index.js",
    "session/index.js",
    "capture/index.js",
    "listen/index.js",
    "profile/index.js",
    "privacy/index.js",
    "explain/index.js",
    "slate/index.js",
  ].map((file) => [`/reshelf/${file}`, "text/javascript", (body) => body.length > 0]),
  ["/reshelf/engine/reshelf_bg.wasm", "application/wasm", (body) => body.subarray(0, 4).toString("latin1") === "\0asm"],
  ["/data/titles.json", "application/json", (body) => Object.keys(JSON.parse(body)).length > 0],
  ["/data/model.safetensors", "application/octet-stream", (body) => body.length > 8],
  ["/data/names.json", "application/json", (body) => JSON.parse(body).categories.length > 0],
];

/** Asks for each of them once. @returns {Promise<string[]>} what was wrong */
export async function check(url) {
  const wrong = [];
  const bodies = new Map();
  for (const [address, type, looksRight] of CHECKS) {
    try {
      const response = await fetch(url + address);
      const body = Buffer.from(await response.arrayBuffer());
      bodies.set(address, body.toString("latin1"));
      const sent = response.headers.get("content-type") ?? "";
      if (response.status !== 200) wrong.push(`${address} answered ${response.status}`);
      else if (!sent.startsWith(type)) wrong.push(`${address} came as ${sent}, not ${type}`);
      else if (response.headers.get("content-security-policy") === null) wrong.push(`${address} came without a policy`);
      else if (!looksRight(body)) wrong.push(`${address} does not hold what it should`);
    } catch (error) {
      wrong.push(`${address}: ${error.message}`);
    }
  }
  const named = /"model":"(\w+)"/.exec(bodies.get("/data/names.json"))?.[1];
  if (named && !bodies.get("/data/model.safetensors")?.includes(`"reshelf.model":"${named}"`))
    wrong.push("/data/names.json has the names of another model: make demo-model writes both");
  return wrong;
}

async function main() {
  const { values } = parseArgs({
    options: {
      data: { type: "string" },
      package: { type: "string" },
      port: { type: "string", default: "8080" },
      host: { type: "string", default: "127.0.0.1" },
      edge: { type: "boolean", default: false },
      "no-wasm": { type: "boolean", default: false },
      check: { type: "boolean", default: false },
    },
  });
  if (values.data === undefined)
    throw new Error("--data is missing: name the folder with shop.json, model.safetensors and names.json");
  const port = values.check ? 0 : Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`--port ${values.port} is no port number`);
  const server = await startServer({
    data: values.data,
    package: values.package,
    port,
    host: values.host,
    edge: values.edge,
    wasm: !values["no-wasm"],
  });
  if (!values.check) {
    process.stdout.write(`The demo shop is open at ${server.url}/  (Ctrl-C closes it)\n`);
    return;
  }
  const wrong = await check(server.url);
  await server.close();
  for (const line of wrong) process.stderr.write(`error[demo.check]: ${line}\n`);
  if (wrong.length === 0)
    process.stdout.write("The demo shop answers: pages, styles, storefront, package, engine, model and names.\n");
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    const hint = error.code === "EADDRINUSE" ? "that port is taken: choose another with --port" : error.message;
    process.stderr.write(`error[serve.start]: ${hint}\n`);
    process.exitCode = 1;
  });
}
