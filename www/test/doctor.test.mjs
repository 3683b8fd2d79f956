// What `doctor()` finds: each finding in a page that has the mistake and not in the same page without it. Over the stand-in engine
// where spellings matter, else over the real one.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { loadModel, loadReranker } from "../dist/index.js";
import { rowsHandler } from "../dist/rows/index.js";
import { FakeEngine, fakeReranker, rerankerOver } from "./fake.mjs";

const at = (path) => new URL(path, import.meta.url);
const golden = (name) => readFileSync(at(`../../tests/golden/clusters/${name}`));
const [whole, core] = [golden("golden.safetensors"), golden("core.safetensors")];
const wasm = await WebAssembly.compile(readFileSync(at("../dist/engine/reshelf_bg.wasm")));
const ITEMS = Array.from({ length: 160 }, (_, row) => `${7 + 3 * row}`);
const HOUR = 3_600_000;

const codes = (findings) => findings.map(({ code }) => code).sort();
/** The codes of what is more than a note. */
const alarms = async (reranker) => codes((await reranker.doctor()).filter(({ severity }) => severity !== "note"));
const named = async (reranker, code) => (await reranker.doctor()).find((found) => found.code === code);
/** A reranker over a stand-in whose items have these names. */
const modelOf = (...names) => rerankerOver(new FakeEngine(names.length, undefined, (row) => names[row]));
const page = (options = {}) => loadReranker({ model: whole, wasm, ...options });

/** Does all that a sound page does. */
function visit(reranker, list) {
  reranker.rerank(list);
  reranker.observe({ id: list[0] });
  reranker.observe({ id: list[1], type: "cart", at: Date.now() - HOUR });
  reranker.observe({ type: "search", query: "mug" });
  for (const [position, id] of list.entries()) reranker.observe({ id, type: "impression", list: "home", position });
  reranker.rerank(list);
  reranker.rerankMany([list, [...list].reverse()]);
}

test("a sound session raises no alarm: empty, of three items, of a model, of a core with its rows", async () => {
  for (const make of [() => fakeReranker(3).reranker, () => fakeReranker().reranker, page]) {
    const reranker = await make();
    assert.deepEqual(await reranker.doctor(), []);
    const [{ code, severity }, ...more] = (reranker.rerank(["item-1", 7]), await reranker.doctor());
    assert.deepEqual([code, severity], ["events.none", "note"]);
    assert.ok(more.every((found) => found.severity === "note"));
  }
  const known = ["item-0", "item-1", "item-2"];
  for (const [reranker, list] of [
    [fakeReranker(3).reranker, known],
    [fakeReranker().reranker, known],
    [await page(), ITEMS.slice(0, 24)],
    [await page(), ITEMS.slice(0, 24).map(Number)],
    [(await loadModel({ model: whole, wasm })).session(), ITEMS.slice(0, 24)],
  ]) {
    visit(reranker, list);
    await reranker.retrieve({ k: 3 });
    assert.deepEqual(codes(await reranker.doctor()), ["events.recent"]);
  }
  const handler = rowsHandler({ rows: golden("golden.rows") });
  const rows = (ids, { model }) =>
    handler(
      new Request(
        `https://shop.example/rows?${new URLSearchParams([["model", model], ...ids.map((id) => ["ids", id])])}`,
      ),
    );
  const reranker = await page({ model: core, rows });
  await reranker.prepare(ITEMS.slice(0, 24));
  visit(reranker, ITEMS.slice(0, 24));
  assert.deepEqual(codes(await reranker.doctor()), ["events.recent"]);
  const early = await page({ model: core });
  visit(early, ITEMS.slice(0, 24));
  assert.match((await named(early, "list.unknown")).message, /prepare\(list\)/);
});

const demo = at("../../target/demo/");
test("nor does the demo shop's own", { skip: !existsSync(demo) && "make demo" }, async () => {
  const { lists, products } = JSON.parse(readFileSync(new URL("shop.json", demo), "utf8"));
  const reranker = await page({ model: readFileSync(new URL("model.safetensors", demo)) });
  const described = new Map(products.map((product) => [product.id, product]));
  for (const list of Object.values(lists)) if (Array.isArray(list)) visit(reranker, list);
  visit(
    reranker,
    lists.home.map((id) => described.get(id) ?? id).map((item) => item.id),
  );
  reranker.rerank(products.slice(0, 400));
  assert.deepEqual(await alarms(reranker), []);
});

test("unknown items are counted in lists and in events, with examples", async () => {
  const { reranker } = fakeReranker();
  const news = ["new a", "new b", "new c", 8];
  visit(reranker, ["item-1", "item-2", ...news]);
  const found = await named(reranker, "ids.unknown");
  assert.deepEqual([found.severity, found.count], ["warning", 4]);
  assert.match(found.message, /does not know 67 %/);
  assert.deepEqual([...found.examples].sort(), ['"8"', '"new a"', '"new b"', '"new c"']);
  assert.equal(await named(reranker, "events.unknown"), undefined);
  for (const id of news) reranker.observe({ id });
  const events = await named(reranker, "events.unknown");
  assert.deepEqual([events.severity, events.count], ["warning", 4]);
  assert.match(events.message, /67 % of the session's events/);

  // A single new item is no mistake, and neither are new items that are described.
  const sound = fakeReranker().reranker;
  visit(sound, ["item-1", "item-2", "item-3", "item-4", "item-5", "item-6", "new a"]);
  sound.rerank(["item-1", ...news.map((id) => ({ id, category: "home/mugs" }))]);
  assert.deepEqual(await alarms(sound), []);
});

test("a list of which the model knows nothing is an error where it knows nothing of the page at all", async () => {
  const { reranker } = fakeReranker();
  reranker.rerank(["new a", "new b"]);
  const found = await named(reranker, "list.unknown");
  assert.deepEqual([found.severity, found.count], ["error", 2]);
  reranker.rerank(["item-1", "new a"]);
  assert.equal(await named(reranker, "list.unknown"), undefined);
  reranker.rerank(["new a", "new b"]);
  assert.equal((await named(reranker, "list.unknown")).severity, "warning");

  // What is said of items in words that the catalogue does not have says nothing.
  const real = await page();
  real.rerank([{ id: "new", category: "Haushalt/Tassen" }]);
  assert.equal((await named(real, "list.unknown")).count, 1);
  real.rerank([{ id: "newer", category: "home/mugs" }]);
  assert.equal(await named(real, "list.unknown"), undefined);
});

/** The model's ids, ids of the same items as a page may have them, and what is found. */
const SPELLINGS = [
  ["ids.case", ["sku-1", "sku-22"], ["SKU-1", "Sku-22"]],
  ["ids.case", ["Sku-1", "Sku-22"], ["sku-1", "SKU-22"]],
  ["ids.case", ["MUG", "Vase"], ["mug", "vase"]],
  ["ids.space", ["redmug", "blue-vase"], ["red mug", "blue vase"]],
  ["ids.space", ["SKU_1", "B2"], ["SKU 1", "B 2"]],
  ["ids.zeros", ["17", "1700"], ["0017", "01700"]],
  ["ids.zeros", ["00017", "01700"], ["17", 1700]],
  ["ids.encoded", ["red mug", "é/2"], ["red+mug", "%C3%A9%2F2"]],
  ["ids.encoded", ["a%2Fb", "7"], ["a/b"]],
  ["ids.encoded", ["salt&pepper", "7"], ["salt&amp;pepper"]],
  ["ids.encoded", ["café", "7"], ["cafe\u0301"]],
  ["ids.affix", ["1", "2", "33"], ["gid://shopify/Product/1", "gid://shopify/Product/2", "gid://shopify/Product/33"]],
  ["ids.affix", ["gid://shopify/Product/1", "gid://shopify/Product/27"], ["1", 27]],
  ["ids.affix", ["1", "2"], [btoa("gid://shopify/Product/1"), btoa("gid://shopify/Product/2")]],
  ["ids.affix", ["1", "2"], ["sku-1", "sku-2"]],
  ["ids.affix", ["sku-1", "sku-2"], ["1", "2"]],
  ["ids.affix", ["17", "18"], ["17-red", "18_xl"]],
  ["ids.affix", ["17.html", "18.html"], ["17", "18"]],
];

test("ids that differ from known ones by their spelling are told, with both", async () => {
  for (const [code, known, ids] of SPELLINGS) {
    const reranker = modelOf(...known);
    reranker.rerank(ids);
    const found = await named(reranker, code);
    const text = `${code} ${ids}`;
    assert.equal(found?.count, ids.length, text);
    assert.match(found.examples[0], /: the model has "/, text);
    assert.deepEqual(
      (await alarms(reranker)).filter((each) => each.startsWith("ids.")),
      [code],
      text,
    );
    // The same page with the ids of the model.
    const sound = modelOf(...known);
    sound.rerank(known);
    assert.deepEqual(await alarms(sound), [], text);
  }
});

test("an id is shown with the spelling that the model has", async () => {
  const reranker = modelOf("sku-1", "sku-2");
  reranker.observe({ id: "SKU-2" });
  reranker.rerank(["sku-1"]);
  assert.deepEqual((await named(reranker, "ids.case")).examples, ['"SKU-2": the model has "sku-2"']);
});

test("new items are not taken for known ones because a number of theirs is one", async () => {
  const numbers = Array.from({ length: 40 }, (_, number) => `${number}`);
  const reranker = modelOf(...numbers);
  reranker.rerank([...numbers, "new-7", "2024/x", "summer", "winter", "hat"]);
  reranker.observe({ id: "7" });
  assert.equal(await named(reranker, "ids.affix"), undefined);
  const skus = modelOf(...numbers.map((number) => `sku-${number}`));
  skus.rerank(["sku-1", "sku-77", "sku-78", "sku-79", "sku-80"]);
  assert.equal(await named(skus, "ids.affix"), undefined);
});

test("prices in cents, or in whole units where the catalogue has cents, are told", async () => {
  // The model's bands end at 10 and at 100.
  const list = (...prices) => prices.map((price, at) => ({ id: `new-${at}`, category: "home/mugs", price }));
  const euros = [4, 15, 25, "39.90", 60, 250, 12];
  for (const [times, told] of [
    [1, undefined],
    [100, /100 times too high/],
    [1000, /1000 times too high/],
    [0.01, /100 times too low/],
  ]) {
    const reranker = await page();
    reranker.rerank(list(...euros.map((price) => price * times)));
    const found = await named(reranker, "prices.scale");
    if (told) assert.match(found?.message ?? "", told, `${times}`);
    else assert.equal(found, undefined);
  }
  for (const prices of [
    [120, 250, 260, 400, 900],
    [1, 2, 3, 4, 5],
    [2500, 2500],
    [NaN, -5, 0, 0, 0, 0],
  ]) {
    const reranker = await page();
    reranker.rerank(list(...prices));
    assert.equal(await named(reranker, "prices.scale"), undefined, `${prices}`);
  }
});

test("events that are dated long ago or later than now are told", async () => {
  const { reranker } = fakeReranker();
  reranker.observe({ id: "item-1", at: new Date() });
  reranker.observe({ id: "item-2", at: Date.now() - 20 * 24 * HOUR });
  reranker.observe({ id: "item-2", at: Date.now() + 60_000 });
  assert.deepEqual(await alarms(reranker), []);
  reranker.observe({ id: "item-3", at: Math.round(Date.now() / 1000) });
  const past = await named(reranker, "time.past");
  assert.deepEqual([past.count, past.examples[0].slice(0, 5)], [1, "1970-"]);
  assert.match(past.message, /seconds/);
  reranker.observe({ id: "item-3", at: Date.now() + 2 * HOUR });
  assert.deepEqual((await named(reranker, "time.future")).examples, ["120 minutes ahead"]);
  reranker.forget();
  assert.deepEqual(await reranker.doctor(), []);
});

test("a list that is ranked again and again before any event is told; several lists are a page", async () => {
  const { reranker } = fakeReranker();
  for (let i = 0; i < 5; i++) reranker.rerank(["item-1", "item-2"]);
  const found = await named(reranker, "list.early");
  assert.deepEqual([found.severity, found.count], ["warning", 5]);
  reranker.observe({ id: "item-1" });
  assert.equal(await named(reranker, "list.early"), undefined);
  const sound = fakeReranker().reranker;
  for (let i = 0; i < 6; i++) sound.rerank([`item-${i}`, `item-${i + 10}`]);
  assert.deepEqual(codes(await sound.doctor()), ["events.none"]);
});

test("the events of the last minutes are counted by kind", async () => {
  const { reranker } = fakeReranker();
  for (const type of ["view", "view", "cart"]) reranker.observe({ id: "item-1", type });
  reranker.observe({ id: "item-1", at: Date.now() - HOUR });
  const { count, examples, message } = await named(reranker, "events.recent");
  assert.deepEqual([count, examples], [3, ["view 2", "cart 1"]]);
  assert.match(message, /3 of the session's 4 events/);
});

test("what was refused is told, each with its reason", async () => {
  for (const [code, reason, misuse] of [
    ["arguments.refused", "argument.limit", (reranker) => reranker.rerank(["item-1"], { limit: "10" })],
    ["ids.refused", "id.missing", (reranker) => reranker.rerank([{ sku: 1 }, "item-1"])],
    ["rows.refused", "row.base64", (reranker) => reranker.rerank(["item-1", { id: "new", row: "?" }])],
    ["events.ignored", "event.missing_id", (reranker) => reranker.observe({ sku: 1 })],
  ]) {
    const { reranker } = fakeReranker();
    visit(reranker, ["item-1", "item-2"]);
    assert.deepEqual(await alarms(reranker), []);
    misuse(reranker);
    const found = await named(reranker, code);
    assert.deepEqual([found?.severity, found?.count, found?.examples], ["warning", 1, [reason]], code);
    reranker.forget();
    assert.deepEqual(await reranker.doctor(), [], code);
  }
});

test("a store that was wanted and is not there is told", async () => {
  const found = await named(await page({ store: "device" }), "store.unkept");
  assert.deepEqual([found.severity, found.examples], ["warning", ["store.unsupported"]]);
  assert.equal(await named(await page(), "store.unkept"), undefined);
});

test("why there is no model, or no engine, is told", async () => {
  const foreign = await named(await page({ model: new TextEncoder().encode("<!doctype html>") }), "model.missing");
  assert.deepEqual([foreign.severity, foreign.examples], ["error", ["artifact.foreign"]]);
  assert.match(foreign.message, /web page/);
  const disposed = await page();
  disposed.dispose();
  assert.deepEqual(codes(await disposed.doctor()), ["session.over"]);
  // In a page of its own: all loads of this one share its engine.
  const { fresh } = await import("./fresh.mjs");
  const blocked = await fresh(
    async ({ browser, model }) => {
      const { loadReranker } = await import(browser);
      WebAssembly.compile = async () => {
        throw new WebAssembly.CompileError("blocked by Content Security Policy");
      };
      return (await loadReranker({ model, wasm: new Uint8Array(8) })).doctor();
    },
    { model: new Uint8Array(whole) },
  );
  assert.deepEqual(codes(blocked), ["engine.missing"]);
  assert.deepEqual(blocked[0].examples, ["wasm.blocked"]);
  assert.match(blocked[0].message, /wasm-unsafe-eval/);
});

test("a page that has the package twice is told so", async (t) => {
  const { reranker } = fakeReranker();
  let entries = [];
  t.mock.method(performance, "getEntriesByType", () => entries);
  const fetched = (name, more) => ({ name, initiatorType: "fetch", responseStatus: 200, ...more });
  for (const sound of [
    [],
    [fetched("https://a.example/reshelf_relaxed_bg-D3f.wasm"), fetched("https://a.example/reshelf_bg-1a.wasm")],
    [
      fetched("https://a.example/reshelf_bg.wasm", { responseStatus: 404 }),
      fetched("https://a.example/reshelf_bg.wasm"),
    ],
    [
      fetched("https://a.example/reshelf_bg.wasm", { initiatorType: "link" }),
      fetched("https://a.example/reshelf_bg.wasm"),
    ],
  ]) {
    entries = sound;
    assert.deepEqual(await reranker.doctor(), []);
  }
  entries = ["one", "two"].map((copy) => fetched(`https://a.example/${copy}/reshelf_bg.wasm?v=2`));
  assert.deepEqual(
    (await named(reranker, "package.twice")).examples,
    entries.map(({ name }) => name),
  );
});

/** Does something with a copy of the package in which this file of the doctor's lies; null for none. */
async function withDoctor(text, use) {
  const folder = mkdtempSync(join(tmpdir(), "reshelf-doctor-"));
  try {
    cpSync(at("../dist/"), folder, { recursive: true });
    rmSync(join(folder, "doctor"), { recursive: true });
    if (text !== null) cpSync(at("../dist/doctor/"), join(folder, "doctor"), { recursive: true });
    if (text) writeFileSync(join(folder, "doctor/index.js"), text);
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    return await use(await import(pathToFileURL(join(folder, "index.js")).href));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("where the doctor is not published, or is of another version, it says so", async () => {
  for (const text of [null, "export const doctor = (session) => session.gone();", "export {};"]) {
    await withDoctor(text, async (copy) => {
      const reranker = await copy.loadReranker({ model: whole, wasm });
      const [{ code, severity }, ...more] = await reranker.doctor();
      assert.deepEqual([code, severity, more], ["doctor.module", "error", []]);
      assert.deepEqual(reranker.rerank([ITEMS[3]]).length, 1);
    });
  }
});

test("what is forgotten is in no finding any more", async () => {
  const secrets = ["secret-1", "SECRET-2", "item-3x"];
  const tells = async (reranker) => {
    const text = JSON.stringify(await reranker.doctor());
    return secrets.filter((id) => text.includes(id));
  };
  const full = () => {
    const { reranker } = fakeReranker();
    reranker.observe({ id: "item-1" });
    for (const id of secrets) for (const type of ["view", "impression"]) reranker.observe({ id, type });
    return reranker;
  };
  const one = full();
  assert.deepEqual(await tells(one), secrets);
  one.forget({ item: secrets[0] });
  assert.deepEqual(await tells(one), secrets.slice(1));
  one.forget({ from: 0 });
  assert.deepEqual(await tells(one), []);
  const shown = full();
  shown.rerank([...secrets, "item-1"]);
  shown.forget({ from: 0 });
  assert.deepEqual(await tells(shown), secrets, "the page itself shows them");
  for (const end of [(reranker) => reranker.forget(), (reranker) => reranker.dispose()]) {
    const reranker = full();
    reranker.rerank(secrets);
    end(reranker);
    assert.deepEqual(await tells(reranker), []);
  }
});

test("looking changes nothing of the session, and leaves nothing in memory", async () => {
  const reranker = await page();
  visit(
    reranker,
    [...ITEMS.slice(0, 9), "NEW", { id: "said", category: "home/mugs", price: 2500 }].map((item) => item),
  );
  reranker.rerank(Array.from({ length: 9 }, (_, at) => ({ id: `said-${at}`, category: "home/mugs", price: 2500 })));
  const { timings, ...before } = reranker.info();
  const snapshot = reranker.snapshot();
  const ranked = reranker.rerank(ITEMS.slice(0, 9));
  const found = await reranker.doctor();
  assert.deepEqual(await reranker.doctor(), found);
  const { timings: _, ...after } = reranker.info();
  assert.deepEqual([after, reranker.snapshot()], [before, snapshot]);
  assert.deepEqual(reranker.rerank(ITEMS.slice(0, 9)), ranked);
  assert.ok(timings);

  const engine = new FakeEngine();
  const made = [];
  const session = engine.session.bind(engine);
  engine.session = () => made[made.push(session()) - 1];
  const fake = rerankerOver(engine);
  fake.rerank(["ITEM-1"]);
  await fake.doctor();
  assert.deepEqual(
    made.map(({ freed }) => freed),
    [1],
  );
  assert.equal(engine.freed, 0);
});

test("a trap while it looks ends as any other: lists keep the server's order", async () => {
  const { engine, reranker } = fakeReranker();
  reranker.rerank(["new"]);
  engine.trapNext = true;
  assert.deepEqual(codes(await reranker.doctor()), ["doctor.module"]);
  assert.equal(reranker.info().reason.code, "engine.failed");
  assert.equal(reranker.rerank([1, 2]).length, 2);
  assert.deepEqual(codes(await reranker.doctor()), ["arguments.refused", "engine.missing"]);
});

/** What the console is told of a page with these options, whose timers run when `turn` says. */
async function consoleOf(t, options, use) {
  const [lines, timers] = [[], []];
  for (const how of ["error", "warn", "info"])
    t.mock.method(console, how, (text) => lines.push(`${how} ${/^reshelf: ([\w.]+)/.exec(text)?.[1] ?? text}`));
  t.mock.method(globalThis, "setTimeout", (work) => {
    timers.push(work);
    return {};
  });
  const reranker = await page(options);
  await reranker.doctor(); // By now the one of `debug` has come, too.
  const turn = () => {
    for (const work of timers.splice(0)) work();
    return lines.splice(0);
  };
  await use(reranker, turn);
  t.mock.restoreAll();
  return timers.length;
}

test("with `debug` the console is told of each finding once, until the session ends", async (t) => {
  const left = await consoleOf(t, { debug: true }, (reranker, turn) => {
    assert.deepEqual(turn(), []);
    reranker.rerank(ITEMS.slice(0, 3));
    assert.deepEqual(turn(), ["info events.none"]);
    reranker.rerank([{ sku: 1 }]);
    reranker.observe({ id: ITEMS[0] });
    assert.deepEqual(turn(), ["warn ids.refused", "warn list.unknown"]);
    assert.deepEqual(turn(), []);
    reranker.dispose();
    assert.deepEqual(turn(), ["info session.over"]);
  });
  assert.equal(left, 0);
});

test("without `debug` the console hears nothing, and nothing waits", async (t) => {
  for (const debug of [undefined, null, false, "yes"]) {
    const left = await consoleOf(t, { debug }, (reranker, turn) => {
      reranker.rerank([{ sku: 1 }]);
      assert.deepEqual(turn(), []);
    });
    assert.equal(left, 0);
  }
});

test("docs/doctor.md has every code of a finding, and no other", () => {
  const typed = [...readFileSync(at("../src/findings.ts"), "utf8").matchAll(/^ {2}\| "([^"]+)"/gm)].map(
    ([, code]) => code,
  );
  const documented = [...readFileSync(at("../../docs/doctor.md"), "utf8").matchAll(/^\| `([\w.]+)` \|/gm)].map(
    ([, code]) => code,
  );
  assert.deepEqual(documented.sort(), typed);
  const source = ["../dist/doctor/index.js", "../dist/index.js"].map((file) => readFileSync(at(file), "utf8")).join("");
  for (const code of typed) assert.ok(source.includes(`"${code}"`), code);
});
