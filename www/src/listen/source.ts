// What a source of events is: one file each. Uses the intake's types.
import type { Intake } from "./intake.js";

/**
 * - `"off"`: not asked for, or stopped;
 * - `"waiting"`: not there yet, and looked for again for 51 seconds;
 * - `"found"`: its events are taken in;
 * - `"held"`: it is there, but cannot be followed (a frozen `dataLayer`): what it held was taken in;
 * - `"absent"`: it did not come.
 */
export type SourceState = "off" | "waiting" | "found" | "held" | "absent";

export interface Tap {
  /** Takes in what the source says from now on, if it is there: then it says how it is. */
  look(): SourceState | undefined;
  stop(): void;
}

/** A source on a page; it does nothing before it is to look. */
export type Source = (scope: unknown, intake: Intake) => Tap;
