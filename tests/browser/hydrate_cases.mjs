// Lists for the tests of `reshelf/hydrate`, made here: what it reads of them, what it moves, and what it leaves alone.
import assert from "node:assert/strict";

/** Runs in the page: a function that makes a list, and tells what became of it. */
const inPage = async (cases) => {
  const { placesOf, serverOrder, settle } = await import("/reshelf/hydrate/index.js");
  const turned = { rerank: (list) => [...list].reverse().map((candidate) => ({ candidate })) };
  const rerankers = {
    turned,
    same: { rerank: (list) => list },
    alphabetic: { rerank: (list) => [...list].sort((a, b) => (a.id < b.id ? -1 : 1)) },
    rows: { rerank: (list) => [...list].sort((a, b) => ((a.row ?? "") < (b.row ?? "") ? -1 : 1)) },
    throws: {
      rerank: () => {
        throw new Error("a fault");
      },
    },
    short: { rerank: (list) => list.slice(1) },
    // As a policy would: it is passed on, and its rules may ask what a tile says of itself.
    ruled: {
      rerank: (list, { policy } = {}) =>
        [...list].reverse().filter(({ tile }) => tile?.textContent !== policy?.hides && (!policy || tile)),
    },
    twice: { rerank: (list) => [list[0], ...list.slice(0, -1)] },
    nulls: { rerank: (list) => list.map(() => null) },
    later: { rerank: async (list) => list },
    empty: { ...turned, info: () => ({ events: [] }) },
    broken: {
      ...turned,
      info: () => {
        throw new Error("a fault");
      },
    },
  };
  const told = {};
  for (const [name, { html, rule, by, policy, below = true, focus }] of Object.entries(cases)) {
    document.body.innerHTML = `<div id="far">${html}</div>`;
    document.querySelector("#far").style.marginTop = below ? "5000px" : "0";
    const list = document.querySelector("#far > *");
    if (focus) document.querySelector(focus).focus({ preventScroll: true });
    const before = [placesOf(list), serverOrder(list, rule).map(({ id }) => id)];
    const observer = new MutationObserver(() => undefined);
    observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    const settled = settle(list, rerankers[by], rule, policy);
    told[name] = {
      places: before[0],
      server: before[1],
      settled,
      touched: observer.takeRecords().length > 0,
      html: list.outerHTML,
      after: serverOrder(list, rule).map(({ id }) => id),
    };
    observer.disconnect();
  }
  document.body.innerHTML = "";
  const nothing = [settle(null, turned), settle(document.createTextNode(""), turned), settle(document.body, null)];
  return { told, nothing, none: [placesOf(null), serverOrder(undefined).length] };
};

const tile = (id, more = "") => `<li data-reshelf-item="${id}"${more}>${id}</li>`;
const list = (inside, attributes = "") => `<ul data-reshelf-list=""${attributes}>${inside}</ul>`;
const row = (text) => ` data-reshelf-row="${text}"`;
const places = (text) => ` data-reshelf-places="${text}"`;
const abc = [tile("a"), tile("b"), tile("c")].join("");
const cba = [tile("c"), tile("b"), tile("a")].join("");

/** Lists as they come, and as they are to be: `gives` is the list after it, where it is to be touched. */
const CASES = {
  "a list of which a policy removes one": {
    html: list(abc),
    by: "ruled",
    policy: { hides: "b" },
    server: "abc",
    settled: [3, 3, 0, null],
    gives: list([tile("c"), tile("a"), tile("b")].join(""), places("2 0 1")),
  },
  "a list that came so": {
    html: list([tile("c"), tile("a"), tile("b")].join(""), places("2 0 1")),
    by: "ruled",
    policy: { hides: "b" },
    server: "abc",
    places: [2, 0, 1],
    settled: [3, 0, 0, null],
  },
  "a list in the server's order": {
    html: list(abc),
    by: "turned",
    server: "abc",
    settled: [3, 2, 0, null],
    gives: list(cba, places("2 1 0")),
  },
  "a list that came in order": {
    html: list(cba, places("2 1 0")),
    by: "turned",
    server: "abc",
    settled: [3, 0, 0, null],
  },
  "a list that goes back to the server's order": {
    ...{ html: list(cba, places("2 1 0")), by: "same", server: "abc", settled: [3, 2, 0, null] },
    gives: list(abc, places("0 1 2")),
  },
  "tiles with rows, which the candidates have as they stand": {
    html: list(`${tile("a", row("eg=="))}${tile("b")}${tile("c", row("Cg=="))}`),
    ...{ by: "rows", server: "abc", settled: [3, 3, 0, null] },
    gives: list(`${tile("b")}${tile("c", row("Cg=="))}${tile("a", row("eg=="))}`, places("1 2 0")),
  },
  "what stands between tiles, and tiles without an id": {
    html: list(
      `<!-- 1 -->${tile("b")} text <li class="banner">Sale</li>${tile("a")}<li data-reshelf-item="">none</li>\n${tile("c")}`,
    ),
    ...{ by: "alphabetic", server: "bac", settled: [3, 2, 0, null] },
    gives: list(
      `<!-- 1 -->${tile("a")} text <li class="banner">Sale</li>${tile("b")}<li data-reshelf-item="">none</li>\n${tile("c")}`,
      places("1 0 2"),
    ),
  },
  "tiles in sight": { html: list(abc), by: "turned", below: false, server: "abc", settled: [3, 0, 2, null] },
  "a tile with the focus": {
    html: list(`${tile("a")}${tile("b", ' tabindex="0" id="b"')}${tile("c")}${tile("d")}`),
    ...{ by: "turned", focus: "#b", server: "abcd", settled: [4, 2, 1, null] },
    gives: list(`${tile("d")}${tile("b", ' tabindex="0" id="b"')}${tile("c")}${tile("a")}`, places("3 1 2 0")),
  },
  "a list that is not laid out": {
    ...{ html: list(abc, ' hidden=""'), below: false, by: "turned", server: "abc", settled: [3, 2, 0, null] },
    gives: list(cba, ` hidden=""${places("2 1 0")}`),
  },
  "another rule": {
    html: '<div><p><a data-sku="x@1">1</a></p><p><a data-sku="x@2">2</a></p></div>',
    ...{
      rule: { item: "p", id: "a[data-sku]@data-sku" },
      by: "turned",
      server: ["x@1", "x@2"],
      settled: [2, 2, 0, null],
    },
    gives: `<div${places("1 0")}><p><a data-sku="x@2">2</a></p><p><a data-sku="x@1">1</a></p></div>`,
  },
  "a list with another tile by now": {
    html: list(abc + tile("d"), places("2 1 0")),
    by: "turned",
    server: "abcd",
    settled: [4, 0, 0, "changed"],
  },
  "a note that makes no sense": {
    html: list(abc, places("0 0 7")),
    by: "same",
    server: "abc",
    settled: [3, 0, 0, null],
  },
  "a session without events": {
    html: list(cba, places("2 1 0")),
    by: "empty",
    server: "abc",
    settled: [3, 0, 0, "no-context"],
  },
  "a session that cannot tell": {
    html: list(cba, places("2 1 0")),
    by: "broken",
    server: "abc",
    settled: [3, 0, 0, null],
  },
  "a selector that is none": {
    html: list(abc),
    rule: { item: "li[" },
    by: "turned",
    server: "",
    settled: [0, 0, 0, "list"],
  },
  ...Object.fromEntries(
    ["throws", "short", "twice", "nulls", "later"].map((by) => [
      `an answer that is no order: ${by}`,
      { html: list(abc), by, server: "abc", settled: [3, 0, 0, "order"] },
    ]),
  ),
};

/** Does all of it in a page of the shop. */
export async function takeUp(page) {
  const { told, nothing, none } = await page.evaluate(inPage, CASES);
  for (const [name, { html, server, settled: numbers, gives = html }] of Object.entries(CASES)) {
    const [tiles, moved, kept, reason] = numbers;
    const found = told[name];
    assert.deepEqual(found.settled, { tiles, moved, kept, reason }, name);
    assert.deepEqual(found.server, [...server], name);
    assert.equal(found.html, gives, name);
    assert.equal(found.touched, gives !== html, name);
    // What the server gave is known after it as before.
    assert.deepEqual(found.after, [...server], name);
  }
  assert.deepEqual(told["a list that came in order"].places, [2, 1, 0]);
  const without = ["a list in the server's order", "a note that makes no sense"].map((name) => told[name].places);
  assert.deepEqual(without, [null, null]);
  assert.deepEqual(
    nothing.map(({ reason }) => reason),
    ["list", "list", "order"],
  );
  assert.deepEqual(none, [null, 0]);
}
