// What the capture costs while a page of 2,000 tiles scrolls: milliseconds of the main thread a second of scrolling, from a trace
// of Chromium.
//   node tests/bench/capture.mjs [--seconds 8] [--turns 5] [--tiles 2000]
//
// `script` is what the package's own functions take, told by the address of their file, everything that they call included: the
// samples of the trace's profiler in which one of them runs. (The trace's events of calls would not do: they have in them what it
// takes to note a call, which is more than the call.) `intersections` is the processor's time to find what is in view, which the
// browser does for us. Other work on the machine makes all of it longer: the least is nearest to a machine of its own.
import { parseArgs } from "node:util";
import { withPage } from "../browser/harness.mjs";

const options = { seconds: { type: "string" }, turns: { type: "string" }, tiles: { type: "string" } };
const { values } = parseArgs({ options });
const [SECONDS, TURNS, TILES] = [values.seconds ?? 8, values.turns ?? 5, values.tiles ?? 2000].map(Number);
/** Pixels a second, seven and a half rows of 200: a shopper who skims. */
const SPEED = 1500;
const PROFILER = "disabled-by-default-v8.cpu_profiler";
const CATEGORIES = ["devtools.timeline", "blink", PROFILER, `${PROFILER}.hires`];

/** What runs on the page besides the scrolling, by its name. */
const WAYS = {
  capture: () => shop.start(),
  "an observer of every tile that does nothing": () => shop.watchAll(),
};
const NAMES = ["script", "intersections", "calls a second"];
const OURS = /\/reshelf\/capture\/|\/capture\.js$/;

const figures = Object.fromEntries(Object.keys(WAYS).map((way) => [way, []]));
let told;
await withPage(
  async (page) => {
    for (let turn = 0; turn < TURNS; turn++) {
      for (const [way, begin] of Object.entries(WAYS)) {
        await page.reload();
        await page.waitForFunction(() => window.shop);
        await page.evaluate((tiles) => shop.main.append(shop.list("grid", "all", shop.ids("p", tiles))), TILES);
        await page.evaluate(begin);
        await page.waitForTimeout(1500);
        figures[way].push(costs(await trace(page)));
        if (way === "capture") told = (await page.evaluate(() => shop.capture.info())).told;
      }
    }
  },
  { path: "/capture.html", viewport: { width: 1280, height: 800 } },
);

console.log(`${TILES.toLocaleString("en")} tiles, ${SPEED} px/s for ${SECONDS} s: median of ${TURNS} (least to most)`);
console.log(`${"ms a second of scrolling".padEnd(44)}${NAMES.map((name) => name.padStart(26)).join("")}`);
for (const [way, runs] of Object.entries(figures)) {
  const cells = NAMES.map((name) => {
    const sorted = runs.map((run) => run[name]).sort((a, b) => a - b);
    const [least, median, most] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)].map((each) => each.toFixed(2));
    return `${median} (${least} to ${most})`.padStart(26);
  });
  console.log(`${way.padEnd(44)}${cells.join("")}`);
}
console.log(`told: ${JSON.stringify(told)}`);

/** Scrolls as a finger does, by the browser's own hand and without script, and returns what was traced meanwhile. */
async function trace(page) {
  const session = await page.context().newCDPSession(page);
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  const complete = new Promise((done) => session.once("Tracing.tracingComplete", done));
  const traceConfig = { includedCategories: CATEGORIES };
  await session.send("Tracing.start", { transferMode: "ReportEvents", traceConfig });
  const begin = performance.now();
  const gesture = { x: 600, y: 400, xDistance: 0, yDistance: -SPEED * SECONDS, speed: SPEED, preventFling: true };
  await session.send("Input.synthesizeScrollGesture", gesture);
  const seconds = (performance.now() - begin) / 1000;
  await session.send("Tracing.end");
  await complete;
  await session.detach();
  return { events, seconds };
}

/** Milliseconds a second, and calls a second. */
function costs({ events, seconds }) {
  const calls = events.filter(({ name, args }) => name === "FunctionCall" && OURS.test(args.data?.url ?? ""));
  const intersections = events.filter(({ name }) => name === "IntersectionObserverController::computeIntersections");
  return {
    script: sampled(events.filter(({ name }) => name === "ProfileChunk")) / seconds,
    intersections: intersections.reduce((total, { dur, tdur = dur }) => total + tdur / 1000, 0) / seconds,
    "calls a second": calls.length / seconds,
  };
}

/** Milliseconds of samples in which a function of ours runs: so many, each of the usual time from one to the next. */
function sampled(chunks) {
  const nodes = new Map();
  const deltas = [];
  let ours = 0;
  for (const { args } of chunks) {
    const { cpuProfile, timeDeltas = [] } = args.data;
    for (const node of cpuProfile?.nodes ?? []) nodes.set(node.id, node);
    deltas.push(...timeDeltas);
    for (const sample of cpuProfile?.samples ?? []) {
      let node = nodes.get(sample);
      while (node && !OURS.test(node.callFrame.url ?? "")) node = nodes.get(node.parent);
      if (node) ours++;
    }
  }
  return (ours * deltas.sort((a, b) => a - b)[deltas.length >> 1]) / 1000;
}
