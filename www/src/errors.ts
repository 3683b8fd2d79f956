// The package's one error class and how anything thrown becomes a reason that `info()` can show.
import type { Reason } from "./types.js";

/** An error with a stable code, `area.what`, and a message that names the fix. */
export class ReshelfError extends Error {
  override readonly name = "ReshelfError";

  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Says which global things a host lacks that browsers have; test environments leave some of them out. */
export function missing(names: readonly string[]): ReshelfError {
  return new ReshelfError(
    "host.missing",
    `${names.map((name) => `\`${name}\``).join(" and ")} ${names.length === 1 ? "is" : "are"} missing here. Jest's jsdom leaves out what ` +
      'browsers have: set `testEnvironment: "jest-fixed-jsdom"` in its config, or `testEnvironment: "node"` where a test needs no ' +
      "document; elsewhere define the global before loading.",
  );
}

/** What was thrown, as a reason. The engine's errors and ours bring their own code; anything else gets `code`. */
export function reasonFrom(thrown: unknown, code: string): Reason {
  const error = thrown as { code?: unknown; message?: unknown } | null | undefined;
  const message = typeof error?.message === "string" ? error.message : String(thrown);
  const own = error?.code;
  return { code: typeof own === "string" && own.includes(".") ? own : code, message };
}

/** True for what a WebAssembly module throws when it hits a trap: its state can no longer be trusted. */
export function isTrap(thrown: unknown): boolean {
  return thrown instanceof WebAssembly.RuntimeError;
}
