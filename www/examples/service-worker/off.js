// Takes the service worker off: publish this file under the address of the other one. A browser has it at its next page, or where
// that did not ask for it, a day later at most.
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(off()));

async function off() {
  for (const name of await caches.keys()) if (name.startsWith("shop-")) await caches.delete(name);
  await registration.unregister();
}
