// When something foreign is there, and when we are to end. Uses reads.
import { attempt, call, field } from "./read.js";

/** Milliseconds until something is looked for again: twice as many each time, up to so many. */
const FIRST_WAIT = 50;
const LAST_WAIT = 25_600;

/**
 * Looks for something, and again for 51 seconds until it is there: scripts load in any order, and a tag manager often only
 * after consent. `gaveUp` is told when it never came. Returns what ends the search.
 */
export function whenThere(look: () => boolean, gaveUp = () => {}): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_WAIT;
  const again = () => {
    if (attempt(look)) return;
    if (wait > LAST_WAIT) return gaveUp();
    timer = setTimeout(again, wait);
    call(timer, "unref"); // Node would not end for as long.
    wait *= 2;
  };
  again();
  return () => clearTimeout(timer);
}

/** Calls `stop` when the signal aborts, or at once if it has. Returns what lets go of the signal. */
export function onAbort(signal: unknown, stop: () => void): () => void {
  if (field(signal, "aborted") === true) stop();
  call(signal, "addEventListener", "abort", stop);
  return () => void call(signal, "removeEventListener", "abort", stop);
}
