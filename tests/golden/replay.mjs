// Replays the golden file through the package, in whatever runtime this runs: README.md beside it says what is in it.

/**
 * @param {import("../../www/dist/index.js").Reranker} reranker over golden.safetensors
 * @param {any[]} sessions of golden.json
 * @param {any} descriptions of descriptions.json
 * @returns {string[]} what differs, one line a session; none when all bits agree
 */
export function replay(reranker, sessions, descriptions) {
  const differences = [];
  sessions.forEach((session, number) => {
    reranker.forget();
    const numbers = session.events.map(([id, type, at, more]) => {
      // What is no item has no id.
      const item = id === "" ? null : { id, ...descriptions[id] };
      return reranker.observe({ type, at, ...item, ...more });
    });
    for (const event of session.forgotten ?? []) reranker.forget({ event: numbers[event] });
    const list = session.candidates.map((id, i) => ({ id, score: session.server_scores[i], ...descriptions[id] }));
    const ranked = reranker.rerank(list);
    const order = ranked.map((entry) => entry.previousRank - 1);
    const scores = new Array(list.length);
    for (const entry of ranked) scores[entry.previousRank - 1] = bits(entry.score);
    if (order.join() !== session.order.join())
      differences.push(`session ${number}: order ${order} is not ${session.order}`);
    else if (scores.join() !== session.scores.join())
      differences.push(`session ${number}: scores ${scores} are not ${session.scores}`);
    else if ("cluster" in session && reranker.cluster()?.cluster !== session.cluster)
      differences.push(`session ${number}: another cluster than ${session.cluster}`);
  });
  return differences;
}

const view = new DataView(new ArrayBuffer(4));

/** The bits of a number as `f32`, eight hexadecimal digits. */
function bits(number) {
  view.setFloat32(0, number);
  return view.getUint32(0).toString(16).padStart(8, "0");
}
