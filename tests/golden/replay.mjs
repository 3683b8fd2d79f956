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
    const list = live(reranker, session, descriptions);
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

/** Has the reranker live through a session from its beginning; returns its list. */
export function live(reranker, session, descriptions) {
  reranker.forget();
  const numbers = session.events.map(([id, type, at, more]) => {
    // What is no item has no id.
    const item = id === "" ? null : { id, ...descriptions[id] };
    return reranker.observe({ type, at, ...item, ...more });
  });
  for (const event of session.forgotten ?? []) reranker.forget({ event: numbers[event] });
  return session.candidates.map((id, i) => ({ id, score: session.server_scores[i], ...descriptions[id] }));
}

/** Replays explanations: the first sessions of signals/golden.json, with the numbers of explain.json. Names of events are not compared. */
export function replayExplanations(reranker, sessions, descriptions, explained) {
  const differences = [];
  const ask = reranker[Symbol.for("reshelf.ask")];
  explained.forEach((golden, number) => {
    const list = live(reranker, sessions[number], descriptions);
    const wanted = Uint32Array.of(0, 7, 29);
    const numbers = ask(list, (engine, count, scored) => engine.explain(count, scored, wanted, 6, 4));
    // Numbers of events go on from one session of this reranker to the next.
    const players = (numbers.length - 16 * wanted.length) / (wanted.length + 1);
    const values = numbers.length - (numbers.length > 0 ? players : 0);
    const differs = golden.findIndex((word, at) => at < values && bits64(numbers[at]) !== word);
    if (golden.length !== numbers.length || differs >= 0) differences.push(`session ${number}: number ${differs}`);
  });
  return differences;
}

/**
 * Replays slate.json through the engine's class.
 * @param {import("../../www/src/engine/reshelf.js").Engine} engine over golden.safetensors, prepared
 * @param {any[]} cases of slate.json
 * @returns {string[]} what differs, one line a case; none when all words agree
 */
export function replaySlate(engine, cases) {
  return cases.flatMap(({ handles, scores, program, answer }, number) => {
    const bits = Uint32Array.from(scores, (score) => Number.parseInt(score, 16));
    const found = engine.arrange(new Float32Array(bits.buffer), Uint32Array.from(handles), Uint32Array.from(program));
    return found.join() === answer.join() ? [] : [`slate ${number}: ${found.join()} is not ${answer.join()}`];
  });
}

const view = new DataView(new ArrayBuffer(8));

/** The bits of a number as `f32`, eight hexadecimal digits. */
export function bits(number) {
  view.setFloat32(0, number);
  return view.getUint32(0).toString(16).padStart(8, "0");
}

/** The bits of a number, sixteen hexadecimal digits. */
export function bits64(number) {
  view.setFloat64(0, number);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}
