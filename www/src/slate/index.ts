// `reshelf/slate`: what a shop wants of a list, as rules that merchandisers write. A definition is plain JSON; compiled, it is handed to
// `rerank`, which reaches it through a door (door.ts): nothing of this is in the page's facade. May use arguments, engine, errors, types.
import { CROSSED } from "../door.js";
import type { PolicyProblem } from "../types.js";
import { arrived, compile } from "./policy.js";
import type { Policy, PolicyDefinition, PolicyOptions } from "./types.js";

export type * from "./types.js";

/** Compiles policies, and checks them. */
export interface PolicyMaker {
  /**
   * A policy for `rerank(list, { policy })`. Never throws: what is wrong is left out, and stands in `problems`, with the rule and the way
   * out; the rest works.
   */
  <C = unknown>(this: void, definition: PolicyDefinition, options?: PolicyOptions<C> | null): Policy;
  /** The problems alone; of anything, since policies come from forms and files. Empty where all is well. Never throws. */
  check(this: void, definition: unknown, options?: PolicyOptions<never> | null): readonly PolicyProblem[];
}

/** Compiles a policy. */
export const policy: PolicyMaker = /* @__PURE__ */ Object.assign(compile, {
  [CROSSED]: arrived,
  check: (definition: unknown, options?: PolicyOptions<never> | null) => compile(definition, options).problems,
});
