// `reshelf/profile`: what the session says of the shopper, in names, and the shopper's own corrections. Made of what the public
// face tells; the names of the model's numbers come from the file that `reshelf names` writes. May use types.
import type { Leanings, Reason, Reranker, SeenEvent } from "../types.js";
import { exported, importEvents } from "./data.js";
import { type Stage, stageOf } from "./stage.js";

export type { ExportedEvent, Imported, ProfileData } from "./data.js";
export type { Stage, StageName } from "./stage.js";

/** The names of a model's numbers, as `reshelf names` writes them. Number `n` is the `n - 1`-th of its list; 0 names nothing. */
export interface ProfileNames {
  /** The model that they are of: `info().model.version`. */
  readonly model: string;
  readonly categories: readonly string[];
  readonly departments: readonly string[];
  readonly brands: readonly string[];
  /** The mean and the standard deviation of the natural logarithm of the catalogue's prices; null where it has none. */
  readonly prices: { readonly mean: number; readonly deviation: number } | null;
}

/** Something that the session leans towards. */
export interface Interest {
  readonly kind: "category" | "department" | "brand";
  /** As the catalogue writes it. */
  readonly name: string;
  /** The share of the session's weight, 0 to 1. */
  readonly weight: number;
}

/** What a shopper asked for no more of. */
export type Muted = { readonly category: string } | { readonly brand: string };

/** What a session tells of its shopper, in the words of the shop. */
export interface Profile {
  /** Strongest first. Empty without names of this model. */
  readonly interests: readonly Interest[];
  /** Where half of what the session looks at lies by price, in the catalogue's currency; null where prices are not known. */
  readonly prices: { readonly low: number; readonly high: number } | null;
  readonly stage: Stage;
  /** The newest words on each category and brand, where that is "no more". */
  readonly muted: readonly Muted[];
  /** Why there are no names; null where there are. */
  readonly reason: Reason | null;
}

/** What the page gives the shopper to see and correct. Its functions need no `this` and throw nothing. */
export interface ProfileView {
  /** The profile as of now; a new object on every call. */
  profile(this: void): Profile;
  /** Wants no more of a category or a brand: an event, returned by its number, which `forget({ event })` takes back whole. */
  mute(this: void, what: Muted): number | null;
  unmute(this: void, what: Muted): number | null;
  /** The shopper's own data as plain JSON, the same from whatever channel of the shop. */
  exportProfile(this: void): string;
  /**
   * Brings in what `exportProfile` gave, behind what the session has, or (`replace`) in its place, unless nothing of it can be used. At
   * most 1,024 events are taken, as many as a session keeps: the newest, and what is muted before any other.
   */
  importProfile(
    this: void,
    json: string,
    options?: { readonly replace?: boolean | null | undefined } | null,
  ): { taken: number; refused: number };
}

/** The part of a reranker that this needs. */
export type Session = Pick<Reranker, "observe" | "forget" | "info" | "leanings" | "snapshot" | "restore">;

/** Codes of a price to one standard deviation of its logarithm. */
const PRICE_STEPS = 32;
/** Half of a normal distribution lies within so many standard deviations of its mean. */
const HALF = 0.6745;

/** A view of a session's profile; without `names`, or with those of another model, it has everything but names. */
export function profileOf(session: Session, names?: ProfileNames | null): ProfileView {
  const speak = (type: "mute" | "unmute", what: Muted) => session.observe({ ...what, type });
  return {
    profile: () => readProfile(session, names ?? null),
    mute: (what) => speak("mute", what),
    unmute: (what) => speak("unmute", what),
    exportProfile: () => JSON.stringify(exported(session.info().events), null, 2),
    importProfile: (json, options) => {
      const { events, refused } = importEvents(json);
      const replaces = options?.replace === true && (events.length > 0 || refused === 0);
      const before = replaces ? session.snapshot() : null;
      if (replaces) session.forget();
      const taken = events.filter((event) => session.observe(event) !== null).length;
      if (before !== null && taken === 0 && events.length > 0) session.restore(before);
      return { taken, refused: refused + events.length - taken };
    },
  };
}

function readProfile(session: Session, names: ProfileNames | null): Profile {
  const { events, model } = session.info();
  const leanings = session.leanings();
  const fits = names !== null && model !== null && names.model === model.version && areNames(names);
  const reason = fits
    ? null
    : ({
        code: "profile.names",
        message: "The names are not of this model: make them with `reshelf names` after each training.",
      } as const);
  return {
    interests: fits ? interestsOf(leanings, names) : [],
    prices: fits ? pricesOf(leanings, names) : null,
    stage: stageOf(events),
    muted: mutedOf(events),
    reason: session.info().reason ?? reason,
  };
}

/** Whether it has all that names have: the file may be half there, or of another tool. */
function areNames({ categories, departments, brands, prices }: ProfileNames): boolean {
  return (
    [categories, departments, brands].every(Array.isArray) &&
    (prices === null || (typeof prices === "object" && Number.isFinite(prices.mean + prices.deviation)))
  );
}

function interestsOf(leanings: Leanings, names: ProfileNames): Interest[] {
  const named = (kind: Interest["kind"], list: Leanings["categories"], of: readonly string[]): Interest[] =>
    list.flatMap(({ number, weight }) => {
      const name = of[number - 1];
      return !name || weight <= 0 ? [] : [{ kind, name, weight: Math.min(1, weight / leanings.weight) }];
    });
  return [
    ...named("category", leanings.categories, names.categories),
    ...named("department", leanings.departments, names.departments),
    ...named("brand", leanings.brands, names.brands),
  ].sort((a, b) => b.weight - a.weight);
}

function pricesOf({ price }: Leanings, { prices }: ProfileNames): Profile["prices"] {
  if (price === null || prices === null) return null;
  const mean = prices.mean + (price / PRICE_STEPS) * prices.deviation;
  // A shopper looks at a third of the catalogue's spread: what single visits of the demo shop span.
  const spread = (HALF * prices.deviation) / 3;
  return { low: Math.exp(mean - spread), high: Math.exp(mean + spread) };
}

/** The newest word on each subject stands. */
function mutedOf(events: readonly SeenEvent[]): Muted[] {
  const words = new Map<string, Muted | null>();
  for (const { type, about, id } of events) {
    if (type !== "mute" && type !== "unmute") continue;
    const subject: Muted = about === "brand" ? { brand: id } : { category: id };
    words.set(`${about} ${id}`, type === "mute" ? subject : null);
  }
  return [...words.values()].filter((word) => word !== null);
}
