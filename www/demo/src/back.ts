/** A page that comes back, out of the back/forward cache or to the front, to a session that went on elsewhere meanwhile. */
import type { Reranker } from "/reshelf/index.js";

/** Looks again so often, and so many times at most, until the store has been read; in milliseconds. */
const LOOK = 10;
const MOST_LOOKS = 100;

/** Calls `caughtUp` once the session is what the other pages have made of it. */
export function follow(reranker: Reranker, caughtUp: () => void): void {
  const back = async (): Promise<void> => {
    // The reranker has begun to read what it may have missed; where nothing is kept there is nothing to wait for.
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      const { consent, store } = reranker.info();
      if (!consent.store || store.saved) break;
      await new Promise((done) => setTimeout(done, LOOK));
    }
    caughtUp();
  };
  addEventListener("pageshow", ({ persisted }) => persisted && void back());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void back());
}
