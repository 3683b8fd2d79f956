// The answer that a page would have without the worker: the shop's own way to one, what the browser began to fetch before the worker
// ran, or the network, for the very request that the page makes. Nothing else is asked for here.
import type { PageEvent } from "./types.js";

/** Rejects only where the network does. */
export async function originOf(event: PageEvent, own: unknown): Promise<Response> {
  if (typeof own === "function") {
    try {
      const given: unknown = await own(event);
      if (isFresh(given)) return given;
    } catch {} // The shop's own code: the network may know better.
  }
  try {
    const preloaded = await event.preloadResponse;
    if (isFresh(preloaded)) return preloaded;
  } catch {} // The same request once more tells what is wrong.
  return fetch(event.request);
}

/** A response that nobody has begun to read. Firefox brings that of an error for a preload that failed. */
function isFresh(value: unknown): value is Response {
  return value instanceof Response && !value.bodyUsed && value.type !== "error";
}
