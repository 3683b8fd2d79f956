// What tabs and workers of the tests of stores share: a session that is kept, and what there is to tell of it.
import { loadReranker } from "/reshelf/index.js";

const MODEL = "/golden/golden.safetensors";

/** Ids that the model knows, the same everywhere, and two that it does not. */
export let ids = [];
export let reranker;

/** Loads a session that lives in this store; returns what it is like at once. */
export async function begin(store, options = {}) {
  reranker = await loadReranker({ model: MODEL, backend: "cpu", store, ...options });
  if (ids.length === 0) {
    const other = reranker.session();
    const found = (await other.retrieve({ k: 40 })).map(({ id }) => id);
    ids = [...found.slice(0, 38), "not-in-the-model-1", "not-in-the-model-2"];
    other.dispose();
  }
  return state();
}

/** What the shop says of items that the model does not know. */
const SAID = { category: "home/mugs", title: "A blue mug" };
const told = (id) => ({ id, ...(/^not/.test(id) ? SAID : {}) });

const ranked = () => reranker.rerank(ids.map(told));

/** Places in the server's order, in the new one: 0, 1, 2, ... for the server's own. */
export const order = () => ranked().map(({ previousRank }) => previousRank - 1);

export function state() {
  const { status, events, shown, store, consent } = reranker.info();
  return {
    status,
    events: events.map(({ event, id, type }) => `${event} ${type} ${id}`),
    seen: events.map(({ id }) => id),
    shown,
    store,
    consent,
    ranked: ranked().map(({ candidate, score }) => [candidate.id, score]),
  };
}

/** Waits until everything is written, or nothing is any more. */
export async function saved(reached = ({ kind, saved }) => kind !== "memory" && saved) {
  for (let i = 0; i < 500 && !reached(reranker.info().store); i++) await new Promise((done) => setTimeout(done, 10));
  return reranker.info().store;
}

/** Waits for what other tabs have to say. */
export async function until(reached) {
  for (let i = 0; i < 500 && !reached(state()); i++) await new Promise((done) => setTimeout(done, 10));
  return state();
}

/** Everything that a page can store, as it is. */
export async function traces() {
  return {
    databases: (await indexedDB.databases()).map(({ name }) => name),
    session: Object.keys(sessionStorage),
    local: Object.keys(localStorage),
    caches: globalThis.caches ? await caches.keys() : [],
    cookies: document.cookie,
  };
}

/** Opens the database beside the package, and does something with all that is in it. */
export async function inside(work, mode = "readonly") {
  const asked = (request) =>
    new Promise((done, failed) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
  const database = await asked(indexedDB.open("reshelf session"));
  try {
    const log = database.transaction("log", mode).objectStore("log");
    const [names, values] = await Promise.all([asked(log.getAllKeys()), asked(log.getAll())]);
    return await work(new Map(names.map((name, at) => [name, values[at]])), log, asked);
  } finally {
    database.close();
  }
}

/** Lets others run for so many milliseconds, one turn at least. A timer of a tab in the background may take a second. */
async function pause(milliseconds) {
  const end = performance.now() + milliseconds;
  do {
    const { port1, port2 } = new MessageChannel();
    const turn = new Promise((done) => (port1.onmessage = done));
    port2.postMessage(0);
    await turn;
    port1.close();
  } while (performance.now() < end);
}

/** Does a few things by a seed, each after a wait by the seed; the same seed does the same. */
export async function acts(seed, count) {
  const random = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const one = (list) => list[Math.floor(random() * list.length)];
  for (let i = 0; i < count; i++) {
    const wait = Math.floor(random() * 4);
    if (wait > 1) await pause(wait === 3 ? random() * 4 : 0);
    const act = random();
    const id = one(ids);
    // Alone it would wait a second for more of them, in each round: an event takes it along.
    if (act < 0.05) {
      reranker.observe({ ...told(id), type: "skip" });
      reranker.observe(told(one(ids)));
    } else if (act < 0.7) {
      reranker.observe({ ...told(id), type: one(["view", "view", "cart", "wish", "review", "dislike"]) });
    } else if (act < 0.82) reranker.forget({ event: one(reranker.info().events)?.event ?? 1 });
    else if (act < 0.94) reranker.forget(id);
    else if (act < 0.97) reranker.forget();
    else ranked();
  }
}

/** What has to be the same wherever the session is, and whether it is written. */
export function comparable() {
  const { events, shown, ranked, store } = state();
  return {
    same: JSON.stringify([events, shown, ranked]),
    saved: store.saved && store.reason === null,
    events: events.length,
  };
}

const STEPS = { acts, begin, comparable, state };

/** Does what `drive` in another tab asks of this name. */
export function follow(name) {
  const wire = new BroadcastChannel("driver");
  wire.onmessage = async ({ data: { to, number, step, given } }) => {
    if (to === name) wire.postMessage({ number, result: await STEPS[step](...given) });
  };
}

let driver;
let asked = 0;

/** Has whoever follows by this name do something. */
export function ask(to, step, ...given) {
  driver ??= new BroadcastChannel("driver");
  const number = ++asked;
  return new Promise((done) => {
    const answered = ({ data }) => {
      if (data.number !== number || data.to !== undefined) return;
      driver.removeEventListener("message", answered);
      done(data.result);
    };
    driver.addEventListener("message", answered);
    driver.postMessage({ to, number, step, given });
  });
}

/** This tab and those that follow act, all at once: after each round all have one session. Tells of the first where they do not. */
export async function drive(names, rounds, seed) {
  let most = 0;
  for (let round = 0; round < rounds; round++) {
    const count = () => 1 + ((seed >> round) & 1);
    await Promise.all([acts(seed, count()), ...names.map((name, at) => ask(name, "acts", seed + at + 1, count()))]);
    seed += 10;
    let all = [];
    for (const end = performance.now() + 10_000; performance.now() < end; ) {
      all = await Promise.all([comparable(), ...names.map((name) => ask(name, "comparable"))]);
      if (all.every(({ same, saved }) => saved && same === all[0].same)) break;
      await pause(1);
    }
    if (!all.every(({ same, saved }) => saved && same === all[0].same)) return { fault: round, all };
    most = Math.max(most, all[0].events);
  }
  return { most, same: comparable().same };
}
