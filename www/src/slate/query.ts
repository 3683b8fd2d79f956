// How well candidates meet the words that were searched for, and which queries are the same. Plain `+ - * /` in a fixed order and no logarithms, so that every runtime
// has the same bits. Uses columns.
import { type Columns, textOfValue } from "./columns.js";

/** Of a query, so many different words count. */
const MOST_WORDS = 32;

/** What is in a word and does not tell words apart: accents, the points and the stretching of Hebrew and Arabic, and what nobody sees. */
const POINTS =
  /[\u0300-\u036f\u05b0-\u05bd\u05bf\u05c1\u05c2\u064b-\u065f\p{Cf}\p{Variation_Selector}]|\u0640|\u20e3/gu;

/** Letters with a stroke or of two letters, which Unicode does not take apart, as keyboards without them write them. */
const PLAIN: Readonly<Record<string, string>> = { Đ: "D", Ł: "L", Ø: "O", Ħ: "H", Ð: "D", Þ: "TH", Æ: "AE", Œ: "OE" };

/** A character, with its marks, of a script that writes words without spaces between them. */
const UNSPACED = "[\\p{scx=Hani}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Thai}\\p{scx=Laoo}\\p{scx=Khmr}\\p{scx=Mymr}]\\p{M}*";
const ANY = /* @__PURE__ */ new RegExp(UNSPACED, "u");
const PARTS = /* @__PURE__ */ new RegExp(`${UNSPACED}|(?:(?!${UNSPACED}).)+`, "gu");
const CHARACTER = /* @__PURE__ */ new RegExp(`^${UNSPACED}$`, "u");

/** Of what has no space in it: every two neighbouring characters of such scripts, one alone that has no such neighbour, and the rest whole. */
function partsOf(run: string): string[] {
  if (!ANY.test(run)) return [run];
  const parts = run.match(PARTS) ?? [];
  const paired = parts.map((part) => ANY.test(part));
  return parts.flatMap((part, at) => {
    if (paired[at] && paired[at + 1]) return part + parts[at + 1];
    return paired[at] && paired[at - 1] ? [] : part;
  });
}

/**
 * The words of a text, each once, as they come: what stands between all that is no letter, number or mark, folded to upper case, which
 * unlike lower case does not go by the letters around. As the model's words, but for accents, single characters, and scripts without spaces.
 */
const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(
    text
      .normalize("NFKD")
      .replace(POINTS, "")
      .toUpperCase()
      .replace(/[ĐŁØĦÐÞÆŒ]/g, (letter) => PLAIN[letter] as string)
      .match(/\p{M}*[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu)
      ?.flatMap(partsOf),
  );

const SPACED = /* @__PURE__ */ new RegExp(`(${UNSPACED})\\s+(?=${UNSPACED})`, "gu");

/**
 * A query's words as one text, and those that it has without the spaces that its script does not need: two queries of which one text is the
 * same have the same words, in whatever order. None where there are no words.
 */
export const keysOf = (query: string): string[] =>
  [query, query.replace(SPACED, "$1")].map((text) => [...wordsOf(text)].sort().join(" ")).filter(Boolean);

/** Whether a word has one in it: at its beginning, or, as a character of a script without spaces, anywhere. */
function isWithin(one: string, words: ReadonlySet<string>): boolean {
  const isCharacter = CHARACTER.test(one);
  for (const word of words) if (isCharacter ? word.includes(one) : word.startsWith(one)) return true;
  return false;
}

/**
 * How well each of the candidates that are left meets a query, from 0 to 1, by its place in the list as it was passed in; null for a
 * query without words.
 *
 * A candidate has a word whole (m = 1), or, of the query's last word, has one that begins with it (m = 1/2), or, of a character alone of a script without
 * spaces, has it in a pair (m = 1/2). Where n of the N candidates
 * that are left have a word in either way, it weighs r = N / (N + 3 n). The words' share is c = sum(r m) / sum(r), summed up in the query's order, and
 * t = min(1, sum(m) / words of the candidate) says how much of it the query is. The answer is c (3 + t) / 4. A candidate's words are those of
 * the values of its fields, in the rule's order, with spaces between.
 */
export function relevanceOf(
  query: string,
  columns: Columns,
  fields: readonly string[],
  left: readonly number[],
): ((at: number) => number) | null {
  const asked = [...wordsOf(query)].slice(0, MOST_WORDS);
  const end = asked.at(-1);
  if (end === undefined) return null;
  const counts = asked.map(() => 0);
  const seen = new Map<number, readonly [met: readonly number[], words: number]>();
  for (const at of left) {
    const text = fields.flatMap((field) => columns.values(field, at).map(textOfValue));
    const words = wordsOf(text.join(" "));
    const met = asked.map((word) =>
      words.has(word) ? 1 : (word === end || CHARACTER.test(word)) && isWithin(word, words) ? 0.5 : 0,
    );
    met.forEach((each, place) => {
      if (each > 0) counts[place] = (counts[place] as number) + 1;
    });
    seen.set(at, [met, words.size]);
  }
  const rarity = counts.map((count) => left.length / (left.length + 3 * count));
  const sum = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0);
  const all = sum(rarity);
  return (at) => {
    const [met, words] = seen.get(at) ?? [[], 0];
    const share = sum(met.map((each, place) => each * (rarity[place] as number))) / all;
    return (share * (3 + Math.min(1, sum(met) / (words || 1)))) / 4;
  };
}
