// The one place where what a caller's own code throws, in a getter, an iterator or a method, becomes an error of ours. Uses errors.
import { messageOf, ReshelfError } from "../errors.js";
import type { ErrorCode } from "../types.js";

/**
 * What `call` gives, or its promise. What it throws or rejects with is a `ReshelfError`: its own where it is one, else one of this code
 * that begins with what is to be passed.
 */
export function guarded<T>(code: ErrorCode, pass: string, call: () => T): T {
  const fail = (error: unknown): never => {
    if (error instanceof ReshelfError) throw error;
    throw new ReshelfError(code, `${pass} What was passed threw (${messageOf(error)}).`, { cause: error });
  };
  try {
    const given = call();
    return given instanceof Promise ? (given.catch(fail) as T) : given;
  } catch (error) {
    return fail(error);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The most entries of a list that is looked at or written down: it may have no end, or holes to 2^32. */
export const MOST = 100_000;
