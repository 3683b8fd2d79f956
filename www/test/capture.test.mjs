// `reshelf/capture` over a stand-in for a page: what counts as seen, as passed over and as looked at, and that it lets go.
// The browsers' own observers are in tests/browser/capture.test.mjs.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { capture } from "../dist/capture/index.js";
import { FakeView } from "./fake_page.mjs";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

/** A page, and what its capture told: each event as a line, without its time. */
function page(options) {
  const view = new FakeView();
  const lines = [];
  const observe = ({ type, id, at, list, position, seconds }) => {
    assert.ok(Math.abs(at - Date.now()) < 60_000);
    lines.push([type, id, list, position, seconds].filter((part) => part !== undefined).join(" "));
  };
  const start = (more) => capture({ observe }, { root: view.document, ...options, ...more });
  /** What was told since the last time. */
  const told = () => lines.splice(0);
  return { view, document: view.document, start, told };
}

function make(document, attributes, box = null) {
  const element = document.createElement();
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.box = box;
  return element;
}

const tileOf = (document, id, box) => make(document, { "data-reshelf-item": id }, box);

/** Tiles of 250 by 250, four in a row, from `top` on. */
function grid(document, name, ids, top = 0) {
  const height = Math.ceil(ids.length / 4) * 250;
  const list = make(document, { "data-reshelf-list": name }, [0, top, 1000, height]);
  list.append(...ids.map((id, at) => tileOf(document, id, [(at % 4) * 250, top + Math.floor(at / 4) * 250, 250, 250])));
  document.append(list);
  return list;
}

const ids = (prefix, count, from = 0) => Array.from({ length: count }, (_, at) => `${prefix}${from + at}`);
const seen = (list, ids, from = 0) => ids.map((id, at) => `impression ${id} ${list} ${from + at}`);
const skipped = (list, ids, from = 0) => ids.map((id, at) => `skip ${id} ${list} ${from + at}`);

function click(view, tile, { type = "click", button = 0, key } = {}) {
  const inner = view.document.createElement();
  const event = Object.assign(new Event(type), { button, key });
  event.composedPath = () => [inner, tile, tile.parentElement, view.document, view];
  view.document.dispatchEvent(event);
}

const leave = (view) => view.dispatchEvent(new Event("pagehide"));

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
  assert.deepEqual(
    told().filter((line) => line.startsWith("skip")),
    [],
    "it came back",
  );
  view.scrollY = 260;
  view.pass(1300);
  assert.deepEqual(told(), [...skipped("new", ids("a", 4)), ...seen("new", ids("a", 4, 16), 16)]);
  view.scrollY = 1000;
  view.pass(1300);
  assert.deepEqual(told().sort(), [...skipped("new", ids("a", 12, 4), 4), ...seen("new", ids("a", 12, 20), 20)].sort());
  view.scrollY = 0;
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
  view.scrollY = 250;
  view.pass(100);
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

// ---- A product's own page ----

const input = (view) => view.dispatchEvent(new Event("pointermove"));
const productOf = (document, id) => {
  const product = tileOf(document, id, [0, 0, 1000, 3000]);
  document.append(product);
  return product;
};

test("a product is looked at while it is in view, in steps, and its events add up", () => {
  const { view, document, start, told } = page();
  const product = productOf(document, "p");
  start();
  for (let second = 0; second < 65; second++) {
    view.pass(1000);
    input(view);
  }
  assert.deepEqual(told(), ["dwell p 10", "dwell p 10", "dwell p 20"]);
  product.remove();
  view.pass(100);
  assert.deepEqual(told(), ["dwell p 25"]);
  view.pass(60_000);
  assert.deepEqual(told(), []);
});

test("idle time does not count, and no timer runs in it", () => {
  const { view, document, start, told } = page();
  productOf(document, "p");
  start();
  view.pass(600_000);
  assert.deepEqual(told(), ["dwell p 10", "dwell p 10"]);
  assert.equal(view.timers.size, 0);
  input(view);
  view.pass(5000);
  leave(view);
  assert.deepEqual(told(), ["dwell p 15"], "ten of the first thirty seconds, and five");
});

test("nor does time in another tab, or scrolled away, and what there is goes out as the tab is hidden", () => {
  const { view, document, start, told } = page();
  const product = productOf(document, "p");
  start();
  view.pass(4000);
  document.hidden = true;
  document.dispatchEvent(new Event("visibilitychange"));
  assert.deepEqual(told(), ["dwell p 4"]);
  view.pass(3_600_000);
  document.hidden = false;
  document.dispatchEvent(new Event("visibilitychange"));
  view.pass(3000);
  document.hidden = true;
  document.dispatchEvent(new Event("visibilitychange"));
  assert.deepEqual(told(), [], "less than was told before waits");
  document.hidden = false;
  document.dispatchEvent(new Event("visibilitychange"));
  product.box = [0, 5000, 1000, 3000];
  view.pass(20_000);
  product.box = [0, 900, 1000, 3000];
  view.pass(2000);
  leave(view);
  assert.deepEqual(told(), ["dwell p 5"]);
});

test("an hour is the most that one look counts, in a dozen events", () => {
  const { view, document, start, told } = page({ idle: 1e9 });
  productOf(document, "p");
  start();
  for (let minute = 0; minute < 90; minute++) view.pass(60_000);
  leave(view);
  const seconds = told().map((line) => Number(line.split(" ")[2]));
  assert.equal(
    seconds.reduce((sum, each) => sum + each, 0),
    3600,
  );
  assert.ok(seconds.length <= 12, String(seconds));
});

test("a product's page that is made anew goes on; one that shows another product is another look", () => {
  const { view, document, start, told } = page();
  const product = productOf(document, "p");
  start();
  view.pass(4000);
  product.remove();
  const again = productOf(document, "p");
  view.pass(4000);
  assert.deepEqual(told(), []);
  again.setAttribute("data-reshelf-item", "q");
  view.pass(3000);
  assert.deepEqual(told(), ["dwell p 8"]);
  leave(view);
  assert.deepEqual(told(), ["dwell q 3"]);
});

test("less than half a second is no look, and `products` says where to look, if anywhere", () => {
  const { view, document, start, told } = page();
  productOf(document, "p").box = [0, 0, 1000, 400];
  const other = make(document, { "data-detail": "", "data-reshelf-item": "d" }, [0, 400, 1000, 400]);
  document.append(other);
  const first = start({ products: "[data-detail]" });
  view.pass(3000);
  first.stop();
  assert.deepEqual(told(), ["dwell d 3"]);
  const second = start({ products: false });
  view.pass(3000);
  second.stop();
  const third = start();
  view.pass(400);
  third.stop();
  assert.deepEqual(told(), []);
});

// ---- What it leaves behind, what it costs, what it puts up with ----

/** All that a page has of a capture's. */
function traces(view) {
  const types = ["click", "auxclick", "keydown", "visibilitychange", "pagehide", "pageshow"];
  const listeners = [view, view.document].flatMap((target) =>
    [...types, "pointermove", "pointerdown", "scroll"].flatMap((type) => getEventListeners(target, type)),
  );
  const targets = [...view.observers].reduce((sum, { targets }) => sum + targets.size, 0);
  const roots = [...view.mutations].filter(({ root }) => root).length;
  return { listeners: listeners.length, targets, roots, timers: view.timers.size };
}

test("stop() and an aborted signal leave no listener, observer or timer, and tell what is due", () => {
  for (const way of ["stop", "signal"]) {
    const { view, document, start, told } = page();
    const controller = new AbortController();
    const list = grid(document, "new", ids("a", 40));
    productOf(document, "p").box = [0, 0, 1000, 100];
    const { info, stop } = start({ signal: controller.signal });
    view.pass(1300);
    view.scrollY = 260;
    view.pass(200);
    told();
    const during = traces(view);
    assert.ok(during.listeners > 6 && during.targets > 10 && during.roots === 1 && during.timers > 0);
    if (way === "stop") stop();
    else controller.abort();
    assert.deepEqual(told(), [...skipped("new", ids("a", 4)), "dwell p 1"]);
    assert.deepEqual(traces(view), { listeners: 0, targets: 0, roots: 0, timers: 0 });
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
    assert.equal(info().reason.code, "capture.stopped");
    assert.equal(info().watched, 0);
    click(view, list.childNodes[0]);
    list.childNodes[3].remove();
    view.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    view.pass(5000);
    stop();
    assert.deepEqual(told(), []);
    assert.deepEqual(traces(view), { listeners: 0, targets: 0, roots: 0, timers: 0 });
  }
});

test("a signal that was aborted before watches nothing", () => {
  const { view, document, start, told } = page();
  grid(document, "new", ids("a", 4));
  const { info } = start({ signal: AbortSignal.abort() });
  view.pass(3000);
  assert.deepEqual(told(), []);
  assert.equal(info().reason.code, "capture.stopped");
  assert.deepEqual(traces(view), { listeners: 0, targets: 0, roots: 0, timers: 0 });
});

test("where there is no page, nothing happens, with a reason", () => {
  const { info, stop } = capture({ observe: assert.fail });
  assert.equal(info().reason.code, "host.missing");
  stop();
  assert.equal(info().reason.code, "host.missing");
});

test("of a large list few tiles are looked at, wherever the shopper is, and all are found", () => {
  const { view, document, start, told } = page({ skips: false });
  grid(document, "all", ids("a", 2000), 5000);
  const { info } = start();
  const looked = () => [...view.observers][0].targets.size;
  view.pass(100);
  assert.equal(info().watched, 2000);
  assert.equal(looked(), 1, "the list alone, which is not in view");
  const places = [5000, 5100, 30_000, 129_000, 80_125, 5000, 4500];
  for (const top of places) {
    view.scrollY = top;
    view.pass(1500);
    assert.ok(looked() < 120, `${looked()} at ${top}`);
    const [first, last] = [Math.max(0, Math.ceil((top - 5125) / 250)), Math.floor((top - 4125) / 250) + 1];
    for (const line of told()) {
      const at = Number(line.split(" ")[3]);
      assert.ok(at >= first * 4 && at < last * 4, `${line} at ${top}`);
    }
  }
  assert.equal(info().told.impression, 16 + 4 + 16 + 16 + 16);
});

test("a steady scroll sees every tile of a large list, and looks at each frame at few", () => {
  const { view, document, start, told } = page({ skips: false });
  grid(document, "all", ids("a", 800));
  start();
  view.pass(1300);
  view.looks = 0;
  let frames = 0;
  for (; view.scrollY < 49_000; view.scrollY += 10) {
    view.pass(1000 / 60);
    frames += 2;
  }
  view.pass(1500);
  assert.deepEqual(told().sort(), seen("all", ids("a", 800)).sort());
  assert.ok(view.looks / frames < 110, `${view.looks / frames} looks a frame`);
});

test("what a page's own filter brings into view is found", () => {
  const { view, document, start, told } = page();
  const list = grid(document, "all", ids("a", 400));
  start();
  view.pass(1300);
  told();
  let at = 0;
  for (const [place, tile] of list.childNodes.entries()) {
    tile.hidden = place % 40 !== 0;
    if (!tile.hidden) tile.box = [(at % 4) * 250, Math.floor(at++ / 4) * 250, 250, 250];
  }
  view.pass(1300);
  assert.deepEqual(
    told(),
    ids("", 9, 1).map((n) => `impression a${n * 40} all ${n * 40}`),
  );
});

test("memory of a list without end stops growing", async () => {
  const { view, document, start, told } = page({ duration: 0, skips: false });
  const list = grid(document, "all", ids("a", 16));
  const { info } = start();
  const heap = [];
  for (let turn = 1; turn <= 3000; turn++) {
    for (const [at, tile] of list.childNodes.entries()) tile.setAttribute("data-reshelf-item", `t${turn}-${at}`);
    view.pass(20);
    told();
    if (turn % 1000 > 0) continue;
    await new Promise(setImmediate);
    collect();
    heap.push(process.memoryUsage().heapUsed);
  }
  assert.equal(info().told.impression, 3000 * 16);
  // It keeps 4,096 items, which the first thousand turns have filled.
  assert.ok(heap[2] - heap[0] < 1_000_000, `${heap[2] - heap[0]} bytes more`);
});

test("nothing that is passed in, and nothing that observe does, gets any further than a count", async () => {
  const { view, document } = page();
  const list = grid(document, "new", ids("a", 4));
  const bad = { get: () => assert.fail("read") };
  const wrong = {
    ...{ items: "[[", lists: 7, products: {}, id: 3, name: true, position: {}, threshold: 2, duration: "1", idle: -1 },
    ...{ clicks: 1, skips: "no", signal: 5 },
  };
  let calls = 0;
  const observe = () => {
    calls++;
    if (calls % 2) throw new Error("no room");
    return Promise.reject(new Proxy({}, bad));
  };
  const { info, stop } = capture({ observe }, { root: document, ...wrong });
  assert.equal(info().refused.count, Object.keys(wrong).length);
  assert.match(info().refused.reason.code, /^argument\./);
  view.pass(1300);
  await new Promise(setImmediate);
  assert.equal(calls, 4);
  assert.equal(info().told.impression, 4);
  assert.equal(info().refused.count, Object.keys(wrong).length + 4);
  assert.equal(info().refused.reason.code, "capture.lost");
  stop();

  const throwing = { root: document, id: () => assert.fail("id"), position: () => assert.fail("position") };
  const second = capture({ observe: () => 1 }, throwing);
  assert.equal(second.info().watched, 0);
  assert.equal(second.info().refused.reason.code, "argument.id");
  second.stop();

  const options = new Proxy({}, bad);
  for (const given of [options, 5, "x", () => 1, { root: 5 }, { root: {} }, { root: { querySelectorAll: 1 } }, []])
    assert.notEqual(capture({ observe: () => 1 }, given).info().reason, null);
  for (const given of [undefined, null, 5, {}, bad]) {
    const third = capture(given, { root: document, skips: false });
    list.remove();
    document.append(list);
    view.pass(1300);
    await new Promise(setImmediate);
    assert.equal(third.info().refused.reason?.code, "capture.lost");
    third.stop();
  }
});

test("the observer may end the capture, or change the page, while it is told", () => {
  const { view, document } = page();
  const list = grid(document, "new", ids("a", 8));
  let told = 0;
  const handle = capture(
    {
      observe: () => {
        told++;
        list.remove();
        handle.stop();
      },
    },
    { root: document },
  );
  view.pass(3000);
  assert.equal(told, 8, "those of one task");
  assert.deepEqual(traces(view), { listeners: 0, targets: 0, roots: 0, timers: 0 });
});
