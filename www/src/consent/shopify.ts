// Shopify's Customer Privacy API: `Shopify.customerPrivacy`, which themes and apps load when they need it. Uses reads of the page.
import { call, field, has } from "../page/read.js";
import { whenThere } from "../page/times.js";
import { type Asked, answerTo, type ConsentSource, scopeOf } from "./answers.js";

/** What Shopify asks for, by the names of its `customerPrivacy`. */
export type ShopifyPurpose = "preferences" | "analytics" | "marketing" | "saleOfData";

/** Which purposes are asked for. */
export interface ShopifyConsentOptions extends Asked<ShopifyPurpose> {
  /** Purposes that must be allowed for `store`: `preferences` when left out. */
  readonly store?: readonly ShopifyPurpose[] | null | undefined;
}

/**
 * Reads the choice from `Shopify.customerPrivacy` when it has loaded, and after each `visitorConsentCollected`. What is allowed
 * where no consent is needed is granted. What is not allowed is refused only if the visitor said so: before she is asked,
 * nothing is told.
 */
export function shopifyConsent(options?: ShopifyConsentOptions | null): ConsentSource {
  return (tell) => {
    const scope = scopeOf(options);
    const page = field(scope, "document");
    const privacy = () => field(scope, "Shopify", "customerPrivacy");
    const read = (answered: boolean) => {
      const said = call(privacy(), "currentVisitorConsent");
      const granted = (purpose: string) => {
        // Some of its methods say what they are of, some do not: preferencesProcessingAllowed, marketingAllowed.
        const allowed = call(privacy(), `${purpose}ProcessingAllowed`) ?? call(privacy(), `${purpose}Allowed`);
        const name = purpose.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
        return allowed === false && !answered && field(said, name) !== "no" ? undefined : allowed;
      };
      tell(answerTo(options, ["preferences"], granted));
    };
    const collected = () => read(true);
    const loaded = () => read(false);
    const events = (method: string) => {
      call(page, method, "visitorConsentCollected", collected);
      call(page, method, "shopifyCustomerPrivacyApiLoaded", loaded);
    };
    events("addEventListener");
    const rest = whenThere(() => {
      const there = has(privacy(), "preferencesProcessingAllowed");
      if (there) loaded();
      return there;
    });
    return () => {
      rest();
      events("removeEventListener");
    };
  };
}
