// Sessions that no person has: too fast, or through half of the shop. The same bounds as cleaning a log has (docs/data.md), but over the
// newest events, since a visit has no end yet. May use types.
import type { SeenEvent } from "../types.js";

/** The newest events with an item that count, and how many it takes to judge. */
const NEWEST = 40;
const LEAST = 20;
/** Milliseconds between two of them, on average, that a person needs. */
const MEAN_GAP = 1000;
/** Different times among them, and milliseconds from first to last, at least: events that were told in one go say nothing of pace. */
const TIMES = 3;
const SPAN = 1000;
/** More different items than a person looks at in one visit. */
const BREADTH = 200;

export type Pace = "fast" | "broad" | null;

/** What of a session is a machine's; null for a person's. Purchases do not count, since an order has them all at once. */
export function paceOf(events: readonly SeenEvent[]): Pace {
  const acts = events.filter(({ about, type }) => about === "item" && type !== "purchase" && type !== "dwell");
  const newest = acts.slice(-NEWEST);
  const times = newest.map(({ at }) => at);
  const span = Math.max(...times) - Math.min(...times);
  const different = new Set(times).size;
  const fast = span < MEAN_GAP * (newest.length - 1) && span <= MEAN_GAP * (different - 1);
  if (newest.length >= LEAST && different >= TIMES && span >= SPAN && fast) return "fast";
  return new Set(acts.map(({ id }) => id)).size > BREADTH ? "broad" : null;
}
