/**
 * What the shop wants of its lists: a policy as text, kept in this browser as a real shop's server would keep it, and the storefront's
 * door to `reshelf/slate`, which makes rules of it.
 */
import type { PinRule, Policy, PolicyDefinition, PolicyMaker, Rule } from "/reshelf/slate/index.js";
import type { Product } from "./shop.js";
import { readJson, writeJson } from "./storage.js";

const KEPT = "shop.policy";

/** A policy without a rule. */
export const NO_RULES = '{\n  "rules": []\n}';

export interface Written {
  /** JSON, or what somebody is about to make JSON of. */
  readonly text: string;
  /** Whether the shop's category pages go by it. */
  readonly on: boolean;
}

export function readWritten(): Written {
  const kept = readJson("browser", KEPT) as Partial<Written> | null;
  return { text: typeof kept?.text === "string" ? kept.text : NO_RULES, on: kept?.on === true };
}

export function keepWritten(written: Written): void {
  writeJson("browser", KEPT, written);
}

/** What rules may ask of a product beside what every shop has. */
const fields = {
  colour: "colour",
  reviews: "reviews",
  department: ({ category }: Product): string | undefined => category.split("/")[0],
  isNew: ({ rating }: Product): boolean => rating === null,
};

export type Compile = (definition: unknown) => Policy;

/** What makes a policy of a definition, and tells what is wrong with it in `problems`. Null where the package has not come. */
export async function loadCompile(): Promise<Compile | null> {
  try {
    const { policy } = (await import("/reshelf/slate/index.js")) as { policy: PolicyMaker };
    return (definition) => policy(definition as Parameters<PolicyMaker>[0], { fields });
  } catch {
    return null;
  }
}

/** The JSON of a policy's text, or why it is none. */
export function parsed(text: string): { readonly definition: unknown } | { readonly trouble: string } {
  try {
    return { definition: JSON.parse(text) as unknown };
  } catch (error) {
    return { trouble: error instanceof Error ? error.message : String(error) };
  }
}

/** The name of a category's page, for rules that count there alone (`pages`). */
export const pageOf = (slug: string): string => `category/${slug}`;

/** The rules of whatever somebody wrote; what is none is left to `policy.check`. */
export function rulesOf(definition: unknown): readonly Rule[] {
  const rules = (definition as PolicyDefinition | null)?.rules;
  return Array.isArray(rules) ? rules : [];
}

/** The place to which a rule pins a product on a page; null where none does. */
export function pinnedAt(definition: unknown, item: string, page: string): number | null {
  const pin = rulesOf(definition).find((rule) => isPinOf(rule, item, page));
  return pin === undefined ? null : (pinOn(pin, page)?.position ?? null);
}

/** A rule as a pin that counts on this page; null where it is none. */
export function pinOn(rule: Rule | null, page: string): PinRule | null {
  return rule?.kind === "pin" && (!Array.isArray(rule.pages) || rule.pages.includes(page)) ? rule : null;
}

export function isPinOf(rule: Rule | null, item: string, page: string): boolean {
  const pin = pinOn(rule, page);
  return pin !== null && String(pin.item) === item;
}
