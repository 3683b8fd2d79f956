// Every number that crosses between JavaScript and the engine is the engine's own: found by the name of its constant, wherever
// in the crate that stands.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { numbers } from "../dist/internals.js";

const crate = fileURLToPath(new URL("../../crate/", import.meta.url));
const source = readdirSync(crate, { recursive: true })
  .filter((path) => path.endsWith(".rs") && /(^|\/)src\//.test(path) && !/tests?(\.rs|\/)/.test(path))
  .map((path) => readFileSync(`${crate}${path}`, "utf8"))
  .join("\n");

/** The one value that constants of that name have in Rust. */
function constant(name) {
  const found = [...source.matchAll(new RegExp(`const ${name}: \\w+ = ([^;]+);`, "g"))].map(([, value]) => value);
  assert.equal(new Set(found).size, 1, `${name}: ${found.join(", ") || "is not there"}`);
  const value = found[0].replace(/^\w+::MAX$/, "4294967295").replaceAll("_", "");
  const [base, shift = "0"] = value.split("<<");
  return Number(base) * 2 ** Number(shift);
}

test("each number has its constant in Rust", () => {
  assert.equal(numbers.SHORT_LIST, constant("SHORTLIST"));
  assert.equal(numbers.MOST_NEAREST, constant("MOST_NEAREST"));
  assert.equal(numbers.MOST_EVENTS, constant("LOG_CAPACITY"));
  assert.equal(numbers.MOST_SHOWN, constant("SHOWN_CAPACITY"));
  assert.equal(numbers.MOST_REMOVED, constant("REMOVED_CAPACITY"));
  assert.equal(numbers.WRITERS, constant("WRITERS"));
  assert.equal(numbers.LONGEST_HEADER, constant("LARGEST_HEADER"));
  assert.equal(numbers.NONE, constant("NO_ITEM"));
  assert.equal(numbers.NO_CLUSTER, constant("NO_CLUSTER"));
  assert.equal(numbers.EVENT_WIDTH, constant("EVENT_NUMBERS"));
  assert.equal(numbers.RankMode.collected, constant("COLLECTED"));
  assert.equal(numbers.RankMode.similarity, constant("SIMILARITY"));
  for (const name of [
    "HEADER_WORDS",
    "RECORD_WORDS",
    "PIN",
    "CAP",
    "MINIMUM",
    "MOVES",
    "USUAL_WINDOW",
    "BROKEN",
    "IN_CONFLICT",
  ])
    assert.equal(numbers[name], constant(name), name);
  assert.equal(numbers.Diversity.none, constant("BY_SCORE"));
  assert.equal(numbers.Diversity.mmr, constant("MMR"));
  assert.equal(numbers.Diversity.dpp, constant("DPP"));
  assert.equal(numbers.Diversity.calibration, constant("CALIBRATION"));
  assert.match(source, /u16::try_from\(id\.len\(\)\)/, "a snapshot holds the length of an id in 16 bits");
  assert.equal(numbers.MOST_ID, 0xffff);
});

test("events have the engine's names at the engine's places", () => {
  const [, body] = /pub enum EventKind \{([^}]*)\}/.exec(source);
  const kinds = [...body.matchAll(/^\s*(\w+) = (\d+),/gm)].map(([, name, value]) => [
    Number(value),
    name.toLowerCase(),
  ]);
  assert.deepEqual(kinds, [...numbers.EVENT_TYPES.entries()]);
  assert.equal(numbers.EVENT_TYPES[numbers.IMPRESSION], "impression");
});

test("a shop's words for events are the engine's", () => {
  const [, body] = /const NAMES: \[\(&str, EventKind\); \d+\] = \[([^\]]*)\];/.exec(source);
  const words = [...body.matchAll(/"([^"]+)", EventKind::(\w+)/g)];
  assert.ok(words.length > 20);
  for (const [, word, kind] of words) {
    const number = numbers.EVENT_TYPES.indexOf(kind.toLowerCase());
    for (const said of [word, ` ${word.toUpperCase()}\n`]) assert.equal(numbers.eventKind(said), number, said);
  }
  const known = new Set(words.map(([, word]) => word));
  const ours = readFileSync(new URL("../src/engine/numbers.ts", import.meta.url), "utf8");
  const [, synonyms] = /const SYNONYMS[^=]*= \[([^\]]*)\]/.exec(ours);
  for (const word of synonyms.match(/[\w-]+/g)) assert.ok(known.has(word), word);
  for (const word of ["teleport", "", "click clicks", "other"]) assert.equal(numbers.eventKind(word), 6, word);
});
