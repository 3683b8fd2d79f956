// The session's events: observed, listed, forgotten, and kept as a snapshot.

import { type Fields, idText, isObject, NO_ID, numberOf, reading, textOf, timeOf, wrong } from "../arguments.js";
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
import type { Cluster, Leaning, Leanings, MovedWeight, RerankerInfo, SeenEvent } from "../types.js";
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
      const about = reading("id", () => subjectOf(session, kind, event, browses));
      if (about instanceof Refusal) return session.ignore(about);
      const at = session.option(event, "at", timeOf, Date.now());
      const amount =
        kind === DWELL
          ? session.option(event, "seconds", amountOf, 0, "amount")
          : session.option(event, "position", amountOf, 0, "amount");
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
          // Nothing happens later than now: what is dated so would outlive the days that a store keeps.
          const number = engine.observe(item, kind, Math.min(at, Date.now()), amount, list);
          session.ahead = at - Date.now();
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
function subjectOf(
  session: Session,
  kind: number,
  event: Fields,
  browses: boolean,
): [what: number, text: string] | Refusal {
  if (browses || kind === MUTE || kind === UNMUTE) {
    const named = SUBJECTS.map((name) => textOf(event[name]));
    const what = named.findIndex((text, at) => text && at > 0 && (browses || at < TASTE));
    return what < 0 ? NO_SUBJECT : [what, named[what] as string];
  }
  const named = session.loaded?.readers[1](event);
  if (kind === SEARCH && named == null) {
    const text = textOf(event["query"]).slice(0, MOST_QUERY);
    return text ? [0, text] : NO_QUERY;
  }
  const id = idText(named);
  return id instanceof Refusal ? id : [-1, id];
}

const NO_QUERY = new Refusal("event.missing_query");
const NO_SUBJECT = new Refusal("event.missing_subject");

/** Seconds, or a place in a list, of any size that a float has. */
function amountOf(amount: unknown): number | undefined {
  const number = Math.fround(numberOf(amount));
  return number >= 0 && number < Infinity ? number : undefined;
}

/** A number for the name of a list, the same in every page: its 32-bit FNV-1a hash (Fowler, Noll, Vo). */
function listOf(list: unknown): number {
  let hash = 0;
  for (const character of textOf(list))
    hash = Math.imul((hash || 0x811c9dc5) ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}

function typeOf(type: unknown): string | undefined {
  return textOf(type) || undefined;
}

/** What the engine tells of the session. */
export function toldOf(session: Session): Pick<RerankerInfo, "events" | "shown" | "feedback"> {
  const events: SeenEvent[] = [];
  const shown = { impressions: 0, skips: 0 };
  const feedback: MovedWeight[] = [];
  session.guard(() => {
    const engine = session.running?.engine;
    if (!engine) return;
    const log = engine.events(false);
    // Ids come back as text, whatever they were passed in as.
    for (let i = 0; i < log.length; i += EVENT_WIDTH) {
      const [event, item, kind, at, known, amount] = log.subarray(i) as unknown as Logged;
      const name = engine.itemId(item) ?? "";
      const subject = name.startsWith(SUBJECT_MARK)
        ? SUBJECTS.find((what) => what.startsWith(name.charAt(1)))
        : undefined;
      const [id, about] = subject ? [name.slice(2), subject] : [name, "item" as const];
      const type = kind === SEARCH && about !== "item" && about !== "query" ? BROWSE : (EVENT_TYPES[kind] ?? "other");
      events.push({ event, id, about, type, at, known: known === 1, ...(kind === DWELL ? { seconds: amount } : null) });
    }
    const lists = engine.events(true);
    for (let i = 2; i < lists.length; i += EVENT_WIDTH) shown[lists[i] === IMPRESSION ? "impressions" : "skips"]++;
    const features = engine.learners.split(",");
    engine.learned().forEach((change, at) => feedback.push({ feature: features[at] ?? "", change }));
  });
  return { events, shown, feedback };
}

/** What the engine tells of an event, in its order. */
type Logged = [event: number, item: number, kind: number, at: number, known: number, amount: number];

/** What the session leans towards: the engine tells it in numbers, three each behind the first. */
export function leaningsOf(session: Session): Leanings {
  const [categories, departments, brands]: Leaning[][] = [[], [], []] as const;
  const leanings = { weight: 0, categories, departments, brands, price: null as number | null };
  session.guard(() => {
    const numbers = session.running?.engine.profile() ?? [];
    leanings.weight = numbers[0] ?? 0;
    for (let i = 1; i < numbers.length; i += 3) {
      const [number, weight] = [numbers[i + 1] as number, numbers[i + 2] as number];
      const list = [categories, departments, brands][numbers[i] as number];
      if (list) list.push({ number, weight });
      else leanings.price = number;
    }
  });
  return leanings;
}

/** Forgets; returns how many events. What must be forgotten may not live on in a module that trapped: the guard sees to that. */
export function forget(session: Session, what: unknown): number {
  const forgets = (): number => {
    const all = what === undefined || what === null;
    const act = all ? forgetAll : reading("what", () => readForget(what));
    const running = session.usable();
    if (act instanceof Refusal) {
      if (running) session.refuse(act);
      return 0;
    }
    if (running) session.revision += 1;
    const count = running ? act(running, session) : 0;
    // What is stored is forgotten without a model, too.
    if (count > 0 || all) session.keeper?.forgot(all);
    return count;
  };
  return session.guard(forgets) ?? 0;
}

/** Has an engine forget what was read. */
type Act = (running: Running, session: Session) => number;

const forgetAll: Act = ({ engine }, session) => {
  const count = engine.forgetAll();
  session.forgetIds();
  session.ignored.clear();
  session.refused.arguments.clear();
  return count;
};

/** What is to be forgotten: an event by its number, an item by its id, or a span of time. */
function readForget(what: unknown): Act | Refusal {
  const { event, item, id, from, to }: Fields = isObject(what) ? what : { item: what };
  if (event != null) {
    if (!Number.isSafeInteger(event) || (event as number) < 0) return wrong("event");
    return ({ engine }) => engine.forget(event as number, false);
  }
  if ((from ?? to) != null) {
    const [begin, end] = [from == null ? -Infinity : timeOf(from), to == null ? Infinity : timeOf(to)];
    if (begin === undefined || end === undefined) return wrong("span");
    return ({ engine }) => engine.forgetBetween(begin, end);
  }
  const text = idText(item ?? id);
  if (text === NO_ID) return wrong("what");
  if (text instanceof Refusal) return text;
  return ({ engine, ids }) => {
    const handle = ids.handle(ids.find(text));
    return handle === NONE ? 0 : engine.forget(handle, true);
  };
}

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

const NO_SNAPSHOT = new Refusal("snapshot.type");
const LONG_SNAPSHOT = new Refusal("snapshot.length");
