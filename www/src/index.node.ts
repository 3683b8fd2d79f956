// The package's entry for Node: as index.ts, but local files can be loaded too.

export { ReshelfError } from "./errors.js";
export { loadReranker } from "./load.node.js";
export type * from "./types.js";
