/**
 * Serves the demo storefront under the strict Content-Security-Policy that the shop promises to run under.
 * Plain Node, no dependency.
 *
 *   node www/demo/server.mjs --data target/demo [--port 8080] [--package www/dist] [--no-wasm] [--check]
 *
 *   /          www/demo/public   page and styles; an address without a file gets index.html
 *   /app/      www/demo/dist     the compiled storefront
 *   /reshelf/  www/dist          the built package
 *   /data/     --data            shop.json and model.safetensors
 *
 * --check starts on a free port, asks once for all that the page loads, and exits 0 or 1.
 * --no-wasm takes 'wasm-unsafe-eval' out of the policy, to see the shop without its engine.
 */

import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs, promisify } from "node:util";
import zlib from "node:zlib";

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

const policy = (wasm) =>
  [
    "default-src 'none'",
    `script-src 'self'${wasm ? " 'wasm-unsafe-eval'" : ""}`,
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

/**
 * Starts the server.
 * @param {{ data: string, package?: string, port?: number, host?: string, wasm?: boolean }} options folders, and port 0 for a free one
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startServer(options) {
  const roots = [
    ["/app/", path.join(here, "dist")],
    ["/reshelf/", path.resolve(options.package ?? path.join(here, "..", "dist"))],
    ["/data/", path.resolve(options.data)],
    ["/", path.join(here, "public")],
  ];
  const headers = {
    "Content-Security-Policy": policy(options.wasm ?? true),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    Vary: "Accept-Encoding",
  };
  /** Compressed bodies by file, encoding and time of change. */
  const compressed = new Map();

  const server = createServer((request, response) => {
    answer(request, response, roots, headers, compressed).catch((error) => {
      process.stderr.write(`error[serve.failed]: ${request.url}: ${error.message}\n`);
      if (!response.headersSent) response.writeHead(500, headers);
      response.end();
    });
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", resolve);
  });
  return {
    url: `http://${options.host ?? "127.0.0.1"}:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request, response, roots, headers, compressed) {
  const plain = { ...headers, "Content-Type": "text/plain; charset=utf-8" };
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { ...plain, Allow: "GET, HEAD" });
    return response.end("Only GET and HEAD are served.\n");
  }
  const found = await find(request.url, roots);
  if (found === null) {
    response.writeHead(404, plain);
    return response.end("There is no such file.\n");
  }
  const { file, modified, size } = found;
  const tag = `W/"${size.toString(36)}-${Math.round(modified).toString(36)}"`;
  const known = { ...headers, ETag: tag };
  if (request.headers["if-none-match"] === tag) {
    response.writeHead(304, known);
    return response.end();
  }
  const encoding = ["br", "gzip"].find((name) => accepts(request.headers["accept-encoding"], name)) ?? null;
  let body = await readFile(file);
  if (encoding !== null) {
    const key = `${file} ${encoding} ${modified}`;
    if (!compressed.has(key)) compressed.set(key, await compressors[encoding](body));
    body = compressed.get(key);
  }
  response.writeHead(200, {
    ...known,
    "Content-Type": TYPES[path.extname(file)] ?? "application/octet-stream",
    "Content-Length": body.length,
    ...(encoding === null ? {} : { "Content-Encoding": encoding }),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

const accepts = (header, name) =>
  (header ?? "").split(",").some((part) => part.trim().split(";")[0] === name && !/;\s*q=0(\.0+)?$/.test(part));

/** The file that an address names, or index.html for a page of the shop, or null. Nothing outside the roots is reached. */
async function find(address, roots) {
  let name;
  try {
    // Not through URL, which would quietly resolve the dots that are refused below.
    name = decodeURIComponent(address.split(/[?#]/, 1)[0]);
  } catch {
    return null;
  }
  if (!name.startsWith("/") || name.includes("\0") || name.includes("\\") || name.split("/").includes(".."))
    return null;
  const [prefix, root] = roots.find(([start]) => name.startsWith(start));
  // The log, and the report beside the model, lie in the same folder and are nobody's business.
  if (prefix === "/data/" && !PUBLISHED.includes(name.slice(prefix.length))) return null;
  const file = path.resolve(root, `./${name.slice(prefix.length)}`);
  if (file !== root && !file.startsWith(root + path.sep)) return null;
  const own = await describe(file);
  if (own !== null) return own;
  // A missing module or picture is an error; a missing page is the shop's own to draw.
  return prefix === "/" && !name.startsWith("/styles/") ? describe(path.join(root, "index.html")) : null;
}

async function describe(file) {
  try {
    const facts = await stat(file);
    return facts.isFile() ? { file, modified: facts.mtimeMs, size: facts.size } : null;
  } catch {
    return null;
  }
}

/** All of the data folder that is served. */
const PUBLISHED = ["shop.json", "model.safetensors"];

/** What the page loads, each with a sign that it is really that. */
const CHECKS = [
  ["/", "text/html", (body) => body.includes("/app/main.js")],
  ["/category/anything", "text/html", (body) => body.includes("/app/main.js")],
  ["/styles/tokens.css", "text/css", (body) => body.length > 0],
  ["/app/main.js", "text/javascript", (body) => body.length > 0],
  ["/reshelf/index.js", "text/javascript", (body) => body.length > 0],
  ["/reshelf/engine/reshelf_bg.wasm", "application/wasm", (body) => body.subarray(0, 4).toString("latin1") === "\0asm"],
  ["/data/shop.json", "application/json", (body) => JSON.parse(body.toString("utf8")).products.length > 0],
  ["/data/model.safetensors", "application/octet-stream", (body) => body.length > 8],
];

/** Asks for each of them once. @returns {Promise<string[]>} what was wrong */
export async function check(url) {
  const wrong = [];
  for (const [address, type, looksRight] of CHECKS) {
    try {
      const response = await fetch(url + address);
      const body = Buffer.from(await response.arrayBuffer());
      const sent = response.headers.get("content-type") ?? "";
      if (response.status !== 200) wrong.push(`${address} answered ${response.status}`);
      else if (!sent.startsWith(type)) wrong.push(`${address} came as ${sent}, not ${type}`);
      else if (response.headers.get("content-security-policy") === null) wrong.push(`${address} came without a policy`);
      else if (!looksRight(body)) wrong.push(`${address} does not hold what it should`);
    } catch (error) {
      wrong.push(`${address}: ${error.message}`);
    }
  }
  return wrong;
}

async function main() {
  const { values } = parseArgs({
    options: {
      data: { type: "string" },
      package: { type: "string" },
      port: { type: "string", default: "8080" },
      host: { type: "string", default: "127.0.0.1" },
      "no-wasm": { type: "boolean", default: false },
      check: { type: "boolean", default: false },
    },
  });
  if (values.data === undefined)
    throw new Error("--data is missing: name the folder with shop.json and model.safetensors");
  const port = values.check ? 0 : Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`--port ${values.port} is no port number`);
  const server = await startServer({
    data: values.data,
    package: values.package,
    port,
    host: values.host,
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
    process.stdout.write("The demo shop answers: page, styles, storefront, package, engine, shop and model.\n");
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    const hint = error.code === "EADDRINUSE" ? "that port is taken: choose another with --port" : error.message;
    process.stderr.write(`error[serve.start]: ${hint}\n`);
    process.exitCode = 1;
  });
}
