// What answers at once, and what answers with a promise: one path for both.

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
