// What a caller says of a tiny model, read once and checked in full: everything behind this is plain. Uses errors, guard and
// types.
import { ReshelfError } from "../errors.js";
import { isRecord } from "./guard.js";
import type { TinyDescription } from "./types.js";

/** What a score adds up where nothing else is said. */
const WEIGHTS = {
  memory_sum: 6,
  memory_next_sum: 3,
  category: 1,
  department: 0.5,
  brand: 0.5,
  price: 0.25,
  returned: -4,
  disliked: -8,
  skipped: -1,
};

/** Every feature that the engine computes (crate/rank/src/columns.rs), in its order. */
export const FEATURES = (
  "state_1 state_2 state_1_to_best similarity_last similarity_max similarity_mean memory_sum memory_last memory_max " +
  "memory_next memory_next_sum memory_bought memory_share memory_best seen seen_recency seen_count seen_last seen_second " +
  "seen_third seen_fourth seen_after_last seen_distance carted purchased returned disliked dwell shown skipped popularity trend known " +
  "category department brand price server_rank server_score server_known session_length single_event repeat_share " +
  "last_repeats last_popularity"
).split(" ");

/** The kinds of events that a model weighs, in the order of the engine. Returns, dislikes and searches have the engine's defaults. */
const KINDS = { view: 1, cart: 1, wish: 1, purchase: 1, review: 1, remove: 0, other: 1 };

const MOST_ITEMS = 1000;
/** Neighbours that the format takes of one item. */
const MOST_PAIRS = 255;
const LEAST_STRENGTH = 0.01;
const MOST_TEXT = 4096;
const MOST_STEPS = 8;
const MOST_WORDS = 12;
const LARGEST_WEIGHT = 1e6;

export interface PlainItem {
  readonly id: string;
  /** The id's UTF-8. */
  readonly bytes: Uint8Array;
  /** The steps of the category's path. */
  readonly path: readonly string[];
  readonly brand: string | null;
  readonly price: number | null;
  readonly words: readonly string[];
  readonly popularity: number;
}

/** Strengths by the place of the other item. */
export type Links = Map<number, number>;

export interface Plain {
  /** Ascending by the bytes of their ids. */
  readonly items: readonly PlainItem[];
  /** For each item, by its place. */
  readonly together: readonly Links[];
  /** The same; null where nothing was said. */
  readonly next: readonly Links[] | null;
  /** Weights by the names of the features. */
  readonly weights: ReadonlyMap<string, number>;
  readonly kinds: ReadonlyMap<string, number>;
  readonly version: string | null;
}

/** Reads a description. Throws a `ReshelfError` that names the place where it is wrong. */
export function describe(given: TinyDescription): Plain {
  if (!isRecord(given)) throw new ReshelfError("testing.model", "tinyModel() takes { items: [...] }.");
  const named = Object.keys(given).find((name) => !FIELDS.has(name));
  if (named !== undefined)
    throw new ReshelfError("testing.model", `\`${named}\` is no part of a tiny model: ${[...FIELDS].join(", ")} are.`);
  const items = itemsOf(given.items);
  const places = new Map(items.map(({ id }, place) => [id, place]));
  const links = (name: "together" | "next") => linksOf(name, given[name], places);
  const [together, next] = [links("together"), given.next == null ? null : links("next")];
  return {
    items,
    together,
    next,
    weights: numbersOf("weights", given.weights, FEATURES, WEIGHTS),
    kinds: numbersOf("kinds", given.kinds, Object.keys(KINDS), KINDS),
    version: versionOf(given.version),
  };
}

const FIELDS = new Set(["items", "together", "next", "weights", "kinds", "version"]);
const ITEM_FIELDS = new Set(["id", "category", "brand", "price", "title", "popularity"]);

function versionOf(version: unknown): string | null {
  if (version == null) return null;
  if (typeof version === "string" && version !== "" && version.length <= 200 && !HALF.test(version)) return version;
  throw new ReshelfError("testing.model", "`version` is a text of 1 to 200 characters.");
}

function itemsOf(given: unknown): PlainItem[] {
  if (!Array.isArray(given) || given.length === 0 || given.length > MOST_ITEMS)
    throw new ReshelfError("testing.items", `\`items\` is an array of 1 to ${MOST_ITEMS} ids or items.`);
  const items = given.map((item, at) => itemOf(item, `items[${at}]`));
  items.sort((a, b) => compare(a.bytes, b.bytes));
  const twice = items.find(({ id }, at) => id === items[at + 1]?.id);
  if (twice) throw new ReshelfError("testing.items", `"${twice.id}" stands in \`items\` twice: name each item once.`);
  return items;
}

function itemOf(given: unknown, where: string): PlainItem {
  const item: Record<string, unknown> = isRecord(given) ? given : { id: given };
  const wrong = (what: string) => new ReshelfError("testing.items", `${where}${what}`);
  const other = Object.keys(item).find((name) => !ITEM_FIELDS.has(name));
  if (other !== undefined) throw wrong(`.${other} is not known: an item has ${[...ITEM_FIELDS].join(", ")}.`);
  const id = idOf(item["id"]);
  if (id === null)
    throw wrong(
      " needs an id: text without white space around it, a safe integer or a BigInt, of 1,000 bytes at most.",
    );
  const text = (name: string): string | null => {
    const value = item[name];
    if (value == null) return null;
    if (typeof value === "string" && value.length <= MOST_TEXT && !HALF.test(value)) return value;
    throw wrong(`.${name} is a text of ${MOST_TEXT} characters at most.`);
  };
  const number = (name: string, good: (value: number) => boolean, range: string): number | null => {
    const value = item[name];
    if (value == null) return null;
    if (typeof value === "number" && Number.isFinite(value) && good(value)) return value;
    throw wrong(`.${name} is a number ${range}.`);
  };
  return {
    ...id,
    path: stepsOf(text("category") ?? ""),
    brand: trimmed(text("brand") ?? "") || null,
    price: number("price", (price) => price > 0, "above 0"),
    words: wordsOf(text("title") ?? ""),
    popularity: number("popularity", (part) => part >= 0 && part <= 1, "from 0 to 1") ?? 0.5,
  };
}

/** Half of a surrogate pair. */
const HALF = /[\ud800-\udfff]/u;
/** What the engine takes for no part of an id where it stands around one. */
const AROUND = /^[\s\p{Cc}\u200b-\u200e\u2060]|[\s\p{Cc}\u200b-\u200e\u2060]$/u;

/** An id as the engine names the item; null for what is none. */
function idOf(id: unknown): { readonly id: string; readonly bytes: Uint8Array } | null {
  const named = typeof id === "string" || typeof id === "bigint" || Number.isSafeInteger(id);
  const text = named ? String(id) : "";
  if (text === "" || HALF.test(text) || AROUND.test(text)) return null;
  const bytes = new TextEncoder().encode(text);
  return bytes.length <= 1000 ? { id: text, bytes } : null;
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 ? a.length - b.length : (a[at] as number) - (b[at] ?? -1);
}

/** The ASCII white space that the engine takes away around texts. */
const trimmed = (text: string): string => text.replace(/^[ \t\n\f\r]+|[ \t\n\f\r]+$/g, "");

/** The steps of a category's path, as the engine reads them. */
function stepsOf(path: string): string[] {
  const steps = path.split(path.includes("/") ? "/" : ".").map(trimmed);
  return steps.filter((step) => step !== "").slice(0, MOST_STEPS);
}

/** The words of a title, as the engine reads them: every ASCII character that is no letter or digit parts them. */
function wordsOf(title: string): string[] {
  const pieces = title.split(/[\0-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]/).filter((piece) => [...piece].length >= 2);
  const words = pieces.slice(0, MOST_WORDS).map((word) => word.replace(/[A-Z]+/g, (part) => part.toLowerCase()));
  return [...new Set(words)];
}

function linksOf(name: "together" | "next", given: unknown, places: ReadonlyMap<string, number>): Links[] {
  const links = Array.from(places, (): Links => new Map());
  if (given == null) return links;
  if (!Array.isArray(given) || given.length > MOST_ITEMS * MOST_PAIRS)
    throw new ReshelfError("testing.pairs", `\`${name}\` is an array of [item, item, strength].`);
  given.forEach((pair: unknown, at) => {
    const where = `${name}[${at}]`;
    if (!Array.isArray(pair) || pair.length < 2 || pair.length > 3)
      throw new ReshelfError("testing.pairs", `${where} is not [item, item] or [item, item, strength].`);
    const [one, other] = [0, 1].map((side) => {
      const place = places.get(idOf(pair[side])?.id ?? "");
      if (place === undefined)
        throw new ReshelfError("testing.pairs", `${where} names ${shown(pair[side])}, which is not in \`items\`.`);
      return place;
    }) as [number, number];
    const strength: unknown = pair[2] ?? 1;
    if (typeof strength !== "number" || !(strength >= LEAST_STRENGTH && strength <= 1))
      throw new ReshelfError("testing.pairs", `${where} has a strength that is no number from ${LEAST_STRENGTH} to 1.`);
    const both: [number, number][] = [[one, other]];
    if (name === "together" && one !== other) both.push([other, one]);
    for (const [from, to] of both) {
      if (links[from]?.has(to))
        throw new ReshelfError("testing.pairs", `${where} stands in \`${name}\` twice: name each pair once.`);
      links[from]?.set(to, strength);
      if ((links[from]?.size ?? 0) > MOST_PAIRS)
        throw new ReshelfError("testing.pairs", `${where} is one pair too many: an item has ${MOST_PAIRS} at most.`);
    }
  });
  return links;
}

/** Numbers by name, those given over the defaults, in the order of all names. */
function numbersOf(
  field: "weights" | "kinds",
  given: unknown,
  names: readonly string[],
  defaults: Readonly<Record<string, number>>,
): Map<string, number> {
  if (given != null && !isRecord(given))
    throw new ReshelfError("testing.weights", `\`${field}\` is an object of numbers, such as { ${names[0]}: 2 }.`);
  const own = new Map(Object.entries(given ?? {}));
  for (const [name, weight] of own) {
    if (!names.includes(name))
      throw new ReshelfError("testing.weights", `\`${field}.${name}\` is not known: ${names.join(", ")} are.`);
    if (typeof weight !== "number" || !(Math.abs(weight) <= LARGEST_WEIGHT))
      throw new ReshelfError("testing.weights", `\`${field}.${name}\` is a number up to ${LARGEST_WEIGHT}.`);
  }
  const entries = names.map((name) => [name, own.get(name) ?? defaults[name]] as const);
  return new Map(entries.filter((entry): entry is readonly [string, number] => entry[1] !== undefined));
}

/** What is said of a value in a message. */
const shown = (value: unknown): string =>
  typeof value === "string" ? `"${value.slice(0, 80)}"` : String(typeof value);
