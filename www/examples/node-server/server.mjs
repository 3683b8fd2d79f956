// A server before a shop's own, which puts the lists of its pages in order: node server.mjs MODEL SHOP PORT
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { loadModel } from "reshelf";
import { personalize } from "reshelf/edge";

const [path, shop, port] = process.argv.slice(2);
const model = loadModel({ model: path, backend: "cpu" });

/** A request in, a response out, as every server with fetch handlers has it. */
async function handle(request) {
  const { pathname, search, searchParams } = new URL(request.url);
  const headers = new Headers(request.headers);
  headers.delete("host");
  headers.set("accept-encoding", "identity"); // Node's fetch unpacks, but leaves the header that says it is packed.
  const { method, signal } = request;
  const origin = await fetch(new URL(pathname + search, shop), { method, headers, signal, redirect: "manual" });
  const [, item] = /^\/p\/([^/]+)$/.exec(pathname) ?? [];
  return personalize(origin, { model, request, context: { item, query: searchParams.get("q") } });
}

/** The same for Node's own server. */
async function middleware(incoming, outgoing) {
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());
  try {
    const address = new URL(incoming.url, `http://${incoming.headers.host}`);
    const headers = Object.entries(incoming.headersDistinct).flatMap(([name, all]) =>
      all.map((value) => [name, value]),
    );
    const response = await handle(new Request(address, { method: incoming.method, headers, signal: gone.signal }));
    outgoing.statusCode = response.status;
    for (const name of response.headers.keys()) {
      const cookies = name === "set-cookie";
      outgoing.setHeader(name, cookies ? response.headers.getSetCookie() : response.headers.get(name));
    }
    if (response.body) await pipeline(Readable.fromWeb(response.body), outgoing);
    else outgoing.end();
  } catch {
    // The shop did not answer, or broke off; or the shopper is gone.
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(502).end();
  }
}

const server = createServer(middleware).listen(Number(port), () => console.log(server.address().port));
