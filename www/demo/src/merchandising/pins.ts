/** A policy's definition as text, and with a pin or without: what dragging a tile writes. */
import type { PinRule, PolicyDefinition } from "/reshelf/slate/index.js";
import { isPinOf, pinOn, rulesOf } from "../policy.js";

export interface Pin {
  readonly item: string;
  /** For people: the product's title. */
  readonly name: string;
  /** Counted from 1. */
  readonly position: number;
  /** The one page on which it counts. */
  readonly page: string;
}

/** JSON with a line for each rule, as a merchandiser reads them. */
export function textOf(definition: PolicyDefinition): string {
  const { rules = [], ...rest } = definition;
  const line = (value: unknown): string => JSON.stringify(value, null, 1).replace(/\n\s*/g, " ");
  const parts = Object.entries(rest).map(([name, value]) => `  ${JSON.stringify(name)}: ${line(value)}`);
  const lines = rules.map((rule) => `    ${line(rule)}`).join(",\n");
  parts.push(rules.length === 0 ? '  "rules": []' : `  "rules": [\n${lines}\n  ]`);
  return `{\n${parts.join(",\n")}\n}`;
}

/** The definition with a pin: in place of another one of that product or to that place, on that page. */
export function withPin(definition: unknown, { item, name, position, page }: Pin): PolicyDefinition {
  const pin: PinRule = {
    id: `pin-${item}-${page.split("/").pop()}`,
    name,
    kind: "pin",
    item,
    position,
    pages: [page],
  };
  const others = rulesOf(definition).filter(
    (rule) => !isPinOf(rule, item, page) && pinOn(rule, page)?.position !== position,
  );
  // Of two rules that cannot both be kept the earlier one wins: what was dragged last is meant.
  return { ...whole(definition), rules: [pin, ...others] };
}

export function withoutPin(definition: unknown, item: string, page: string): PolicyDefinition {
  return { ...whole(definition), rules: rulesOf(definition).filter((rule) => !isPinOf(rule, item, page)) };
}

const whole = (definition: unknown): PolicyDefinition =>
  typeof definition === "object" && definition !== null && !Array.isArray(definition) ? definition : {};
