// `reshelf/capture` over a stand-in for a page: what counts as seen and as passed over. capture_dwell.test.mjs has what counts as
// looked at, capture_upkeep.test.mjs what it costs and puts up with; the browsers' own observers are in
// tests/browser/capture.test.mjs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { capture } from "../dist/capture/index.js";
import { click, grid, ids, leave, make, page, seen, skipped, tileOf } from "./capture_page.mjs";

test("a tile is seen once half of it was in view for a second, with its list and its place", () => {
  const { view, document, start, told } = page();
  grid(document, "new", ids("a", 20), 100);
  const { info } = start();
  view.pass(900);
  assert.deepEqual(told(), []);
  view.pass(400);
  // 900 of 1,000 pixels are the grid's: three rows and 150 of 250 pixels of the fourth.
  assert.deepEqual(told(), seen("new", ids("a", 16)));
  view.pass(5000);
  view.scrollY = 100;
  view.pass(2000);
  view.scrollY = 0;
  view.pass(2000);
  assert.deepEqual(told(), [], "once a showing");
  assert.equal(info().told.impression, 16);
  assert.equal(info().reason, null);
});

test("less than half, or less than a second, is not seen", () => {
  const { view, document, start, told } = page();
  grid(document, "new", ids("a", 400));
  start();
  view.scrollY = 130;
  view.pass(1300);
  assert.deepEqual(told(), seen("new", ids("a", 16, 4), 4), "of the first row 120 pixels are left, of the last 130");
  for (let at = 0; at < 60; at++) {
    view.scrollY += 300;
    view.pass(50);
  }
  // What was seen was passed, and nothing was seen on the way.
  assert.deepEqual(told(), skipped("new", ids("a", 16, 4), 4));
  const first = Math.ceil((view.scrollY - 125) / 250) * 4;
  view.pass(1300);
  assert.equal(told()[0], `impression a${first} new ${first}`);
});

test("a second that ends between two looks counts", () => {
  const { view, document, start, told } = page();
  grid(document, "new", ids("a", 8), 1000);
  start();
  view.pass(100);
  view.scrollY = 500;
  view.pass(1020);
  view.scrollY = 0;
  view.pass(100);
  assert.deepEqual(told(), seen("new", ids("a", 8)));
});

test("threshold and duration are options", () => {
  const { view, document, start, told } = page({ threshold: 1, duration: 100 });
  grid(document, "new", ids("a", 8), 700);
  start();
  view.pass(500);
  assert.deepEqual(told(), seen("new", ids("a", 4)));
});

test("what was seen and left at the top for a second is skipped, once; what comes back or left at the bottom is not", () => {
  const { view, document, start, told } = page();
  grid(document, "new", ids("a", 40));
  start();
  view.pass(1300);
  assert.equal(told().length, 16);
  view.scrollY = 260;
  view.pass(900);
  view.scrollY = 0;
  view.pass(3000);
  assert.deepEqual(told(), [], "it came back");
  view.scrollY = 260;
  view.pass(1300);
  assert.deepEqual(told(), [...skipped("new", ids("a", 4)), ...seen("new", ids("a", 4, 16), 16)]);
  view.scrollY = 1000;
  view.pass(1300);
  assert.deepEqual(told().sort(), [...skipped("new", ids("a", 12, 4), 4), ...seen("new", ids("a", 12, 20), 20)].sort());
  view.scrollY = 0;
  view.pass(5000);
  view.scrollY = 1000;
  view.pass(5000);
  assert.deepEqual(told(), [], "those left at the bottom are not skipped, nor is anything told twice");
});

test("a click stops a skip, by pointer, key or middle button, and tells nothing by itself", () => {
  const { view, document, start, told } = page();
  const list = grid(document, "new", ids("a", 16));
  start();
  view.pass(1300);
  told();
  const [first, second, third, fourth, fifth] = list.childNodes;
  click(view, first);
  click(view, second, { type: "auxclick", button: 1 });
  click(view, third, { type: "keydown", key: "Enter" });
  click(view, fourth, { type: "keydown", key: "Tab" });
  click(view, fifth, { type: "auxclick", button: 2 });
  view.scrollY = 2000;
  view.pass(2000);
  assert.deepEqual(told(), skipped("new", ids("a", 13, 3), 3));
});

test("with `clicks` a click is a view, once a showing", () => {
  const { view, document, start, told } = page({ clicks: true, skips: false });
  const list = grid(document, "new", ids("a", 8));
  start();
  view.pass(1300);
  told();
  click(view, list.childNodes[1], { type: "keydown", key: "Enter" });
  click(view, list.childNodes[1]);
  click(view, list.childNodes[2]);
  assert.deepEqual(told(), ["view a1", "view a2"]);
  view.scrollY = 2000;
  view.pass(2000);
  leave(view);
  assert.deepEqual(told(), [], "no skips");
});

test("a click on what stands beside the item is none", () => {
  const { view, document, start, told } = page({ clicks: true });
  const list = grid(document, "new", ids("a", 8));
  start();
  view.pass(1300);
  told();
  const inner = Object.assign(document.createElement(), {
    getAttribute: (name) => (name === "data-reshelf-aside" ? "" : null),
  });
  click(view, list.childNodes[1], { inner });
  leave(view);
  assert.deepEqual(told(), [], "no view, and nobody was passed over for it");
});

test("who leaves the page after a click skips what was seen and not clicked; who leaves without one does not", () => {
  for (const clicks of [false, true]) {
    const { view, document, start, told } = page();
    const list = grid(document, "new", ids("a", 8));
    grid(document, "other", ids("b", 4), 500);
    start();
    view.pass(1300);
    assert.equal(told().length, 12);
    if (clicks) click(view, list.childNodes[2]);
    leave(view);
    assert.deepEqual(told(), clicks ? skipped("new", ids("a", 8)).filter((line) => !line.includes("a2")) : []);
  }
});

test("what was just passed is skipped as the page is left, without waiting for its second", () => {
  const { view, document, start, told } = page();
  grid(document, "new", ids("a", 40));
  start();
  view.pass(1300);
  told();
  view.scrollY = 200;
  view.pass(100);
  // It touches the view still, and the browser knows it and has not said it.
  view.busy = true;
  view.scrollY = 250;
  view.pass(100);
  assert.deepEqual(told(), []);
  leave(view);
  assert.deepEqual(told(), skipped("new", ids("a", 4)));
});

test("a carousel is passed towards its end, whichever side that is", () => {
  for (const dir of ["ltr", "rtl"]) {
    const { view, document, start, told } = page();
    const sign = dir === "rtl" ? -1 : 1;
    const list = make(document, { "data-reshelf-list": "row", dir }, [200, 300, 600, 200]);
    list.clips = true;
    list.append(
      ...ids("c", 12).map((id, at) =>
        tileOf(document, id, [(dir === "rtl" ? 600 : 200) + sign * at * 200, 300, 200, 200]),
      ),
    );
    document.append(list);
    start();
    view.pass(1300);
    assert.deepEqual(told(), seen("row", ids("c", 3)));
    // The page scrolls as well, which is no way of passing.
    view.scrollY = 150;
    view.pass(500);
    list.scrolled = { left: sign * 400, top: 0 };
    view.pass(1300);
    assert.deepEqual(told().sort(), [...seen("row", ids("c", 2, 3), 3), ...skipped("row", ids("c", 2))].sort(), dir);
    list.scrolled = { left: 0, top: 0 };
    view.pass(2000);
    leave(view);
    assert.deepEqual(told(), [], `${dir}: those left towards the end may come again`);
  }
});

test("what scrolls by itself below a header is passed at its own top", () => {
  const { view, document, start, told } = page();
  const scroller = make(document, {}, [0, 200, 1000, 500]);
  scroller.clips = true;
  document.append(scroller);
  const list = grid(document, "new", ids("a", 20), 200);
  scroller.append(list);
  start();
  view.pass(1300);
  assert.deepEqual(told(), seen("new", ids("a", 8)));
  scroller.scrolled = { left: 0, top: 260 };
  view.pass(1300);
  assert.deepEqual(told().sort(), [...skipped("new", ids("a", 4)), ...seen("new", ids("a", 4, 8), 8)].sort());
  scroller.scrolled = { left: 0, top: 0 };
  view.pass(3000);
  assert.deepEqual(told(), []);
});

test("in a hidden tab no time passes, and a second begins anew", () => {
  const { view, document, start, told } = page();
  grid(document, "new", ids("a", 4));
  start();
  const hide = (hidden) => {
    document.hidden = hidden;
    document.dispatchEvent(new Event("visibilitychange"));
  };
  view.pass(800);
  hide(true);
  view.pass(60_000);
  hide(false);
  view.pass(800);
  assert.deepEqual(told(), []);
  view.pass(500);
  assert.deepEqual(told(), seen("new", ids("a", 4)));
  // What comes while the tab is hidden has its second once it is not.
  hide(true);
  grid(document, "more", ids("b", 4), 300);
  view.frame(true);
  view.frame(true);
  view.pass(5000);
  hide(false);
  view.pass(800);
  assert.deepEqual(told(), []);
  view.pass(1500);
  assert.deepEqual(told(), seen("more", ids("b", 4)));
});

test("tiles that are not displayed are not seen, nor skipped when they are hidden", () => {
  const { view, document, start, told } = page();
  const list = grid(document, "tab", ids("a", 4));
  list.hidden = true;
  start();
  view.pass(3000);
  assert.deepEqual(told(), []);
  list.hidden = false;
  view.pass(1300);
  assert.deepEqual(told(), seen("tab", ids("a", 4)));
  list.hidden = true;
  view.pass(3000);
  leave(view);
  assert.deepEqual(told(), []);
});

test("a tile without area is not seen, and is once it has grown", () => {
  const { view, document, start, told } = page();
  const list = grid(document, "new", ids("a", 4), 100);
  for (const tile of list.childNodes) tile.box = [tile.box[0], 100, 0, 0];
  start();
  view.pass(2500);
  assert.deepEqual(told(), []);
  for (const tile of list.childNodes) tile.box = [tile.box[0], 100, 250, 250];
  view.pass(3000);
  assert.deepEqual(told(), seen("new", ids("a", 4)));
});

test("an infinite list: batches that are added count their places on", () => {
  const { view, document, start, told } = page();
  const list = grid(document, "new", ids("a", 16));
  start();
  view.pass(1300);
  told();
  for (let batch = 1; batch < 4; batch++) {
    const top = batch * 1000;
    list.append(
      ...ids("a", 16, batch * 16).map((id, at) =>
        tileOf(document, id, [(at % 4) * 250, top + Math.floor(at / 4) * 250, 250, 250]),
      ),
    );
    list.box = [0, 0, 1000, top + 1000];
    view.scrollY = top;
    view.pass(1300);
    assert.deepEqual(
      told().filter((line) => line.startsWith("impression")),
      seen("new", ids("a", 16, batch * 16), batch * 16),
    );
  }
  // What is put in before them shifts the others.
  told();
  const before = list.childNodes.slice(0, 50);
  const after = list.childNodes.slice(50);
  list.append(...before, tileOf(document, "x", [0, 3500, 250, 250]), ...after);
  after[0].setAttribute("data-reshelf-item", "y");
  view.pass(1300);
  assert.deepEqual(told(), ["impression x new 50", "impression y new 51"]);
});

test("an element that is gone before the second is over was not seen", () => {
  const { view, document, start, told } = page();
  const list = grid(document, "new", ids("a", 4));
  const { info } = start();
  view.pass(500);
  for (const tile of [...list.childNodes]) tile.remove();
  view.pass(3000);
  assert.deepEqual(told(), []);
  assert.equal(info().watched, 0);
});

test("tiles that are made anew, or moved, go on with their time", () => {
  const { view, document, start, told } = page();
  const list = grid(document, "new", ids("a", 4));
  start();
  for (let at = 0; at < 4; at++) {
    view.pass(300);
    const old = [...list.childNodes];
    list.append(...old.map((tile) => tileOf(document, tile.getAttribute("data-reshelf-item"), tile.box)));
    for (const tile of old) tile.remove();
  }
  view.pass(100);
  assert.deepEqual(told(), seen("new", ids("a", 4)));
  list.append(list.childNodes[0]);
  view.pass(3000);
  assert.deepEqual(told(), [], "seen once, wherever it moves");
});

test("an element that is used for another item shows that one from then on", () => {
  const { view, document, start, told } = page();
  const list = grid(document, "new", ids("a", 2));
  start();
  view.pass(800);
  list.childNodes[0].setAttribute("data-reshelf-item", "b");
  view.pass(500);
  assert.deepEqual(told(), ["impression a1 new 1"]);
  view.pass(800);
  assert.deepEqual(told(), ["impression b new 0"]);
  list.childNodes[0].setAttribute("data-reshelf-item", "");
  list.childNodes[1].setAttribute("data-reshelf-item", "c");
  view.pass(1300);
  assert.deepEqual(told(), ["impression c new 0"], "an element without an id shows nothing and has no place");
});

test("a list that is made anew goes on; another name, or another time, is another showing", () => {
  const { view, document, start, told } = page();
  const list = grid(document, "new", ids("a", 4));
  start();
  view.pass(1300);
  assert.equal(told().length, 4);
  list.remove();
  const again = grid(document, "new", ids("a", 4));
  view.pass(3000);
  assert.deepEqual(told(), []);
  again.setAttribute("data-reshelf-list", "mugs");
  view.pass(1300);
  assert.deepEqual(told(), seen("mugs", ids("a", 4)));
  again.remove();
  view.pass(100);
  grid(document, "mugs", ids("a", 4));
  view.pass(1300);
  assert.deepEqual(told(), seen("mugs", ids("a", 4)));
});

test("a list that leaves the page after a click skips what was seen, as a page does", () => {
  const { view, document, start, told } = page();
  const list = grid(document, "new", ids("a", 4));
  start();
  view.pass(1300);
  told();
  click(view, list.childNodes[0]);
  list.remove();
  view.pass(100);
  assert.deepEqual(told(), skipped("new", ids("a", 3, 1), 1));
});

test("a page out of the back/forward cache is shown anew", () => {
  const { view, document, start, told } = page();
  const list = grid(document, "new", ids("a", 4));
  const { info } = start();
  view.pass(1300);
  told();
  click(view, list.childNodes[0]);
  leave(view);
  assert.deepEqual(told(), skipped("new", ids("a", 3, 1), 1));
  assert.equal(info().watched, 0);
  view.pass(60_000);
  view.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
  view.pass(1300);
  assert.deepEqual(told(), seen("new", ids("a", 4)));
});

test("the page may say an item's id, a list's name and a place in other ways", () => {
  const { view, document, start, told } = page({
    items: "[data-sku]",
    id: (element) => Number(element.getAttribute("data-sku")),
    lists: "[data-row]",
    name: "data-row",
  });
  const list = make(document, { "data-row": "" }, [0, 0, 1000, 250]);
  list.append(make(document, { "data-sku": 7, "data-reshelf-position": 41 }, [0, 0, 250, 250]));
  list.append(make(document, { "data-sku": 8 }, [250, 0, 250, 250]));
  document.append(list);
  start();
  view.pass(1300);
  assert.deepEqual(told(), ["impression 7 41", "impression 8 1"], "a list without a name has none");
});

test("tiles of a shadow root belong to the list around it", () => {
  const { view, document, start, told } = page();
  const host = make(document, { "data-reshelf-list": "shadow" }, [0, 0, 1000, 250]);
  document.append(host);
  const root = make(document, {});
  root.host = host;
  root.append(tileOf(document, "s", [0, 0, 250, 250]));
  // For this stand-in it lies beside its host; a shadow root is no element.
  root.nodeType = 11;
  document.append(root);
  start({ root });
  view.pass(1300);
  assert.deepEqual(told(), ["impression s shadow 0"]);
});

test("events bring the rows that a page has beside its items", () => {
  const { view, document } = page();
  const list = grid(document, "new", ids("a", 2));
  const product = make(document, { "data-reshelf-item": "p" }, [0, 300, 1000, 300]);
  document.append(product);
  for (const [element, row] of [
    [list.childNodes[0], "Ug=="],
    [product, "Uh=="],
  ])
    element.setAttribute("data-reshelf-row", row);
  const events = [];
  const { stop } = capture({ observe: (event) => events.push(event) }, { root: document, clicks: true });
  view.pass(2000);
  for (const tile of list.childNodes) click(view, tile);
  // A script uses the tile for another item, and knows nothing of the row.
  list.childNodes[0].setAttribute("data-reshelf-item", "z");
  view.pass(2000);
  stop();
  const shown = events.filter(({ type }) => type !== "skip");
  const rows = shown.map(({ type, id, ...more }) => [type, id, "row" in more ? more.row : "none"]);
  assert.deepEqual(rows, [
    ["impression", "a0", "Ug=="],
    ["impression", "a1", "none"],
    ["view", "a0", "Ug=="],
    ["view", "a1", "none"],
    ["impression", "z", "none"],
    ["dwell", "p", "Uh=="],
  ]);
});
