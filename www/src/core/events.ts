// The session's events: observed, listed, forgotten, and kept as a snapshot.
import { toBase64 } from "../base64.js";
import {
  DWELL,
  EVENT_TYPES,
  EVENT_WIDTH,
  eventKind,
  IMPRESSION,
  MOST_SNAPSHOT,
  MUTE,
  NO_CLUSTER,
  NONE,
  SEARCH,
  SUBJECT_MARK,
  SUBJECTS,
  TASTE,
  UNMUTE,
} from "../engine/numbers.js";
import { Refusal } from "../errors.js";
import type { Cluster, Leaning, Leanings, MovedWeight, SeenEvent, ShownInfo } from "../types.js";
import { type Fields, idText, isObject, NO_ID, numberOf, reading, textOf, timeOf } from "./arguments.js";
import { copyBytes, readDetails } from "./details.js";
import type { Running, Session } from "./session.js";

/** A page of a category or a brand: the engine takes it as a search, for what has no text. */
const BROWSE = "browse";

/** The most characters of a search that count. */
const MOST_QUERY = 256;

/** Takes in an event; returns its number. */
export function observe(session: Session, event: unknown): number | null {
  const happens = (): number | null => {
    if (session.usable()) {
      if (!isObject(event)) return session.ignore(NO_ID);
      // Another part than what it is about that cannot be read is as not given.
      const word = session.option(event, "type", typeOf, "view");
      const browses = word === BROWSE;
      const kind = browses ? SEARCH : eventKind(word);
      const about = reading("id", () => subjectOf(kind, event, browses));
      if (about instanceof Refusal) return session.ignore(about);
      // Nothing happens later than now: what is dated so would outlive the days that a store keeps.
      const at = Math.min(session.option(event, "at", timeOf, Date.now()), Date.now());
      const amount =
        kind === DWELL ? session.option(event, "seconds", amountOf, 0) : session.option(event, "position", amountOf, 0);
      const list = session.option(event, "list", listOf, 0);
      const running = session.usable();
      if (running) {
        const { engine, ids } = running;
        const [what, text] = about;
        const slot = what < 0 ? ids.find(text) : NONE;
        const wants = what < 0 && ids.wantsMore(slot);
        // The page that comes next needs to be told what this one was told before, be it by a candidate.
        const keeps = what < 0 && ids.handle(slot) >= ids.items && session.keeper?.lacks(text);
        const details = wants || keeps ? readDetails(event, ids.composes, session.refuse) : null;
        if (session.usable() === running) {
          const item = what < 0 ? ids.name(text, wants ? details : null) : engine.subject(what, text);
          const number = engine.observe(item, kind, at, amount, list);
          session.revision += 1;
          session.keeper?.noted(number, kind >= IMPRESSION, text, details);
          return number;
        }
      }
    }
    return session.ignore(session.reason);
  };
  return session.guard(happens, session.ignored) ?? null;
}

/** What an event is about: its text, and what that names, by its place in `SUBJECTS`; below 0 for an item. */
function subjectOf(kind: number, event: Fields, browses: boolean): [what: number, text: string] | Refusal {
  if (browses || kind === MUTE || kind === UNMUTE) {
    const named = SUBJECTS.map((name) => textOf(event[name]));
    const what = named.findIndex((text, at) => text && at > 0 && (browses || at < TASTE));
    return what < 0 ? NO_SUBJECT : [what, named[what] as string];
  }
  if (kind === SEARCH && event["id"] == null) {
    const text = textOf(event["query"]).slice(0, MOST_QUERY);
    return text ? [0, text] : NO_QUERY;
  }
  const id = idText(event["id"]);
  return id instanceof Refusal ? id : [-1, id];
}

const NO_QUERY = new Refusal("event.missing_query", "A search needs a `query`, a text.");
const NO_SUBJECT = new Refusal("event.missing_subject", "To browse, mute or unmute takes a `category` or a `brand`.");

/** Seconds, or a place in a list, of any size that a float has; 0 where none is given. */
function amountOf(amount: unknown): number | Refusal {
  const number = Math.fround(amount == null ? 0 : numberOf(amount));
  return number >= 0 && number < Infinity ? number : NO_AMOUNT;
}

/** A number for the name of a list, the same in every page: its 32-bit FNV-1a hash (Fowler, Noll, Vo). */
function listOf(list: unknown): number {
  let hash = 0;
  for (const character of textOf(list))
    hash = Math.imul((hash || 0x811c9dc5) ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}

function typeOf(type: unknown): string | Refusal {
  return type == null ? "view" : textOf(type) || NO_TYPE;
}

const NO_AMOUNT = new Refusal(
  "argument.amount",
  "`seconds` and `position` are numbers from 0: it counts as not given.",
);
const NO_TYPE = new Refusal("argument.type", '`type` is a word such as "view" or "cart": the event counts as a view.');

/** The engine's log, oldest event first. Ids come back as text, whatever they were passed in as. */
export function eventsOf(session: Session): SeenEvent[] {
  const seen: SeenEvent[] = [];
  session.guard(() => {
    const engine = session.running?.engine;
    const log = engine?.events(false) ?? [];
    for (let i = 0; i + EVENT_WIDTH <= log.length; i += EVENT_WIDTH) {
      const [event = 0, item = 0, kind = 0, at = 0, known = 0, amount = 0] = log.slice(i, i + EVENT_WIDTH);
      const name = engine?.itemId(item) ?? "";
      const subject = name.startsWith(SUBJECT_MARK)
        ? SUBJECTS.find((what) => what.startsWith(name.charAt(1)))
        : undefined;
      const [id, about] = subject ? [name.slice(2), subject] : [name, "item" as const];
      const type = kind === SEARCH && about !== "item" && about !== "query" ? BROWSE : (EVENT_TYPES[kind] ?? "other");
      seen.push({ event, id, about, type, at, known: known === 1, ...(kind === DWELL ? { seconds: amount } : null) });
    }
  });
  return seen;
}

/** What the session leans towards: the engine tells it in numbers, three each behind the first. */
export function leaningsOf(session: Session): Leanings {
  const lists: Leaning[][] = [[], [], []];
  let [weight, price]: [number, number | null] = [0, null];
  session.guard(() => {
    const [all = 0, ...numbers] = session.running?.engine.profile() ?? [];
    weight = all;
    for (let i = 0; i + 3 <= numbers.length; i += 3) {
      const [what = 0, number = 0, weight = 0] = numbers.slice(i, i + 3);
      if (lists[what]) lists[what].push({ number, weight });
      else price = number;
    }
  });
  const [categories = [], departments = [], brands = []] = lists;
  return { weight, categories, departments, brands, price };
}

/** What feedback has moved, by the names of the features. */
export function feedbackOf(session: Session): MovedWeight[] {
  const moved = () => {
    const engine = session.running?.engine;
    const features = engine?.learners.split(",") ?? [];
    return Array.from(engine?.learned() ?? [], (change, at) => ({ feature: features[at] ?? "", change }));
  };
  return session.guard(moved) ?? [];
}

/** How much lists showed. */
export function shownOf(session: Session): ShownInfo {
  const counts = { impressions: 0, skips: 0 };
  session.guard(() => {
    const log = session.running?.engine.events(true) ?? [];
    for (let i = 2; i < log.length; i += EVENT_WIDTH)
      counts[EVENT_TYPES[log[i] ?? 0] === "skip" ? "skips" : "impressions"]++;
  });
  return counts;
}

/** Forgets; returns how many events. What must be forgotten may not live on in a module that trapped: the guard sees to that. */
export function forget(session: Session, what: unknown): number {
  const forgets = (): number => {
    const read = readForget(what);
    const running = session.usable();
    if (running !== null && read instanceof Refusal) session.refuse(read);
    if (read instanceof Refusal) return 0;
    const count = running ? forgetIn(session, running, read) : 0;
    // What is stored is forgotten without a model, too.
    if (count > 0 || read === null) session.keeper?.forgot(read === null);
    return count;
  };
  return session.guard(forgets) ?? 0;
}

function forgetIn(session: Session, { engine, ids }: Running, what: Forgotten | null): number {
  session.revision += 1;
  if (what === null) {
    const count = engine.forgetAll();
    session.forgetIds();
    session.ignored.clear();
    session.refused.arguments.clear();
    return count;
  }
  if ("event" in what) return engine.forget(what.event, false);
  if ("from" in what) return engine.forgetBetween(what.from, what.to);
  const item = ids.handle(ids.find(what.item));
  return item === NONE ? 0 : engine.forget(item, true);
}

/** An event by its number, an item by its id's text, or a span of time in milliseconds. */
type Forgotten =
  | { readonly event: number }
  | { readonly item: string }
  | { readonly from: number; readonly to: number };

/** What is to be forgotten; null for everything. */
function readForget(what: unknown): null | Forgotten | Refusal {
  if (what === undefined || what === null) return null;
  return reading("what", () => {
    const { event, item, id, from, to }: Fields = isObject(what) ? what : { item: what };
    if (event != null) return isEventNumber(event) ? { event } : NO_EVENT;
    if ((from ?? to) != null) {
      const [begin, end] = [from == null ? -Infinity : timeOf(from), to == null ? Infinity : timeOf(to)];
      return begin instanceof Refusal || end instanceof Refusal ? NO_SPAN : { from: begin, to: end };
    }
    const text = idText(item ?? id);
    if (text === NO_ID) return NOTHING_TO_FORGET;
    return text instanceof Refusal ? text : { item: text };
  });
}

function isEventNumber(event: unknown): event is number {
  return typeof event === "number" && Number.isSafeInteger(event) && event >= 0;
}

const NO_EVENT = new Refusal("argument.event", "`event` is a number that `observe` returned: nothing was forgotten.");
const NO_SPAN = new Refusal("argument.span", "`from` and `to` are milliseconds, or Dates: nothing was forgotten.");
const NOTHING_TO_FORGET = new Refusal(
  "argument.what",
  "forget() takes { event }, { item }, an id, { from, to }, or nothing for all (as a listener: `() => reranker.forget()`): nothing was forgotten.",
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
    return running && new Uint8Array(running.engine.snapshot(0));
  };
  return session.guard(takes) ?? null;
}

/** The same as text. */
export function snapshotText(session: Session): string | null {
  const bytes = snapshot(session);
  return bytes && toBase64(bytes);
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
      session.keeper?.forgot(false);
    }
  };
  return session.guard(restores, session.ignored) ?? false;
}

const NO_SNAPSHOT = new Refusal(
  "snapshot.type",
  "restore() takes what snapshot() gave, bytes or text: the session is empty.",
);
const LONG_SNAPSHOT = new Refusal(
  "snapshot.length",
  "restore() takes what snapshot() gave, not so many bytes: the session is empty.",
);
