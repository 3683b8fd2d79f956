// The IAB's Transparency and Consent Framework, version 2 (2.0 to 2.3): what its `__tcfapi` tells. Uses reads of the page.
import { call, field, has } from "../page/read.js";
import { whenThere } from "../page/times.js";
import { type Asked, answerTo, type ConsentSource, scopeOf } from "./answers.js";

/** Which purposes of the framework are asked for, by their numbers, and whose consents count. */
export interface TcfOptions extends Asked<number> {
  /** Purposes that must have consent for `store`: 1, storing on a device, when left out. */
  readonly store?: readonly number[] | null | undefined;
  /**
   * Whose consents count: those that vendors have (`"purpose"`, when left out), which every platform fills, or the shop's own
   * (`"publisher"`), where its platform fills those.
   */
  readonly consents?: "purpose" | "publisher" | null | undefined;
}

/**
 * Reads the choice from `__tcfapi`, its stub included, which keeps the request until the platform has loaded. What a platform
 * tells while it asks (`cmpuishown`) is no answer. Where the GDPR does not apply, all that is asked is granted.
 */
export function tcf(options?: TcfOptions | null): ConsentSource {
  return (tell) => {
    const scope = scopeOf(options);
    const part = field(options, "consents") === "publisher" ? "publisher" : "purpose";
    let live = true;
    let listener: unknown;
    const leave = () => {
      if (listener !== undefined) call(scope, "__tcfapi", "removeEventListener", 2, () => {}, listener);
    };
    const hear = (data: unknown, success: unknown) => {
      listener = field(data, "listenerId") ?? listener;
      if (!live) return leave(); // A stub answers when the platform has come, which may be after the end.
      const free = field(data, "gdprApplies") === false;
      const status = field(data, "eventStatus");
      if (success !== true || !(free || status === "tcloaded" || status === "useractioncomplete")) return;
      tell(answerTo(options, [1], (purpose) => free || field(data, part, "consents", purpose) === true));
    };
    const look = () => {
      if (!has(scope, "__tcfapi")) return false;
      call(scope, "__tcfapi", "addEventListener", 2, hear);
      return true;
    };
    const rest = whenThere(look);
    return () => {
      live = false;
      rest();
      leave();
    };
  };
}
