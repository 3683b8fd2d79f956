// What is forgotten has never been: drawn visits against a replay of what remains, bit by bit, in the module that ships.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { loadModel } from "../dist/index.node.js";

const VISITS = 10_000;
const MOST_STEPS = 24;
const KINDS = [
  "view",
  "view",
  "cart",
  "wish",
  "purchase",
  "remove",
  "return",
  "dislike",
  "dwell",
  "impression",
  "skip",
];

/** A linear congruential generator (Numerical Recipes), so that a visit that fails is drawn again. */
function drawn(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Something that happened to one of a few items, so that removals meet repeats. */
function event(draw, ids, at) {
  const what = draw(12);
  if (what === 0) return { type: "search", query: ["lamp", "blue vase", "xyz"][draw(3)], at };
  if (what === 1) return { type: draw(3) === 0 ? "unmute" : "mute", category: ["home/lamps", "home"][draw(2)], at };
  const type = KINDS[draw(KINDS.length)];
  return { type, id: ids[draw(12)], at, seconds: draw(100), list: `list ${draw(2)}`, position: draw(24) };
}

/** A short list that was shown, and one of it clicked. */
function clicked(draw, ids, at) {
  const shown = ids.slice(draw(6)).slice(0, 6);
  const list = `list ${draw(2)}`;
  const events = shown.map((id, position) => ({ type: "impression", id, list, position, at }));
  return [...events, { id: shown[draw(6)], at }];
}

/** One visit: what it did is in `kept` as far as it is not forgotten, by the numbers of the events. */
function visit(draw, ids, session) {
  const kept = new Map();
  let reranker = session();
  const leaves = (which) => {
    const gone = [...kept].filter(which);
    for (const [number] of gone) kept.delete(number);
    return gone.length;
  };
  for (let step = 1 + draw(MOST_STEPS); step > 0; step--) {
    const at = 1_700_000_000_000 + 1000 * draw(8);
    const does = draw(16);
    if (does === 0) {
      const number = [...kept.keys()][draw(kept.size)] ?? 0;
      assert.equal(
        reranker.forget({ event: number }),
        leaves(([each]) => each === number),
      );
    } else if (does === 1) {
      const id = ids[draw(12)];
      assert.equal(
        reranker.forget({ item: id }),
        leaves(([, each]) => each.id === id),
      );
    } else if (does === 2) {
      const to = at + 1000 * draw(3);
      assert.equal(
        reranker.forget({ from: at, to }),
        leaves(([, each]) => each.at >= at && each.at <= to),
      );
    } else if (does === 3 && draw(3) === 0) {
      assert.equal(
        reranker.forget(),
        leaves(() => true),
      );
    } else if (does === 4) {
      const other = session();
      assert.ok(other.restore(reranker.snapshot()));
      reranker.dispose();
      reranker = other;
    } else {
      for (const happened of does === 5 ? clicked(draw, ids, at) : [event(draw, ids, at)])
        kept.set(reranker.observe(happened), happened);
    }
  }
  return { reranker, kept };
}

/** Everything that a page can see of a session. */
function seen(reranker, ids) {
  return {
    ranked: reranker.rerank(ids).map(({ candidate, score }) => [candidate, score]),
    leanings: reranker.leanings(),
    feedback: reranker.info().feedback,
    shown: reranker.info().shown,
    events: reranker.info().events.map(({ event, ...rest }) => rest),
  };
}

test(`${VISITS} drawn visits of events, mutes, removals and restores are, to the bit, what remains of them`, async () => {
  const model = await loadModel({
    model: await readFile(new URL("../../tests/golden/signals/golden.safetensors", import.meta.url)),
  });
  const ids = (await model.session().retrieve({ k: 24 })).map(({ id }) => id);
  ids[3] = "nobody knows it";
  let [removed, moved] = [0, 0];
  for (let seed = 1; seed <= VISITS; seed++) {
    const { reranker, kept } = visit(drawn(seed), ids, model.session);
    const replay = model.session();
    for (const happened of kept.values()) replay.observe(happened);
    const [found, expected] = [seen(reranker, ids), seen(replay, ids)];
    assert.deepEqual(found, expected, `visit ${seed}`);
    removed += reranker.info().events.at(-1)?.event === replay.info().events.at(-1)?.event ? 0 : 1;
    moved += found.feedback.some(({ change }) => change !== 0) ? 1 : 0;
    reranker.dispose();
    replay.dispose();
  }
  assert.ok(removed > VISITS / 4 && moved > VISITS / 10, `${removed} visits had removals, ${moved} taught the learner`);
});
