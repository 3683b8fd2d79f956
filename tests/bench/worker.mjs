// For how long opening an artifact of 40,000 items keeps a page's own thread, in place and with `reshelf/worker`, as Chromium's trace
// has it: node tests/bench/worker.mjs [--runs 20]
//
// A fresh page each time. From before the entry is imported to when a first list of 48 was there: the longest task of the page's main
// thread (RunTask, as the performance panel of the developer's tools shows them), and all of them together. "worked" is the thread's own
// time on the processor; what "passed" on a shared machine has the time in it that others had of it. Beside them is a page that starts a
// module worker of one line and waits for its message: what the browser itself takes for any worker.
// `make target/bench/sample-40000.safetensors` before.
import { parseArgs } from "node:util";
import { withTab } from "../browser/puppeteer.mjs";
import { quantile } from "./quantile.mjs";
import { keep } from "./results.mjs";

const { values: flags } = parseArgs({ options: { runs: { type: "string", default: "20" } } });
const MOUNTS = { "/": "tests/browser/pages", "/reshelf/": "www/dist", "/bench/": "target/bench" };
const CATEGORIES = ["disabled-by-default-devtools.timeline", "devtools.timeline", "blink.user_timing"];
const ENTRIES = { "in place": "/reshelf/index.js", "in a worker": "/reshelf/worker.js", "an empty worker": null };

/** Runs in the page. */
async function opens(entry) {
  // The task in which the page is told to begin is the tools' own.
  await new Promise((done) => setTimeout(done));
  performance.mark("opening");
  if (entry === null) {
    const worker = new Worker("/empty-worker.js", { type: "module" });
    await new Promise((done) => worker.addEventListener("message", done));
    performance.mark("listed");
    return ["ready", 48];
  }
  const { loadReranker } = await import(entry);
  const reranker = await loadReranker({ model: "/bench/sample-40000.safetensors", backend: "cpu" });
  performance.mark("open");
  const list = Array.from({ length: 48 }, (_, at) => ({ id: String(at * 97), score: 48 - at }));
  const ranked = await reranker.rerank(list);
  performance.mark("listed");
  return [(await reranker.info()).status, ranked.length];
}

/** Tasks of the page's main thread from one mark to another: milliseconds that passed, and that the thread itself worked. */
function tasksOf({ traceEvents }, from, to) {
  const mark = (name) => traceEvents.find((event) => event.cat.includes("user_timing") && event.name === name);
  const [begin, end] = [mark(from), mark(to)];
  return traceEvents
    .filter(({ name, pid, tid }) => name === "RunTask" && pid === begin.pid && tid === begin.tid)
    .filter(({ ts, dur = 0 }) => ts + dur > begin.ts && ts < end.ts)
    .map(({ dur = 0, tdur = 0 }) => ({ passed: dur / 1000, worked: tdur / 1000 }));
}

const ROWS = ["longest task, worked", "longest task, passed", "all tasks together, worked"];
const times = Object.fromEntries(Object.keys(ENTRIES).map((home) => [home, ROWS.map(() => [])]));
/** One run in a page of that home's own. */
async function measures({ page, address }, home, run) {
  await page.goto(`${address}/index.html?${run}`, { waitUntil: "networkidle0" });
  await page.tracing.start({ categories: CATEGORIES });
  const [status, length] = await page.evaluate(opens, ENTRIES[home]);
  const tasks = tasksOf(JSON.parse(Buffer.from(await page.tracing.stop()).toString()), "opening", "listed");
  if (status !== "ready" || length !== 48) throw new Error(`${home}: ${status}, ${length} candidates`);
  // The first of each warms its browser up.
  if (run === 0) return;
  const worked = tasks.map((task) => task.worked);
  const most = [Math.max(...worked), Math.max(...tasks.map(({ passed }) => passed))];
  [...most, worked.reduce((sum, task) => sum + task, 0)].forEach((time, row) => times[home][row].push(time));
}

/** A browser each, so that none collects another's garbage; in turn, so that a busy machine is busy for all. */
const withPage = (use) => withTab("Chromium", (page, address) => use({ page, address }), { mounts: MOUNTS });
async function withPages(homes, pages = []) {
  if (homes.length > pages.length) return withPage((page) => withPages(homes, [...pages, page]));
  for (let run = 0; run <= Number(flags.runs); run++)
    for (const [at, home] of homes.entries()) await measures(pages[at], home, run);
}
await withPages(Object.keys(ENTRIES));

console.log(`${"milliseconds of the main thread".padEnd(44)}     p50     p90     max`);
for (const [home, rows] of Object.entries(times)) {
  rows.forEach((each, row) => {
    const figures = [0.5, 0.9, 1].map((q) => quantile(each, q).toFixed(2).padStart(8));
    console.log(`${`${home}: ${ROWS[row]}`.padEnd(44)}${figures.join("")}`);
  });
}
keep("worker", times);
