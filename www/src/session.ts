// The session as people see it: names of event types, and the engine's log as a list of plain objects.
import type { Engine } from "./engine/reshelf.js";
import type { EventType, SeenEvent } from "./types.js";

/** The plain names, each at its number in the engine and in the artifact. */
export const EVENT_TYPES: readonly EventType[] = ["view", "cart", "wish", "purchase", "review", "remove", "other"];

/** Numbers per event in `Engine.events()`. */
const WIDTH = 5;

/** The engine's log, oldest event first. Ids come back as text, whatever they were passed in as. */
export function eventsOf(engine: Engine): SeenEvent[] {
  const log = engine.events();
  const seen: SeenEvent[] = [];
  for (let i = 0; i + WIDTH <= log.length; i += WIDTH) {
    const [event = 0, item = 0, kind = 0, at = 0, known = 0] = log.subarray(i, i + WIDTH);
    seen.push({ event, id: engine.itemId(item) ?? "", type: EVENT_TYPES[kind] ?? "other", at, known: known === 1 });
  }
  return seen;
}
