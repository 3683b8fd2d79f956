// `rerank` and `rerankMany`: the caller's lists in, the same candidates in a new order out.
import { RankMode } from "../engine/numbers.js";
import type { Ranked } from "../types.js";
import { limitOf, now, rankModeOf } from "./arguments.js";
import { places } from "./candidates.js";
import { answerLength, copyList, keepOrder, MOST_RANKED, tooLong } from "./order.js";
import type { Session } from "./session.js";

export function rerank<T>(session: Session, candidates: Iterable<T>, asked: unknown): Ranked<T>[] {
  return rankAll(session, [candidates], asked, true)[0] ?? [];
}

export function rerankMany<T>(session: Session, lists: Iterable<Iterable<T>>, asked: unknown): Ranked<T>[][] {
  return rankAll(session, lists, asked, false);
}

/** The answer to each list. One that is `alone` may be ordered by something else than the model. */
function rankAll<T>(session: Session, lists: Iterable<Iterable<T>>, asked: unknown, alone: boolean): Ranked<T>[][] {
  const all: T[][] = [];
  let limit = Infinity;
  const lengthOf = (list: readonly T[]) => answerLength(list.length, limit);
  const keep = (list: readonly T[]) => keepOrder(list, lengthOf(list));
  const ranks = (): Ranked<T>[][] => {
    const begin = now();
    const passed: Iterable<T>[] = [];
    session.took(copyList(lists, passed));
    const whole = passed.map((list) => {
      const copy: T[] = [];
      all.push(copy);
      return session.took(copyList(list, copy));
    });
    const options = session.options(asked);
    limit = session.option(options, "limit", limitOf, Infinity);
    const mode = alone ? session.option(options, "by", rankModeOf, RankMode.list) : null;
    const count = all.reduce((sum, list) => sum + list.length, 0);
    const running = session.usable();
    if (running && (whole[0] || !alone) && !(count > MOST_RANKED && session.refuse(tooLong))) {
      const { buffers } = running;
      const lease = buffers.begin(count);
      const writes = (list: readonly T[]) => buffers.holds(lease) && session.took(buffers.write(list));
      const counts = all.map((list, i) => (whole[i] && writes(list) ? list.length : 0));
      if (buffers.holds(lease) && session.took(buffers.end()) && buffers.holds(lease)) {
        const most = all.reduce((longest, list) => Math.max(longest, lengthOf(list)), 0);
        const answer = buffers.rank(counts, most, mode);
        let at = 0;
        const ranked = all.map((list, i) => {
          const written = counts[i] as number;
          at += written;
          return written === 0 ? keep(list) : places(list, answer, at - written, lengthOf(list));
        });
        session.timings.rerank = now() - begin;
        session.timings.candidates = count;
        return ranked;
      }
    }
    return all.map(keep);
  };
  return session.guard(ranks) ?? all.map(keep);
}
