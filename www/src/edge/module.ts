// The HTML module of this isolate: compiled and started when a page first needs it, shared by all pages, and started anew after a
// trap. It is taken from where the host's entry or the shop has it; nothing is fetched here.
import { field } from "../errors.js";
import newGlue, { type Html } from "../html/reshelf_html.js";
import type { HtmlModule } from "./types.js";

/** The module compiled, and running or about to be. */
interface Loaded {
  readonly from: HtmlModule | null;
  readonly module: Promise<WebAssembly.Module>;
  running: Promise<Html> | undefined;
  /** Set once it runs, so that pages of a warm isolate wait for nothing. */
  html: Html | undefined;
}

let loaded: Loaded | undefined;

/** The running module, at once where it runs. Rejects where it cannot be had; a later page tries again. */
export function htmlModule(given: HtmlModule | null, own: HtmlModule | null): Html | Promise<Html> {
  const from = given ?? own;
  if (loaded?.html) return loaded.html;
  const attempt = (loaded ??= { from, module: compiled(from), running: undefined, html: undefined });
  attempt.running ??= attempt.module.then(start).then(
    (html) => (attempt.html = html),
    (error: unknown) => {
      if (loaded === attempt) loaded = undefined;
      throw error;
    },
  );
  return attempt.running;
}

/** To be called after a trap in an instance: the next page starts another one, of the module that is compiled already. */
export function abandon(html: Html): void {
  if (loaded?.html !== html) return;
  loaded.html = undefined;
  loaded.running = undefined;
}

async function compiled(from: HtmlModule | null): Promise<WebAssembly.Module> {
  const source = await (typeof from === "function" ? from() : from);
  const kind = Object.prototype.toString.call(source);
  if (kind === "[object WebAssembly.Module]") return source as WebAssembly.Module;
  const isResponse = typeof field(source, "arrayBuffer") === "function";
  if (isResponse && field(source, "ok") !== true) throw new TypeError("the HTML module's file did not come");
  const bytes = isResponse ? await (source as Response).arrayBuffer() : source;
  return WebAssembly.compile(bytes as BufferSource);
}

async function start(module: WebAssembly.Module): Promise<Html> {
  const glue = newGlue(registry());
  return glue.start(await WebAssembly.instantiate(module, glue.imports()));
}

/** Frees pages whose readers went away without a word. In an instance that trapped it may fail, which must end nothing. */
function registry(): typeof FinalizationRegistry | undefined {
  if (typeof FinalizationRegistry !== "function") return undefined;
  return class<T> extends FinalizationRegistry<T> {
    constructor(free: (held: T) => void) {
      super((held) => {
        try {
          free(held);
        } catch {}
      });
    }
  };
}
