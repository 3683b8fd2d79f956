// Waits for a promise as long as somebody would. May use nothing.

/** The longest that timers count. */
const LONGEST = 2 ** 31 - 1;

/** What a promise brings; rejects with a signal's reason once that aborts, and with `late` after so many milliseconds. */
export function within<T>(
  coming: Promise<T>,
  signal?: AbortSignal | null,
  patience?: number,
  late?: unknown,
): Promise<T> {
  let ends = () => {};
  const gives = new Promise<never>((_, failed) => {
    // Where a host has no timers, whoever waits does so until something comes.
    const timer =
      patience === undefined ? patience : globalThis.setTimeout?.(() => failed(late), Math.min(patience, LONGEST));
    const aborts = () => failed(signal?.reason);
    if (signal?.aborted) aborts();
    signal?.addEventListener("abort", aborts, { once: true });
    ends = () => {
      globalThis.clearTimeout?.(timer);
      signal?.removeEventListener("abort", aborts);
    };
  });
  return Promise.race([coming, gives]).finally(ends);
}
