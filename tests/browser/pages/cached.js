// The script of a page that comes in order (cached_shop.mjs): takes its list up with the session of the device, and notes what that does to
// the page.
import { settle } from "/reshelf/hydrate/index.js";
import { loadReranker } from "/reshelf/index.js";

const shifts = [];
// Chromium alone tells how far a page has shifted.
if (PerformanceObserver.supportedEntryTypes.includes("layout-shift")) {
  const note = (list) => shifts.push(...list.getEntries().map(({ value }) => value));
  new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true });
}
const changes = [];
const all = { subtree: true, childList: true, attributes: true, characterData: true };
new MutationObserver((records) => changes.push(...records.map(({ type }) => type))).observe(document.body, all);

const reranker = await loadReranker({ model: "/golden/golden.safetensors", backend: "cpu", store: "device" });
// What the edge went by: the item that the page is about.
const parameters = new URLSearchParams(location.search);
const seen = parameters.get("seen");
if (seen) reranker.observe({ id: seen });
const settled = settle(document.querySelector("[data-reshelf-list]"), reranker);

/** Waits until all is written. */
async function saved() {
  for (let i = 0; i < 500 && !(reranker.info().store.kind === "device" && reranker.info().store.saved); i++)
    await new Promise((done) => setTimeout(done, 10));
  return reranker.info().store;
}

window.shop = { reranker, settled, changes, shifts, saved };
