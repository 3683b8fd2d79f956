// The candidates of one list as a policy sees them: each field is read at most once, and what reading throws costs that candidate that
// field. The caller's own code (accessors, getters) runs here and nowhere else.
import { idText, numberOf, textOf } from "../arguments.js";
import { messageOf } from "../errors.js";
import type { PolicyProblem } from "../types.js";
import { momentOf } from "./dates.js";
import type { Fields } from "./fields.js";
import { threw } from "./words.js";

/** Of a list in a field, such as tags, so many count. */
const MOST_VALUES = 100;

/** A field's value. */
export type Value = string | number | bigint | boolean;

/** What a candidate has of a field: nothing, a value, or several. */
type Cell = Value | readonly Value[] | undefined;

/** What was read of a list, and went wrong over it: plain data. */
export interface Read {
  readonly columns: ReadonlyMap<string, readonly Cell[]>;
  readonly problems: readonly PolicyProblem[];
}

export class Columns {
  readonly #list: readonly unknown[];
  readonly #idOf: (candidate: unknown) => unknown;
  readonly #fields: Fields;
  readonly #columns: Map<string, readonly Cell[]>;
  readonly #before: readonly PolicyProblem[];
  /** First values as text: caps and matches ask for the same ones again and again. */
  readonly #texts = new Map<string, (string | undefined)[]>();
  readonly #failed = new Map<string, { count: number; why: string }>();
  #ids: (string | null)[] | null = null;

  /** `read` is what was read before, of the same list elsewhere. */
  constructor(list: readonly unknown[], idOf: (candidate: unknown) => unknown, fields: Fields, read?: Read) {
    this.#list = list;
    this.#idOf = idOf;
    this.#fields = fields;
    this.#columns = new Map(read?.columns);
    this.#before = read?.problems ?? [];
  }

  /** Reads these fields at once. */
  read(fields: ReadonlySet<string>): Read {
    for (const field of fields) this.#column(field);
    return { columns: this.#columns, problems: this.problems };
  }

  /** The id as text; null where there is none. */
  id(at: number): string | null {
    this.#ids ??= this.#list.map((candidate) => {
      const text = this.#reading("id", () => idText(this.#idOf(candidate)));
      return typeof text === "string" ? text : null;
    });
    return this.#ids[at] ?? null;
  }

  /** Whether a value of a field passes. */
  some(field: string, at: number, passes: (value: Value) => boolean): boolean {
    return this.values(field, at).some(passes);
  }

  /** All values of a field. */
  values(field: string, at: number): readonly Value[] {
    const cell = this.#column(field)[at];
    if (isList(cell)) return cell;
    return cell === undefined ? [] : [cell];
  }

  /** The first value of a field. */
  first(field: string, at: number): Value | undefined {
    const cell = this.#column(field)[at];
    return isList(cell) ? cell[0] : cell;
  }

  /** The same as text; empty where there is none. */
  text(field: string, at: number): string {
    let texts = this.#texts.get(field);
    if (!texts) this.#texts.set(field, (texts = []));
    return (texts[at] ??= textOfValue(this.first(field, at)));
  }

  /** The same as a number; NaN where it is none. */
  number(field: string, at: number): number {
    return numberOf(this.first(field, at));
  }

  /** The same as a moment; `end` takes a date without a time to its last millisecond. */
  moment(field: string, at: number, end = false): number {
    return momentOf(this.first(field, at), end);
  }

  /** Accessors that threw, each counted. */
  get problems(): PolicyProblem[] {
    return [...this.#before, ...[...this.#failed].map(([field, { count, why }]) => threw(field, count, why))];
  }

  #column(field: string): readonly Cell[] {
    const known = this.#columns.get(field);
    if (known) return known;
    const read = this.#fields.get(field);
    const column = this.#list.map((candidate) =>
      read && typeof candidate === "object" && candidate !== null
        ? this.#reading(field, () => cellOf(read(candidate)))
        : undefined,
    );
    this.#columns.set(field, column);
    return column;
  }

  #reading<T>(field: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      const failed = this.#failed.get(field) ?? { count: 0, why: messageOf(error) };
      failed.count += 1;
      this.#failed.set(field, failed);
      return undefined;
    }
  }
}

const isList = (cell: Cell): cell is readonly Value[] => typeof cell === "object";

function cellOf(value: unknown): Cell {
  if (Array.isArray(value)) {
    const { length } = value as readonly unknown[];
    const cells = Array.from({ length: Math.min(length, MOST_VALUES) }, (_, at) => cellOf(value[at]));
    return cells.flatMap((cell) => cell ?? []);
  }
  if (typeof value === "object" && value !== null) {
    // It answers at once: a promise is no value, and one that fails must not end a server.
    if ("then" in value) Promise.resolve(value).catch(() => undefined);
    const moment = momentOf(value);
    return Number.isNaN(moment) ? undefined : moment;
  }
  if (typeof value === "number") return Number.isNaN(value) ? undefined : value;
  return typeof value === "string" || typeof value === "bigint" || typeof value === "boolean" ? value : undefined;
}

/** A value as text, as it is compared: `5` and `"5"` are one brand. */
export function textOfValue(value: Value | undefined): string {
  return typeof value === "boolean" ? String(value) : textOf(value);
}
