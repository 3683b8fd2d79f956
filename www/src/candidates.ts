// The hot path's buffers: candidates are written straight into the engine's memory and the order is read from there.
import type { Engine } from "./engine/reshelf.js";
import { isTrap } from "./errors.js";
import { type IdTable, isItemId, UNKNOWN } from "./ids.js";
import type { CandidateObject, Ranked } from "./types.js";

export class CandidateBuffers {
  readonly #engine: Engine;
  readonly #memory: WebAssembly.Memory;
  #capacity = 0;
  #scored = false;
  // Views of the engine's memory. When it grows, they are detached and made again.
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
    let scored = false;
    let fresh: number[] | undefined;
    for (let i = 0; i < count; i++) {
      const candidate = list[i];
      let id: unknown = candidate;
      let score: unknown;
      if (isObject(candidate)) ({ id, score } = candidate);
      const handle = ids.known(id);
      if (handle === undefined || (ids.wantsMore(handle) && isObject(candidate) && ids.brings(candidate))) (fresh ??= []).push(i);
      else items[i] = handle;
      if (typeof score === "number") {
        serverScores[i] = score;
        scored = true;
      } else {
        serverScores[i] = NaN;
      }
    }
    this.#scored = scored;
    if (fresh !== undefined) this.#writeFresh(list, fresh, ids);
  }

  /** Ranks what was written and builds the answer's first `length` places. */
  rank<T>(list: readonly T[], length: number): Ranked<T>[] {
    const count = list.length;
    this.#engine.rank(count, 0, this.#scored, length);
    this.#viewAnswer(count);
    const order = this.#order;
    const scores = this.#scores;
    const ranked = new Array<Ranked<T>>(length);
    for (let i = 0; i < length; i++) {
      const from = order[i] as number;
      ranked[i] = { candidate: list[from] as T, score: scores[from] as number, rank: i + 1, previousRank: from + 1 };
    }
    return ranked;
  }

  /** Candidates whose ids are new, or what they bring is: learns the ids in one crossing, then takes rows and descriptions. */
  #writeFresh(list: readonly unknown[], positions: readonly number[], ids: IdTable): void {
    const unseen = new Set<unknown>();
    for (const position of positions) {
      const id = idOf(list[position]);
      if (ids.known(id) === undefined) unseen.add(id);
    }
    if (unseen.size > 0) ids.learn([...unseen]);
    const handles = positions.map((position) => freshHandle(list[position], ids));
    this.#view(); // Learning and rows may have grown the memory.
    positions.forEach((position, k) => {
      this.#items[position] = handles[k] as number;
    });
  }

  #reserve(count: number): void {
    if (count > this.#capacity) {
      const capacity = Math.max(256, count);
      this.#engine.reserve(capacity);
      this.#capacity = capacity;
      this.#items = new Uint32Array(0); // Whatever the memory did, the buffers may have moved.
    }
    this.#view();
  }

  #view(): void {
    const { buffer } = this.#memory;
    if (this.#items.buffer === buffer) return;
    this.#items = new Uint32Array(buffer, this.#engine.itemsPointer(), this.#capacity);
    this.#serverScores = new Float32Array(buffer, this.#engine.serverScoresPointer(), this.#capacity);
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
  return isObject(candidate) ? candidate.id : candidate;
}

function isObject(candidate: unknown): candidate is CandidateObject {
  return typeof candidate === "object" && candidate !== null;
}

/** The handle after learning; a row that is not one of this model leaves its item as it was. */
function freshHandle(candidate: unknown, ids: IdTable): number {
  const id = idOf(candidate);
  const handle = ids.known(id) ?? UNKNOWN;
  if (!isObject(candidate) || !isItemId(id) || !ids.wantsMore(handle) || !ids.brings(candidate)) return handle;
  try {
    return ids.take(id, candidate);
  } catch (error) {
    if (isTrap(error)) throw error;
    return handle;
  }
}
