// The hot path's buffers: candidates are written straight into the engine's memory and the order is read from there.
import type { Engine } from "./engine/reshelf.js";
import { isTrap } from "./errors.js";
import { type IdTable, isItemId, UNKNOWN } from "./ids.js";
import type { CandidateObject, Ranked } from "./types.js";

/** How the engine is to order: see `Engine.rank`. */
export const HOW = { serverList: 0, unordered: 1, similarity: 2 } as const;

/** Items and their scores, best first; copies that no later call changes. */
export interface Best {
  readonly handles: Uint32Array;
  readonly scores: Float32Array;
}

export class CandidateBuffers {
  readonly #engine: Engine;
  readonly #memory: WebAssembly.Memory;
  #capacity = 0;
  // Views of the engine's memory. When it grows, they are detached and made again.
  #items = new Uint32Array(0);
  #serverScores = new Float32Array(0);
  #order = new Uint32Array(0);
  #scores = new Float32Array(0);
  // What is being written: how many so far, whether any has a score, and those that the engine has yet to hear of.
  #count = 0;
  #scored = false;
  #fresh: Fresh[] = [];
  /** Moves whenever the buffers are given to somebody else, or to nobody. */
  #turn = 0;

  constructor(engine: Engine, memory: WebAssembly.Memory) {
    this.#engine = engine;
    this.#memory = memory;
  }

  /** Begins anew, with room for `count` candidates. Returns the number of this turn. */
  begin(count: number): number {
    this.#reserve(count);
    this.#count = 0;
    this.#scored = false;
    this.#fresh = [];
    return this.#turn;
  }

  /** Whether nobody else was at the buffers since `begin` returned this number. */
  holds(turn: number): boolean {
    return this.#turn === turn;
  }

  /** To be called before the engine is freed: whoever is writing must not write on. */
  close(): void {
    this.#turn += 1;
  }

  /**
   * Writes the handles and scores of a list behind what was written before. Reads the caller's objects, and so may throw
   * what their getters throw: the list is then not written. A getter that calls the reranker itself may have the buffers
   * moved or freed: that, too, ends the writing.
   */
  write(list: readonly unknown[], ids: IdTable): void {
    const begin = this.#count;
    const count = list.length;
    const items = this.#items;
    const serverScores = this.#serverScores;
    let scored = false;
    let fresh: Fresh[] | undefined;
    const turn = this.#turn;
    for (let i = 0; i < count; i++) {
      const candidate = list[i];
      let id: unknown = candidate;
      let score: unknown;
      if (isObject(candidate)) ({ id, score } = candidate);
      if (this.#turn !== turn) throw new Error("a getter called the reranker");
      const handle = ids.known(id);
      if (handle === undefined || (ids.wantsMore(handle) && isObject(candidate) && ids.brings(candidate))) {
        (fresh ??= []).push({ at: begin + i, id, candidate });
      } else {
        items[begin + i] = handle;
      }
      if (typeof score === "number") {
        serverScores[begin + i] = score;
        scored = true;
      } else {
        serverScores[begin + i] = NaN;
      }
    }
    // Growing memory detaches views of it: what was written since went nowhere.
    if (items.length !== this.#capacity) throw new Error("a getter called the reranker");
    this.#count = begin + count;
    this.#scored ||= scored;
    if (fresh !== undefined) this.#fresh = this.#fresh.length === 0 ? fresh : this.#fresh.concat(fresh);
  }

  /** Ends the writing: the engine hears of all new ids at once, then of the rows and descriptions that came along. */
  end(ids: IdTable): void {
    const fresh = this.#fresh;
    if (fresh.length === 0) return;
    this.#fresh = [];
    const unseen = new Set<unknown>();
    for (const { id } of fresh) if (ids.known(id) === undefined) unseen.add(id);
    if (unseen.size > 0) ids.learn([...unseen]);
    const turn = this.#turn;
    const handles = fresh.map((each) => freshHandle(each, ids));
    if (this.#turn !== turn) return; // By a getter, again: these are no longer our buffers.
    this.#view(); // Learning and rows may have grown the memory.
    fresh.forEach(({ at }, i) => {
      this.#items[at] = handles[i] as number;
    });
  }

  /** Ranks the one list that was written and builds the answer's first `length` places. */
  rank<T>(list: readonly T[], how: number, length: number): Ranked<T>[] {
    this.#engine.rank(list.length, how, this.#scored, length);
    this.#viewAnswer(list.length);
    return this.#places(list, 0, length);
  }

  /**
   * Ranks all lists that were written, each on its own, and builds the first `lengths[i]` places of each. `counts[i]` is
   * how many of list i were written: all or none.
   */
  rankMany<T>(lists: readonly (readonly T[])[], counts: readonly number[], lengths: readonly number[]): Ranked<T>[][] {
    const count = counts.reduce((sum, count) => sum + count, 0);
    const most = lengths.reduce((longest, length) => Math.max(longest, length), 0);
    this.#engine.rankMany(Uint32Array.from(counts), this.#scored, most);
    this.#viewAnswer(count);
    let begin = 0;
    return lists.map((list, i) => {
      const written = counts[i] as number;
      const ranked = this.#places(list, begin, Math.min(written, lengths[i] as number));
      begin += written;
      return ranked;
    });
  }

  /** Takes items of the model's table as the candidates. */
  collect(handles: Uint32Array): void {
    this.#reserve(handles.length);
    this.#items.set(handles);
  }

  /** After `Engine.rank` of `count` candidates: the best `length`, which must be ranked so far. */
  best(count: number, length: number): Best {
    this.#view();
    this.#viewAnswer(count);
    const handles = new Uint32Array(length);
    const scores = new Float32Array(length);
    for (let i = 0; i < length; i++) {
      const from = this.#order[i] as number;
      handles[i] = this.#items[from] as number;
      scores[i] = this.#scores[from] as number;
    }
    return { handles, scores };
  }

  /** After `Engine.shortList`: its first `length` items. */
  shortListed(length: number): Best {
    this.#viewAnswer(length);
    return { handles: this.#order.slice(0, length), scores: this.#scores.slice(0, length) };
  }

  /** The first `length` places of a list whose candidates were written from `begin` on. */
  #places<T>(list: readonly T[], begin: number, length: number): Ranked<T>[] {
    const order = this.#order;
    const scores = this.#scores;
    const ranked = new Array<Ranked<T>>(length);
    for (let i = 0; i < length; i++) {
      const from = order[begin + i] as number;
      ranked[i] = { candidate: list[from] as T, score: scores[begin + from] as number, rank: i + 1, previousRank: from + 1 };
    }
    return ranked;
  }

  #reserve(count: number): void {
    this.#turn += 1;
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

/** A candidate that the engine has yet to hear something of, and its place among those that are written. */
interface Fresh {
  readonly at: number;
  readonly id: unknown;
  readonly candidate: unknown;
}

function isObject(candidate: unknown): candidate is CandidateObject {
  return typeof candidate === "object" && candidate !== null;
}

/**
 * The handle after learning. A row that is not one of this model, and a getter that throws, leave the item as it was.
 */
function freshHandle({ id, candidate }: Fresh, ids: IdTable): number {
  const handle = ids.known(id) ?? UNKNOWN;
  try {
    if (!isObject(candidate) || !isItemId(id) || !ids.wantsMore(handle) || !ids.brings(candidate)) return handle;
    return ids.take(id, candidate);
  } catch (error) {
    if (isTrap(error)) throw error;
    return handle;
  }
}
