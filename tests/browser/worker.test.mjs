// `reshelf/worker` in Chromium.
import { test } from "node:test";
import { withTabs } from "./harness.mjs";
import { VISITS } from "./worker_visits.mjs";

for (const [name, { visit, policy }] of Object.entries(VISITS)) test(name, () => withTabs(visit, { policy }));
