// A small static server for the storefront, the browser tests and the benchmarks. Every page goes out under the strict
// Content-Security-Policy that Reshelf promises to work with.
//
// As a program: node tests/serve.mjs [--port N] [--check] /=www/demo /reshelf/=www/dist …
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
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
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
 * @param {{ port?: number, policy?: string }} [options] port 0 takes any free one
 * @returns {Promise<{ address: string, close: () => Promise<void> }>}
 */
export async function serve(mounts, { port = 0, policy = POLICY } = {}) {
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
    // A page's own addresses, such as /category/lamps, are all the one page.
    if (!isFile(file) && extname(path) === "") file = join(folder, "index.html");
    if (!isFile(file)) return refuse(response, 404);
    const headers = {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "content-length": statSync(file).size,
      "cache-control": "no-cache",
      "content-security-policy": policy,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    };
    response.writeHead(200, headers);
    if (request.method === "HEAD") return response.end();
    createReadStream(file).on("error", () => response.destroy()).pipe(response);
  });
  await new Promise((done, failed) => server.once("error", failed).listen(port, "127.0.0.1", done));
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

async function main(args) {
  const mounts = {};
  let port = 8080;
  let check = false;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--port") port = Number(args[++i]);
    else if (args[i] === "--check") check = true;
    else {
      const [prefix, folder] = args[i].split("=");
      mounts[prefix] = folder;
    }
  }
  const { address, close } = await serve(mounts, { port }).catch((error) => {
    if (error.code !== "EADDRINUSE") throw error;
    console.log(`Port ${port} is taken; using a free one.`);
    return serve(mounts);
  });
  if (!check) {
    console.log(`\nThe shop is open at ${address}  (Ctrl-C closes it)`);
    return;
  }
  const page = await ask(address);
  const parts = [...page.matchAll(/(?:src|href)="(\/[^"]+\.\w+)"/g)].map((match) => match[1]);
  for (const part of [...parts, "/reshelf/index.js", "/reshelf/engine/reshelf_bg.wasm"]) await ask(address + part);
  await close();
  console.log(`The shop answered at ${address} with its page and ${parts.length} parts: fine.`);
}

async function ask(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer.text();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch((error) => {
    console.error(`error: ${error.message}`);
    process.exit(1);
  });
}
