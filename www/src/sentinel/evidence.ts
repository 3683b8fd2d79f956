// What speaks for a model and against it, as two tests that may be read after every event (Waudby-Smith and Ramdas 2024, "Estimating
// means of bounded random variables by betting"): each holds a stake that grows with what chance would rarely bring. Uses nothing.

/** What one event added, by its number: forgetting it takes away that and all that came after. */
export interface Evidence {
  readonly event: number;
  /** Whether it was among the items that the model had expected; null where the model had not been asked in time. */
  readonly hit: boolean | null;
  /** The share of the catalogue that was expected. */
  readonly share: number;
  /** What the click's place was worth to the server's order less what it was worth to the model's, -1 to 1; null if it was no click. */
  readonly loss: number | null;
}

/** Where an earlier page left off. */
export interface Standing {
  /** The logarithm of the stake on "the model knows what comes next". */
  readonly helps: number;
  /** The logarithm of the stake on "the server had it better". */
  readonly harms: number;
  readonly trusted: boolean;
}

/** Chance brings a stake to 20 once in 20 sessions at most. */
const CONVINCED = Math.log(20);

/** How often the next item is among those expected, if the model is of this shop: four times in ten at least, on the public logs. */
const HIT_RATE = 0.4;

/** Popular items are met more often than others whatever a model knows: chance is taken for three times the share expected. */
const POPULAR = 3;

/** The part of the stake that is bet on each click. */
const BET = 0.5;

/** Where the evidence leads from a standing. */
export function standing(start: Standing, evidence: readonly Evidence[]): Standing {
  let { helps, harms, trusted } = start;
  for (const { hit, share, loss } of evidence) {
    if (hit !== null) {
      const chance = Math.min(POPULAR * share, HIT_RATE);
      helps += hit ? Math.log(HIT_RATE / chance) : Math.log((1 - HIT_RATE) / (1 - chance));
      // No further than conviction: a session that turns must be able to turn it.
      helps = Math.max(-CONVINCED, Math.min(CONVINCED, helps));
      trusted = trusted ? helps > -CONVINCED : helps >= CONVINCED;
    }
    // Only a list that stood in the model's order can show that this harms.
    if (loss !== null && trusted) harms = Math.max(0, harms + Math.log(1 + BET * loss));
  }
  return { helps, harms, trusted };
}

/** Whether it is settled that the model knows nothing of this session. */
export const isForeign = ({ helps }: Standing): boolean => helps <= -CONVINCED;

/** Whether it is settled that the server's order is the better one. */
export const isWorse = ({ harms }: Standing): boolean => harms >= CONVINCED;

/** How many items of a catalogue the model is asked to expect: a fiftieth. */
export const expected = (items: number): number => Math.max(10, Math.min(200, Math.ceil(items / 50)));

/** What a place, counted from 1, is worth: as in NDCG@10. */
export const worth = (place: number): number => (place <= 10 ? 1 / Math.log2(place + 1) : 0);
