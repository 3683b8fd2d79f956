// A shop's service worker: its cached pages come in the order of this shopper's session, with and without a network. What is kept
// is the page as it is for everyone. With a bundler, import "reshelf/service-worker" instead.
import { createHandler, loadReranker } from "/reshelf/service-worker.js";

// A new name with every model: what is kept under an old one goes.
const CACHE = "shop-1";
const MODEL = "/shop.safetensors";
const ENGINE = "/reshelf/engine/reshelf_bg.wasm";
const HTML = "/reshelf/html/reshelf_html_bg.wasm";

const pages = createHandler({
  load: async () => {
    const [model, wasm] = await Promise.all([kept(MODEL), kept(ENGINE)]);
    return loadReranker({ model, wasm, store: "device" });
  },
  html: () => kept(HTML),
  fetch: freshOrKept,
  hydrate: true,
  off: "/reshelf-off",
});

addEventListener("fetch", (event) => pages.answer(event));

// Loads before the first page needs it. Not in "activate", for whose end pages wait.
addEventListener("install", (event) => event.waitUntil(Promise.all([pages.warm(), skipWaiting()])));
addEventListener("activate", (event) => event.waitUntil(begin()));

async function begin() {
  await registration.navigationPreload?.enable();
  for (const name of await caches.keys()) if (name.startsWith("shop-") && name !== CACHE) await caches.delete(name);
  await clients.claim();
}

/** A file out of the cache, or out of the network into it. */
async function kept(address) {
  const cache = await caches.open(CACHE);
  const found = await cache.match(address);
  if (found) return found;
  const answer = await fetch(address);
  if (answer.ok) await cache.put(address, answer.clone());
  return answer;
}

/** A page out of the network, and kept as it came; where there is no network, as it was kept. */
async function freshOrKept(event) {
  const cache = await caches.open(CACHE);
  try {
    const preloaded = await event.preloadResponse;
    // Firefox brings a response of that type where the network failed.
    const answer = preloaded && preloaded.type !== "error" ? preloaded : await fetch(event.request);
    if (answer.ok) event.waitUntil(cache.put(event.request, answer.clone()));
    return answer;
  } catch {
    return cache.match(event.request);
  }
}
