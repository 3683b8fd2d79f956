/**
 * The shop as its server has it: what shop.json holds, read once, and what each page needs of it. It knows no shopper: every
 * list is in the server's order, the same for everybody, and what a page is sent depends on its address and on nothing else.
 */

/** How many candidates a list that is built here may have. */
const MOST_CANDIDATES = 200;
const POPULAR = 60;
const SHOWCASE = 6;
const SHORTCUTS = 8;

/**
 * What the page of an address is sent.
 * @typedef {object} PageData
 * @property {{ name: string, currency: string }} shop
 * @property {object[]} categories all of the shop's
 * @property {object[]} products those that this page may show, each once
 * @property {{ kind: string }} page what it is about, its lists as ids: `Page` in src/data.ts has each kind
 */

export class Shop {
  #product;
  #category;
  /** What is searched of each product. */
  #hay = new Map();

  /** @param {any} data what shop.json holds */
  constructor(data) {
    this.name = data.name;
    this.currency = data.currency;
    this.categories = data.categories;
    this.lists = data.lists;
    this.#category = new Map(data.categories.map((category) => [category.slug, category]));
    // A product's category goes by its path, as in the catalogue that the model was trained with: an item that the model does
    // not know is placed by it.
    this.products = data.products.map((product) => ({
      rating: null,
      reviews: 0,
      ...product,
      category: this.#category.get(product.category)?.path ?? product.category,
    }));
    this.#product = new Map(this.products.map((product) => [product.id, product]));
  }

  /** Titles by id: what a page needs to name a product that it does not show. The same file for every shopper. */
  titles() {
    return Object.fromEntries(this.products.map(({ id, title }) => [id, title]));
  }

  /**
   * The page that an address names, or the one that says that there is none.
   * @param {URL} url
   * @returns {{ title: string, description: string, found: boolean, data: PageData }}
   */
  page(url) {
    const [kind, name, ...rest] = url.pathname.split("/").slice(1).map(decoded);
    const words = url.searchParams;
    const found =
      rest.length > 0
        ? null
        : kind === "category" && name
          ? this.#categoryPage(name, words)
          : kind === "product" && name
            ? this.#productPage(name)
            : name !== undefined
              ? null
              : kind === ""
                ? this.#homePage()
                : kind === "search"
                  ? this.#searchPage((words.get("q") ?? "").trim())
                  : kind === "cart"
                    ? this.#cartPage()
                    : kind === "profile"
                      ? this.#profilePage()
                      : kind === "merchandising"
                        ? this.#merchandisingPage(words.get("category") ?? this.#firstCategory())
                        : null;
    const { title, description, page } = found ?? this.#missingPage();
    const data = {
      shop: { name: this.name, currency: this.currency },
      categories: this.categories,
      products: this.#shown(page),
      page,
    };
    return { title: title === "" ? this.name : `${title} · ${this.name}`, description, found: found !== null, data };
  }

  #homePage() {
    const home = this.lists.home;
    const top = this.categories.filter(({ parent }) => !this.#category.has(parent));
    const parts = new Map(home.map((id) => [this.#department(id), id]).reverse());
    return {
      title: "",
      description: `${this.name}: a shop whose lists follow you without anyone following you. Re-ranked on your own device.`,
      page: {
        kind: "home",
        home,
        popular: this.#popular(),
        // The first products of the list that come from different parts of the shop.
        showcase: [...parts.values()].reverse().slice(0, SHOWCASE),
        shortcuts: top.slice(0, SHORTCUTS).map(({ slug }) => ({ slug, product: this.categoryList(slug)[0] ?? null })),
      },
    };
  }

  #categoryPage(slug, words) {
    const category = this.#category.get(slug);
    if (category === undefined) return null;
    const all = this.categoryList(slug).map((id) => this.#product.get(id));
    const bands = priceBands(all);
    const brand = words.get("brand") ?? "";
    const band = bands.find(({ key }) => key === words.get("price"));
    const passing = all.filter(
      (product) =>
        (brand === "" || product.brand === brand) &&
        (band === undefined || (product.price >= band.from && product.price < band.to)),
    );
    return {
      title: category.title,
      description: `${category.title} at ${this.name}: ${all.length} products, in an order that follows you and stays with you.`,
      page: {
        kind: "category",
        slug,
        list: idsOf(passing),
        brands: [...new Set(all.map((product) => product.brand))].sort((a, b) => a.localeCompare(b)),
        bands: bands.map(({ key, from, to }) => ({ key, from, to: Number.isFinite(to) ? to : null })),
        chosen: { brand, price: band?.key ?? "" },
      },
    };
  }

  #productPage(id) {
    const product = this.#product.get(id);
    if (product === undefined) return null;
    const also = this.#known(this.lists.also[id]).filter((other) => other !== id);
    const kin = this.products.filter(({ category }) => category === product.category).slice(0, MOST_CANDIDATES);
    return {
      title: product.title,
      description: `${product.title} by ${product.brand}, ${product.price} ${this.currency} at ${this.name}.`,
      page: { kind: "product", id, also: also.length > 0 ? also : idsOf(kin).filter((other) => other !== id) },
    };
  }

  #searchPage(query) {
    const found = this.#search(query);
    const title = query === "" ? "Search" : `Results for “${query}”`;
    const page = { kind: "search", query, found, popular: found.length > 0 ? [] : this.#popular() };
    return { title, description: `${title} at ${this.name}.`, page };
  }

  /** What lies in the cart the page has from its own device: asking for what goes with it would tell what lies in it. */
  #cartPage() {
    return {
      title: "Cart",
      description: `Your cart at ${this.name}. A demo: nothing is ordered and nothing is sent.`,
      page: { kind: "cart", list: this.lists.home },
    };
  }

  #profilePage() {
    return {
      title: "Your profile",
      description: `What the lists of ${this.name} know of you on this device, and how to correct it.`,
      page: { kind: "profile", home: this.lists.home },
    };
  }

  #merchandisingPage(slug) {
    const category = this.#category.get(slug);
    if (category === undefined) return null;
    return {
      title: "Merchandising",
      description: `What ${this.name} wants of its lists: rules beside the list that they make, on this device.`,
      page: { kind: "merchandising", slug, list: this.categoryList(slug) },
    };
  }

  /** The first that has no parts: a list of things of one kind. */
  #firstCategory() {
    return this.categories.find(({ slug }) => this.categories.every(({ parent }) => parent !== slug))?.slug;
  }

  #missingPage() {
    const page = { kind: "missing", popular: this.#popular() };
    return { title: "Not here", description: `No such page at ${this.name}.`, page };
  }

  /** The products of a page's lists, each once. */
  #shown(page) {
    const ids = Object.values(page).flatMap((value) => (Array.isArray(value) ? value : []));
    const named = ids.map((id) => id?.product ?? id);
    return [...new Set([page.id, ...named])].map((id) => this.#product.get(id)).filter(Boolean);
  }

  /** A category's list in the server's order; a parent without a list of its own takes turns between its children's. */
  categoryList(slug) {
    const own = this.#known(this.lists.category[slug]);
    if (own.length > 0) return own;
    const children = this.categories.filter(({ parent }) => parent === slug);
    return takeTurns(children.map((child) => this.categoryList(child.slug)));
  }

  #known(ids = []) {
    return ids.filter((id) => this.#product.has(id));
  }

  /** What most people reviewed. */
  #popular() {
    return idsOf([...this.products].sort((a, b) => b.reviews - a.reviews).slice(0, POPULAR));
  }

  #department(id) {
    return this.#product.get(id)?.category.split("/")[0];
  }

  /** Products that hold every word of the query in title, brand, colour or category; those with more of them in the title first. */
  #search(query) {
    const words = fold(query).split(" ").filter(Boolean);
    if (words.length === 0) return [];
    const points = (text) => words.filter((word) => text.includes(` ${word}`)).length;
    return this.products
      .filter((product) => points(this.#searched(product)) === words.length)
      .map(({ id, title }) => ({ id, points: points(` ${fold(title)} `) }))
      .sort((a, b) => b.points - a.points) // It is stable: equal points keep the shop's own order.
      .slice(0, MOST_CANDIDATES)
      .map(({ id }) => id);
  }

  #searched(product) {
    let hay = this.#hay.get(product.id);
    if (hay === undefined) {
      const titles = this.categories.filter(({ path }) => `${product.category}/`.startsWith(`${path}/`));
      const text = [product.title, product.brand, product.colour, ...titles.map(({ title }) => title)].join(" ");
      hay = ` ${fold(text)} `;
      this.#hay.set(product.id, hay);
    }
    return hay;
  }
}

const idsOf = (products) => products.map(({ id }) => id);

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return "\0";
  }
}

/** Lower case, without accents, punctuation as spaces. */
function fold(value) {
  return value
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, " ")
    .trim();
}

/** The first of each list, then the second of each, …; each once. */
function takeTurns(lists) {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  const rows = Array.from({ length: longest }, (_, row) => lists.flatMap((list) => list.slice(row, row + 1)));
  return [...new Set(rows.flat())];
}

/** Three bands of about as many products each, cut at round prices. */
function priceBands(products) {
  const prices = products.map(({ price }) => price).sort((a, b) => a - b);
  const cut = (share) => roundPrice(prices[Math.floor(prices.length * share)] ?? 0);
  const [low, high] = [cut(1 / 3), cut(2 / 3)];
  if (prices.length < 6 || low >= high) return [];
  return [
    { key: "low", from: 0, to: low },
    { key: "middle", from: low, to: high },
    { key: "high", from: high, to: Number.POSITIVE_INFINITY },
  ];
}

function roundPrice(amount) {
  const step = amount < 20 ? 1 : amount < 100 ? 5 : amount < 500 ? 10 : 50;
  return Math.max(step, Math.round(amount / step) * step);
}
