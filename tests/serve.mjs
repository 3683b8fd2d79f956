// A small static server for the browser tests and the benchmarks. Every page goes out under the strict
// Content-Security-Policy that Reshelf promises to work with.
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../", import.meta.url));

export const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
].join("; ");

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

/**
 * Serves folders of the repository until `close()`.
 * @param {Record<string, string>} mounts address prefix (ending in a slash) to folder, the longest prefix first served
 * @param {{ policy?: string, isolated?: boolean }} [options] isolated pages have finer clocks; nothing else needs it
 * @returns {Promise<{ address: string, close: () => Promise<void> }>}
 */
export async function serve(mounts, { policy = POLICY, isolated = false } = {}) {
  const prefixes = Object.keys(mounts).sort((a, b) => b.length - a.length);
  const server = createServer((request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(response, 405);
    const path = decodedPath(request.url);
    const prefix = prefixes.find((candidate) => path?.startsWith(candidate));
    if (path === null || prefix === undefined) return refuse(response, 404);
    const folder = resolve(repository, mounts[prefix]);
    let file = resolve(folder, "." + sep + path.slice(prefix.length));
    if (file !== folder && !file.startsWith(folder + sep)) return refuse(response, 404);
    if (isFolder(file)) file = join(file, "index.html");
    if (!isFile(file)) return refuse(response, 404);
    const headers = {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "content-length": statSync(file).size,
      "cache-control": "no-cache",
      "content-security-policy": policy,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      ...(isolated && { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" }),
    };
    response.writeHead(200, headers);
    if (request.method === "HEAD") return response.end();
    createReadStream(file)
      .on("error", () => response.destroy())
      .pipe(response);
  });
  await new Promise((done, failed) => server.once("error", failed).listen(0, "127.0.0.1", done));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((done) => (server.close(done), server.closeAllConnections())),
  };
}

function decodedPath(url) {
  try {
    return decodeURIComponent(new URL(url, "http://localhost").pathname);
  } catch {
    return null;
  }
}

function refuse(response, status) {
  response.writeHead(status, { "content-type": "text/plain" }).end(`${status}\n`);
}

const isFile = (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
const isFolder = (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
