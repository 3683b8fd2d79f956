// Loading as users load: the real engine in Node, good artifacts and every kind of bad one.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { loadModel, loadReranker } from "../dist/index.node.js";
import { engineModule, loadReranker as loadBeside } from "../dist/internals.js";
import { fresh } from "./fresh.mjs";

const path = fileURLToPath(new URL("../../tests/golden/golden.safetensors", import.meta.url));
const entry = new URL("../dist/index.js", import.meta.url);
const artifact = readFileSync(path);
const copy = () => new Uint8Array(artifact);

/** Some ids that the model knows, as text. */
async function knownIds(count) {
  (
    await loadBeside({ model: copy(), wasm: readFileSync(new URL("../dist/engine/reshelf_bg.wasm", import.meta.url)) })
  ).dispose();
  const { Engine } = await engineModule();
  const engine = new Engine(artifact);
  engine.prepare();
  const ids = Array.from({ length: count }, (_, item) => engine.itemId(item));
  engine.free();
  return ids;
}

async function assertFallback(options, code) {
  const reranker = await loadReranker(options);
  const info = reranker.info();
  assert.equal(info.status, "fallback");
  assert.equal(info.backend, "none");
  assert.equal(info.model, null);
  assert.match(info.reason.code, code instanceof RegExp ? code : new RegExp(`^${code.replace(".", "\\.")}$`));
  assert.ok(info.reason.message.length > 10, info.reason.message);
  const list = [{ id: "b" }, { id: "a" }];
  assert.equal(reranker.observe({ id: "a" }), null);
  assert.deepEqual(
    reranker.rerank(list).map((entry) => entry.candidate),
    list,
  );
  assert.equal(reranker.forget(), 0);
  reranker.dispose();
}

test("a model loads from bytes, a buffer, a path, a file: URL and a Response", async () => {
  for (const model of [copy(), copy().buffer, path, pathToFileURL(path), new Response(artifact)]) {
    const reranker = await loadReranker({ model });
    const { status, reason, backend, model: about, timings } = reranker.info();
    assert.equal(status, "ready", reason?.message);
    assert.match(backend, /simd128/);
    assert.ok(about.items > 3 && about.version.length > 0 && about.bytes === artifact.length);
    assert.ok(timings.parse >= 0);
  }
});

test("the module can be handed in as a path, bytes, a Response or compiled", async () => {
  const file = new URL("../dist/engine/reshelf_bg.wasm", import.meta.url);
  const bytes = readFileSync(file);
  const ways = [file.href, fileURLToPath(file), bytes, new WebAssembly.Module(bytes)];
  const load = async ({ node, artifact, wasm, wrap }) => {
    const { loadReranker } = await import(node);
    return (await loadReranker({ model: artifact, wasm: wrap ? new Response(wasm) : wasm })).info();
  };
  for (const wasm of ways) assert.equal((await fresh(load, { artifact, wasm })).status, "ready");
  assert.equal((await fresh(load, { artifact, wasm: bytes, wrap: true })).status, "ready");
});

test("getters that call the reranker, or dispose of it, cost their own list its new order and nothing else", async () => {
  const known = await knownIds(3000);
  const bystander = await loadReranker({ model: copy() });
  bystander.observe({ id: known[7] });
  const expected = JSON.stringify(bystander.rerank(known.slice(0, 200)));
  const calls = {
    rerank: (reranker) => reranker.rerank(known),
    rerankMany: (reranker) => reranker.rerankMany([known, ["new"]]),
    retrieve: (reranker) => void reranker.retrieve({ k: 300 }),
    dispose: (reranker) => reranker.dispose(),
  };
  for (const [name, call] of Object.entries(calls)) {
    for (const field of ["id", "score", "title"]) {
      for (const many of [false, true]) {
        const reranker = await loadReranker({ model: copy() });
        reranker.observe({ id: known[7] });
        // Not one of the model's items, so that its title is asked for.
        const odd = { id: `odd ${name}` };
        Object.defineProperty(odd, field, {
          get: () => (call(reranker), field === "score" ? 1 : `odd ${name}`),
          enumerable: true,
        });
        const list = [known[1], odd, ...known.slice(2, 40)];
        const answers = many
          ? reranker.rerankMany([known.slice(0, 5), list, known.slice(0, 5)])
          : [reranker.rerank(list)];
        assert.deepEqual(
          new Set(answers[many ? 1 : 0].map((entry) => entry.candidate)),
          new Set(list),
          `${name} in ${field}`,
        );
        const { status, reason } = reranker.info();
        assert.notEqual(status, "fallback", `${name} in ${field}: ${reason?.message}`);
        reranker.dispose();
        assert.equal(
          JSON.stringify(bystander.rerank(known.slice(0, 200))),
          expected,
          `another session, after ${name} in ${field}`,
        );
      }
    }
  }
});

test("a real list is reordered by what was seen, and put back by forgetting", async () => {
  const reranker = await loadReranker({ model: copy() });
  const list = (await knownIds(60)).map((id, i) => ({ id, title: `Product ${i}` }));
  const asItCame = list.map((_, i) => i + 1);
  const order = () => reranker.rerank(list).map((entry) => entry.previousRank);
  assert.deepEqual(order(), asItCame);
  const event = reranker.observe({ id: list[40].id, type: "view" });
  const once = order();
  assert.notDeepEqual(once, asItCame);
  assert.deepEqual(
    [...once].sort((a, b) => a - b),
    asItCame,
  );
  const scores = reranker.rerank(list).map((entry) => entry.score);
  assert.ok(
    scores.every((score, i) => i === 0 || score <= scores[i - 1]),
    "scores fall",
  );
  const second = reranker.observe({ id: list[3].id, type: "cart" });
  const snapshot = reranker.snapshot();
  assert.equal(reranker.forget({ event: second }), 1);
  assert.deepEqual(order(), once);
  assert.equal(reranker.forget({ event }), 1);
  assert.deepEqual(order(), asItCame);
  assert.equal(reranker.restore(snapshot), true);
  assert.deepEqual(
    reranker.info().events.map(({ id, type }) => [id, type]),
    [
      [list[40].id, "view"],
      [list[3].id, "cart"],
    ],
  );
  assert.equal(reranker.forget({ item: list[3].id }), 1);
  assert.deepEqual(order(), once);
  assert.equal(reranker.forget(), 1);
  assert.deepEqual(order(), asItCame);
});

test("any limit gives the head of the whole order", async () => {
  const reranker = await loadReranker({ model: copy() });
  const list = await knownIds(50);
  reranker.observe({ id: list[30] });
  const all = reranker.rerank(list).map((entry) => entry.candidate);
  for (const limit of [0, 1, 2, 10, 49, 50, 51]) {
    assert.deepEqual(
      reranker.rerank(list, { limit }).map((entry) => entry.candidate),
      all.slice(0, limit),
    );
  }
});

test("thousands of sessions and lists: always a permutation, and forgetting is exact", async () => {
  const seen = await loadReranker({ model: copy() });
  const never = await loadReranker({ model: copy() });
  const ids = [...(await knownIds(100)), "unknown-1", "unknown-2", 17, NaN, null, ""];
  const random = generator(11);
  const pick = () => ids[Math.floor(random() * ids.length)];
  for (let round = 0; round < 1500; round++) {
    const events = Array.from({ length: Math.floor(random() * 5) }, () => ({
      id: pick(),
      type: random() < 0.5 ? "view" : "cart",
      at: round,
    }));
    const unwanted = [];
    for (const event of events) {
      const keep = random() < 0.5;
      const number = seen.observe(event);
      if (keep) never.observe(event);
      else if (number !== null) unwanted.push(number);
    }
    const list = Array.from({ length: Math.floor(random() * 40) }, () => {
      const candidate = { id: pick() };
      const kind = random();
      if (kind < 0.3) candidate.score = random() * 100;
      else if (kind < 0.4) candidate.score = [NaN, Infinity, -Infinity, null][Math.floor(random() * 4)];
      return random() < 0.1 ? candidate.id : candidate;
    });
    const ranked = seen.rerank(list);
    assert.deepEqual(
      ranked.map((entry) => entry.previousRank).sort((a, b) => a - b),
      list.map((_, i) => i + 1),
    );
    ranked.forEach((entry, i) =>
      assert.ok(entry.rank === i + 1 && Object.is(entry.candidate, list[entry.previousRank - 1])),
    );
    for (const event of unwanted) assert.equal(seen.forget({ event }), 1);
    const [after, control] = [seen, never].map((reranker) =>
      reranker.rerank(list).map((entry) => [entry.previousRank, entry.score]),
    );
    assert.deepEqual(after, control);
    if (random() < 0.2) {
      seen.forget();
      never.forget();
    }
  }
  assert.equal(seen.info().status, "ready");
});

test("100,000 candidates are ranked", async () => {
  const reranker = await loadReranker({ model: copy() });
  const ids = await knownIds(100);
  reranker.observe({ id: ids[1] });
  const list = Array.from({ length: 100_000 }, (_, i) => ({ id: i % 3 ? ids[i % 100] : `unknown-${i}` }));
  const ranked = reranker.rerank(list);
  assert.equal(new Set(ranked.map((entry) => entry.candidate)).size, 100_000);
  assert.equal(reranker.info().status, "ready");
});

test("damaged and foreign artifacts keep the server's order and say why", async () => {
  await assertFallback({ model: new Uint8Array() }, "artifact.empty");
  await assertFallback(
    { model: new TextEncoder().encode("<!doctype html><title>Not found</title>") },
    "artifact.foreign",
  );
  await assertFallback({ model: readFileSync(new URL("../package.json", import.meta.url)) }, "artifact.foreign");
  for (const length of [1, 9, 500, artifact.length >> 1, artifact.length - 1]) {
    await assertFallback({ model: copy().subarray(0, length) }, "artifact.truncated");
  }
  const text = artifact.toString("latin1");
  const future = text.replace('"reshelf.format":"3"', '"reshelf.format":"7"');
  assert.notEqual(future, text);
  await assertFallback({ model: new Uint8Array(Buffer.from(future, "latin1")) }, "artifact.version");
});

test("damage within an artifact shows at the latest when it is first used, and costs every session on it the model", async () => {
  const list = [{ id: "b" }, { id: "a" }];
  const uses = [
    (reranker) => assert.equal(reranker.observe({ id: "a" }), null),
    (reranker) =>
      assert.deepEqual(
        reranker.rerank(list).map(({ candidate }) => candidate),
        list,
      ),
    (reranker) => assert.deepEqual(reranker.rerankMany([list])[0][1].candidate, list[1]),
    async (reranker) => assert.deepEqual(await reranker.retrieve({ k: 3 }), []),
    (reranker) => assert.equal(reranker.snapshot(), null),
    (reranker) => assert.equal(reranker.restore(new Uint8Array(3)), false),
    (reranker) => assert.equal(reranker.forget(), 0),
  ];
  let late = 0;
  for (let at = 0; at < artifact.length; at += Math.floor(artifact.length / 50)) {
    const flipped = copy();
    flipped[at] ^= 1 << (at % 8);
    const model = await loadModel({ model: flipped });
    const [first, second] = [model.session(), model.session()];
    const loaded = model.info().status === "ready";
    await uses[late % uses.length](first);
    await new Promise((done) => setTimeout(done)); // The sentence arrives after the code.
    for (const { status, reason, backend } of [first.info(), second.info(), model.session().info(), model.info()]) {
      assert.deepEqual([status, backend], ["fallback", "none"]);
      assert.match(reason.code, /^artifact\.\w+$/);
      assert.ok(reason.message.length > 30, reason.message);
    }
    for (const use of uses) for (const reranker of [first, second]) await use(reranker);
    model.dispose();
    late += Number(loaded);
  }
  assert.ok(late > 30, `${late} of 50 showed late`);
});

test("a model that cannot be fetched keeps the server's order and says why", async () => {
  const server = createServer((request, response) => {
    if (request.url === "/cut") {
      response.writeHead(200, { "content-length": artifact.length });
      response.write(artifact.subarray(0, 100));
      setTimeout(() => response.destroy(), 20);
    } else response.writeHead(404).end();
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const address = `http://127.0.0.1:${server.address().port}`;
  await assertFallback({ model: `${address}/missing` }, "model.http");
  await assertFallback({ model: `${address}/cut` }, "model.interrupted");
  await new Promise((done) => (server.closeAllConnections(), server.close(done)));
  await assertFallback({ model: `${address}/gone` }, "model.unreachable");
  await assertFallback({ model: "/no/such/file.safetensors" }, "model.unreachable");
  await assertFallback({ model: new Response("", { status: 500 }) }, "model.http");
  const used = new Response(artifact);
  await used.arrayBuffer();
  await assertFallback({ model: used }, "model.interrupted");
  for (const model of [undefined, null, 42, {}]) await assertFallback({ model }, "model.type");
});

test("an aborted signal rejects with its reason, before, during and at the end", async () => {
  await assert.rejects(loadReranker({ model: copy(), signal: AbortSignal.abort() }), { name: "AbortError" });
  const during = new AbortController();
  const slow = new Response(new ReadableStream({ pull: () => new Promise(() => undefined) }));
  const loading = loadReranker({ model: slow, signal: during.signal });
  setTimeout(() => during.abort(), 10);
  await assert.rejects(loading, { name: "AbortError" });
  const awake = setTimeout(() => undefined, 5000); // The timeout's own timer does not keep Node alive.
  await assert.rejects(loadReranker({ model: new Response(new ReadableStream()), signal: AbortSignal.timeout(10) }), {
    name: "TimeoutError",
  });
  clearTimeout(awake);
  const atTheEnd = new AbortController();
  const onProgress = ({ stage }) => stage === "ready" && atTheEnd.abort();
  await assert.rejects(loadReranker({ model: copy(), signal: atTheEnd.signal, onProgress }), { name: "AbortError" });
});

test("progress counts the model's bytes and ends when ready; a callback that throws costs nothing", async () => {
  const seen = [];
  const headers = { "content-length": String(artifact.length) };
  const reranker = await loadReranker({
    model: new Response(artifact, { headers }),
    onProgress: (progress) => seen.push(progress),
  });
  assert.equal(reranker.info().status, "ready");
  assert.deepEqual(seen.at(-1), { stage: "ready", loaded: artifact.length, total: artifact.length });
  assert.ok(seen.filter(({ stage }) => stage === "model").every(({ total }) => total === artifact.length));
  const error = console.error;
  console.error = () => undefined;
  try {
    const other = await loadReranker({
      model: new Response(artifact),
      onProgress: () => {
        throw new Error("mine");
      },
    });
    assert.equal(other.info().status, "ready");
  } finally {
    console.error = error;
  }
});

test("several models load side by side and live apart", async () => {
  const rerankers = await Promise.all(Array.from({ length: 5 }, () => loadReranker({ model: copy() })));
  const ids = await knownIds(20);
  rerankers[0].observe({ id: ids[5] });
  assert.deepEqual(
    rerankers.map((reranker) => reranker.info().events.length),
    [1, 0, 0, 0, 0],
  );
  rerankers[0].dispose();
  assert.deepEqual(
    rerankers[1].rerank(ids).map((entry) => entry.candidate),
    ids,
  );
  for (const reranker of rerankers) reranker.dispose();
});

test("importing the package does no work, whatever the host lacks", () => {
  // A host that has no fetch, no WebAssembly, no document, and that watches globals being made.
  const script = `
    for (const name of ["fetch", "WebAssembly", "Response", "TextDecoder", "TextEncoder", "FinalizationRegistry"]) delete globalThis[name];
    const before = Object.getOwnPropertyNames(globalThis).join();
    const { loadReranker } = await import(${JSON.stringify(entry.href)});
    if (typeof loadReranker !== "function") throw new Error("no loadReranker");
    if (Object.getOwnPropertyNames(globalThis).join() !== before) throw new Error("a global was made");
  `;
  execFileSync(process.execPath, ["--input-type=module", "--eval", script]);
});

test("without WebAssembly the server's order stays", () => {
  const script = `
    delete globalThis.WebAssembly;
    const { loadReranker } = await import(${JSON.stringify(entry.href)});
    const reranker = await loadReranker({ model: new Uint8Array(8) });
    console.log(reranker.info().reason.code, reranker.rerank(["b", "a"]).map((entry) => entry.candidate).join());
  `;
  const out = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" });
  assert.equal(out.trim(), "wasm.unsupported b,a");
});

/** Numbers in 0..1 from a seed (mulberry32). */
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

test("an option of the wrong kind counts as not given, with a reason", async () => {
  for (const [name, wrong] of Object.entries({
    backend: "CPU",
    gpu: "/gpu.wasm",
    store: "disk",
    signal: true,
    onProgress: "log",
  })) {
    const reranker = await loadReranker({ model: copy(), backend: "cpu", [name]: wrong });
    const { status, refused } = reranker.info();
    assert.deepEqual(
      [status, refused.arguments.count, refused.arguments.reason.code],
      ["ready", 1, `argument.${name}`],
    );
    reranker.dispose();
  }
  const reranker = await loadReranker({ model: copy(), backend: null, gpu: undefined, signal: null, onProgress: null });
  assert.equal(reranker.info().refused.arguments.count, 0);
});

test("where the sentences cannot be fetched, as in a service worker, the facts stand alone", async () => {
  const at = (path) => JSON.stringify(new URL(path, entry).href);
  const source = readFileSync(entry, "utf8").replace(/from ?"(\.[^"]*)"/g, (_, path) => `from ${at(path)}`);
  const elsewhere = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  const reranker = await elsewhere.loadReranker({
    model: "http://127.0.0.1:9/gone.safetensors",
    wasm: new Uint8Array(9),
  });
  const { code, message } = reranker.info().reason;
  assert.equal(code, "model.unreachable");
  assert.match(message, /^http:\/\/127\.0\.0\.1:9\/gone\.safetensors, .*docs\/errors\.md/);
});

/** What the console is told while `loads` run. */
async function warnings(...loads) {
  const { warn } = console;
  const said = [];
  console.warn = (text) => said.push(text);
  try {
    for (const options of loads) (await loadReranker(options)).dispose();
  } finally {
    console.warn = warn;
  }
  return said;
}

test("a load that failed says so on the console, once, with code and fix; `quiet` silences it", async () => {
  const gone = { model: "/no/such/model.safetensors" };
  const [said, ...more] = await warnings(gone, gone, gone);
  assert.match(said, /^reshelf: \/no\/such\/model\.safetensors could not be read .*check the path.*model\.unreachable/);
  assert.match(said, /server's order/);
  assert.deepEqual(more, []);
  assert.deepEqual(await warnings({ model: copy() }, { ...gone, model: "/other", quiet: true }), []);
  assert.match((await warnings({ ...gone, model: "/another", quiet: null }))[0], /\/another/);
  assert.match((await warnings(null))[0], /load\.options/);
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assert.match((await warnings(proxy))[0], /load\.options/);
});

test("damage that shows later is told as well", async () => {
  const flipped = copy();
  flipped[artifact.length - 100] ^= 1;
  const { warn } = console;
  const said = [];
  console.warn = (text) => said.push(text);
  try {
    for (const quiet of [true, false]) {
      const reranker = await loadReranker({ model: flipped, quiet });
      assert.equal(reranker.info().status, "ready");
      reranker.observe({ id: "a" });
      await new Promise((done) => setTimeout(done)); // The sentence arrives after the code.
      assert.equal(said.length, quiet ? 0 : 1);
    }
    assert.match(said[0], /artifact\.checksum/);
  } finally {
    console.warn = warn;
  }
});

test("the bytes to come are known from the model's own header, where the server does not say", async () => {
  const seen = [];
  const pieces = [artifact.subarray(0, 5), artifact.subarray(5, 70_000), artifact.subarray(70_000)];
  const body = new ReadableStream({
    pull: (controller) => (pieces.length ? controller.enqueue(new Uint8Array(pieces.shift())) : controller.close()),
  });
  await loadReranker({ model: new Response(body), onProgress: (progress) => seen.push(progress) });
  const model = seen.filter(({ stage }) => stage === "model");
  assert.equal(model[0].total, null);
  assert.equal(model.at(-1).total, artifact.length);
  assert.equal(model.at(-1).loaded, artifact.length);
  assert.deepEqual(
    seen.slice(-2).map(({ stage }) => stage),
    ["engine", "ready"],
  );
});

test("a model is held against its hash, from wherever it comes", async () => {
  const hash = (algorithm) => `${algorithm}-${createHash(algorithm).update(artifact).digest("base64")}`;
  const [sha256, sha384, sha512] = ["sha256", "sha384", "sha512"].map(hash);
  const other = `sha256-${Buffer.alloc(32, 7).toString("base64")}`;
  const fits = [
    ...[sha256, sha384, sha512, ` ${other}\n${sha256} `, `${other} ${sha384}`, `${sha256}?ct=model`],
    sha256.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""),
  ];
  const shared = new Uint8Array(new SharedArrayBuffer(artifact.length));
  shared.set(artifact);
  for (const integrity of fits) {
    for (const model of [path, copy(), shared, new Response(artifact)]) {
      const reranker = await loadReranker({ model, integrity });
      assert.equal(reranker.info().status, "ready", `${integrity}: ${reranker.info().reason?.message}`);
      reranker.dispose();
    }
  }
  for (const integrity of [other, `${sha256} sha384-${Buffer.alloc(48).toString("base64")}`]) {
    for (const model of [path, copy()]) await assertFallback({ model, integrity, quiet: true }, "integrity.mismatch");
  }
  const { message } = (await loadReranker({ model: copy(), integrity: other, quiet: true })).info().reason;
  assert.ok(message.includes(sha256) && message.includes(other), message);
  const hex = `sha256-${createHash("sha256").update(artifact).digest("hex")}`;
  for (const integrity of ["", hex, "md5-abcd", "sha256", sha256.slice(0, -5), `${sha256} nonsense`, 7, {}, false])
    await assertFallback({ model: copy(), integrity, quiet: true }, "integrity.syntax");
  for (const integrity of [null, undefined])
    assert.equal((await loadReranker({ model: copy(), integrity })).info().status, "ready");
});

test("loads of one address at once that ask for different hashes are not one", async () => {
  const integrity = `sha256-${createHash("sha256").update(artifact).digest("base64")}`;
  const other = `sha256-${Buffer.alloc(32).toString("base64")}`;
  const loads = [{}, { integrity }, { integrity: other }, { integrity: other }].map((options) =>
    loadReranker({ model: path, quiet: true, ...options }),
  );
  assert.deepEqual(
    (await Promise.all(loads)).map((reranker) => reranker.info().reason?.code),
    [undefined, undefined, "integrity.mismatch", "integrity.mismatch"],
  );
});

test("where the check itself is missing, a model that is to be checked is none", async () => {
  const integrity = `sha256-${createHash("sha256").update(artifact).digest("base64")}`;
  const codes = await fresh(
    async ({ dist, node, artifact, integrity }) => {
      const { readFileSync } = await import("node:fs");
      console.warn = () => undefined;
      const { loadReranker } = await import(node);
      const codes = [];
      const code = async (load, options) => (await load({ model: artifact, ...options })).info().reason?.code;
      Object.defineProperty(globalThis, "crypto", { value: {} });
      codes.push(await code(loadReranker, { integrity }), await code(loadReranker, {}));
      // As in a service worker, which may not import().
      const source = readFileSync(new URL(`${dist}index.js`), "utf8").replace(
        /from ?"(\.[^"]*)"/g,
        (_, path) => `from "${new URL(path, dist)}"`,
      );
      const elsewhere = await import(`data:text/javascript,${encodeURIComponent(source)}`);
      const wasm = readFileSync(new URL(`${dist}engine/reshelf_bg.wasm`));
      codes.push(await code(elsewhere.loadReranker, { integrity, wasm }));
      codes.push(await code(elsewhere.loadReranker, { cache: true, wasm }));
      return codes;
    },
    { artifact, integrity },
  );
  assert.deepEqual(codes, ["integrity.unsupported", undefined, "integrity.module", undefined]);
});
