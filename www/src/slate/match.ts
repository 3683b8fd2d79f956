// Which candidates a rule is about. Uses columns and dates.
import { idText, numberOf } from "../arguments.js";
import { type Columns, textOfValue, type Value } from "./columns.js";
import { momentOf } from "./dates.js";
import type { Condition, Match, Span } from "./types.js";

/** Whether a candidate, by its place in the list as it was passed in, is meant. */
export type Meant = (of: Columns, at: number) => boolean;

/** Each match is made ready once, since lists come again and again. */
const ready = /* @__PURE__ */ new WeakMap<Match, Meant>();

export function meantBy(match: Match): Meant {
  const known = ready.get(match) ?? meant(match);
  ready.set(match, known);
  return known;
}

function meant(match: Match): Meant {
  const parts = Object.entries(match).map(([field, condition]): Meant => {
    if (field === "ids") {
      const ids = new Set((condition as readonly (string | number)[]).map((id) => idText(id)));
      return (of, at) => ids.has(of.id(at) ?? "");
    }
    return meets(field, condition as Condition);
  });
  return (of, at) => parts.every((part) => part(of, at));
}

function meets(field: string, condition: Condition): Meant {
  if (typeof condition === "object" && !Array.isArray(condition)) return within(field, condition as Span);
  const wanted = (Array.isArray(condition) ? condition : [condition]) as (string | number | boolean)[];
  const texts = new Set(wanted.map(textOfValue));
  const numbers = new Set(wanted.filter((value) => typeof value === "number"));
  const passes = (value: Value) => texts.has(textOfValue(value)) || (numbers.size > 0 && numbers.has(numberOf(value)));
  return (of, at) => of.some(field, at, passes);
}

/** What is no number, or no date, meets no bound. */
function within(field: string, { atLeast, atMost, before, after, has }: Span): Meant {
  const parts: Meant[] = [];
  if (atLeast !== undefined) parts.push((of, at) => of.number(field, at) >= atLeast);
  if (atMost !== undefined) parts.push((of, at) => of.number(field, at) <= atMost);
  if (before !== undefined) {
    const end = momentOf(before);
    parts.push((of, at) => of.moment(field, at) < end);
  }
  if (after !== undefined) {
    const begin = momentOf(after, true);
    parts.push((of, at) => of.moment(field, at) > begin);
  }
  if (has !== undefined) parts.push((of, at) => of.some(field, at, (value) => value !== "") === has);
  return (of, at) => parts.every((part) => part(of, at));
}

/** Whether a field says yes: true, 1 or a word for it. */
export const saysYes = (of: Columns, field: string, at: number): boolean =>
  /^(true|yes|y|1)$/i.test(of.text(field, at));

/** Whether its stock says that there is none: nothing left, no, or a word for it (schema.org's among them). What says nothing is there. */
export function isSoldOut(of: Columns, at: number): boolean {
  const text = of.text("stock", at);
  return (
    of.number("stock", at) <= 0 ||
    /^(false|no|sold ?out|.*out[ _-]?of[ _-]?stock|.*(sold[ _-]?out|discontinued))$/i.test(text)
  );
}
