// Rows that `personalize` puts beside the items of a page: a page with a model's core ranks by them as with the whole model. Over
// the real engine, with a file of rows that the command wrote (tests/golden/clusters) for comparison.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { personalize, personalizeJson } from "../dist/edge/index.node.js";
import { loadModel, loadReranker } from "../dist/index.node.js";
import { answer } from "../dist/internals.js";
import { rowsHandler } from "../dist/rows/index.js";
import { draws } from "./draws.mjs";
import { html, idsIn, listOf, pageOf, served, turner } from "./edge_origin.mjs";

const golden = (name) => new Uint8Array(readFileSync(new URL(`../../tests/golden/clusters/${name}`, import.meta.url)));
const handler = rowsHandler({ rows: golden("golden.rows") });
const ITEMS = Array.from({ length: 160 }, (_, row) => `${7 + 3 * row}`);
const ROW = / data-reshelf-row="([^"]*)"/g;
const PAGE_ROW = / data-reshelf-page-row="([^"]*)"/g;

let whole;
let core;
before(async () => {
  whole = await loadModel({ model: golden("golden.safetensors"), backend: "cpu" });
  core = await loadModel({ model: golden("core.safetensors"), backend: "cpu" });
});
after(() => [whole, core].forEach((model) => model.dispose()));

/** The rows as the command wrote them. */
async function written(ids) {
  const named = ids.map((id) => ["ids", id]);
  const address = `https://shop.example/rows?${new URLSearchParams([["model", "test-2026"], ...named])}`;
  const bytes = new Uint8Array(await (await handler(new Request(address))).arrayBuffer());
  return answer.splitRows(bytes.subarray(answer.HEAD), ids.length).map((row) => Buffer.from(row).toString("base64"));
}

/** A row with its codes in 8 bits, as they lie in a table of both kinds: the command writes 4 where they fit. */
function widened(text) {
  const row = Buffer.from(text, "base64");
  const [codes, bits] = [26 + 2 * row[3], 23];
  if (row[bits] === 8) return text;
  row[bits] = 8;
  const narrow = row.subarray(codes, codes + row[2] * 8);
  const wide = [...narrow].flatMap((byte) => [(byte << 28) >> 28, (byte << 24) >> 28]);
  return Buffer.concat([
    row.subarray(0, codes),
    Buffer.from(Int8Array.from(wide).buffer),
    row.subarray(codes + narrow.length),
  ]).toString("base64");
}

/** The lists of a page as a browser reads them: candidates with the texts of the attributes. */
const listsIn = (text) =>
  text
    .split("<ul")
    .slice(1)
    .map((list) =>
      [...list.matchAll(/<li( data-reshelf-row="([^"]*)")? data-reshelf-item="([^"]*)"/g)].map(([, , row, id]) =>
        row === undefined ? { id } : { id, row },
      ),
    );

const ranked = (session, list) => session.rerank(list).map(({ candidate, score }) => [candidate.id, score]);
const plain = (list) => list.map(({ id }) => ({ id }));

test("a core with the rows of the page ranks its lists as the whole model does, bit for bit", async () => {
  for (let seed = 0; seed < 12; seed++) {
    const draw = draws(seed);
    const some = (count) => [...new Set(Array.from({ length: count }, () => ITEMS[draw(ITEMS.length)]))];
    const item = ITEMS[draw(60)];
    const page = pageOf(listOf(some(20)), listOf(some(1)), listOf([...some(8), "nobody"]));
    const options = { model: whole, context: { item }, rows: true, hydrate: seed % 2 === 0 };
    const { text } = await served(personalize, html(page), options);
    const [pageRow] = [...text.matchAll(PAGE_ROW)].map(([, row]) => row);
    const [here, there] = [core.session(), whole.session()];
    here.observe({ id: item, row: pageRow });
    there.observe({ id: item });
    for (const list of listsIn(text)) {
      assert.ok(list.length > 0 && list.every(({ id, row }) => (row === undefined) === (id === "nobody")));
      assert.deepEqual(ranked(here, list), ranked(there, plain(list)), `seed ${seed}`);
      // What the shopper then does with an item of the page counts as well.
      const chosen = list[draw(list.length)];
      here.observe({ ...chosen, type: "cart" });
      there.observe({ id: chosen.id, type: "cart" });
      assert.deepEqual(ranked(here, list), ranked(there, plain(list)), `seed ${seed}, after an event`);
    }
    assert.deepEqual(here.info().refused.rows, { count: 0, reason: null });
    for (const each of [here, there]) each.dispose();
  }
});

test("rows are those that the command writes, and a page without them is the page without the option", async () => {
  const lists = [ITEMS.slice(0, 60), ITEMS.slice(60, 61), ITEMS.slice(70, 160)];
  const page = pageOf(...lists.map((list) => listOf(list)));
  const options = { model: whole, context: { item: ITEMS[65] } };
  const without = await served(personalize, html(page), { ...options, rows: false });
  const { text, report } = await served(personalize, html(page), { ...options, rows: true });
  assert.deepEqual(report, without.report);
  assert.equal(text.replaceAll(ROW, "").replaceAll(PAGE_ROW, ""), without.text);
  assert.equal(without.text.length, page.length);
  const ids = idsIn(text);
  assert.deepEqual(
    [...text.matchAll(ROW)].map(([, row]) => row),
    [...(await written(ids.slice(0, 100))), ...(await written(ids.slice(100)))].map(widened),
  );
  assert.deepEqual(
    [...text.matchAll(PAGE_ROW)].map(([, row]) => row),
    (await written([ITEMS[65]])).map(widened),
  );
  const place = text.indexOf(" data-reshelf-page-row");
  assert.ok(place < text.indexOf(" data-reshelf-row") && text.startsWith("<ul", place - 3), "on the first list");
});

describe("what gains rows", () => {
  const gained = async (page, options) => {
    const { text, report } = await served(personalize, html(page), { model: whole, rows: true, ...options });
    return { text, rows: text.match(ROW)?.length ?? 0, pageRows: text.match(PAGE_ROW)?.length ?? 0, report };
  };
  const list = ITEMS.slice(0, 6);
  const context = { item: ITEMS[30] };

  test("a tile that has a row keeps it, one that nobody knows gains none", async () => {
    const page = pageOf(
      `<ul data-reshelf-list><li data-reshelf-item="7" data-reshelf-row="own"></li></ul>`,
      listOf(["x", "y"]),
    );
    const { text, rows } = await gained(page, { context });
    assert.equal(rows, 1);
    assert.equal(text.replaceAll(PAGE_ROW, ""), page);
  });

  test("lists stay in the page's order and have rows all the same", async () => {
    const reranker = whole.session();
    reranker.observe({ id: ITEMS[30] });
    for (const [rerank, reason] of [
      [(given) => given, "no-order"],
      [() => [], "order"],
      [() => null, "rerank"],
    ]) {
      const { text, rows, report } = await gained(pageOf(listOf(list)), { reranker: { ...reranker, rerank } });
      assert.deepEqual([rows, report.lists[0].reason], [6, reason]);
      assert.equal(text.replaceAll(ROW, ""), pageOf(listOf(list)));
    }
    reranker.dispose();
  });

  test("lists that cannot be read for certain, or are too large or late, are untouched", async () => {
    for (const [found, put, reason] of [
      ["<a ", "<b><a ", "crossing"],
      ["</li>", "", "unclosed-tile"],
      ["</ul>", "", "unclosed-list"],
    ]) {
      const broken = pageOf(listOf(list).replace(found, put));
      const { text, report } = await gained(broken, { context });
      assert.deepEqual([text, report.lists[0].reason], [broken, reason]);
    }
    const page = pageOf(listOf(list), listOf(list.slice(0, 2)));
    const maxListBytes = listOf(list).length - 1;
    const { rows, pageRows, report } = await gained(page, { context, maxListBytes });
    assert.deepEqual([rows, pageRows], [2, 1], "the bytes of rows are not those of the list");
    assert.equal(report.lists[0].reason, "too-large");
    const fits = await gained(page, { context, maxListBytes: maxListBytes + 1 });
    assert.deepEqual([fits.rows, fits.pageRows], [8, 1]);
  });

  test("scripts, JSON and pages that pass have none", async () => {
    const json = JSON.stringify(list.map((id) => ({ id })));
    const islands = [{ script: "script", path: "", id: "id" }];
    const { text, rows, pageRows } = await gained(`<script>${json}</script>`, { context, islands });
    assert.deepEqual([rows, pageRows, text.length], [0, 0, json.length + 17]);
    const origin = new Response(json, { headers: { "content-type": "application/json" } });
    const { text: ordered } = await served(personalizeJson, origin, {
      model: whole,
      context,
      path: "",
      id: "id",
      rows: true,
    });
    assert.equal(ordered.length, json.length);
    const passes = html(pageOf(listOf(list)));
    assert.equal(await personalize(passes, { model: whole, rows: true }), passes);
  });

  test("what has no rows to give is named in the report, and orders all the same", async () => {
    const { text, report } = await gained(pageOf(listOf(["a", "b"])), { model: null, reranker: turner() });
    assert.equal(text, pageOf(listOf(["b", "a"])));
    assert.deepEqual(report.refused, ["rows"]);
    // One without a table has none, which is no fault of the options.
    const bare = await gained(pageOf(listOf(list)), {
      model: core,
      context: { item: { id: ITEMS[30], row: (await written([ITEMS[30]]))[0] } },
    });
    assert.deepEqual([bare.rows, bare.pageRows, bare.report.refused], [0, 0, undefined]);
  });

  test("whatever a stand-in gives for a row, the page has text that an attribute holds", async () => {
    const door = Symbol.for("reshelf.rowOf");
    const throws = () => {
      throw new Error("no");
    };
    for (const rowOf of [
      () => '"><script>',
      () => 7,
      () => ["x"],
      throws,
      () => ({}),
      () => undefined,
      async () => [],
    ]) {
      const { text, rows, report } = await gained(pageOf(listOf(["a", "b"])), {
        reranker: { ...turner(), [door]: rowOf },
      });
      assert.equal(text.replaceAll(ROW, ""), pageOf(listOf(["b", "a"])));
      assert.equal(report.reason, null);
      assert.ok(rows === 0 || [...text.matchAll(ROW)].every(([, row]) => /^[\w+/]+=*$/.test(row)));
    }
  });
});

test("the page that a browser has ends in a session that asks for nothing of what it shows", async () => {
  const { text } = await served(personalize, html(pageOf(listOf(ITEMS.slice(0, 9)))), {
    ...{ model: whole, context: { query: "blue mug" }, rows: true },
  });
  assert.equal(text.match(PAGE_ROW), null, "there is no item of the page");
  const asked = [];
  const rows = async (ids) => (asked.push(ids), {});
  const reranker = await loadReranker({ model: golden("core.safetensors"), rows, backend: "cpu" });
  const [list] = listsIn(text);
  assert.deepEqual(await reranker.prepare([...list, "nobody"]), { arrived: 0, complete: true });
  assert.deepEqual(asked, [["nobody"]]);
  reranker.dispose();
});
