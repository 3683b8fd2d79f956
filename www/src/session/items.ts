// What the page said of items that the model's table does not hold, for the page that comes next: the log has their ids alone. May
// use engine and errors.

import { fromBase64, toBase64 } from "../base64.js";
import type { Engine } from "../engine/reshelf.js";
import { isTrap } from "../errors.js";

/** What `observe` was told of an item: its row as it came, and its description, where either was there. */
export interface Details {
  readonly row: unknown;
  readonly description: {
    readonly category: string;
    readonly brand: string;
    readonly price: number;
    readonly title: string;
  } | null;
}

/** The same as it is kept: the row as base64, empty texts and null for what was not said. */
export type Item = readonly [
  id: string,
  row: string,
  category: string,
  brand: string,
  price: number | null,
  title: string,
];

/** Characters of all that is kept; what was said first goes first. */
const MOST_SAID = 65_536;

export function isItem(value: unknown): value is Item {
  if (!Array.isArray(value) || value.length !== 6) return false;
  return value.every((part, at) => (at === 4 ? part === null || Number.isFinite(part) : typeof part === "string"));
}

export class Items {
  readonly #items = new Map<string, Item>();
  #length = 0;

  has(id: string): boolean {
    return this.#items.has(id);
  }

  /** Notes what was said of an item; of what was said before only a row takes the place, as in the engine. */
  note(id: string, { row, description }: Details): void {
    const { category = "", brand = "", price = NaN, title = "" } = description ?? {};
    const bytes = row instanceof Uint8Array ? toBase64(row) : "";
    this.add([id, bytes, category, brand, Number.isFinite(price) ? price : null, title]);
  }

  /** Whether nothing is kept of an item, or only what a row is better than. */
  lacksRow(id: string): boolean {
    return !this.#items.get(id)?.[1];
  }

  /** Whether this is more than what is kept. */
  wants([id, row]: Item): boolean {
    return !this.has(id) || (row !== "" && this.lacksRow(id));
  }

  add(item: Item): void {
    if (!this.wants(item)) return;
    this.#drop(item[0]);
    this.#items.set(item[0], item);
    this.#length += lengthOf(item);
    for (const [id] of this.#items) if (this.#length > MOST_SAID) this.#drop(id);
  }

  /** What is kept of these. */
  of(ids: Iterable<string>): Item[] {
    return [...new Set(ids)].map((id) => this.#items.get(id)).filter((item) => item !== undefined);
  }

  /** Keeps what is said of items that stand in the log, and only that; returns it. */
  inLog(ids: () => Set<string>): Item[] {
    if (this.#items.size > 0) {
      const named = ids();
      for (const [id] of this.#items) if (!named.has(id)) this.#drop(id);
    }
    return [...this.#items.values()];
  }

  #drop(id: string): void {
    const item = this.#items.get(id);
    if (item && this.#items.delete(id)) this.#length -= lengthOf(item);
  }
}

const lengthOf = (item: Item): number => JSON.stringify(item).length;

/** Tells the engine what was said of an item. A row of another model says nothing, and then its description counts. */
export function describe(engine: Engine, [id, row, category, brand, price, title]: Item): void {
  const said = [
    () => row !== "" && engine.addRow(id, fromBase64(row)),
    () => engine.compose(id, category, brand, price ?? NaN, title),
  ];
  for (const say of said) {
    try {
      if (say() !== false) return;
    } catch (error) {
      if (isTrap(error)) throw error;
    }
  }
}
