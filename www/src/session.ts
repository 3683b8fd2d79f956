// The session as people see it: events and what is to be forgotten as callers pass them, and the engine's log as plain objects.
import { idText, isObject, NO_ID, Refusal, reading, textOf, timeOf } from "./arguments.js";
import type { Engine } from "./engine/reshelf.js";
import type { EventType, Reason, SeenEvent } from "./types.js";

/** The plain names, each at its number in the engine and in the artifact. */
export const EVENT_TYPES: readonly EventType[] = ["view", "cart", "wish", "purchase", "review", "remove", "other"];

/** Numbers per event in `Engine.events()`. */
const WIDTH = 5;

/** The most bytes of a snapshot: 1,024 events with ids of 65,535 bytes. */
export const MOST_SNAPSHOT = 4 + 1024 * (11 + 65_535);

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

/** The parts of an event that every event has. */
interface Happened {
  readonly id: string;
  readonly type: string;
  readonly at: number;
}

/** An event as it was passed. Without an id there is none; another part that cannot be read is as not given, and `refuse` hears of it. */
export function readEvent(event: unknown, refuse: (reason: Reason) => void): Happened | Refusal {
  if (!isObject(event)) return NO_ID;
  const id = reading("id", () => idText(event["id"]));
  if (id instanceof Refusal) return id;
  const or = <T>(value: T | Refusal, otherwise: T) => (value instanceof Refusal ? (refuse(value), otherwise) : value);
  const type = or(
    reading("type", () => typeOf(event["type"])),
    "view",
  );
  return {
    id,
    type,
    at: or(
      reading("at", () => timeOf(event["at"])),
      Date.now(),
    ),
  };
}

function typeOf(type: unknown): string | Refusal {
  return type == null ? "view" : textOf(type) || NO_TYPE;
}

const NO_TYPE = new Refusal("argument.type", '`type` is a word such as "view" or "cart": the event counts as a view.');

/** What is to be forgotten: everything (null), an event by its number, an item by its id's text. */
export function readForget(what: unknown): null | { readonly event: number } | { readonly item: string } | Refusal {
  if (what === undefined || what === null) return null;
  return reading("what", () => {
    const { event, item, id } = isObject(what) ? what : { event: null, item: what, id: null };
    if (event != null) return isEventNumber(event) ? { event } : NO_EVENT;
    const text = idText(item ?? id);
    if (text === NO_ID) return NOTHING_TO_FORGET;
    return text instanceof Refusal ? text : { item: text };
  });
}

function isEventNumber(event: unknown): event is number {
  return typeof event === "number" && Number.isInteger(event) && event >= 0 && event <= 0xffff_ffff;
}

const NO_EVENT = new Refusal("argument.event", "`event` is a number that `observe` returned: nothing was forgotten.");
const NOTHING_TO_FORGET = new Refusal(
  "argument.what",
  "forget() takes { event }, { item } or an item's id, and nothing at all for everything: nothing was forgotten. As a listener, write `() => reranker.forget()`.",
);
