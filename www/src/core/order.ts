// Lists in and lists out: the caller's candidates copied into an array of ours, and the answer that keeps the server's order.

import { wrong } from "../arguments.js";
import { type Facts, messageOf } from "../errors.js";
import type { Ranked, Reason } from "../types.js";

/** Where reading ends: a list without an end, or with holes to 2^32, must not take the page's memory. */
export const MOST_READ = 2 ** 22;

/** The longest list, or lists together, that the model is asked about: 200 MB of its memory, which never shrinks. */
export const MOST_RANKED = 2 ** 20;

/**
 * Copies a caller's list to the end of `copy`, so that nothing that its getters do later can lose or double a candidate.
 * Returns why it ends early, if it does: what was read before stays in `copy`. Never throws.
 */
export function copyList<T>(list: Iterable<T>, copy: T[]): Reason | null {
  try {
    if (Array.isArray(list)) {
      const { length } = list as readonly T[];
      if (!Number.isSafeInteger(length) || length < 0) return unreadable({ why: `its length is ${length}` });
      // Asked anew each time: an element's getter may have shortened it.
      for (let i = 0; i < length && i < (list as readonly T[]).length; i++) {
        if (i === MOST_READ) return endless;
        copy.push(list[i] as T);
      }
      return null;
    }
    if (typeof (list as Partial<Iterable<T>> | null | undefined)?.[Symbol.iterator] !== "function") return noList;
    for (const candidate of list) {
      if (copy.length === MOST_READ) return endless;
      copy.push(candidate);
    }
    return typeof list === "string" ? text : null;
  } catch (error) {
    return unreadable({ why: messageOf(error) });
  }
}

/** How many candidates the answer holds. */
export function answerLength(count: number, limit: number): number {
  return limit < count ? Math.max(0, Math.floor(limit)) : count;
}

/** The engine's last answer, until the next call: where its order and its scores lie. */
export interface Answer {
  readonly words: Uint32Array;
  readonly floats: Float32Array;
  readonly order: number;
  readonly scores: number;
}

/** The first `length` places of a list whose candidates were written from `begin` on; as it came where there is no answer. */
export function places<T>(list: readonly T[], answer: Answer | null, begin: number, length: number): Ranked<T>[] {
  const order = (answer?.order ?? 0) + begin;
  const scores = (answer?.scores ?? 0) + begin;
  const ranked = new Array<Ranked<T>>(length);
  for (let i = 0; i < length; i++) {
    const from = answer ? (answer.words[order + i] as number) : i;
    ranked[i] = {
      candidate: list[from] as T,
      score: answer ? (answer.floats[scores + from] as number) : 0,
      rank: i + 1,
      previousRank: from + 1,
    };
  }
  return ranked;
}

/** The reason why a list that the caller's own code broke off, or touched while it was read, keeps the server's order. */
export function unreadable(facts: Facts): Reason {
  return wrong("list", facts);
}

const noList = unreadable({});
const text = unreadable({ text: "text" });
const endless = unreadable({ most: String(MOST_READ) });
export const tooLong = unreadable({ most: String(MOST_RANKED) });
