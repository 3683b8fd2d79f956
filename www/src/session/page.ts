// What becomes of a page: hidden, frozen, put into the back/forward cache, brought back, or shown after it was prerendered. Workers
// have none of this.

/** What is to be done about it. */
export interface Turns {
  /** The page may be gone in a moment: what is to be written is written now. */
  readonly hide: () => void;
  /** The page is put away: it holds nothing open, and hears nothing. */
  readonly sleep: () => void;
  /** The page is there again, and may have missed anything. */
  readonly wake: () => void;
}

/** Calls back on each turn, until the returned function is called. */
export function watchPage({ hide, sleep, wake }: Turns): () => void {
  if (typeof document !== "object" || typeof addEventListener !== "function") return () => undefined;
  const ends = new AbortController();
  const on = (target: EventTarget, type: string, turn: (event: Event) => void) =>
    target.addEventListener(type, turn, { signal: ends.signal });
  on(globalThis as unknown as Window, "pagehide", sleep);
  on(globalThis as unknown as Window, "pageshow", (event) => (event as PageTransitionEvent).persisted && wake());
  on(document, "visibilitychange", () => (document.visibilityState === "hidden" ? hide() : wake()));
  on(document, "freeze", sleep);
  on(document, "resume", wake);
  on(document, "prerenderingchange", wake);
  return () => ends.abort();
}
