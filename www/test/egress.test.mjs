// What the published files could reach: everything that the wasm modules import, and every word in the JavaScript that could lead to
// the network, each against a list with its reason. One import or one word more fails here, and so does one that is gone.
// What a page really asks for is watched in tests/browser.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { importsOf } from "../../tests/wasm_parts.mjs";

const dist = new URL("../dist/", import.meta.url);
const read = (path) => readFileSync(new URL(path, dist));

/** The engine, which has the session: nothing here reaches a network, a clock, storage or random numbers. */
const ENGINE = {
  __wbindgen_throw: "makes an Error of a text and throws it",
  __wbindgen_generic: "makes a text of bytes in the module's memory",
  __wbindgen_init_externref_table: "fills in undefined, null, true and false where the module keeps JavaScript values",
};

/**
 * The module for GPUs: WebGPU, and what it takes to wait for it. It is never told of a session but its vector. By `get` and `call` on the
 * global object it could reach what a script can: that it does not is for the browser tests to show.
 */
const GPU = {
  ...ENGINE,
  ...reason("tells what kind of value JavaScript handed over", [
    ...["__wbindgen_boolean_get", "__wbindgen_number_get", "__wbindgen_string_get", "__wbindgen_is_function"],
    ...["__wbindgen_is_null", "__wbindgen_is_object", "__wbindgen_is_string", "__wbindgen_is_undefined"],
  ]),
  __wbindgen_debug_string: "the text of a value, for an error",
  Error: "an error with a code",
  message: "the text of a GPU's error",
  ...reason("finds `navigator.gpu`, in a page or a worker", [
    ...["static_accessor_GLOBAL", "static_accessor_GLOBAL_THIS", "static_accessor_SELF", "static_accessor_WINDOW"],
    ...["Window", "WorkerGlobalScope", "navigator", "gpu"],
  ]),
  ...reason("reads and writes fields of options and features", ["get", "set", "has"]),
  ...reason("waits for what WebGPU promises", [
    ...["new_typed", "then", "resolve", "call", "queueMicrotask", "_wbg_cb_unref"],
  ]),
  gpucatalogue_new: "the class that the package is given",
  ...reason("the table's bytes, and those that come back", [
    ...[
      "new",
      "new_from_slice",
      "new_with_byte_offset_and_length",
      "new_with_length",
      "length",
      "buffer",
      "byteOffset",
    ],
    ...["subarray", "prototypesetcall"],
  ]),
  ...reason("asks for a device", [
    ...["requestAdapter", "requestDevice", "set_power_preference", "set_required_features", "set_required_limits"],
    ...["queue", "label", "set_label"],
  ]),
  ...reason("notices that the device is lost, or refuses something", [
    ...["lost", "reason", "pushErrorScope", "popErrorScope"],
    ...["instanceof_GpuOutOfMemoryError", "instanceof_GpuValidationError"],
  ]),
  ...reason("buffers on the device", [
    ...["createBuffer", "set_mapped_at_creation", "set_size_f64", "set_usage", "destroy", "writeBuffer"],
    ...["copyBufferToBuffer", "mapAsync", "getMappedRange", "unmap"],
  ]),
  ...reason("a shader and what it is given", [
    ...["createShaderModule", "set_code", "createComputePipeline", "set_compute", "set_entry_point", "set_module"],
    ...["set_layout", "set_layout_gpu_auto_layout_mode", "getBindGroupLayout", "createBindGroup", "set_entries"],
    ...["set_binding", "set_resource", "set_resource_gpu_buffer_binding", "set_resource_gpu_texture_view"],
    ...["set_buffer", "set_offset_f64"],
  ]),
  ...reason("runs it", [
    ...["createCommandEncoder", "beginComputePass", "setPipeline", "setBindGroup", "dispatchWorkgroups", "end"],
    ...["finish", "submit", "onSubmittedWorkDone"],
  ]),
  ...reason("linked in with `wgpu`, which could draw on a canvas; nothing here makes one", [
    ...["getContext", "configure", "unconfigure", "set_device", "set_format"],
  ]),
};

/** The module for pages: options in, bytes and reports out. It is never told of a session, only of an order. */
const HTML = {
  ...ENGINE,
  __wbindgen_debug_string: "the text of a value, for an error",
  ...reason("an error with a code", ["Error", "new", "set"]),
  ...reason("tells what kind of value JavaScript handed over", [
    ...["__wbindgen_boolean_get", "__wbindgen_number_get", "__wbindgen_string_get", "__wbindgen_is_function"],
    ...["__wbindgen_is_object", "__wbindgen_is_undefined", "__wbindgen_in", "__wbindgen_jsval_loose_eq"],
    ...["instanceof_ArrayBuffer", "instanceof_Uint8Array", "isArray", "String"],
  ]),
  ...reason("reads fields of options, and lists in them", [
    ...["get", "get_unchecked", "get_with_ref_key", "length", "iterator", "next", "done", "value", "call"],
  ]),
  ...reason("bytes, ids and reports that go out", ["new_from_slice", "prototypesetcall", "push"]),
};

/** One reason for several. */
function reason(why, names) {
  return Object.fromEntries(names.map((name) => [name, why]));
}

/** The names of a module's imports, without what the binding tool puts around them. */
function imported(path) {
  const imports = importsOf(read(path));
  assert.deepEqual([...new Set(imports.map(({ kind }) => kind))], ["function"], `${path} brings its own memory`);
  return [...new Set(imports.map(({ name }) => name.replace(/^__wbg_|_[0-9a-f]{16}$/g, "")))].sort();
}

for (const [path, allowed] of [
  ["engine/reshelf_bg.wasm", ENGINE],
  ["engine/reshelf_relaxed_bg.wasm", ENGINE],
  ["gpu/reshelf_gpu_bg.wasm", GPU],
  ["html/reshelf_html_bg.wasm", HTML],
]) {
  test(`${path} imports what the list has, and nothing else`, () => {
    assert.deepEqual(imported(path), Object.keys(allowed).sort());
  });
}

test("the engine's three imports do what the list says", () => {
  // `wasm-bindgen` numbers these, and gives them their meaning in the glue.
  const { imports } = glue();
  assert.equal(imports.length, 3);
  const [generic, initTable, throws] = imports.map(([, code]) => code);
  assert.match(throws, /^function\((\w),(\w)\)\{throw new Error\((\w+)\(\1,\2\)\)\}$/);
  const [, decode] = /new Error\((\w+)\(/.exec(throws);
  assert.match(generic, new RegExp(`^function\\((\\w),(\\w)\\)\\{return ${decode}\\(\\1,\\2\\)\\}$`));
  assert.match(
    initTable,
    /^function\(\)\{const (\w)=\w+\.__wbindgen_externrefs;(\1\.set\(\d+,(void 0|null|!0|!1)\)[,;]?)+\}$/,
  );
});

/** The functions that the engine's glue hands to the module, by their names, in the order of the alphabet. */
function glue() {
  const text = read("engine/reshelf.js").toString();
  const found = [...text.matchAll(/(__wb[\w$]+):(function\([^)]*\)\{(?:[^{}]|\{[^{}]*\})*\})/g)];
  const imports = found.map(([, name, code]) => [name.replace(/^__wbg___/, "__"), code]);
  return { imports: imports.sort(([a], [b]) => (a < b ? -1 : 1)) };
}

/** What could carry something out of a page, load something into it, or run text as code. */
const WAYS = [
  ...["fetch", "XMLHttpRequest", "WebSocket", "WebSocketStream", "WebTransport", "EventSource", "sendBeacon"],
  ...["RTCPeerConnection", "RTCDataChannel", "importScripts", "Image", "Audio", "FontFace", "Worker", "SharedWorker"],
  ...["serviceWorker", "createElement", "createElementNS", "innerHTML", "outerHTML", "insertAdjacentHTML"],
  ...["setAttribute", "srcset", "src", "location", "open", "submit", "requestSubmit", "write", "writeln", "cookie"],
  ...["postMessage", "BroadcastChannel", "PresentationRequest", "PaymentRequest", "pushManager", "Function"],
];
const PATTERN = new RegExp(`\\b(?:${WAYS.join("|")})\\b|\\beval(?=\\()|\\bimport(?=\\()`, "g");

const LOADS = {
  fetch: "core/source.ts: the model and the module, at load",
  import: "the package's own files: cache, doctor, prepare, retrieve, session, scan, words",
  open: "core's own function that brings in what `loadReranker` was given; a method of the GPU's",
  write: "ids and scores into the engine's memory",
};

/** The entries of reshelf/edge: they fetch nothing, not even their module. */
const EDGE = { write: "a page's bytes into the HTML module's memory" };

/** The page's end of a worker: no request of its own but for the worker's script. */
const WORKER = {
  Worker: "the package's own, or one at the address that the page passed",
  import: "the main entry, where no worker starts",
  fetch: "a field of `info().timings`",
  location: "the page's address, by which relative ones go",
  postMessage: "calls to the worker",
  src: "a sentence, of worker-src",
};

/** Every published script, with the words of `WAYS` that it has. Words of `words` are sentences, and so is none of its code. */
const SCRIPTS = {
  "index.js": LOADS,
  "index.node.js": LOADS,
  "index.workerd.js": LOADS,
  "index.edge-light.js": LOADS,
  "slim.js": LOADS,
  "inline.js": LOADS,
  "engine/inline.js": {},
  "cache/index.js": { open: "the browser's Cache; core's own function that asks the server again" },
  "words/index.js": { fetch: "a sentence", src: "a sentence, of script-src" },
  "doctor/index.js": {
    fetch: "what the page has fetched, of the browser's own list, is looked at",
    write: "a sentence",
  },
  "prepare/index.js": { fetch: "prepare/request.ts: rows of what a list shows, from where the page said" },
  "retrieve/index.js": { import: "a sentence", open: "core's own function that brings in scan" },
  "rows/index.js": {},
  "scan/index.js": {
    import: "the GPU module's glue, the package's own or where the shop says that it lies",
    open: "a table on a GPU",
  },
  "gpu/reshelf_gpu.js": {
    fetch: "the binding tool's own loader, which is not asked: the package hands it a compiled module",
    open: "a table on a GPU",
    submit: "commands to the GPU's queue",
    Function: "a word in the text of a value, for an error",
  },
  "session/index.js": {
    open: "IndexedDB, the store of the device",
    postMessage: "the channel below",
    BroadcastChannel: "other tabs and workers of the same origin: it does not leave the browser",
  },
  "capture/index.js": { createElement: "an element that stands nowhere, to see whether a selector is one" },
  "listen/index.js": { location: "the page's own path, to tell two products of one JSON-LD apart" },
  "edge/index.js": EDGE,
  "edge/index.node.js": EDGE,
  "edge/index.workerd.js": EDGE,
  "edge/index.edge-light.js": EDGE,
  "html/reshelf_html.js": { ...EDGE, Function: "a word in the text of a value, for an error" },
  "element/index.js": {
    createElement: "the region in which a move is said",
    open: "a dialog or a popover that is open, in a selector",
    setAttribute: "the role of that region, and the note of where a list's tiles stood",
  },
  "explain/index.js": {},
  "hydrate/index.js": { setAttribute: "the note of where a list's tiles stood, after they have moved" },
  "service-worker.js": {
    ...LOADS,
    ...EDGE,
    fetch:
      "core/source.ts: the model and the modules; service-worker/origin.ts: the request that the page itself makes",
    serviceWorker: "a page that has its worker taken off",
  },
  "worker.js": WORKER,
  "worker.node.js": WORKER,
  "worker-thread.js": {
    ...LOADS,
    location: WORKER.location,
    postMessage: "answers to the page that started the worker",
  },
  "privacy/index.js": { open: "IndexedDB, for the ledger" },
  "consent/index.js": {},
  "profile/index.js": {},
  "react/index.js": {},
  "sentinel/index.js": {},
  "slate/index.js": {},
  "testing/index.js": {
    src: "in the text of the fixture's page: its own script, and the policy that it is served under",
  },
  "vue/index.js": {},
  "engine/reshelf.js": {},
};

test("every published script has the ways out that the list has, with a reason each, and no other", () => {
  const published = readdirSync(dist, { recursive: true }).filter((path) => path.endsWith(".js"));
  const found = published
    .filter((path) => path !== "internals.js")
    .map((path) => [path, [...new Set(read(path).toString().match(PATTERN))].sort()]);
  assert.deepEqual(
    Object.fromEntries(found.sort()),
    Object.fromEntries(Object.entries(SCRIPTS).map(([path, ways]) => [path, Object.keys(ways).sort()])),
  );
});

test("the entries for the edge hold neither the GPU's glue nor an address of a module for bundlers to publish", () => {
  for (const file of Object.keys(SCRIPTS).filter((path) => path.startsWith("edge/"))) {
    const text = read(file).toString();
    assert.doesNotMatch(text, /gpu|new URL\("[^"]*\.wasm"/i, file);
    const imported = [...text.matchAll(/\bfrom ?"([^"]+)"/g)].map(([, name]) => name);
    const own = {
      "edge/index.node.js": ["node:fs/promises"],
      "edge/index.workerd.js": ["../html/reshelf_html_bg.wasm"],
    };
    const light = { "edge/index.edge-light.js": ["../html/reshelf_html_bg.wasm?module"] };
    assert.deepEqual(imported.sort(), ["../html/reshelf_html.js", ...({ ...own, ...light }[file] ?? [])].sort(), file);
  }
});

test("a service worker asks for what it loads, and for the page's own request, each by one call", () => {
  const calls = read("service-worker.js")
    .toString()
    .match(/\bfetch\([^)]*\)+/g);
  assert.equal(calls.filter((call) => /^fetch\(\w+\.request\)/.test(call)).length, 1);
  assert.equal(calls.length, 2, calls.join("\n"));
});

test("a page asks for nothing but by the one call in core/source.ts", () => {
  for (const entry of Object.keys(SCRIPTS).filter((path) => /^(index\.|slim|inline)/.test(path)))
    assert.equal(
      read(entry)
        .toString()
        .match(/\bfetch\(/g).length,
      1,
      entry,
    );
  assert.doesNotMatch(read("words/index.js").toString(), /\bfetch\(/);
});
