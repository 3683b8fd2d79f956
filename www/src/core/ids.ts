// From the shop's ids to the engine's handles: every id crosses into the engine once, in one buffer with its companions.

import { idText, LONG_ID, reading } from "../arguments.js";
import { NONE } from "../engine/numbers.js";
import type { Engine } from "../engine/reshelf.js";
import { isTrap, Refusal, reasonFrom } from "../errors.js";
import type { Details } from "./details.js";
import type { Supply } from "./prepare.js";
import type { Tally } from "./reasons.js";

/** Past so many ids the cache starts afresh: a page that lives for days must not grow without end. */
const MOST_IDS = 250_000;

/** Ids that name no item, and rows that are not of this model. */
export interface Refusals {
  readonly ids: Tally;
  readonly rows: Tally;
}

/**
 * `42`, `"42"`, `42n` and `" 42 "` are spellings of one id. Each spelling that was met leads to a slot, and all of one id to
 * the same; the slot has the handle, which changes when the item gets a name.
 */
export class IdTable {
  readonly #engine: Engine;
  readonly #refused: Refusals;
  readonly #supply: Supply | null;
  /** Items in the model's own table: theirs are the handles below. */
  readonly items: number;
  readonly composes: boolean;
  readonly #slots = new Map<unknown, number>();
  #handles: number[] = [];
  /**
   * Slots of which there is nothing more to learn: the row was taken in or refused, or the id refused (true), or the description used
   * (its price).
   */
  readonly #settled = new Map<number, true | number>();
  /** The engine's generation that the handles are of. */
  #generation: number;
  /** Handles of items that the model knows by what was said of them. */
  readonly #said = new Set<number>();
  /** How many rows and descriptions were taken in so far: each may change what the session says. */
  taken = 0;

  constructor(engine: Engine, refused: Refusals, supply: Supply | null) {
    this.#engine = engine;
    this.#refused = refused;
    this.#supply = supply;
    this.items = engine.items;
    this.composes = engine.composes;
    this.#generation = engine.generation;
  }

  /** The slot of an id that was met before; undefined for a new one. */
  slot(id: unknown): number | undefined {
    return this.#slots.get(id);
  }

  handle(slot: number): number {
    return this.#handles[slot] as number;
  }

  /** For the doctor, who only looks: the slots of all spellings that were met, and what lies in them. */
  get held() {
    return [this.#slots, this.#handles, this.#settled] as const;
  }

  /** The handle of an id that was met before. */
  known(id: unknown): number {
    const slot = this.#slots.get(id);
    return slot === undefined ? NONE : this.handle(slot);
  }

  /** Whether the row or the description of an item would tell the engine something. */
  wantsMore(slot: number): boolean {
    return this.handle(slot) >= this.items && !this.#settled.has(slot);
  }

  /** Whether the model knows an item, by its table, a row or a description of which it knows a word. */
  knows(handle: number): boolean {
    return handle < this.items || this.#said.has(handle);
  }

  /** Tells of candidates without an id; one of them shows what they have in its place. */
  nameless(example: unknown): void {
    const fields = reading("id", () => Object.keys(Object(example)).slice(0, 20).join(" "));
    this.#refused.ids.note(new Refusal("id.missing", { fields: typeof fields === "string" ? fields : "" }));
  }

  /** The row of an item of the model's table. */
  row(text: string): Uint8Array | null {
    const item = this.handle(this.find(text));
    return item < this.items ? this.#engine.row(item) : null;
  }

  /** The slot of one id, by its text. */
  find(text: string): number {
    if (!this.#slots.has(text)) this.learn([text]);
    return this.#slots.get(text) as number;
  }

  /** The handle of one item that the shopper met; an unknown one is given a handle. */
  name(text: string, details: Details | null): number {
    if (details !== null) this.learnDetails(text, details);
    const handle = this.handle(this.find(text));
    return handle === NONE ? this.#keep(text, this.#engine.compose(text, "", "", NaN, "")) : handle;
  }

  /** Learns the handles of ids that are new, all at once. What names no item stays unknown. */
  learn(ids: readonly unknown[]): void {
    if (this.#slots.size + ids.length > MOST_IDS) this.clear();
    const texts: string[] = [];
    const asked: number[] = [];
    let units = 0;
    for (const id of ids) {
      const text = idText(id);
      if (text instanceof Refusal) {
        this.#refuse(id, text);
        continue;
      }
      let slot = this.#slots.get(text);
      if (slot === undefined) {
        slot = this.#newSlot(text);
        asked.push(slot);
        texts.push(text);
        units += text.length;
      }
      this.#slots.set(id, slot);
    }
    if (asked.length === 0) return;
    const encoder = new TextEncoder();
    const encoded = new Uint8Array(units * 3); // UTF-8 takes at most three bytes per UTF-16 unit.
    let used = 0;
    const lengths = Uint32Array.from(texts, (text) => {
      const { written } = encoder.encodeInto(text, encoded.subarray(used));
      used += written;
      return written;
    });
    const handles = this.#engine.resolve(encoded.subarray(0, used), lengths);
    asked.forEach((slot, position) => (this.#handles[slot] = handles[position] ?? NONE));
    const rows = this.#supply?.rows;
    if (!rows) return;
    const generation = this.#generation;
    for (const text of texts) {
      const row = rows.of(text);
      if (row && this.known(text) >= this.items) this.take(text, row);
    }
    // Where these took the handles of others, some of them may be among these.
    if (this.#generation !== generation) this.learn(ids);
  }

  /** Takes in a row that was fetched, unless one was given. */
  take(text: string, row: Uint8Array): void {
    if (this.#settled.get(this.find(text)) !== true) this.learnDetails(text, { row, description: null });
  }

  /** Takes in an item's row, or else its description. A row that is not one of this model is refused once, and counted. */
  learnDetails(text: string, { row, description }: Details): void {
    const engine = this.#engine;
    let handle: number | null = null;
    if (row instanceof Refusal) this.#refused.rows.note(row);
    else if (row !== null) handle = this.#try(() => engine.addRow(text, row));
    if (handle === null && description !== null) {
      const { category, brand, price, title } = description;
      handle = this.#try(() => engine.compose(text, category, brand, price, title));
    }
    if (handle !== null) {
      this.taken += 1;
      this.#keep(text, handle);
      if (engine.row(handle).length > 0) this.#said.add(handle);
    }
    this.#settled.set(this.find(text), row === null && description !== null ? description.price : true);
  }

  /** Drops all handles, since the engine has dropped those of its own. */
  clear(): void {
    this.#slots.clear();
    this.#settled.clear();
    this.#said.clear();
    this.#handles = [];
    this.#generation = this.#engine.generation;
    this.#supply?.rows?.again(this.#engine);
  }

  #try(take: () => number): number | null {
    try {
      return take();
    } catch (error) {
      if (isTrap(error)) throw error;
      this.#refused.rows.note(reasonFrom(error, "row.unusable"));
      return null;
    }
  }

  /** Notes an item's new handle. Naming it may have cost others theirs. */
  #keep(text: string, handle: number): number {
    if (this.#engine.generation !== this.#generation) this.clear();
    const slot = this.#slots.get(text) ?? this.#newSlot(text);
    this.#handles[slot] = handle;
    return handle;
  }

  /** Counts an id that names no item, once where it can be remembered: nobody keeps the page's objects or its megabytes. */
  #refuse(id: unknown, reason: Refusal): void {
    this.#refused.ids.note(reason);
    if (typeof id === "number" || (typeof id === "string" && reason !== LONG_ID))
      this.#settled.set(this.#newSlot(id), true);
  }

  #newSlot(spelling: unknown): number {
    const slot = this.#handles.push(NONE) - 1;
    this.#slots.set(spelling, slot);
    return slot;
  }
}
