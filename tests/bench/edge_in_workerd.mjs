// The worker of edge.mjs: `/ours/N` puts a page in order for item N, `/pass/N` passes it.
import { personalize } from "../../www/dist/edge/index.workerd.js";
import { loadModel } from "../../www/dist/index.js";
import wasm from "../runtimes/module.wasm";
import artifact from "./sample.safetensors";

let model;

export default {
  async fetch(request) {
    const [, what, page] = new URL(request.url).pathname.split("/");
    if (what === "pass") return fetch(request);
    model ??= loadModel({ model: artifact, wasm, backend: "cpu" });
    const context = { item: String(7 + 3 * ((Number(page) * 97) % 40_000)) };
    return personalize(await fetch(request), { model: await model, request, context });
  },
};
