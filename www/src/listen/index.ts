// The entry `reshelf/listen`: takes in what a shop's page already tells its analytics, without new event code. It reads what
// passes by; it sends nothing, stores nothing and holds nothing up. Uses reads of the page and types.
import { field } from "../page/read.js";
import { onAbort, whenThere } from "../page/times.js";
import type { ItemId } from "../types.js";
import { ga4 } from "./ga4.js";
import { intake, type ListenedEvent, NO_OPTION, type Unused } from "./intake.js";
import { jsonld } from "./jsonld.js";
import { segment } from "./segment.js";
import { shopify } from "./shopify.js";
import type { Source, SourceState } from "./source.js";

export type { EventWord, ListenedEvent, Unused } from "./intake.js";
export type { SourceState } from "./source.js";

/** In the order in which they begin: what the page holds to tell of its product comes after what it told. */
const SOURCES = { ga4, segment, shopify, jsonld } satisfies Record<string, Source>;

/** Whose events are understood: `"ga4"` as `gtag` and Tag Manager push them, `"segment"`, `"shopify"`, `"jsonld"`. */
export type SourceName = keyof typeof SOURCES;

/** What to listen to, and how ids are read. What is null counts as left out. */
export interface ListenOptions {
  /** Which to listen to; all that are there when left out. */
  readonly sources?: readonly SourceName[] | null | undefined;
  /**
   * The id by which the model knows an item, made of the one that the event has, as text (empty where it has none), the event's
   * own object of it, and the event's name (`"jsonld"` for the page's product): `(id) => id.split("-")[0]`. Null passes the
   * item over. The event's id as it is when left out.
   */
  readonly id?:
    | ((id: string, item: Readonly<Record<string, unknown>>, event: string) => ItemId | null | undefined)
    | null
    | undefined;
  /** Aborting it stops. */
  readonly signal?: AbortSignal | null | undefined;
  /** Where `dataLayer`, `analytics`, `Shopify` and `document` are looked for; `globalThis` when left out. */
  readonly scope?: object | null | undefined;
}

/** What was heard so far. */
export interface ListenInfo {
  /** Events that were handed to the reranker. */
  readonly observed: number;
  /** What two sources told within ten seconds, or one under two names, and was handed over once. */
  readonly repeated: number;
  /** Events and items that could not be used, and options. */
  readonly ignored: Unused;
  readonly sources: Readonly<Record<SourceName, SourceState>>;
}

/** A page that is listened to. Its methods need no `this`, and do not throw. */
export interface Listening {
  /** A new object on every call. */
  info(this: void): ListenInfo;
  /** Ends it, and leaves the page as it was. */
  stop(this: void): void;
}

/**
 * Listens to GA4's e-commerce events on `dataLayer`, Segment's `track`, Shopify's `analytics.subscribe` and the product in the
 * page's JSON-LD, and hands each event to the reranker; docs/listen.md has what becomes what. What the page said before is taken
 * in first. Never throws, and lets nothing of the page's throw.
 */
export function listen(
  // Any reranker: what it takes is not narrower than what is handed over.
  reranker: { observe(event: never): unknown },
  options?: ListenOptions | null,
): Listening {
  const idOf = field(options, "id");
  const asked = field(options, "sources");
  const scope = field(options, "scope") ?? globalThis;
  const taken = intake((event) => (reranker.observe as (event: ListenedEvent) => unknown)(event), idOf);
  const names = Object.keys(SOURCES) as SourceName[];
  const states = Object.fromEntries(names.map((name) => [name, "off"])) as Record<SourceName, SourceState>;
  const ends: (() => void)[] = [];
  let live = true;
  let letGo = () => {};

  const stop = () => {
    live = false;
    taken.close();
    letGo();
    for (const end of ends) end();
    for (const name of names) states[name] = "off";
  };
  const begin = (name: SourceName) => {
    const { look, stop: end } = SOURCES[name](scope, taken);
    const there = () => {
      const state = (live && look()) || "waiting";
      if (live) states[name] = state;
      return !live || state !== "waiting";
    };
    ends.push(end);
    ends.push(whenThere(there, () => void (states[name] = "absent")));
  };

  letGo = onAbort(field(options, "signal"), stop);
  taken.event(() => {
    const list: unknown[] | null = Array.isArray(asked) ? asked.slice(0, 8) : null;
    const unknown = list ? list.some((name) => !names.includes(name as SourceName)) : asked != null;
    if (unknown || (idOf != null && typeof idOf !== "function")) taken.unused(NO_OPTION);
    for (const name of names) if (!list || list.includes(name)) taken.event(() => begin(name));
  });
  if (!live) stop(); // The reranker, or the shop's own code, stopped it while it began.
  return { info: () => ({ ...taken.counts(), sources: { ...states } }), stop };
}
