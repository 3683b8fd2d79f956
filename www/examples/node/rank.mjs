// Ranks one list for one session: node rank.mjs MODEL '["seen", "ids"]' '["candidate", "ids"]'
import { loadModel } from "reshelf";

const [path, seen, candidates] = process.argv.slice(2);
using(await loadModel({ model: path, backend: "cpu" }), (model) => {
  if (model.info().status !== "ready") console.error(model.info().reason);
  // One session a shopper; a server makes one for each request.
  using(model.session(), (reranker) => {
    for (const id of JSON.parse(seen)) reranker.observe({ type: "view", id });
    console.log(JSON.stringify(reranker.rerank(JSON.parse(candidates)).map(({ candidate }) => candidate)));
  });
});

/** What `using` will do once Node has it. */
function using(resource, work) {
  try {
    return work(resource);
  } finally {
    resource.dispose();
  }
}
