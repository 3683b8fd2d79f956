// Where the time of a call goes, in Chromium, by sampling: parts of the work in microseconds and per cent, and a flame graph.
//   node tests/bench/profile.mjs
// Profiles the relaxed build as it is before the optimiser strips the functions' names (target/modules/relaxed), and times
// the build that ships beside it. What was measured goes to target/bench/profile.json.
import { cpSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { MOUNTS, withPage } from "../browser/harness.mjs";
import { callTree, GROUPS, shareOfGroups } from "./groups.mjs";
import { quantile } from "./quantile.mjs";
import { artifact, FOLDER, keep } from "./results.mjs";

const ITEMS = 100_000;
const CALLS = [
  { name: "rerank, 200 objects", method: "rerank", count: 200 },
  { name: "rerank, 1,000 objects", method: "rerank", count: 1000 },
  { name: "retrieve, 100 of 100,000 items", method: "retrieve", count: 100 },
];
/** The package's own function that does a call's work. */
const entry = (method) => ({ functionName: method, file: `/reshelf/core/${method}.js` });
/** What the profiler is asked for; on two shared cores a sample comes some 175 us after the last one. */
const SAMPLE_US = 100;
const SAMPLED_MS = 5000;
/** Turns of both builds while nobody looks. */
const TURNS = 9;
const NAMED = "/modules/relaxed/reshelf_bg.wasm";

// The facade as it is before it is bundled, so that its functions have their names; the engine goes with it.
const repository = fileURLToPath(new URL("../../", import.meta.url));
cpSync(`${repository}www/dist/engine`, `${repository}target/facade/engine`, { recursive: true });
const mounts = {
  ...MOUNTS,
  "/reshelf/": "target/facade",
  "/bench/": "tests/bench",
  "/artifacts/": FOLDER,
  "/modules/": "target/modules",
};
const model = `/artifacts/${basename(artifact(ITEMS))}`;

const { backend, calls } = await inPage(NAMED, (page) => inPage(null, (shipped) => measure(page, shipped)));
keep("profile", { backend, calls });

for (const { name, microseconds, shipped, samples, groups } of calls) {
  console.log(
    `\n${name}: ${microseconds.toFixed(1)} us, ${shipped.toFixed(1)} us in the build that ships; ${samples} samples; ${backend}`,
  );
  for (const group of GROUPS.filter((group) => groups[group] > 0)) {
    console.log(
      `  ${group.padEnd(34)}${(groups[group] * microseconds).toFixed(1).padStart(8)} us${(100 * groups[group]).toFixed(1).padStart(7)} %`,
    );
  }
}

/** A browser of its own for each build, since a page has but one engine. */
function inPage(wasm, use) {
  return withPage(
    async (page) => {
      page.backend = await page.evaluate(open, { model, wasm, items: ITEMS });
      return use(page);
    },
    { mounts, isolated: true },
  );
}

/** For each call: what it takes with both builds, in turn, and what a profile of the one with names says. */
async function measure(page, shipped) {
  const client = await page.context().newCDPSession(page);
  const calls = [];
  for (const { name, method, count } of CALLS) {
    const times = { named: [], shipped: [] };
    for (let turn = 0; turn < TURNS; turn++) {
      times.named.push(await page.evaluate(timeCall, { method, count }));
      times.shipped.push(await shipped.evaluate(timeCall, { method, count }));
    }
    await client.send("Profiler.enable");
    await client.send("Profiler.setSamplingInterval", { interval: SAMPLE_US });
    await client.send("Profiler.start");
    await page.evaluate(repeat, SAMPLED_MS);
    const { profile } = await client.send("Profiler.stop");
    await client.send("Profiler.disable");
    const tree = callTree(profile, entry(method));
    calls.push({
      name,
      microseconds: 1000 * quantile(times.named, 0.5),
      shipped: 1000 * quantile(times.shipped, 0.5),
      samples: profile.samples.length,
      groups: shareOfGroups(tree),
      tree,
    });
  }
  return { backend: page.backend, calls };
}

// In the page:

async function open({ model, wasm, items }) {
  const { loadReranker } = await import("/reshelf/index.js");
  const { openJob } = await import("/bench/job.mjs");
  window.job = await openJob(loadReranker, { model, backend: "cpu", ...(wasm && { wasm }) }, items);
  return window.job.info().backend;
}

/** Milliseconds that a call takes while nobody looks. */
async function timeCall({ method, count }) {
  const { time } = await import("/bench/job.mjs");
  window.call = window.job[method](count);
  return (await time(window.call, { batches: 15 })).p50;
}

async function repeat(milliseconds) {
  for (const end = performance.now() + milliseconds; performance.now() < end; ) {
    const answer = window.call();
    if (answer instanceof Promise) await answer;
  }
}
