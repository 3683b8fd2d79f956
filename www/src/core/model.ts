// `loadModel` and `loadReranker`: a model that many sessions share, and the two together where one is enough.
import type { LoadOptions, Model, ModelStatus, Reranker } from "../types.js";
import { load } from "./load.js";
import { another, dispose, fallbackReranker, readyReranker } from "./reranker.js";
import { modelDisposed, Session } from "./session.js";
import type { Open } from "./source.js";

export async function loadRerankerFrom(options: LoadOptions, open: Open): Promise<Reranker> {
  const { loaded, engine, reason, clock, wrong } = await load(options, open);
  return loaded && engine
    ? readyReranker(loaded, engine, clock, wrong)
    : fallbackReranker(reason ?? modelDisposed, clock);
}

export async function loadModelFrom(options: LoadOptions, open: Open): Promise<Model> {
  const { loaded, engine, reason, clock, wrong } = await load(options, open);
  // The session that came with the model stays empty: it is what further ones are made of.
  const first = new Session(reason, loaded, engine);
  wrong.forEach(first.refuse);
  const ends = () => {
    if (loaded) loaded.disposed = true;
    first.dispose(modelDisposed);
  };
  const info = (): ModelStatus => ({
    status: first.status,
    reason: first.reason,
    backend: first.status === "ready" && loaded ? loaded.backend : "none",
    model: loaded?.info ?? null,
    refused: first.refused.arguments.seen,
    timings: { ...clock },
  });
  return { session: () => another(first), info, dispose: ends, [dispose]: ends };
}
