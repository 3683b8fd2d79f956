// The entry `reshelf/edge` for hosts whose own entry there is none: the HTML module is handed in (`html`). Puts the lists of a cached
// page in order before it reaches the shopper. Importing it does nothing. Uses types, errors and the HTML module's glue.
import { type Host, personalizeJsonWith, personalizeWith } from "./personalize.js";
import type { PersonalizeJsonOptions, PersonalizeOptions } from "./types.js";

export type * from "./types.js";

const HOST: Host = { html: null, large: false };

/**
 * An answer of the origin's in, the same with its lists in order out, by what the request says. Resolves before the body has ended,
 * and never rejects: whatever is wrong, the page comes as the origin sent it, and `Server-Timing` and `onReport` say why.
 */
export function personalize(origin: Response, options: PersonalizeOptions): Promise<Response> {
  return personalizeWith(HOST, origin, options);
}

/** The same for an answer in JSON that has a list: its elements change places, and not a byte else. */
export function personalizeJson(origin: Response, options: PersonalizeJsonOptions): Promise<Response> {
  return personalizeJsonWith(HOST, origin, options);
}
