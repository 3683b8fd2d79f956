// Lists in and lists out: the caller's candidates as an array, the limit, and the answer that keeps the server's order.
import type { Ranked } from "./types.js";

/** The candidates as an array; none for what cannot be walked through. */
export function asArray<T>(candidates: Iterable<T>): readonly T[] {
  if (Array.isArray(candidates)) return candidates as readonly T[];
  const iterable = candidates as Partial<Iterable<T>> | null | undefined;
  return typeof iterable?.[Symbol.iterator] === "function" ? Array.from(iterable as Iterable<T>) : [];
}

/** How many candidates the answer holds. */
export function answerLength(count: number, limit: number | undefined): number {
  if (limit === undefined || !(limit < count)) return count;
  return Math.max(0, Math.floor(limit));
}

/** The list as it came. */
export function keepOrder<T>(list: readonly T[], length: number): Ranked<T>[] {
  const kept = new Array<Ranked<T>>(length);
  for (let i = 0; i < length; i++) {
    kept[i] = { candidate: list[i] as T, score: 0, rank: i + 1, previousRank: i + 1 };
  }
  return kept;
}
