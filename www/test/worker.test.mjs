// `reshelf/worker`: what is its own. What it has in common with the main entry is in interface.test.mjs, which runs in both homes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { loadReranker as loadHere } from "../dist/index.node.js";
import { loadReranker } from "../dist/worker.node.js";
import { ENGINE, endWorker, HOMES, inWords, webWorker } from "./homes.mjs";

const path = new URL("../../tests/golden/golden.safetensors", import.meta.url);
const artifact = readFileSync(path);
const copy = () => new Uint8Array(artifact);
const load = (more) => HOMES["a worker"]({ model: copy(), backend: "cpu", ...more });
after(endWorker);

const here = await loadHere({ model: copy(), backend: "cpu" });
const ids = (await here.retrieve({ k: 400 })).map(({ id }) => id);
const items = here.info().model.items;
const seen = [ids[30], ids[7], ids[300]];
for (const id of seen) here.observe({ id, at: 1 });
const list = ids.slice(0, 60).map((id, at) => ({ id, score: at % 7, own: { at } }));

async function visited(more) {
  const reranker = await load(more);
  for (const id of seen) reranker.observe({ id, at: 1 }); // Not waited for: calls keep their order.
  return reranker;
}

test("the caller's own candidates come back, in the same order and with the same scores as on the page", async () => {
  const reranker = await visited();
  assert.deepEqual((await reranker.info()).home, { where: "worker", reason: null });
  const ranked = await reranker.rerank(list);
  assert.deepEqual(ranked, here.rerank(list));
  for (const { candidate, previousRank } of ranked) assert.equal(candidate, list[previousRank - 1]);
  assert.deepEqual(await reranker.rerank(list, { limit: 5 }), here.rerank(list, { limit: 5 }));
  assert.deepEqual(await reranker.rerank(new Set(ids), { by: "similarity" }), here.rerank(ids, { by: "similarity" }));
  const lists = [list, [], ["nobody"], ids.slice(100, 110)];
  assert.deepEqual(await reranker.rerankMany(lists, { limit: 8 }), here.rerankMany(lists, { limit: 8 }));
  assert.deepEqual(await Promise.all(lists.map(reranker.rerank)), lists.map(here.rerank));
  assert.deepEqual(await reranker.leanings(), here.leanings());
  const snapshot = await reranker.snapshot();
  const other = await reranker.session();
  assert.equal(await other.restore(snapshot), true);
  assert.deepEqual(await other.rerank(list), here.rerank(list));
  await other.dispose();
  assert.equal((await other.info()).status, "disposed");
  assert.equal((await reranker.info()).status, "ready");
});

test("rows and descriptions cross; what a getter throws keeps the list's order, by the same words", async () => {
  const reranker = await visited();
  const mug = { id: "mug", category: "home/mugs", brand: 7, price: "12.50", title: "Blue mug" };
  const odd = [{ ...mug, row: new Uint8Array(9) }, mug, { id: "base", row: "!" }, ...list];
  assert.deepEqual(await reranker.rerank(odd), here.rerank(odd));
  const broken = [
    {
      get id() {
        throw new Error("mine");
      },
    },
    ...ids,
  ];
  assert.deepEqual(await reranker.rerank(broken), here.rerank(broken));
  await reranker.observe({ id: ids[3], at: new Date(5), type: Symbol("odd") });
  here.observe({ id: ids[3], at: new Date(5), type: Symbol("odd") });
  const [there, own] = [await inWords(reranker.info), await inWords(here.info)];
  assert.deepEqual(there.refused, own.refused);
  assert.deepEqual(there.events.at(-1).at, 5);
  here.forget({ item: ids[3] });
});

test("a filter is asked by the page, of the same items in the same order, and the answer is the same", async () => {
  const reranker = await visited();
  const number = new Map((await here.retrieve({ k: items })).map(({ id }, at) => [id, at]));
  const filters = [() => true, (id) => number.get(id) % 3 > 0, (id) => number.get(id) > items - 30, () => false];
  for (const by of ["model", "similarity"]) {
    for (const passes of filters) {
      const asked = { here: [], there: [] };
      const filter = (to) => (id) => (to.push(id), passes(id));
      const expected = await here.retrieve({ k: 20, by, filter: filter(asked.here) });
      assert.deepEqual(await reranker.retrieve({ k: 20, by, filter: filter(asked.there) }), expected);
      assert.equal(new Set(asked.there).size, asked.there.length, "once an item");
      for (const id of asked.here) assert.ok(asked.there.includes(id));
    }
  }
  const none = [];
  await here.retrieve({ k: 20, filter: (id) => none.push(id) > 0 });
  const same = [];
  await reranker.retrieve({ k: 20, filter: (id) => same.push(id) > 0 });
  assert.deepEqual(same, none, "of none but the best where all pass");
  const mine = new Error("mine");
  const throws = () => {
    throw mine;
  };
  await assert.rejects(reranker.retrieve({ k: 3, filter: throws }), (error) => error === mine);
  assert.equal((await reranker.retrieve({ k: 3, filter: async () => false })).length, 3);
  const { arguments: refused } = (await reranker.info()).refused;
  assert.deepEqual([refused.count, refused.reason.code], [1, "argument.filter"]);
});

test("calls of one task cross as one message, and so do their answers", async () => {
  const worker = webWorker();
  const sent = [];
  const came = [];
  const { postMessage, addEventListener } = worker;
  worker.postMessage = (message, transfer) => (sent.push(message.reshelf.length), postMessage(message, transfer));
  worker.addEventListener = (type, listener) =>
    addEventListener(type, (event) => {
      if (type === "message") came.push(event.data.reshelf.length);
      listener(event);
    });
  const reranker = await load({ worker });
  sent.length = came.length = 0;
  const numbers = await Promise.all(ids.slice(0, 50).map((id) => reranker.observe({ id })));
  assert.deepEqual([sent, came], [[50], [50]]);
  assert.equal(new Set(numbers).size, 50);
  worker.terminate();
});

test("a buffer is handed over, part of one is copied, and a Blob and a Response cross", async () => {
  const whole = copy();
  assert.equal((await (await load({ model: whole })).info()).status, "ready");
  assert.equal(whole.byteLength, 0);
  const part = new Uint8Array(artifact.length + 8);
  part.set(artifact, 8);
  for (const model of [part.subarray(8), new Blob([artifact]), new Response(artifact)]) {
    const info = await (await load({ model })).info();
    assert.equal(info.status, "ready", info.reason?.message);
  }
  assert.equal(part.byteLength, artifact.length + 8);
  const codes = [];
  for (const model of [new Response("", { status: 404 }), whole, 7, null, new Uint8Array(50)])
    codes.push((await (await load({ model })).info()).reason.code);
  const [missing, detached, number, none, short] = codes;
  assert.deepEqual([missing, number, none], ["model.http", "model.type", "model.type"]);
  assert.equal(detached, (await loadHere({ model: whole })).info().reason.code);
  assert.equal(short, (await loadHere({ model: new Uint8Array(50) })).info().reason.code);
  assert.equal((await (await loadReranker(7)).info()).reason.code, "load.options");
});

test("progress, and rows that a function brings, are told by the worker; options are judged there", async () => {
  const stages = [];
  const asked = [];
  const rows = async (wanted, { model }) => {
    asked.push([wanted, typeof model]);
    if (wanted.includes("fails")) throw new Error("no rows today");
    return new Map(wanted.map((id) => [id, new Uint8Array(4)]));
  };
  const reranker = await load({ onProgress: ({ stage }) => stages.push(stage), rows, store: "disk" });
  assert.equal(stages.at(-1), "ready");
  assert.deepEqual(await reranker.prepare(["elsewhere", ids[0]]), { arrived: 1, complete: true });
  assert.deepEqual(asked, [[["elsewhere"], "string"]]);
  assert.equal((await reranker.info()).refused.arguments.reason.code, "argument.store");
  assert.deepEqual(await reranker.prepare(["fails"]), { arrived: 0, complete: false });
  const { reason } = (await reranker.info()).refused.rows;
  assert.match(`${reason.code}: ${reason.message}`, /^rows\.failed: .*no rows today/);
  const stop = AbortSignal.abort();
  assert.deepEqual(await reranker.prepare(["another"], { signal: stop }), { arrived: 0, complete: false });
});

test("aborting rejects with the signal's reason, before, while the worker starts, and while it loads", async () => {
  const reason = new Error("gone elsewhere");
  await assert.rejects(load({ signal: AbortSignal.abort(reason) }), reason);
  const silent = createServer(() => undefined);
  await new Promise((done) => silent.listen(0, "127.0.0.1", done));
  const abort = new AbortController();
  const loading = load({ model: `http://127.0.0.1:${silent.address().port}/`, signal: abort.signal });
  const asked = new Promise((done) => silent.on("request", (request) => done(request)));
  const request = await asked;
  const ended = new Promise((done) => request.on("close", done));
  abort.abort(reason);
  await assert.rejects(loading, reason);
  await ended; // The worker's own request ends as well.
  silent.close();
});

/** The server's order, and every other call does nothing. */
async function assertNothingRanks(reranker, code) {
  assert.deepEqual(
    (await reranker.rerank(list, { limit: 4 })).map(({ candidate, score }) => [candidate, score]),
    list.slice(0, 4).map((candidate) => [candidate, 0]),
  );
  assert.deepEqual(
    (await reranker.rerankMany([ids, list])).map((each) => each.length),
    [ids.length, list.length],
  );
  assert.deepEqual(
    await Promise.all([reranker.observe({ id: 1 }), reranker.forget(), reranker.snapshot(), reranker.cluster()]),
    [null, 0, null, null],
  );
  assert.deepEqual(await reranker.retrieve({ k: 4, filter: () => true }), []);
  assert.deepEqual(await reranker.prepare(ids), { arrived: 0, complete: false });
  const info = await reranker.info();
  assert.deepEqual([info.status, info.reason.code, info.home.where], ["fallback", code, "page"]);
  const before = Object.keys(here.info()).sort();
  assert.deepEqual(Object.keys(info).sort(), [...before, "home"].sort());
  const session = await reranker.session();
  assert.equal((await session.info()).reason.code, code);
  reranker[Symbol.dispose ?? Symbol.for("Symbol.dispose")]();
}

/** Lets what was posted go, and as much time pass as a worker may be silent. */
async function passes(timers) {
  await new Promise(setImmediate);
  timers.tick(10_000);
}

test("a worker that dies in the middle leaves the server's order, with a code; the next load takes another", async ({
  mock,
}) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const worker = webWorker();
  const reranker = await load({ worker });
  assert.equal((await reranker.rerank(list)).length, list.length);
  await worker.terminate();
  const last = reranker.rerank(list);
  await passes(mock.timers); // It is asked once more,
  await passes(mock.timers); // and is silent again.
  assert.deepEqual(
    (await last).map(({ candidate }) => candidate),
    list,
  );
  await assertNothingRanks(reranker, "worker.lost");
  assert.equal((await (await load()).info()).status, "ready");
});

test("a page that was frozen, and a worker that is busy, are not taken for a dead one", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const worker = webWorker();
  const reranker = await load({ worker, deadlineMs: 10_000 });
  for (let visit = 0; visit < 3; visit++) {
    const answer = reranker.rerank(ids);
    await passes(mock.timers); // What came meanwhile is heard only now.
    assert.equal((await answer).length, ids.length);
    assert.equal((await reranker.info()).status, "ready");
  }
  await worker.terminate();
});

const NOT_STARTING = {
  "worker.unsupported": {},
  "argument.worker": { worker: 7 },
  "worker.failed": { worker: "data:none" },
  "worker.version": {
    worker: webWorker(`
      addEventListener("message", ({ data: { reshelf } }) => postMessage({ reshelf: [[reshelf[0][0], 0, "0 older"]] }));`),
  },
};

test("where no worker starts the engine runs in place, or not at all where the page wants that", async (context) => {
  after(() => NOT_STARTING["worker.version"].worker.terminate());
  for (const [code, options] of Object.entries(NOT_STARTING)) {
    await context.test(code, async () => {
      const expected = code === "worker.failed" ? "worker.unsupported" : code; // Node has no worker to be started.
      const reranker = await loadReranker({ model: copy(), backend: "cpu", ...options });
      for (const id of seen) reranker.observe({ id, at: 1 });
      assert.deepEqual(await reranker.rerank(list), here.rerank(list));
      const info = await reranker.info();
      assert.deepEqual([info.status, info.home.where, info.home.reason.code], ["ready", "page", expected]);
      const found = await reranker.retrieve({ k: 5, filter: (id) => id !== ids[0] });
      assert.equal(found.length, 5);
      assert.equal((await (await reranker.session()).info()).home.where, "page");
      await reranker.dispose();
      const none = await loadReranker({ model: copy(), inPlace: false, ...options });
      await assertNothingRanks(none, expected);
    });
  }
});

test("a script that fails, and one that says nothing of ours, count as not started", async ({ mock }) => {
  const fails = webWorker("throw new Error('a page of the shop');");
  const { home } = await (await loadReranker({ model: copy(), worker: fails })).info();
  assert.equal(home.reason.code, "worker.failed");
  assert.match(home.reason.message, /a page of the shop.*worker-src/);
  mock.timers.enable({ apis: ["setTimeout"] });
  const silent = webWorker("addEventListener('message', () => postMessage('hello'));");
  const loading = loadReranker({ model: copy(), worker: silent });
  await passes(mock.timers);
  await passes(mock.timers);
  const { status, home: quiet } = await (await loading).info();
  assert.deepEqual([status, quiet.reason.code], ["ready", "worker.failed"]);
  for (const worker of [fails, silent]) await worker.terminate();
});

test("messages of the page's own worker are let be", async () => {
  const worker = webWorker(`
    addEventListener("message", ({ data }) => data.mine && postMessage({ mine: data.mine + 1 }));
    await import(${JSON.stringify(new URL("../dist/worker-thread.js", import.meta.url).href)});`);
  const answered = new Promise((done) =>
    worker.addEventListener("message", ({ data }) => data.mine && done(data.mine)),
  );
  const reranker = await load({ worker, wasm: ENGINE });
  worker.postMessage({ mine: 1 });
  worker.postMessage({ reshelf: "none of ours" });
  assert.equal(await answered, 2);
  assert.deepEqual(await reranker.rerank(["b", "a"]).then((all) => all.map(({ candidate }) => candidate)), ["b", "a"]);
  await worker.terminate();
});

test("options that no worker can be told of are read by the main entry, and never throw", async () => {
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();
  const throws = new Proxy(
    {},
    {
      get() {
        throw new Error("mine");
      },
    },
  );
  for (const more of [
    { deadlineMs: Symbol("ten") },
    { deadlineMs: revoked },
    { deadlineMs: Infinity },
    { model: revoked },
    { model: throws },
    { wasm: revoked },
    { wasm: throws },
    { worker: revoked },
  ]) {
    const reranker = await load({ quiet: true, ...more });
    assert.deepEqual(
      (await reranker.rerank(["b", "a"])).map(({ candidate }) => candidate),
      ["b", "a"],
    );
    const { reason, home } = await reranker.info();
    for (const each of [reason, home.reason].filter(Boolean)) assert.deepEqual(Object.keys(each), ["code", "message"]);
    await reranker.dispose();
  }
});
