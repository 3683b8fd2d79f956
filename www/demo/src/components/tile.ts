/** One product in a list: picture, title, brand, price, and how far it moved up. */
import { h, ICONS, icon, replace } from "../dom.js";
import { plural, price } from "../format.js";
import { paths } from "../paths.js";
import { picture } from "../picture.js";
import type { Product } from "../shop.js";

export class Tile {
  readonly element: HTMLLIElement;
  readonly #badge = h("span", { class: "tile-badge", hidden: true });

  constructor(readonly product: Product) {
    this.element = h(
      "li",
      { class: "tile", "data-reshelf-item": product.id },
      h(
        "a",
        { href: paths.product(product.id), class: "tile-link" },
        h("span", { class: "tile-picture" }, picture(product, 320)),
        h(
          "span",
          { class: "tile-text" },
          h("span", { class: "tile-title" }, product.title),
          product.brand !== "" && h("span", { class: "tile-brand" }, product.brand),
          h("span", { class: "tile-foot" }, h("span", { class: "tile-price" }, price(product.price)), rating(product)),
        ),
        this.#badge,
      ),
    );
  }

  /** Shows how many places the product moved up; nothing for zero or less. */
  showMove(places: number): void {
    this.#badge.hidden = places <= 0;
    if (places <= 0) return;
    replace(
      this.#badge,
      icon(ICONS.up, "icon icon-small"),
      h("span", { "aria-hidden": "true" }, `+${places}`),
      h("span", { class: "unseen" }, `moved up ${plural(places, "place")}`),
    );
  }
}

/** Stars as a number, with the number of reviews where there is room. */
export function rating(product: Product, withReviews = false): HTMLElement | null {
  if (product.rating === null) return null;
  const stars = product.rating.toFixed(1);
  return h(
    "span",
    { class: "rating" },
    h("span", { class: "rating-star", "aria-hidden": "true" }, "★"),
    h("span", { class: "unseen" }, "Rated "),
    stars,
    withReviews &&
      product.reviews > 0 &&
      h("span", { class: "rating-reviews" }, ` (${plural(product.reviews, "review")})`),
  );
}
