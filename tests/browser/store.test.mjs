// A session beyond its page in Chromium: what is stored where and how, tabs and workers, and what becomes of a page.
import { test } from "node:test";
import { withTabs } from "./harness.mjs";
import { interleavings, VISITS } from "./store_visits.mjs";

for (const [name, visit] of Object.entries(VISITS)) test(name, () => withTabs(visit));

test("two tabs and a worker have one session after each of a thousand interleavings", () =>
  withTabs((tabs) => interleavings(tabs, 1000)));
