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
