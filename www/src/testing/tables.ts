// The tensors of a tiny model: what crate/artifact/src/artifact.rs documents, by plain rules. Uses describe, file, hash, neighbours and
// numbers.
import type { Links, Plain, PlainItem } from "./describe.js";
import type { Tensor } from "./file.js";
import { xxh64 } from "./hash.js";
import { packList } from "./neighbours.js";
import { halfBits, halfValue, ln } from "./numbers.js";

/** The most numbers that a vector has, and what their count is a multiple of. */
const MOST_AXES = 256;
const LANE = 16;
/** How many of the newest events count, the n-th newest with weight 1/n. */
const WINDOW = 16;
/** Codes of a price to one standard deviation of its logarithm. */
const PRICE_STEPS = 32;
const UNKNOWN_PRICE = -128;
const STEADY = 128;
/** How far along the axis of what an item is its vector goes, where its own axis is 1. */
const ALONG = { department: 0.4, category: 0.6, section: 0.2, brand: 0.4, word: 0.3 };
/** What salts the hashes of tokens (crate/artifact/src/description.rs). */
const SALTS = { department: 1n, category: 2n, brand: 3n, word: 5n };

interface Token {
  readonly hash: number;
  /** The number of the attribute that it names; 0 for none. */
  readonly number: number;
  /** Its axis, and how far it goes along. */
  readonly axis: number;
  readonly length: number;
}

/** What the items are, numbered: the most frequent first, 0 for none. */
export interface Attributes {
  readonly categories: readonly string[];
  readonly departments: readonly string[];
  readonly brands: readonly string[];
  readonly prices: { readonly mean: number; readonly deviation: number } | null;
}

export function attributesOf(items: readonly PlainItem[]): Attributes {
  const logs = items.flatMap(({ price }) => (price === null ? [] : [ln(price)]));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) * (log - mean), 0) / logs.length;
  return {
    categories: byFrequency(items.map(({ path }) => path.join("/"))),
    departments: byFrequency(items.map(({ path }) => path[0] ?? "")),
    brands: byFrequency(items.map(({ brand }) => brand ?? "")),
    prices: logs.length === 0 ? null : { mean, deviation: Math.sqrt(variance) },
  };
}

function byFrequency(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) if (name !== "") counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)).map(([name]) => name);
}

/** All tensors of the model. */
export function tensorsOf(plain: Plain): Tensor[] {
  const attributes = attributesOf(plain.items);
  const tokens = tokensOf(plain.items, attributes);
  const axes = tokens.length + plain.items.length;
  const dimension = Math.min(MOST_AXES, Math.ceil(axes / LANE) * LANE);
  return [
    ...itemTensors(plain, attributes),
    ...vectorTensors(plain, tokens, dimension),
    ...memoryTensors(plain),
    ...headTensors(plain),
    ...tokenTensors(tokens, dimension),
  ];
}

function bytes(name: string, values: ArrayLike<number>): Tensor {
  return { name, dtype: "U8", shape: [values.length], values };
}

function floats(name: string, shape: readonly number[], values: readonly number[]): Tensor {
  return { name, dtype: "F32", shape, values };
}

/** A vector of `U8` where all values fit, else of `U16`. */
function numbers(name: string, values: readonly number[]): Tensor {
  return { name, dtype: values.every((value) => value < 256) ? "U8" : "U16", shape: [values.length], values };
}

function itemTensors({ items }: Plain, { categories, departments, brands, prices }: Attributes): Tensor[] {
  const numbered = (list: readonly string[], of: (item: PlainItem) => string) => {
    const places = new Map(list.map((name, at) => [name, at + 1]));
    return items.map((item) => places.get(of(item)) ?? 0);
  };
  const category = numbered(categories, ({ path }) => path.join("/"));
  const department = numbered(departments, ({ path }) => path[0] ?? "");
  const brand = numbered(brands, ({ brand }) => brand ?? "");
  const tensors = [bytes("items.ids", packedIds(items))];
  if (categories.length > 0) tensors.push(numbers("items.category", category));
  if (department.some((number, at) => number !== category[at])) tensors.push(numbers("items.department", department));
  if (brands.length > 0) tensors.push(numbers("items.brand", brand));
  if (prices !== null) {
    const code = (price: number) =>
      Math.max(-127, Math.min(127, Math.round(((ln(price) - prices.mean) / (prices.deviation || 1)) * PRICE_STEPS)));
    const values = items.map(({ price }) => (price === null ? UNKNOWN_PRICE : code(price)));
    tensors.push({ name: "items.price", dtype: "I8", shape: [items.length], values });
  }
  tensors.push(
    bytes(
      "items.popularity",
      items.map(({ popularity }) => Math.round(255 * popularity)),
    ),
  );
  tensors.push(
    bytes(
      "items.trend",
      items.map(() => STEADY),
    ),
  );
  return tensors;
}

/** The ids with the bytes that each shares with the one before left out. */
function packedIds(items: readonly PlainItem[]): number[] {
  const packed: number[] = [];
  const push = (number: number) => {
    for (; number > 127; number >>= 7) packed.push((number & 127) | 128);
    packed.push(number);
  };
  let before = new Uint8Array();
  for (const { bytes } of items) {
    let shared = 0;
    while (shared < before.length && before[shared] === bytes[shared]) shared++;
    push(shared);
    push(bytes.length - shared);
    packed.push(...bytes.subarray(shared));
    before = Uint8Array.from(bytes);
  }
  return packed;
}

/** Every word by which the catalogue tells items, each with an axis of its own. */
function tokensOf(items: readonly PlainItem[], { categories, departments, brands }: Attributes): Token[] {
  const found = new Map<number, Token>();
  const add = (kind: keyof typeof SALTS, text: string, list: readonly string[], length: number) => {
    const hash = Number(xxh64(SALTS[kind], new TextEncoder().encode(text)) & 0xffff_ffffn);
    if (!found.has(hash)) found.set(hash, { hash, number: list.indexOf(text) + 1, axis: found.size, length });
  };
  for (const { path, brand, words } of items) {
    if (path[0] !== undefined) add("department", path[0], departments, ALONG.department);
    path.forEach((_, at) => {
      const prefix = path.slice(0, at + 1).join("/");
      add("category", prefix, categories, categories.includes(prefix) ? ALONG.category : ALONG.section);
    });
    if (brand !== null) add("brand", brand, brands, ALONG.brand);
    for (const word of words) add("word", word, [], ALONG.word);
  }
  return [...found.values()].sort((a, b) => a.hash - b.hash);
}

/**
 * Each item has an axis of its own, goes along those of its tokens, and along the axes of the items that it was seen together with. Past
 * 256 axes they are used anew.
 */
function vectorTensors({ items, together }: Plain, tokens: readonly Token[], dimension: number): Tensor[] {
  const byHash = new Map(tokens.map((token) => [token.hash, token]));
  const codes = new Int8Array(items.length * dimension);
  const scales: number[] = [];
  items.forEach((item, place) => {
    const vector = new Float64Array(dimension);
    const go = (axis: number, length: number) => {
      vector[axis % dimension] = (vector[axis % dimension] ?? 0) + length;
    };
    go(tokens.length + place, 1);
    for (const hash of hashesOf(item)) {
      const token = byHash.get(hash);
      if (token) go(token.axis, token.length);
    }
    for (const [other, strength] of inOrder(together[place])) if (other !== place) go(tokens.length + other, strength);
    const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    const largest = vector.reduce((most, value) => Math.max(most, value / norm), 0);
    const scale = halfBits(largest / 127);
    scales.push(scale);
    const codesOf = vector.map((value) => Math.min(127, Math.round(value / norm / halfValue(scale))));
    codes.set(codesOf, place * dimension);
  });
  return [
    { name: "items.codes", dtype: "I8", shape: [items.length, dimension], values: codes },
    { name: "items.scales", dtype: "F16", shape: [items.length], values: scales },
  ];
}

const inOrder = (links: Links | undefined) => [...(links ?? [])].sort(([a], [b]) => a - b);

/** The hashes of an item's tokens, each once. */
function hashesOf(item: PlainItem): Set<number> {
  return new Set(
    tokensOf([item], { categories: [], departments: [], brands: [], prices: null }).map(({ hash }) => hash),
  );
}

function memoryTensors({ items, together, next }: Plain): Tensor[] {
  const channels = next === null ? [together] : [together, next];
  const lists = items.map((_, place) => packList(channels.map((links) => new Map(inOrder(links[place])))));
  const scales = lists.flatMap((list) => list.scales);
  return [
    numbers(
      "memory.bytes",
      lists.map((list) => list.bytes.length),
    ),
    bytes(
      "memory.lists",
      lists.flatMap((list) => list.bytes),
    ),
    { name: "memory.scales", dtype: "F16", shape: [items.length, channels.length], values: scales },
  ];
}

/** One state, a sum of features, and a hidden row that adds nothing, which the format has. */
function headTensors({ weights, kinds }: Plain): Tensor[] {
  const recency = Array.from({ length: WINDOW }, (_, age) => 1 / (age + 1));
  const of = [...kinds.values()];
  const features = weights.size;
  return [
    floats("state.recency", [1, WINDOW], recency),
    floats("state.kinds", [1, of.length], of),
    floats("memory.recency", [WINDOW], recency),
    floats("memory.kinds", [of.length], of),
    floats("head.hidden", [1, features], new Array<number>(features).fill(0)),
    floats("head.bias", [1], [0]),
    floats("head.output", [1], [0]),
    floats("head.linear", [features], [...weights.values()]),
    floats("retrieval.weights", [2], [1, 2]),
  ];
}

function tokenTensors(tokens: readonly Token[], dimension: number): Tensor[] {
  if (tokens.length === 0) return [];
  const codes = new Int8Array(tokens.length * dimension);
  tokens.forEach(({ axis }, token) => (codes[token * dimension + (axis % dimension)] = 127));
  const count = tokens.length;
  const of = (read: (token: Token) => number) => tokens.map(read);
  return [
    { name: "tokens.hashes", dtype: "U32", shape: [count], values: of(({ hash }) => hash) },
    { name: "tokens.codes", dtype: "I8", shape: [count, dimension], values: codes },
    { name: "tokens.scales", dtype: "F16", shape: [count], values: of(({ length }) => halfBits(length / 127)) },
    { name: "tokens.numbers", dtype: "U16", shape: [count], values: of(({ number }) => number) },
  ];
}
