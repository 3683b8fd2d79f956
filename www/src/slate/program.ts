// A policy's rules as the program of words that `Engine.arrange` reads: a header of six words, and a record a rule behind it.
import { CAP, Diversity, MINIMUM, MOVES, PIN, RECORD_WORDS } from "../engine/numbers.js";
import type { Case } from "./case.js";
import type { SoundRule } from "./check.js";
import { meantBy } from "./match.js";
import { type Pin, SERVER } from "./pins.js";
import { firstOf } from "./score.js";
import type { DiversifyRule } from "./types.js";

/** Kinds of diversity, by their numbers. */
const HOW = { mmr: Diversity.mmr, dpp: Diversity.dpp, calibrate: Diversity.calibration } as const;

interface Record {
  readonly kind: number;
  /** The rule, by its place among those that count. */
  readonly rule: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly codes?: Uint32Array;
}

export interface Program {
  readonly words: Uint32Array;
  /** The rule of each record, in the program's order. */
  readonly owners: readonly number[];
}

/** The program for the candidates that are left; earlier records win. */
export function programOf(
  of: Case,
  rules: readonly SoundRule[],
  left: readonly number[],
  pins: readonly Pin[],
  top: number | null,
): Program {
  const count = left.length;
  const within = (places: number) => Math.min(places, count);
  const everywhere = within(top ?? of.length);
  const records: Record[] = pins.map(({ rule, candidate, place }) => ({
    kind: PIN,
    rule,
    a: candidate,
    b: place,
    c: 0,
  }));
  const each = (add: (rule: SoundRule, number: number) => Record | null) =>
    records.push(...rules.map(add).filter((record) => record !== null));
  each((rule, number) => {
    if (rule.kind !== "minimum") return null;
    const meant = meantBy(rule.match);
    const codes = Uint32Array.from(left, (at) => Number(meant(of.columns, at)));
    return { kind: MINIMUM, rule: number, a: rule.least, b: 0, c: within(rule.first), codes };
  });
  each((rule, number) => {
    if (rule.kind !== "cap") return null;
    const c = rule.first === undefined ? everywhere : within(rule.first);
    const [codes] = codesOf(of, left, rule.field);
    return { kind: CAP, rule: number, a: rule.most, b: Math.min(rule.in, c), c, codes };
  });
  const moves = firstOf(rules, "maxMoves");
  each((rule, number) =>
    rule === moves ? { kind: MOVES, rule: number, a: moves.places, b: moves.places, c: everywhere } : null,
  );
  const diversify = firstOf(rules, "diversify");
  // Each record says itself in how many places it holds; the header, how many of them diversity puts in order.
  const header = headerOf(of, left, diversify, Math.max(1, within(diversify?.first ?? of.length)));
  const length = records.reduce((sum, { codes }) => sum + RECORD_WORDS + (codes?.length ?? 0), header.length);
  const words = new Uint32Array(length);
  words.set(header);
  let end = header.length;
  for (const { kind, rule, a, b, c, codes } of records) {
    words.set([kind, rule === SERVER ? 0xffff_ffff : rule, a, b, c, codes ? 1 : 0], end);
    end += RECORD_WORDS;
    if (codes) words.set(codes, end);
    end += codes?.length ?? 0;
  }
  return { words, owners: records.map(({ rule }) => rule) };
}

function headerOf(of: Case, left: readonly number[], rule: DiversifyRule | undefined, limit: number): number[] {
  if (!rule || rule.amount === 0) return [limit, Diversity.none, 0, 0, 0, limit];
  const header = [limit, HOW[rule.how], bitsOf(rule.amount), rule.window ?? 0];
  if (rule.how !== "calibrate") return [...header, 0, limit];
  const [codes, names] = codesOf(of, left, rule.field ?? "category");
  return [...header, 1, limit, ...codes, names.length, ...sharesOf(of, left, codes, names).map(bitsOf)];
}

/** A number for each value of a field, from 1 as they come; 0 for none. */
function codesOf(of: Case, left: readonly number[], field: string): [codes: Uint32Array, names: readonly string[]] {
  const numbers = new Map<string, number>();
  const codes = Uint32Array.from(left, (at) => {
    const name = of.columns.text(field, at);
    if (name === "") return 0;
    const known = numbers.get(name) ?? numbers.size + 1;
    numbers.set(name, known);
    return known;
  });
  return [codes, [...numbers.keys()]];
}

/** What share of the places each category should have: by the shopper's taste, or where nobody told it, by predicted clicks. */
function sharesOf(of: Case, left: readonly number[], codes: Uint32Array, names: readonly string[]): number[] {
  const tastes = names.map((name) => {
    const weight = of.taste && Object.hasOwn(of.taste, name) ? (of.taste[name] as number) : 0;
    return weight > 0 && weight < Infinity ? weight : 0;
  });
  const clicks = names.map(() => 0);
  codes.forEach((code, at) => {
    if (code > 0) clicks[code - 1] = (clicks[code - 1] as number) + (of.clicks[left[at] as number] as number);
  });
  const weights = tastes.some((weight) => weight > 0) ? tastes : clicks;
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => (sum > 0 ? weight / sum : 0));
}

const view = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(4));

/** The bits of a number as an f32. */
function bitsOf(number: number): number {
  view.setFloat32(0, number);
  return view.getUint32(0);
}
