// Pages through a WASI program, in Node's WASI and in wasmtime: the orders are those of reshelf/edge, to the byte, whatever the context
// says, and whatever the shopper did.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { WASI } from "node:wasi";
import { personalize } from "../../www/dist/edge/index.node.js";
import { loadModel } from "../../www/dist/index.node.js";
import { GOLDEN } from "./verdicts.mjs";

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const PROGRAM = at("target/wasm32-wasip1/wasm-wasi/reshelf-wasi.wasm");
const AMPLE = 120_000;
const json = (path) => JSON.parse(readFileSync(path, "utf8"));

const folder = mkdtempSync(join(tmpdir(), "reshelf-wasi-"));
after(() => rmSync(folder, { recursive: true }));

const list = (of) =>
  `<ul data-reshelf-list>\n${of.map((id) => `<li data-reshelf-item="${id}"><a href="/p/${id}">${id}</a></li>`).join("\n")}\n</ul>`;
const pageOf = (ids) =>
  `<!doctype html><title>Shop</title>${list(ids)}<p>é</p>${list([...ids, "nobody"].reverse())}<p>After`;

/** What a host gives the program: each job with the files that it reads and writes, and the folders that it sees. */
function prepared(jobs) {
  return jobs.map(({ text, model, context, snapshot }, number) => {
    const [input, output, errors, session] = ["in", "out", "errors", "session"].map((name) =>
      join(folder, `${name}-${number}`),
    );
    writeFileSync(input, text);
    if (snapshot) writeFileSync(session, snapshot);
    const words = Object.entries({ ...(snapshot && { session: `/own/session-${number}` }), ...context });
    const args = ["reshelf-wasi", model, ...words.map(([name, value]) => `${name}=${value}`)];
    return { args, in: input, out: output, errors, folders: { "/golden": at("tests/golden"), "/own": folder } };
  });
}

const outcome = (jobs, codes) =>
  jobs.map((job, number) => ({
    status: codes[number],
    text: readFileSync(job.out, "utf8"),
    errors: readFileSync(job.errors, "utf8"),
  }));

async function inNode(jobs) {
  const program = await WebAssembly.compile(readFileSync(PROGRAM));
  const files = prepared(jobs);
  const codes = [];
  for (const { args, folders: preopens, ...paths } of files) {
    const [stdin, stdout, stderr] = [openSync(paths.in, "r"), openSync(paths.out, "w"), openSync(paths.errors, "w")];
    const wasi = new WASI({ version: "preview1", args, preopens, stdin, stdout, stderr, returnOnExit: true });
    codes.push(wasi.start(await WebAssembly.instantiate(program, wasi.getImportObject())));
    for (const file of [stdin, stdout, stderr]) closeSync(file);
  }
  return outcome(files, codes);
}

async function inWasmtime(jobs) {
  const files = prepared(jobs);
  const { status, stdout, stderr } = spawnSync("python3", [at("tests/runtimes/in_wasmtime.py"), wasmtime, PROGRAM], {
    ...{ input: JSON.stringify(files), encoding: "utf8" },
  });
  assert.equal(status, 0, stderr);
  return outcome(files, JSON.parse(stdout));
}

const wasmtime = json(at(".tools/wasmtime.json")).folder;
const HOSTS = [
  ["Node's WASI", inNode, {}],
  ["wasmtime", inWasmtime, { skip: wasmtime === null && "wasmtime is not to be had here: python3 with pip brings it" }],
];

/** Pages by all that a request may say of a shopper, each with what reshelf/edge makes of it. */
async function byContext() {
  const path = "/golden/clusters/golden.safetensors";
  const model = await loadModel({ model: new Uint8Array(readFileSync(at(`tests${path}`))), backend: "cpu" });
  const ids = (await model.session().retrieve({ k: 48 })).map(({ id }) => id);
  const contexts = [
    ...ids.slice(0, 8).map((item) => ({ item })),
    ...[0, 3, 15, 16, 99].map((cluster) => ({ cluster })),
    { category: "home/mugs" },
    { query: "red mug", item: ids[3] },
    { cluster: 2, category: "home", query: "blue mug", item: ids[20] },
    { item: "nobody" },
    {},
  ];
  return Promise.all(
    contexts.map(async (context) => ({
      ...{ text: pageOf(ids), model: path, context },
      expected: await edge(pageOf(ids), { model, context }),
    })),
  );
}

/** The sessions of the golden files, their candidates as pages. */
async function bySession() {
  const jobs = [];
  for (const golden of GOLDEN.filter(({ folder }) => folder.startsWith("tests/golden"))) {
    const path = `${golden.folder}/golden.safetensors`;
    const descriptions = json(at(`${golden.folder}/descriptions.json`));
    const model = await loadModel({ model: new Uint8Array(readFileSync(at(path))), backend: "cpu" });
    for (const { events, candidates } of json(at(`${golden.folder}/golden.json`))) {
      const reranker = model.session();
      for (const [id, type, time, more] of events)
        reranker.observe({ type, at: time, ...(id !== "" && { id, ...descriptions[id] }), ...more });
      // One that the page's server does not describe is known by nothing but its id, in either host.
      const session = model.session();
      const snapshot = reranker.snapshot();
      session.restore(snapshot);
      const text = pageOf(candidates);
      const expected = await edge(text, { reranker: session });
      jobs.push({ text, model: path.replace(/^tests/, ""), context: {}, snapshot, expected });
    }
  }
  return jobs;
}

async function edge(text, options) {
  const origin = new Response(text, { headers: { "content-type": "text/html" } });
  return (await personalize(origin, { ...options, deadlineMs: AMPLE })).text();
}

for (const [host, run, options] of HOSTS) {
  for (const [what, jobsOf] of [
    ["by what the request says", byContext],
    ["by the golden files' sessions", bySession],
  ])
    test(`pages come out of a WASI program in ${host} as they come out of reshelf/edge, ${what}`, options, async () => {
      const jobs = await jobsOf();
      const found = await run(jobs);
      let moved = 0;
      jobs.forEach(({ text, context, expected }, number) => {
        const wanted = { status: 0, errors: "", text: expected };
        assert.deepEqual({ ...found[number] }, wanted, `job ${number}: ${JSON.stringify(context)}`);
        moved += expected !== text;
      });
      assert.ok(moved > jobs.length / 2, `${moved} of ${jobs.length} pages were put in order`);
    });

  test(`a model that it cannot use leaves the page in ${host} as it came, and says why`, options, async () => {
    const text = pageOf(["1", "2"]);
    const models = ["/golden/none.safetensors", "/golden/golden.json", ""];
    for (const { status, text: left, errors } of await run(
      models.map((model) => ({ text, model, context: { item: "1" } })),
    )) {
      assert.deepEqual([status, left], [0, text]);
      assert.match(errors, /^reshelf-wasi: /);
    }
  });
}
