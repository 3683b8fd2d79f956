// `rerank` and `rerankMany`: the caller's lists in, the same candidates in a new order out.

import { countOf, isObject, now, rankModeOf } from "../arguments.js";
import { ARRANGE, type Arrange, type Ask } from "../door.js";
import { RankMode } from "../engine/numbers.js";
import { field, Refusal } from "../errors.js";
import type { Ranked } from "../types.js";
import { type Answer, answerLength, copyList, MOST_RANKED, places, tooLong } from "./order.js";
import type { Session } from "./session.js";

export function rerank<T>(session: Session, candidates: Iterable<T>, asked: unknown): Ranked<T>[] {
  const list: T[] = [];
  return rankAll(session, [list], () => [session.took(copyList(candidates, list))], asked, true)[0] as Ranked<T>[];
}

export function rerankMany<T>(session: Session, lists: Iterable<Iterable<T>>, asked: unknown): Ranked<T>[][] {
  const all: T[][] = [];
  const reads = () => {
    const passed: Iterable<T>[] = [];
    session.took(copyList(lists, passed));
    return passed.map((list) => {
      const copy: T[] = [];
      all.push(copy);
      return session.took(copyList(list, copy));
    });
  };
  return rankAll(session, all, reads, asked, false);
}

/** Ranks lists, each on its own, once `reads` has copied them and said of each whether it was read to its end. */
function rankAll<T>(
  session: Session,
  all: readonly T[][],
  reads: () => readonly boolean[],
  asked: unknown,
  alone: boolean,
): Ranked<T>[][] {
  let limit = Infinity;
  const lengthOf = (list: readonly T[]) => answerLength(list.length, limit);
  const keep = (list: readonly T[]) => places(list, null, 0, lengthOf(list));
  let arrange: unknown;
  const ranks = (): Ranked<T>[][] => {
    const begin = now();
    const whole = reads();
    const options = session.options(asked, alone ? ["limit", "policy", "by"] : ["limit", "policy"]);
    limit = session.option(options, "limit", countOf, Infinity);
    const policy = options?.["policy"];
    arrange = field(policy, ARRANGE);
    if (policy && !arrange) session.refuse(new Refusal(typeof policy === "symbol" ? "policy.worker" : "policy.plain"));
    const mode = alone ? session.option(options, "by", rankModeOf, RankMode.list) : RankMode.list;
    let [count, most] = [0, 0];
    all.forEach((list, i) => {
      if (!whole[i]) return;
      count += list.length;
      most = Math.max(most, lengthOf(list));
    });
    const running = session.usable();
    if (running && !(count > MOST_RANKED && session.refuse(tooLong))) {
      const { buffers } = running;
      const lease = buffers.begin(count);
      const writes = (list: readonly T[]) => buffers.holds(lease) && session.took(buffers.write(list));
      const counts = all.map((list, i) => (whole[i] && writes(list) ? list.length : 0));
      if ((!alone || counts[0]) && buffers.holds(lease) && session.took(buffers.end()) && buffers.holds(lease)) {
        const answer = buffers.rank(alone ? null : counts, most, mode);
        session.last = buffers.seen();
        let at = 0;
        const ranked = arrange
          ? arranged(session, arrange, all, limit, answer, counts, buffers.ranked().handlesAt)
          : all.map((list, i) => {
              const written = counts[i] as number;
              at += written;
              return written ? places(list, answer, at - written, lengthOf(list)) : keep(list);
            });
        session.timings.rerank = now() - begin;
        session.timings.candidates = count;
        return ranked;
      }
    }
    return arrange ? arranged(session, arrange, all, limit) : all.map(keep);
  };
  return session.guard(ranks) ?? all.map(keep);
}

/** What `reshelf/explain` asks of the engine, by the door. */
export function askOf(session: Session): Ask {
  return (list, asks) =>
    session.guard(() => {
      const running = session.usable();
      if (!running) return undefined;
      const { buffers, engine } = running;
      const lease = buffers.begin(list.length);
      const written =
        session.took(buffers.write(list)) &&
        buffers.holds(lease) &&
        session.took(buffers.end()) &&
        buffers.holds(lease);
      return written ? asks(engine, list.length, buffers.held[3]) : undefined;
    });
}

/** The lists as a policy arranges them, by what the model says of them, if it does. */
function arranged<T>(
  session: Session,
  arrange: unknown,
  all: readonly T[][],
  limit: number,
  answer?: Answer,
  counts: readonly number[] = [],
  handlesAt = 0,
): Ranked<T>[][] {
  const read = session.loaded?.readers[0] ?? (({ id }) => id);
  const [ranked, tell] = (arrange as Arrange)(
    all,
    limit,
    (candidate) => (isObject(candidate) ? read(candidate) : candidate),
    (question) => session.guard(() => session.running && question(session.running.engine)) ?? undefined,
    answer && [counts, answer.floats, answer.scores, answer.words, handlesAt],
  );
  session.last = tell(answer ? session.last : null);
  return ranked as Ranked<T>[][];
}
