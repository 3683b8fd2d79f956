// What the sentinel does on the demo's simulator, with the shop's own model and with another shop's:
// node tests/bench/sentinel.mjs RESHELF [FOLDER]
//
// Two shops are made and a model trained on the older four fifths of each log. The newest fifth of the first shop's sessions is then lived
// anew: before each view that the log has, its shopper is shown a list in the order that stands, reads it from the top, and clicks the
// first item that the log has them view later. What the log says besides is observed as it was. NDCG@10 is of the clicked item's place.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadModel } from "../../www/dist/index.node.js";
import { sentinel } from "../../www/dist/sentinel/index.js";

const [reshelf, folder = "target/sentinel"] = process.argv.slice(2);
const SESSIONS = "9000";
/** Products of a list, and the chance to read on behind each. */
const LIST = 60;
const READ_ON = 0.97;

const run = (...args) => {
  const { status, stderr } = spawnSync(reshelf, ["--quiet", ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
};
mkdirSync(folder, { recursive: true });
for (const seed of ["1", "2"]) {
  const at = join(folder, seed);
  if (!existsSync(at)) run("demo-data", "--out", at, "--seed", seed, "--sessions", SESSIONS);
  if (existsSync(`${at}.safetensors`)) continue;
  const files = ["--events", join(at, "events.csv"), "--items", join(at, "items.csv")];
  run("train", ...files, "--newest-test", "0.2", "--out", `${at}.safetensors`);
}
const { lists, products } = JSON.parse(readFileSync(join(folder, "1", "shop.json"), "utf8"));
const categoryOf = new Map(products.map(({ id, category }) => [id, category]));
const sessions = read(join(folder, "1", "events.csv"));
const newest = sessions.slice(Math.floor(sessions.length * 0.8)).filter((session) => !isMachine(session));

console.log("| model | start | lists | server | model | with sentinel | trusted | found foreign | by list |");
console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
for (const [name, seed] of Object.entries({ "its own": "1", "another shop's": "2" }))
  for (const start of ["server", "model"]) console.log(await live(name, join(folder, `${seed}.safetensors`), start));
const model = await loadModel({ model: new Uint8Array(readFileSync(join(folder, "1.safetensors"))) });
for (const [name, some] of [
  ["machines", sessions.filter(isMachine)],
  ["people", sessions.filter((session) => !isMachine(session))],
]) {
  const told = some.filter((session) => tooFast(session)).length;
  console.log(`${told} of ${some.length} ${name} are taken for machines`);
}

/** Lives all sessions with a model, and says what came of it. */
async function live(name, path, start) {
  const model = await loadModel({ model: new Uint8Array(readFileSync(path)) });
  const sums = { server: 0, model: 0, guarded: 0, lists: 0 };
  const verdicts = { trusted: 0, foreign: 0, latest: 0, long: 0 };
  for (const events of newest) {
    const random = draws(events[0].at);
    const views = events.filter(({ type }) => type === "view");
    const [plain, guarded] = [model.session(), sentinel(model.session(), { start })];
    let [met, seen, trusted, foreign] = [0, 0, false, 0];
    for (const event of events) {
      if (event.type === "impression") continue;
      if (event.type === "view") {
        const wanted = new Set(views.slice(met).map(({ id }) => id));
        const list = (lists.category[categoryOf.get(event.id)] ?? []).slice(0, LIST);
        met += 1;
        if (plain.info().events.length > 0 && list.includes(event.id)) {
          const orders = { server: list, model: idsOf(plain.rerank(list)), guarded: idsOf(guarded.rerank(list)) };
          // One shopper, three times: the same patience each time.
          const patience = Math.ceil(Math.log(random()) / Math.log(READ_ON));
          for (const [whose, order] of Object.entries(orders)) {
            const place = order.findIndex((id) => wanted.has(id)) + 1;
            if (place > 0 && place <= patience) sums[whose] += place <= 10 ? 1 / Math.log2(place + 1) : 0;
          }
          sums.lists += 1;
          seen += 1;
        }
      }
      for (const session of [plain, guarded]) session.observe(event);
      await new Promise((done) => setImmediate(done));
      const { orders, reason } = guarded.verdict();
      trusted ||= orders === "model";
      if (reason?.code === "sentinel.foreign") foreign ||= seen;
    }
    if (views.length >= 4) {
      verdicts.long += 1;
      verdicts.trusted += Number(trusted);
      verdicts.foreign += Number(foreign > 0);
      verdicts.latest = Math.max(verdicts.latest, foreign);
    }
    plain.dispose();
    guarded.dispose();
  }
  const of = (whose) => (sums[whose] / sums.lists).toFixed(4);
  const { long, trusted, foreign, latest } = verdicts;
  const shares = `${trusted} of ${long} | ${foreign} of ${long} | ${latest || ""}`;
  return `| ${name} | ${start} | ${sums.lists} | ${of("server")} | ${of("model")} | ${of("guarded")} | ${shares} |`;
}

function tooFast(events) {
  const session = sentinel(model.session());
  for (const event of events) if (event.type !== "impression") session.observe(event);
  const { reason } = session.verdict();
  session.dispose();
  return reason?.code === "sentinel.fast" || reason?.code === "sentinel.broad";
}

/** What the simulator made as a machine: one that views in the order of the catalogue and does nothing else. */
function isMachine(events) {
  return events.length >= 100 && events.every(({ type }) => type === "view");
}

function idsOf(ranked) {
  return ranked.map(({ candidate }) => candidate);
}

/** The sessions of a log, oldest first, with their events in order. */
function read(path) {
  const sessions = new Map();
  for (const line of readFileSync(path, "utf8").trim().split("\n").slice(1)) {
    const [session, id, at, type, , , , , query] = line.split(",");
    const event = type === "search" ? { type, query, at: Number(at) } : { id, type, at: Number(at) };
    if (!sessions.has(session)) sessions.set(session, []);
    sessions.get(session).push(event);
  }
  for (const events of sessions.values()) events.sort((one, other) => one.at - other.at);
  return [...sessions.values()].sort((one, other) => one[0].at - other[0].at);
}

/** Numbers between 0 and 1, the same for the same seed (mulberry32). */
function draws(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
}
