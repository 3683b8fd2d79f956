// Reasons in words, and counted. The sentences (words/) are fetched once there is something to say; until they are there, and where
// they cannot be fetched, the facts stand alone.
import type { Refusal } from "../errors.js";
import { importWords } from "../files.js";
import type { Reason, Refused } from "../types.js";
import { within } from "../waiting.js";

let words: Awaited<ReturnType<typeof importWords>> | undefined;
let arrives: Promise<void> | undefined;

/** Milliseconds that a load which failed waits for the sentences: the facts can stand alone until they are there. */
const PATIENCE = 2000;

/** Has the sentences fetched, once. Never rejects. */
export function bringWords(): Promise<void> {
  const fetches = async () => {
    words = await importWords();
  };
  return (arrives ??= within(fetches(), null, PATIENCE).catch(() => undefined));
}

/** A reason as the caller sees it, who may write to it. */
export function tell(reason: Reason & Partial<Refusal>): Reason {
  const { code, message, facts = {} } = reason;
  if (message) return { code, message };
  bringWords();
  const bare = [...Object.values(facts), `${code} in docs/errors.md says more`].filter(Boolean).join(", ");
  return { code, message: words?.sentence(code, facts) ?? bare.replace(/\p{Cc}/gu, "") };
}

/** What was said last: several lists on a page, or a component that is drawn twice, load alike and fail alike. */
let said: string | undefined;

/** Tells the developer, once, who sees a list that stays as it was and nothing else. */
export async function warn(reason: Reason, quiet: unknown): Promise<void> {
  if (quiet === true) return;
  await bringWords();
  const { code, message } = tell(reason);
  if (said !== message) console.warn(`reshelf: ${(said = message)} (${code}; lists keep the server's order)`);
}

/** Counts what was refused and keeps the last reason. */
export class Tally {
  #count = 0;
  #reason: Reason | null = null;

  note(reason: Reason | null): void {
    bringWords();
    this.#count += 1;
    this.#reason = reason;
  }

  clear(): void {
    this.#count = 0;
    this.#reason = null;
  }

  get seen(): Refused {
    return { count: this.#count, reason: this.#reason && tell(this.#reason) };
  }
}
