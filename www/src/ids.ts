// From the shop's ids to the engine's handles: every id crosses into the engine once, in one buffer with its companions.
import type { Engine } from "./engine/reshelf.js";
import type { ItemDescription, ItemId, Row } from "./types.js";

/** The handle of an item that neither the model nor this page knows. */
export const UNKNOWN = 0xffff_ffff;

/** Past so many ids the cache starts afresh: a page that lives for days must not grow without end. */
const MOST_IDS = 250_000;

export class IdTable {
  readonly #engine: Engine;
  readonly #handles = new Map<unknown, number>();
  readonly #items: number;
  readonly #composes: boolean;
  /** Items outside the model's table that have brought what there is to learn of them. */
  readonly #complete = new Set<number>();
  readonly #texts = new Map<number, string>();
  #taken = 0;
  #encoder: TextEncoder | undefined;
  #buffer = new Uint8Array(0);

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#items = engine.items;
    this.#composes = engine.composes;
  }

  /** The handle of an id that has crossed before; undefined for a new one. */
  known(id: unknown): number | undefined {
    return this.#handles.get(id);
  }

  /** The id of an item of the model's table as text. */
  text(row: number): string {
    let text = this.#texts.get(row);
    if (text === undefined) {
      text = this.#engine.itemId(row) ?? "";
      if (this.#texts.size >= MOST_IDS) this.#texts.clear();
      this.#texts.set(row, text);
    }
    return text;
  }

  /** How many rows and descriptions were taken in so far: each may change what the session says. */
  get taken(): number {
    return this.#taken;
  }

  /** Whether the row or the description of an item would tell the engine something. */
  wantsMore(handle: number): boolean {
    return handle >= this.#items && !this.#complete.has(handle);
  }

  /** Whether an object brings a row, or a description that the model can make use of. */
  brings(object: Brought): boolean {
    return object.row != null || (this.#composes && isDescribed(object));
  }

  /** The handle of one item; UNKNOWN where nobody knows it. */
  find(id: ItemId): number {
    let handle = this.#handles.get(id);
    if (handle === undefined) {
      this.learn([id]);
      handle = this.#handles.get(id);
    }
    return handle ?? UNKNOWN;
  }

  /** The handle of one item that the shopper met; an unknown one is given a handle. */
  name(id: ItemId, brought: Brought): number {
    const handle = this.find(id);
    if (this.wantsMore(handle) && this.brings(brought)) return this.take(id, brought);
    if (handle !== UNKNOWN) return handle;
    const named = this.#engine.name(String(id));
    this.#keep(id, named);
    return named;
  }

  /** Learns the handles of ids that are new, all at once. What is neither text nor a number stays unknown. */
  learn(ids: readonly unknown[]): void {
    if (this.#handles.size + ids.length > MOST_IDS) this.#handles.clear();
    const encoder = (this.#encoder ??= new TextEncoder());
    const lengths = new Uint32Array(ids.length);
    const asked: ItemId[] = [];
    let used = 0;
    for (const id of ids) {
      if (!isItemId(id)) continue;
      const text = String(id);
      this.#makeRoom(used, text.length * 3); // UTF-8 takes at most three bytes per UTF-16 unit.
      const { written } = encoder.encodeInto(text, this.#buffer.subarray(used));
      used += written;
      lengths[asked.length] = written;
      asked.push(id);
    }
    if (asked.length === 0) return;
    const handles = this.#engine.resolve(this.#buffer.subarray(0, used), lengths.subarray(0, asked.length));
    asked.forEach((id, position) => this.#handles.set(id, handles[position] ?? UNKNOWN));
  }

  /** Takes in an item's row, or else its description. Throws the engine's error if the row is not one of this model. */
  take(id: ItemId, { row, category, brand, price, title }: Brought): number {
    const engine = this.#engine;
    const handle =
      row != null
        ? engine.addRow(String(id), typeof row === "string" ? fromBase64(row) : row)
        : engine.compose(String(id), textOf(category), textOf(brand), typeof price === "number" ? price : NaN, textOf(title));
    this.#taken += 1;
    this.#complete.add(handle);
    this.#keep(id, handle);
    return handle;
  }

  /** Drops all handles, since the engine has dropped those of its own. */
  clear(): void {
    this.#handles.clear();
    this.#complete.clear();
  }

  /** Notes a new handle; the same id in its other type, `42` and `"42"`, may stand in the cache as unknown. */
  #keep(id: ItemId, handle: number): void {
    this.#handles.delete(typeof id === "number" ? String(id) : Number(id));
    this.#handles.set(id, handle);
  }

  #makeRoom(used: number, more: number): void {
    if (used + more <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(4096, 2 * (used + more)));
    larger.set(this.#buffer.subarray(0, used));
    this.#buffer = larger;
  }
}

/** What a candidate or an event may bring along for an item that the model does not know. */
export type Brought = ItemDescription & { readonly row?: Row | null | undefined };

function isDescribed({ category, brand, price, title }: ItemDescription): boolean {
  return category != null || brand != null || price != null || title != null;
}

/** Categories and brands may be numbers; what else a caller's field of that name holds is no description. */
function textOf(value: unknown): string {
  return isItemId(value) ? String(value) : "";
}

export function isItemId(id: unknown): id is ItemId {
  return typeof id === "string" || (typeof id === "number" && Number.isFinite(id));
}

function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
