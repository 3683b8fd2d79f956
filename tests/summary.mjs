// Adds up what the runners of `make test` reported: node tests/summary.mjs LOG
import { readFileSync } from "node:fs";

const log = readFileSync(process.argv[2], "utf8");
let passed = 0;
let failed = 0;
// cargo and wasm-bindgen-test
for (const [, ok, bad] of log.matchAll(/^test result: .*?(\d+) passed; (\d+) failed/gm)) {
  passed += Number(ok);
  failed += Number(bad);
}
// node --test
for (const [, kind, count] of log.matchAll(/^\S* ?(pass|fail) (\d+)$/gm)) {
  if (kind === "pass") passed += Number(count);
  else failed += Number(count);
}
// A step that failed before it could count its tests (a compiler error, a lint) is a failure, too.
const broken = new Set(
  [...log.matchAll(/^make(?:\[\d+\])?: \*\*\* \[(?:\S+: )?(?:Makefile:\d+: )?([\w-]+)\] Error/gm)].map(
    (match) => match[1],
  ),
);
const seconds = [...log.matchAll(/^step ([\w-]+): (\d+) s$/gm)].map(([, step, count]) => `${step} ${count}`);
console.log(`\nseconds: ${seconds.join(", ")}`);
if (broken.size > 0) console.log(`\nsteps that failed: ${[...broken].join(", ")}`);
console.log(`\n${passed} passed, ${Math.max(failed, broken.size)} failed`);
