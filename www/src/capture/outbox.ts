// The way out: what a task of the browser's makes due goes to the reranker in one go at its end, and nothing that foreign
// code throws gets any further than a count.
import type { Reason, Refused } from "../types.js";
import type { CaptureEvent } from "./types.js";

export type Refuse = (reason: Reason) => void;

/** An event without its time. */
type Undated<E = CaptureEvent> = E extends CaptureEvent ? Omit<E, "at"> : never;

export interface Outbox {
  /** How many events of each type went out. */
  readonly told: Record<CaptureEvent["type"], number>;
  refused: Refused;
  readonly refuse: Refuse;
  /** Takes an event of now. */
  readonly put: (event: Undated) => void;
  /** Does the work of one task, and tells what it made due. The observer may call anything of ours: nothing is half done. */
  readonly turn: (work: () => void) => void;
}

export function makeOutbox(observe: (event: CaptureEvent) => unknown): Outbox {
  let due: CaptureEvent[] = [];
  const lost = (error: unknown) => outbox.refuse({ code: "capture.lost", message: `\`observe\` threw: ${why(error)}` });
  const outbox: Outbox = {
    told: { impression: 0, skip: 0, dwell: 0, view: 0 },
    refused: { count: 0, reason: null },
    refuse: (reason) => {
      outbox.refused = { count: outbox.refused.count + 1, reason };
    },
    put: (event) => due.push({ ...event, at: Date.now() } as CaptureEvent),
    turn: (work) => {
      try {
        work();
      } catch (error) {
        outbox.refuse({ code: "capture.failed", message: `Watching failed: ${why(error)}` });
      }
      const events = due;
      due = [];
      for (const event of events) {
        outbox.told[event.type]++;
        // Called at once; what it throws is caught, and so is what it rejects with where it stands in for a worker's.
        (async () => observe(event))().catch(lost);
      }
    },
  };
  return outbox;
}

/** What was thrown, in words: whoever throws may throw a proxy, or a whole document. */
export function why(thrown: unknown): string {
  try {
    return String((thrown as Error | undefined)?.message ?? thrown).slice(0, 200);
  } catch {
    return "no message";
  }
}
