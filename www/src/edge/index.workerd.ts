// The entry for workerd, which compiles nothing at run time: as index.ts, with the HTML module imported.
import html from "../html/reshelf_html_bg.wasm";
import { type Host, personalizeJsonWith, personalizeWith } from "./personalize.js";
import type { PersonalizeJsonOptions, PersonalizeOptions } from "./types.js";

export type * from "./types.js";

const HOST: Host = { html, large: true };

/** As in index.ts. */
export function personalize(origin: Response, options: PersonalizeOptions): Promise<Response> {
  return personalizeWith(HOST, origin, options);
}

/** As in index.ts. */
export function personalizeJson(origin: Response, options: PersonalizeJsonOptions): Promise<Response> {
  return personalizeJsonWith(HOST, origin, options);
}
