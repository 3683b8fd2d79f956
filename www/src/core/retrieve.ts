// `retrieve`: what the caller wants, read at once; what finds it (retrieve/) is fetched by the first call.
import { now } from "../arguments.js";
import { messageOf, Refusal } from "../errors.js";
import type { Retrieved, ScanInfo } from "../types.js";
import { bringWords } from "./reasons.js";
import type { Session } from "./session.js";

export async function retrieve(session: Session, asked: unknown): Promise<Retrieved[]> {
  // Without any options, `k` is missing.
  const reads = () => [session.options(asked ?? {}, ["k", "filter", "by"]), session.usable()] as const;
  const [options, running] = session.guard(reads) ?? [];
  if (!running) return [];
  const begin = now();
  let finder = session.finder;
  try {
    finder ??= await session.bringFinder();
  } catch (error) {
    session.refuse(new Refusal("retrieve.module", { why: messageOf(error) }));
    await bringWords();
  }
  return finder?.retrieve(options, begin) ?? [];
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
