// The examples of the package that need no page (tests/browser/examples.test.mjs has the others): they run, and agree.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { EdgeVM } from "@edge-runtime/vm";
import { loadReranker } from "../../www/dist/index.node.js";
import { originOf, withWorker } from "./edge.mjs";

const model = fileURLToPath(new URL("../golden/golden.safetensors", import.meta.url));
const EDGE = "www/examples/edge-worker";

/** A request that the examples answer, and the answer. */
async function asked() {
  const reranker = await loadReranker({ model, backend: "cpu" });
  const candidates = (await reranker.retrieve({ k: 20 })).map(({ id }) => id);
  const seen = [candidates[15], candidates[9]];
  for (const id of seen) reranker.observe({ id });
  const answer = reranker.rerank(candidates).map(({ candidate }) => candidate);
  assert.notDeepEqual(answer, candidates);
  return { seen, candidates, answer };
}

test("node", async () => {
  const { seen, candidates, answer } = await asked();
  const script = fileURLToPath(new URL("../../www/examples/node/rank.mjs", import.meta.url));
  const written = execFileSync(process.execPath, [script, model, JSON.stringify(seen), JSON.stringify(candidates)]);
  assert.deepEqual(JSON.parse(written), answer);
});

test("edge-worker", async () => {
  const { seen, candidates, answer } = await asked();
  // As a bundler would resolve them: workerd takes names for paths beside the worker.
  const beside = (file) => [`${EDGE}/${file}`, "esModule", `www/dist/${file}`];
  const scripts = readdirSync(new URL("../../www/dist", import.meta.url), { recursive: true });
  const files = [
    [`${EDGE}/worker.mjs`, "esModule"],
    [`${EDGE}/reshelf`, "esModule", "www/dist/index.workerd.js"],
    [`${EDGE}/engine/reshelf_bg.wasm`, "wasm", "www/dist/engine/reshelf_bg.wasm"],
    [`${EDGE}/shop.safetensors`, "data", "tests/golden/golden.safetensors"],
    ...scripts.filter((file) => /^(engine|words)\/\w+\.js$/.test(file)).map(beside),
  ];
  await withWorker(
    "www/dist/engine/reshelf_bg.wasm",
    async (ask) => {
      const request = { method: "POST", body: JSON.stringify({ seen, candidates }) };
      assert.deepEqual(await Promise.all([ask("/", request), ask("/", request)]), [answer, answer]);
    },
    files,
  );
});

/** A shop's page about an item, the order in which the examples are to answer it, and the item. */
async function shop() {
  const reranker = await loadReranker({ model, backend: "cpu" });
  const ids = (await reranker.retrieve({ k: 21 })).map(({ id }) => id);
  const item = ids.pop();
  reranker.observe({ id: item });
  const ordered = reranker.rerank(ids).map(({ candidate }) => candidate);
  assert.notDeepEqual(ordered, ids);
  const page = (ids) =>
    `<!doctype html><ul data-reshelf-list>${ids.map((id) => `<li data-reshelf-item="${id}">${id}</li>`).join("")}</ul>`;
  return { path: `/p/${item}`, page: page(ids), ordered: page(ordered) };
}

/** Asks an example as two browsers would, and for a page that says nothing of what it is about. */
async function askPages(address, { path, page, ordered }) {
  const answer = await fetch(address + path, { headers: { cookie: "a=1" } });
  assert.equal(await answer.text(), ordered);
  assert.equal(answer.headers.get("cache-control"), "private");
  assert.deepEqual(answer.headers.getSetCookie(), ["a=1", "b=2"]);
  const plain = await fetch(`${address}/`);
  assert.equal(await plain.text(), page);
  assert.equal(plain.headers.get("cache-control"), "public, s-maxage=60");
}

const HEADERS = [
  ["content-type", "text/html"],
  ["cache-control", "public, s-maxage=60"],
  ...[1, 2].map((n) => ["set-cookie", `${"ab"[n - 1]}=${n}`]),
];

test("cloudflare-worker", async () => {
  const given = await shop();
  const folder = "www/examples/cloudflare-worker";
  const scripts = readdirSync(new URL("../../www/dist", import.meta.url), { recursive: true });
  const files = [
    [`${folder}/worker.mjs`, "esModule"],
    [`${folder}/reshelf`, "esModule", "www/dist/index.workerd.js"],
    // What workerd takes for folders beside the worker, as the package's `exports` have it.
    [`${folder}/reshelf/edge`, "esModule", "www/dist/edge/index.workerd.js"],
    [`${folder}/html/reshelf_html.js`, "esModule", "www/dist/html/reshelf_html.js"],
    [`${folder}/html/reshelf_html_bg.wasm`, "wasm", "www/dist/html/reshelf_html_bg.wasm"],
    [`${folder}/engine/reshelf_bg.wasm`, "wasm", "www/dist/engine/reshelf_bg.wasm"],
    [`${folder}/shop.safetensors`, "data", "tests/golden/golden.safetensors"],
    ...scripts
      .filter((file) => /^(engine|words)\/\w+\.js$/.test(file))
      .map((file) => [`${folder}/${file}`, "esModule", `www/dist/${file}`]),
  ];
  const origin = `export default { fetch: () => new Response(${JSON.stringify(given.page)}, { headers: ${JSON.stringify(HEADERS)} }) };`;
  const use = async (_, address) => {
    // Five shoppers at once meet an isolate that has nothing: each has the page, in order or as it was while the model loads.
    const cold = Array.from({ length: 5 }, async () => (await fetch(address + given.path)).text());
    for (const text of await Promise.all(cold)) assert.ok([given.page, given.ordered].includes(text));
    await askPages(address, given);
  };
  await withWorker("www/dist/engine/reshelf_bg.wasm", use, files, originOf(origin));
});

test("node-server", async () => {
  const given = await shop();
  const project = mkdtempSync(join(tmpdir(), "reshelf-node-server-"));
  const repository = fileURLToPath(new URL("../../", import.meta.url));
  mkdirSync(join(project, "node_modules"));
  symlinkSync(join(repository, "www"), join(project, "node_modules/reshelf"), "dir");
  cpSync(join(repository, "www/examples/node-server/server.mjs"), join(project, "server.mjs"));
  const origin = createServer((_, response) => {
    for (const [name] of HEADERS)
      response.setHeader(
        name,
        HEADERS.filter(([other]) => other === name).map(([, value]) => value),
      );
    response.end(given.page);
  }).listen(0);
  await once(origin, "listening");
  const shopAddress = `http://127.0.0.1:${origin.address().port}`;
  const server = spawn(process.execPath, ["server.mjs", model, shopAddress, "0"], {
    cwd: project,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [port] = await once(createInterface(server.stdout), "line");
    const address = `http://127.0.0.1:${port}`;
    // The first page of a process may come before the model does.
    await (await fetch(address + given.path)).text();
    await askPages(address, given);
    origin.closeAllConnections();
    await new Promise((done) => origin.close(done));
    assert.equal((await fetch(address + given.path)).status, 502);
  } finally {
    server.kill();
    origin.close();
    rmSync(project, { recursive: true });
  }
});

test("next-middleware", async () => {
  const given = await shop();
  const { build } = createRequire(new URL("../../www/build/bundle.mjs", import.meta.url))("esbuild");
  const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
  /** Resolves as Next's bundler does for its edge runtime; modules are globals of its sandbox. */
  const next = {
    name: "next",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\.wasm\?module$/ }, ({ path }) => ({ path, namespace: "module" }));
      onResolve({ filter: /^reshelf$/ }, () => ({ path: at("www/dist/index.edge-light.js") }));
      onResolve({ filter: /^reshelf\/edge$/ }, () => ({ path: at("www/dist/edge/index.edge-light.js") }));
      onLoad({ filter: /.*/, namespace: "module" }, ({ path }) => ({
        contents: `export default globalThis.${path.includes("html") ? "html" : "engine"}Module;`,
      }));
    },
  };
  const { outputFiles } = await build({
    entryPoints: [at("www/examples/next-middleware/middleware.js")],
    ...{ bundle: true, write: false, format: "iife", globalName: "built", logLevel: "error", plugins: [next] },
    define: { "import.meta.url": '"https://shop.example/"' },
  });
  const compiled = (path) => WebAssembly.compile(readFileSync(at(path)));
  const modules = {
    engineModule: await compiled("www/dist/engine/reshelf_bg.wasm"),
    htmlModule: await compiled("www/dist/html/reshelf_html_bg.wasm"),
  };
  const vm = new EdgeVM({ extend: (context) => Object.assign(context, modules) });
  const asked = [];
  vm.context.fetch = async (address, init) => {
    asked.push([String(address), new Headers(init?.headers).get("x-shop-page")]);
    const { Response } = vm.context;
    if (String(address).endsWith(".safetensors")) return new Response(readFileSync(model));
    return new Response(given.page, { headers: HEADERS });
  };
  vm.evaluate(`${outputFiles[0].text}; globalThis.built = built;`);
  const { middleware } = vm.evaluate("built");
  const { Request } = vm.context;
  const ask = (path, headers) => middleware(new Request(`https://shop.example${path}`, { headers }));
  await (await ask(given.path)).text();
  assert.equal(await (await ask(given.path)).text(), given.ordered);
  assert.equal(await (await ask("/search")).text(), given.page);
  assert.equal(await ask(given.path, { "x-shop-page": "1" }), undefined);
  assert.deepEqual(
    asked.filter(([, own]) => own === "1").map(([address]) => new URL(address).pathname),
    [given.path, given.path, "/search"],
  );
});
