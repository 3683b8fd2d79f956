// The package's one error class, how anything thrown becomes a reason that `info()` can show, and how reasons are counted.
/// <reference lib="es2022.error" preserve="true" />
import type { ErrorCode, Reason, Refused } from "./types.js";

/** Characters of a foreign message that are kept: whoever throws may put a whole document into it. */
const MOST_MESSAGE = 500;

/**
 * An error with a stable code, `area.what`, and a message that names the fix. While a model loads an error is thrown with the
 * facts alone; the sentence that they belong to is fetched when somebody is to read it (`explain`).
 */
export class ReshelfError extends Error {
  override readonly name = "ReshelfError";

  constructor(
    readonly code: ErrorCode,
    readonly facts: string | Readonly<Record<string, string>>,
    options?: ErrorOptions,
  ) {
    super(typeof facts === "string" ? facts : code, options);
  }
}

/** Says which global things a host lacks that browsers have; test environments leave some of them out. */
export function missing(...names: string[]): ReshelfError {
  return new ReshelfError("host.missing", { names: names.join(" ") });
}

/** What the engine may refuse in the middle of a visit, by code. Where the facade refuses the same, the words are the same. */
const REFUSALS: Partial<Record<string, string>> = {
  "event.item": "An item needs an `id`: text, a whole number or a BigInt.",
  "event.time": "`at` is milliseconds since 1970, or a Date.",
  "event.amount": "`seconds` and `position` are numbers from 0.",
  "row.id": "An id may have 65535 bytes: pass a shorter one.",
  "row.length": "A row is cut off or too long: send it as `reshelf rows` wrote it.",
  "row.foreign": "A row is of another version: export it again with `reshelf rows`.",
  "row.model": "A row is of another model: export it again with `reshelf rows`.",
  "row.value": "A row is damaged: export it again with `reshelf rows`.",
  "row.full": "Too many items outside the model: forget some.",
  "snapshot.foreign": "The snapshot is of another version: drop it.",
  "snapshot.damaged": "The snapshot is damaged: drop it.",
};

/** What the engine throws begins with a code of its own. Callers' code may throw any text. */
const OF_ENGINE = /^(artifact|event|row|snapshot)\.[a-z]+(\n|$)/;

/**
 * What the engine threw, as an error of ours: the engine throws a text, the code and what belongs into the sentence, a name and
 * numbers, parted by line feeds. Anything else comes back as it is.
 */
export function fromEngine(thrown: unknown): unknown {
  if (typeof thrown !== "string" || !OF_ENGINE.test(thrown)) return thrown;
  const [code = "", name = "", at = "", of = ""] = thrown.split("\n");
  return new ReshelfError(code as ErrorCode, REFUSALS[code] ?? { name, at, of });
}

/** What was thrown, as a reason. The engine's errors and ours bring their own code; anything else gets `code`. Never throws. */
export function reasonFrom(given: unknown, code: ErrorCode): Reason {
  const thrown = fromEngine(given);
  const own = field(thrown, "code");
  return new Refusal(typeof own === "string" && own.includes(".") ? (own as ErrorCode) : code, messageOf(thrown));
}

/** What was thrown, in words. Never throws, although what callers throw may be a proxy or have a getter that does. */
export function messageOf(thrown: unknown): string {
  const message = field(thrown, "message");
  try {
    return (typeof message === "string" ? message : String(thrown)).slice(0, MOST_MESSAGE);
  } catch {
    return "no message";
  }
}

/** A field of anything at all; undefined where there is none, or reading it throws. */
export function field(of: unknown, name: PropertyKey): unknown {
  try {
    // Of nothing there is none: to throw for that would cost more than the rest of a call.
    return (of as Record<PropertyKey, unknown> | null | undefined)?.[name as string];
  } catch {
    return undefined;
  }
}

/**
 * True for what a WebAssembly module throws when it hits a trap, or runs out of stack within: its state can no longer be trusted.
 * To be asked of what the engine threw, not of what a caller's own code did.
 */
export function isTrap(thrown: unknown): boolean {
  if (thrown instanceof WebAssembly.RuntimeError) return true;
  const overflow = thrown instanceof Error && /call stack|too much recursion/i.test(thrown.message);
  return overflow && /wasm-function|wasm:\/\//.test(thrown.stack ?? "");
}

/** A reason in the place of a value. */
export class Refusal implements Reason {
  constructor(
    readonly code: ErrorCode,
    readonly message: string,
  ) {}
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
    return { count: this.#count, reason: this.#reason && { ...this.#reason } };
  }
}
