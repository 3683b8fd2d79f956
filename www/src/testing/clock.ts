// A clock that stands still: the package dates events and bounds them by `Date.now()`. Uses errors, guard and types.
import { ReshelfError } from "../errors.js";
import { guarded } from "./guard.js";
import type { ClockTime, FakeClock } from "./types.js";

/** Where a clock begins that is told nothing. */
const BEGIN = Date.UTC(2026, 0, 1);

// Runtimes without `Symbol.dispose` get the same key that polyfills use.
const dispose: typeof Symbol.dispose = /* @__PURE__ */ (() =>
  Symbol.dispose ?? Symbol.for("Symbol.dispose"))() as typeof Symbol.dispose;

/**
 * Puts a clock that stands still behind `Date.now()` and `new Date()` of this realm, until `restore()`. Timers and `performance.now()`
 * go on as they were.
 *
 * @throws ReshelfError `testing.clock` for what is no time.
 */
export function fakeClock(at: ClockTime = BEGIN): FakeClock {
  let time = timeOf(at);
  const before = globalThis.Date;
  const fake = new Proxy(before, {
    construct: (real, given, as) => Reflect.construct(real, given.length === 0 ? [time] : given, as) as object,
    get: (real, name) => (name === "now" ? () => time : Reflect.get(real, name)),
  });
  globalThis.Date = fake;
  let over = false;
  const restore = () => {
    if (over) return;
    if (globalThis.Date !== fake)
      throw new ReshelfError("testing.clock", "Another clock was put over this one: restore the later one first.");
    over = true;
    globalThis.Date = before;
  };
  const go = (to: number) => (time = to);
  return {
    now: () => time,
    advance: (milliseconds) => {
      if (!Number.isFinite(milliseconds) || milliseconds < 0)
        throw new ReshelfError("testing.clock", "advance() takes milliseconds, 0 or more: set() goes anywhere.");
      return go(timeOf(time + milliseconds));
    },
    set: (to) => go(timeOf(to)),
    restore,
    [dispose]: restore,
  };
}

const TIME = "A time is milliseconds since 1970, a Date, or a text such as 2026-01-01T09:00Z.";

function timeOf(at: unknown): number {
  const read = () => (typeof at === "string" ? Date.parse(at) : at instanceof Date ? at.getTime() : at);
  const time = guarded("testing.clock", TIME, read);
  if (typeof time === "number" && Math.abs(time) <= 8.64e15) return time;
  throw new ReshelfError("testing.clock", TIME);
}
