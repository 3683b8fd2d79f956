// The session's events: observed, listed, forgotten, and kept as a snapshot.
import { EVENT_TYPES, EVENT_WIDTH, eventKind, MOST_SNAPSHOT, NONE } from "../engine/numbers.js";
import { Refusal } from "../errors.js";
import type { Reason, SeenEvent } from "../types.js";
import { idText, isObject, NO_ID, reading, textOf, timeOf } from "./arguments.js";
import { copyBytes, readDetails } from "./details.js";
import type { Running, Session } from "./session.js";

/** Takes in an event; returns its number. */
export function observe(session: Session, event: unknown): number | null {
  const happens = (): number | null => {
    if (session.usable() === null) return session.ignore(session.reason);
    const read = readEvent(event, session.refuse);
    if (read instanceof Refusal) return session.ignore(read);
    const running = session.usable();
    if (running === null) return session.ignore(session.reason);
    const { engine, ids } = running;
    const wants = ids.wantsMore(ids.find(read.id)) && isObject(event);
    const details = wants ? readDetails(event, ids.composes, session.refuse) : null;
    if (session.usable() !== running) return session.ignore(session.reason);
    const item = ids.name(read.id, details);
    const number = engine.observe(item, eventKind(read.type), read.at);
    session.revision += 1;
    return number;
  };
  return session.guard(happens, () => null, session.ignored);
}

/** The parts of an event that every event has. */
interface Happened {
  readonly id: string;
  readonly type: string;
  readonly at: number;
}

/** An event as it was passed. Without an id there is none; another part that cannot be read is as not given, and `refuse` hears of it. */
function readEvent(event: unknown, refuse: (reason: Reason) => void): Happened | Refusal {
  if (!isObject(event)) return NO_ID;
  const id = reading("id", () => idText(event["id"]));
  if (id instanceof Refusal) return id;
  const part = <T>(name: string, accept: (value: unknown) => T | Refusal, otherwise: T): T => {
    const value = reading(name, () => accept(event[name]));
    return value instanceof Refusal ? (refuse(value), otherwise) : value;
  };
  const type = part("type", typeOf, "view");
  return { id, type, at: part("at", timeOf, Date.now()) };
}

function typeOf(type: unknown): string | Refusal {
  return type == null ? "view" : textOf(type) || NO_TYPE;
}

const NO_TYPE = new Refusal("argument.type", '`type` is a word such as "view" or "cart": the event counts as a view.');

/** The engine's log, oldest event first. Ids come back as text, whatever they were passed in as. */
export function eventsOf(session: Session): SeenEvent[] {
  const seen: SeenEvent[] = [];
  const lists = () => {
    const engine = session.running?.engine;
    const log = engine?.events() ?? [];
    for (let i = 0; i + EVENT_WIDTH <= log.length; i += EVENT_WIDTH) {
      const [event = 0, item = 0, kind = 0, at = 0, known = 0] = log.slice(i, i + EVENT_WIDTH);
      seen.push({ event, id: engine?.itemId(item) ?? "", type: EVENT_TYPES[kind] ?? "other", at, known: known === 1 });
    }
    return seen;
  };
  return session.guard(lists, () => []);
}

/** Forgets; returns how many events. What must be forgotten may not live on in a module that trapped: the guard sees to that. */
export function forget(session: Session, what: unknown): number {
  const forgets = (): number => {
    const read = readForget(what);
    const running = session.usable();
    if (running === null) return 0;
    if (read instanceof Refusal) {
      session.refuse(read);
      return 0;
    }
    session.revision += 1;
    return read === null ? forgetAll(session, running) : forgetSome(running, read);
  };
  return session.guard(forgets, () => 0);
}

function forgetAll(session: Session, { engine }: Running): number {
  const count = engine.forgetAll();
  session.forgetIds();
  session.ignored.clear();
  session.refused.arguments.clear();
  return count;
}

function forgetSome({ engine, ids }: Running, what: Forgotten): number {
  if ("event" in what) return engine.forget(what.event, false);
  const item = ids.handle(ids.find(what.item));
  return item === NONE ? 0 : engine.forget(item, true);
}

/** An event by its number, or an item by its id's text. */
type Forgotten = { readonly event: number } | { readonly item: string };

/** What is to be forgotten; null for everything. */
function readForget(what: unknown): null | Forgotten | Refusal {
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
  return typeof event === "number" && Number.isInteger(event) && event >= 0 && event <= NONE;
}

const NO_EVENT = new Refusal("argument.event", "`event` is a number that `observe` returned: nothing was forgotten.");
const NOTHING_TO_FORGET = new Refusal(
  "argument.what",
  "forget() takes { event }, { item } or an id, and nothing for everything (as a listener: `() => reranker.forget()`): nothing was forgotten.",
);

export function snapshot(session: Session): Uint8Array<ArrayBuffer> | null {
  const takes = () => {
    const running = session.usable();
    return running && new Uint8Array(running.engine.snapshot());
  };
  return session.guard(takes, () => null);
}

/** Puts a snapshot in place of the session; one that does not fit leaves it empty. */
export function restore(session: Session, given: unknown): boolean {
  const restores = (): boolean => {
    const bytes = reading("snapshot", () => copyBytes(given, MOST_SNAPSHOT));
    const running = session.usable();
    if (running === null) return false;
    session.revision += 1;
    try {
      if (bytes instanceof Uint8Array) {
        running.engine.restore(bytes);
        return true;
      }
      // As after any other snapshot that does not fit: nobody may go on in the session of the shopper before.
      running.engine.forgetAll();
      session.ignore(bytes instanceof Refusal ? bytes : bytes === "length" ? LONG_SNAPSHOT : NO_SNAPSHOT);
      return false;
    } finally {
      session.forgetIds();
    }
  };
  return session.guard(restores, () => false, session.ignored);
}

const NO_SNAPSHOT = new Refusal(
  "snapshot.type",
  "restore() takes what snapshot() gave, a Uint8Array or an ArrayBuffer: the session is empty.",
);
const LONG_SNAPSHOT = new Refusal(
  "snapshot.length",
  "restore() takes what snapshot() gave, not so many bytes: the session is empty.",
);
