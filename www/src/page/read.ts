// Reads of what is not ours: globals, pushes and payloads of other scripts, whose getters, proxies and shapes may be anything.
// Nothing here throws. Ground of the entries that stand beside such scripts; uses nothing.

/** A field of a field of anything at all; undefined where there is none (nothing is thrown for that), or reading it throws. */
export function field(of: unknown, ...path: readonly string[]): unknown {
  try {
    for (const name of path) of = (of as Record<string, unknown> | null | undefined)?.[name];
    return of;
  } catch {
    return undefined;
  }
}

/** Whether something has a method of this name. */
export function has(of: unknown, name: string): boolean {
  return typeof field(of, name) === "function";
}

/** Runs what may throw, or return a promise that fails, of whatever realm or library: `failed` is told of both. */
export function attempt(run: () => unknown, failed: () => void = () => {}): unknown {
  try {
    const answer = run();
    if (has(answer, "then")) Promise.resolve(answer).catch(failed);
    return answer;
  } catch {
    return failed();
  }
}

/** Calls a method of something foreign, if it has it. */
export function call(of: unknown, name: string, ...given: readonly unknown[]): unknown {
  return attempt(() => (of as Record<string, (...given: readonly unknown[]) => unknown>)[name]?.(...given));
}

/** Text, or a number as text, cut at a whole character and trimmed; empty for anything else. */
export function textOf(value: unknown, most: number): string {
  const text = typeof value === "number" || typeof value === "bigint" ? `${value}` : value;
  return typeof text === "string"
    ? text
        .slice(0, most)
        .replace(/[\ud800-\udbff]$/, "")
        .trim()
    : "";
}
