// What a source tells, and how the shop says what must be granted for it. Uses reads of the page.
import { field } from "../page/read.js";

/** What the shopper allows; what a choice does not name stays as it was. */
export interface ConsentChoice {
  /** The session may be kept on this device. */
  readonly store?: boolean;
  /** A taste token may be sent. No reader tells it unless the shop says what stands for it. */
  readonly share?: boolean;
}

/** Takes an answer: a choice, or a boolean for `store` alone. Anything else tells nothing. */
export type TellConsent = (answer: ConsentChoice | boolean) => void;

/**
 * Where the shopper's choice comes from: tells each answer, at once and whenever it changes, until what it returns is called.
 * The readers of this package make one each; a function of the page's own is as good.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: a source that has nothing to end returns nothing.
export type ConsentSource = (tell: TellConsent) => (() => void) | void;

/** What must be granted, all of it. Null or an empty list is as not given. */
export interface Asked<Key> {
  /** What stands for keeping the session on this device; each reader says its default. */
  readonly store?: readonly Key[] | null | undefined;
  /** What stands for sending a taste token. Not given, `share` is never told. */
  readonly share?: readonly Key[] | null | undefined;
  /** Where the globals are looked for; `globalThis` when left out. */
  readonly scope?: object | null | undefined;
}

/**
 * The answer to what was asked: false where one thing was refused, true where all were granted. What has no answer yet is not
 * told, and neither is a whole that rests on it: the choice of an earlier page stands until the shopper makes another.
 */
export function answerTo(
  asked: unknown,
  byDefault: readonly (string | number)[],
  granted: (key: string) => unknown,
): ConsentChoice {
  const answer = (keys: readonly string[]): boolean | undefined => {
    const answers = keys.map(granted);
    if (answers.includes(false)) return false;
    return (answers.length > 0 && answers.every((each) => each === true)) || undefined;
  };
  const choice = { store: answer(keysOf(asked, "store", byDefault)), share: answer(keysOf(asked, "share", [])) };
  return choice as ConsentChoice;
}

/** What must be granted for a part of the choice. */
export function keysOf(asked: unknown, part: "store" | "share", byDefault: readonly (string | number)[]): string[] {
  const given = field(asked, part);
  return (Array.isArray(given) && given.length > 0 ? given.slice(0, 32) : byDefault).map(String);
}

/** The object on which a source finds its globals. */
export function scopeOf(asked: unknown): unknown {
  return field(asked, "scope") ?? globalThis;
}
