// `reshelf/testing`: for the tests of those who use the package. A tiny model of plain data, a clock that stands still, sessions written
// down and replayed, assertions and matchers for orders and reasons, and a page for headless browsers. Importing it does nothing.
// Uses errors and types.
export {
  assertBefore,
  assertBeginsWith,
  assertOrder,
  assertReason,
  assertRefused,
  assertServerOrder,
} from "./assert.js";
export { fakeClock } from "./clock.js";
export { type MatcherResult, matchers } from "./matchers.js";
export { tinyModel, tinyNames } from "./model.js";
export { fixtureShop, serveFixture } from "./page.js";
export { record } from "./record.js";
export { replay } from "./replay.js";
export type * from "./types.js";
