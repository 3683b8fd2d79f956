// Ids that differ from known ones by their spelling alone. Each unknown one is written in the ways in which shops write ids
// differently from place to place, and the model is asked for all of them at once. May use engine and types.
import type { Engine } from "../engine/reshelf.js";
import type { Finding } from "../types.js";
import { finding, quoted } from "./finding.js";

/** So many unknown ids are looked at, the newest, and so many known ones, to learn how the model's are written. */
const MOST_UNKNOWN = 200;
const MOST_KNOWN = 200;

/** Longer ids are of no shop. */
const LONGEST = 200;

/** Below so many ids with a part too much it may be chance, where other ids are known: many a number names some item. */
const FEWEST_AFFIXES = 3;

/** How the model writes its ids. */
interface Manner {
  /** What all ids begin and end with, but for digits that happen to be the same. */
  readonly prefix: string;
  readonly suffix: string;
  /** Lengths of numbers that begin with 0. */
  readonly widths: readonly number[];
}

type Kind = "ids.space" | "ids.case" | "ids.zeros" | "ids.encoded" | "ids.affix";

/** In this order: an id is of the first kind that leads to a known one. */
const KINDS: readonly (readonly [Kind, variants: (id: string, manner: Manner) => string[], message: string])[] = [
  [
    "ids.space",
    (id) => ["", " ", "-", "_"].map((between) => id.replace(/[\s_-]+/g, between)),
    "Ids differ from the model's by white space or by what stands in its place: write them as the log that the model was trained with has them.",
  ],
  [
    "ids.case",
    (id, { prefix }) => {
      const same = id.toLowerCase().startsWith(prefix.toLowerCase());
      const lower = id.toLowerCase();
      const first = lower.charAt(0).toUpperCase() + lower.slice(1);
      return [lower, id.toUpperCase(), first, ...(same ? [prefix + id.slice(prefix.length)] : [])];
    },
    "Ids differ from the model's by upper and lower case, which counts: write them as the log that the model was trained with has them.",
  ],
  [
    "ids.zeros",
    (id, { widths }) => [
      id.replace(/(^|\D)0+(?=\d)/g, "$1"),
      ...widths.map((width) => id.replace(/\d+/, (digits) => digits.padStart(width, "0"))),
    ],
    "Ids differ from the model's by zeros before a number, as where one place takes them for numbers: keep them as text everywhere.",
  ],
  [
    "ids.encoded",
    (id) => [
      decoded(id),
      encodeURIComponent(id),
      unescaped(id),
      fromBase64(id),
      id.normalize("NFC"),
      id.normalize("NFD"),
    ],
    "Ids are encoded in another way than the model's (for addresses, for HTML, in base64): decode them before they are passed in.",
  ],
  [
    "ids.affix",
    affixes,
    'Ids have a part before or behind them that the model\'s have not, or lack one: take it off (`id.split("/").pop()`), or put it on, wherever ids are passed in; or train with ids as the page has them.',
  ],
];

/** What a spelling looks for, and who it is of. */
interface Try {
  readonly id: string;
  readonly kind: Kind;
  readonly variant: string;
}

/** @param engine of a session of the doctor's own; `others` is how many ids the model knows as they are. */
export function misspelt(engine: Engine, unknown: readonly string[], others: number): Finding[] {
  const ids = unknown.filter(({ length }) => length <= LONGEST).slice(-MOST_UNKNOWN);
  if (engine.items === 0 || ids.length === 0) return [];
  const manner = mannerOf(engine);
  const tries = ids.flatMap((id) =>
    KINDS.flatMap(([kind, variants]) =>
      variants(id, manner)
        .filter((variant) => variant !== id && variant !== "")
        .map((variant): Try => ({ id, kind, variant })),
    ),
  );
  const handles = resolve(
    engine,
    tries.map(({ variant }) => variant),
  );
  const known = new Map<string, Try>();
  tries.forEach((each, at) => {
    if ((handles[at] ?? Infinity) < engine.items && !known.has(each.id)) known.set(each.id, each);
  });
  return KINDS.flatMap(([kind, , message]) => {
    const found = [...known.values()].filter((each) => each.kind === kind);
    const chance =
      kind === "ids.affix" && (2 * found.length < ids.length || (found.length < FEWEST_AFFIXES && others > 0));
    if (found.length === 0 || chance) return [];
    const examples = found.map(({ id, variant }) => `${quoted(id)}: the model has ${quoted(variant)}`);
    return [finding("warning", kind, found.length, message, examples)];
  });
}

function mannerOf(engine: Engine): Manner {
  const { items } = engine;
  const count = Math.min(items, MOST_KNOWN);
  const known = Array.from({ length: count }, (_, at) => engine.itemId(Math.floor((at * items) / count)) ?? "");
  const numbers = known.map((id) => /\d+/.exec(id)?.[0] ?? "").filter((digits) => /^0\d/.test(digits));
  const backwards = known.map((id) => [...id].reverse().join(""));
  return {
    prefix: shared(known),
    suffix: [...shared(backwards)].reverse().join(""),
    widths: [...new Set(numbers.map(({ length }) => length))].slice(0, 4),
  };
}

/** What all of these begin with, without digits at its end. One text shares nothing with others. */
function shared(texts: readonly string[]): string {
  let [prefix = ""] = texts.length > 1 ? texts : [];
  for (const text of texts) while (!text.startsWith(prefix)) prefix = prefix.slice(0, -1);
  // A whole id is no prefix: what is left must be something.
  if (texts.includes(prefix)) prefix = prefix.replace(/[\p{L}\p{N}]+$/u, "");
  return prefix.replace(/\d+$/, "");
}

/** The id without what may stand before and behind it; and each of these with what the model's ids begin and end with. */
function affixes(id: string, { prefix, suffix }: Manner): string[] {
  const cut = [id, fromBase64(id)].map((text) => text.replace(/[?#].+$/, ""));
  const bare = cut.flatMap((text) => [
    text,
    text.replace(/^.*[/:#|]/, ""), // gid://shopify/Product/1
    text.replace(/^[^-_.]*[-_.]/, ""), // sku-1
    text.replace(/[-_.:/][^-_.:/]*$/, ""), // 1-red
    /^\D*(\d+)\D*$/.exec(text)?.[1] ?? "",
  ]);
  // An id that is framed as all of the model's are is a new item.
  if ((prefix || suffix) && id.startsWith(prefix) && id.endsWith(suffix)) return [];
  return bare.flatMap((text) => (text ? [text, prefix + text + suffix] : []));
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id.replace(/\+/g, " "));
  } catch {
    return id;
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#x27": "'" };

function unescaped(id: string): string {
  return id.replace(/&([a-z]+|#\w+);/gi, (entity, name: string) => ENTITIES[name.toLowerCase()] ?? entity);
}

function fromBase64(id: string): string {
  if (!/^[\w+/-]{8,}={0,2}$/.test(id)) return "";
  try {
    const text = atob(id.replace(/-/g, "+").replace(/_/g, "/"));
    return /^[ -~]+$/.test(text) ? text : "";
  } catch {
    return "";
  }
}

function resolve(engine: Engine, texts: readonly string[]): Uint32Array {
  const encoder = new TextEncoder();
  const encoded = texts.map((text) => encoder.encode(text));
  const bytes = new Uint8Array(encoded.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const each of encoded) {
    bytes.set(each, at);
    at += each.length;
  }
  return engine.resolve(
    bytes,
    Uint32Array.from(encoded, ({ length }) => length),
  );
}
