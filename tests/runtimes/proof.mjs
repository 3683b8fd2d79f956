// What every runtime proves about the package: a golden replay that agrees bit by bit, and three that must not (the
// third only where there are descriptions), since a replay that cannot fail proves nothing. Runs in pages, workers, Node,
// Deno and workerd: plain JavaScript, no host's functions. The tests that start the runtimes judge what comes back
// (verdicts.mjs).
import { arranged } from "../golden/arranged.mjs";
import { replay } from "../golden/replay.mjs";
import { serverOrderFaults } from "../golden/server_order.mjs";

/** Drawn sessions and lists on which the server's order must stand, all else equal. */
const DRAWN = 10_000;

/**
 * @param {typeof import("../../www/dist/index.js").loadReranker} loadReranker the package's, as this runtime resolved it
 * @param {{ model: any, wasm?: any, sessions: any[], descriptions: any }} golden the three golden files, and the engine's
 * module where the runtime cannot or should not find it by itself
 * @param {{ policy: any, explain: any }} slate those functions of the package
 */
export async function prove(loadReranker, { model, wasm, sessions, descriptions }, slate) {
  const reranker = await loadReranker({ model, wasm });
  const { status, reason, backend } = reranker.info();
  const differences = replay(reranker, sessions, descriptions);
  reranker.forget();
  const known = (await reranker.retrieve({ k: 200 })).map(({ id }) => id);
  const proof = {
    status,
    reason: reason && { code: reason.code, message: reason.message },
    backend,
    sessions: sessions.length,
    descriptions: Object.keys(descriptions).length,
    differing: differences.length,
    differences: differences.slice(0, 3),
    differingByOneBit: replay(reranker, sessions.map(withOneBitFlipped), descriptions).length,
    differingByTwoPlaces: replay(reranker, sessions.map(withTwoPlacesSwapped), descriptions).length,
    clustered: sessions.filter((session) => "cluster" in session).length,
    differingByAnotherCluster: replay(reranker, sessions.map(withAnotherCluster), descriptions).length,
    differingUndescribed: replay(reranker, sessions, {}).length,
    /** By the model and how many sessions there are. */
    of: `${reranker.info().model?.version} ${sessions.length}`,
    arranged: arranged(reranker, sessions, descriptions, slate),
    arrangedWithoutTheFirst: arranged(reranker, sessions.slice(1), descriptions, slate),
    serverOrderFaults: serverOrderFaults(reranker, known, DRAWN).slice(0, 3),
    serverOrderFaultsWhenReversed: serverOrderFaults(reversing(reranker), known, DRAWN / 100).length,
  };
  reranker.dispose();
  return proof;
}

/** A reranker that turns every answer round. */
function reversing(reranker) {
  const rerank = (list, options) => reranker.rerank(list, options).reverse();
  return { forget: () => reranker.forget(), observe: (event) => reranker.observe(event), rerank };
}

/** The same session, but the lowest bit of its last candidate's score is the other one. */
function withOneBitFlipped(session) {
  const scores = [...session.scores];
  const bits = Number.parseInt(scores.at(-1), 16);
  scores[scores.length - 1] = ((bits ^ 1) >>> 0).toString(16).padStart(8, "0");
  return { ...session, scores };
}

/** The same session, but of the cluster that follows. */
function withAnotherCluster(session) {
  return "cluster" in session ? { ...session, cluster: (session.cluster ?? 0) + 1 } : session;
}

/** The same session, but its two last places have changed hands. */
function withTwoPlacesSwapped(session) {
  const order = [...session.order];
  [order[order.length - 2], order[order.length - 1]] = order.slice(-2).reverse();
  return { ...session, order };
}
