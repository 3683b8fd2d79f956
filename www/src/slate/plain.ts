// A definition as plain data: every property of the caller's is read once, here, and what it throws ends here. Uses nothing.

/** How deep and how large a rule may be: nothing that a merchandiser writes comes near, and what leads back to itself ends there. */
const DEEPEST = 8;
const MOST_PARTS = 50_000;

export type Plain = string | number | boolean | null | undefined | symbol | Plain[] | PlainObject;
export interface PlainObject {
  [name: string]: Plain;
}

/** Stands for what is no data: a function, say. */
const ODD = /* @__PURE__ */ Symbol("no data");

/** Why something cannot be read, in words. */
export class Unreadable {
  constructor(readonly why: string) {}
}

/** A copy; or why there is none. Never throws. */
export function plainOf(value: unknown): Plain | Unreadable {
  let parts = 0;
  const copy = (value: unknown, depth: number): Plain => {
    if (++parts > MOST_PARTS) throw new Unreadable(`it has more than ${MOST_PARTS} parts`);
    if (typeof value === "bigint") return String(value);
    if (typeof value === "function") return ODD;
    if (typeof value !== "object" || value === null) return value as Plain;
    if (depth > DEEPEST) throw new Unreadable("it leads back to itself, or is nested too deep");
    if (Array.isArray(value)) {
      // An array's length may be anything, behind a proxy.
      const { length } = value as readonly unknown[];
      if (!(length <= MOST_PARTS)) throw new Unreadable(`it has more than ${MOST_PARTS} parts`);
      return Array.from({ length }, (_, at) => copy((value as readonly unknown[])[at], depth + 1));
    }
    if (Object.prototype.toString.call(value) === "[object Date]") return Number(value);
    if (!isRecord(value)) return ODD;
    const object: PlainObject = Object.create(null);
    for (const name of Object.keys(value)) {
      const part = copy((value as Record<string, unknown>)[name], depth + 1);
      if (part !== undefined) object[name] = part;
    }
    return object;
  };
  try {
    return copy(value, 0);
  } catch (error) {
    return error instanceof Unreadable ? error : new Unreadable("reading it threw");
  }
}

/** Whether it is an object of names, as no list, Map, Date or promise is. May throw, behind a proxy. */
export const isRecord = (value: unknown): value is object =>
  /^\[object (Object|Module)]$/.test(Object.prototype.toString.call(value));

export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
