// How findings are written. May use types.
import type { Finding, FindingCode, Severity } from "../types.js";

/** So many examples of each, and so many characters of one: an id may have 65,535. */
const MOST_EXAMPLES = 5;
const MOST_CHARACTERS = 80;

export function finding(
  severity: Severity,
  code: FindingCode,
  count: number,
  message: string,
  examples: Iterable<string> = [],
): Finding {
  const some = [...new Set(examples)].slice(0, MOST_EXAMPLES);
  return { code, severity, message, examples: some, count };
}

/** An id or another text of the page's, for an example. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text);
}

export function percent(part: number, whole: number): string {
  return `${Math.round((100 * part) / whole)} %`;
}
