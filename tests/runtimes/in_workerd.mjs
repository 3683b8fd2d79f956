// The worker that edge.mjs starts in workerd. Modules arrive as imports there: compiling from bytes is refused.
import { explain } from "../../www/dist/explain/index.js";
import { loadReranker } from "../../www/dist/index.js";
import { loadReranker as loadOwn } from "../../www/dist/index.workerd.js";
import { policy } from "../../www/dist/slate/index.js";
import descriptions from "../golden/descriptions.json";
import sessions from "../golden/golden.json";
import model from "../golden/golden.safetensors";
import { checkKernel } from "./kernel_check.mjs";
import wasm from "./module.wasm";
import { prove } from "./proof.mjs";

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/golden")
      return Response.json(await prove(loadReranker, { model, wasm, sessions, descriptions }, { policy, explain }));
    if (pathname === "/own")
      return Response.json(await prove(loadOwn, { model, sessions, descriptions }, { policy, explain }));
    if (pathname === "/without-module") return Response.json(await withoutModule());
    if (pathname === "/kernel") return Response.json(await checkKernel(wasm, Number(searchParams.get("seed"))));
    return new Response(null, { status: 404 });
  },
};

/** What is left without the module, and with its bytes, which workerd refuses to compile. */
async function withoutModule() {
  const answers = [];
  for (const module of [undefined, new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])]) {
    const reranker = await loadReranker({ model, wasm: module });
    for (const [id, type, at] of sessions[0].events) reranker.observe({ id, type, at });
    const { status, reason } = reranker.info();
    const order = reranker.rerank(["c", "a", "b"]).map((entry) => entry.candidate);
    answers.push({ status, code: reason?.code, message: reason?.message, order });
  }
  return answers;
}
