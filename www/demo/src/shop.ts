/** The shop's data: read once from shop.json, checked, then only looked up. */

export interface Category {
  readonly slug: string;
  readonly path: string;
  readonly title: string;
  readonly parent: string | null;
}

export interface Product {
  readonly id: string;
  readonly title: string;
  readonly brand: string;
  readonly price: number;
  readonly colour: string;
  /** Slug of its category. */
  readonly category: string;
  /** Stars, 0 to 5. */
  readonly rating: number | null;
  readonly reviews: number;
  /** The picture as SVG text. */
  readonly picture: string;
}

type Json = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");
const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);
const idList = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);

function readProduct(value: unknown): Product | null {
  if (!isObject(value)) return null;
  const id = text(value["id"]);
  const amount = number(value["price"]);
  if (id === "" || amount === null) return null;
  return {
    id,
    title: text(value["title"]) || `Product ${id}`,
    brand: text(value["brand"]),
    price: amount,
    colour: text(value["colour"]),
    category: text(value["category"]),
    rating: number(value["rating"]),
    reviews: number(value["reviews"]) ?? 0,
    picture: text(value["picture"]),
  };
}

function readCategory(value: unknown): Category | null {
  if (!isObject(value)) return null;
  const slug = text(value["slug"]);
  if (slug === "") return null;
  return {
    slug,
    path: text(value["path"]) || slug,
    title: text(value["title"]) || slug,
    parent: text(value["parent"]) || null,
  };
}

const present = <T>(value: T | null): value is T => value !== null;

/** How many candidates a list built here (not by the server) may have. */
const BUILT_LIST = 200;

export class Shop {
  readonly name: string;
  readonly currency: string;
  readonly categories: readonly Category[];
  readonly products: readonly Product[];
  readonly #product = new Map<string, Product>();
  readonly #category = new Map<string, Category>();
  readonly #home: readonly string[];
  readonly #byCategory: Json;
  readonly #also: Json;
  readonly #searchText = new Map<string, string>();

  /** @throws {Error} when the data is no shop at all; a single bad product or category is left out. */
  constructor(data: unknown) {
    if (!isObject(data) || !Array.isArray(data["products"])) throw new Error("shop.json holds no product list");
    this.name = text(data["name"]) || "Shop";
    this.currency = text(data["currency"]) || "EUR";
    this.products = data["products"].map(readProduct).filter(present);
    this.categories = (Array.isArray(data["categories"]) ? data["categories"] : []).map(readCategory).filter(present);
    for (const product of this.products) this.#product.set(product.id, product);
    for (const category of this.categories) this.#category.set(category.slug, category);
    const lists = isObject(data["lists"]) ? data["lists"] : {};
    this.#home = idList(lists["home"]);
    this.#byCategory = isObject(lists["category"]) ? lists["category"] : {};
    this.#also = isObject(lists["also"]) ? lists["also"] : {};
  }

  product(id: string): Product | null {
    return this.#product.get(id) ?? null;
  }

  category(slug: string): Category | null {
    return this.#category.get(slug) ?? null;
  }

  /** The categories of the navigation bar. */
  topCategories(): readonly Category[] {
    return this.categories.filter((category) => category.parent === null || !this.#category.has(category.parent));
  }

  children(slug: string): readonly Category[] {
    return this.categories.filter((category) => category.parent === slug);
  }

  /** From the top category down to this one. */
  trail(slug: string): readonly Category[] {
    const trail: Category[] = [];
    for (
      let at = this.category(slug);
      at !== null && !trail.includes(at);
      at = at.parent === null ? null : this.category(at.parent)
    ) {
      trail.unshift(at);
    }
    return trail;
  }

  /** The home list in the server's order. */
  homeList(): readonly Product[] {
    return this.#resolve(this.#home);
  }

  /** What most people reviewed; an order of the shop's own. */
  popular(size: number): readonly Product[] {
    return [...this.products].sort((a, b) => b.reviews - a.reviews).slice(0, size);
  }

  /** A category's list in the server's order; a parent without a list of its own takes turns between its children's. */
  categoryList(slug: string): readonly Product[] {
    const own = this.#resolve(idList(this.#byCategory[slug]));
    if (own.length > 0) return own;
    const lists = this.children(slug).map((child) => this.categoryList(child.slug));
    if (lists.length > 0) return takeTurns(lists);
    return this.products.filter((product) => product.category === slug);
  }

  /** What goes with these products, in the server's order: their "also" lists in turn, without the products themselves. */
  also(ids: readonly string[]): readonly Product[] {
    const own = new Set(ids);
    const lists = ids.map((id) => this.#resolve(idList(this.#also[id])));
    const found = takeTurns(lists).filter((product) => !own.has(product.id));
    if (found.length > 0) return found.slice(0, BUILT_LIST);
    const first = ids[0] === undefined ? null : this.product(ids[0]);
    return first === null
      ? []
      : this.categoryList(first.category)
          .filter((product) => !own.has(product.id))
          .slice(0, BUILT_LIST);
  }

  /** Products that hold every word of the query in title, brand, colour or category; titles that begin with it first. */
  search(query: string): readonly Product[] {
    const words = fold(query).split(/\s+/).filter(Boolean);
    if (words.length === 0) return [];
    const found: { product: Product; points: number }[] = [];
    for (const product of this.products) {
      const hay = this.#searchable(product);
      if (!words.every((word) => hay.includes(` ${word}`))) continue;
      const title = ` ${fold(product.title)} `;
      found.push({ product, points: words.filter((word) => title.includes(` ${word}`)).length });
    }
    // Array sort is stable: equal points keep the shop's own order.
    return found
      .sort((a, b) => b.points - a.points)
      .slice(0, BUILT_LIST)
      .map((entry) => entry.product);
  }

  #searchable(product: Product): string {
    let hay = this.#searchText.get(product.id);
    if (hay === undefined) {
      const category = this.trail(product.category)
        .map((entry) => entry.title)
        .join(" ");
      hay = ` ${fold(`${product.title} ${product.brand} ${product.colour} ${category}`)} `;
      this.#searchText.set(product.id, hay);
    }
    return hay;
  }

  #resolve(ids: readonly string[]): readonly Product[] {
    const products: Product[] = [];
    for (const id of new Set(ids)) {
      const product = this.#product.get(id);
      if (product !== undefined) products.push(product);
    }
    return products;
  }
}

/** Lower case, without accents, punctuation as spaces. */
function fold(value: string): string {
  return value
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, " ")
    .trim();
}

/** The first of each list, then the second of each, …; each product once. */
function takeTurns(lists: readonly (readonly Product[])[]): readonly Product[] {
  const seen = new Set<Product>();
  const longest = Math.max(0, ...lists.map((list) => list.length));
  for (let row = 0; row < longest; row++) {
    for (const list of lists) {
      const product = list[row];
      if (product !== undefined) seen.add(product);
    }
  }
  return [...seen];
}
