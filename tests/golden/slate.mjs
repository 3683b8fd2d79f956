// Replays slate.json through the engine's class, in whatever runtime this runs: README.md beside it says what is in it.

/**
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
