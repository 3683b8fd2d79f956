// The package's entry for browsers, workers and bundlers. Importing it does nothing; `loadReranker` does the work.

export { ReshelfError } from "./errors.js";
export { loadReranker } from "./load.js";
export type * from "./types.js";
