// The page's face of a reranker in a worker. Where the worker is lost, or never was, lists keep the server's order and `info()` says
// why.
import { isSignal } from "../core/shape.js";
import { field } from "../errors.js";
import type { Candidate, Cluster, Finding, Leanings, Ranked, Reason, RerankerInfo, Retrieved } from "../types.js";
import type { Call, Hear, Link } from "./link.js";
import {
  bytes,
  choice,
  forgotten,
  items,
  LIST,
  listed,
  OBJECT,
  options,
  policyOf,
  preparation,
  retrieval,
  type Sent,
} from "./sent.js";
import type { WorkerInfo, WorkerReranker } from "./types.js";

/**
 * Orders as they come: places in the lists that were passed, and their scores; what a policy says of each place; of several lists
 * with their lengths.
 */
type Order = readonly [
  places: Uint32Array,
  scores: Float32Array,
  more?: readonly Pick<Ranked<unknown>, "mark" | "sponsored">[] | null,
  lengths?: Uint32Array,
];

// Runtimes without these get the same keys that polyfills use.
export const dispose: typeof Symbol.dispose = /* @__PURE__ */ (() =>
  Symbol.dispose ?? Symbol.for("Symbol.dispose"))() as typeof Symbol.dispose;
export const asyncDispose: typeof Symbol.asyncDispose = /* @__PURE__ */ (() =>
  Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose"))() as typeof Symbol.asyncDispose;

// Tells a worker of rerankers that nobody holds any more. Made by the first of them, never at import.
let unheld: FinalizationRegistry<() => unknown> | undefined;

/** `id` is the option of the load, which is followed here. */
export function faceOf(link: Link, of: number, id?: unknown): WorkerReranker {
  const { candidate, event } = items(id);
  const ask: Ask = (name, given, otherwise, hear, signal) => {
    const call = link.call(of, name, given, hear);
    if (signal) follow(link, call, signal);
    return call.then((answer) => answer as ReturnType<typeof otherwise>, otherwise);
  };
  const nothing = () => null;
  const lost = (): Reason | null => link.lost && { code: link.lost.code, message: link.lost.message };
  const ends = () => ask("dispose", [], () => undefined);
  if (of && typeof FinalizationRegistry === "function") {
    unheld ??= new FinalizationRegistry((letGo) => letGo());
    // Each of the face's functions holds this one, the face itself need not be held.
    unheld.register(ask, () => link.call(of, "letGo", []).catch(() => undefined));
  }
  return {
    observe: (given) => ask<number | null>("observe", [event(given)], nothing),
    forget: (what) => ask("forget", [forgotten(what)], () => 0),
    consent: (given) => ask("consent", [choice(given)], () => undefined),
    restore: (snapshot) => ask("restore", [bytes(snapshot)], () => false),
    snapshot: () => ask<Uint8Array<ArrayBuffer> | null>("snapshot", [], nothing),
    snapshotText: () => ask<string | null>("snapshotText", [], nothing),
    doctor: () => ask<readonly Finding[]>("doctor", [], () => [NO_DOCTOR(link.lost)]),
    cluster: () => ask<Cluster | null>("cluster", [], nothing),
    leanings: () => ask<Leanings>("leanings", [], () => NO_LEANINGS()),
    info: () =>
      ask<RerankerInfo>("info", [], () => withoutModel(lost())).then(
        (info): WorkerInfo => ({ ...info, home: { where: link.lost ? "page" : "worker", reason: lost() } }),
      ),
    prepare(list, asked) {
      const given = [listed(list, candidate)[1], preparation(asked)];
      const signal = field(asked, "signal");
      return ask(
        "prepare",
        given,
        () => ({ arrived: 0, complete: false }),
        undefined,
        isSignal(signal) ? signal : null,
      );
    },
    rerank<T extends Candidate>(candidates: Iterable<T>, ...given: readonly unknown[]) {
      const [list, sent] = listed(candidates, candidate);
      const asked = optionsOf(given);
      return ask<Order | null>("rerank", [sent, asked, policyOf(given[0], [list])], nothing).then((order) =>
        ranked(list, order, asked),
      );
    },
    rerankMany<T extends Candidate>(lists: Iterable<Iterable<T>>, ...given: readonly unknown[]) {
      const all: T[][] = [];
      const [, sent] = listed(lists, (each) => {
        const [list, passed] = listed(each, candidate);
        all.push(list);
        return passed;
      });
      const asked = optionsOf(given);
      return ask<Order | null>("rerankMany", [sent, asked, policyOf(given[0], all)], nothing).then((order) => {
        let end = 0;
        return all.map((list, at) => {
          const begin = end;
          end += order?.[3]?.[at] ?? 0;
          const own = order && ([0, 1, 2] as const).map((part) => order[part]?.slice(begin, end));
          return ranked(list, own as Order | null, asked);
        });
      });
    },
    async retrieve(asked) {
      const filter = field(asked, "filter") as (id: string) => unknown;
      let thrown: [error: unknown] | undefined;
      const judges: Hear = (_, [ids]) => {
        try {
          return [LIST, (ids as string[]).map((id) => verdict(filter(id)))];
        } catch (error) {
          thrown = [error];
          return null;
        }
      };
      const found = await ask<Retrieved[]>("retrieve", [retrieval(asked)], () => [], judges);
      if (thrown) throw thrown[0];
      return found;
    },
    session: () => ask("session", [], () => 0).then((other) => faceOf(link, other, id)),
    dispose: ends,
    [dispose]: () => void ends(),
    [asyncDispose]: ends,
  };
}

type Ask = <T>(
  name: string,
  given: readonly Sent[],
  otherwise: () => T,
  hear?: Hear,
  signal?: AbortSignal | null,
) => Promise<T>;

/** Passes on that a call is aborted. */
export function follow(link: Link, { number }: Call, signal: AbortSignal): void {
  const abort = () => void link.call(number, "abort", []).catch(() => undefined);
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
}

/** What a filter says of an item; a promise is told as an object, which is refused over there. */
const verdict = (said: unknown): Sent => (typeof field(said, "then") === "function" ? [OBJECT] : Boolean(said));

/** Options, but for the number that `lists.map(rerank)` passes in their place: it passes the lists behind it. */
const optionsOf = ([given, lists]: readonly unknown[]): Sent =>
  typeof given === "number" && Array.isArray(lists) ? null : options(given);

/** The list in an order; as it came where there is none. */
function ranked<T>(list: readonly T[], order: Order | null, asked: Sent): Ranked<T>[] {
  const [places, scores, more] = order ?? [];
  const limit = Array.isArray(asked) && typeof asked[2] === "number" ? asked[2] : NaN;
  const { length } = places ?? { length: limit < list.length ? Math.max(0, Math.floor(limit)) : list.length };
  return Array.from({ length }, (_, at) => {
    const from = places?.[at] ?? at;
    return {
      candidate: list[from] as T,
      score: scores?.[at] ?? 0,
      rank: at + 1,
      previousRank: from + 1,
      ...more?.[at],
    };
  });
}

/** What there is to find where nobody looks. */
const NO_DOCTOR = (reason: Reason | null): Finding => ({
  code: "doctor.module",
  severity: "error",
  message: reason?.message ?? "",
  examples: [],
  count: 1,
});

const NO_LEANINGS = (): Leanings => ({ weight: 0, categories: [], departments: [], brands: [], price: null });

/** What there is to tell where nothing ranks. */
function withoutModel(reason: Reason | null): RerankerInfo {
  const none = { count: 0, reason: null };
  return {
    ...{ status: "fallback", reason, backend: "none", model: null, events: [], feedback: [] },
    scan: {
      ...{ backend: "cpu", why: "no worker, no catalogue", answered: null, measured: null },
      ...{ crossover: null, adapter: null, kernel: null, losses: 0 },
    },
    shown: { impressions: 0, skips: 0 },
    store: { kind: "memory", wanted: "memory", reason: null, restored: 0, saved: false },
    consent: { store: false, share: false },
    lastList: null,
    ignored: none,
    refused: { arguments: none, ids: none, rows: none },
    timings: { fetch: 0, compile: 0, parse: 0, rerank: 0, candidates: 0, retrieve: 0 },
  };
}
