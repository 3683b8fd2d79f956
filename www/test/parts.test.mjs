// What the package fetches by itself, once needed: a part that is not there, never comes, or is of another build, costs what it is for and
// nothing else. No call throws or hangs for it.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { fresh } from "./fresh.mjs";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const artifact = readFileSync(new URL("../../tests/golden/golden.safetensors", import.meta.url));
const OTHER_BUILD = "export {};";
const NEVER = "await new Promise(() => setInterval(() => undefined, 1000));";

/** Runs `use` on a copy of the package in which `part` is this text; null: it is missing. */
async function withPart(part, text, use) {
  const folder = mkdtempSync(join(tmpdir(), "reshelf-parts-"));
  try {
    cpSync(dist, folder, { recursive: true });
    const file = join(folder, part, "index.js");
    if (text === null) rmSync(file);
    else writeFileSync(file, text);
    return await fresh(use, { copy: pathToFileURL(`${folder}/`).href, artifact });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const [what, text] of Object.entries({ missing: null, "of another build": OTHER_BUILD, "never there": NEVER }))
  test(`sentences that are ${what}: reasons are their facts, and nobody waits long`, async () => {
    const told = await withPart("words", text, async ({ copy, artifact }) => {
      const { loadReranker } = await import(`${copy}index.node.js`);
      const failed = await loadReranker({ model: new Uint8Array(100), quiet: true });
      const reranker = await loadReranker({ model: artifact, backend: 5 });
      reranker.rerank(["a"], { by: "price" });
      reranker.consent("yes");
      const { refused } = reranker.info();
      reranker.dispose();
      const signal = AbortSignal.timeout(1);
      const aborted = await loadReranker({ model: "/nowhere.safetensors", signal }).catch(({ name }) => name);
      return [failed.info().reason, refused.arguments, reranker.info().reason, typeof aborted];
    });
    const [failed, refused, disposed] = told;
    assert.equal(failed.code, "artifact.foreign");
    for (const { code, message } of [failed, refused.reason, disposed])
      assert.ok(message.endsWith(`${code} in docs/errors.md says more`), message);
    assert.equal(refused.count, 3);
    assert.equal(disposed.code, "reranker.disposed");
  });

for (const [part, text] of [
  ["retrieve", null],
  ["retrieve", OTHER_BUILD],
])
  test(`what finds items is ${text === null ? "missing" : "of another build"}: nothing is found, and lists are ranked`, async () => {
    const [found, reason, ranked] = await withPart(part, text, async ({ copy, artifact }) => {
      const { loadReranker } = await import(`${copy}index.node.js`);
      const reranker = await loadReranker({ model: artifact });
      const found = await reranker.retrieve({ k: 3 });
      return [found, reranker.info().refused.arguments.reason, reranker.rerank(["a", "b"]).length];
    });
    assert.deepEqual([found, reason.code, ranked], [[], "retrieve.module", 2]);
    assert.match(reason.message, /publish the package's `dist` whole/);
  });

test("what brings rows, keeps sessions or has the words never comes: a signal and a deadline count from the call", async () => {
  const wait = (part, use) => withPart(part, NEVER, use);
  const rows = await wait("prepare", async ({ copy, artifact }) => {
    const { loadReranker } = await import(`${copy}index.node.js`);
    const reranker = await loadReranker({ model: artifact, rows: async () => ({}) });
    const told = [];
    for (const options of [{ deadlineMs: 5 }, { signal: AbortSignal.timeout(5) }, { signal: AbortSignal.abort() }]) {
      const prepared = await reranker.prepare(["elsewhere"], options);
      told.push([prepared, reranker.info().refused.rows.reason.code]);
    }
    return told;
  });
  const nothing = { arrived: 0, complete: false };
  assert.deepEqual(rows, [
    [nothing, "rows.late"],
    [nothing, "rows.aborted"],
    [nothing, "rows.aborted"],
  ]);
  const load = async ({ copy, artifact }) => {
    const { loadReranker } = await import(`${copy}index.node.js`);
    const stop = new AbortController();
    const loads = [
      loadReranker({ model: artifact, store: "tab", signal: stop.signal }),
      loadReranker({ model: new Uint8Array(100), signal: stop.signal, quiet: true }),
    ];
    setTimeout(() => stop.abort("enough"), 20);
    return Promise.all(loads.map((each) => each.then(({ info }) => info().reason, String)));
  };
  assert.equal((await wait("session", load))[0], "enough");
  assert.equal((await wait("words", load))[1], "enough");
});

for (const text of [null, OTHER_BUILD])
  test(`what looks for mistakes is ${text === null ? "missing" : "of another build"}, and says so with the fix`, async () => {
    const [finding] = await withPart("doctor", text, async ({ copy, artifact }) => {
      const { loadReranker } = await import(`${copy}index.node.js`);
      return (await loadReranker({ model: artifact })).doctor();
    });
    assert.deepEqual(Object.keys(finding).sort(), ["code", "count", "examples", "message", "severity"]);
    assert.match(finding.message, /publish the package's `dist` whole/);
  });

test("what keeps models is of another build: a model is loaded as ever, and none that was to be checked", async () => {
  const [kept, checked] = await withPart("cache", OTHER_BUILD, async ({ copy, artifact }) => {
    const { loadReranker } = await import(`${copy}index.node.js`);
    const kept = await loadReranker({ model: artifact, cache: true });
    const checked = await loadReranker({ model: artifact, integrity: `sha256-${"A".repeat(43)}=`, quiet: true });
    return [kept.info().status, checked.info().reason.code];
  });
  assert.deepEqual([kept, checked], ["ready", "integrity.module"]);
});

test("a module that never comes holds no later load up, once those who waited for it have gone", async () => {
  const [first, second, ranked] = await fresh(
    async ({ dist, artifact, wasm }) => {
      const { loadReranker } = await import(`${dist}slim.js`);
      const stalled = new Response(new ReadableStream({}), { headers: { "content-type": "application/wasm" } });
      const stop = new AbortController();
      const load = loadReranker({ model: artifact, wasm: stalled, signal: stop.signal });
      setTimeout(() => stop.abort(), 20);
      const first = await load.catch(({ name }) => name);
      const reranker = await loadReranker({ model: artifact, wasm });
      return [first, reranker.info().status, reranker.rerank(["a", "b"]).length];
    },
    { artifact, wasm: readFileSync(join(dist, "engine/reshelf_bg.wasm")) },
  );
  assert.deepEqual([first, second, ranked], ["AbortError", "ready", 2]);
});

test("a filter whose promises reject lets items pass, and leaves no rejection to nobody", async () => {
  const [found, lost] = await fresh(
    async ({ node, artifact }) => {
      let lost = 0;
      process.on("unhandledRejection", () => (lost += 1));
      const { loadReranker } = await import(node);
      const reranker = await loadReranker({ model: artifact });
      const filter = async () => {
        throw new Error("mine");
      };
      const found = await reranker.retrieve({ k: 3, filter });
      await new Promise((done) => setTimeout(done, 10));
      return [found.length, lost];
    },
    { artifact },
  );
  assert.deepEqual([found, lost], [3, 0]);
});
