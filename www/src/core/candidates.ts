// The hot path's buffers: candidates are written straight into the engine's memory and the order is read from there.
import { NONE, type RankMode } from "../engine/numbers.js";
import type { Engine } from "../engine/reshelf.js";
import { messageOf } from "../errors.js";
import type { Best } from "../retrieve/index.js";
import type { Ranked, Reason } from "../types.js";
import { idText, isObject, numberOf, wrong } from "./arguments.js";
import { type Details, readDetails } from "./details.js";
import type { IdTable } from "./ids.js";
import { unreadable } from "./order.js";

export class CandidateBuffers {
  readonly #engine: Engine;
  readonly #memory: WebAssembly.Memory;
  readonly #ids: IdTable;
  readonly #refuse: (reason: Reason) => void;
  /** Where the engine says where the order and the scores lie; counted in words of four bytes, as all places here are. */
  readonly #answerAt: number;
  #capacity = 0;
  /** Where the candidates' handles lie, and behind them their scores. */
  #at = 0;
  // The engine's memory. When it grows, these are detached and made again.
  #words = new Uint32Array(0);
  #floats = new Float32Array(0);
  // What is being written: how many so far, whether any has a score, and those that the engine has yet to hear of.
  #count = 0;
  #scored = false;
  #fresh: Fresh[] = [];
  /** Moves whenever the buffers are given to somebody else, or to nobody. */
  #lease = 0;

  /** `refuse` hears of what candidates say in a wrong form. */
  constructor(engine: Engine, memory: WebAssembly.Memory, ids: IdTable, refuse: (reason: Reason) => void) {
    this.#engine = engine;
    this.#answerAt = engine.answerPointer() >>> 2;
    this.#memory = memory;
    this.#ids = ids;
    this.#refuse = refuse;
  }

  /** Begins anew, with room for `count` candidates. Returns the number of this lease. */
  begin(count: number): number {
    this.#reserve(count);
    this.#count = 0;
    this.#scored = false;
    this.#fresh = [];
    return this.#lease;
  }

  /** Whether nobody else was at the buffers since `begin` returned this number. */
  holds(lease: number): boolean {
    return this.#lease === lease;
  }

  /** To be called before the engine is freed: whoever is writing must not write on. */
  close(): void {
    this.#lease += 1;
  }

  /**
   * Writes the handles and scores of a list behind what was written before. Reads the caller's objects: returns why the list
   * could not be written, if a getter throws or calls the reranker itself, which may have the buffers moved or freed.
   */
  write(list: readonly unknown[]): Reason | null {
    const fresh = this.#fresh;
    const before = fresh.length;
    let fault: Reason | null;
    try {
      fault = this.#write(list, fresh);
    } catch (error) {
      fault = unreadable({ why: messageOf(error) });
    }
    if (fault !== null) fresh.length = before;
    return fault;
  }

  #write(list: readonly unknown[], fresh: Fresh[]): Reason | null {
    const ids = this.#ids;
    const table = ids.items;
    const begin = this.#count;
    const count = list.length;
    const words = this.#words;
    const floats = this.#floats;
    const handlesAt = this.#at + begin;
    const scoresAt = handlesAt + this.#capacity;
    let scored = false;
    let odd = false;
    const lease = this.#lease;
    for (let i = 0; i < count; i++) {
      const candidate = list[i];
      let id: unknown = candidate;
      let score: unknown;
      if (isObject(candidate)) ({ id, score } = candidate);
      const slot = ids.slot(id);
      const handle = slot === undefined ? NONE : ids.handle(slot);
      // Nothing of the caller's runs between here and the next candidate.
      if (this.#lease !== lease) return touched;
      if (handle >= table && (slot === undefined || ids.wantsMore(slot)))
        fresh.push({ at: begin + i, id, candidate, handle, details: null });
      words[handlesAt + i] = handle;
      let value = NaN;
      if (typeof score === "number") {
        value = score;
        scored = true;
      } else if (score !== undefined && score !== null) {
        value = numberOf(score);
        if (Number.isNaN(value)) odd = true;
        else scored = true;
      }
      floats[scoresAt + i] = value;
    }
    // Growing memory detaches views of it: what was written since went nowhere.
    if (words.length === 0) return touched;
    this.#count = begin + count;
    this.#scored ||= scored;
    if (odd) this.#refuse(wrong("score"));
    return null;
  }

  /**
   * Ends the writing: the engine hears of all new ids at once, then of the rows and descriptions that came along. These are
   * the caller's objects again: returns why the lists could not be written, if a getter calls the reranker.
   */
  end(): Reason | null {
    const fresh = this.#fresh;
    if (fresh.length === 0) return null;
    this.#fresh = [];
    const ids = this.#ids;
    const unseen = new Set<unknown>();
    for (const { id } of fresh) if (ids.slot(id) === undefined) unseen.add(id);
    if (unseen.size > 0) ids.learn([...unseen]);
    const lease = this.#lease;
    for (const each of fresh) {
      const slot = ids.slot(each.id);
      if (slot === undefined) continue;
      each.handle = ids.handle(slot);
      if (!isObject(each.candidate) || !ids.wantsMore(slot)) continue;
      each.details = readDetails(each.candidate, ids.composes, this.#refuse);
      if (this.#lease !== lease) return touched;
    }
    for (const { id, details } of fresh) {
      const slot = details && ids.slot(id);
      const text = slot != null && ids.wantsMore(slot) && idText(id);
      if (details && typeof text === "string") ids.learnDetails(text, details);
    }
    this.#view(); // Learning and rows may have grown the memory.
    for (const { at, id, handle, details } of fresh)
      this.#words[this.#at + at] = details === null ? handle : ids.known(id);
    return null;
  }

  /**
   * Ranks what was written, at least the best `most` of it: one list, or as many as there are `counts`, each on its own. Of
   * list i `counts[i]` were written: all or none.
   */
  rank(counts: readonly number[] | null, most: number, mode: RankMode): Answer {
    if (counts) this.#engine.rankMany(Uint32Array.from(counts), this.#scored, most);
    else this.#engine.rank(this.#count, mode, this.#scored, most);
    return this.#answer();
  }

  /** Takes items of the model's table as the candidates. */
  collect(handles: Uint32Array): void {
    this.#reserve(handles.length);
    this.#words.set(handles, this.#at);
    this.#count = handles.length;
  }

  /** After `Engine.rank` of candidates that were collected: the best `length`, which must be ranked so far. */
  best(length: number): Best {
    const { words, floats, order, scores } = this.#answer();
    const best = { handles: new Uint32Array(length), scores: new Float32Array(length) };
    for (let i = 0; i < length; i++) {
      const from = words[order + i] as number;
      best.handles[i] = words[this.#at + from] as number;
      best.scores[i] = floats[scores + from] as number;
    }
    return best;
  }

  /** After `Engine.shortList`: its first `length` items. */
  shortListed(length: number): Best {
    const { words, floats, order, scores } = this.#answer();
    return { handles: words.slice(order, order + length), scores: floats.slice(scores, scores + length) };
  }

  /** For the doctor, who only looks: where the handles lie that were written last, how many they are, and how often any were. */
  get held() {
    return [this.#at, this.#count, this.#lease] as const;
  }

  #reserve(count: number): void {
    this.#lease += 1;
    if (count > this.#capacity) {
      this.#capacity = Math.max(256, count);
      this.#at = this.#engine.reserve(this.#capacity) >>> 2;
    }
    this.#view();
  }

  #view(): void {
    const { buffer } = this.#memory;
    if (this.#words.buffer === buffer) return;
    this.#words = new Uint32Array(buffer);
    this.#floats = new Float32Array(buffer);
  }

  /** Where the engine's last answer lies. */
  #answer(): Answer {
    this.#view();
    const words = this.#words;
    const [order, scores] = [words[this.#answerAt] as number, words[this.#answerAt + 1] as number];
    return { words, floats: this.#floats, order: order >>> 2, scores: scores >>> 2 };
  }
}

/** The engine's last answer, until the next call: where its order and its scores lie. */
export interface Answer {
  readonly words: Uint32Array;
  readonly floats: Float32Array;
  readonly order: number;
  readonly scores: number;
}

/** The first `length` places of a list whose candidates were written from `begin` on. */
export function places<T>(list: readonly T[], answer: Answer, begin: number, length: number): Ranked<T>[] {
  const { words, floats } = answer;
  const order = answer.order + begin;
  const scores = answer.scores + begin;
  const ranked = new Array<Ranked<T>>(length);
  for (let i = 0; i < length; i++) {
    const from = words[order + i] as number;
    ranked[i] = {
      candidate: list[from] as T,
      score: floats[scores + from] as number,
      rank: i + 1,
      previousRank: from + 1,
    };
  }
  return ranked;
}

/** A candidate that the engine has yet to hear something of, and its place among those that are written. */
interface Fresh {
  readonly at: number;
  readonly id: unknown;
  readonly candidate: unknown;
  handle: number;
  details: Details | null;
}

const touched = unreadable({ getter: "getter" });
