// From the shop's ids to the engine's handles: every id crosses into the engine once, in one buffer with its companions.
import type { Engine } from "./engine/reshelf.js";
import type { ItemId, Row } from "./types.js";

/** The handle of an item that the engine does not know. */
export const UNKNOWN = 0xffff_ffff;

/** Past so many ids the cache starts afresh: a page that lives for days must not grow without end. */
const MOST_IDS = 250_000;

export class IdTable {
  readonly #engine: Engine;
  readonly #handles = new Map<unknown, number>();
  #encoder: TextEncoder | undefined;
  #buffer = new Uint8Array(0);

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The handle of an id that has crossed before; undefined for a new one. `42` and `"42"` may both be asked for. */
  known(id: unknown): number | undefined {
    return this.#handles.get(id);
  }

  /** The handle of one item, which may bring its row along. */
  resolve(id: unknown, row: Row | null | undefined): number {
    let handle = this.#handles.get(id);
    if (handle === undefined) {
      this.learn([id]);
      handle = this.#handles.get(id) ?? UNKNOWN;
    }
    return handle === UNKNOWN && row != null ? this.addRow(id, row) : handle;
  }

  /** Learns the handles of ids that are new, all at once. What is neither text nor a number stays unknown. */
  learn(ids: readonly unknown[]): void {
    if (this.#handles.size + ids.length > MOST_IDS) this.#handles.clear();
    const encoder = (this.#encoder ??= new TextEncoder());
    const lengths = new Uint32Array(ids.length);
    const asked: unknown[] = [];
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

  /** Takes in an item's row. Throws the engine's error if the row is not one of this model. */
  addRow(id: unknown, row: Row): number {
    if (!isItemId(id)) return UNKNOWN;
    const handle = this.#engine.addRow(String(id), typeof row === "string" ? fromBase64(row) : row);
    this.#handles.set(id, handle);
    return handle;
  }

  #makeRoom(used: number, more: number): void {
    if (used + more <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(4096, 2 * (used + more)));
    larger.set(this.#buffer.subarray(0, used));
    this.#buffer = larger;
  }
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
