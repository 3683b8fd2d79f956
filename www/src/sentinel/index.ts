// `reshelf/sentinel`: a session that gives its lists back to the server where the model does not help, and says so. It stands in front of
// a reranker and uses its public face alone; nothing that it learns leaves the device. May use door, errors and types.
import { ASK, type Ask } from "../door.js";
import { field, ReshelfError } from "../errors.js";
import type { ItemId, Ranked, Reason, Reranker, RerankerInfo, ShopEvent } from "../types.js";
import { type Evidence, expected, isForeign, isWorse, type Standing, standing, worth } from "./evidence.js";
import { type Pace, paceOf } from "./pace.js";
import { ShownLists } from "./shown.js";

/** How a sentinel begins. */
export interface SentinelOptions {
  /**
   * Who orders until there is evidence: `"server"` (the default), so that a model that knows nothing of this shop never shows its order,
   * or `"model"`, so that a shopper's first lists are personal and a model that does not help is found out by its misses.
   */
  readonly start?: "server" | "model" | null | undefined;
  /** What `state()` of an earlier page said: that page's evidence counts on. One of another model counts for nothing. */
  readonly state?: string | null | undefined;
  /** The field of candidates that has their id, or a function that tells it, as in `loadReranker`; `"id"` when left out. */
  readonly id?: string | ((candidate: never) => unknown) | null | undefined;
}

/** Who orders the lists now, and what that rests on. */
export interface Verdict {
  readonly orders: "model" | "server";
  /** Why the server's order stands; null where the model orders. */
  readonly reason: Reason | null;
  /** Lists that were ranked or kept. */
  readonly lists: number;
  /** Items that the shopper turned to for the first time while the model had expectations, and how many of them it expected. */
  readonly turns: number;
  readonly hits: number;
  /** Clicks in lists, and what their places were worth on average by either order (1 for the first, 0 behind the tenth). */
  readonly clicks: number;
  readonly model: number;
  readonly server: number;
}

/** A reranker with a sentinel in front of it: its lists, `info().reason` and `forget` are the sentinel's, all else is as before. */
export interface GuardedReranker<C> extends Reranker<C> {
  verdict(this: void): Verdict;
  /** The evidence so far, in a short text without any item, for the next page's `state`. Keeping it is up to the page, and to consent. */
  state(this: void): string;
}

/** Events that turn away from an item, or only tell more of one. */
const NO_TURN = new Set(["remove", "return", "dislike", "dwell", "other", "mute", "unmute"]);

const SAID = {
  waiting: {
    code: "sentinel.waiting",
    message: 'It is not yet known whether the model helps: observe what the shopper turns to, or say `start: "model"`.',
  },
  foreign: {
    code: "sentinel.foreign",
    message: "The model does not expect what this shopper turns to: look whether it is of this shop, and of today.",
  },
  worse: {
    code: "sentinel.worse",
    message: "What was clicked stood higher in the server's order than in the model's: train the model anew.",
  },
  fast: {
    code: "sentinel.fast",
    message: "Events come faster than a person makes them: the session is taken for a machine's.",
  },
  broad: {
    code: "sentinel.broad",
    message: "More items than a person looks at in a visit: the session is taken for a machine's.",
  },
} as const satisfies Record<string, Reason>;

/** An engine that says of every list that the server's order was kept. */
const KEEPS = {
  explain: () => new Float64Array(0),
  whatIf: (count: number) => Float64Array.from({ length: 2 * count }, (_, at) => (at < count ? at : 0)),
};

/**
 * Puts a sentinel in front of a session; `info()` and `verdict()` say whose order stands, and why. What it returns throws nothing.
 * @throws `sentinel.reranker` for what is no reranker, such as the promise of one
 */
export function sentinel<C>(reranker: Reranker<C>, options?: SentinelOptions | null): GuardedReranker<C> {
  if (typeof field(reranker, "info") !== "function")
    throw new ReshelfError(
      "sentinel.reranker",
      "There is no reranker to stand in front of: pass what `await loadReranker(...)` gives; reshelf/worker has none that answers at once.",
    );
  const idOf = reader(field(options, "id") as SentinelOptions["id"]);
  const shown = new ShownLists(idOf);
  const { version, items } = reranker.info().model ?? { version: "", items: 0 };
  const fresh: Standing = { helps: 0, harms: 0, trusted: field(options, "start") === "model" };
  let start = parsed(field(options, "state"), version) ?? fresh;
  let evidence: Evidence[] = [];
  let now = start;
  let pace: Pace = null;
  let lists = 0;
  let clicked: (Evidence & { readonly places: readonly [model: number, server: number] })[] = [];
  /** What the model expects next, and how much of the catalogue that is; null until it has answered. */
  let expects: { readonly ids: ReadonlySet<string>; readonly share: number } | null = null;
  let asked = 0;

  const judge = () => {
    now = standing(start, evidence);
    pace = paceOf(reranker.info().events);
  };
  const why = (): Reason | null => {
    const { reason } = reranker.info();
    if (reason) return reason;
    if (pace) return SAID[pace];
    if (isWorse(now)) return SAID.worse;
    if (now.trusted) return null;
    return isForeign(now) ? SAID.foreign : SAID.waiting;
  };
  const expect = () => {
    expects = null;
    // An answer that is under way is of the session as it was.
    const turn = ++asked;
    const { events } = reranker.info();
    if (items === 0 || events.length === 0) return;
    const seen = new Set(events.map(({ id }) => id));
    const k = expected(items);
    const keep = (found: readonly { readonly id: string }[]) => {
      if (turn !== asked) return;
      // What was met before is expected by anybody.
      const news = found.map(({ id }) => id).filter((id) => !seen.has(id));
      const ids = new Set(news.slice(0, k));
      expects = { ids, share: ids.size / items };
    };
    reranker.retrieve({ k: k + seen.size }).then(keep, () => undefined);
  };
  const weigh = (number: number) => {
    const { events } = reranker.info();
    const event = events.at(-1);
    if (event?.event !== number || event.about !== "item" || NO_TURN.has(event.type)) return;
    const first = !events.some((other) => other !== event && other.id === event.id);
    const places = shown.take(event.id);
    const loss = places && worth(places.server) - worth(places.model);
    const hit = first && expects ? expects.ids.has(event.id) : null;
    const added = { event: number, hit, share: expects?.share ?? 0, loss };
    evidence.push(added);
    if (places) clicked.push({ ...added, places: [worth(places.model), worth(places.server)] });
  };
  const observe = (event: ShopEvent): number | null => {
    const number = reranker.observe(event);
    if (number === null) return null;
    weigh(number);
    judge();
    expect();
    return number;
  };
  /** Lists as `rank` orders them; in the server's order where that stands, and as long as a list is with the options given. */
  const orders = <T>(
    given: Given,
    rank: (given: Given) => Ranked<T>[][],
    length: (list: readonly T[]) => number,
  ): Ranked<T>[][] => {
    const reason = why();
    const { all, limited, policy } = whole(given);
    const ranked = rank(reason ? all : given);
    lists += ranked.length;
    // A policy arranges what the server sent, and what it moved says nothing of the model.
    if (policy) return ranked;
    ranked.forEach((list) => shown.note(list));
    if (!reason) return ranked;
    return ranked.map((list) => {
      const kept = list.map(({ candidate, previousRank }) => ({
        ...{ candidate, score: 0, rank: previousRank, previousRank },
      }));
      kept.sort((one, other) => one.rank - other.rank);
      return limited ? kept.slice(0, length(kept.map(({ candidate }) => candidate))) : kept;
    });
  };
  const forgets = <R>(run: () => R): R => {
    const before = reranker.info().events.map(({ event }) => event);
    const answer = run();
    const left = new Set(reranker.info().events.map(({ event }) => event));
    const gone = before.find((event) => !left.has(event)) ?? Infinity;
    // What came after was weighed with what is forgotten in mind.
    evidence = evidence.filter(({ event }) => event < gone);
    clicked = clicked.filter(({ event }) => event < gone);
    if (left.size === 0) {
      [start, lists] = [fresh, 0];
      shown.clear();
    }
    judge();
    expect();
    return answer;
  };
  const asks = field(reranker, ASK as unknown as string) as Ask | undefined;
  const ask: Ask | undefined =
    asks &&
    ((list, question) =>
      asks(list, (engine, count, scored) =>
        question(why() ? { ...KEEPS, resolve: (...ids) => engine.resolve(...ids) } : engine, count, scored),
      ));
  judge();
  expect();
  return {
    ...reranker,
    observe,
    rerank: ((list: Iterable<C | ItemId>, ...given: Given) => {
      const lengthOf = (copy: readonly (C | ItemId)[]) => reranker.rerank(copy, ...given).length;
      return orders(given, (options) => [reranker.rerank(list, ...options)], lengthOf)[0];
    }) as Reranker<C>["rerank"],
    rerankMany: ((all: Iterable<Iterable<C | ItemId>>, ...given: Given) => {
      const lengthOf = (copy: readonly (C | ItemId)[]) => reranker.rerankMany([copy], ...given)[0]?.length ?? 0;
      return orders(given, (options) => reranker.rerankMany(all, ...options), lengthOf);
    }) as Reranker<C>["rerankMany"],
    forget: (what) => forgets(() => reranker.forget(what)),
    restore: (snapshot) => forgets(() => reranker.restore(snapshot)),
    ...{ [ASK]: ask },
    session: () => sentinel(reranker.session(), options),
    info: (): RerankerInfo => {
      const info = reranker.info();
      return { ...info, reason: why() };
    },
    verdict: () => {
      const reason = why();
      const turns = evidence.filter(({ hit }) => hit !== null);
      const mean = (of: 0 | 1) =>
        clicked.reduce((sum, { places }) => sum + places[of], 0) / Math.max(1, clicked.length);
      return {
        ...{ orders: reason ? "server" : "model", reason, lists, turns: turns.length },
        ...{ hits: turns.filter(({ hit }) => hit).length, clicks: clicked.length, model: mean(0), server: mean(1) },
      };
    },
    state: () => JSON.stringify({ version, ...now }),
  };
}

type Given = Parameters<Reranker<unknown>["rerank"]> extends [unknown, ...infer Rest] ? Rest : never;

/** Says of options, which may be anything, that they have no limit. */
const NO_LIMIT: PropertyDescriptorMap = { limit: { value: null } };

/** A policy, as far as this needs it. */
interface Orders {
  with(context: { readonly order: "server" }): unknown;
}

/** The options as the server's order needs them: without their limit, if they had one, or (`policy`) with a policy that arranges that order. */
function whole(given: Given): { readonly all: Given; readonly limited: boolean; readonly policy?: true } {
  const [options, ...rest] = given;
  return safely(
    () => {
      const policy = field(options, "policy") as Partial<Orders> | null | undefined;
      if (options && typeof policy?.with === "function") {
        const kept = { policy: { value: policy.with({ order: "server" }) } };
        return {
          all: [Object.create(options as object, kept), ...rest] as unknown as Given,
          limited: false,
          policy: true,
        };
      }
      const limited = typeof options === "object" && options !== null && options.limit != null;
      return { all: (limited ? [Object.create(options, NO_LIMIT), ...rest] : given) as Given, limited };
    },
    { all: given, limited: false },
  );
}

/** What the caller's own code gives, or something else where it throws. */
function safely<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** An earlier page's evidence, if it is that and of this model. */
function parsed(state: unknown, version: string): Standing | null {
  try {
    const read = JSON.parse(String(state)) as Partial<Standing & { version: string }> | null;
    const { helps, harms, trusted } = read ?? {};
    if (read?.version !== version || typeof trusted !== "boolean") return null;
    if (!Number.isFinite(helps) || !Number.isFinite(harms)) return null;
    return { helps: helps as number, harms: harms as number, trusted };
  } catch {
    return null;
  }
}

/** How a candidate's id is read, as text; null where there is none. */
function reader(id: SentinelOptions["id"]): (candidate: unknown) => string | null {
  return (candidate) => {
    try {
      const isPlain = typeof candidate !== "object" || candidate === null;
      const found = isPlain
        ? candidate
        : typeof id === "function"
          ? id(candidate as never)
          : (candidate as Partial<Record<string, unknown>>)[id ?? "id"];
      return ["string", "number", "bigint"].includes(typeof found) ? String(found).trim() : null;
    } catch {
      return null;
    }
  };
}
