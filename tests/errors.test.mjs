// The codes of errors, their document and their type are those of the source: node --test tests/errors.test.mjs
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { allCodes, codesOfRust, codesOfScript, DOCUMENT, documented } from "./errors.mjs";

test("docs/errors.md has every code and message of the source", async () => {
  const document = readFileSync(DOCUMENT, "utf8");
  assert.equal(document, await documented(document), "run: node tests/errors.mjs");
});

test("ErrorCode has every code of the package and the engine, and no other", async () => {
  const source = readFileSync(new URL("../www/src/codes.ts", import.meta.url), "utf8");
  const typed = [...source.matchAll(/^ {2}\| "([^"]+)"/gm)].map(([, code]) => code);
  const { facade, engine } = await allCodes();
  const made = new Set([...facade, ...engine].map(({ code }) => code));
  assert.deepEqual(typed, [...made].sort());
});

test("codes are found in every way in which they are written", () => {
  const script = `
    const a = new Refusal("id.long", "An id may have " + "fewer bytes.");
    const b = { code: "row.type", message: \`A row \${why}\` };
    throw new ReshelfError("model.http", { address });
    const c = reasonFrom(error, "engine.refused");
    const d = reading("limit", () => 1);
    // new Refusal("not.there", "")`;
  assert.deepEqual(
    codesOfScript(script).map(({ code, text }) => `${code}: ${text}`),
    [
      "id.long: An id may have fewer bytes.",
      "row.type: A row {why}",
      "model.http: ",
      "engine.refused: {message}",
      "argument.limit: `limit` is of the wrong kind, or reading it threw: it counts as not given.",
    ],
  );
  const rust = `
impl RowError {
    pub fn code(self) -> &'static str {
        match self {
            RowError::Length | RowError::Cut { .. } => "row.length",
            RowError::Full => "row.full",
        }
    }
}
impl fmt::Display for RowError {
    fn fmt(&self) {
        match self {
            RowError::Length => "cut off; \\
                send it again",
            RowError::Full => write!(f, "too many ({}) {what}", 1),
        }
    }
}`;
  assert.deepEqual(codesOfRust(rust), [
    { code: "row.length", text: "cut off; send it again" },
    { code: "row.full", text: "too many ({}) {what}" },
  ]);
  const derived = `#[error("there is \\"none\\"; ask again")] None { a: u8 }, fn code(&self) { match self { E::None { .. } => "data.none" }\n    }`;
  assert.deepEqual(codesOfRust(derived), [{ code: "data.none", text: 'there is "none"; ask again' }]);
});

test("the facade has a sentence for every code of the engine", async () => {
  const { errors } = await import("../www/dist/internals.js");
  const { CODES } = await import("../www/dist/words/index.js");
  const { engine } = await allCodes();
  const crossing = engine.filter(({ code }) => /^(artifact|event|row|snapshot)\./.test(code));
  assert.ok(crossing.length > 15);
  for (const { code } of crossing) {
    const error = errors.fromEngine(`${code}\nitems.codes\n3\n7`);
    assert.equal(error.code, code);
    assert.ok(typeof error.facts === "string" || CODES.includes(code), code);
  }
  assert.equal(errors.fromEngine("shop.example is down"), "shop.example is down");
});
