// The shopper's own data as plain JSON: out of a session, and back into one of whatever channel. May use types.
import type { SeenEvent, ShopEvent } from "../types.js";

/** One event, as `exportProfile` writes it. */
export interface ExportedEvent {
  readonly type: string;
  /** ISO 8601, in UTC. */
  readonly at: string;
  readonly item?: string;
  readonly query?: string;
  readonly category?: string;
  readonly brand?: string;
  readonly seconds?: number;
}

/** The whole of it. */
export interface ProfileData {
  readonly format: "reshelf-profile";
  readonly version: 1;
  readonly events: readonly ExportedEvent[];
}

/** What was read of a text. */
export interface Imported {
  readonly events: readonly ShopEvent[];
  /** Events that could not be read; 1 for a text that is no profile at all. */
  readonly refused: number;
}

/** The latest time that a Date has, in milliseconds; a shop's own clock may say anything. */
const LATEST = 8.64e15;

/** As many events as a session keeps, and the most of them that mute or unmute. */
const MOST_EVENTS = 1024;
const MOST_WORDS = 256;

export function exported(events: readonly SeenEvent[]): ProfileData {
  const written = events.map(({ type, at, about, id, seconds }): ExportedEvent => {
    const time = new Date(Math.max(-LATEST, Math.min(LATEST, at))).toISOString();
    return { type, at: time, [about]: id, ...(seconds === undefined ? null : { seconds }) };
  });
  return { format: "reshelf-profile", version: 1, events: written };
}

/** Reads a text that anybody may have written. */
export function importEvents(json: unknown): Imported {
  const data = parsed(json);
  if (data === null) return { events: [], refused: 1 };
  const events = data.map(eventOf);
  const read = events.filter((event) => event !== null);
  const words = read.filter(isWord).slice(-MOST_WORDS);
  const rest = read.filter((event) => !isWord(event)).slice(words.length - MOST_EVENTS);
  const taken = read.length > MOST_EVENTS ? [...words, ...rest] : read;
  return { events: taken, refused: events.length - taken.length };
}

function isWord({ type }: ShopEvent): boolean {
  return type === "mute" || type === "unmute";
}

function parsed(json: unknown): readonly unknown[] | null {
  if (typeof json !== "string") return null;
  try {
    const data: unknown = JSON.parse(json);
    if (typeof data !== "object" || data === null) return null;
    const { format, version, events } = data as Record<string, unknown>;
    return format === "reshelf-profile" && version === 1 && Array.isArray(events) ? events : null;
  } catch {
    return null;
  }
}

function eventOf(event: unknown): ShopEvent | null {
  if (typeof event !== "object" || event === null) return null;
  const { type, at, item, query, category, brand, taste, seconds } = event as Record<string, unknown>;
  const time = typeof at === "string" ? Date.parse(at) : NaN;
  if (typeof type !== "string" || !Number.isFinite(time)) return null;
  if (typeof query === "string") return { type: "search", query, at: time };
  if (type === "mute" || type === "unmute") {
    if (typeof category === "string") return { type, category, at: time };
    return typeof brand === "string" ? { type, brand, at: time } : null;
  }
  if (type === "browse") {
    if (typeof category === "string") return { type, category, at: time };
    if (typeof brand === "string") return { type, brand, at: time };
    return typeof taste === "string" ? { type, taste, at: time } : null;
  }
  if (typeof item !== "string") return null;
  return { id: item, type, at: time, ...(typeof seconds === "number" ? { seconds } : null) };
}
