// The entry `reshelf/capture`: what only the browser can see of a visit. It watches the tiles of lists and the products' own
// pages, and tells a reranker which were seen, which were passed over, and for how long was looked. Importing it does nothing.
// It uses the package's types and nothing else of it, and what it learns goes to `observe` and nowhere else.
import type { Reason } from "../types.js";
import { makeOutbox } from "./outbox.js";
import { type Page, watchPage } from "./page.js";
import { readSettings } from "./settings.js";
import type { Capture, CaptureOptions, Observer } from "./types.js";

export type * from "./types.js";

/**
 * Watches a page until `stop()`, or until `signal` is aborted. Never throws: where there is nothing to watch, as on a server,
 * nothing happens, and `info().reason` says why.
 */
export function capture(reranker: Observer, options?: CaptureOptions | null): Capture {
  const outbox = makeOutbox((event) => reranker.observe(event));
  const listening = new AbortController();
  let page: Page | null = null;
  let reason: Reason | null = null;
  const end = (why: Reason) => {
    reason ??= why;
    listening.abort();
    page?.leave();
  };
  const stop = () => end({ code: "capture.stopped", message: "stop() was called, or its signal aborted." });
  outbox.turn(() => {
    const settings = readSettings(options, outbox.refuse);
    if (!settings) end({ code: "host.missing", message: "There is no page with IntersectionObserver." });
    else if (settings.signal?.aborted) stop();
    else {
      page = watchPage(settings, outbox, listening.signal);
      settings.signal?.addEventListener("abort", stop, { signal: listening.signal });
    }
  });
  // What failed on the way is why.
  if (!page && outbox.refused.reason) end(outbox.refused.reason);
  return {
    info: () => ({
      reason,
      watched: page?.watched.size ?? 0,
      told: { ...outbox.told },
      refused: outbox.refused,
    }),
    stop,
  };
}
