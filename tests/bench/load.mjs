// Requests at a steady rate to a server that puts cached pages in order, which is killed in the middle and started anew.
//   node tests/bench/load.mjs [--rate 500] [--seconds 60]
//
// Every answer is compared with its page: the same bytes, but for the order of the tiles. What fails while the server is down is
// counted by itself; any other failure, and any wrong page, ends the run with an error.
import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, get } from "node:http";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { idOf } from "./edge_page.mjs";
import { cachedPage, idsOf } from "./load_page.mjs";
import { quantile } from "./quantile.mjs";
import { artifact, keep, repository } from "./results.mjs";

const ITEMS = 40_000;
const PAGES = 100;
const PORT = 18_473;
const { values: flags } = parseArgs({
  options: { rate: { type: "string", default: "500" }, seconds: { type: "string", default: "60" } },
});
const [rate, seconds] = [Number(flags.rate), Number(flags.seconds)];
const agent = new Agent({ keepAlive: true, maxSockets: 256 });

async function start() {
  const script = fileURLToPath(new URL("./load_server.mjs", import.meta.url));
  const server = fork(script, [repository(artifact(ITEMS)), String(PORT)], { execArgv: ["--expose-gc"] });
  await once(server, "message");
  return server;
}

function fetched(path) {
  return new Promise((done, failed) => {
    const request = get({ host: "127.0.0.1", port: PORT, path, agent }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () =>
        response.complete
          ? done({ status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() })
          : failed(new Error("cut off")),
      );
      response.on("error", failed);
    });
    // A server closes connections that were idle, in the very moment in which one is used again: clients ask once more (Node's
    // documentation of `request.reusedSocket`).
    request.on("error", (error) =>
      request.reusedSocket && error.code === "ECONNRESET" ? done(fetched(path)) : failed(error),
    );
  });
}

const TILE = /<li data-reshelf-item="(\d+)">.*?<\/li>\n/gs;
const pages = Array.from({ length: PAGES }, (_, number) => {
  const text = cachedPage(number, ITEMS);
  return { frame: text.replace(TILE, "\0"), tiles: new Map([...text.matchAll(TILE)].map(([tile, id]) => [id, tile])) };
});

/** Whether an answer is its page with the tiles in some order; and whether that is another order. */
function judged(number, { status, headers, text }) {
  const { frame, tiles } = pages[number];
  const found = [...text.matchAll(TILE)];
  const whole =
    found.length === tiles.size &&
    new Set(found.map(([, id]) => id)).size === tiles.size &&
    found.every(([tile, id]) => tiles.get(id) === tile) &&
    text.replace(TILE, "\0") === frame;
  const order = found.map(([, id]) => id).join();
  return {
    right: status === 200 && whole && /^private/.test(headers["cache-control"]),
    moved: order !== idsOf(number, ITEMS).join(),
  };
}

let server = await start();
let down = false;
let servers = 1;
const count = { right: 0, moved: 0, wrong: 0, failed: 0, whileDown: 0 };
const times = [];
const memory = [];
const pending = new Set();

async function one(at) {
  const begin = performance.now();
  const number = (at * 37) % PAGES;
  const [before, by] = [down, servers];
  try {
    const { right, moved } = judged(number, await fetched(`/${number}?item=${idOf(at * 97, ITEMS)}`));
    count[right ? "right" : "wrong"] += 1;
    if (moved) count.moved += 1;
    times.push(performance.now() - begin);
  } catch {
    count[before || down || by !== servers ? "whileDown" : "failed"] += 1;
  }
}

async function noteMemory() {
  const { rss, external, heapUsed } = JSON.parse((await fetched("/memory")).text);
  memory.push([rss, heapUsed, external].map((bytes) => Math.round(bytes / 1e6)));
}

const begin = performance.now();
let sent = 0;
let killed = false;
let lastNote = 0;
while (performance.now() - begin < seconds * 1000) {
  const elapsed = performance.now() - begin;
  for (; sent < (elapsed / 1000) * rate; sent++) {
    const request = one(sent).finally(() => pending.delete(request));
    pending.add(request);
  }
  if (!killed && elapsed > seconds * 500) {
    killed = down = true;
    server.kill("SIGKILL");
    void once(server, "exit")
      .then(start)
      .then((next) => {
        [server, down] = [next, false];
        servers += 1;
      });
  }
  if (!down && elapsed - lastNote > seconds * 100) {
    lastNote = elapsed;
    void noteMemory().catch(() => undefined);
  }
  await new Promise((done) => setTimeout(done, 2));
}
await Promise.all(pending);
server.kill();
const result = {
  ...{ rate, seconds, sent, ...count },
  milliseconds: { p50: quantile(times, 0.5), p99: quantile(times, 0.99) },
  memory: { "rss, heap, external (MB)": memory },
  load: loadavg()[0],
};
console.dir(result, { depth: 4 });
keep("load", result);
if (count.wrong > 0 || count.failed > 0 || count.right === 0) process.exitCode = 1;
agent.destroy();
