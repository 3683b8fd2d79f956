// What there is to go by, and the order that comes of it: a session made for this page and told what the request says, or a
// session of the caller's. Nothing of it is kept: the session ends with the page.
import { ARRANGE, ROW_OF, type RowOf } from "../door.js";
import { field } from "../errors.js";
import type { Model, Reranker, ShopEvent } from "../types.js";
import type { Settings } from "./options.js";
import type { ListOrderer, ListReason, PageReason } from "./types.js";

/** The number of the id that comes first, second, ...; those that a policy removed are the last ones. */
export type Order = readonly [order: Uint32Array, removed: number];

/** Orders lists of one page. */
export interface Orderer {
  /** The order, or why the list stays as it came; `fields` are objects with what rules of a policy may read of each. Never throws. */
  order(ids: readonly string[], fields?: readonly unknown[]): Order | ListReason;
  /** An item's row in base64, empty where there is none; null where rows are not asked for. Never throws. */
  readonly rowOf: ((id: string) => string) | null;
  /** To be called once, when the page has ended. Never throws. */
  end(): void;
}

/** Why there is no order to be had. */
export interface Nothing {
  readonly reason: PageReason;
  readonly detail?: string;
}

/** What the context says, in the order in which the session hears it: the nearest to the page last, as it counts most. */
export function readContext({ context, refused }: Settings): ShopEvent[] {
  const events: ShopEvent[] = [];
  const take = (name: string, event: (given: unknown) => ShopEvent | null) => {
    const given = field(context, name) ?? null;
    if (given === null || given === "") return;
    const made = event(given);
    if (made) events.push(made);
    else refused.push(`context.${name}`);
  };
  take("cluster", (given) => {
    const cluster = typeof given === "string" && /^\d{1,9}$/.test(given) ? Number(given) : given;
    return Number.isSafeInteger(cluster) && (cluster as number) >= 0
      ? { type: "browse", taste: cluster as number }
      : null;
  });
  take("category", (given) => (isName(given) ? { type: "browse", category: given } : null));
  take("query", (given) => (typeof given === "string" ? { type: "search", query: given } : null));
  take("item", (given) => {
    if (isName(given)) return { type: "view", id: given };
    const id = field(given, "id");
    if (!isName(id)) return null;
    const [row, category, brand, price, title] = ["row", "category", "brand", "price", "title"].map((name) =>
      field(given, name),
    );
    return { type: "view", id, row, category, brand, price, title } as ShopEvent;
  });
  return events;
}

/** The id of the page's own item, which the events of its context end with. */
export function itemOf(events: readonly ShopEvent[]): string | null {
  const last = events.at(-1) as { readonly type?: unknown; readonly id?: unknown } | undefined;
  return last?.type === "view" ? String(last.id) : null;
}

function isName(given: unknown): given is string | number | bigint {
  return ["string", "number", "bigint"].includes(typeof given);
}

/** Whether there can be an order at all, before anything is waited for. */
export function mayOrder({ model, reranker }: Settings, events: readonly ShopEvent[]): Nothing | null {
  if (reranker === null && events.length === 0) return { reason: "no-context" };
  if (reranker === null && model === null) return { reason: "no-model" };
  if (reranker === null || events.length > 0) return null;
  try {
    const seen = (reranker.info?.() as { events?: unknown } | undefined)?.events;
    return Array.isArray(seen) && seen.length === 0 ? { reason: "no-context" } : null;
  } catch {
    return null; // It cannot tell: its order does.
  }
}

/** An orderer, or why there is none. */
export function openOrderer(model: Model | null, events: readonly ShopEvent[], settings: Settings): Orderer | Nothing {
  const { reranker, policy } = settings;
  const given = policy === null ? null : { policy };
  if (reranker) {
    const fault = unusable(reranker);
    const rowOf = rowsOf(reranker, settings);
    return fault ?? { order: (ids, fields) => orderOf(reranker, ids, given, fields), rowOf, end: () => undefined };
  }
  let session: Reranker | undefined;
  try {
    const own = (session = (model as Model).session());
    const fault = unusable(own) ?? unusable(model);
    // To an orderer of the caller's own it may be anything.
    if (given && !field(policy, ARRANGE)) settings.refused.push("policy");
    const heard = events.filter((event) => own.observe(event) !== null).length;
    const nothing = fault ?? (heard === 0 ? ({ reason: "no-context" } as const) : null);
    const end = () => dispose(own);
    if (nothing) return (end(), nothing);
    return { order: (ids, fields) => orderOf(own, ids, given, fields), rowOf: rowsOf(own, settings), end };
  } catch {
    dispose(session);
    return { reason: "model" };
  }
}

/** What gives rows of the items that a reranker's model knows; one that is none of ours has none to give. */
function rowsOf(by: object, { rows, refused }: Settings): Orderer["rowOf"] {
  if (!rows) return null;
  const rowOf = field(by, ROW_OF) as RowOf | undefined;
  if (typeof rowOf !== "function") return (refused.push("rows"), null);
  return (id) => {
    try {
      // Spread, bytes go through an iterator: seven times the time.
      return btoa(String.fromCharCode.apply(null, (rowOf(id) ?? []) as number[]));
    } catch {
      return ""; // Something stands in for a reranker of ours.
    }
  };
}

function dispose(session: Reranker | undefined): void {
  try {
    session?.dispose();
  } catch {} // It is no session of ours; one that is does not throw.
}

/** Why a model or a session that tells of itself cannot rank. */
function unusable(one: unknown): Nothing | null {
  try {
    const info = (one as { info?(): unknown } | null)?.info?.();
    const status = field(info, "status");
    if (status === undefined || status === "ready") return null;
    const code = field(field(info, "reason"), "code");
    return { reason: "model", ...(typeof code === "string" && { detail: code }) };
  } catch {
    return null;
  }
}

function orderOf(
  by: ListOrderer,
  ids: readonly string[],
  given: object | null,
  fields: readonly unknown[] = [],
): Order | ListReason {
  const candidates = ids.map((id, at) => ({ ...(fields[at] as object | undefined), id }));
  // Before anybody sorts the candidates where they stand.
  const place = new Map<unknown, number>(candidates.map((candidate, at) => [candidate, at]));
  try {
    // Without options where there are none: what stands in for a reranker may count its arguments.
    const answer = given ? by.rerank(candidates, given as never) : by.rerank(candidates);
    if (typeof field(answer, "then") === "function") {
      // Nobody waits for it: what it rejects with must not end the process.
      Promise.resolve(answer as PromiseLike<unknown>).catch(() => undefined);
      return "promise";
    }
    const order = new Uint32Array(ids.length);
    let count = 0;
    for (const entry of answer as Iterable<unknown>) {
      const own = place.has(entry) ? entry : field(entry, "candidate");
      const at = place.get(own);
      if (at === undefined) return "order";
      place.delete(own); // Each once.
      order[count++] = at;
    }
    // What rules remove stays in the page, whose scripts and counts go by all of it: behind the others, as it came.
    const removed = given ? place.size : 0;
    if (removed > 0) for (const at of place.values()) order[count++] = at;
    return count === ids.length ? [order, removed] : "order";
  } catch {
    return "rerank";
  }
}
