// A page that has a model's core, and rows that are fetched: it ranks as with the whole model, asks for what its lists show and
// for nothing else, and comes to an answer whatever goes wrong. Over the real engine, and the real handler behind a `fetch` of the
// tests'.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { loadModel, loadReranker } from "../dist/index.js";
import { answer } from "../dist/internals.js";
import { rowsHandler } from "../dist/rows/index.js";
import { draws } from "./draws.mjs";
import { Place } from "./fake_store.mjs";

const golden = (name) => readFileSync(new URL(`../../tests/golden/clusters/${name}`, import.meta.url));
const [whole, core] = [golden("golden.safetensors"), golden("core.safetensors")];
const handler = rowsHandler({ rows: golden("golden.rows") });
const wasm = await WebAssembly.compile(readFileSync(new URL("../dist/engine/reshelf_bg.wasm", import.meta.url)));
const ROWS = "https://shop.example/rows";
const ITEMS = Array.from({ length: 160 }, (_, row) => `${7 + 3 * row}`);

// What was asked for, and what is answered in place of the handler.
const platform = { fetch: globalThis.fetch, asked: [], answers: handler };
globalThis.fetch = async (address, init) => {
  const request = new Request(address, init);
  const form = request.method === "POST" ? await request.clone().text() : new URL(request.url).search;
  platform.asked.push({
    address: request.url,
    method: request.method,
    ids: new URLSearchParams(form).getAll("ids"),
    request,
  });
  return platform.answers(request);
};
after(() => (globalThis.fetch = platform.fetch));

/** Does something with `fetch` answering so; returns what was asked for meanwhile. */
async function asking(work, answers = handler) {
  platform.asked = [];
  platform.answers = answers;
  await work();
  platform.answers = handler;
  return platform.asked;
}

const page = (options = {}) => loadReranker({ model: core, wasm, rows: ROWS, ...options });
const server = () => loadReranker({ model: whole, wasm });
const answers = (reranker, list) =>
  reranker.rerank(list).map(({ candidate, score }) => [candidate?.id ?? candidate, score]);
const list = ITEMS.slice(20, 44);

test("rows rank as the whole model does, whatever comes first: events, rows or lists", async () => {
  for (let seed = 0; seed < 40; seed++) {
    const draw = draws(seed);
    const some = (most) => Array.from({ length: 1 + draw(most) }, () => ITEMS[draw(60)]);
    const [here, there] = [await page(), await server()];
    const seen = new Set();
    for (let step = 0; step < 14; step++) {
      const what = draw(10);
      if (what < 5) {
        const event = { id: ITEMS[draw(60)], type: ["view", "cart", "purchase", "dislike"][draw(4)], at: step };
        seen.add(event.id);
        for (const each of [here, there]) each.observe(event);
      } else if (what < 7) await here.prepare(some(9));
      else if (what < 8) answers(here, some(20));
      else if (what < 9) {
        const item = [...seen][draw(seen.size)] ?? "7";
        for (const each of [here, there]) each.forget({ item });
      } else for (const each of [here, there]) each.restore(each.snapshot());
    }
    const shown = some(40).map((id, at) => ({ id, score: 40 - at }));
    const prepared = await here.prepare([...shown, ...seen]);
    assert.equal(prepared.complete, true);
    assert.deepEqual(answers(here, shown), answers(there, shown), `seed ${seed}`);
    assert.deepEqual(here.rerankMany([shown, list.slice(0, 0)]), there.rerankMany([shown, list.slice(0, 0)]));
    assert.deepEqual(here.cluster(), there.cluster());
    // A session that is put back has rows for what it is about, whether or not a list shows that again.
    for (const each of [here, there]) each.restore(each.snapshot());
    await here.prepare(list);
    assert.deepEqual(answers(here, list), answers(there, list), `seed ${seed}, after restore()`);
    // Rows are the page's: what the shopper has forgotten needs none anew.
    here.forget();
    there.forget();
    for (const each of [here, there]) each.observe({ id: shown[0].id });
    assert.deepEqual(answers(here, shown), answers(there, shown), `seed ${seed}, after forget()`);
    for (const each of [here, there]) each.dispose();
  }
});

test("a list is one request, by an address that its order does not change, and only for what is missing", async () => {
  const reranker = await page();
  const asked = await asking(async () => {
    assert.deepEqual(await reranker.prepare(list), { arrived: 24, complete: true });
    assert.deepEqual(await reranker.prepare([...list].reverse()), { arrived: 0, complete: true });
    assert.deepEqual(await reranker.prepare([...list, "nobody", 7, { id: " 7 " }, {}, null]), {
      arrived: 1,
      complete: true,
    });
    assert.deepEqual(await reranker.prepare(["nobody", 7n]), { arrived: 0, complete: true });
  });
  assert.deepEqual(
    asked.map(({ ids }) => ids),
    [[...list].sort(), ["7", "nobody"]],
  );
  const other = await page();
  const [again] = await asking(() => other.prepare(new Set([...list, ...list].reverse())));
  assert.equal(again.address, asked[0].address);
  assert.match(again.address, /^https:\/\/shop\.example\/rows\?model=test-2026&packed=1&ids=/);
  assert.deepEqual([again.request.credentials, again.request.referrerPolicy], ["omit", "no-referrer"]);
});

test("what is asked for says nothing of the shopper: it follows from the lists alone", async () => {
  const lists = [list, ITEMS.slice(0, 30), ITEMS.slice(40, 70), ["7"], list.map((id) => ({ id, title: "x" }))];
  const visit = (does) =>
    asking(async () => {
      const reranker = await page();
      for (const [at, shown] of lists.entries()) {
        does(reranker, at);
        await reranker.prepare(shown);
      }
      does(reranker, lists.length);
    });
  const idle = await visit(() => undefined);
  for (const { ids } of idle)
    assert.ok(lists.some((shown) => ids.every((id) => shown.some((each) => (each.id ?? each) === id))));
  const row = Buffer.from(await rowOf("7")).toString("base64");
  for (const does of [
    (reranker, at) => reranker.observe({ id: ITEMS[13 * at], type: "cart" }),
    (reranker) => reranker.observe({ id: "7", row }),
    (reranker, at) => {
      reranker.observe({ id: ITEMS[3 * at] });
      reranker.rerank(ITEMS);
      if (at === 2) reranker.forget();
      if (at === 3) reranker.restore(reranker.snapshot());
    },
  ]) {
    const addresses = (asked) => asked.map(({ address }) => address);
    assert.deepEqual(addresses(await visit(does)), addresses(idle));
  }
});

/** The row of an item, as a shop's own server would inline it. */
async function rowOf(id) {
  const answered = await (await handler(request([id]))).arrayBuffer();
  return answer.splitRows(new Uint8Array(answered).subarray(answer.HEAD), 1)[0];
}

const request = (ids) =>
  new Request(`${ROWS}?${new URLSearchParams([["model", "test-2026"], ...ids.map((id) => ["ids", id])])}`);

test("rows that candidates bring are not asked for, and stay", async () => {
  const [here, there] = [await page(), await server()];
  const inline = await Promise.all(list.slice(0, 3).map(async (id) => ({ id, row: await rowOf(id) })));
  const shown = [...inline, ...list.slice(3)];
  for (const each of [here, there]) each.observe({ id: list[1], row: inline[1].row });
  const [{ ids }] = await asking(() => here.prepare(shown));
  assert.deepEqual(ids, list.slice(3).sort());
  assert.deepEqual(answers(here, shown), answers(there, shown));
});

test("a function brings rows in any of the forms that a shop may have them in", async () => {
  const [rows, there] = [new Map(), await server()];
  for (const id of list) rows.set(id, await rowOf(id));
  there.observe({ id: list[5] });
  const about = [];
  for (const brings of [
    () => rows,
    async () => Object.fromEntries(rows),
    () => Object.fromEntries([...rows].map(([id, row]) => [id, Buffer.from(row).toString("base64")])),
    () => new Map([...rows].map(([id, row]) => [id, row.buffer.slice(row.byteOffset, row.byteOffset + row.length)])),
    (ids) => handler(request(ids)),
    async (ids) => (await handler(request(ids))).arrayBuffer(),
    async (ids) => new Uint8Array(await (await handler(request(ids))).arrayBuffer()),
  ]) {
    const asks = (ids, more) => (about.push(more, ids), brings(ids, more));
    const here = await page({ rows: asks });
    here.observe({ id: list[5] });
    assert.deepEqual(await here.prepare(list), { arrived: 24, complete: true }, `${brings}`);
    assert.deepEqual(answers(here, list), answers(there, list), `${brings}`);
  }
  assert.deepEqual(about.slice(0, 2), [{ model: "test-2026" }, [...list].sort()]);
});

test("nothing that goes wrong with rows rejects, or keeps a list from its order; info() says what it was", async () => {
  const hangs = () => new Promise(() => undefined);
  const broken = () => new Response(new ReadableStream({ start: (body) => body.error(new Error("cut off")) }));
  const garbage = (bytes) => () => new Response(Uint8Array.from(bytes));
  for (const [answer, code, options] of [
    [() => Promise.reject(new Error("offline")), "rows.unreachable"],
    [broken, "rows.unreachable"],
    [() => new Response("gone", { status: 404 }), "rows.http"],
    [() => new Response("<html>"), "rows.foreign"],
    [() => new Response(null), "rows.foreign"],
    [garbage([0x52, 0x53, 0x41, 1, 1, 9, 9]), "rows.foreign"],
    [garbage([0x52, 0x53, 0x41, 1, 0, 9, 9]), "rows.foreign"],
    [() => new Response(new Uint8Array(2 ** 22 + 1)), "rows.foreign"],
    [hangs, "rows.late", { deadlineMs: 5 }],
    [hangs, "rows.late", { deadlineMs: 0, signal: null }],
    [hangs, "rows.aborted", { signal: AbortSignal.abort() }],
  ]) {
    const reranker = await page();
    reranker.observe({ id: list[0] });
    await asking(async () => {
      assert.deepEqual(await reranker.prepare(list, options), { arrived: 0, complete: false }, code);
    }, answer);
    assert.equal(reranker.info().refused.rows.reason?.code, code);
    assert.deepEqual(
      reranker.rerank(list).map(({ candidate }) => candidate),
      list,
    );
    if (answer !== hangs) assert.deepEqual(await reranker.prepare(list), { arrived: 24, complete: true }, "and again");
  }
  for (const rows of [() => Promise.reject(new Error("mine")), () => 7, () => null, () => new Map([[list[0], "%"]])]) {
    const reranker = await page({ rows });
    assert.deepEqual(await reranker.prepare(list), { arrived: 0, complete: false });
    assert.match(reranker.info().refused.rows.reason.code, /^rows\.(failed|foreign)$/);
  }
});

test("a list that waits no longer has its rows as soon as they are there", async () => {
  const [here, there] = [await page(), await server()];
  let arrives;
  const late = new Promise((done) => (arrives = done));
  for (const each of [here, there]) each.observe({ id: list[3] });
  await asking(
    async () => {
      const stop = new AbortController();
      const first = here.prepare(list, { signal: stop.signal, deadlineMs: 60_000 });
      const second = here.prepare(list.slice(0, 9));
      stop.abort();
      assert.deepEqual(await first, { arrived: 0, complete: false });
      arrives();
      assert.deepEqual(await second, { arrived: 9, complete: true }, "it waits for what is on its way");
      assert.equal(platform.asked.length, 1);
    },
    (each) => late.then(() => handler(each)),
  );
  assert.deepEqual(answers(here, list), answers(there, list));
});

test("long lists are posted, and beyond what one request may name the rest waits for the next", async () => {
  const reranker = await page();
  const long = ITEMS.concat(Array.from({ length: 2000 }, (_, at) => `unknown ${at}`));
  const asked = await asking(async () => {
    assert.deepEqual(await reranker.prepare(long), { arrived: 160, complete: false });
    assert.equal(reranker.info().refused.rows.reason.code, "rows.many");
    assert.deepEqual(await reranker.prepare(long), { arrived: 0, complete: true });
  });
  assert.deepEqual(
    asked.map(({ method, ids }) => `${method} ${ids.length}`),
    ["POST 2000", "GET 160"],
  );
});

test("sessions of one model share what came, and nothing is asked for without `rows` or without a model", async () => {
  const model = await loadModel({ model: core, wasm, rows: ROWS });
  const there = await server();
  there.observe({ id: list[2] });
  const asked = await asking(async () => {
    for (let visit = 0; visit < 3; visit++) {
      const session = model.session();
      session.observe({ id: list[2] });
      assert.equal((await session.prepare(list)).complete, true);
      assert.deepEqual(answers(session, list), answers(there, list));
    }
    const plain = await loadReranker({ model: core, wasm });
    assert.deepEqual(await plain.prepare(list), { arrived: 0, complete: true });
    assert.deepEqual(await there.prepare(list), { arrived: 0, complete: true });
    const none = await loadReranker({ model: new Uint8Array(3), wasm, rows: ROWS });
    assert.deepEqual(await none.prepare(list), { arrived: 0, complete: false });
    const table = await loadReranker({ model: whole, wasm, rows: ROWS });
    assert.deepEqual(await table.prepare(list), { arrived: 0, complete: true }, "its table has them all");
  });
  assert.equal(asked.length, 1);
});

test("arguments of the wrong kind count as not given", async () => {
  const reranker = await page({ rows: 7 });
  assert.equal(reranker.info().refused.arguments.reason.code, "argument.rows");
  const other = await page();
  for (const [options, code] of [
    [{ deadlineMs: "soon" }, "argument.deadlineMs"],
    [{ deadlineMs: -1 }, "argument.deadlineMs"],
    [{ signal: {} }, "argument.signal"],
    [7, "argument.options"],
  ]) {
    other.forget();
    await other.prepare(ITEMS.splice(-1), options);
    assert.equal(other.info().refused.arguments.reason?.code, code);
  }
  const throws = {
    get id() {
      throw new Error("mine");
    },
  };
  for (const bad of [null, undefined, 7, "text", [throws], { length: 3 }]) await other.prepare(bad);
});

test("the next page has the rows of what the session is about, by the store and not by a request", async () => {
  const place = new Place();
  const options = { model: core, wasm, rows: ROWS };
  const first = await place.load(options);
  const there = await server();
  first.consent({ store: true });
  await place.settle();
  const see = (id) => [first, there].forEach((each) => each.observe({ id, at: place.now + Number(id) }));
  await first.prepare(list.slice(0, 8));
  see(list[1]);
  // This one is seen before its row is there.
  see(list[9]);
  await first.prepare(list.slice(8, 12));
  await place.settle();
  const asked = await asking(async () => {
    const second = await place.load(options);
    assert.equal(second.info().events.length, 2);
    const shown = ITEMS.slice(70, 90);
    assert.equal((await second.prepare(shown)).arrived, 20);
    assert.deepEqual(answers(second, shown), answers(there, shown));
    // What it has from the store is asked for like anything else that a list shows.
    await second.prepare(list);
  });
  assert.deepEqual(
    asked.map(({ ids }) => ids),
    [ITEMS.slice(70, 90).sort(), [...list].sort()],
  );
});
