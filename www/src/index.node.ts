// The package's entry for Node: as index.ts, but local files can be loaded too.
export { loadReranker } from "./load.node.js";
export { ReshelfError } from "./errors.js";
export type * from "./types.js";
