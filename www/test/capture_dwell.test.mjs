// `reshelf/capture` over a stand-in for a page: for how long a product's own page was looked at.
import assert from "node:assert/strict";
import { test } from "node:test";
import { leave, make, page, productOf } from "./capture_page.mjs";

const input = (view) => view.dispatchEvent(new Event("pointermove"));

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
  const { view, document, start, told } = page({ idle: 1e8 });
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
