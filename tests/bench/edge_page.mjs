// A page as shops have them: 200 KB, 3 lists of 48 tiles, markup and text around. Also the text of the origin's worker, so that it
// imports nothing.

/** Sample artifacts number their items so (crate/src/synthetic.rs). */
export const idOf = (row, items) => String(7 + 3 * (row % items));

export function benchPage(items) {
  const tile = (list, at) => {
    const id = idOf((list * 48 + at) * 7919, items);
    return `<li class="tile" data-reshelf-item="${id}"><article><a class="link" href="/p/${id}?list=${list}&amp;at=${at}"><img loading="lazy" alt="Product ${id}" width="320" height="400" src="/images/${id}-320.webp" srcset="/images/${id}-320.webp 320w, /images/${id}-640.webp 640w"><h3 class="title">A product with a name, number ${id}</h3></a><p class="price"><span class="was">29,90</span> <b>24,90 &euro;</b></p><form action="/cart" method="post"><input type="hidden" name="id" value="${id}"><button type="submit" class="button button--small">Add to cart</button></form></article></li>`;
  };
  const list = (_, number) =>
    `<section><h2>List ${number}</h2><ul class="grid" data-reshelf-list>\n${Array.from({ length: 48 }, (_, at) => tile(number, at)).join("\n")}\n</ul></section>`;
  const lists = Array.from({ length: 3 }, list);
  const head = `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Shop</title><script>var a = "<ul data-reshelf-list>";</script></head><body>`;
  const length = 200_000 - head.length - lists.join("").length;
  const text = `<div class="teaser"><p>Text of the shop, <a href="/about">with links</a> &amp; more.</p><!-- a block --></div>\n`;
  const filler = text.repeat(Math.max(0, Math.floor(length / text.length / 4)));
  return `${head}${filler}${lists.join(filler)}${filler}</body></html>\n`;
}
