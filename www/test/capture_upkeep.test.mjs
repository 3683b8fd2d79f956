// `reshelf/capture` over a stand-in for a page: what it leaves behind, what it costs, and what it puts up with.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { capture } from "../dist/capture/index.js";
import { click, grid, ids, page, productOf, seen, skipped } from "./capture_page.mjs";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

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
    view.pass(2500);
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
  view.pass(2300);
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
    ...{
      items: "[[",
      lists: 7,
      products: {},
      id: 3,
      name: true,
      position: {},
      threshold: 2,
      duration: "1",
      idle: Infinity,
    },
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
