// Google's Consent Mode, as it stands in `dataLayer`: the consent commands that `gtag` pushed before us, and those to come. Uses
// reads of the page.
import { followPushes } from "../page/pushes.js";
import { field, has } from "../page/read.js";
import { whenThere } from "../page/times.js";
import { type Asked, answerTo, type ConsentSource, keysOf, scopeOf } from "./answers.js";

/** Which types of consent are asked for. */
export interface GoogleConsentOptions extends Asked<string> {
  /** Types of consent that must be granted for `store`: `personalization_storage` when left out. */
  readonly store?: readonly string[] | null | undefined;
}

/**
 * Reads the choice from `gtag("consent", "default" | "update", …)`. An update is the shopper's answer. A default is the shop's
 * word: one that grants counts until there is an update; one that denies is no answer, since pages set it before they know what
 * the shopper has chosen. Where the shopper is nobody here knows: a default for regions that denies keeps any other from
 * granting, and one that grants is passed over.
 */
export function googleConsent(options?: GoogleConsentOptions | null): ConsentSource {
  return (tell) => {
    const updated = new Map<string, boolean>();
    const byDefault = new Map<string, boolean>();
    const deniedSomewhere = new Set<string>();
    const keys = [...keysOf(options, "store", DEFAULT), ...keysOf(options, "share", [])];

    const command = (entry: unknown) => {
      const kind = field(entry, "1");
      const settings = field(entry, "2");
      if (field(entry, "0") !== "consent" || (kind !== "default" && kind !== "update")) return;
      const regional = kind === "default" && field(settings, "region") != null;
      for (const key of keys) {
        const value = field(settings, key);
        if (value !== "granted" && value !== "denied") continue;
        const granted = value === "granted";
        if (!regional) (kind === "update" ? updated : byDefault).set(key, granted);
        else if (!granted) deniedSomewhere.add(key);
      }
    };
    const granted = (key: string) =>
      updated.get(key) ?? ((byDefault.get(key) && !deniedSomewhere.has(key)) || undefined);

    let stop = () => {};
    const rest = whenThere(() => {
      const layer = field(scopeOf(options), "dataLayer");
      if (!has(layer, "push")) return false;
      // A batch counts as a whole: what a page said first and took back is not told.
      const take = (entries: readonly unknown[]) => {
        entries.forEach(command);
        tell(answerTo(options, DEFAULT, granted));
      };
      const followed = followPushes(layer, take);
      stop = followed.stop;
      followed.replay();
      return true;
    });
    return () => {
      rest();
      stop();
    };
  };
}

const DEFAULT = ["personalization_storage"];
