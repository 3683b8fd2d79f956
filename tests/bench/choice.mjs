// Whether `backend: "auto"` chooses well: `retrieve` by the CPU, by the GPU, and as `auto` decides after its measurement.
//   node tests/bench/choice.mjs
// In Chromium, whose WebGPU runs on SwiftShader, a GPU in software: the worst case for a GPU, and the same everywhere. What
// was measured goes to target/bench/choice.json.
import { basename } from "node:path";
import { GPU_ARGS, MOUNTS, withPage } from "../browser/harness.mjs";
import { quantile } from "./quantile.mjs";
import { artifact, FOLDER, keep } from "./results.mjs";

const SIZES = [100_000];
const WANTED = 100;
const BACKENDS = ["cpu", "gpu", "auto"];

const mounts = { ...MOUNTS, "/bench/": "tests/bench", "/artifacts/": FOLDER };
const measured = [];
for (const items of SIZES) {
  // Twice, loaded in both orders: where a table comes to lie in memory makes a difference of some per cent.
  const runs = [];
  for (const backends of [BACKENDS, [...BACKENDS].reverse()]) {
    runs.push(
      await withPage(
        (page) =>
          page.evaluate(compare, { model: `/artifacts/${basename(artifact(items))}`, items, wanted: WANTED, backends }),
        { mounts, isolated: true, args: GPU_ARGS },
      ),
    );
  }
  const [cpu, gpu, auto] = BACKENDS.map((backend) =>
    quantile(
      runs.flatMap(({ times }) => times[backend]),
      0.5,
    ),
  );
  const chosen = [...new Set(runs.map(({ chosen }) => chosen))].join(", ");
  const decided = Math.max(...runs.map(({ decided }) => decided));
  const { nearest, adapter, why } = runs[0];
  measured.push({ items, cpu, gpu, auto, nearest, chosen, adapter, why, decided });
  const ratio = auto / Math.min(cpu, gpu);
  console.log(
    `${items} items, ${nearest} nearest rows: cpu ${cpu.toFixed(3)} ms, gpu ${gpu.toFixed(1)} ms, auto ${auto.toFixed(3)} ms, auto / better ${ratio.toFixed(3)}`,
  );
  console.log(`auto chose the ${chosen} after ${(decided / 1000).toFixed(1)} s: ${why}`);
}
keep("choice", measured);

/** Runs in the page. */
async function compare({ model, items, wanted, backends }) {
  /** What may pass until a GPU is set up or measured, in milliseconds. */
  const PATIENCE = 240_000;
  /** Turns in which everybody answers, and how long each may take of a turn: a call at least, so that a slow one counts too. */
  const [TURNS, TURN_MS, MOST_CALLS] = [25, 30, 40];

  const { loadReranker } = await import("/reshelf/index.js");
  const { openJob } = await import("/bench/job.mjs");
  const jobs = {};
  for (const backend of backends) {
    const job = await openJob(loadReranker, { model, backend }, items);
    jobs[backend] = { scan: () => job.info().scan, call: job.retrieve(wanted) };
  }
  const until = async (met, what) => {
    for (const begin = performance.now(); !met(); await new Promise((done) => setTimeout(done, 20))) {
      if (performance.now() - begin > PATIENCE) throw new Error(`${what}: ${JSON.stringify(jobs.auto.scan())}`);
    }
  };
  await until(() => jobs.gpu.scan().backend === "gpu", "the GPU was not set up");

  // The first call has the GPU measured, in idle time; until then the CPU answers.
  const begin = performance.now();
  await jobs.auto.call();
  await until(() => jobs.auto.scan().measured !== null, "auto has not decided");
  const decided = performance.now() - begin;

  const timed = async (backend) => {
    const begin = performance.now();
    await jobs[backend].call();
    return performance.now() - begin;
  };
  const length = {};
  for (const backend of backends) {
    await timed(backend);
    length[backend] = Math.max(1, Math.min(MOST_CALLS, Math.floor(TURN_MS / (await timed(backend)))));
  }
  const times = { cpu: [], gpu: [], auto: [] };
  for (let turn = 0; turn < TURNS; turn++) {
    times.gpu.push(await timed("gpu"));
    for (let call = 1; call < length.gpu; call++) times.gpu.push(await timed("gpu"));
    // These two in turn, call by call: they are the ones that may be alike, and neither shall have the colder cache.
    for (let call = 0; call < Math.max(length.cpu, length.auto); call++) {
      for (const backend of (turn + call) % 2 ? ["cpu", "auto"] : ["auto", "cpu"])
        times[backend].push(await timed(backend));
    }
  }
  const { adapter } = jobs.gpu.scan();
  const { why, answered: chosen, measured } = jobs.auto.scan();
  if (jobs.gpu.scan().answered !== "gpu") throw new Error(`the GPU did not answer: ${jobs.gpu.scan().why}`);
  return { times, nearest: measured?.count ?? null, chosen, adapter, why, decided };
}
