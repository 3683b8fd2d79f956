// The hot path's buffers: candidates are written straight into the engine's memory and the order is read from there.
import type { Engine } from "./engine/reshelf.js";
import { type IdTable, UNKNOWN } from "./ids.js";
import type { CandidateObject, Ranked, Row } from "./types.js";

export class CandidateBuffers {
  readonly #engine: Engine;
  readonly #memory: WebAssembly.Memory;
  #capacity = 0;
  // Two views of the same candidates (item and score take turns), and of the answer. Growing memory detaches them.
  #items = new Uint32Array(0);
  #serverScores = new Float32Array(0);
  #order = new Uint32Array(0);
  #scores = new Float32Array(0);

  constructor(engine: Engine, memory: WebAssembly.Memory) {
    this.#engine = engine;
    this.#memory = memory;
  }

  /** Writes the candidates' handles and scores. Reads the caller's objects, and so may throw what their getters throw. */
  write(list: readonly unknown[], ids: IdTable): void {
    const count = list.length;
    this.#reserve(count);
    const items = this.#items;
    const serverScores = this.#serverScores;
    let fresh: number[] | undefined;
    for (let i = 0; i < count; i++) {
      const candidate = list[i];
      let id: unknown = candidate;
      let score: unknown;
      let row: unknown;
      if (typeof candidate === "object" && candidate !== null) {
        ({ id, score, row } = candidate as CandidateObject);
      }
      const handle = ids.known(id);
      if (handle === undefined || (handle === UNKNOWN && row != null)) (fresh ??= []).push(i);
      else items[2 * i] = handle;
      serverScores[2 * i + 1] = typeof score === "number" ? score : NaN;
    }
    if (fresh !== undefined) this.#writeFresh(list, fresh, ids);
  }

  /** Ranks what was written and builds the answer's first `length` places. */
  rank<T>(list: readonly T[], length: number): Ranked<T>[] {
    const count = list.length;
    this.#engine.rerank(count);
    this.#viewAnswer(count);
    const order = this.#order;
    const scores = this.#scores;
    const ranked = new Array<Ranked<T>>(length);
    for (let i = 0; i < length; i++) {
      const from = order[i] as number;
      ranked[i] = { candidate: list[from] as T, score: scores[i] as number, rank: i + 1, previousRank: from + 1 };
    }
    return ranked;
  }

  /** The candidates whose ids are new or were unknown so far: learn them in one crossing, then take rows where they help. */
  #writeFresh(list: readonly unknown[], positions: readonly number[], ids: IdTable): void {
    const unseen = new Set<unknown>();
    for (const position of positions) {
      const id = idOf(list[position]);
      if (ids.known(id) === undefined) unseen.add(id);
    }
    if (unseen.size > 0) ids.learn([...unseen]);
    const handles = new Uint32Array(positions.length);
    positions.forEach((position, k) => {
      const candidate = list[position];
      let handle = ids.known(idOf(candidate)) ?? UNKNOWN;
      if (handle === UNKNOWN) handle = rowHandle(candidate, ids);
      handles[k] = handle;
    });
    this.#viewCandidates(); // Learning and rows may have grown the memory.
    positions.forEach((position, k) => {
      this.#items[2 * position] = handles[k] as number;
    });
  }

  #reserve(count: number): void {
    if (count > this.#capacity) {
      const capacity = Math.max(256, count);
      this.#engine.reserve(capacity);
      this.#capacity = capacity;
      this.#items = new Uint32Array(0);
    }
    this.#viewCandidates();
  }

  #viewCandidates(): void {
    const { buffer } = this.#memory;
    if (this.#items.buffer === buffer) return;
    const pointer = this.#engine.candidatesPointer();
    this.#items = new Uint32Array(buffer, pointer, 2 * this.#capacity);
    this.#serverScores = new Float32Array(buffer, pointer, 2 * this.#capacity);
  }

  #viewAnswer(count: number): void {
    const { buffer } = this.#memory;
    const order = this.#engine.orderPointer();
    const scores = this.#engine.scoresPointer();
    if (this.#order.buffer !== buffer || this.#order.byteOffset !== order || this.#order.length < count) {
      this.#order = new Uint32Array(buffer, order, count);
    }
    if (this.#scores.buffer !== buffer || this.#scores.byteOffset !== scores || this.#scores.length < count) {
      this.#scores = new Float32Array(buffer, scores, count);
    }
  }
}

function idOf(candidate: unknown): unknown {
  return typeof candidate === "object" && candidate !== null ? (candidate as CandidateObject).id : candidate;
}

/** The handle of an unknown item that brings its row; a row that is not one of this model leaves the item unknown. */
function rowHandle(candidate: unknown, ids: IdTable): number {
  if (typeof candidate !== "object" || candidate === null) return UNKNOWN;
  const { id, row } = candidate as CandidateObject;
  if (row == null) return UNKNOWN;
  try {
    return ids.addRow(id, row as Row);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error;
    return UNKNOWN;
  }
}
