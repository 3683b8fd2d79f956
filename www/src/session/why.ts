// Why a session is kept in memory alone, or why some of it is lost, in words. May use errors and types.
import { field, messageOf, Refusal } from "../errors.js";

export const NO_CONSENT = new Refusal(
  "store.consent",
  "Nothing is stored before consent({ store: true }): the session lives in memory.",
);
export const DAMAGED = new Refusal("store.damaged", "Part of what was stored is damaged and dropped: the rest counts.");
export const NO_KEY = new Refusal(
  "store.key",
  "The key of what was stored is lost, and the session with it: it begins anew.",
);
export const SLOW = new Refusal("store.slow", "The store did not answer in time: what it holds counts once it does.");
export const NEWER = new Refusal(
  "store.version",
  "A newer version of the package keeps the session here: the session lives in memory.",
);

/** What the platform lacks, such as IndexedDB in Node or `crypto.subtle` in a page without https. */
export function unsupported(name: string): Refusal {
  return new Refusal("store.unsupported", `There is no ${name} here: the session lives in memory.`);
}

const QUOTA = new Refusal("store.quota", "The device has no room left: the session goes on in memory.");
const BLOCKED = new Refusal(
  "store.blocked",
  "The browser lets this page store nothing (its settings, or a private window): the session lives in memory.",
);

const BY_NAME: Partial<Record<string, Refusal>> = {
  QuotaExceededError: QUOTA,
  NS_ERROR_DOM_QUOTA_REACHED: QUOTA,
  VersionError: NEWER,
  SecurityError: BLOCKED,
  InvalidStateError: BLOCKED,
  NotAllowedError: BLOCKED,
};

/** What a store threw, as a reason. */
export function whyNot(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  return (
    BY_NAME[String(field(thrown, "name"))] ??
    new Refusal("store.failed", `The store failed (${messageOf(thrown)}): the session goes on in memory.`)
  );
}
