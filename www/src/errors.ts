// The package's one error class, and how anything thrown becomes a reason that `info()` can show.
/// <reference lib="es2022.error" preserve="true" />
import type { ErrorCode, Reason } from "./types.js";

/** Characters of a foreign message that are kept: whoever throws may put a whole document into it. */
const MOST_MESSAGE = 500;

/** What a sentence is made of. */
export type Facts = Readonly<Record<string, string>>;

/** An error with a stable code, `area.what`, and a message that names the fix. */
export class ReshelfError extends Error {
  override readonly name = "ReshelfError";

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * A reason in the place of a value, or thrown to become the reason why a model does not load. One with facts has no message yet: the
 * sentence that they belong to is fetched when there is something to say (core/reasons.ts).
 */
export class Refusal implements Reason {
  readonly message: string;
  readonly facts: Facts;

  constructor(
    readonly code: ErrorCode,
    said: string | Facts = {},
  ) {
    [this.message, this.facts] = typeof said === "string" ? [said, {}] : ["", said];
  }
}

/** Says which global things a host lacks that browsers have; test environments leave some of them out. */
export function missing(...names: string[]): Refusal {
  return new Refusal("host.missing", { names: names.join(" ") });
}

/** What the engine throws begins with a code of its own. Callers' code may throw any text. */
const OF_ENGINE = /^(artifact|event|row|snapshot)\.[a-z]+(\n|$)/;

/**
 * What the engine threw, as a reason of ours: the engine throws a text, the code and what belongs into the sentence, a name and
 * numbers, parted by line feeds. Anything else comes back as it is.
 */
export function fromEngine(thrown: unknown): unknown {
  if (typeof thrown !== "string" || !OF_ENGINE.test(thrown)) return thrown;
  const [code = "", name = "", at = "", of = ""] = thrown.split("\n");
  return new Refusal(code as ErrorCode, { name, at, of });
}

/** What was thrown, as a reason. The engine's errors and ours bring their own code; anything else gets `code`. Never throws. */
export function reasonFrom(given: unknown, code: ErrorCode): Refusal {
  const thrown = fromEngine(given);
  if (thrown instanceof Refusal) return thrown;
  const own = field(thrown, "code");
  return new Refusal(
    typeof own === "string" && own.includes(".") ? (own as ErrorCode) : code,
    factsOf(thrown) ?? (own ? messageOf(thrown) : { why: messageOf(thrown) }),
  );
}

/** What a sentence is made of, by its shape: what is fetched by itself has a class of its own, and anybody may throw the like. */
function factsOf(thrown: unknown): Facts | undefined {
  try {
    const facts = field(thrown, "facts") as Facts;
    if (!messageOf(thrown) && typeof facts === "object")
      return Object.fromEntries(Object.entries(facts).filter(([, fact]) => typeof fact === "string"));
  } catch {}
  return undefined;
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
