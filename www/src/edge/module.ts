// The HTML module of this isolate: compiled and started when a page first needs it, shared by all pages, and started anew after a
// trap. It is taken from where the host's entry or the shop has it; nothing is fetched here.
import { field } from "../errors.js";
import newGlue, { type Html } from "../html/reshelf_html.js";
import type { HtmlModule } from "./types.js";

// Set by the first pages of an isolate, never at import.
let compiling: Promise<WebAssembly.Module> | undefined;
let compiled: WebAssembly.Module | undefined;
let running: Html | undefined;

/**
 * The running module: at once where it runs, or is there compiled, so that in a worker no request waits for what another began.
 * Throws or rejects where it cannot be had; a later page tries again.
 */
export function htmlModule(given: HtmlModule | null, own: HtmlModule | null): Html | Promise<Html> {
  const from = given ?? own;
  if (isModule(from)) compiled ??= from;
  if (running || compiled) return (running ??= start(compiled as WebAssembly.Module));
  compiling ??= compile(from).finally(() => (compiling = undefined));
  return compiling.then((module) => (running ??= start((compiled ??= module))));
}

/** To be called after a trap in an instance: the next page starts another one, of the module that is compiled already. */
export function abandon(html: Html): void {
  if (running === html) running = undefined;
}

async function compile(from: HtmlModule | null): Promise<WebAssembly.Module> {
  const source = await (typeof from === "function" ? from() : from);
  if (isModule(source)) return source;
  const isResponse = typeof field(source, "arrayBuffer") === "function";
  if (isResponse && field(source, "ok") !== true) throw new TypeError("the HTML module's file did not come");
  const bytes = isResponse ? await (source as Response).arrayBuffer() : source;
  return WebAssembly.compile(bytes as BufferSource);
}

/** Of any realm: a sandbox has classes of its own. */
function isModule(value: unknown): value is WebAssembly.Module {
  return Object.prototype.toString.call(value) === "[object WebAssembly.Module]";
}

function start(module: WebAssembly.Module): Html {
  const glue = newGlue(registry());
  return glue.start(new WebAssembly.Instance(module, glue.imports()));
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
