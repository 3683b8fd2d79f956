// The entry for Node, Deno and Bun: as index.ts, with the HTML module read from beside the package's own files when it is needed.
import { readFile } from "node:fs/promises";
import { type Host, personalizeJsonWith, personalizeWith } from "./personalize.js";
import type { PersonalizeJsonOptions, PersonalizeOptions } from "./types.js";

export type * from "./types.js";

// Put together as it runs, so that no bundler takes it for a file to be published for browsers.
const FILE = ["..", "html", "reshelf_html_bg.wasm"];
const HOST: Host = { html: () => readFile(new URL(FILE.join("/"), import.meta.url)), large: false };

/** As in index.ts. */
export function personalize(origin: Response, options: PersonalizeOptions): Promise<Response> {
  return personalizeWith(HOST, origin, options);
}

/** As in index.ts. */
export function personalizeJson(origin: Response, options: PersonalizeJsonOptions): Promise<Response> {
  return personalizeJsonWith(HOST, origin, options);
}
