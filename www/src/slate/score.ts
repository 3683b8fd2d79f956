// The scores by which a list is put in order: the session's, mixed with the server's order, and what rules add and take. Plain
// arithmetic in a fixed order, so that every runtime has the same bits.
import type { Case } from "./case.js";
import type { SoundRule } from "./check.js";
import { DAY } from "./dates.js";
import { meantBy } from "./match.js";
import { relevanceOf } from "./query.js";

/** What one rule adds to a candidate's score, in units; `score` is what it has before any rule adds. */
type Adds = (at: number, score: number) => number;

/** Of rules of which one alone can count, the first does. */
export function firstOf<K extends SoundRule["kind"]>(rules: readonly SoundRule[], kind: K) {
  return rules.find((rule): rule is Extract<SoundRule, { kind: K }> => rule.kind === kind);
}

/** The scores of the candidates that are left, in the order in which they came. */
export function scoresOf(of: Case, rules: readonly SoundRule[], left: readonly number[]): Float32Array {
  const strength = (firstOf(rules, "strength")?.percent ?? 100) / 100;
  const adds = rules.map((rule) => addsOf(of, rule, left)).filter((each) => each !== null);
  if (strength === 1 && adds.length === 0) return Float32Array.from(left, (at) => of.scores[at] as number);
  // The server's order on the scale of the scores: its k-th candidate has the k-th best.
  const ranked = Float64Array.from(left, (at) => of.base[at] as number).sort((a, b) => b - a);
  return Float32Array.from(left, (at, place) => {
    const [own, server] = [of.base[at] as number, ranked[place] as number];
    const mixed = strength === 1 ? own : server + strength * (own - server);
    let units = 0;
    for (const add of adds) units += add(at, mixed);
    return mixed + units * of.unit;
  });
}

function addsOf(of: Case, rule: SoundRule, left: readonly number[]): Adds | null {
  const { columns } = of;
  if (rule.kind === "boost" || rule.kind === "bury") {
    const meant = meantBy(rule.match);
    const by = rule.kind === "boost" ? rule.by : -rule.by;
    const share = (at: number) => {
      const number = rule.field === undefined ? 1 : columns.number(rule.field, at);
      return number >= 0 ? Math.min(number, 1) : 0;
    };
    return (at) => (meant(columns, at) ? by * share(at) : 0);
  }
  if (rule.kind === "seenDecay") return (at) => -rule.by * Math.min(of.shown(at), rule.most ?? 10);
  if (rule.kind === "freshness" || rule.kind === "ending") {
    const ends = rule.kind === "ending";
    const [field, half] = [rule.field ?? (ends ? "ends" : "date"), rule.halfLifeDays * DAY];
    return (at) => {
      const moment = columns.moment(field, at, ends);
      const far = ends ? moment - of.now : Math.max(0, of.now - moment);
      if (far >= 0) return (rule.by * half) / (half + far);
      return far < 0 ? -rule.by : 0;
    };
  }
  if (rule.kind === "query") {
    const relevance = relevanceOf(of.query, columns, rule.fields ?? ["title"], left);
    return relevance && ((at) => rule.by * relevance(at));
  }
  if (rule.kind === "exposure") {
    return (at, score) => {
      const times = columns.number(rule.field ?? "exposure", at);
      return times >= 0 && times !== 1 ? movedBy(times, (score - of.middle) / of.unit) : 0;
    };
  }
  if (rule.kind !== "rotation") return null;
  const meant = rule.match && meantBy(rule.match);
  const seed = hash(seedOf(rule.seed ?? "day", of.now), 0);
  return (at) => (!meant || meant(columns, at) ? rule.by * drawn(columns.id(at) ?? String(at), seed) : 0);
}

/**
 * How far a score that stands x units from the middle moves where the odds of its predicted click are multiplied, by 1/100 to 100. The odds
 * are 1 + 2 x, below the middle 1 / (1 - 2 x).
 */
function movedBy(times: number, x: number): number {
  const odds = (x >= 0 ? 1 + 2 * x : 1 / (1 - 2 * x)) * Math.min(Math.max(times, 0.01), 100);
  return (odds >= 1 ? odds - 1 : 1 - 1 / odds) / 2 - x;
}

function seedOf(seed: string, now: number): string {
  const span = seed === "day" ? DAY : DAY / 24;
  return seed === "day" || seed === "hour" ? `${seed} ${Math.floor(now / span)}` : seed;
}

/** A number from 0 to 1 for a text and a seed. */
const drawn = (text: string, seed: number) => hash(text, seed) / 2 ** 32;

/** 32 bits of a text: FNV-1a, and a last stir (as of MurmurHash3), since texts that differ at their end alone must not lie together. */
function hash(text: string, seed: number): number {
  let bits = 0x811c9dc5 ^ seed;
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
