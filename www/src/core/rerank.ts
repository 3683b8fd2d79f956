// `rerank` and `rerankMany`: the caller's lists in, the same candidates in a new order out.
import { RankMode } from "../engine/numbers.js";
import type { Ranked } from "../types.js";
import { limitOf, now, rankModeOf } from "./arguments.js";
import { places } from "./candidates.js";
import { answerLength, copyList, keepOrder, MOST_RANKED, tooLong } from "./order.js";
import type { Session } from "./session.js";

// One list has a way of its own through the same steps: it is what pages call most.
export function rerank<T>(session: Session, candidates: Iterable<T>, asked: unknown): Ranked<T>[] {
  const list: T[] = [];
  let length = 0;
  const ranks = (): Ranked<T>[] => {
    const begin = now();
    const whole = session.took(copyList(candidates, list));
    length = list.length;
    const options = session.options(asked);
    length = answerLength(length, session.option(options, "limit", limitOf, Infinity));
    const mode = session.option(options, "by", rankModeOf, RankMode.list);
    const running = session.usable();
    if (whole && running && !(list.length > MOST_RANKED && session.refuse(tooLong))) {
      const { buffers } = running;
      const lease = buffers.begin(list.length);
      if (session.took(buffers.write(list)) && session.took(buffers.end()) && buffers.holds(lease)) {
        const ranked = places(list, buffers.rank(null, length, mode), 0, length);
        note(session, begin, list.length);
        return ranked;
      }
    }
    return keepOrder(list, length);
  };
  return session.guard(ranks) ?? keepOrder(list, length);
}

export function rerankMany<T>(session: Session, lists: Iterable<Iterable<T>>, asked: unknown): Ranked<T>[][] {
  const all: T[][] = [];
  let limit = Infinity;
  const lengthOf = (list: readonly T[]) => answerLength(list.length, limit);
  const keep = (list: readonly T[]) => keepOrder(list, lengthOf(list));
  const ranks = (): Ranked<T>[][] => {
    const begin = now();
    const passed: Iterable<T>[] = [];
    session.took(copyList(lists, passed));
    const whole: boolean[] = [];
    let count = 0;
    for (const list of passed) {
      const copy: T[] = [];
      all.push(copy);
      whole.push(session.took(copyList(list, copy)));
      count += copy.length;
    }
    limit = session.option(session.options(asked), "limit", limitOf, Infinity);
    const running = session.usable();
    if (running && !(count > MOST_RANKED && session.refuse(tooLong))) {
      const { buffers } = running;
      const lease = buffers.begin(count);
      const writes = (list: readonly T[]) => buffers.holds(lease) && session.took(buffers.write(list));
      let most = 0;
      const counts = all.map((list, i) => {
        most = Math.max(most, lengthOf(list));
        return whole[i] && writes(list) ? list.length : 0;
      });
      if (buffers.holds(lease) && session.took(buffers.end()) && buffers.holds(lease)) {
        const answer = buffers.rank(counts, most, RankMode.list);
        let at = 0;
        const ranked = all.map((list, i) => {
          const written = counts[i] as number;
          at += written;
          return written === 0 ? keep(list) : places(list, answer, at - written, lengthOf(list));
        });
        note(session, begin, count);
        return ranked;
      }
    }
    return all.map(keep);
  };
  return session.guard(ranks) ?? all.map(keep);
}

function note({ timings }: Session, begin: number, candidates: number): void {
  timings.rerank = now() - begin;
  timings.candidates = candidates;
}
