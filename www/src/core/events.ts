// The session's events: observed, listed, forgotten, and kept as a snapshot.
import { EVENT_TYPES, EVENT_WIDTH, eventKind, MOST_SNAPSHOT, NO_CLUSTER, NONE } from "../engine/numbers.js";
import { Refusal } from "../errors.js";
import type { Cluster, SeenEvent } from "../types.js";
import { idText, isObject, NO_ID, reading, textOf, timeOf } from "./arguments.js";
import { copyBytes, readDetails } from "./details.js";
import type { Session } from "./session.js";

/** Takes in an event; returns its number. */
export function observe(session: Session, event: unknown): number | null {
  const happens = (): number | null => {
    if (session.usable()) {
      if (!isObject(event)) return session.ignore(NO_ID);
      const id = reading("id", () => idText(event["id"]));
      if (id instanceof Refusal) return session.ignore(id);
      // Another part that cannot be read is as not given.
      const type = session.option(event, "type", typeOf, "view");
      const at = session.option(event, "at", timeOf, Date.now());
      const running = session.usable();
      if (running) {
        const { engine, ids } = running;
        const wants = ids.wantsMore(ids.find(id));
        const details = wants ? readDetails(event, ids.composes, session.refuse) : null;
        if (session.usable() === running) {
          const number = engine.observe(ids.name(id, details), eventKind(type), at);
          session.revision += 1;
          return number;
        }
      }
    }
    return session.ignore(session.reason);
  };
  return session.guard(happens, session.ignored) ?? null;
}

function typeOf(type: unknown): string | Refusal {
  return type == null ? "view" : textOf(type) || NO_TYPE;
}

const NO_TYPE = new Refusal("argument.type", '`type` is a word such as "view" or "cart": the event counts as a view.');

/** The engine's log, oldest event first. Ids come back as text, whatever they were passed in as. */
export function eventsOf(session: Session): SeenEvent[] {
  const seen: SeenEvent[] = [];
  session.guard(() => {
    const engine = session.running?.engine;
    const log = engine?.events() ?? [];
    for (let i = 0; i + EVENT_WIDTH <= log.length; i += EVENT_WIDTH) {
      const [event = 0, item = 0, kind = 0, at = 0, known = 0] = log.slice(i, i + EVENT_WIDTH);
      seen.push({ event, id: engine?.itemId(item) ?? "", type: EVENT_TYPES[kind] ?? "other", at, known: known === 1 });
    }
  });
  return seen;
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
    const { engine, ids } = running;
    session.revision += 1;
    if (read === null) {
      const count = engine.forgetAll();
      session.forgetIds();
      session.ignored.clear();
      session.refused.arguments.clear();
      return count;
    }
    if ("event" in read) return engine.forget(read.event, false);
    const item = ids.handle(ids.find(read.item));
    return item === NONE ? 0 : engine.forget(item, true);
  };
  return session.guard(forgets) ?? 0;
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
  "forget() takes { event }, { item }, an id, or nothing for all (as a listener: `() => reranker.forget()`): nothing was forgotten.",
);

/** The cluster that the session is nearest to now. */
export function cluster(session: Session): Cluster | null {
  const finds = () => {
    const engine = session.usable()?.engine;
    const found = engine?.cluster();
    if (!engine || !found) return null;
    const cluster = found & NO_CLUSTER;
    return { cluster: cluster === NO_CLUSTER ? null : cluster, clusters: found >> 8, model: engine.modelVersion };
  };
  return session.guard(finds) ?? null;
}

export function snapshot(session: Session): Uint8Array<ArrayBuffer> | null {
  const takes = () => {
    const running = session.usable();
    return running && new Uint8Array(running.engine.snapshot());
  };
  return session.guard(takes) ?? null;
}

/** Puts a snapshot in place of the session; one that does not fit leaves it empty. */
export function restore(session: Session, given: unknown): boolean {
  const restores = (): boolean => {
    const bytes = reading("snapshot", () => copyBytes(given, MOST_SNAPSHOT, NO_SNAPSHOT, LONG_SNAPSHOT));
    const running = session.usable();
    if (running === null) return session.ignore(session.reason) !== null;
    session.revision += 1;
    try {
      if (!(bytes instanceof Refusal)) {
        running.engine.restore(bytes);
        return true;
      }
      // As after any other snapshot that does not fit: nobody may go on in the session of the shopper before.
      running.engine.forgetAll();
      session.ignore(bytes);
      return false;
    } finally {
      session.forgetIds();
    }
  };
  return session.guard(restores, session.ignored) ?? false;
}

const NO_SNAPSHOT = new Refusal(
  "snapshot.type",
  "restore() takes what snapshot() gave, a Uint8Array or an ArrayBuffer: the session is empty.",
);
const LONG_SNAPSHOT = new Refusal(
  "snapshot.length",
  "restore() takes what snapshot() gave, not so many bytes: the session is empty.",
);
