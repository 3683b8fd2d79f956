// The handler of reshelf/service-worker in Node, over events made here: which requests it answers, what it waits for, and that
// whatever goes wrong the page comes as it is. tests/browser/service_worker.test.mjs has it in browsers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, before, describe, test } from "node:test";
import { loadModel } from "../dist/index.node.js";
import { createHandler, unregister } from "../dist/service-worker.js";
import { fed, html, idsIn, listOf, pageOf, settle, turner } from "./edge_origin.mjs";

const bytes = readFileSync(new URL("../dist/html/reshelf_html_bg.wasm", import.meta.url));
const IDS = ["a", "b", "c", "d"];
const PAGE = pageOf(listOf(IDS));
const TURNED = pageOf(listOf([...IDS].reverse()));

const never = () => new Promise(() => undefined);
const fails = (message) => () => {
  throw new Error(message);
};

/** A `fetch` event. `answer` is what it was answered with, `undefined` where it was not; `waits` is what it has the worker wait for. */
function eventOf({ url = "https://shop.example/", mode = "navigate", method = "GET", headers, ...more } = {}) {
  // Node makes no request of a navigation.
  const request = {
    url,
    mode,
    method,
    headers: new Headers(headers),
    destination: mode === "navigate" ? "document" : "",
  };
  const event = { request, answer: undefined, waits: [], ...more };
  event.respondWith = (answer) => void (event.answer = Promise.resolve(answer));
  event.waitUntil = (work) => void event.waits.push(work);
  return event;
}

/** What the network answers, in the place of `fetch`; it is asked for requests alone. */
let asked = [];
const { fetch: real } = globalThis;
function network(answer) {
  asked = [];
  globalThis.fetch = async (request) => (asked.push(request.url), answer(request));
}
afterEach(() => void (globalThis.fetch = real));
before(() => network(() => html(PAGE)));

/** Answers one event with a handler of these options, and tells what came. */
async function handled(options, event = eventOf()) {
  const reports = [];
  const handler = createHandler({
    load: turner,
    html: bytes,
    onReport: (report) => void reports.push(report),
    ...options,
  });
  await handler.warm();
  const took = handler.answer(event);
  const response = await event.answer;
  const text = response && (await response.text());
  if (took) await Promise.all(event.waits);
  return { took, response, text, reports };
}

describe("which requests", () => {
  test("a navigation comes in order, and private", async () => {
    network(() => html(PAGE, { "cache-control": "public, max-age=600", etag: '"1"', "x-shop": "kept" }));
    const { took, response, text, reports } = await handled({});
    assert.equal(took, true);
    assert.equal(text, TURNED);
    assert.equal(response.headers.get("cache-control"), "private, max-age=600");
    assert.deepEqual([response.headers.get("etag"), response.headers.get("x-shop")], [null, "kept"]);
    assert.deepEqual(reports, [{ reason: null, lists: [{ tiles: 4, moved: 4, reason: null }] }]);
    assert.equal(asked.length, 1);
  });

  test("anything else is left to the browser, and to the shop's next listener", async () => {
    network(() => html(PAGE));
    for (const request of [{ mode: "cors" }, { mode: "no-cors" }, { method: "POST" }, { method: "HEAD" }]) {
      const { took, response } = await handled({}, eventOf(request));
      assert.deepEqual([took, response], [false, undefined], JSON.stringify(request));
    }
    assert.deepEqual(asked, []);
  });

  test("match chooses fragments of HTML and lists of JSON, and then decides alone", async () => {
    const match = ({ headers, url }) =>
      url.endsWith(".json") ? { path: "items", id: "id" } : headers.get("x-part") === "list";
    network(({ url }) =>
      url.endsWith(".json") ? Response.json({ items: IDS.map((id) => ({ id })) }) : html(listOf(IDS)),
    );
    const part = await handled({ match }, eventOf({ mode: "cors", headers: { "x-part": "list" } }));
    assert.equal(part.text, listOf([...IDS].reverse()));
    const list = await handled({ match }, eventOf({ mode: "cors", url: "https://shop.example/more.json" }));
    assert.deepEqual(
      JSON.parse(list.text).items.map(({ id }) => id),
      [...IDS].reverse(),
    );
    assert.equal((await handled({ match }, eventOf())).took, false);
  });

  test("what is no page passes as the very same answer, and waits for nothing", async () => {
    for (const [reason, answer] of [
      ["type", new Response("{}", { headers: { "content-type": "application/json" } })],
      ["status", html(PAGE, {}, { status: 404 })],
      ["status", Response.error()],
    ]) {
      network(() => answer);
      const event = eventOf();
      const reports = [];
      const handler = createHandler({
        load: never,
        html: bytes,
        deadlineMs: Infinity,
        onReport: (each) => reports.push(each),
      });
      handler.answer(event);
      assert.equal(await event.answer, answer);
      assert.deepEqual(reports, [{ reason, lists: [] }]);
    }
  });
});

describe("where the page comes from", () => {
  test("the browser's preloaded answer goes before the network", async () => {
    network(fails("not asked"));
    const { text } = await handled({}, eventOf({ preloadResponse: Promise.resolve(html(PAGE)) }));
    assert.equal(text, TURNED);
    assert.deepEqual(asked, []);
  });

  test("without one, and where it failed, the network is asked", async () => {
    network(() => html(PAGE));
    const failed = Promise.reject(new Error("offline"));
    for (const preloadResponse of [undefined, Promise.resolve(undefined), failed, Promise.resolve(Response.error())]) {
      assert.equal((await handled({}, eventOf({ preloadResponse }))).text, TURNED);
    }
  });

  test("the shop's own way goes before both, and what it keeps stays as it was", async () => {
    network(fails("not asked"));
    const cached = html(PAGE, { "cache-control": "public" });
    const { text } = await handled({ fetch: () => cached.clone() });
    assert.equal(text, TURNED);
    assert.equal(await cached.text(), PAGE);
    assert.equal(cached.headers.get("cache-control"), "public");
  });

  test("where the shop's own way throws, or gives no answer, the network is asked", async () => {
    network(() => html(PAGE));
    const read = html("read");
    await read.text();
    for (const fetch of [fails("a fault"), async () => undefined, () => "text", () => read, () => Response.error()]) {
      assert.equal((await handled({ fetch })).text, TURNED);
    }
  });

  test("where the network fails the page fails, as without a worker", async () => {
    network(fails("offline"));
    const event = eventOf();
    const handler = createHandler({ load: turner, html: bytes });
    assert.equal(handler.answer(event), true);
    await assert.rejects(event.answer, /offline/);
    await Promise.all(event.waits);
  });
});

describe("whatever is wrong, the very same answer passes", () => {
  const ready = (info) => ({ ...turner(), info: () => info });
  const cases = {
    "load throws": [{ load: fails("no") }, "model", "no"],
    "load rejects with a code": [
      { load: () => Promise.reject(Object.assign(new Error(), { code: "wasm.http" })) },
      "model",
      "wasm.http",
    ],
    "load is none": [{ load: null }, "model"],
    "load brings nothing": [{ load: () => null }, "model", "no rerank"],
    "the model is broken": [
      { load: () => ready({ status: "fallback", reason: { code: "artifact.foreign" } }) },
      "model",
      "artifact.foreign",
    ],
    "the HTML module is broken": [{ html: new Uint8Array(8) }, "html"],
    "the session is empty": [{ load: () => ready({ status: "ready", events: [] }) }, "no-context"],
  };
  for (const [name, [options, reason, detail]] of Object.entries(cases)) {
    test(name, async () => {
      // The HTML module that runs is one a process, and would do for a broken one.
      const { createHandler } = await import(`../dist/service-worker.js?${encodeURIComponent(name)}`);
      const origin = html(PAGE);
      network(() => origin);
      const reports = [];
      const handler = createHandler({
        load: turner,
        html: bytes,
        onReport: (each) => void reports.push(each),
        ...options,
      });
      await handler.warm();
      const event = eventOf();
      assert.equal(handler.answer(event), true);
      assert.equal(await event.answer, origin);
      assert.equal(await origin.text(), PAGE);
      assert.deepEqual([reports.length, reports[0].reason], [1, reason]);
      if (detail) assert.equal(reports[0].detail, detail);
      await Promise.all(event.waits);
    });
  }

  test("a match that throws, options that are none, and an event that was answered before", async () => {
    network(() => html(PAGE));
    assert.equal((await handled({ match: fails("a fault") })).took, false);
    for (const options of [undefined, null, 7, new Proxy({}, { get: fails("a getter") })]) {
      const event = eventOf();
      createHandler(options).answer(event);
      assert.equal(await (await event.answer).text(), PAGE);
    }
    const event = eventOf({});
    event.respondWith = fails("answered already");
    assert.equal(createHandler({ load: turner, html: bytes }).answer(event), false);
    await settle();
  });

  test("an onReport that throws or rejects costs nothing", async () => {
    network(() => html(PAGE));
    for (const onReport of [fails("a fault"), () => Promise.reject(new Error("a fault"))]) {
      assert.equal((await handled({ onReport })).text, TURNED);
    }
  });

  test("a reranker that throws while the page streams leaves the list as it came", async () => {
    network(() => html(PAGE));
    const { text, reports } = await handled({ load: () => ({ rerank: fails("a fault") }) });
    assert.equal(text, PAGE);
    assert.equal(reports[0].lists[0].reason, "rerank");
  });
});

describe("time", () => {
  test("a page waits for a model until the deadline behind its own answer, and passes; the model goes on loading", async () => {
    const origin = html(PAGE);
    network(() => origin);
    let arrive;
    let loads = 0;
    const reports = [];
    const handler = createHandler({
      load: () => ((loads += 1), new Promise((done) => (arrive = done))),
      html: bytes,
      deadlineMs: 1,
      onReport: (each) => void reports.push(each.reason),
    });
    const first = eventOf();
    handler.answer(first);
    assert.equal(await first.answer, origin);
    assert.deepEqual(reports, ["model-late"]);
    arrive(turner());
    // What the first page began is waited for by the worker, not by the page.
    await Promise.all(first.waits);
    network(() => html(PAGE));
    const next = eventOf();
    handler.answer(next);
    assert.equal(await (await next.answer).text(), TURNED);
    assert.deepEqual([loads, reports], [1, ["model-late", null]]);
  });

  test("a model that arrives before the page's own answer costs the page nothing, whatever the deadline", async () => {
    let send;
    network(() => new Promise((done) => (send = () => done(html(PAGE)))));
    const handler = createHandler({ load: async () => turner(), html: bytes, deadlineMs: 0 });
    const event = eventOf();
    handler.answer(event);
    await handler.warm();
    send();
    // Nothing is left to be waited for: no timer is needed for the order.
    assert.equal(await (await event.answer).text(), TURNED);
  });

  test("what failed is not tried for every page, and what broke down since is let go of", async () => {
    network(() => html(PAGE));
    let loads = 0;
    const load = () => ((loads += 1), Promise.reject(new Error("gone")));
    const handler = createHandler({ load, html: bytes });
    for (let page = 0; page < 3; page++) {
      const event = eventOf();
      handler.answer(event);
      await event.answer;
    }
    assert.equal(loads, 1);

    const state = { status: "ready", disposed: 0 };
    const breaks = { ...turner(), info: () => ({ status: state.status }), dispose: () => void (state.disposed += 1) };
    const reports = [];
    const other = createHandler({
      load: () => breaks,
      html: bytes,
      onReport: ({ reason }) => void reports.push(reason),
    });
    for (const status of ["ready", "fallback", "fallback"]) {
      await other.warm();
      state.status = status;
      const event = eventOf();
      other.answer(event);
      await (await event.answer).text();
    }
    assert.deepEqual([reports, state.disposed], [[null, "model", "model"], 1]);
  });

  test("a page streams: what stands before a list leaves before the list is there", async () => {
    const origin = fed();
    network(() => origin.response);
    const handler = createHandler({ load: turner, html: bytes, deadlineMs: 10_000 });
    await handler.warm();
    const event = eventOf();
    handler.answer(event);
    const [head, list] = [PAGE.slice(0, PAGE.indexOf("<ul")), PAGE.slice(PAGE.indexOf("<ul"))];
    origin.send(head);
    const reader = (await event.answer).body.getReader();
    assert.match(new TextDecoder().decode((await reader.read()).value), /Before/);
    origin.send(list);
    origin.end();
    let rest = "";
    for (let part = await reader.read(); !part.done; part = await reader.read())
      rest += new TextDecoder().decode(part.value);
    assert.deepEqual(idsIn(rest), [...IDS].reverse());
    await Promise.all(event.waits);
  });
});

test("options are handed on: another rule, another policy, and the note for the browser", async () => {
  const page = PAGE.replaceAll("data-reshelf-item", "data-sku").replaceAll("data-reshelf-list", 'class="grid"');
  network(() => html(page));
  const given = [];
  const load = () => ({ rerank: (list, options) => (given.push(options), [...list].reverse()) });
  const lists = [{ list: "ul.grid", item: "li", id: "data-sku" }];
  const { text } = await handled({ load, lists, policy: 7, hydrate: true });
  assert.match(text, /<ul data-reshelf-places="3 2 1 0" class="grid">/);
  assert.deepEqual(given, [{ policy: 7 }]);
});

test("a session's order is that of the engine", async () => {
  const model = await loadModel({
    model: readFileSync(new URL("../../tests/golden/golden.safetensors", import.meta.url)),
    backend: "cpu",
  });
  const session = model.session();
  const ids = (await session.retrieve({ k: 12 })).map(({ id }) => id);
  session.observe({ id: ids[9] });
  network(() => html(pageOf(listOf(ids))));
  const { text } = await handled({ load: () => session });
  assert.deepEqual(
    idsIn(text),
    session.rerank(ids).map(({ candidate }) => candidate),
  );
  assert.notDeepEqual(idsIn(text), ids);
  model.dispose();
});

describe("taken off", () => {
  test("whoever goes to `off` has it unregistered, and from then on the handler answers nothing", async () => {
    network(fails("not asked"));
    let count = 0;
    globalThis.registration = { unregister: async () => ((count += 1), true) };
    const handler = createHandler({ load: turner, html: bytes, off: "/reshelf-off" });
    const event = eventOf({ url: "https://shop.example/reshelf-off?now" });
    assert.equal(handler.answer(event), false);
    await Promise.all(event.waits);
    assert.equal(count, 1);
    assert.equal(handler.answer(eventOf()), false);
    delete globalThis.registration;
  });

  test("unregister answers false where there is nothing to take off", async () => {
    assert.equal(await unregister(), false);
  });
});
