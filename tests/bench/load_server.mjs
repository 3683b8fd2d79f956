// The server that tests/bench/load.mjs loads: a hundred cached pages, each put in order for whoever asks, in Node's own server.
//   node tests/bench/load_server.mjs MODEL PORT
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { personalize } from "../../www/dist/edge/index.node.js";
import { loadModel } from "../../www/dist/index.node.js";
import { cachedPage } from "./load_page.mjs";

const [path, port] = process.argv.slice(2);
const model = await loadModel({ model: path, backend: "cpu" });
const items = model.info().model.items;

/** One object a page, shared by all requests, as a cache has it. */
const cache = new Map();
const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "public, max-age=600" };

const server = createServer(async (incoming, outgoing) => {
  const { pathname, searchParams } = new URL(incoming.url, "http://shop");
  if (pathname === "/memory") {
    globalThis.gc?.();
    outgoing.end(JSON.stringify(process.memoryUsage()));
    return;
  }
  const number = Number(pathname.slice(1));
  if (!cache.has(number)) cache.set(number, Buffer.from(cachedPage(number, items)));
  try {
    const answer = await personalize(new Response(cache.get(number), { headers }), {
      model,
      context: { item: searchParams.get("item") },
    });
    outgoing.setHeader("cache-control", answer.headers.get("cache-control"));
    outgoing.setHeader("content-type", answer.headers.get("content-type"));
    await pipeline(Readable.fromWeb(answer.body), outgoing);
  } catch {
    outgoing.destroy();
  }
});
server.listen(Number(port), "127.0.0.1", () => process.send?.("ready"));
