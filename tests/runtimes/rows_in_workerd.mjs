// A worker that answers requests for rows, and one that ranks with them: started by rows.test.mjs.
import { loadReranker } from "../../www/dist/index.js";
import { rowsHandler } from "../../www/dist/rows/index.js";
import core from "../golden/clusters/core.safetensors";
import rows from "../golden/clusters/golden.rows";
import whole from "../golden/clusters/golden.safetensors";
import wasm from "./module.wasm";

const handler = rowsHandler({ rows });

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    return pathname === "/ranks" ? Response.json(await ranks()) : handler(request);
  },
};

/** What a page's part and the whole model make of a list. */
async function ranks() {
  const list = Array.from({ length: 60 }, (_, row) => ({ id: 7 + 3 * row }));
  const bring = (ids, { model }) =>
    handler(
      new Request(`https://shop.example/?${new URLSearchParams([["model", model], ...ids.map((id) => ["ids", id])])}`),
    );
  const here = await loadReranker({ model: core, wasm, rows: bring });
  const there = await loadReranker({ model: whole, wasm });
  for (const each of [here, there]) each.observe({ id: 46, type: "cart" });
  const prepared = await here.prepare(list);
  return { prepared, here: here.rerank(list), there: there.rerank(list) };
}
