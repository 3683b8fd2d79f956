/** One product in a list: picture, title, brand, price, how far it moved up and why, and "I don't want this". */
import { h, ICONS, icon, replace } from "../dom.js";
import { plural, price } from "../format.js";
import { paths } from "../paths.js";
import { picture } from "../picture.js";
import type { Product } from "../shop.js";
import type { Story } from "../why.js";
import { storyOf } from "./story.js";

export interface TileUses {
  readonly dislike: () => void;
  /** Why the product stands where it does; null where nothing can be told. */
  readonly story: () => Story | null;
}

export class Tile {
  readonly element: HTMLLIElement;
  readonly #uses: TileUses;
  readonly #badge = h("span", { class: "tile-badge", hidden: true });
  readonly #reason = h("p", { class: "tile-reason" });
  readonly #story = h("div", { class: "tile-story" });
  readonly #disclosure: HTMLDetailsElement;
  readonly #why: HTMLElement;
  readonly #dislike: HTMLButtonElement;

  constructor(
    readonly product: Product,
    uses: TileUses,
  ) {
    this.#uses = uses;
    this.#disclosure = h(
      "details",
      { on: { toggle: () => this.#tell() } },
      h("summary", {}, "Why here?", h("span", { class: "unseen" }, ` ${product.title}`)),
      this.#story,
    );
    this.#why = h("div", { class: "tile-why", hidden: true, "data-reshelf-aside": "" }, this.#reason, this.#disclosure);
    this.#dislike = h(
      "button",
      {
        type: "button",
        "data-reshelf-aside": "",
        class: "icon-button tile-dislike",
        title: "I don’t want this",
        "aria-label": `I don’t want this: ${product.title}`,
        "aria-pressed": "false",
        on: { click: () => uses.dislike() },
      },
      icon(ICONS.ban, "icon icon-small"),
    );
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
      this.#dislike,
      this.#why,
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

  /** Shows why it moved: room for the reason while that is null, nothing where there is none. */
  showReason(reason: string | null | undefined): void {
    this.#why.hidden = reason === undefined;
    this.#reason.textContent = reason ?? "";
    this.#tell();
  }

  showUnwanted(unwanted: boolean): void {
    this.element.classList.toggle("is-unwanted", unwanted);
    this.#dislike.setAttribute("aria-pressed", String(unwanted));
  }

  focusDislike(): void {
    this.#dislike.focus({ preventScroll: true });
  }

  #tell(): void {
    if (this.#why.hidden) this.#disclosure.open = false;
    const story = this.#disclosure.open ? this.#uses.story() : null;
    replace(this.#story, story !== null && storyOf(story, this.#reason.textContent ?? ""));
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
