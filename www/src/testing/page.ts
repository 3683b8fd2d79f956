// A page with lists, its script and its model, to be opened in a headless browser without a server. Uses errors, guard and
// types.
import { ReshelfError } from "../errors.js";
import type { CandidateObject } from "../types.js";
import { guarded, isRecord } from "./guard.js";
import type { FixtureFile, FixtureOptions, FixtureShop, Routes } from "./types.js";

/** Under this path the page asks for the package's own files. */
const PACKAGE = "/reshelf/";

/** What the package promises to work with. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
].join("; ");

/** Views what is clicked, and puts every list in order. `window.shop` is for tests: the reranker, the lists, and `reorder()`. */
const SCRIPT = `import { loadReranker } from "${PACKAGE}index.js";
const lists = JSON.parse(document.querySelector("#lists").textContent);
const reranker = await loadReranker({ model: "/model.safetensors", backend: "cpu" });
const reorder = () => {
  for (const [name, candidates] of Object.entries(lists)) {
    const list = [...document.querySelectorAll("[data-reshelf-list]")].find((each) => each.dataset.reshelfList === name);
    const tiles = new Map([...list.children].map((tile) => [tile.dataset.reshelfItem, tile]));
    for (const { candidate } of reranker.rerank(candidates)) list.append(tiles.get(String(candidate.id)));
  }
};
document.addEventListener("click", (event) => {
  const id = event.target.closest("[data-reshelf-item]")?.dataset.reshelfItem;
  if (id === undefined) return;
  reranker.observe({ id });
  reorder();
});
window.shop = { reranker, lists, reorder };
reorder();
document.documentElement.dataset.reshelf = reranker.info().status;
`;

/**
 * The files of a page whose lists are ranked by a model: `/`, `/shop.js` and `/model.safetensors`. A click in a tile is a view, and
 * puts all lists in order at once. `<html data-reshelf="ready">` says that it ranks, `"fallback"` that it does not.
 *
 * @throws ReshelfError `testing.page` for what no page is made of.
 */
export function fixtureShop(options: FixtureOptions): FixtureShop {
  return guarded("testing.page", "fixtureShop() takes plain data: { model, lists, title }.", () => filesOf(options));
}

function filesOf(options: unknown): FixtureShop {
  const { model, lists, title } = isRecord(options) ? options : {};
  // An array of another realm is of no class of this one.
  if (Object.prototype.toString.call(model) !== "[object Uint8Array]")
    throw new ReshelfError(
      "testing.page",
      "fixtureShop() takes a model's bytes: { model: tinyModel({ ... }), lists }.",
    );
  if (!isRecord(lists) || !isText(title))
    throw new ReshelfError("testing.page", "`lists` is an object of lists by their names, `title` text.");
  const candidates = Object.entries(lists).map(([name, list]) => [name, candidatesOf(name, list)] as const);
  return {
    "/": fileOf("text/html; charset=utf-8", pageOf(title ?? "A shop", candidates)),
    "/shop.js": fileOf("text/javascript; charset=utf-8", SCRIPT),
    "/model.safetensors": fileOf("application/octet-stream", model as Uint8Array),
  };
}

/** The most tiles of one list. */
const MOST_TILES = 10_000;

const isText = (value: unknown): value is string | null | undefined => value == null || typeof value === "string";

type Listed = readonly [name: string, candidates: readonly CandidateObject[]];

function candidatesOf(name: string, list: unknown): CandidateObject[] {
  if (!Array.isArray(list) || list.length > MOST_TILES)
    throw new ReshelfError("testing.page", `lists.${name} is an array of up to ${MOST_TILES} ids or candidates.`);
  const candidates = Array.from(list, (entry: unknown) => {
    const candidate: Record<string, unknown> = isRecord(entry) ? entry : { id: entry };
    const { id, title } = candidate;
    if ((typeof id !== "string" && typeof id !== "bigint" && !Number.isFinite(id)) || !isText(title))
      throw new ReshelfError("testing.page", `A candidate of lists.${name} needs an id, and a title that is text.`);
    // JSON has no BigInt.
    return { ...candidate, id: String(id) };
  });
  const ids = new Set<string>();
  const twice = candidates.find(({ id }) => ids.size === ids.add(id).size)?.id;
  if (twice !== undefined) throw new ReshelfError("testing.page", `lists.${name} has "${twice}" twice: a tile each.`);
  return candidates;
}

function pageOf(title: string, lists: readonly Listed[]): string {
  const tile = ({ id, title }: CandidateObject) =>
    `    <li data-reshelf-item="${escaped(String(id))}"><button>${escaped(title ?? String(id))}</button></li>`;
  const list = ([name, candidates]: Listed) =>
    `  <h2>${escaped(name)}</h2>\n  <ul data-reshelf-list="${escaped(name)}">\n${candidates.map(tile).join("\n")}\n  </ul>`;
  const data = JSON.stringify(Object.fromEntries(lists)).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<script type="application/json" id="lists">${data}</script>
<script type="module" src="/shop.js"></script>
<main>
${lists.map(list).join("\n")}
</main>
</html>
`;
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => ESCAPES[character] as string);

function fileOf(type: string, body: string | Uint8Array): FixtureFile {
  const headers = { "content-type": type, "content-security-policy": POLICY, "x-content-type-options": "nosniff" };
  const { Buffer: buffers } = globalThis as { Buffer?: { from(bytes: Uint8Array): Uint8Array } };
  return { status: 200, headers, body: typeof body === "string" ? body : (buffers?.from(body) ?? body) };
}

/**
 * Answers all that a page of Playwright's asks of an origin: with the files of the shop, and below `/reshelf/` with those of this package.
 * There is no server, and nothing else is reached: other paths are 404, and other origins are refused.
 */
export async function serveFixture(page: Routes, shop: FixtureShop, origin = "http://shop.localhost"): Promise<void> {
  return guarded("testing.page", SERVE, () => serve(page, shop, origin));
}

const SERVE = "serveFixture() takes a page or a context of Playwright's, what fixtureShop() gave, and an origin.";

async function serve(page: Routes, shop: FixtureShop, origin: unknown): Promise<void> {
  const own = typeof origin === "string" && URL.canParse(origin) ? new URL(origin).origin : "null";
  if (!isRecord(shop) || !isRecord(shop["/"]) || own === "null") throw new ReshelfError("testing.page", SERVE);
  const files = { ...shop };
  const folder = new URL("../", import.meta.url);
  await page.route(/^/, (route) => {
    const url = new URL((route as { request(): { url(): string } }).request().url());
    if (url.origin !== own) return route.abort("blockedbyclient");
    const file = Object.hasOwn(files, url.pathname) ? files[url.pathname] : undefined;
    if (file !== undefined) return route.fulfill(file);
    // No file of the package has a name that must be escaped; what is escaped may be dots that lead out of its folder.
    if (!/^\/reshelf\/[^%]+$/.test(url.pathname)) return route.fulfill({ status: 404, body: "" });
    // An address below the folder that the package lies in, as a path: the URL has resolved its dots.
    const { pathname } = new URL(url.pathname.slice(PACKAGE.length), folder);
    const path = decodeURIComponent(pathname).replace(/^\/([A-Za-z]:)/, "$1");
    return route.fulfill({ path });
  });
}
