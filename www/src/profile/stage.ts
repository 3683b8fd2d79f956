// How near a shopper is to buying, from the newest events by plain rules: no model, so that it can be explained. May use types.
import type { SeenEvent } from "../types.js";

/** How far a session is: it looks around, compares items of one kind, or has begun to buy. */
export type StageName = "browsing" | "comparing" | "buying";

/** How far a session is, and by which of its events. */
export interface Stage {
  readonly name: StageName;
  /** The numbers of the events that it was derived from; none while browsing. */
  readonly because: readonly number[];
}

/** So many of the newest events count. */
const NEWEST = 12;
/** An item that is come back to so often, or so many that are come back to, are compared. */
const RETURNS = 2;

/**
 * Buying: something lies in the cart, or was bought, within the newest 12 events. Comparing: of the items in those events two are
 * come back to, or one twice. Else browsing.
 */
export function stageOf(events: readonly SeenEvent[]): Stage {
  const newest = events.filter(({ about, type }) => about === "item" && type !== "dwell").slice(-NEWEST);
  const buying = new Map<string, number>();
  const visits = new Map<string, number[]>();
  for (const { id, type, event } of newest) {
    if (type === "cart" || type === "purchase") buying.set(id, event);
    else if (type === "remove" || type === "return") buying.delete(id);
    else if (type === "view") visits.set(id, [...(visits.get(id) ?? []), event]);
  }
  if (buying.size > 0) return { name: "buying", because: [...buying.values()] };
  const back = [...visits.values()].filter((numbers) => numbers.length > 1);
  const compared = back.length >= RETURNS || back.some((numbers) => numbers.length > RETURNS);
  return compared
    ? { name: "comparing", because: back.flat().sort((a, b) => a - b) }
    : { name: "browsing", because: [] };
}
