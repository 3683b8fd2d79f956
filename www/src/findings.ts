// What `doctor()` answers with: findings, and every code of one. docs/doctor.md has them all, each with its fix.

/** What is wrong, or worth knowing: `area.what`. Codes stay; messages may change. Those of reasons (`ErrorCode`) stand in `examples`. */
export type FindingCode =
  | "arguments.refused"
  | "doctor.module"
  | "engine.missing"
  | "events.ignored"
  | "events.none"
  | "events.recent"
  | "events.unknown"
  | "ids.affix"
  | "ids.case"
  | "ids.encoded"
  | "ids.refused"
  | "ids.space"
  | "ids.unknown"
  | "ids.zeros"
  | "list.early"
  | "list.unknown"
  | "model.missing"
  | "package.twice"
  | "prices.scale"
  | "rows.refused"
  | "session.over"
  | "store.unkept"
  | "time.future"
  | "time.past";

/**
 * - `"error"`: lists keep the server's order, and would not with what the message says.
 * - `"warning"`: some of what the page passes in is lost.
 * - `"note"`: nothing need be wrong.
 */
export type Severity = "error" | "warning" | "note";

/** One thing that `doctor()` found. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** Made for people: what is wrong, and what to do about it. */
  readonly message: string;
  /** At most five: ids, prices, times, or codes of reasons, as text. They may tell of the shopper: they are for the console, not for a server. */
  readonly examples: readonly string[];
  /** How many there are in all, of what the message tells. */
  readonly count: number;
}
