// The whole job in every runtime: `rerank` of 200 and 1,000 objects, and `retrieve` from 100,000 and 1,000,000 in Chromium.
//   node tests/bench/runtimes.mjs [--only NAME,...]
// Names: chromium firefox node deno workerd retrieve. What was measured goes to target/bench/runtimes.json.
import { execFile } from "node:child_process";
import { basename } from "node:path";
import { parseArgs, promisify } from "node:util";
import { withFirefoxPage } from "../browser/firefox.mjs";
import { MOUNTS, withPage } from "../browser/harness.mjs";
import { withWorker } from "../runtimes/edge.mjs";
import { quantile } from "./quantile.mjs";
import { artifact, FOLDER, keep, kept, repository } from "./results.mjs";

const COUNTS = [200, 1000];
const CATALOGUE = 40_000;
/** Whole catalogues, and how many of their items are wanted. */
const CATALOGUES = [100_000, 1_000_000];
const WANTED = 100;
/** One request of workerd's: long enough that the way there and back does not matter. */
const REQUEST_MS = 50;
const REQUESTS = 60;

const mounts = { ...MOUNTS, "/bench/": "tests/bench", "/artifacts/": FOLDER };
const address = (items) => `/artifacts/${basename(artifact(items))}`;

const RUNTIMES = {
  chromium: () => inPage(withPage),
  firefox: () => inPage(withFirefoxPage),
  node: () => inProcess(process.execPath, []),
  deno: () => inProcess(repository("tests/node_modules/.bin/deno"), ["run", "--quiet", "--no-prompt", "--allow-read"]),
  workerd,
  retrieve,
};

const { values: flags } = parseArgs({ options: { only: { type: "string" } } });
const measured = flags.only ? (kept("runtimes") ?? {}) : {};
for (const name of flags.only?.split(",") ?? Object.keys(RUNTIMES)) {
  try {
    measured[name] = await RUNTIMES[name]();
    const { backend, results } = measured[name];
    for (const [count, { p50, p99, calls }] of Object.entries(results)) {
      const worst = p99 === null ? "" : p99.toFixed(4);
      console.log(
        `${name.padEnd(10)}${Number(count).toLocaleString("en-US").padStart(10)}  p50 ${p50.toFixed(4).padStart(9)} ms  p99 ${worst.padStart(9)} ms  ${calls} calls  ${backend}`,
      );
    }
  } catch (error) {
    delete measured[name];
    process.exitCode = 1;
    console.error(`error: ${name}: ${error.message}`);
  }
}
keep("runtimes", measured);

/** In a browser. Isolated only because its clock is finer then. */
function inPage(open) {
  return open(
    (page) =>
      page.evaluate(
        async ([model, items, counts]) => {
          const { loadReranker } = await import("/reshelf/index.js");
          return (await import("/bench/job.mjs")).lists(loadReranker, { model }, items, counts);
        },
        [address(CATALOGUE), CATALOGUE, COUNTS],
      ),
    { mounts, isolated: true },
  );
}

async function inProcess(command, flags) {
  const script = [repository("tests/bench/in_process.mjs"), repository(artifact(CATALOGUE)), CATALOGUE, ...COUNTS];
  const { stdout } = await promisify(execFile)(command, [...flags, ...script.map(String)], {
    env: { ...process.env, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
  });
  return JSON.parse(stdout);
}

/** Timed from outside; what an empty request takes is taken off. No single call can be seen, hence no p99. */
async function workerd() {
  const files = [
    ["tests/bench/in_workerd.mjs", "esModule"],
    ["tests/bench/job.mjs", "esModule"],
    ["tests/bench/quantile.mjs", "esModule"],
    ["tests/bench/sample.safetensors", "data", artifact(CATALOGUE)],
  ];
  return withWorker(
    "www/dist/engine/reshelf_bg.wasm",
    async (ask) => {
      const { backend } = await ask("/200/1");
      const request = async (count, calls) => {
        const begin = performance.now();
        await ask(`/${count}/${calls}`);
        return performance.now() - begin;
      };
      const results = {};
      for (const count of COUNTS) {
        await request(count, 2000);
        const calls = Math.ceil((REQUEST_MS * 500) / (await request(count, 500)));
        const [empty, full] = [[], []];
        for (let done = 0; done < REQUESTS; done++) {
          empty.push(await request(count, 0));
          full.push(await request(count, calls));
        }
        results[count] = {
          p50: (quantile(full, 0.5) - quantile(empty, 0.5)) / calls,
          p99: null,
          calls: calls * REQUESTS,
          tick: null,
        };
      }
      return { backend, results };
    },
    files,
  );
}

async function retrieve() {
  const results = {};
  let backend;
  for (const items of CATALOGUES) {
    const measured = await withPage(
      (page) =>
        page.evaluate(
          async ([model, items, wanted]) => {
            const { loadReranker } = await import("/reshelf/index.js");
            const { openJob, time } = await import("/bench/job.mjs");
            const job = await openJob(loadReranker, { model, backend: "cpu" }, items);
            const call = job.retrieve(wanted);
            if (call === null) throw new Error("this build has no retrieve()");
            return { backend: job.info().backend, times: await time(call) };
          },
          [address(items), items, WANTED],
        ),
      { mounts, isolated: true },
    );
    ({ backend, times: results[items] } = measured);
  }
  return { backend, results };
}
