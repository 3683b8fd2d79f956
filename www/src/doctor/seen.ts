// Events and lists: whether they come, whether the model knows what they are about, and whether they are dated right. May use types.
import type { Finding, SeenEvent, Severity } from "../types.js";
import type { Case } from "./case.js";
import { finding, percent, quoted } from "./finding.js";

const MINUTE = 60_000;
/** Minutes. */
const RECENT = 10;
/** What happened longer ago no store keeps. */
const OLDEST = 30 * 24 * 60 * MINUTE;
/** Clocks of servers and of devices differ by less. */
const AHEAD = 10 * MINUTE;
/** Seconds where milliseconds belong lie in the first weeks of 1970. */
const SECONDS = 1e11;

/** So many unknown items, and such a share of all, are no exception. */
const MANY = 3;
const SHARE = 0.2;

/** The same list so often, and nothing observed. */
const REPEATED = 5;

const IDS =
  "Pass the ids of the log that the model was trained with, or say what the items are (`category`, `brand`, `price`, `title`, as the catalogue writes them), or train again.";

export function ofEvents({ info, now, ahead }: Case): Finding[] {
  const found: Finding[] = [];
  const { events } = info;
  if (events.length > 0) found.push(recent(events, now));

  const ofItems = events.filter(({ about }) => about === "item");
  const unknown = ofItems.filter(({ known }) => !known);
  if (unknown.length > 0) {
    const share = percent(unknown.length, ofItems.length);
    found.push(
      finding(
        isMany(unknown.length, ofItems.length),
        "events.unknown",
        unknown.length,
        `${share} of the session's events are about items that the model does not know: they count as seen, and say nothing of what the shopper is after. ${IDS}`,
        newestFirst(unknown).map(({ id }) => quoted(id)),
      ),
    );
  }

  const old = events.filter(({ at }) => at < now - OLDEST);
  if (old.length > 0) {
    const why = old.some(({ at }) => Math.abs(at) < SECONDS)
      ? "in 1970: `at` is milliseconds, and these may be seconds"
      : "which a store does not keep: `at` is milliseconds since 1970";
    found.push(
      finding(
        "warning",
        "time.past",
        old.length,
        `Events are dated more than 30 days back, ${why}. Leave \`at\` out for what happens now.`,
        newestFirst(old).map(({ at }) => timeText(at)),
      ),
    );
  }
  if (ahead > AHEAD)
    found.push(
      finding(
        "warning",
        "time.future",
        1,
        "An event was dated later than now, and counts as of now: `at` is milliseconds since 1970 in UTC, not local time and not microseconds. Leave it out for what happens now.",
        [`${Math.round(ahead / MINUTE).toLocaleString("en")} minutes ahead`],
      ),
    );
  return found;
}

export function ofLists({ info, ids, last }: Case): Finding[] {
  const found: Finding[] = [];
  const { inTable, said, unknown } = ids;
  const met = inTable + said + unknown.length;
  if (last.length === 0) return found;

  if (info.events.length === 0) {
    // A page with several lists has met more than the last one has.
    const early = last.times >= REPEATED && met <= last.length;
    const message = early
      ? `The same list was ranked ${last.times} times and nothing was observed: it keeps the server's order each time. Call \`observe()\` before \`rerank()\`, on this very reranker: a second \`loadReranker\` has a session of its own.`
      : "Nothing was observed: lists keep the server's order. That is right for a shopper who has just come. Else call `observe()` when a product is looked at, or have `reshelf/listen` hear what the shop tells its analytics.";
    found.push(
      finding(early ? "warning" : "note", early ? "list.early" : "events.none", early ? last.times : 0, message),
    );
  }

  const none = last.known === 0;
  if (none) {
    const core = info.model?.items === 0;
    found.push(
      finding(
        inTable + said === 0 ? "error" : "warning",
        "list.unknown",
        last.length,
        `The model knows none of the ${last.length} candidates of the last list, which keeps the server's order. ${core ? "Its core has no items of its own: call `prepare(list)` before `rerank(list)`, with the option `rows`, or pass each candidate's `row`." : IDS}`,
        [...unknown].reverse().map(quoted),
      ),
    );
  }
  if (unknown.length > 0 && !none)
    found.push(
      finding(
        isMany(unknown.length, met),
        "ids.unknown",
        unknown.length,
        `The model does not know ${percent(unknown.length, met)} of the items in lists and events: they keep about their places. ${IDS}`,
        [...unknown].reverse().map(quoted),
      ),
    );
  return found;
}

function recent(events: readonly SeenEvent[], now: number): Finding {
  const counts = new Map<string, number>();
  for (const { type, at } of events) if (at >= now - RECENT * MINUTE) counts.set(type, (counts.get(type) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const count = sorted.reduce((sum, [, each]) => sum + each, 0);
  return finding(
    "note",
    "events.recent",
    count,
    `${count} of the session's ${events.length} events are of the last ${RECENT} minutes. Is one missing that you have just caused? Then \`observe()\` was not called for it, or \`info().ignored\` says why.`,
    sorted.map(([type, each]) => `${type} ${each}`),
  );
}

function isMany(part: number, whole: number): Severity {
  return part >= MANY && part >= SHARE * whole ? "warning" : "note";
}

function newestFirst(events: readonly SeenEvent[]): readonly SeenEvent[] {
  return [...events].reverse();
}

/** A time as a date, or as it is where it is none. */
function timeText(at: number): string {
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : String(at);
}
