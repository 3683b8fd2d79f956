// A door from one of the package's entries to another, which lie in bundles of their own and meet in the caller's objects alone. It
// is no part of the public interface.

/** Under this name a reranker has a function: an item's row by its id, null for an item that its model's table does not hold. */
export const ROW_OF = /* @__PURE__ */ Symbol.for("reshelf.rowOf");

export type RowOf = (id: string) => Uint8Array | null | undefined;
