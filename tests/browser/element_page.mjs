// A page for the tests of `<reshelf-list>`, in either browser and under the strict policy: what they make lists of, in `window.shop`.
import assert from "node:assert/strict";
import { withFirefoxTabs } from "./firefox.mjs";
import { withTabs } from "./harness.mjs";

export const BROWSERS = ["Chromium", "Firefox"];

/** Runs in the page: what every test needs. */
const prepare = async () => {
  const { defineList } = await import("/reshelf/element/index.js");
  const events = [];
  for (const type of ["reshelf-before", "reshelf-after"])
    document.addEventListener(type, ({ detail }) => events.push([type, detail]));
  const shifts = [];
  // Chromium alone tells of them.
  if (PerformanceObserver.supportedEntryTypes.includes("layout-shift"))
    new PerformanceObserver((list) => shifts.push(...list.getEntries().map(({ value }) => value))).observe({
      type: "layout-shift",
    });
  const tile = (id, inside = "") => `<li data-reshelf-item="${id}">${inside || id}</li>`;
  const ids = (root = document) =>
    [...root.querySelectorAll("[data-reshelf-item]")].map((each) => each.getAttribute("data-reshelf-item"));
  const frames = (count) =>
    new Promise((done) => {
      const next = () => (count-- > 0 ? requestAnimationFrame(next) : done());
      next();
    });
  const turned = {
    rerank: (list) => [...list].reverse().map((candidate) => ({ candidate })),
    info: () => ({ events: [1] }),
  };
  /** The same session behind promises. */
  const later = (session) =>
    Object.fromEntries(Object.entries(session).map(([name, method]) => [name, async (...given) => method(...given)]));
  // Without a box of its own, so that its list is laid out as if it were not there.
  const style = new CSSStyleSheet();
  style.replaceSync("reshelf-list { display: contents } li { height: 100px; overflow: hidden }");
  document.adoptedStyleSheets = [style];
  window.shop = { defineList, events, shifts, tile, ids, frames, turned, later };
};

/** Opens it, and hands it over; afterwards nothing may have gone wrong in it. */
export const inPageOf = (browser) => (use) =>
  (browser === "Firefox" ? withFirefoxTabs : withTabs)(async ({ open, problems }) => {
    const page = await open();
    await page.evaluate(prepare);
    await use(page);
    assert.deepEqual(await page.evaluate(() => window.violations), []);
    assert.deepEqual(problems, []);
  });
