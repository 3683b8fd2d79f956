// The hot path's buffers: candidates are written straight into the engine's memory and the order is read from there.

import { type idReaders, idText, isObject, numberOf, wrong } from "../arguments.js";
import { NONE, type RankMode } from "../engine/numbers.js";
import type { Engine } from "../engine/reshelf.js";
import { messageOf } from "../errors.js";
import type { RankedList, Reason } from "../types.js";
import { type Details, readDetails } from "./details.js";
import type { IdTable } from "./ids.js";
import { type Answer, unreadable } from "./order.js";

export type CandidateBuffers = ReturnType<typeof candidateBuffers>;

/** `readId` tells a candidate's id; `refuse` hears of what candidates say in a wrong form. */
export function candidateBuffers(
  engine: Engine,
  memory: WebAssembly.Memory,
  ids: IdTable,
  readId: ReturnType<typeof idReaders>[0],
  refuse: (reason: Reason) => void,
) {
  /** Where the engine says where the order and the scores lie; counted in words of four bytes, as all places here are. */
  const answerAt = engine.answerPointer() >>> 2;
  let capacity = 0;
  /** Where the candidates' handles lie, and behind them their scores. */
  let handlesAt = 0;
  // The engine's memory. When it grows, these are detached and made again.
  let words = new Uint32Array(0);
  let floats = new Float32Array(0);
  // What is being written: how many so far, whether any has a score, and those that the engine has yet to hear of.
  let written = 0;
  let scored = false;
  let fresh: Fresh[] = [];
  /** Candidates without an id, and one of them. */
  let nameless = 0;
  let example: unknown;
  /** Moves whenever the buffers are given to somebody else, or to nobody. */
  let lease = 0;

  function view(): void {
    const { buffer } = memory;
    if (words.buffer === buffer) return;
    words = new Uint32Array(buffer);
    floats = new Float32Array(buffer);
  }

  function reserve(count: number): void {
    lease += 1;
    if (count > capacity) {
      capacity = Math.max(256, count);
      handlesAt = engine.reserve(capacity) >>> 2;
    }
    view();
  }

  /** Where the engine's last answer lies. */
  function answer(): Answer {
    view();
    const [order, scores] = [words[answerAt] as number, words[answerAt + 1] as number];
    return { words, floats, order: order >>> 2, scores: scores >>> 2 };
  }

  function writeAll(list: readonly unknown[]): Reason | null {
    const table = ids.items;
    const begin = written;
    const count = list.length;
    const at = handlesAt + begin;
    const scoresAt = at + capacity;
    const [intoWords, intoFloats, held] = [words, floats, lease];
    let anyScore = false;
    let odd = false;
    let lost = 0;
    for (let i = 0; i < count; i++) {
      const candidate = list[i];
      let id: unknown = candidate;
      let score: unknown;
      if (isObject(candidate)) {
        id = readId(candidate);
        score = candidate["score"];
      }
      const slot = ids.slot(id);
      const handle = slot === undefined ? NONE : ids.handle(slot);
      // Nothing of the caller's runs between here and the next candidate.
      if (lease !== held) return touched;
      if (id == null) {
        lost += 1;
        example = candidate;
      } else if (handle >= table && (slot === undefined || ids.wantsMore(slot)))
        fresh.push({ at: begin + i, id, candidate, handle, details: null });
      intoWords[at + i] = handle;
      let value = NaN;
      if (typeof score === "number") {
        value = score;
        anyScore = true;
      } else if (score !== undefined && score !== null) {
        value = numberOf(score);
        if (Number.isNaN(value)) odd = true;
        else anyScore = true;
      }
      intoFloats[scoresAt + i] = value;
    }
    // Growing memory detaches views of it: what was written since went nowhere.
    if (intoWords.length === 0) return touched;
    written = begin + count;
    nameless += lost;
    scored ||= anyScore;
    if (odd) refuse(wrong("score"));
    return null;
  }

  return {
    /** Begins anew, with room for `count` candidates. Returns the number of this lease. */
    begin(count: number): number {
      reserve(count);
      written = 0;
      scored = false;
      fresh = [];
      nameless = 0;
      return lease;
    },

    /** Whether nobody else was at the buffers since `begin` returned this number. */
    holds: (held: number): boolean => lease === held,

    /** To be called before the engine is freed: whoever is writing must not write on. */
    close(): void {
      lease += 1;
    },

    /**
     * Writes the handles and scores of a list behind what was written before. Reads the caller's objects: returns why the list
     * could not be written, if a getter throws or calls the reranker itself, which may have the buffers moved or freed.
     */
    write(list: readonly unknown[]): Reason | null {
      const mine = fresh;
      const before = mine.length;
      let fault: Reason | null;
      try {
        fault = writeAll(list);
      } catch (error) {
        fault = unreadable({ why: messageOf(error) });
      }
      if (fault !== null) mine.length = before;
      return fault;
    },

    /**
     * Ends the writing: the engine hears of all new ids at once, then of the rows and descriptions that came along. These are
     * the caller's objects again: returns why the lists could not be written, if a getter calls the reranker.
     */
    end(): Reason | null {
      const mine = fresh;
      if (mine.length === 0) return null;
      fresh = [];
      const unseen = new Set<unknown>();
      for (const { id } of mine) if (ids.slot(id) === undefined) unseen.add(id);
      if (unseen.size > 0) ids.learn([...unseen]);
      const held = lease;
      for (const each of mine) {
        const slot = ids.slot(each.id);
        if (slot === undefined) continue;
        each.handle = ids.handle(slot);
        if (!isObject(each.candidate) || !ids.wantsMore(slot)) continue;
        each.details = readDetails(each.candidate, ids.composes, refuse);
        if (lease !== held) return touched;
      }
      for (const { id, details } of mine) {
        const slot = details && ids.slot(id);
        const text = slot != null && ids.wantsMore(slot) && idText(id);
        if (details && typeof text === "string") ids.learnDetails(text, details);
      }
      view(); // Learning and rows may have grown the memory.
      for (const { at, id, handle, details } of mine) words[handlesAt + at] = details === null ? handle : ids.known(id);
      return null;
    },

    /**
     * Ranks what was written, at least the best `most` of it: one list, or as many as there are `counts`, each on its own. Of
     * list i `counts[i]` were written: all or none.
     */
    rank(counts: readonly number[] | null, most: number, mode: RankMode): Answer {
      if (counts) engine.rankMany(Uint32Array.from(counts), scored, most);
      else engine.rank(written, mode, scored, most);
      return answer();
    },

    /** What the model knows of what was ranked. Says what is wrong where ids are missing. */
    seen(): RankedList {
      let known = 0;
      for (let i = 0; i < written; i++) if (ids.knows(words[handlesAt + i] as number)) known += 1;
      if (nameless) ids.nameless(example);
      return { candidates: written, identified: written - nameless, known };
    },

    /** Takes items of the model's table as the candidates. */
    collect(handles: Uint32Array): void {
      reserve(handles.length);
      words.set(handles, handlesAt);
      written = handles.length;
    },

    /** Where the engine's last answer lies, and the handles of the candidates that it ranked. */
    ranked: (): Answer & { readonly handlesAt: number } => ({ ...answer(), handlesAt }),

    /**
     * For the doctor, who only looks: where the handles lie that were written last, how many they are, and how often any were; and for
     * whoever asks about them, whether any has a score.
     */
    get held() {
      return [handlesAt, written, lease, scored] as const;
    },
  };
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
