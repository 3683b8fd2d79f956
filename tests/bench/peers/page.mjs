// What runs in the tab: every engine gets the same lists and sessions in turn, and each call is timed.
//
// A peer is a module: { variants: { list, scan }, open(table, variant, job, count, artifact) }. `open` gives
// { setSession(session), list(candidates) or scan(): ids or a promise of them, close() }, and perhaps prepare(lists),
// backend() and strayed().

import { quantile } from "../quantile.mjs";
import { reshelf } from "./reshelf.mjs";
import { idOf, readTable } from "./table.mjs";

/** How many of the best everyone returns. */
const BEST = 20;
/** Different sessions, one after the other; and lists of each length. */
const SESSIONS = 4;
const LISTS = 16;
/** Of the best 20, so many must be right: full precision orders a few of them otherwise than int8. */
const LEAST_RIGHT = 18;
/** Calls in one turn, and the time after which an engine's turn ends early. */
const CALLS_A_TURN = 16;
const LONGEST_TURN_MS = 4;
/** An engine that takes longer for one call is not worth waiting for. */
const LONGEST_CALL_MS = 5000;

export async function peer(key) {
  return key.startsWith("reshelf ") ? reshelf(key.slice("reshelf ".length)) : import(`/peers/${key}.js`);
}

/** A catalogue, the sessions and the lists, all from one seed. */
async function setting(address, count) {
  const artifact = await (await fetch(address)).arrayBuffer();
  const table = readTable(artifact);
  const draw = generator(7);
  const sessions = Array.from({ length: SESSIONS }, () => table.session(draw(table.rows))).map((one) => ({
    ...one,
    id: idOf(one.row),
  }));
  const job = count < table.rows ? "list" : "scan";
  const lists =
    job === "scan"
      ? [null]
      : Array.from({ length: LISTS }, () => {
          const rows = new Set();
          while (rows.size < count) rows.add(draw(table.rows));
          return Array.from(rows, (row, at) => ({
            id: idOf(row),
            title: `Product ${row}`,
            price: 10 + at,
            score: 1 / (1 + at),
          }));
        });
  const rowOf = (id) => (Number(id) - 7) / 3;
  const everyRow = Int32Array.from({ length: table.rows }, (_, row) => row);
  const right = sessions.map((session) =>
    lists.map((list) => table.best(session, list ? list.map(({ id }) => rowOf(id)) : everyRow, BEST)),
  );
  return { artifact, table, sessions, job, lists, right };
}

/** Measures all engines at one length of list. The table of `artifact` is the catalogue. */
export async function measure({ peers, artifact: address, count, rounds }) {
  const world = await setting(address, count);
  const runners = [];
  const leftOut = {};
  for (const key of peers) {
    const { variants } = await peer(key).catch(
      (error) => ((leftOut[key] = String(error.message ?? error)), { variants: {} }),
    );
    const tried = [];
    for (const variant of variants?.[world.job] ?? []) {
      // One after the other, so that two variants of the largest table need not fit side by side.
      await tried.find((one) => one.engine)?.engine.close();
      tried.forEach((one) => delete one.engine);
      try {
        tried.push(await trial(key, variant, world));
      } catch (error) {
        tried.push({ variant, error: String(error?.message ?? error).slice(0, 300) });
      }
      console.log(`${count} ${key}: ${variant}: ${tried.at(-1).error ?? `${tried.at(-1).time.toFixed(4)} ms`}`);
    }
    const works = tried.filter((one) => one.time !== undefined).sort((a, b) => a.time - b.time);
    const spoken = tried.map(({ variant, time, error }) => ({ variant, time, error }));
    if (works.length === 0) {
      leftOut[key] ??= tried[0]?.error ?? `takes no part in a ${world.job}`;
      continue;
    }
    const best = works[0].engine
      ? works[0]
      : (await tried.find((one) => one.engine)?.engine.close(), await trial(key, works[0].variant, world));
    runners.push({ key, ...best, tried: spoken, strays: 0, cold: [], calls: [], turns: [] });
  }
  world.table.forgetVectors();

  for (let round = 0; round < rounds; round++) {
    for (const { engine } of runners) {
      engine.setSession(world.sessions[round % SESSIONS]);
      await call(engine, world.lists[(round + 1) % world.lists.length]); // What a new session costs belongs to no call.
    }
    // Everyone is first once: who comes first finds the caches as the round before left them.
    const list = world.lists[round % world.lists.length];
    for (let turn = 0; turn < runners.length; turn++) await play(runners[(turn + round) % runners.length], list);
  }
  const results = runners.map(({ key, variant, tried, right, backend, prepare, strays, cold, calls, turns }) => {
    const spread = {
      p50: quantile(turns, 0.5),
      p99: quantile(calls, 0.99),
      worst: quantile(calls, 1),
      cold: quantile(cold, 0.5),
    };
    return { key, variant, tried, right, backend, prepare, strays, calls: calls.length, ...spread };
  });
  for (const runner of runners) await runner.engine.close();
  // Another device's times are not this one's.
  for (const { key, strays } of results.filter(({ strays }) => strays > 0))
    leftOut[key] = `${strays} turns were answered by another device`;
  return {
    count,
    job: world.job,
    isolated: crossOriginIsolated,
    rounds,
    results: results.filter(({ strays }) => strays === 0),
    leftOut,
  };
}

/** Opens an engine, checks its answers, warms it up and sees how fast it is. */
async function trial(key, variant, world) {
  const { table, sessions, job, lists, right } = world;
  const engine = await (await peer(key)).open(table, variant, job, BEST, world.artifact);
  try {
    const begin = performance.now();
    engine.prepare?.(lists);
    const prepare = engine.prepare && (performance.now() - begin) / lists.length;
    let fewest = BEST;
    for (let session = 0; session < SESSIONS; session++) {
      engine.setSession(sessions[session]);
      for (let list = 0; list < Math.min(4, lists.length); list++) {
        const begin = performance.now();
        const ids = await call(engine, lists[list]);
        if (performance.now() - begin > LONGEST_CALL_MS)
          throw new Error(`one call takes more than ${LONGEST_CALL_MS} ms`);
        const expected = new Set(right[session][list]);
        if (ids.length !== expected.size) throw new Error(`${ids.length} answers in place of ${expected.size}`);
        fewest = Math.min(fewest, ids.filter((id) => expected.has(id)).length);
      }
    }
    if (fewest < LEAST_RIGHT) throw new Error(`only ${fewest} of the best ${BEST} are right`);
    const times = [];
    for (let done = 0, begin = performance.now(); done < 200 && performance.now() - begin < 400; done++) {
      const start = performance.now();
      for (let at = 0; at < 4; at++) await call(engine, lists[done % lists.length]);
      times.push((performance.now() - start) / 4);
    }
    return { variant, engine, time: quantile(times, 0.5), right: fewest, prepare, backend: engine.backend?.() };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/**
 * One engine's turn: the first call finds the caches full of the others' data; then a few calls after each other, timed
 * one by one for the worst of them and all together for the usual one (the clock ticks in 5 us).
 */
async function play(runner, list) {
  const { engine, time, cold, calls, turns } = runner;
  const length = Math.max(1, Math.min(CALLS_A_TURN, Math.floor(LONGEST_TURN_MS / time)));
  const start = performance.now();
  await call(engine, list);
  const begin = performance.now();
  cold.push(begin - start);
  let last = begin;
  for (let at = 0; at < length; at++) {
    await call(engine, list);
    const now = performance.now();
    calls.push(now - last);
    last = now;
  }
  turns.push((last - begin) / length);
  if (engine.strayed?.()) runner.strays++;
}

// Engines that answer at once are not made to wait for a promise.
const call = (engine, list) => (list ? engine.list(list) : engine.scan());

/** From nothing to the first answer: module, table and the first list of 200, in a page where nothing was loaded. */
export async function firstResult({ key, variant, artifact: address }) {
  const world = await setting(address, 200);
  if (!key.startsWith("reshelf ")) void world.table.vectors; // Whatever form of the table an engine wants lies ready.
  const begin = performance.now();
  const engine = await (await peer(key)).open(world.table, variant, "list", BEST, world.artifact);
  engine.prepare?.(world.lists.slice(0, 1));
  engine.setSession(world.sessions[0]);
  const ids = await call(engine, world.lists[0]);
  const time = performance.now() - begin;
  if (ids.length !== BEST) throw new Error(`${ids.length} answers`);
  return time;
}

/** A small xorshift generator: the same numbers below `end` on every run. */
function generator(seed) {
  let state = seed;
  return (end) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % end;
  };
}
