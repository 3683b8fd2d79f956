// The matchers, in the form that `expect.extend` of Vitest, Jest and Playwright shares. Uses errors, order and types.

import { field } from "../errors.js";
import type { ItemId } from "../types.js";
import {
  beginsWith,
  hasOrder,
  hasReason,
  hasRefused,
  idsOf,
  judged,
  keepsServerOrder,
  ranksBefore,
  readOptions,
  type Verdict,
  words,
} from "./order.js";
import type { OrderOptions } from "./types.js";

/** What a matcher returns. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** A locator of Playwright's, by what is used of it. */
interface Locator {
  evaluateAll(
    read: (elements: Element[], attribute: string) => (string | null)[],
    attribute: string,
  ): Promise<(string | null)[]>;
}

const PATIENCE = 5000;
/** Milliseconds between two looks at a page. */
const PAUSE = 50;

function resultOf(look: () => Verdict): MatcherResult {
  const verdict = judged(look);
  return {
    pass: verdict.pass,
    message: () => words(verdict),
    expected: verdict.expected,
    actual: verdict.actual,
  };
}

/** Judges a list at once, and a locator until it is as wanted or the time is over. */
function judge(
  context: unknown,
  received: unknown,
  options: OrderOptions | undefined,
  verdict: (ids: readonly string[]) => Verdict,
): MatcherResult | Promise<MatcherResult> {
  if (typeof field(received, "evaluateAll") !== "function") return resultOf(() => verdict(idsOf(received, options)));
  const { attribute, timeout } = judged(() => readOptions(options));
  // A runner says of the call what it is; Playwright's has a timeout for what is looked at until it holds.
  const patience = field(context, "timeout");
  const wanted = field(context, "isNot") !== true;
  const last = performance.now() + (timeout ?? (Number.isFinite(patience) ? (patience as number) : PATIENCE));
  const look = async (): Promise<MatcherResult> => {
    const read = (all: Element[], name: string) => all.map((each) => each.getAttribute(name));
    const ids = await (received as Locator).evaluateAll(read, attribute);
    const found = resultOf(() => verdict(ids.filter((id) => id !== null && id !== "") as string[]));
    if (found.pass === wanted || performance.now() >= last) return found;
    await new Promise((done) => setTimeout(done, PAUSE));
    return look();
  };
  return judged(look);
}

/**
 * For `expect.extend(matchers)`. Lists may be what `rerank` or `retrieve` returned, candidates, ids or elements; `toHaveOrder`,
 * `toBeginWith` and `toRankBefore` take Playwright's locators, too, and wait for them.
 */
export const matchers = {
  toHaveOrder(this: unknown, received: unknown, expected: readonly ItemId[], options?: OrderOptions) {
    return judge(this, received, options, (ids) => hasOrder(ids, expected));
  },
  toBeginWith(this: unknown, received: unknown, expected: readonly ItemId[], options?: OrderOptions) {
    return judge(this, received, options, (ids) => beginsWith(ids, expected));
  },
  toRankBefore(this: unknown, received: unknown, earlier: ItemId, later: ItemId, options?: OrderOptions) {
    return judge(this, received, options, (ids) => ranksBefore(ids, earlier, later));
  },
  toKeepServerOrder(received: unknown): MatcherResult {
    return resultOf(() => keepsServerOrder(received));
  },
  toHaveReason(received: unknown, code: string | null): MatcherResult {
    return resultOf(() => hasReason(received, code));
  },
  toHaveRefused(received: unknown, code: string): MatcherResult {
    return resultOf(() => hasRefused(received, code));
  },
};
