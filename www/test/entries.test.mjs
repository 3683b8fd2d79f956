// What each entry of the package picks: where the engine's module comes from, and what is said where it does not come.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { fresh } from "./fresh.mjs";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const artifact = readFileSync(new URL("../../tests/golden/golden.safetensors", import.meta.url));
const wasm = readFileSync(join(dist, "engine/reshelf_bg.wasm"));
const read = (file) => readFileSync(join(dist, file), "utf8");

/** Loads by one entry, and ranks with what it gives. */
const use = async ({ dist, entry, artifact, wasm, without = [] }) => {
  for (const name of without) delete globalThis[name];
  const { loadReranker, loadModel } = await import(dist + entry);
  const warnings = [];
  console.warn = (text) => warnings.push(text);
  const reranker = await loadReranker({ model: artifact, wasm });
  const ids = (await reranker.retrieve({ k: 30 })).map(({ id }) => id);
  reranker.observe({ id: ids[20] });
  const { status, reason, backend, scan } = reranker.info();
  const model = await loadModel({ model: artifact, wasm });
  const order = reranker.rerank(ids).map(({ previousRank }) => previousRank);
  return {
    status,
    reason: reason && { ...reason },
    backend,
    why: scan.why,
    order,
    second: model.info().status,
    warnings,
  };
};

test("slim ranks with the module that it is handed, and says so where it is handed none", async () => {
  const given = await fresh(use, { entry: "slim.js", artifact, wasm });
  assert.deepEqual([given.status, given.second, given.warnings.length], ["ready", "ready", 0]);
  assert.match(given.why, /brings no GPU/);
  const { status, reason, order } = await fresh(use, { entry: "slim.js", artifact });
  assert.deepEqual([status, reason.code, order], ["fallback", "wasm.missing", []]);
  assert.match(reason.message, /pass `wasm`.*reshelf\/engine\.wasm/);
});

test("inline ranks without asking for a file, as the file would", async () => {
  const plain = await fresh(use, { entry: "index.js", artifact, wasm });
  const without = ["fetch", "URL", "Response"];
  const inline = await fresh(use, { entry: "inline.js", artifact, without });
  assert.deepEqual([inline.status, inline.backend, inline.second], ["ready", "wasm simd128", "ready"]);
  assert.deepEqual(inline.order, plain.order);
  assert.notDeepEqual(
    inline.order,
    [...inline.order].sort((a, b) => a - b),
  );
  assert.equal(read("engine/inline.js"), `export default "${wasm.toString("base64")}";\n`);
});

test("slim holds no address of a module, and neither it nor inline, nor an edge's entry, a way to the GPU", () => {
  for (const file of ["slim.js", "inline.js", "index.workerd.js", "index.edge-light.js"]) {
    assert.doesNotMatch(read(file), /new URL\(["'`][^"'`]*wasm|scan\/index/, file);
    assert.equal(/engine\/inline\.js/.test(read(file)), file === "inline.js", file);
  }
  // What a page pays for: the text is a file of its own, which only these two name.
  const naming = readdirSync(dist).filter((file) => file.endsWith(".js") && read(file).includes("engine/inline.js"));
  assert.deepEqual(naming.sort(), ["index.node.js", "inline.js"]);
});

test("a server's bundle that left the module behind takes the one in text, as ESM and as CommonJS", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reshelf-bundled-"));
  try {
    const model = join(folder, "shop.safetensors");
    writeFileSync(model, artifact);
    for (const format of ["esm", "cjs"]) {
      const outfile = join(folder, `out.${format === "esm" ? "mjs" : "cjs"}`);
      const script = `import { loadReranker } from ${JSON.stringify(`${dist}index.node.js`)};
        loadReranker({ model: process.argv[2] }).then((reranker) => {
          const { status, reason } = reranker.info();
          console.log(status, reason?.code);
        });`;
      const { warnings } = await build({
        stdin: { contents: script, resolveDir: folder },
        ...{ outfile, format, bundle: true, platform: "node", logLevel: "silent" },
      });
      assert.deepEqual(
        warnings.map(({ id }) => id).filter((id) => id !== "empty-import-meta"),
        [],
      );
      assert.equal(execFileSync(process.execPath, [outfile, model], { encoding: "utf8" }).trim(), "ready undefined");
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("where the text was left behind as well, the reason is the file's", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reshelf-moved-"));
  try {
    cpSync(dist, folder, { recursive: true, filter: (path) => !/engine\/.*(inline\.js|\.wasm)$/.test(path) });
    const moved = await fresh(
      async ({ folder, artifact }) => {
        console.warn = () => undefined;
        const { loadReranker } = await import(`file://${folder}/index.node.js`);
        return { ...(await loadReranker({ model: artifact })).info().reason };
      },
      { folder, artifact },
    );
    assert.equal(moved.code, "wasm.unreachable");
    assert.match(moved.message, /reshelf(_relaxed)?_bg\.wasm could not be read/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("two copies of the package in one process rank alike, each with a module of its own", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reshelf-twice-"));
  try {
    mkdirSync(join(folder, "dist"));
    cpSync(dist, join(folder, "dist"), { recursive: true });
    const orders = await fresh(
      async ({ node, other, artifact }) => {
        const orders = [];
        const [one, two] = await Promise.all([import(node), import(other)]);
        const rerankers = await Promise.all([one, two].map(({ loadReranker }) => loadReranker({ model: artifact })));
        for (const reranker of rerankers) {
          const ids = (await reranker.retrieve({ k: 20 })).map(({ id }) => id);
          reranker.observe({ id: ids[15] });
          orders.push(reranker.rerank(ids).map(({ candidate, score }) => [candidate, score]));
        }
        return orders;
      },
      { other: `file://${folder}/dist/index.node.js`, artifact },
    );
    assert.equal(orders[0].length, 20);
    assert.deepEqual(orders[0], orders[1]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a browser's entry on a server imports, and a load says what is missing", async () => {
  const { status, reason } = await fresh(use, { entry: "index.js", artifact });
  // Node's fetch knows no file.
  assert.deepEqual([status, reason.code], ["fallback", "wasm.unreachable"]);
});

test("the entries of `exports` are those that each host picks", () => {
  const { exports: entries } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url)));
  const conditions = Object.keys(entries["."]);
  assert.deepEqual(conditions, ["types", "workerd", "edge-light", "node", "deno", "default"]);
  for (const [name, entry] of Object.entries(entries)) {
    if (name.endsWith(".json")) continue;
    assert.equal(Object.keys(entry)[0], "types", name);
    assert.equal(Object.keys(entry).at(-1), "default", name);
  }
});
