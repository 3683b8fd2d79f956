// Puts the lists of a shop's cached pages in order on their way to the shopper. Cloudflare's cache keeps the page as it is for
// everyone; what this worker answers is private. It keeps nothing and sets nothing. Run it: npx wrangler dev
import { loadModel } from "reshelf";
import { personalize } from "reshelf/edge";
import artifact from "./shop.safetensors";

// Once an isolate, by the first request.
let model;

export default {
  async fetch(request) {
    model ??= loadModel({ model: artifact });
    return personalize(await fetch(request), { model, request, context: contextOf(request) });
  },
};

/** What the request itself says: what the page is about, and the shopper's cluster, if the shop's own page sent one. */
function contextOf(request) {
  const { pathname, searchParams } = new URL(request.url);
  const [, item] = /^\/p\/([^/]+)$/.exec(pathname) ?? [];
  const [, category] = /^\/c\/(.+)$/.exec(pathname) ?? [];
  const [, cluster] = /(?:^|;\s*)shop_cluster=(\d+)/.exec(request.headers.get("cookie") ?? "") ?? [];
  return { item, category, query: searchParams.get("q"), cluster };
}
