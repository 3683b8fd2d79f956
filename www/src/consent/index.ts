// The entry `reshelf/consent`: the choice that the page has asked for already, told to a reranker. It asks nobody, stores nothing
// and sends nothing; without it a session lives in memory, which needs no consent. Uses reads of the page.
import { attempt, field } from "../page/read.js";
import { onAbort } from "../page/times.js";
import type { ConsentChoice, ConsentSource, TellConsent } from "./answers.js";

export type { Asked, ConsentChoice, ConsentSource, TellConsent } from "./answers.js";
export { type GoogleConsentOptions, googleConsent } from "./google.js";
export { type ShopifyConsentOptions, type ShopifyPurpose, shopifyConsent } from "./shopify.js";
export { type TcfOptions, tcf } from "./tcf.js";

/** How long a source is followed. */
export interface FollowConsentOptions {
  /** Aborting it stops. */
  readonly signal?: AbortSignal | null | undefined;
}

/**
 * Tells a reranker each choice of a source: a no as often as the source says it, since another tab or the page itself may have told a
 * yes in between; a yes only where the source has changed its mind, since it may be repeating an old one. Never throws.
 * @returns what stops it; the last choice stands.
 */
export function followConsent(
  reranker: { consent(choice: ConsentChoice): unknown },
  source: ConsentSource,
  options?: FollowConsentOptions | null,
): () => void {
  const told: { store?: boolean; share?: boolean } = {};
  let live = true;
  let telling = false;
  let end: unknown;
  let letGo = () => {};

  const tell: TellConsent = (answer) => {
    const choice: { store?: boolean; share?: boolean } = {};
    for (const name of ["store", "share"] as const) {
      const said = name === "store" && typeof answer === "boolean" ? answer : field(answer, name);
      if (!live || typeof said !== "boolean") continue;
      if (said !== told[name] || (!said && !telling)) choice[name] = told[name] = said;
    }
    if (Object.keys(choice).length === 0) return;
    telling = true;
    attempt(() => reranker.consent(choice));
    telling = false;
  };
  const stop = () => {
    live = false;
    letGo();
    const ends = end;
    end = undefined;
    if (typeof ends === "function") attempt(() => ends());
  };

  letGo = onAbort(field(options, "signal"), stop);
  if (live) end = attempt(() => source(tell));
  if (!live) stop(); // It was stopped before it began, or while it did.
  return stop;
}
