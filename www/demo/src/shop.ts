/** The page's part of the shop, as the document brought it: its categories, the products that this page may show, its lists. */

export interface Category {
  readonly slug: string;
  /** From the department down, such as `living/textiles/rugs`: what the model calls the category. */
  readonly path: string;
  readonly title: string;
  /** The slug of the one above. */
  readonly parent: string | null;
}

export interface Product {
  readonly id: string;
  readonly title: string;
  readonly brand: string;
  readonly price: number;
  readonly colour: string;
  /** Path of its category. */
  readonly category: string;
  /** Stars, 0 to 5; null while it is new. */
  readonly rating: number | null;
  readonly reviews: number;
  /** The picture as SVG text. */
  readonly picture: string;
}

type Ids = readonly string[];

export interface HomePage {
  readonly kind: "home";
  readonly home: Ids;
  readonly popular: Ids;
  readonly showcase: Ids;
  readonly shortcuts: readonly { readonly slug: string; readonly product: string | null }[];
}

export interface CategoryPage {
  readonly kind: "category";
  readonly slug: string;
  /** What passes the filters that the address names. */
  readonly list: Ids;
  readonly brands: readonly string[];
  readonly bands: readonly { readonly key: string; readonly from: number; readonly to: number | null }[];
  readonly chosen: { readonly brand: string; readonly price: string };
}

export interface MerchandisingPage {
  readonly kind: "merchandising";
  /** The category whose list is arranged. */
  readonly slug: string;
  readonly list: Ids;
}

export interface ProductPage {
  readonly kind: "product";
  readonly id: string;
  readonly also: Ids;
}

export interface SearchPage {
  readonly kind: "search";
  readonly query: string;
  readonly found: Ids;
  readonly popular: Ids;
}

/** What the page is about; all lists are in the server's order (shop.mjs). */
export type Page =
  | HomePage
  | CategoryPage
  | ProductPage
  | MerchandisingPage
  | SearchPage
  | { readonly kind: "cart"; readonly list: Ids }
  | { readonly kind: "profile"; readonly home: Ids }
  | { readonly kind: "missing"; readonly popular: Ids };

interface PageData {
  /** For how many milliseconds the page waits for the session. */
  readonly patience: number;
  readonly shop: { readonly name: string; readonly currency: string };
  readonly categories: readonly Category[];
  readonly products: readonly Product[];
  readonly page: Page;
}

/** Titles of all products, by id: the same file for every shopper. */
const TITLES = "/data/titles.json";
/** What `reshelf names` makes of the model. */
const NAMES = "/data/names.json";

export class Shop {
  readonly name: string;
  readonly currency: string;
  readonly patience: number;
  readonly page: Page;
  readonly categories: readonly Category[];
  readonly #product = new Map<string, Product>();
  readonly #bySlug = new Map<string, Category>();
  readonly #byPath = new Map<string, Category>();
  #titles: { readonly [id: string]: string } = {};
  #titlesArrive: Promise<void> | null = null;

  constructor({ patience, shop, categories, products, page }: PageData) {
    this.patience = patience;
    this.name = shop.name;
    this.currency = shop.currency;
    this.page = page;
    this.categories = categories;
    for (const product of products) this.#product.set(product.id, product);
    for (const category of categories) {
      this.#bySlug.set(category.slug, category);
      this.#byPath.set(category.path, category);
    }
  }

  /** What the document brought. */
  static ofDocument(): Shop {
    return new Shop(JSON.parse(document.getElementById("page")?.textContent ?? "") as PageData);
  }

  /** A product that this page may show. */
  product(id: string): Product | null {
    return this.#product.get(id) ?? null;
  }

  products(ids: Ids): readonly Product[] {
    return ids.map((id) => this.#product.get(id)).filter((product) => product !== undefined);
  }

  category(slug: string): Category | null {
    return this.#bySlug.get(slug) ?? null;
  }

  categoryAt(path: string): Category | null {
    return this.#byPath.get(path) ?? null;
  }

  /** The categories of the navigation bar. */
  topCategories(): readonly Category[] {
    return this.categories.filter((category) => category.parent === null);
  }

  children(slug: string): readonly Category[] {
    return this.categories.filter((category) => category.parent === slug);
  }

  /** From the department down to this category. */
  trail(category: Category | null): readonly Category[] {
    const above = category?.parent ? this.category(category.parent) : null;
    return category === null ? [] : [...this.trail(above), category];
  }

  /**
   * Fetches the titles of products that this page does not show. All of them, whenever somebody may want one: a request for some
   * would tell which.
   */
  async loadTitles(): Promise<void> {
    this.#titlesArrive ??= load(TITLES).then((titles) => {
      // Where they do not come, ids stand for them.
      if (titles !== null) this.#titles = titles as { readonly [id: string]: string };
    });
    return this.#titlesArrive;
  }

  /** The names of the model's numbers; null where there are none. */
  loadNames(): Promise<unknown> {
    return load(NAMES);
  }

  titleOf(id: string): string {
    return this.product(id)?.title ?? this.#titles[id] ?? `Product ${id}`;
  }
}

/** The one place of the storefront that goes to the network: addresses that no shopper has a part in. */
async function load(address: typeof TITLES | typeof NAMES): Promise<unknown> {
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
