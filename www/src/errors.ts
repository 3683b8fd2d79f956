// The package's one error class, how anything thrown becomes a reason that `info()` can show, and how reasons are counted.
import type { Reason, Refused } from "./types.js";

/** Characters of a foreign message that are kept: whoever throws may put a whole document into it. */
const MOST_MESSAGE = 500;

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

/** What was thrown, as a reason. The engine's errors and ours bring their own code; anything else gets `code`. Never throws. */
export function reasonFrom(thrown: unknown, code: string): Reason {
  try {
    const own = (thrown as { code?: unknown } | null | undefined)?.code;
    return { code: typeof own === "string" && own.includes(".") ? own : code, message: messageOf(thrown) };
  } catch {
    return { code, message: messageOf(thrown) };
  }
}

/** What was thrown, in words. Never throws, although what callers throw may be a proxy or have a getter that does. */
export function messageOf(thrown: unknown): string {
  try {
    const message = (thrown as { message?: unknown } | null | undefined)?.message;
    return (typeof message === "string" ? message : String(thrown)).slice(0, MOST_MESSAGE);
  } catch {
    return "something that has no message";
  }
}

/**
 * True for what a WebAssembly module throws when it hits a trap, or runs out of stack: its state can no longer be trusted.
 * To be asked of what the engine threw, not of what a caller's own code did.
 */
export function isTrap(thrown: unknown): boolean {
  if (thrown instanceof WebAssembly.RuntimeError) return true;
  return thrown instanceof Error && /call stack|too much recursion/i.test(thrown.message);
}

/** Counts what was refused and keeps the last reason. */
export class Tally {
  #count = 0;
  #reason: Reason | null = null;

  note(reason: Reason | null): void {
    this.#count += 1;
    this.#reason = reason;
  }

  clear(): void {
    this.#count = 0;
    this.#reason = null;
  }

  get seen(): Refused {
    return { count: this.#count, reason: this.#reason };
  }
}
