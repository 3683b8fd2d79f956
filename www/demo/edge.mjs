/**
 * The shop's pages through `reshelf/edge`, as a CDN's worker has them: a page is cached once, as it is for everyone, and each answer
 * comes with its list in order for what the address says (EDGE=1). Plain Node. The storefront draws a page from the block of data in
 * it, so that it is the ids there which change places; it takes them for the server's order, and goes on from it.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** Pages that are cached; what a search's address says is endless. */
const MOST_PAGES = 200;

/** Where the list of each kind of page is in its block of data. */
const LISTS = { category: "page.list", product: "page.also", search: "page.found" };

/**
 * @param {{ package: string, data: string, onReport?: (report: object) => void }} options folders, and who is to hear what became of pages
 * @returns {Promise<(address: string, make: () => object) => Promise<{ body: Buffer, headers: object }>>} what answers a page that
 *   `make` makes: `{ body, page }`, its HTML and what it is about
 */
export async function openEdge({ package: folder, data, onReport }) {
  const imported = (file) => import(pathToFileURL(path.join(folder, file)).href);
  const [{ loadModel }, { personalize }] = await Promise.all([
    imported("index.node.js"),
    imported("edge/index.node.js"),
  ]);
  const model = await loadModel({ model: await readFile(path.join(data, "model.safetensors")), backend: "cpu" });
  const cache = new Map();

  return async (address, make) => {
    const { body, page, category } = cache.get(address) ?? kept(cache, address, make());
    const origin = new Response(body, {
      headers: { "content-type": "text/html; charset=utf-8", "cache-control": "public, max-age=0, s-maxage=600" },
    });
    const context = { item: page.kind === "product" ? page.id : null, query: page.query, category };
    const list = LISTS[page.kind];
    const islands = list ? [{ script: "script#page", path: list, id: "" }] : [];
    const answer = await personalize(origin, { model, context, islands, onReport });
    return { body: Buffer.from(await answer.arrayBuffer()), headers: Object.fromEntries(answer.headers) };
  };
}

function kept(cache, address, made) {
  if (cache.size >= MOST_PAGES) cache.delete(cache.keys().next().value);
  cache.set(address, made);
  return made;
}
