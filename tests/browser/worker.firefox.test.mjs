// The same in Firefox.
import { test } from "node:test";
import { withFirefoxTabs } from "./firefox.mjs";
import { VISITS } from "./worker_visits.mjs";

for (const [name, { visit, policy }] of Object.entries(VISITS))
  test(`Firefox: ${name}`, () => withFirefoxTabs(visit, { policy }));
