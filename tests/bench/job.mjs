// The whole job, the same in every runtime: objects in, objects out, after a session of twelve events, with everything
// that the model looks at. Nothing here knows where it runs.
import { quantile } from "./quantile.mjs";

/** What the shopper has done before a list is ranked: two states and ten recent items make twelve rows of the session. */
export const EVENTS = 12;
/** Calls that a batch holds at least so that a coarse clock does not matter, and how many batches. */
const BATCH_MS = 10;
const BATCHES = 100;
/** Before anything counts. */
const WARM_UP_MS = 500;

/** Sample artifacts number their items so (crate/src/synthetic.rs). */
const id = (row) => String(7 + 3 * row);

/**
 * A model with a session, and ways to call it.
 * @param loadReranker the package's own
 * @param options its options
 * @param {number} items in the artifact
 */
export async function openJob(loadReranker, options, items) {
  const reranker = await loadReranker(options);
  const { status, reason } = reranker.info();
  if (status !== "ready") throw new Error(reason.message);
  for (let event = 0; event < EVENTS; event++) reranker.observe({ type: "view", id: id((event * 31 * 7919) % items) });
  return {
    info: () => reranker.info(),
    /** A function that ranks a list of so many objects. */
    rerank(count) {
      const list = Array.from({ length: count }, (_, at) => ({
        id: id((at * 7919) % items),
        title: `Product ${at}`,
        price: 10 + at,
        score: 1 / (1 + at),
      }));
      return () => {
        if (reranker.rerank(list).length !== count) throw new Error("a candidate got lost");
      };
    },
    /** A function that asks the whole catalogue for its best. */
    retrieve(count) {
      if (!reranker.retrieve) return null;
      return async () => {
        if ((await reranker.retrieve({ k: count })).length !== count) throw new Error("too few items came back");
      };
    },
    close: () => reranker.dispose(),
  };
}

/** Times a function: batches for the usual call, single calls for the slow ones. For runtimes whose clock runs. */
export async function time(call, { batches = BATCHES, batchMs = BATCH_MS } = {}) {
  const begin = performance.now();
  let calls = 0;
  while (performance.now() - begin < WARM_UP_MS || calls < 3) {
    await call();
    calls++;
  }
  const length = Math.max(1, Math.ceil((batchMs * calls) / (performance.now() - begin)));
  const [means, singles] = [[], []];
  for (let batch = 0; batch < batches; batch++) {
    const start = performance.now();
    let last = start;
    for (let at = 0; at < length; at++) {
      const answer = call();
      if (answer instanceof Promise) await answer;
      const now = performance.now();
      singles.push(now - last);
      last = now;
    }
    means.push((last - start) / length);
  }
  return { p50: quantile(means, 0.5), p99: quantile(singles, 0.99), calls: singles.length, tick: tick() };
}

/** The smallest step of this runtime's clock that can be seen, in milliseconds. */
function tick() {
  let smallest = Infinity;
  for (let seen = 0, last = performance.now(); seen < 20; ) {
    const now = performance.now();
    if (now > last) {
      smallest = Math.min(smallest, now - last);
      last = now;
      seen++;
    }
  }
  return smallest;
}

/** All lists of the job, in one runtime. */
export async function lists(loadReranker, options, items, counts) {
  const job = await openJob(loadReranker, options, items);
  const results = {};
  for (const count of counts) results[count] = await time(job.rerank(count));
  const { backend } = job.info();
  job.close();
  return { backend, results };
}
