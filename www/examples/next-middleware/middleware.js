// Next's middleware for its edge runtime: the lists of a page come in order for what the request says. Put it beside `app`, and
// shop.safetensors beside it.
import { loadModel } from "reshelf";
import { personalize } from "reshelf/edge";

export const config = { matcher: ["/p/:path*", "/c/:path*", "/search"] };

/** Marks the request that the middleware makes itself, so that it lets that one through. */
const OWN = "x-shop-page";

// Once an isolate, by the first request.
let model;

export async function middleware(request) {
  if (request.headers.has(OWN)) return undefined;
  model ??= load();
  const headers = new Headers(request.headers);
  headers.set(OWN, "1");
  const origin = await fetch(request.url, { method: request.method, headers, redirect: "manual" });
  return personalize(origin, { model, request, context: contextOf(new URL(request.url)) });
}

async function load() {
  try {
    const artifact = await fetch(new URL("./shop.safetensors", import.meta.url));
    return await loadModel({ model: artifact });
  } catch (error) {
    model = undefined; // The next request tries again.
    throw error;
  }
}

/** What the request itself says: what the page is about. */
function contextOf({ pathname, searchParams }) {
  const [, item] = /^\/p\/([^/]+)$/.exec(pathname) ?? [];
  const [, category] = /^\/c\/(.+)$/.exec(pathname) ?? [];
  return { item, category, query: searchParams.get("q") };
}
