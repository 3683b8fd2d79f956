// What becomes of a page: hidden, frozen, put into the back/forward cache, brought back, or shown after it was prerendered. Workers
// have none of this.

/** What is to be done about it. */
export interface Turns {
  /** The page may be gone in a moment: what is to be written is written now. */
  readonly hide: () => void;
  /**
   * The page is put away: it holds nothing open, and hears nothing. With `more` it comes once more, in a moment: who hears of it
   * later has yet to tell what they know.
   */
  readonly sleep: (more: boolean) => void;
  /** The page is there again, and may have missed anything. */
  readonly wake: () => void;
}

/** Calls back on each turn, until the returned function is called. */
export function watchPage({ hide, sleep, wake }: Turns): () => void {
  if (typeof document !== "object" || typeof addEventListener !== "function") return () => undefined;
  const ends = new AbortController();
  const on = (target: EventTarget, type: string, turn: (event: Event) => void) =>
    target.addEventListener(type, turn, { signal: ends.signal });
  // Of those who listen, Chromium tells the window's in the order in which they came: what keeps the session before what watches
  // the page. A page that is seen when it is left is hidden right after, in the same task.
  let leaves = false;
  const hidden = () => document.visibilityState === "hidden";
  on(globalThis as unknown as Window, "pagehide", () => {
    leaves = true;
    sleep(!hidden());
  });
  on(globalThis as unknown as Window, "pageshow", (event) => {
    leaves = false;
    if ((event as PageTransitionEvent).persisted) wake();
  });
  on(document, "visibilitychange", () => {
    if (!hidden()) wake();
    else if (leaves) sleep(false);
    else hide();
  });
  on(document, "freeze", () => sleep(false));
  on(document, "resume", wake);
  on(document, "prerenderingchange", wake);
  return () => ends.abort();
}
