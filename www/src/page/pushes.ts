// Follows a queue that other scripts push to, such as `dataLayer`: what it held before, then every push. The page's own push goes
// on as it was, whoever else has wrapped it, before us or after. Uses reads.
import { attempt, field } from "./read.js";

/** Entries of one call, and earlier ones, that are looked at: the newest, as many as a tag manager keeps itself. */
const MOST_ENTRIES = 300;

export interface Followed {
  /** Whether pushes are seen; false where `push` cannot be replaced, as in a frozen array: only what it held was. */
  readonly follows: boolean;
  /** Hands on what the queue held. */
  readonly replay: () => void;
  /** Puts the page's push back, if ours is still the outermost; where another one lies around it, ours only passes on. */
  readonly stop: () => void;
}

/**
 * Hands on the entries of each push, before the page's own push has them, so that a push within a push comes after it; what the
 * queue held, as one batch, when it is asked to. `missed` counts entries beyond the limit.
 */
export function followPushes(queue: unknown, take: (entries: readonly unknown[], missed: number) => void): Followed {
  const target = queue as { push?: unknown };
  const push = field(queue, "push") as () => unknown;
  let live = true;
  let own = false;
  let follows = false;

  const look = (entries: unknown) => {
    const length = Math.min(Number(field(entries, "length")), 2 ** 32);
    if (!live || !(length > 0)) return;
    const batch = [];
    const begin = Math.max(0, length - MOST_ENTRIES);
    for (let at = begin; at < length; at++) batch.push(field(entries, `${at}`));
    take(batch, begin);
  };
  const ours = function (this: unknown, ...entries: unknown[]): unknown {
    attempt(() => look(entries)); // Whatever happens there, even on a stack that is full: the page goes on.
    return Reflect.apply(push, this, entries);
  };
  attempt(() => {
    own = Object.hasOwn(target, "push");
    target.push = ours;
    follows = true;
  });
  const stop = () => {
    live = false;
    attempt(() => {
      if (!follows || target.push !== ours) return;
      if (own) target.push = push;
      else delete target.push;
    });
  };
  return { follows, replay: () => void attempt(() => look(queue)), stop };
}
