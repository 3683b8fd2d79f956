// What the shopper's own clicks in lists teach, as a page sees it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { loadReranker } from "../dist/index.node.js";

const SIGNALS = new URL("../../tests/golden/signals/golden.safetensors", import.meta.url);
const model = await readFile(SIGNALS);

/** Shows lists of the catalogue, and clicks in each what is least popular, which the head would not expect. */
async function shop(reranker, lists = 4) {
  const ids = (await reranker.retrieve({ k: 400 })).map(({ id }) => id);
  let at = 1_700_000_000_000;
  reranker.observe({ id: ids[0], at });
  for (let list = 0; list < lists; list++) {
    const shown = ids.slice(40 * list, 40 * list + 24);
    shown.forEach((id, position) =>
      reranker.observe({ id, type: "impression", list: `list ${list}`, position, at: ++at }),
    );
    reranker.observe({ id: shown[23], at: ++at });
  }
  return ids;
}

const moved = (reranker) => reranker.info().feedback.some(({ change }) => change !== 0);

test("clicks in lists move the weights that the model lets move, and are told by their features", async () => {
  const reranker = await loadReranker({ model });
  assert.equal(moved(reranker), false);
  await shop(reranker);
  const { feedback } = reranker.info();
  assert.deepEqual(
    feedback.map(({ feature }) => feature),
    ["state_1", "memory_sum", "category", "price", "popularity"],
  );
  assert.ok(feedback.every(({ change }) => Number.isFinite(change)));
  assert.ok(moved(reranker));
  reranker.forget();
  assert.equal(moved(reranker), false, "what is forgotten has taught nothing");
});

test("without feedback nothing moves, in further sessions of the model as well", async () => {
  const [learns, not] = [await loadReranker({ model }), await loadReranker({ model, feedback: false })];
  const ids = await shop(learns);
  await shop(not);
  const further = not.session();
  await shop(further);
  assert.deepEqual([not.info().feedback, further.info().feedback], [[], []]);
  const order = (reranker) => reranker.rerank(ids).map(({ candidate }) => candidate);
  assert.deepEqual(order(not), order(further));
  assert.notDeepEqual(order(learns), order(not));
  assert.equal(moved(learns.session()), false);
});

test("a value of the wrong kind counts as not given", async () => {
  const reranker = await loadReranker({ model, feedback: "no" });
  assert.equal(reranker.info().refused.arguments.reason.code, "argument.feedback");
  await shop(reranker);
  assert.ok(moved(reranker));
});
