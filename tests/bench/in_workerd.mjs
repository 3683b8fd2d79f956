// Runs the job in workerd, whose clock stands still while code runs: `/COUNT/CALLS` makes so many calls, and whoever asked
// knows how long that took. `/` tells the kernel.
import { loadReranker } from "../../www/dist/index.js";
import wasm from "../runtimes/module.wasm";
import { openJob } from "./job.mjs";
import model from "./sample.safetensors";

const ITEMS = 40_000;
const ranks = new Map();
let job;

export default {
  async fetch(request) {
    const [, count, calls] = new URL(request.url).pathname.split("/").map(Number);
    job ??= await openJob(loadReranker, { model, wasm }, ITEMS);
    if (!ranks.has(count)) ranks.set(count, job.rerank(count));
    const rank = ranks.get(count);
    for (let call = 0; call < calls; call++) rank();
    return Response.json({ backend: job.info().backend });
  },
};
