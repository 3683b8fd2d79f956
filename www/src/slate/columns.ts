// The candidates of one list as a policy sees them: each field is read at most once, and what reading throws costs that candidate that
// field. The caller's own code (accessors, getters) runs here and nowhere else.
import { idText, numberOf, textOf } from "../arguments.js";
import { messageOf, Refusal } from "../errors.js";
import type { PolicyProblem } from "../types.js";
import { momentOf } from "./dates.js";
import type { Fields } from "./fields.js";
import { threw } from "./words.js";

/** Of a list in a field, such as tags, so many count. */
const MOST_VALUES = 100;

/** A field's value, or several, each a text, a number or a flag. */
type Value = readonly (string | number | bigint | boolean)[];

const NOTHING: Value = [];

export class Columns {
  readonly #list: readonly unknown[];
  readonly #idOf: (candidate: unknown) => unknown;
  readonly #fields: Fields;
  readonly #columns = new Map<string, readonly Value[]>();
  readonly #failed = new Map<string, { count: number; why: string }>();
  #ids: (string | null)[] | null = null;

  constructor(list: readonly unknown[], idOf: (candidate: unknown) => unknown, fields: Fields) {
    this.#list = list;
    this.#idOf = idOf;
    this.#fields = fields;
  }

  /** The id as text; null where there is none. */
  id(at: number): string | null {
    this.#ids ??= this.#list.map((candidate) => {
      const text = this.#reading("id", () => idText(this.#idOf(candidate)), NOTHING);
      return typeof text === "string" ? text : null;
    });
    return this.#ids[at] ?? null;
  }

  /** All values of a field. */
  values(field: string, at: number): Value {
    return this.#column(field)[at] ?? NOTHING;
  }

  /** The first value of a field as text; empty where there is none. */
  text(field: string, at: number): string {
    return textOfValue(this.values(field, at)[0]);
  }

  /** The first value of a field as a number; NaN where it is none. */
  number(field: string, at: number): number {
    return numberOf(this.values(field, at)[0]);
  }

  /** The first value of a field as a moment. */
  moment(field: string, at: number): number {
    return momentOf(this.values(field, at)[0]);
  }

  /** Accessors that threw, each counted. */
  get problems(): PolicyProblem[] {
    return [...this.#failed].map(([field, { count, why }]) => threw(field, count, why));
  }

  #column(field: string): readonly Value[] {
    const known = this.#columns.get(field);
    if (known) return known;
    const read = this.#fields.get(field);
    const column = this.#list.map((candidate) =>
      read && typeof candidate === "object" && candidate !== null
        ? this.#reading(field, () => valuesOf(read(candidate)), NOTHING)
        : NOTHING,
    );
    this.#columns.set(field, column);
    return column;
  }

  #reading<T, U>(field: string, read: () => T, otherwise: U): Exclude<T, Refusal> | U {
    try {
      const value = read();
      return value instanceof Refusal ? otherwise : (value as Exclude<T, Refusal>);
    } catch (error) {
      const failed = this.#failed.get(field) ?? { count: 0, why: messageOf(error) };
      failed.count += 1;
      this.#failed.set(field, failed);
      return otherwise;
    }
  }
}

function valuesOf(value: unknown): Value {
  if (Array.isArray(value)) {
    const { length } = value as readonly unknown[];
    return Array.from({ length: Math.min(length, MOST_VALUES) }, (_, at) => valuesOf(value[at])).flat();
  }
  if (typeof value === "object" && value !== null) {
    // It answers at once: a promise is no value, and one that fails must not end a server.
    if ("then" in value) Promise.resolve(value).catch(() => undefined);
    const moment = momentOf(value);
    return Number.isNaN(moment) ? NOTHING : [moment];
  }
  if (typeof value === "number") return Number.isNaN(value) ? NOTHING : [value];
  return typeof value === "string" || typeof value === "bigint" || typeof value === "boolean" ? [value] : NOTHING;
}

/** A value as text, as it is compared: `5` and `"5"` are one brand. */
export function textOfValue(value: Value[number] | undefined): string {
  return typeof value === "boolean" ? String(value) : textOf(value);
}
