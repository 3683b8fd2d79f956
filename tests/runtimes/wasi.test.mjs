// Pages through a WASI program: the orders are those of reshelf/edge, to the byte, whatever the context says.
import assert from "node:assert/strict";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { WASI } from "node:wasi";
import { personalize } from "../../www/dist/edge/index.node.js";
import { loadModel } from "../../www/dist/index.node.js";

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const GOLDEN = at("tests/golden/clusters/golden.safetensors");
const program = await WebAssembly.compile(readFileSync(at("target/wasm32-wasip1/wasm-wasi/reshelf-wasi.wasm")));
const model = await loadModel({ model: new Uint8Array(readFileSync(GOLDEN)), backend: "cpu" });
const ids = (await model.session().retrieve({ k: 48 })).map(({ id }) => id);

const list = (of) =>
  `<ul data-reshelf-list>\n${of.map((id) => `<li data-reshelf-item="${id}"><a href="/p/${id}">${id}</a></li>`).join("\n")}\n</ul>`;
const page = `<!doctype html><title>Shop</title>${list(ids)}<p>é</p>${list([...ids, "nobody"].reverse())}<p>After`;

/** Runs the program on a page; what it writes. */
async function run(text, path, context) {
  const folder = mkdtempSync(join(tmpdir(), "reshelf-wasi-"));
  try {
    const [input, output, errors] = ["in", "out", "errors"].map((name) => join(folder, name));
    writeFileSync(input, text);
    const wasi = new WASI({
      version: "preview1",
      args: ["reshelf-wasi", path, ...Object.entries(context).map(([name, value]) => `${name}=${value}`)],
      preopens: { "/golden": at("tests/golden/clusters") },
      stdin: openSync(input, "r"),
      stdout: openSync(output, "w"),
      stderr: openSync(errors, "w"),
      returnOnExit: true,
    });
    const instance = await WebAssembly.instantiate(program, wasi.getImportObject());
    const status = wasi.start(instance);
    return { status, text: readFileSync(output, "utf8"), errors: readFileSync(errors, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("a page comes out of a WASI program as it comes out of reshelf/edge", async () => {
  const contexts = [
    ...ids.slice(0, 8).map((item) => ({ item })),
    ...[0, 3, 15, 16, 99].map((cluster) => ({ cluster })),
    { category: "home/mugs" },
    { query: "red mug", item: ids[3] },
    { cluster: 2, category: "home", query: "blue mug", item: ids[20] },
    { item: "nobody" },
    {},
  ];
  let moved = 0;
  for (const context of contexts) {
    const origin = new Response(page, { headers: { "content-type": "text/html" } });
    const expected = await (await personalize(origin, { model, context, deadlineMs: 120_000 })).text();
    const { status, text, errors } = await run(page, "/golden/golden.safetensors", context);
    assert.deepEqual({ status, errors, text }, { status: 0, errors: "", text: expected }, JSON.stringify(context));
    moved += text !== page;
  }
  assert.ok(moved > contexts.length / 2, `${moved} of ${contexts.length} pages were put in order`);
});

test("a model that it cannot use leaves the page as it came, and says why", async () => {
  for (const path of ["/golden/none.safetensors", "/golden/golden.json", ""]) {
    const { status, text, errors } = await run(page, path, { item: ids[0] });
    assert.deepEqual([status, text], [0, page]);
    assert.match(errors, /^reshelf-wasi: /);
  }
});
