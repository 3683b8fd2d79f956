// reshelf/edge in Node: what is put in order, by what, and what is told of it. Headers, streams and JSON have files of their own.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";
import { personalize, personalizeJson } from "../dist/edge/index.node.js";
import { loadModel } from "../dist/index.node.js";
import { policy } from "../dist/slate/index.js";
import { html, idsIn, listOf, pageOf, served, turner } from "./edge_origin.mjs";
import { fresh } from "./fresh.mjs";

const artifact = new Uint8Array(readFileSync(new URL("../../tests/golden/golden.safetensors", import.meta.url)));
/** Ids that the golden model knows, in an order of no meaning. */
let known;
let model;

before(async () => {
  model = await loadModel({ model: artifact, backend: "cpu" });

  const reranker = model.session();
  known = (await reranker.retrieve({ k: 30 })).map(({ id }) => id);
  reranker.dispose();
});

/** What the engine itself makes of a list in a session that saw these events. */
function expected(events, ids) {
  const session = model.session();
  for (const event of events) session.observe(event);
  const order = session.rerank(ids).map(({ candidate }) => candidate);
  session.dispose();
  return order;
}

describe("order", () => {
  test("every list comes in the order of a session that saw the context, and nothing else changes", async () => {
    const lists = [known.slice(0, 12), known.slice(12, 24)];
    const page = pageOf(...lists.map((list) => listOf(list)));
    const context = { item: known[25], query: "blue mug" };
    const { text, report } = await served(personalize, html(page), { model, context });
    const orders = lists.map((list) => expected([{ type: "search", query: "blue mug" }, { id: known[25] }], list));
    assert.deepEqual(idsIn(text), orders.flat());
    assert.notDeepEqual(orders.flat(), lists.flat());
    assert.equal(text, pageOf(...orders.map((list) => listOf(list))));
    const moved = lists.map((list, at) => list.filter((id, place) => orders[at][place] !== id).length);
    assert.deepEqual(report, {
      reason: null,
      lists: moved.map((count) => ({ tiles: 12, moved: count, reason: null })),
    });
  });

  test("tiles that the model does not know keep the page's order, among themselves", async () => {
    const unknown = ["x1", "x2", "x3", "x4"];
    const list = [...unknown.slice(0, 2), ...known.slice(0, 6), ...unknown.slice(2)];
    const { text } = await served(personalize, html(pageOf(listOf(list))), { model, context: { item: known[8] } });
    assert.deepEqual(
      idsIn(text).filter((id) => id.startsWith("x")),
      unknown,
    );
  });

  test("a reranker of the caller's own orders by its session, is not told of the context, and lives on", async () => {
    const reranker = model.session();
    reranker.observe({ id: known[20] });
    const list = known.slice(0, 10);
    const options = { reranker, context: { item: known[3] } };
    const { text } = await served(personalize, html(pageOf(listOf(list))), options);
    assert.deepEqual(idsIn(text), expected([{ id: known[20] }], list));
    assert.equal(reranker.info().status, "ready");
    assert.equal(reranker.info().events.length, 1);
    reranker.dispose();
  });

  test("a list may be sorted where it stands", async () => {
    const page = pageOf(listOf(["1", "2", "3"]));
    const inPlace = (change) => async (order) => {
      const reranker = { rerank: change };
      assert.deepEqual(idsIn((await served(personalize, html(page), { reranker })).text), order);
    };
    await inPlace((list) => list.reverse())(["3", "2", "1"]);
    await inPlace((list) => (list.reverse(), list.slice(1).concat(list[0])))(["2", "1", "3"]);
    await inPlace((list) => list.splice(0).reverse())(["3", "2", "1"]);
  });

  test("anything with a synchronous rerank will do, bare candidates included; policy is handed on", async () => {
    const page = pageOf(listOf(["a", "b", "c"]));
    const given = [];
    const bare = { rerank: (list, ...rest) => (given.push(rest), [list[2], list[0], list[1]]) };
    assert.deepEqual(idsIn((await served(personalize, html(page), { reranker: bare })).text), ["c", "a", "b"]);
    const policy = { most: 2 };
    await served(personalize, html(page), { reranker: bare, policy });
    assert.deepEqual(given, [[], [{ policy }]]);
  });

  describe("under a policy", () => {
    const context = () => ({ item: known[25] });
    /** A policy of the shop's that knows its items by their ids, and what it makes of a list on the page's thread. */
    const shop = (rules) =>
      policy({ rules }, { fields: { brand: ({ id }) => (known.indexOf(id) % 3 ? "Oak" : "Zen") } });
    const arranged = (made, ids) => {
      const session = model.session();
      session.observe({ id: known[25] });
      const order = session.rerank(
        ids.map((id) => ({ id })),
        { policy: made },
      );
      session.dispose();
      return order.map(({ candidate }) => candidate.id);
    };

    test("rules over a list in JSON see the elements' own fields, and without a policy nobody is shown more than ids", async () => {
      const [a, b, c] = known;
      const list = [
        { id: a, brand: "Oak" },
        { ad: true },
        { id: b, vendor: { name: "Zen" } },
        { id: c, brand: "Ash", stock: 0 },
      ];
      const made = policy({
        fields: { maker: "vendor.name" },
        rules: [
          { kind: "pin", match: { maker: "Zen" }, position: 1 },
          { kind: "filter", what: "soldOut" },
        ],
      });
      const answer = () => html(JSON.stringify({ data: { list } }), { "content-type": "application/json" });
      const place = { path: "data.list", id: "id" };
      const { text, report } = await served(personalizeJson, answer(), {
        ...{ model, context: context(), policy: made, ...place },
      });
      assert.deepEqual(
        JSON.parse(text).data.list.map(({ id }) => id),
        [b, undefined, a, c],
      );
      assert.equal(report.lists[0].removed, 1);
      const seen = [];
      const rerank = (candidates) => (seen.push(...candidates.map(Object.keys)), candidates);
      await served(personalizeJson, answer(), { reranker: { rerank }, ...place });
      assert.deepEqual(seen, [["id"], ["id"], ["id"]]);
    });

    test("lists come as the rules have them; what these remove stands behind the others as it came, and is counted", async () => {
      const lists = [known.slice(0, 12), known.slice(12, 24)];
      const made = shop([
        { kind: "pin", item: known[7], position: 2 },
        { kind: "hide", match: { brand: "Zen" } },
        { kind: "hide", match: { ids: [known[13]] } },
      ]);
      const { text, report } = await served(personalize, html(pageOf(...lists.map((list) => listOf(list)))), {
        ...{ model, context: context(), policy: made, hydrate: true },
      });
      const orders = lists.map((list) => {
        const order = arranged(made, list);
        return [...order, ...list.filter((id) => !order.includes(id))];
      });
      assert.deepEqual(idsIn(text), orders.flat());
      assert.equal(orders[0][1], known[7]);
      assert.deepEqual(
        report.lists.map(({ tiles, reason, removed }) => [tiles, reason, removed]),
        [
          [12, null, 4],
          [12, null, 5],
        ],
      );
      assert.equal(report.refused, undefined);
      // A browser finds the server's order of all of them.
      const places = [...text.matchAll(/data-reshelf-places="([^"]*)"/g)].map(([, noted]) =>
        noted.split(" ").map(Number),
      );
      places.forEach((noted, at) =>
        assert.deepEqual(
          noted.map((place) => lists[at][place]),
          orders[at],
        ),
      );
    });

    test("a rule that removes all leaves the page's order", async () => {
      const options = { model, context: context(), policy: shop([{ kind: "hide", match: { brand: ["Oak", "Zen"] } }]) };
      const list = known.slice(0, 6);
      const { text, report } = await served(personalize, html(pageOf(listOf(list))), options);
      assert.deepEqual(idsIn(text), list);
      assert.deepEqual(report.lists, [{ tiles: 6, moved: 0, reason: "no-order", removed: 6 }]);
    });

    test("what is no policy is refused by name, and the list is as without it", async () => {
      const list = known.slice(0, 6);
      const options = { model, context: context(), policy: { rules: [{ kind: "hide", match: { brand: "Zen" } }] } };
      const { text, report } = await served(personalize, html(pageOf(listOf(list))), options);
      assert.deepEqual(idsIn(text), expected([{ id: known[25] }], list));
      assert.deepEqual(report.refused, ["policy"]);
    });

    test("without one, an answer that lacks a tile is no order", async () => {
      const short = { rerank: (list) => list.slice(1) };
      const page = pageOf(listOf(["a", "b", "c"]));
      assert.equal((await served(personalize, html(page), { reranker: short })).report.lists[0].reason, "order");
      const { text, report } = await served(personalize, html(page), { reranker: short, policy: {} });
      assert.deepEqual([idsIn(text), report.lists[0].removed], [["b", "c", "a"], 1]);
      const odd = { rerank: (list) => [list[1], list[1]] };
      assert.equal(
        (await served(personalize, html(page), { reranker: odd, policy: {} })).report.lists[0].reason,
        "order",
      );
    });

    test("JSON as well", async () => {
      const list = known.slice(0, 6);
      const made = shop([{ kind: "hide", match: { brand: "Zen" } }]);
      const origin = Response.json({ found: list.map((id) => ({ id })) });
      const reports = [];
      const options = { path: "found", id: "id", model, context: context(), policy: made };
      const answer = await personalizeJson(origin, { ...options, onReport: (report) => reports.push(report) });
      const order = arranged(made, list);
      const ids = (await answer.json()).found.map(({ id }) => id);
      assert.deepEqual(ids, [...order, known[0], known[3]]);
      assert.deepEqual([reports[0].lists[0].removed, reports[0].lists[0].reason], [2, null]);
    });
  });

  test("an item that the model does not know counts by what is said of it", async () => {
    const [described] = await descriptions();
    const list = known.slice(0, 12);
    const item = { id: "new", ...described };
    const { text } = await served(personalize, html(pageOf(listOf(list))), { model, context: { item } });
    assert.deepEqual(idsIn(text), expected([item], list));
    assert.notDeepEqual(idsIn(text), list);
  });
});

/** Descriptions that the golden model can compose items of. */
async function descriptions() {
  const all = JSON.parse(readFileSync(new URL("../../tests/golden/descriptions.json", import.meta.url)));
  return Object.values(all);
}

test("a category lifts the items of that category", async () => {
  const demo = new URL("../../model_export/demo/", import.meta.url);
  const shop = await loadModel({ model: new URL("model.safetensors", demo), backend: "cpu" });
  const { categories } = JSON.parse(readFileSync(new URL("names.json", demo)));
  const items = await byCategory(shop);
  let lifted = 0;
  for (const [number, own] of items) {
    const others = [...items].filter(([other]) => other !== number).map(([, ids]) => ids[0]);
    const list = [...others.slice(0, 18), ...own.slice(0, 4)];
    const context = { category: categories[number - 1] };
    const { text } = await served(personalize, html(pageOf(listOf(list))), { model: shop, context });
    const first = new Set(idsIn(text).slice(0, 6));
    if (own.slice(0, 4).every((id) => first.has(id))) lifted += 1;
  }
  assert.ok(items.size >= 20 && lifted >= items.size * 0.9, `${lifted} of ${items.size} categories`);
  shop.dispose();
});

/** Popular items of a model, four and more a category, by the number that it has for their category, from 1. */
async function byCategory(shop) {
  const all = new Map();
  for (const { id } of await shop.session().retrieve({ k: 600 })) {
    const session = shop.session();
    session.observe({ id });
    const [{ number }] = session.leanings().categories;
    session.dispose();
    all.set(number, [...(all.get(number) ?? []), id]);
  }
  return new Map([...all].filter(([, ids]) => ids.length >= 4));
}

describe("without anything to go by the very same answer comes back", () => {
  const cases = {
    "no context": () => ({ model }),
    "neither context nor model": () => ({}),
    "an empty context": () => ({ model, context: {} }),
    "a context of nothings": () => ({ model, context: { item: null, category: "", query: undefined, cluster: null } }),
    "a context that is no item to the engine": () => ({ model, context: { item: "  " } }),
    "a session without events": () => ({ reranker: model.session() }),
  };
  for (const [name, options] of Object.entries(cases)) {
    test(name, async () => {
      const origin = html(pageOf(listOf(known.slice(0, 4))), { "cache-control": "public, max-age=60", etag: '"1"' });
      let report;
      const answer = await personalize(origin, { ...options(), onReport: (given) => (report = given) });
      assert.equal(answer, origin);
      assert.equal(origin.bodyUsed, false);
      assert.deepEqual(report, { reason: "no-context", lists: [] });
    });
  }
});

describe("a list that cannot be put in order comes as it came, and the next one in order", () => {
  const answers = {
    "a candidate is missing": ["order", (list) => list.slice(1)],
    "a candidate comes twice": ["order", (list) => [...list.slice(1), list[1]]],
    "a stranger is among them": ["order", (list) => [...list.slice(1), { id: "z" }]],
    "there is one more": ["order", (list) => [...list, list[0]]],
    "it is nothing": ["rerank", () => undefined],
    "it is no list": ["rerank", () => 7],
    "it throws": [
      "rerank",
      () => {
        throw new Error("no");
      },
    ],
    "it is a promise": ["promise", async (list) => list],
    "it is a promise that fails": ["promise", () => Promise.reject(new Error("later"))],
    "it is the page's order": ["no-order", (list) => list],
  };
  for (const [name, [reason, first]] of Object.entries(answers)) {
    test(name, async () => {
      const page = pageOf(listOf(["a", "b", "c"]), listOf(["d", "e"]));
      let calls = 0;
      const reranker = { rerank: (list) => (calls++ === 0 ? first(list) : [...list].reverse()) };
      const { text, report } = await served(personalize, html(page), { reranker });
      assert.equal(text, pageOf(listOf(["a", "b", "c"]), listOf(["e", "d"])));
      assert.deepEqual(report.lists, [
        { tiles: 3, moved: 0, reason },
        { tiles: 2, moved: 2, reason: null },
      ]);
    });
  }
});

describe("faults: the shopper has the page in the server's order, and Server-Timing says why", () => {
  const page = pageOf(listOf(["a", "b", "c"]));
  const context = { item: "a" };
  const load = (bytes) => loadModel({ model: bytes, backend: "cpu" });
  const corrupt = () => artifact.map((byte, at) => (at === artifact.length >> 1 ? byte ^ 1 : byte));
  const throws = () => {
    throw new Error("no such thing");
  };
  const never = new Promise(() => {});
  const cases = {
    "neither model nor reranker": [() => ({ context }), "no-model"],
    "an artifact that is missing": [
      async () => ({ model: await loadModel({ model: "/nowhere/shop.safetensors" }), context }),
      "model: model.unreachable",
    ],
    "an artifact that is cut off": [
      async () => ({ model: await load(artifact.slice(0, 1000)), context }),
      "model: artifact.truncated",
    ],
    "a model that is disposed of": [
      async () => {
        const gone = await load(artifact);
        gone.dispose();
        return { model: gone, context };
      },
      "model: model.disposed",
    ],
    "an artifact that is slow": [() => ({ model: never, context, deadlineMs: 10 }), "model-late"],
    "a load that fails": [() => ({ model: Promise.reject(new Error("no")), context }), "model: no"],
    "a model that throws": [() => ({ model: { session: throws }, context }), "model"],
    "a selector that is none": [
      () => ({ reranker: turner(), lists: [{ list: "[[", item: "li", id: "id" }] }),
      /^lists: edge\./,
    ],
  };
  for (const [name, [options, expectedNote]] of Object.entries(cases)) {
    test(name, async () => {
      const origin = html(page, { "server-timing": "db;dur=3", "cache-control": "public, max-age=60", etag: '"1"' });
      const { text, response, report } = await served(personalize, origin, await options());
      assert.equal(text, page);
      const [, note] = /^db;dur=3, reshelf;desc="(.*)"$/.exec(response.headers.get("server-timing"));
      if (typeof expectedNote === "string") assert.equal(note, expectedNote);
      else assert.match(note, expectedNote);
      assert.equal([report.reason, report.detail].filter(Boolean).join(": "), note);
      assert.equal(response.headers.get("cache-control"), "public, max-age=60");
      assert.equal(response.headers.get("etag"), '"1"');
    });
  }

  test("an artifact with a damaged byte", async () => {
    // Its contents are checked when a list first needs them.
    const list = known.slice(0, 6);
    const { text, report } = await served(personalize, html(pageOf(listOf(list))), {
      model: await load(corrupt()),
      context: { item: known[7] },
    });
    assert.deepEqual(idsIn(text), list);
    assert.ok(report.reason === "model" || report.lists.every(({ moved }) => moved === 0));
  });

  test("a module that is not there, is none, fails or is late", async () => {
    const results = await fresh(
      async ({ dist, page }) => {
        const { personalize } = await import(`${dist}edge/index.js`);
        const tried = [];
        const modules = [
          undefined,
          new Uint8Array([1, 2, 3]),
          () => Promise.reject(new Error("gone")),
          () => new Response("", { status: 404 }),
          () => new Promise(() => {}),
        ];
        for (const html of modules) {
          const origin = new Response(page, { headers: { "content-type": "text/html" } });
          const reranker = { rerank: (list) => [...list].reverse() };
          const answer = await personalize(origin, { reranker, html, deadlineMs: 200 });
          tried.push([await answer.text(), answer.headers.get("server-timing")]);
        }
        return tried;
      },
      { page },
    );
    assert.deepEqual(
      results.map(([text]) => text === page),
      [true, true, true, true, true],
    );
    const reasons = results.map(([, note]) => /desc="(html(?:-late)?)/.exec(note)[1]);
    assert.deepEqual(reasons, ["html", "html", "html", "html", "html-late"]);
  });

  test("a module that traps in the middle of a page loses nothing of it, and the next page has a new one", async () => {
    const results = await fresh(
      async ({ dist, page }) => {
        const Real = WebAssembly.Instance;
        let started = 0;
        WebAssembly.Instance = class {
          constructor(...given) {
            const { exports } = new Real(...given);
            const first = started++ === 0;
            let left = 3;
            const traps = (...given) => {
              if (first && left-- === 0) throw new WebAssembly.RuntimeError("unreachable");
              return exports.page_write(...given);
            };
            this.exports = { ...exports, page_write: traps };
          }
        };
        const { personalize } = await import(`${dist}edge/index.node.js`);
        const run = async () => {
          const chunks = page.match(/[^]{1,40}/g).map((part) => new TextEncoder().encode(part));
          const body = new ReadableStream({
            pull: (c) => (chunks.length ? c.enqueue(chunks.shift()) : c.close()),
          });
          let report;
          const reranker = { rerank: (list) => [...list].reverse() };
          const origin = new Response(body, { headers: { "content-type": "text/html" } });
          const answer = await personalize(origin, { reranker, onReport: (given) => (report = given) });
          return [await answer.text(), report.reason];
        };
        return [await run(), await run(), started];
      },
      { page },
    );
    assert.deepEqual(results[0], [page, "failed"]);
    assert.deepEqual(results[1], [pageOf(listOf(["c", "b", "a"])), null]);
    assert.equal(results[2], 2);
  });
});

describe("options", () => {
  test("what is of the wrong kind counts as left out, and is named in the report", async () => {
    const wrong = {
      lists: [{ list: "ul" }],
      islands: 7,
      hydrate: "yes",
      rows: "yes",
      deadlineMs: -1,
      maxListBytes: "many",
      request: 3,
      html: 5,
      context: "cold",
      model: {},
    };
    const { text, report } = await served(personalize, html(pageOf(listOf(["a", "b"]))), {
      ...wrong,
      reranker: turner(),
    });
    assert.deepEqual(idsIn(text), ["b", "a"]);
    assert.deepEqual([...report.refused].sort(), Object.keys(wrong).sort());
    for (const id of ["", "a@", " data-id ", "a b"]) {
      const lists = [{ list: "ul", item: "li", id }];
      const { report } = await served(personalize, html("<p>"), { lists, reranker: turner() });
      assert.deepEqual(report.refused, ["lists"], id);
    }
  });

  test("parts of a context that are of the wrong kind leave the others", async () => {
    const context = { item: known[5], category: {}, query: 5, cluster: -1 };
    const { text, report } = await served(personalize, html(pageOf(listOf(known.slice(0, 5)))), { model, context });
    assert.deepEqual(idsIn(text), expected([{ id: known[5] }], known.slice(0, 5)));
    assert.deepEqual(report.refused, ["context.cluster", "context.category", "context.query"]);
  });

  test("nothing at all, getters that throw and an origin that is none bring the origin back", async () => {
    const origin = html("<p>page");
    const throws = Object.defineProperty({}, "model", { enumerable: true, get: () => null.x });
    assert.equal(await (await personalize(html("<p>page"))).text(), "<p>page");
    assert.equal(await (await personalize(html("<p>page"), throws)).text(), "<p>page");
    for (const none of [undefined, null, 7, {}]) assert.equal(await personalize(none, { reranker: turner() }), none);
    await origin.text();
    assert.equal(await personalize(origin, { reranker: turner() }), origin);
  });

  test("a report's receiver that throws, or fails later, harms nothing", async () => {
    for (const onReport of [() => null.x, async () => null.x]) {
      const answer = await personalize(html(pageOf(listOf(["a", "b"]))), { reranker: turner(), onReport });
      assert.deepEqual(idsIn(await answer.text()), ["b", "a"]);
    }
  });
});

test("a session that throws when it ends costs the page nothing", async () => {
  const session = () => ({ observe: () => 1, rerank: (list) => [...list].reverse(), dispose: () => null.x });
  const options = { model: { session }, context: { item: 1 } };
  const { text, report } = await served(personalize, html(pageOf(listOf(["a", "b"]))), options);
  assert.deepEqual(idsIn(text), ["b", "a"]);
  assert.equal(report.reason, null);
});

test("every page has a session of its own, which ends with it, however it ends", async () => {
  const open = new Set();
  const counted = {
    session: () => {
      const session = model.session();
      open.add(session);
      return { ...session, dispose: () => (open.delete(session), session.dispose()) };
    },
  };
  const list = known.slice(0, 6);
  const page = pageOf(listOf(list));
  const options = (item) => ({ model: counted, context: { item } });
  const answers = await Promise.all(
    known.slice(6, 12).map(async (item) => (await personalize(html(page), options(item))).text()),
  );
  answers.forEach((text, at) => assert.deepEqual(idsIn(text), expected([{ id: known[6 + at] }], list)));
  await (await personalize(html(page), options(known[7]))).body.cancel();
  await personalize(html(page, { "content-encoding": "br" }), options(known[7]));
  await personalize(html(page), { ...options(""), context: { item: "" } });
  await personalize(html(page), { ...options(known[7]), lists: [{ list: "[[", item: "li", id: "id" }] });
  assert.equal(open.size, 1, "the page whose bytes are text is not read yet");
});

test("one page for two shoppers through one cache: a hit for both, and nothing of the one with the other", async () => {
  const list = known.slice(0, 12);
  const page = pageOf(listOf(list));
  let origins = 0;
  const store = new Map();
  /** A shared cache that heeds `Cache-Control`, before the worker; one behind it, between worker and shopper, is `shared`. */
  const cached = async (address) => {
    const hit = store.get(address);
    if (hit) return [hit.clone(), true];
    origins += 1;
    const answer = html(page, { "cache-control": "public, s-maxage=600", etag: '"1"' });
    store.set(address, answer.clone());
    return [answer, false];
  };
  const shared = new Map();
  const ask = async (address, shopper) => {
    if (shared.has(address)) return { text: shared.get(address), behind: true };
    const [origin, hit] = await cached(address);
    const answer = await personalize(origin, { model, context: { item: shopper } });
    const text = await answer.text();
    if (!/private|no-store/.test(answer.headers.get("cache-control"))) shared.set(address, text);
    return { text, hit };
  };
  await ask("/mugs", null); // Somebody who brings nothing: their answer may be shared.
  shared.clear();
  for (const item of [known[14], known[22], known[14]]) {
    const { text, hit } = await ask("/mugs", item);
    assert.equal(hit, true);
    assert.deepEqual(idsIn(text), expected([{ id: item }], list));
  }
  assert.equal(origins, 1);
  assert.equal(shared.size, 0);
  assert.equal(await store.get("/mugs").clone().text(), page);
  assert.notDeepEqual(expected([{ id: known[14] }], list), expected([{ id: known[22] }], list));
});
