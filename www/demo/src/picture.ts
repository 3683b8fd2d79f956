/**
 * Pictures from shop.json as data: URLs. An <img> keeps each drawing's ids and styles to itself, decodes off the main
 * path and is one node; 60 drawings inlined as DOM would be thousands of nodes whose gradient ids collide.
 */
import { h } from "./dom.js";
import type { Product } from "./shop.js";

const urls = new Map<string, string>();

/** The picture as a data: URL, made once per product; an empty drawing where the shop has none. */
export function pictureUrl(product: Product): string {
  let url = urls.get(product.id);
  if (url === undefined) {
    const svg = product.picture || '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"/>';
    // Only what would end or break the URL is escaped: shorter and quicker than escaping every mark.
    url = `data:image/svg+xml,${namespaced(svg).replace(/[%#\n\r\t]/g, encodeURIComponent)}`;
    urls.set(product.id, url);
  }
  return url;
}

/** Inlined SVG may leave its namespace out; as a document it must not. */
function namespaced(svg: string): string {
  return svg.includes("xmlns=") ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
}

/** The picture as an element, empty alternative text: the product's title always stands beside it. */
export function picture(product: Product, size: number, lazy = false): HTMLImageElement {
  return h("img", {
    src: pictureUrl(product),
    alt: "",
    width: size,
    height: size,
    decoding: "async",
    loading: lazy ? "lazy" : "eager",
    draggable: "false",
  });
}
