// What a page costs at the edge: a page of 200 KB with 3 lists of 48 tiles, through `personalize` and passed through as it is, in
// workerd and in Node.
//   node tests/bench/edge.mjs [--pages 600] [--only workerd|node]
//
// workerd's own clock stands still, and other work on the machine makes any other clock wrong: what is told is the CPU time of the
// whole process, all threads together, as Linux counts it in nanoseconds. A request is one page over HTTP, its origin a worker in the
// same process; "added" is what a page takes beyond the median of those that pass. What was measured goes to target/bench/edge.json.
//
// The worker is one file with its modules beside it, as it is deployed.
import { readdirSync, readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { personalize } from "../../www/dist/edge/index.node.js";
import newGlue from "../../www/dist/html/reshelf_html.js";
import { loadModel } from "../../www/dist/index.node.js";
import { build } from "../../www/node_modules/esbuild/lib/main.js";
import { originOf, withWorker } from "../runtimes/edge.mjs";
import { benchPage, idOf } from "./edge_page.mjs";
import { quantile } from "./quantile.mjs";
import { artifact, FOLDER, keep, kept, repository } from "./results.mjs";

const ITEMS = 40_000;
const WARM_UP = 1000;
const STARTS = 9;
const { values: flags } = parseArgs({
  options: { pages: { type: "string", default: "600" }, only: { type: "string" } },
});
const PAGES = Number(flags.pages);
const round = (value) => Number(value.toFixed(2));

const measured = kept("edge") ?? {};
for (const [name, measure] of Object.entries({ workerd, node })) {
  if (flags.only && flags.only !== name) continue;
  measured[name] = { ...(await measure()), load: loadavg()[0] };
  console.log(name, measured[name]);
}
keep("edge", measured);
if (flags.only !== "workerd") console.log("module, milliseconds a page", moduleAlone());

/** CPU time of a process so far, in milliseconds. */
function cpuOf(pid) {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
    } catch {} // It ended meanwhile.
  }
  return nanoseconds / 1e6;
}

function summary(passed, ours) {
  const base = quantile(passed, 0.5);
  const added = ours.map((each) => each - base);
  const of = (values) => ({ p50: round(quantile(values, 0.5)), p99: round(quantile(values, 0.99)) });
  return { pages: ours.length, passed: of(passed), ours: of(ours), added: of(added) };
}

/** The worker's files: name, kind and path. */
async function deployed() {
  const outfile = `${FOLDER}/edge_worker.js`;
  const beside = {
    "module.wasm": "www/dist/engine/reshelf_bg.wasm",
    "reshelf_html_bg.wasm": "www/dist/html/reshelf_html_bg.wasm",
  };
  const outside = {
    name: "outside",
    setup: ({ onResolve }) =>
      onResolve({ filter: /[.](wasm|safetensors)$/ }, ({ path }) => ({ path: path.split("/").at(-1), external: true })),
  };
  await build({
    ...{
      entryPoints: [repository("tests/bench/edge_in_workerd.mjs")],
      outfile: repository(outfile),
      plugins: [outside],
    },
    ...{ bundle: true, minify: true, format: "esm", target: "es2022", conditions: ["workerd"], logLevel: "error" },
  });
  return [
    ["worker.js", "esModule", outfile],
    ...Object.entries(beside).map(([name, path]) => [name, "wasm", path]),
    ["sample.safetensors", "data", artifact(ITEMS)],
  ];
}

async function workerd() {
  const files = await deployed();
  // The same files, which it does not import: workerd copies a megabyte of its configuration in 6 ms.
  const idle = [["tests/bench/edge_bare.mjs", "esModule"], ...files];
  const origin = originOf(
    `${readFileSync(new URL("./edge_page.mjs", import.meta.url), "utf8")}
    const page = benchPage(${ITEMS});
    export default { fetch: () => new Response(page, { headers: { "content-type": "text/html", "cache-control": "public" } }) };`,
  );
  const run = (full, use) => withWorker(null, use, full ? files : idle, origin);
  const get = async (address) => {
    const response = await fetch(address);
    if (response.status !== 200) throw new Error(`${address}: ${response.status}`);
    return response.text();
  };
  const result = await run(true, async (_, address, pid) => {
    const request = async (path) => {
      const begin = cpuOf(pid);
      const text = await get(`${address}${path}`);
      return [cpuOf(pid) - begin, text];
    };
    for (let page = 0; page < WARM_UP; page++) await request(`/ours/${page}`), await request(`/pass/${page}`);
    const [passed, ours] = [[], []];
    let moved = 0;
    for (let page = 0; page < PAGES; page++) {
      const [plain, before] = await request(`/pass/${page}`);
      const [ordered, after] = await request(`/ours/${page}`);
      passed.push(plain);
      ours.push(ordered);
      if (after !== before) moved += 1;
      if (after.length !== before.length) throw new Error("a page has another length");
    }
    return { ...summary(passed, ours), moved };
  });
  // A start with the first page, beside the start of a worker that holds nothing and passes it: CPU time of all threads, and
  // the time of a clock.
  const start = async (full) => {
    const [cpu, clock] = [[], []];
    for (let at = 0; at < STARTS; at++) {
      const begin = performance.now();
      await run(full, async (_, address, pid) => {
        await get(`${address}/${full ? "ours" : "pass"}/1`);
        cpu.push(cpuOf(pid));
        clock.push(performance.now() - begin);
      });
    }
    return { cpu: quantile(cpu, 0.5), clock: quantile(clock, 0.5) };
  };
  const [bare, ours] = [await start(false), await start(true)];
  const added = { cpu: round(ours.cpu - bare.cpu), clock: round(ours.clock - bare.clock) };
  return { ...result, cold: { bare: round(bare.cpu), ours: round(ours.cpu), added } };
}

/** The reading alone, by the clock where nothing else runs: of a selector that decides by itself, and of one that does not. */
function moduleAlone() {
  const glue = newGlue();
  const module = new WebAssembly.Module(readFileSync(repository("www/dist/html/reshelf_html_bg.wasm")));
  const { Page } = glue.start(new WebAssembly.Instance(module, glue.imports()));
  const bytes = new TextEncoder().encode(benchPage(ITEMS));
  const read = (list) => {
    const rules = [{ list, item: "[data-reshelf-item]", id: "data-reshelf-item" }];
    const page = new Page({ rules, islands: [], maxListBytes: 1e6 });
    page.write(bytes);
    page.end();
    for (let next = page.next(); next !== 0; next = page.next()) {
      if (next === 1) page.take();
      else if (next === 2) page.order(Uint32Array.from(page.ids(), (_, at) => 47 - at));
      else page.report();
    }
    page.free();
  };
  const taken = (list) => {
    const times = Array.from({ length: WARM_UP + PAGES }, () => {
      const begin = performance.now();
      read(list);
      return performance.now() - begin;
    });
    return round(quantile(times.slice(WARM_UP), 0.5));
  };
  return { alone: taken("[data-reshelf-list]"), combinator: taken("section [data-reshelf-list]") };
}

async function node() {
  const model = await loadModel({ model: repository(artifact(ITEMS)), backend: "cpu" });
  const bytes = new TextEncoder().encode(benchPage(ITEMS));
  const origin = () => {
    let at = 0;
    const pull = (controller) => {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, (at += 16_384)));
      else controller.close();
    };
    return new Response(new ReadableStream({ pull }), { headers: { "content-type": "text/html" } });
  };
  const once = async (page, options) => {
    const begin = process.cpuUsage();
    const context = { item: idOf(page * 97, ITEMS) };
    const answer = options ? await personalize(origin(), { model, context, ...options }) : origin();
    const text = await answer.arrayBuffer();
    const { byteLength } = text;
    if (byteLength < bytes.length) throw new Error("a page has lost bytes");
    const { user, system } = process.cpuUsage(begin);
    return [(user + system) / 1000, byteLength, text];
  };
  const kinds = { passed: null, ours: {}, withRows: { rows: true } };
  const taken = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]));
  const grown = [];
  for (let page = 0; page < WARM_UP + PAGES; page++)
    for (const [kind, options] of Object.entries(kinds)) {
      const [milliseconds, length] = await once(page, options);
      if (page >= WARM_UP) taken[kind].push(milliseconds);
      if (kind === "withRows") grown.push(length - bytes.length);
    }
  const [, , withRows] = await once(0, { rows: true });
  const gzip = gzipSync(withRows).length - gzipSync(bytes).length;
  model.dispose();
  const { added: rows } = summary(taken.passed, taken.withRows);
  return { ...summary(taken.passed, taken.ours), rows, rowBytes: { raw: quantile(grown, 0.5), gzip } };
}
