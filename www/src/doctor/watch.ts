// Tells the console what is new, now and then. May use types.
import type { Finding, Severity } from "../types.js";

/** Milliseconds until it is looked again: soon after the load, then at leisure. */
const WAITS = [2000, 5000, 15_000];
const LEISURE = 60_000;

const WRITES = { error: "error", warning: "warn", note: "info" } as const;

/** Looks until the session is over. Each finding is told once, and again when it has become worse or better. */
export function watch(look: () => readonly Finding[]): void {
  const told = new Map<string, Severity>();
  let turn = 0;
  const again = () => {
    const timer: unknown = setTimeout(looks, WAITS[turn++] ?? LEISURE);
    (timer as { unref?(): void }).unref?.(); // Node must not go on for it.
  };
  const looks = () => {
    const found = look();
    for (const { code, severity, message, examples, count } of found) {
      // Events that come need no line of the console.
      if (told.get(code) === severity || code === "events.recent") continue;
      told.set(code, severity);
      const head = `reshelf: ${code}${count > 1 ? ` (${count})` : ""}: ${message}`;
      console[WRITES[severity]]([head, ...examples].join("\n  "));
    }
    if (!found.some(({ code }) => code === "session.over")) again();
  };
  again();
}
