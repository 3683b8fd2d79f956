// `retrieve`: what the caller wants, read at once; what finds it (retrieve/) is fetched by the first call.
import { RankMode } from "../engine/numbers.js";
import { messageOf, Refusal } from "../errors.js";
import type { Retrieval } from "../retrieve/index.js";
import type { Retrieved, ScanInfo } from "../types.js";
import { filterOf, isObject, kOf, now, rankModeOf, wrong } from "./arguments.js";
import { bringWords } from "./reasons.js";
import { nested, type Session } from "./session.js";

export async function retrieve(session: Session, given: unknown): Promise<Retrieved[]> {
  let filtering = false;
  let told = false;
  const asks = (): Retrieval | null => {
    const options = session.options(given ?? {}); // Without any, `k` is missing.
    const k = session.option(options, "k", kOf, 0);
    const filter = session.option(options, "filter", filterOf, null);
    const mode = session.option(options, "by", rankModeOf, RankMode.list) || RankMode.collected;
    const accepts = (id: string): boolean => {
      filtering = true;
      const [passes, late] = nested(() => {
        const verdict = filter?.(id);
        const late = isObject(verdict) && typeof verdict["then"] === "function";
        if (late) Promise.resolve(verdict).catch(() => undefined); // Nobody else hears of it.
        return [Boolean(verdict), late];
      });
      filtering = false;
      if (late && !told) told = session.refuse(wrong("filter")); // A promise cannot be waited for: the item passes.
      return passes;
    };
    return session.usable() && { k, accepts: filter && accepts, mode };
  };
  const wanted = session.guard(asks);
  if (!wanted) return [];
  const begin = now();
  let finder = session.finder;
  try {
    finder ??= await session.bringFinder();
    const running = session.usable();
    if (!finder || !running) return [];
    const answer = await finder.find(running, wanted);
    session.timings.retrieve = now() - begin;
    return answer;
  } catch (error) {
    if (filtering) throw error;
    if (!finder) {
      session.refuse(new Refusal("retrieve.module", "", { why: messageOf(error) }));
      await bringWords();
    } else if (finder === session.finder) session.fail(error);
    return [];
  }
}

/** What there is to tell of who scans. */
export function scanOf({ engine, finder, loaded }: Session): ScanInfo {
  const waits = loaded?.scan.backend === "gpu" ? "the GPU is being set up" : "no retrieve() has been called";
  return {
    backend: "cpu",
    why: engine ? waits : "no model, no catalogue",
    answered: null,
    measured: null,
    crossover: null,
    adapter: null,
    kernel: null,
    losses: 0,
    ...finder?.info(),
  };
}
