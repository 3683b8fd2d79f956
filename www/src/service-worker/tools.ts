// What a page is put in order with: the shop's reranker and the running HTML module. Loaded when first asked for, side by side, and
// again some time after it failed, for as long as the browser keeps the worker.
import { htmlModule } from "../edge/module.js";
import type { HtmlModule, ListOrderer, PageReason } from "../edge/types.js";
import { field, messageOf } from "../errors.js";

/** Milliseconds after which what failed is tried once more: a model that is broken is not fetched for every page. */
const PAUSE = 30_000;

/** What orders, or why there is nothing to. */
export type Tools =
  | { readonly reranker: ListOrderer; readonly reason?: undefined }
  | { readonly reranker?: undefined; readonly reason: PageReason; readonly detail: string };

export class ToolBox {
  readonly #load: unknown;
  readonly #html: HtmlModule;
  #tools: Tools | null = null;
  #loading: Promise<Tools> | null = null;
  #failed = -Infinity;

  constructor(load: unknown, html: HtmlModule) {
    this.#load = load;
    this.#html = html;
  }

  /** What there is, at once where it is there. Never rejects. */
  open(): Tools | Promise<Tools> {
    const tools = this.#tools;
    if (tools?.reranker) {
      const fault = faultOf(tools.reranker); // It may have broken down since.
      return fault === null ? tools : (this.#tools = this.#fail("model", fault, tools.reranker));
    }
    if (tools && now() - this.#failed < PAUSE) return tools;
    return (this.#loading ??= this.#open().then((opened) => {
      this.#loading = null;
      return (this.#tools = opened);
    }));
  }

  async #open(): Promise<Tools> {
    const html = Promise.resolve().then(() => htmlModule(this.#html, null));
    html.catch(() => undefined); // Awaited below, if the model comes that far.
    let reranker: ListOrderer;
    try {
      reranker = await (this.#load as () => ListOrderer | PromiseLike<ListOrderer>)();
    } catch (error) {
      return this.#fail("model", detailOf(error));
    }
    const fault = typeof field(reranker, "rerank") === "function" ? faultOf(reranker) : "no rerank";
    if (fault !== null) return this.#fail("model", fault, reranker);
    try {
      await html;
    } catch (error) {
      return this.#fail("html", detailOf(error), reranker);
    }
    return { reranker };
  }

  /** Notes when it failed, and lets go of a session that is of no use: it would listen to the pages for nothing. */
  #fail(reason: PageReason, detail: string, reranker?: ListOrderer): Tools {
    this.#failed = now();
    try {
      (reranker as { dispose?(): void } | undefined)?.dispose?.();
    } catch {} // It is the shop's, and gone all the same.
    return { reason, detail };
  }
}

const now = () => performance.now();

function detailOf(error: unknown): string {
  const code = field(error, "code");
  return typeof code === "string" ? code : messageOf(error).slice(0, 100);
}

/** What is wrong with one that tells of itself; null where nothing is. */
function faultOf(reranker: ListOrderer): string | null {
  try {
    const info = reranker.info?.();
    const status = field(info, "status");
    if (status === undefined || status === "ready") return null;
    return String(field(field(info, "reason"), "code") ?? status);
  } catch (error) {
    return detailOf(error);
  }
}
