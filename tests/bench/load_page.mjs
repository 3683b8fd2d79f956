// A cached page of some 20 KB with one list of 24 tiles, by its number: what the server has, and what the load compares with.
import { idOf } from "./edge_page.mjs";

const TILES = 24;

export function idsOf(number, items) {
  return Array.from({ length: TILES }, (_, at) => idOf((number * TILES + at) * 7919, items));
}

export function cachedPage(number, items) {
  const tile = (id) =>
    `<li data-reshelf-item="${id}"><a href="/p/${id}"><img loading="lazy" alt="" src="/images/${id}-320.webp"><h3>A product, number ${id}</h3></a><p><b>24,90 &euro;</b></p></li>\n`;
  const text = `<p>Text of the shop, <a href="/about">with links</a> &amp; more.</p>\n`;
  const list = idsOf(number, items).map(tile).join("");
  return `<!doctype html>\n<meta charset="utf-8"><title>Page ${number}</title>\n${text.repeat(100)}<ul data-reshelf-list>\n${list}</ul>\n${text.repeat(120)}`;
}
