// What a server, a worker and a page use.
import { type LoadOptions, loadModel, loadReranker, type Ranked, type Reranker, ReshelfError } from "reshelf";
import { personalize } from "reshelf/edge";
import wasm from "reshelf/engine.wasm";
import { loadReranker as loadInline } from "reshelf/inline";
import { tasteTokens } from "reshelf/privacy";
import { profileOf } from "reshelf/profile";
import { rowsHandler } from "reshelf/rows";
import { loadReranker as loadSlim } from "reshelf/slim";
import { matchers, record, tinyModel } from "reshelf/testing";
import { loadReranker as loadOffThread, type WorkerReranker } from "reshelf/worker";

interface Product {
  readonly id: string;
  readonly title: string;
}

export async function titles(products: readonly Product[], options: LoadOptions): Promise<string[]> {
  const reranker: Reranker = await loadReranker(options);
  reranker.observe({ type: "view", id: "a" });
  await loadSlim({ model: options.model, wasm });
  await loadInline(options);
  const ranked: Ranked<Product>[] = reranker.rerank(products, { limit: 10 });
  const bytes: Uint8Array | null = reranker.snapshot();
  if (bytes !== null) reranker.restore(bytes);
  reranker.dispose();
  return ranked.map(({ candidate }) => candidate.title);
}

export async function offThread(): Promise<number> {
  await using reranker: WorkerReranker = await loadOffThread({ model: tinyModel({ items: ["a", "b"] }) });
  return (await record(reranker).reranker.rerank(["b", "a"])).length + Object.keys(matchers).length;
}

export const servers = [loadModel, personalize, rowsHandler, tasteTokens, profileOf];
export const failed = (error: unknown): string | null => (error instanceof ReshelfError ? error.code : null);
// @ts-expect-error: a model is needed
loadReranker({});
