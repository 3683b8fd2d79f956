// The same visits in Firefox.
import { test } from "node:test";
import { withFirefoxTabs } from "./firefox.mjs";
import { interleavings, VISITS } from "./store_visits.mjs";

for (const [name, visit] of Object.entries(VISITS)) test(`Firefox: ${name}`, () => withFirefoxTabs(visit));

test("Firefox: two tabs and a worker have one session after each of two hundred interleavings", () =>
  withFirefoxTabs((tabs) => interleavings(tabs, 200)));
