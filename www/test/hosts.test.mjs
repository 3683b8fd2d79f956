// Loading where people use the package: other realms, hosts that lack something, servers that answer something else.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import vm from "node:vm";
import { loadReranker } from "../dist/index.node.js";
import { fresh } from "./fresh.mjs";

const artifact = readFileSync(new URL("../../tests/golden/golden.safetensors", import.meta.url));
const wasm = readFileSync(new URL("../dist/engine/reshelf_bg.wasm", import.meta.url));

async function infoOf(options) {
  const reranker = await loadReranker(options);
  const info = reranker.info();
  assert.deepEqual(
    reranker.rerank(["b", "a", "b"]).map(({ candidate }) => candidate),
    ["b", "a", "b"],
  );
  reranker.dispose();
  return info;
}

async function assertReady(options, name) {
  const { status, reason } = await infoOf(options);
  assert.equal(status, "ready", `${name}: ${reason?.code}: ${reason?.message}`);
}

async function assertReason(options, code, message = /./) {
  const { status, reason } = await infoOf(options);
  assert.equal(status, "fallback");
  assert.equal(reason.code, code, reason.message);
  assert.match(reason.message, message);
}

/** The bytes in a class of a realm that has classes of its own, as an iframe's or a test runner's. */
function foreign(bytes, kind) {
  const realm = vm.createContext({ length: bytes.length });
  const buffer = vm.runInContext(`buffer = new ${kind === "SharedArrayBuffer" ? kind : "ArrayBuffer"}(length)`, realm);
  new Uint8Array(buffer).set(bytes);
  return kind.endsWith("Buffer") ? buffer : vm.runInContext(`new ${kind}(buffer)`, realm);
}

test("a model is taken in any class of bytes, of this realm and of others", async () => {
  for (const kind of ["ArrayBuffer", "SharedArrayBuffer", "Uint8Array", "Int8Array", "DataView"]) {
    const model = foreign(artifact, kind);
    assert.ok(!(model instanceof globalThis[kind]), "of another realm");
    await assertReady({ model }, `another realm's ${kind}`);
  }
  const shared = new SharedArrayBuffer(artifact.length);
  new Uint8Array(shared).set(artifact);
  await assertReady({ model: shared }, "SharedArrayBuffer");
  await assertReady({ model: new DataView(shared) }, "DataView");
  await assertReady({ model: new Blob([artifact.subarray(0, 99), artifact.subarray(99)]) }, "Blob");
  const arrayBuffer = async () => foreign(artifact, "ArrayBuffer");
  await assertReady({ model: { ok: true, status: 200, arrayBuffer } }, "a stand-in for a Response");
  await assertReady({ model: { size: artifact.length, slice() {}, arrayBuffer } }, "another realm's Blob");
  globalThis.FileReader = class {
    readAsArrayBuffer() {
      this.result = foreign(artifact, "ArrayBuffer");
      queueMicrotask(this.onload);
    }
  };
  await assertReady({ model: { size: artifact.length, slice() {} } }, "jsdom's Blob");
  delete globalThis.FileReader;
  const { href } = new URL("../../tests/golden/golden.safetensors", import.meta.url);
  await assertReady({ model: { href } }, "another realm's URL");
});

test("a module is taken in any class of bytes, and compiled, of this realm and of others", async () => {
  const load = async ({ node, artifact, given, kind }) => {
    const { runInNewContext } = await import("node:vm");
    const { loadReranker } = await import(node);
    const wasm = kind ? runInNewContext("new WebAssembly.Module(bytes)", { bytes: given }) : given;
    if (kind && wasm instanceof WebAssembly.Module) throw new Error("of this realm");
    return (await loadReranker({ model: artifact, wasm })).info();
  };
  const shared = new SharedArrayBuffer(wasm.length);
  new Uint8Array(shared).set(wasm);
  const view = new DataView(shared);
  for (const given of [wasm, new Uint8Array(wasm).buffer, shared, view]) {
    const { status, reason } = await fresh(load, { artifact, given });
    assert.equal(status, "ready", `${given}: ${reason?.message}`);
  }
  assert.equal((await fresh(load, { artifact, given: wasm, kind: "Module" })).status, "ready");
  for (const given of [7, true, {}]) {
    const { reason } = await fresh(load, { artifact, given });
    assert.equal(reason.code, "wasm.type", reason.message);
  }
});

test("what is no model is refused with what it is", async () => {
  for (const model of [undefined, null]) await assertReason({ model }, "model.type", /missing/);
  await assertReason({ model: Promise.resolve(artifact) }, "model.type", /await/);
  await assertReason({ model: new Map() }, "model.type", /Map/);
  for (const view of [false, true]) {
    const buffer = new Uint8Array(artifact).buffer;
    const model = view ? new Uint8Array(buffer) : buffer;
    structuredClone(buffer, { transfer: [buffer] });
    await assertReason({ model }, "buffer.detached", /copy/);
  }
});

test("loadReranker rejects for an aborted signal only, whatever it is given", async () => {
  for (const options of [null, undefined, 3, "shop.safetensors", Symbol("model"), () => ({ model: artifact })]) {
    const reranker = await loadReranker(options);
    assert.equal(reranker.info().reason.code, "load.options");
  }
  await assertReason([], "model.type");
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  await assertReason(proxy, "load.options");
  for (const name of ["model", "wasm", "backend", "gpu", "store", "signal", "onProgress"]) {
    const options = { model: artifact };
    Object.defineProperty(options, name, {
      get: () => {
        throw new Error(`no ${name} today`);
      },
    });
    await assertReason(options, "load.options", new RegExp(`no ${name} today`));
  }
  const nothing = { wasm: null, backend: null, gpu: null, store: null, signal: null, onProgress: null };
  await assertReady({ model: artifact, ...nothing }, "null for everything");
  for (const signal of [0, "stop", {}, [], () => undefined, { aborted: "no" }])
    await assertReady({ model: artifact, signal }, "no signal");
  for (const onProgress of [0, "yes", {}]) await assertReady({ model: artifact, onProgress }, "no function");
  await assert.rejects(loadReranker({ model: null, signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("where there is nothing to keep a session in, as in Node, it lives in memory, and info() says why", async () => {
  for (const store of ["tab", "device"]) {
    const reranker = await loadReranker({ model: artifact, store });
    reranker.consent({ store: true });
    const { kind, wanted, reason } = reranker.info().store;
    // Node 25 has a sessionStorage that lives in memory.
    if (store === "tab" && "sessionStorage" in globalThis) continue;
    assert.deepEqual([kind, wanted, reason.code], ["memory", store, "store.unsupported"]);
    assert.deepEqual(reranker.info().consent, { store: true, share: false });
  }
});

test("what looks like a scheme in a path is part of the path", async () => {
  const folder = mkdtempSync(join(tmpdir(), "paths-"));
  const before = process.cwd();
  try {
    process.chdir(folder);
    mkdirSync("D:/shop", { recursive: true });
    for (const model of [
      "D:/shop/a.safetensors",
      "D:\\shop\\a.safetensors",
      "\\\\host\\share\\a.safetensors",
      "shop:2026.safetensors",
      "c:a",
      "http.safetensors",
    ]) {
      await assertReason({ model }, "model.unreachable", /ENOENT.*check the path/);
      writeFileSync(model, artifact);
      await assertReady({ model }, model);
    }
    await assertReady({ model: `data:application/octet-stream;base64,${artifact.toString("base64")}` }, "data:");
    await assertReady({ model: URL.createObjectURL(new Blob([artifact])) }, "blob:");
    await assertReason({ model: "HTTP://127.0.0.1:9/a" }, "model.unreachable", /connection/);
    await assertReason({ model: "file://host/a" }, "model.unreachable");
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
});

/** A response that brings these bytes, in pieces of so many, and then more of `rest` for ever; counts what was taken. */
function endless(bytes, rest, piece = 10_000) {
  const taken = { bytes: 0, cancelled: false };
  const pull = (controller) => {
    const next = taken.bytes < bytes.length ? bytes.subarray(taken.bytes, taken.bytes + piece) : rest;
    taken.bytes += next.length;
    controller.enqueue(new Uint8Array(next));
  };
  const cancel = () => void (taken.cancelled = true);
  return { taken, model: new Response(new ReadableStream({ pull, cancel })) };
}

test("a response that goes on past the model's end is stopped there", async () => {
  for (const piece of [3, 1000, 1 << 20]) {
    const { taken, model } = endless(artifact, Buffer.alloc(5000, 7), piece);
    await assertReason({ model }, "model.too_long", new RegExp(`${artifact.length} bytes`));
    assert.ok(taken.cancelled);
    assert.ok(taken.bytes < artifact.length + 3 * 5000, `${taken.bytes} of ${artifact.length}`);
  }
  await assertReason({ model: new Response(Buffer.concat([artifact, Buffer.alloc(1)])) }, "model.too_long");
  await assertReady({ model: new Response(artifact) }, "to the byte");
  const large = { size: 3 * 2 ** 30, slice() {}, arrayBuffer: () => assert.fail("it is too large to be read") };
  await assertReason({ model: large }, "model.too_long");
});

test("a response that is no model is not read to its end", async () => {
  const header = (length, json) => {
    const bytes = Buffer.alloc(8 + json.length);
    bytes.writeBigUInt64LE(BigInt(length));
    bytes.write(json, 8);
    return bytes;
  };
  for (const start of [
    Buffer.alloc(64, "abc"),
    header(2 ** 50, "{"),
    header(20, '{"a": not JSON here}'),
    header(9, "null     "),
    header(8, "[1,2,3] "),
  ]) {
    const { taken, model } = endless(start, Buffer.alloc(5000, 0x61));
    await assertReason({ model }, "artifact.foreign");
    assert.ok(taken.bytes < 40_000 && taken.cancelled, `${taken.bytes}`);
  }
});

const PAGES = [
  "<!doctype html><title>Shop</title>",
  "\ufeff\n <HTML lang=en>",
  "<?xml version='1.0'?><html/>",
  "<script>{}</script>",
];

test("a web page in place of the model is called one", async () => {
  for (const page of PAGES) {
    const bytes = Buffer.from(page);
    for (const model of [bytes, new Response(bytes), new Blob([bytes]), `data:,${encodeURIComponent(page)}`]) {
      await assertReason({ model }, "artifact.foreign", /web page/);
    }
  }
  const named = new Response("\n", { headers: { "content-type": "text/html; charset=utf-8" } });
  await assertReason({ model: named }, "artifact.foreign", /web page.*text\/html/);
});

test("what is wrong with a module is said: a web page, something else, cut off, another version's", async () => {
  const load = async ({ node, artifact, given, headers }) => {
    const { loadReranker } = await import(node);
    return (await loadReranker({ model: artifact, wasm: headers ? new Response(given, { headers }) : given })).info()
      .reason;
  };
  const why = (given, headers) => fresh(load, { artifact, given, headers });
  const page = Buffer.from(PAGES[1]);
  for (const headers of [undefined, {}, { "content-type": "text/html" }]) {
    const { code, message } = await why(page, headers);
    assert.equal(code, "wasm.compile");
    assert.match(message, /web page.*optimizeDeps: \{ exclude: \["reshelf"\] \}/);
  }
  for (const headers of [undefined, { "content-type": "application/wasm" }]) {
    const foreignFile = await why(Buffer.from("PK\u0003\u0004 zipped"), headers);
    assert.equal(foreignFile.code, "wasm.compile");
    assert.match(foreignFile.message, /is no WebAssembly/);
    const cut = await why(wasm.subarray(0, 5000), headers);
    assert.equal(cut.code, "wasm.compile");
    assert.match(cut.message, /cut off/);
  }
  const empty = await why(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
  assert.equal(empty.code, "wasm.start");
  assert.match(empty.message, /not the module of this version/);
  assert.equal((await why("/no/such/module.wasm")).code, "wasm.unreachable");
  assert.doesNotMatch(JSON.stringify([empty]), /SIMD/);
});

/** What a host without these globals says of loading from bytes, or from an address. */
function without(names, from = "bytes") {
  const load = async ({ browser, artifact, wasm, names, from }) => {
    for (const name of names) delete globalThis[name];
    const { loadReranker } = await import(browser);
    const reranker = await loadReranker(
      from === "bytes" ? { model: artifact, wasm } : { model: "https://shop.example/a", wasm },
    );
    const { status, reason } = reranker.info();
    return `${status} ${reason?.code} ${reason?.message} ${reranker.rerank(["b", "a"]).map(({ candidate }) => candidate)}`;
  };
  return fresh(load, { artifact, wasm, names, from });
}

test("a host that lacks something is told what, and what to add", async () => {
  for (const name of ["TextDecoder", "TextEncoder", "performance"]) {
    assert.match(
      await without([name]),
      new RegExp(`^fallback host.missing \`${name}\` is missing.*testEnvironment.* b,a$`),
    );
  }
  assert.match(
    await without(["TextDecoder", "TextEncoder", "Response"]),
    /^fallback host.missing `TextDecoder` and `TextEncoder` are/,
  );
  assert.match(await without(["fetch"], "address"), /^fallback host.missing `fetch` is missing/);
  assert.match(await without(["WebAssembly"]), /^fallback wasm.unsupported/);
});

test("bytes load where there is no fetch and nothing of what comes with it", async () => {
  const names = [
    "fetch",
    "Response",
    "Request",
    "Headers",
    "Blob",
    "URL",
    "AbortSignal",
    "AbortController",
    "FinalizationRegistry",
    "SharedArrayBuffer",
    "structuredClone",
  ];
  assert.match(await without(names), /^ready/);
});
