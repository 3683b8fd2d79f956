// The ledger as it is kept, and what may be drawn on it: one token an epoch, until the cap. No clock, no store: both come from
// outside, so that whoever keeps the record decides in one go. May use respond, and the package's errors and types.
import { messageOf, Refusal } from "../errors.js";
import { type Random, respond, weightsOf } from "./respond.js";
import type { Ledger, TasteToken } from "./types.js";

/** What is kept. Another version's is neither read nor replaced: a ledger made anew would be a budget made anew. */
export interface Kept {
  readonly version: 1;
  readonly spent: number;
  readonly epochs: readonly { readonly epoch: number; readonly epsilon: number }[];
  readonly token: TasteToken | null;
  /** The end of the newest epoch in which a token was drawn, in milliseconds. */
  readonly until: number;
}

export interface Terms {
  readonly epsilon: number;
  readonly days: number;
  readonly cap: number;
}

/** Whose token it would be: plain fields of what `Reranker.cluster` gave, not yet looked at. */
export interface Found {
  readonly cluster?: unknown;
  readonly clusters?: unknown;
  readonly model?: unknown;
}

const DAY = 86_400_000;
const MOST_CLUSTERS = 64;
const MOST = Number.MAX_VALUE;
/** Epochs that are listed by themselves. */
const MOST_EPOCHS = 64;
/** Sums of decimal fractions are not exact: three times 0.1 must fit into 0.3. */
const ROUNDING = 1 + 1e-9;

const EMPTY: Kept = { version: 1, spent: 0, epochs: [], token: null, until: 0 };

/** What is kept, if it is a ledger of this version. */
export function readKept(kept: unknown): Kept | Refusal {
  const ledger = (kept ?? EMPTY) as Kept;
  const sound =
    ledger.version === 1 &&
    isWithin(ledger.spent, 0, MOST) &&
    isWithin(ledger.until, 0, MOST) &&
    Array.isArray(ledger.epochs) &&
    (ledger.token === null || isOfCluster(ledger.token));
  return sound ? ledger : FOREIGN;
}

function isOfCluster(found: Found | undefined): found is { cluster: number; clusters: number; model: string } {
  const { cluster, clusters, model } = found ?? {};
  const whole = Number.isInteger(cluster) && Number.isInteger(clusters) && typeof model === "string";
  return whole && isWithin(clusters, 2, MOST_CLUSTERS) && isWithin(cluster, 0, clusters - 1);
}

/**
 * The token of the epoch in which `now` lies, or why there is none; and what is to be kept, where that is something new. The
 * epoch of the last token lasts until its end whatever the clock says: one that was put back gives no new draw.
 */
export function tokenOf(
  kept: unknown,
  found: Found,
  { epsilon, days, cap }: Terms,
  now: number,
  random: Random,
): { answer: TasteToken | Refusal; keep?: Kept } {
  const ledger = readKept(kept);
  if (ledger instanceof Refusal) return { answer: ledger };
  // Not `now < until`: a clock that is none gives no draw either.
  if (!(now >= ledger.until)) return { answer: ledger.token ?? FORGOTTEN };
  if (!isOfCluster(found)) return { answer: found.cluster === null ? NOTHING_SEEN : NO_CLUSTERS };
  const spent = ledger.spent + epsilon;
  if (spent > cap * ROUNDING) return { answer: SPENT };
  const { clusters, model } = found;
  const epoch = Math.floor(now / (days * DAY));
  try {
    const cluster = respond(weightsOf(epsilon, clusters), found.cluster, random);
    const token = { cluster, clusters, epsilon, epoch, model };
    const epochs = [...ledger.epochs, { epoch, epsilon }].slice(-MOST_EPOCHS);
    return { answer: token, keep: { version: 1, spent, epochs, token, until: (epoch + 1) * days * DAY } };
  } catch (error) {
    return {
      answer: new Refusal("token.random", `Nothing random can be drawn (${messageOf(error)}): there is no token.`),
    };
  }
}

/** What has been spent, as the page reads it. */
export function left({ spent, epochs, token, until }: Kept, cap: number, now: number): Ledger {
  const stands = !(now >= until);
  return {
    spent,
    cap,
    left: Math.max(0, cap - spent),
    epochs,
    token: stands ? token : null,
    until: stands ? until : 0,
  };
}

/** What is to be kept once the token that stands is forgotten. */
export function forgotten(kept: unknown): { answer: true | Refusal; keep?: Kept } {
  const ledger = readKept(kept);
  if (ledger instanceof Refusal) return { answer: ledger };
  return ledger.token ? { answer: true, keep: { ...ledger, token: null } } : { answer: true };
}

/** The terms of these options, or why there can be no token on them. */
export function termsOf(epsilon: unknown, days: unknown, cap: unknown): Terms | Refusal {
  if (!isWithin(epsilon, 0.1, 8)) return BAD_EPSILON;
  if (!isWithin(days, 1, 366)) return BAD_DAYS;
  if (!isWithin(cap, 0.1, MOST)) return BAD_CAP;
  return { epsilon, days, cap };
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return typeof value === "number" && least <= value && value <= most;
}

const BAD_EPSILON = new Refusal("argument.epsilon", "`epsilon` is a number from 0.1 to 8: there are no tokens.");
const BAD_DAYS = new Refusal("argument.epochDays", "`epochDays` is a number from 1 to 366: there are no tokens.");
const BAD_CAP = new Refusal("argument.cap", "`cap` is a number, 0.1 or more: there are no tokens.");
const FOREIGN = new Refusal(
  "token.version",
  "The ledger is damaged or of a newer version: what was spent is not known.",
);
const FORGOTTEN = new Refusal("token.forgotten", "The token was forgotten: the next epoch has another.");
const NOTHING_SEEN = new Refusal("token.session", "The model knows nothing of the session yet: ask again later.");
const NO_CLUSTERS = new Refusal("token.clusters", "No model with clusters is at work: train one with --clusters.");
const SPENT = new Refusal("token.spent", "One more token would go past the cap.");
export const NO_CONSENT = new Refusal(
  "token.consent",
  "The shopper has not agreed: call consent({ share: true }) then.",
);
