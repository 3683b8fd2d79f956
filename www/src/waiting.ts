// What comes later: a promise, as long as somebody would wait for it, and what answers at once or with one. May use nothing.

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

/**
 * Passes on what a call answers: in the same task, or once the promise that it gives is there. Undefined where either fails; never where the
 * promise stays open.
 */
export function answered(ask: () => unknown, use: (answer: unknown) => void): void {
  let answer: unknown;
  try {
    answer = ask();
    if (typeof (answer as PromiseLike<unknown> | null | undefined)?.then === "function") {
      Promise.resolve(answer).then(use, () => use(undefined));
      return;
    }
  } catch {
    answer = undefined;
  }
  use(answer);
}
