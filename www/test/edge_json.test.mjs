// reshelf/edge: lists in JSON, of an API's answer and of islands in a page.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { personalize, personalizeJson } from "../dist/edge/index.node.js";
import { fed, html, readTo, served, settle, turner } from "./edge_origin.mjs";

const json = (text, headers = {}) => html(text, { "content-type": "application/json", ...headers });
const options = (path, id = "id") => ({ reranker: turner(), path, id });

before(() => served(personalizeJson, json("[]"), options("")));

describe("elements change places, and not a byte else", () => {
  const cases = {
    "a list under a path": [
      '{ "a": 1e3, "data": {"products": [ {"id":"x", "p":1.50} ,\n {"p":2,"id":"y"}, {"id" : "z"}\t] , "z":"\\u00e9\\/"} }\n',
      "data.products",
      '{ "a": 1e3, "data": {"products": [ {"id" : "z"} ,\n {"p":2,"id":"y"}, {"id":"x", "p":1.50}\t] , "z":"\\u00e9\\/"} }\n',
      ["x", "y", "z"],
    ],
    "the whole": ['[{"id":"a"},{"id":"b"}]', "", '[{"id":"b"},{"id":"a"}]', ["a", "b"]],
    "a list in a list": [
      '{"l":[0,{"m":[{"id":1},{"id":2}]}]}',
      "l.1.m",
      '{"l":[0,{"m":[{"id":2},{"id":1}]}]}',
      ["1", "2"],
    ],
    "numbers by their source": [
      '[{"id":1e3},{"id":1000},{"id":-0}]',
      "",
      '[{"id":-0},{"id":1000},{"id":1e3}]',
      ["1e3", "1000", "-0"],
    ],
    "escapes are read": ['[{"id":"a\\u0062"},{"id":"\\""}]', "", '[{"id":"\\""},{"id":"a\\u0062"}]', ["ab", '"']],
    "of equal keys the last": ['[{"id":1,"id":2},{"id":3}]', "", '[{"id":3},{"id":1,"id":2}]', ["2", "3"]],
    "an element without an id keeps its place": [
      '[{"id":1},{"ad":true},null,{"id":{}},{"id":2}]',
      "",
      '[{"id":2},{"ad":true},null,{"id":{}},{"id":1}]',
      ["1", "2"],
    ],
    "text behind a mark": ['\ufeff[{"id":"ä"},{"id":"b"}]', "", '\ufeff[{"id":"b"},{"id":"ä"}]', ["ä", "b"]],
  };
  for (const [name, [text, path, expected, ids]] of Object.entries(cases)) {
    test(name, async () => {
      const reranker = turner();
      const { text: got, report } = await served(bytesOf, json(text), { ...options(path), reranker });
      assert.equal(got, expected);
      assert.deepEqual(reranker.seen, [ids]);
      assert.equal(report.reason, null);
      assert.equal(report.lists.length, 1);
      assert.deepEqual([report.lists[0].tiles, report.lists[0].reason], [ids.length, null]);
    });
  }

  test("an id deep in the element", async () => {
    const edges = '{"edges":[{"node":{"id":"a"}},{"node":{"id":"b"}}]}';
    const { text } = await served(personalizeJson, json(edges), options("edges", "node.id"));
    assert.equal(text, '{"edges":[{"node":{"id":"b"}},{"node":{"id":"a"}}]}');
  });
});

/** `personalizeJson`, whose answer keeps its mark when it is read as text. */
async function bytesOf(origin, given) {
  const answer = await personalizeJson(origin, { deadlineMs: 120_000, ...given });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return { headers: answer.headers, text: async () => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes) };
}

describe("passes as it came, and says why", () => {
  const list = '[{"id":1},{"id":2}]';
  const cases = {
    "no JSON": ["json", '[{"id":1},{"id":2}', options("")],
    "a path that leads nowhere": ["json", list, options("data.products")],
    "a path that leads to no list": ["json", '{"a":{}}', options("a")],
    "neither path nor id": ["lists", list, { reranker: turner() }],
    "another charset": ["charset", list, options(""), { "content-type": "application/json; charset=latin1" }],
    "more bytes than may be": ["too-large", list, { ...options(""), maxListBytes: 10 }],
    "a model that loads for ever": [
      "model-late",
      list,
      { ...options(""), reranker: null, model: new Promise(() => {}), context: { item: 1 }, deadlineMs: 20 },
    ],
  };
  for (const [name, [reason, text, given, headers]] of Object.entries(cases)) {
    test(name, async () => {
      const origin = json(text, { etag: '"1"', "cache-control": "public", ...headers });
      const { text: got, response, report } = await served(personalizeJson, origin, given);
      assert.equal(got, text);
      assert.equal(report.reason, reason);
      assert.equal(response.headers.get("server-timing"), `reshelf;desc="${reason}"`);
      assert.equal(response.headers.get("etag"), '"1"');
      assert.equal(response.headers.get("cache-control"), "public");
    });
  }

  test("the very same answer, where it is HTML, an error, or there is nothing to go by", async () => {
    for (const [origin, given] of [
      [html("<p>"), options("")],
      [html("{}", { "content-type": "application/jsonp" }), options("")],
      [new Response("{}", { status: 404, headers: { "content-type": "application/json" } }), options("")],
      [json("[]"), { model: { session: () => null }, path: "", id: "id" }],
    ])
      assert.equal(await personalizeJson(origin, given), origin);
  });

  test("an order that is none", async () => {
    const { text, report } = await served(personalizeJson, json(list), {
      ...options(""),
      reranker: { rerank: () => [] },
    });
    assert.equal(text, list);
    assert.deepEqual(report.lists, [{ tiles: 2, moved: 0, reason: "order" }]);
  });

  test("one that is not complete in time leaves with what there is, and goes on as it comes", async () => {
    const origin = fed({ "content-type": "application/json" });
    const asked = personalizeJson(origin.response, { ...options(""), deadlineMs: 20 });
    origin.send('[{"id":1},');
    const reader = (await asked).body.getReader();
    assert.equal(await readTo(reader, ","), '[{"id":1},');
    origin.send('{"id":2}]');
    origin.end();
    assert.equal(await readTo(reader), '{"id":2}]');
  });

  test("one that breaks off fails after what came", async () => {
    const origin = fed({ "content-type": "application/json" });
    const asked = personalizeJson(origin.response, { ...options(""), deadlineMs: 10_000 });
    origin.send('[{"id":1},');
    await settle();
    origin.fail(new Error("reset"));
    const reader = (await asked).body.getReader();
    assert.equal(await readTo(reader, ","), '[{"id":1},');
    await assert.rejects(reader.read(), /reset/);
  });
});

test("its headers are those of a page that was put in order, but that all is known when they leave", async () => {
  const headers = { etag: '"1"', "cache-control": "public, max-age=9, s-maxage=60", "content-encoding": "gzip" };
  for (const type of ["application/json", "Application/LD+JSON; charset=UTF-8", "text/json"]) {
    const origin = json(gzipSync('[{"id":1},{"id":2}]'), { ...headers, "content-type": type });
    const { text, response } = await served(personalizeJson, origin, options(""));
    assert.equal(text, '[{"id":2},{"id":1}]');
    assert.equal(response.headers.get("cache-control"), "private, max-age=9");
    assert.equal(response.headers.get("etag"), null);
    assert.equal(response.headers.get("content-encoding"), null);
    assert.equal(response.headers.get("server-timing"), 'reshelf;desc="ordered"');
  }
});

test("an island in a page is put in order like the page's lists", async () => {
  const page = (ids) =>
    `<!doctype html><p>x</p><script type="application/json" id="data">{"items": [${ids.map((id) => `{"id":"${id}"}`).join(", ")}]}</script><p>y`;
  const islands = [{ script: "script#data", path: "items", id: "id" }];
  const { text, report } = await served(personalize, html(page(["a", "b", "c"])), { reranker: turner(), islands });
  assert.equal(text, page(["c", "b", "a"]));
  assert.deepEqual(report, { reason: null, lists: [{ tiles: 3, moved: 2, reason: null }] });
});

test("an origin that breaks off is told for what it is", async () => {
  const origin = fed({ "content-type": "application/json" });
  const asked = served(personalizeJson, origin.response, options(""));
  origin.send('[{"id":1},');
  await settle();
  origin.fail(new Error("reset"));
  await assert.rejects(asked, /reset/);
  let report;
  const again = fed({ "content-type": "application/json" });
  const answer = personalizeJson(again.response, { ...options(""), onReport: (given) => (report = given) });
  again.fail(new Error("reset"));
  await assert.rejects((await answer).text(), /reset/);
  assert.equal(report.reason, "origin");
});
