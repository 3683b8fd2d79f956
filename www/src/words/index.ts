// The sentences for what can go wrong, with the way out of each. Fetched by `import()`, and only when something did: pages where
// all is well never load them. May use alike and types.
import { alike } from "../alike.js";

/** What a sentence is made of; each code has its own. */
export type Facts = Readonly<Record<string, string>>;

const PAGE =
  "servers of single-page apps send their start page for files that they do not have. Publish the model at that address, or correct the address.";

const SENTENCES: Readonly<Record<string, (facts: Facts, name: string) => string>> = {
  "host.missing": ({ names = "" }) =>
    `\`${names.split(" ").join("` and `")}\` ${names.includes(" ") ? "are" : "is"} missing here. Jest's jsdom leaves out what browsers have: set \`testEnvironment: "jest-fixed-jsdom"\` in its config, or ` +
    '`testEnvironment: "node"` where a test needs no document; elsewhere define the global before loading.',
  "load.options": ({ kind, why }) =>
    why === undefined
      ? `Pass an object with the model, \`loadReranker({ model: "/shop.safetensors" })\`, not of the kind ${kind}.`
      : `An option of loadReranker cannot be read (${why}).`,
  "model.type": ({ kind }) =>
    `\`model\` must be an address, a Response, a Blob, an ArrayBuffer or a Uint8Array${kind === "Undefined" ? "; it is missing" : not(kind)}.`,
  "model.unreachable": unreachable,
  "wasm.unreachable": unreachable,
  "model.http": http,
  "wasm.http": http,
  "model.interrupted": ({ why }) =>
    `The model stopped arriving (${why}): load it again; a used Response cannot be read twice.`,
  "model.too_long": ({ end }) =>
    `The model goes on past its end (${Number(end) === LARGEST_MODEL ? `a model has ${end} bytes at most` : `by its header it has ${end} bytes`}): check that the address answers with the file alone, and make the model again if it does.`,
  "artifact.foreign": ({ name, sign, at }) =>
    sign !== undefined
      ? `${name} is a web page, not a model (${sign}): ${PAGE}`
      : `Not a Reshelf model${at ? ` (before byte ${at})` : ""}: make one with \`reshelf train\`.`,
  "artifact.empty": () => "The model is empty: check that the file was copied or downloaded whole.",
  "artifact.truncated": ({ at, of }) => `The model is cut off (${at} of ${of} bytes): copy or download it again.`,
  "artifact.version": ({ at }) =>
    `The model has format ${at}, which this engine does not read: train it again, or update the package.`,
  "artifact.checksum": () => "The model's bytes are damaged (checksum differs): copy or download it again.",
  "artifact.missing": ({ name }) => `The model lacks the tensor \`${name}\`: train it again with this version.`,
  "artifact.shape": ({ name, at }) => `Tensor \`${name}\` has the wrong shape${inspect(at)}`,
  "artifact.value": ({ name, at }) => `Tensor \`${name}\` holds a bad value${inspect(at)}`,
  "artifact.precision": () =>
    "The model is in full precision, for measuring only: make one to serve with `reshelf quantize`.",
  "artifact.features": ({ at }) =>
    `The model's head needs a feature (at ${at}) that this engine does not have, or twice: update the package, or copy the file again.`,
  "integrity.syntax": ({ given }) =>
    `\`integrity\` is a text such as "sha256-" and the hash in base64, not ${given}: \`openssl dgst -sha256 -binary shop.safetensors | openssl base64 -A\` prints the hash.`,
  "integrity.mismatch": ({ name, found, wanted }) =>
    `${name} has the hash ${found}, and \`integrity\` says ${wanted}: if the model was made anew, put its hash there; if not, it was changed on its way.`,
  "integrity.unsupported": () =>
    "`integrity` cannot be checked here, since `crypto.subtle` is missing: serve the page over https, or from localhost.",
  "integrity.module": ({ why }) =>
    `What checks \`integrity\` cannot be loaded (${why}): publish the package's \`dist\` whole; in a service worker leave \`integrity\` out.`,
  "buffer.detached": () => "The buffer's bytes are gone: pass a copy (`buffer.slice()`).",
  "wasm.address": ({ name }) =>
    `The package has no address here that a file could lie beside: import its .wasm file, and pass the module as \`${name}\`.`,
  "wasm.missing": () =>
    'This entry of the package has no module of its own: pass `wasm`, such as the address that your bundler gives "reshelf/engine.wasm", or load with "reshelf" or "reshelf/inline".',
  "wasm.type": ({ what, kind }) =>
    `The ${what} module must be an address, a Response, bytes or a WebAssembly.Module${not(kind)}.`,
  "wasm.unsupported": () => "This browser has no WebAssembly (it may be switched off).",
  "wasm.blocked": () =>
    "WebAssembly may not be compiled here: in a page, add 'wasm-unsafe-eval' to the Content-Security-Policy's script-src; " +
    "in an edge worker, import the .wasm file and pass that module, not its bytes or address.",
  "wasm.compile": compile,
  "wasm.start": ({ why, name = "" }) =>
    `The engine does not start (${why})${/LinkError|TypeError/.test(name) ? ": it is not the module of this version of the package" : ""}.`,
  "model.unusable": ({ why }) =>
    `The model cannot be used (${why}): load it again. If that stays so, \`reshelf inspect\` tells whether the file is sound; please report it.`,
  "engine.refused": ({ why }) =>
    `The engine refused the call (${why}): lists keep the server's order; please report it.`,
  "row.unusable": ({ why }) => `A row cannot be used (${why}): export it again with \`reshelf rows\`.`,
  "engine.failed": ({ why }) => `The engine stopped (${why}): load the model again, and please report it.`,
  "store.module": ({ why }) => `What keeps sessions cannot be loaded: ${why}`,
  "retrieve.module": ({ why }) =>
    `What finds items cannot be loaded (${why}): publish the package's \`dist\` whole; a service worker takes \`loadReranker\` of \`reshelf/service-worker\`.`,
  "doctor.module": ({ why }) =>
    `What looks for mistakes cannot be loaded (${why}): publish the package's \`dist\` whole, of one version; service workers cannot load it.`,
  "rows.failed": ({ why }) => `Rows did not come (${why}): lists are ranked by what is known.`,
  "gpu.failed": ({ why }) => `The GPU failed (${why}): the CPU scans.`,
  "rows.late": () => "The rows did not come in time: lists are ranked by them once they have.",
  "rows.aborted": () => "The `signal` of prepare() aborted: lists are ranked by what is known.",
  "rows.module": ({ why }) => `What brings rows cannot be loaded: ${why}`,
  "reranker.disposed": () => "dispose() was called: load the model again.",
  "model.disposed": () => "The model's dispose() was called: load the model again.",
  "reranker.nested": () => "A getter or a filter calls the reranker without end.",
  // Arguments
  "argument.options": () => "Options are an object, such as { k: 24 }: it counts as not given.",
  "argument.limit": () => "`limit` is a number: all candidates came back.",
  "argument.by": () => '`by` is "model" or "similarity": the model ordered the list.',
  "policy.plain": () =>
    "`policy` is what `policy()` of `reshelf/slate` makes of a definition: the list is as without it.",
  "policy.worker": () =>
    "What arranges lists by a policy did not reach the worker: publish slate/index.js beside worker-thread.js; the list is as without it.",
  "argument.k": () => "`k` is a number: no item came back.",
  "argument.filter": () => "`filter` is a function that answers at once, not with a promise: the items passed.",
  "argument.list": ({ why, text, most, getter }) =>
    `The list keeps the server's order: ${
      why ??
      (text !== undefined
        ? "it is text; parse JSON before"
        : most !== undefined
          ? `pass at most ${most} candidates`
          : getter !== undefined
            ? "a getter of a candidate called the reranker"
            : "pass an array or another iterable")
    }.`,
  "argument.score": () => 'A score is a number, or text such as "65.90": it counts as not given.',
  "argument.price": () => 'A price is a number, or text such as "65.90": it counts as not given.',
  "argument.description": () =>
    'A category (such as "home/mugs"), brand or title is text or a number: it counts as not given.',
  "argument.at": () => "`at` is milliseconds since 1970, or a Date: the event counts as of now.",
  "argument.amount": () => "`seconds` and `position` are numbers from 0: it counts as not given.",
  "argument.type": () => '`type` is a word such as "view" or "cart": the event counts as a view.',
  "argument.event": () => "`event` is a number that `observe` returned: nothing was forgotten.",
  "argument.span": () => "`from` and `to` are milliseconds, or Dates: nothing was forgotten.",
  "argument.what": () =>
    "forget() takes { event }, { item }, an id, { from, to }, or nothing for all (as a listener: `() => reranker.forget()`): nothing was forgotten.",
  "argument.consent": () => "`store` and `share` are true or false: it counts as not given.",
  "argument.backend": option('"auto", "cpu" or "gpu"'),
  "argument.gpu": option("an object with `glue` and `wasm`"),
  "argument.store": option('"memory", "tab" or "device"'),
  "argument.feedback": option("true or false"),
  "argument.rows": option("an address or a function"),
  "argument.signal": option("an AbortSignal"),
  "argument.onProgress": option("a function"),
  "argument.cache": option("true, false or a name"),
  "argument.quiet": option("true or false"),
  "argument.debug": option("true or false"),
  "argument.inPlace": option("true or false"),
  "argument.id": option("the name of a field, or a function"),
  "argument.unknown": ({ name = "", names = "" }) => {
    const shown = name.length > 50 ? `${name.slice(0, 50)}…` : name;
    const meant = alike(name, names.split(" "));
    return `\`${shown}\` is no option here${meant ? `: did you mean \`${meant}\`?` : `; there are ${names.replaceAll(" ", ", ")}.`}`;
  },
  "argument.deadlineMs": option("a number from 0"),
  // Ids, events, rows and snapshots
  "id.missing": ({ fields = "" }) => {
    const names = fields.split(" ");
    const [field] = ID_FIELDS.flatMap((pattern) => names.filter((each) => pattern.test(each)));
    return `Candidates have no id, and keep their places: ${
      field
        ? `they have \`${field}\`; if that is it, load with \`id: "${field}"\``
        : 'pass one as `id`, or load with the option that names its field, such as `id: "sku"`'
    }.`;
  },
  "id.unsafe": () => "An id above 2^53 is not exact as a number: pass text or a BigInt.",
  "id.surrogate": () => "An id holds half of a surrogate pair: pass it whole.",
  "id.long": () => LONG_ID,
  "row.id": () => LONG_ID,
  "event.missing_id": () => NO_ID,
  "event.item": () => NO_ID,
  "event.missing_query": () => "A search needs a `query`, a text.",
  "event.missing_subject": () => "To browse, mute or unmute takes a `category` or a `brand`.",
  "event.time": () => "`at` is milliseconds since 1970, or a Date.",
  "event.amount": () => "`seconds` and `position` are numbers from 0.",
  "row.type": () => "A row is a Uint8Array, an ArrayBuffer or base64 text.",
  "row.base64": () => "A row is not base64: send it as `reshelf rows` wrote it.",
  "row.length": () => "A row is cut off or too long: send it as `reshelf rows` wrote it.",
  "row.foreign": () => "A row is of another version: export it again with `reshelf rows`.",
  "row.model": () => "A row is of another model: export it again with `reshelf rows`.",
  "row.value": () => "A row is damaged: export it again with `reshelf rows`.",
  "row.full": () => "Too many items outside the model: forget some.",
  "snapshot.type": () => "restore() takes what snapshot() gave, bytes or text: the session is empty.",
  "snapshot.length": () => "restore() takes what snapshot() gave, not so many bytes: the session is empty.",
  "snapshot.foreign": () => "The snapshot is of another version: drop it.",
  "snapshot.damaged": () => "The snapshot is damaged: drop it.",
};

/** What shops call an item's id. */
const ID_FIELDS = [
  /^(sku|_?id|asin|gtin|ean|upc|isbn)$/i,
  /^(product|item|article|variant|offer)[-_.]?(id|sku|uid|code|no|nr|number)$/i,
  /^(slug|handle|code|key|\w*?[-_.]?(id|sku|uid|code|no|nr|number))$/i,
];

const NO_ID = "An item needs an `id`: text, a whole number or a BigInt.";
const LONG_ID = "An id may have 65535 bytes: pass a shorter one.";

/** An option of the load by the name of its code. */
function option(wanted: string): (facts: Facts, name: string) => string {
  return (_, name) => `\`${name}\` is ${wanted}: it counts as not given.`;
}

/** The engine knows only where; the command has the words. */
const inspect = (at: string | undefined) =>
  `${at ? ` (${at})` : ""}: \`reshelf inspect\` says more of the file; train the model again.`;

function unreachable({ address, why, file }: Facts): string {
  const check = file ? "the path" : "the address, the connection and the page's connect-src";
  return `${address} could not be ${file ? "read" : "fetched"} (${why}): check ${check}.`;
}

function http({ address, status }: Facts): string {
  return `${address} answered ${status}: check the address and that the file is published.${/\.wasm$/.test(address ?? "") ? LEFT_BEHIND : ""}`;
}

function compile({ what, name, type = "", head = "", why = "" }: Facts): string {
  const sign = /html/i.test(type) ? type : /^(\u00ef\u00bb\u00bf)?\s*<[!?a-z]/i.test(head) && "it begins with `<`";
  if (sign) {
    return (
      `The ${what} module did not come from ${name}, but a web page in its place (${sign}): the server has no such file. ` +
      "With Vite 5 to 7, whose dev server moves the package away from its files, add " +
      '`optimizeDeps: { exclude: ["reshelf"] }` to vite.config; elsewhere publish the package\'s `dist` with the page, or pass ' +
      `the file's address as \`${what === "GPU" ? "gpu.wasm" : "wasm"}\`.`
    );
  }
  // What was streamed is known by the host's message alone.
  return `The ${what} module ${fault(head ? !head.startsWith("\0asm") : /magic/i.test(why))} (${why}).`;
}

function fault(foreign: boolean): string {
  if (foreign) return "is no WebAssembly: pass the address or the bytes of the package's own .wasm file";
  if (!WebAssembly.validate(SIMD)) {
    return "does not compile: this browser lacks 128-bit SIMD, which all have had since Chrome 91, Firefox 89 and Safari 16.4";
  }
  return "does not compile: the file is cut off or not the package's own; fetch or copy it again";
}

/** For bundlers that move the package's code and do not know that files lie beside it. */
const LEFT_BEHIND =
  " A bundler may have left it behind, as esbuild, Rollup and `bun build` do: copy the package's `dist/engine` beside your script, or pass the file's address as `wasm`.";

/** As source.ts has it. */
const LARGEST_MODEL = 2 ** 31;

/** The smallest module with an instruction of 128-bit SIMD: (func (result v128) (i8x16.popcnt (i8x16.splat (i32.const 0)))). */
// biome-ignore format: bytes in rows
const SIMD = /* @__PURE__ */ new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

function not(kind: string | undefined): string {
  return kind === "Promise" ? ", not a Promise: await it first" : `, not of the kind ${kind}`;
}

/** The codes that have a sentence here. */
export const CODES = /* @__PURE__ */ Object.keys(SENTENCES);

export function sentence(code: string, facts: Facts): string | undefined {
  const name = code.slice(code.indexOf(".") + 1);
  return facts["threw"] === undefined
    ? SENTENCES[code]?.(facts, name)
    : `Reading \`${name}\` threw (${facts["threw"]}): it counts as not given.`;
}
