// Holds plain data to a schema: the first thing that is wrong, or nothing; names come in the order of the alphabet, since not every reader
// of JSON keeps the order in which they are written. Uses the schema's keywords.
import { isPlainObject, type Plain } from "./plain.js";
import type { Schema } from "./schema.js";

/** What is wrong: where (`match.price`), of which kind, and the schema that it was held to. */
export interface Fault {
  readonly kind: "value" | "unknown" | "missing";
  readonly path: string;
  readonly schema: Schema;
  readonly value: Plain;
  /** Of an unknown or missing property: its name. */
  readonly name?: string;
}

const TYPES: Readonly<Record<string, (value: Plain) => boolean>> = {
  string: (value) => typeof value === "string",
  number: Number.isFinite,
  integer: Number.isSafeInteger,
  boolean: (value) => typeof value === "boolean",
  array: Array.isArray,
  object: isPlainObject,
};

export function faultOf(value: Plain, schema: Schema, path = ""): Fault | null {
  const bad: Fault = { kind: "value", path, schema, value };
  const passes = (of: Schema) => faultOf(value, of, path) === null;
  const { type, anyOf, oneOf, enum: names, const: only } = schema;
  if (type && !TYPES[type]?.(value)) return bad;
  if (only !== undefined && value !== only) return bad;
  if (names && !names.includes(value as string)) return bad;
  if (anyOf && !anyOf.some(passes)) return bad;
  if (typeof value === "number" && !inRange(value, schema)) return bad;
  if (typeof value === "string" && !isText(value, schema)) return bad;
  if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0) || value.length > (schema.maxItems ?? Infinity)) return bad;
    const { items } = schema;
    return items && value.some((item) => faultOf(item, items)) ? bad : null;
  }
  const deep = isPlainObject(value) ? faultWithin(value, schema, path) : null;
  if (deep) return deep;
  return oneOf && oneOf.filter(passes).length !== 1 ? bad : null;
}

function faultWithin(value: { readonly [name: string]: Plain }, schema: Schema, path: string): Fault | null {
  const { properties = {}, additionalProperties: others } = schema;
  const names = Object.keys(value).sort();
  const missing = schema.required?.find((name) => !(name in value));
  if (missing !== undefined) return { kind: "missing", path, schema, value, name: missing };
  if (names.length < (schema.minProperties ?? 0)) return { kind: "value", path, schema, value };
  for (const name of names) {
    const own = Object.hasOwn(properties, name) ? properties[name] : others;
    if (own === false) return { kind: "unknown", path, schema, value, name };
    const fault = own && faultOf(value[name], own, path ? `${path}.${name}` : name);
    if (fault) return fault;
  }
  return null;
}

function inRange(value: number, { minimum = -Infinity, exclusiveMinimum = -Infinity, maximum = Infinity }: Schema) {
  return value >= minimum && value > exclusiveMinimum && value <= maximum;
}

function isText(value: string, { minLength = 0, maxLength = Infinity, pattern = "" }: Schema) {
  return value.length >= minLength && value.length <= maxLength && new RegExp(pattern, "u").test(value);
}
