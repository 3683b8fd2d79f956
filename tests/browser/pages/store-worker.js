// The same in a dedicated worker: begins with { name, store } and follows the tab that drives by that name; { observe } notes an
// item, and with `saves` answers once that is written; { seen } asks for all of them.
import { begin, follow, reranker, saved, state } from "/store.js";

self.onmessage = async ({ data: { name, store, observe, saves, seen } }) => {
  if (observe) {
    reranker.observe({ id: observe });
    if (saves) postMessage(await saved());
  } else if (seen) postMessage(state().seen);
  else {
    const begun = await begin(store);
    follow(name);
    postMessage(begun.store);
  }
};
