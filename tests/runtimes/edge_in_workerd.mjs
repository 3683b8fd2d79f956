// The worker of edge_workerd.test.mjs: pages through reshelf/edge, as its condition `workerd` has it.
import { personalize } from "../../www/dist/edge/index.workerd.js";
import { loadModel } from "../../www/dist/index.js";
import descriptions from "../golden/descriptions.json";
import sessions from "../golden/golden.json";
import model from "../golden/golden.safetensors";
import { provePages } from "./edge_proof.mjs";
import wasm from "./module.wasm";

const TILES = ["a", "b", "c"].map((id) => `<li data-reshelf-item="${id}">${id}</li>`).join("");
const [HEAD, LIST, TAIL] = ["<!doctype html><p>Before</p>", `<ul data-reshelf-list>${TILES}</ul>`, "<p>After</p>"];
/** Called by `/release`, for a page that waits. */
let release;
let report;

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/golden")
      return Response.json(await provePages(personalize, loadModel, { model, wasm, sessions, descriptions }));
    if (pathname === "/report") return Response.json(report ?? null);
    if (pathname === "/release") return (release(), Response.json(true));
    const options = { request, reranker: turner, deadlineMs: 60_000, onReport: (given) => (report = given) };
    if (pathname === "/page") return personalize(page(HEAD + LIST + TAIL), options);
    if (pathname === "/waits") return personalize(page(waiting()), { ...options, deadlineMs: 60_000 });
    if (pathname === "/stalls") return personalize(page(stalling()), { ...options, deadlineMs: 20 });
    if (pathname === "/brotli") {
      // No decoder here: whatever is no text passes as it is, and is not packed a second time.
      const bytes = new Uint8Array(Array.from({ length: 200 }, (_, at) => (at * 37) % 256));
      return personalize(page(bytes, { "content-encoding": "br", etag: '"1"' }, "manual"), options);
    }
    if (pathname === "/gzip") {
      const packed = new Response(HEAD + LIST + TAIL).body.pipeThrough(new CompressionStream("gzip"));
      return personalize(page(packed, { "content-encoding": "gzip" }, "manual"), options);
    }
    return new Response(null, { status: 404 });
  },
};

const turner = { rerank: (list) => [...list].reverse() };

function page(body, headers = {}, encodeBody = "automatic") {
  const all = { "content-type": "text/html", "cache-control": "public, s-maxage=60", ...headers };
  return new Response(body, { headers: all, encodeBody });
}

/** The page up to the middle of its list, and the rest once `/release` is asked for. */
function waiting() {
  const encoder = new TextEncoder();
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  let released = false;
  release = () => (released = true);
  const write = async () => {
    await writer.write(encoder.encode(HEAD + LIST.slice(0, 40)));
    while (!released) await new Promise((done) => setTimeout(done, 5));
    await writer.write(encoder.encode(LIST.slice(40) + TAIL));
    await writer.close();
  };
  write();
  return readable;
}

/** The same, but the rest comes long after the deadline. */
function stalling() {
  const encoder = new TextEncoder();
  const parts = [HEAD + LIST.slice(0, 40), LIST.slice(40) + TAIL];
  return new ReadableStream({
    async pull(controller) {
      if (parts.length === 1) await new Promise((done) => setTimeout(done, 300));
      if (parts.length > 0) controller.enqueue(encoder.encode(parts.shift()));
      else controller.close();
    },
  });
}
