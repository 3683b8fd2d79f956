/** The live list: where each product stands, what rules changed, and two ways to pin it: drag it, or say the place. */
import type { Placed } from "../arrange.js";
import { reorder } from "../components/motion.js";
import { h, ICONS, icon, replace } from "../dom.js";
import { plural, price } from "../format.js";
import { paths } from "../paths.js";
import { picture } from "../picture.js";
import type { Product } from "../shop.js";

const PAGE = 24;

export interface ShelfUses {
  readonly pin: (product: Product, position: number) => void;
  readonly unpin: (product: Product) => void;
  readonly pinnedAt: (product: Product) => number | null;
}

export class Shelf {
  readonly element: HTMLElement;
  readonly #uses: ShelfUses;
  readonly #grid = h("ol", { class: "shelf", id: "shelf", role: "list" });
  readonly #summary = h("p", { class: "shelf-summary" });
  readonly #more = h("button", {
    type: "button",
    class: "button button-quiet list-more",
    on: { click: () => this.#showMore() },
  });
  readonly #tiles = new Map<Product, ShelfTile>();
  #placed: readonly Placed[] = [];
  #shown = PAGE;
  #dragged: Product | null = null;

  constructor(title: string, uses: ShelfUses) {
    this.#uses = uses;
    this.element = h(
      "section",
      { class: "desk-shelf", "aria-labelledby": "shelf-title" },
      h("h2", { id: "shelf-title", class: "list-title" }, title),
      this.#summary,
      h(
        "p",
        { class: "card-note" },
        "Drag a product to its place, or type the place and press Pin: either writes the rule.",
      ),
      this.#grid,
      h("div", { class: "list-foot" }, this.#more),
    );
    const on = (type: string, work: (event: DragEvent, tile: HTMLElement) => void): void =>
      this.#grid.addEventListener(type, (event) => {
        const tile = event.target instanceof Element ? event.target.closest<HTMLElement>(".shelf-tile") : null;
        if (tile !== null) work(event as DragEvent, tile);
      });
    on("dragstart", (event, tile) => {
      this.#dragged = this.#productOf(tile);
      event.dataTransfer?.setData("text/plain", tile.dataset["item"] ?? "");
      if (event.dataTransfer !== null) event.dataTransfer.effectAllowed = "move";
      tile.classList.add("is-dragged");
    });
    on("dragover", (event, tile) => {
      if (this.#dragged === null) return;
      event.preventDefault();
      this.#aim(tile);
    });
    on("drop", (event, tile) => {
      const [dragged, place] = [this.#dragged, this.#placeOf(tile)];
      if (dragged === null) return;
      event.preventDefault();
      this.#drop();
      if (this.#productOf(tile) !== dragged) uses.pin(dragged, place);
    });
    this.#grid.addEventListener("dragend", () => this.#drop());
  }

  /** @param summary what is to be said of the whole list. */
  show(placed: readonly Placed[], summary: string): void {
    this.#placed = placed;
    this.#summary.textContent = summary;
    reorder(this.#grid, () => this.#draw());
  }

  /** Has so many products on the page that this place is one of them. */
  reach(position: number): void {
    this.#shown = Math.max(this.#shown, Math.ceil(Math.min(position, this.#placed.length) / PAGE) * PAGE);
  }

  #draw(): void {
    const focused = document.activeElement;
    const tiles = this.#placed.slice(0, this.#shown).map(({ product, byRules }, place) => {
      let tile = this.#tiles.get(product);
      if (tile === undefined) {
        tile = new ShelfTile(product, this.#uses);
        this.#tiles.set(product, tile);
      }
      tile.show(place + 1, this.#placed.length, byRules, this.#uses.pinnedAt(product) !== null);
      return tile.element;
    });
    this.#grid.replaceChildren(...tiles);
    if (focused instanceof HTMLElement && focused !== document.activeElement && this.#grid.contains(focused))
      focused.focus({ preventScroll: true });
    const rest = Math.max(0, this.#placed.length - this.#shown);
    this.#more.hidden = rest === 0;
    this.#more.textContent = `Show ${Math.min(rest, PAGE)} more of ${plural(this.#placed.length, "product")}`;
  }

  #showMore(): void {
    const first = this.#shown;
    this.#shown += PAGE;
    this.#draw();
    this.#grid.children[first]?.querySelector("a")?.focus({ preventScroll: true });
  }

  #productOf(tile: HTMLElement): Product | null {
    return this.#placed.find(({ product }) => product.id === tile.dataset["item"])?.product ?? null;
  }

  #placeOf(tile: HTMLElement): number {
    return this.#placed.findIndex(({ product }) => product.id === tile.dataset["item"]) + 1;
  }

  #aim(at: HTMLElement | null): void {
    for (const tile of this.#grid.children) tile.classList.toggle("is-aimed", tile === at);
  }

  #drop(): void {
    this.#dragged = null;
    this.#aim(null);
    for (const tile of this.#grid.children) tile.classList.remove("is-dragged");
  }
}

class ShelfTile {
  readonly element: HTMLLIElement;
  readonly #place = h("span", { class: "shelf-place" });
  readonly #change = h("span", { class: "shelf-change" });
  readonly #input: HTMLInputElement;
  readonly #unpin: HTMLButtonElement;

  constructor(product: Product, uses: ShelfUses) {
    this.#input = h("input", {
      type: "number",
      min: 1,
      step: 1,
      required: true,
      "aria-label": `Place of ${product.title}`,
    });
    this.#unpin = h(
      "button",
      {
        type: "button",
        class: "icon-button shelf-unpin",
        title: "Unpin",
        "aria-label": `Unpin ${product.title}`,
        on: {
          click: () => {
            uses.unpin(product);
            this.#input.focus({ preventScroll: true });
          },
        },
      },
      icon(ICONS.close, "icon icon-small"),
    );
    const form = h(
      "form",
      { class: "shelf-pin" },
      this.#input,
      h(
        "button",
        { type: "submit", class: "shelf-do" },
        "Pin",
        h("span", { class: "unseen" }, ` ${product.title} there`),
      ),
      this.#unpin,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      uses.pin(product, this.#input.valueAsNumber);
    });
    this.element = h(
      "li",
      { class: "shelf-tile", draggable: "true", "data-item": product.id },
      h("div", { class: "tile-picture" }, picture(product, 160), this.#place, this.#change),
      h("a", { class: "shelf-title", href: paths.product(product.id), draggable: "false" }, product.title),
      h(
        "span",
        { class: "shelf-facts" },
        `${product.brand} · ${price(product.price)}${product.rating === null ? " · new" : ""}`,
      ),
      form,
    );
  }

  show(place: number, most: number, byRules: number, pinned: boolean): void {
    this.#place.textContent = String(place);
    this.#input.max = String(most);
    this.#input.value = String(place);
    this.#unpin.hidden = !pinned;
    this.element.classList.toggle("is-pinned", pinned);
    this.element.classList.toggle("is-changed", byRules !== 0);
    this.#change.hidden = byRules === 0;
    this.#change.classList.toggle("is-down", byRules < 0);
    replace(
      this.#change,
      h("span", { "aria-hidden": "true" }, `${byRules > 0 ? "▲" : "▼"} ${Math.abs(byRules)}`),
      h("span", { class: "unseen" }, `${plural(Math.abs(byRules), "place")} ${byRules > 0 ? "up" : "down"} by rules`),
    );
  }
}
