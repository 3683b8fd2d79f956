// A time of the browser's that runs once at a time, for work that looks at the clock itself: one that comes too early or too
// late does no harm.
export interface Timer {
  /** Has the work done after so many milliseconds, or when it was to be done anyway. */
  readonly arm: (milliseconds: number) => void;
  readonly clear: () => void;
}

export function makeTimer(view: Window, work: () => void): Timer {
  let running = 0;
  return {
    arm: (milliseconds) => {
      running ||= view.setTimeout(() => {
        running = 0;
        work();
      }, milliseconds);
    },
    clear: () => {
      view.clearTimeout(running);
      running = 0;
    },
  };
}
