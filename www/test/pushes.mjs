// Events in the shapes that the documents of GA4, Segment, Shopify and schema.org give them, each with what is to become of it; and
// stand-ins for the scripts around them: gtag's stub, a tag manager, Segment's snippet and library, and a page that listens.
import { listen } from "../dist/listen/index.js";

/** Two items as GA4 has them. */
const BOOT = {
  item_id: "B-100",
  item_name: "Hiking boot",
  affiliation: "Outdoor store",
  discount: 5,
  index: 0,
  item_brand: "Alpina",
  item_category: "Shoes",
  item_category2: "Outdoor",
  item_category3: "Boots",
  item_list_id: "cat_boots",
  item_list_name: "Boots",
  item_variant: "brown",
  price: 129.9,
  quantity: 1,
};
const LACE = { item_id: "L-7", item_name: "Laces", item_category: "Shoes", index: 1, price: "4.50", quantity: 2 };
const boot = { category: "Shoes/Outdoor/Boots", brand: "Alpina", price: 129.9, title: "Hiking boot" };
const lace = { category: "Shoes", price: 4.5, title: "Laces" };
const both = (type) => [
  { type, id: "B-100", ...boot },
  { type, id: "L-7", ...lace },
];
const money = { currency: "EUR", value: 138.9 };

/** GA4: name, parameters, expected events. Each is pushed by gtag and as a tag manager's object. */
export const GA4 = [
  ["view_item", { ...money, items: [BOOT] }, [{ type: "view", id: "B-100", ...boot }]],
  [
    "view_item_list",
    { item_list_id: "cat_shoes", item_list_name: "Shoes", items: [BOOT, LACE] },
    [
      { type: "impression", id: "B-100", list: "cat_boots", position: 0, ...boot },
      { type: "impression", id: "L-7", list: "cat_shoes", position: 1, ...lace },
    ],
  ],
  ["select_item", { item_list_id: "cat_boots", items: [BOOT] }, [{ type: "view", id: "B-100", ...boot }]],
  ["add_to_cart", { ...money, items: [BOOT] }, [{ type: "cart", id: "B-100", ...boot }]],
  ["remove_from_cart", { ...money, items: [LACE] }, [{ type: "remove", id: "L-7", ...lace }]],
  ["add_to_wishlist", { ...money, items: [BOOT] }, [{ type: "wish", id: "B-100", ...boot }]],
  ["begin_checkout", { ...money, coupon: "MAY", items: [BOOT, LACE] }, both("cart")],
  ["purchase", { transaction_id: "T-1", ...money, tax: 4, shipping: 5, items: [BOOT, LACE] }, both("purchase")],
  ["refund", { transaction_id: "T-1", ...money, items: [LACE] }, [{ type: "return", id: "L-7", ...lace }]],
  ["search", { search_term: "winter boots" }, [{ type: "search", query: "winter boots" }]],
  ["view_search_results", { search_term: "winter boots" }, [{ type: "search", query: "winter boots" }]],
];

/** What GA4 has besides, and what else lies in a `dataLayer`: none of it is an event of ours. */
export const GA4_OTHERS = [
  ["js", new Date()],
  ["config", "G-ABC123", { send_page_view: false }],
  ["set", { currency: "EUR" }],
  ["consent", "default", { ad_storage: "denied" }],
  ["event", "page_view", { page_title: "Boots" }],
  ["event", "view_cart", { items: [BOOT] }],
  ["event", "view_promotion", { items: [BOOT], promotion_id: "P" }],
  ["event", "constructor", { items: [BOOT] }],
];

const GAME = {
  product_id: "507f1f77",
  sku: "G-32",
  category: "Games > Board",
  name: "Monopoly",
  brand: "Hasbro",
  variant: "200 pieces",
  price: 18.99,
  quantity: 1,
  coupon: "MAYDEALS",
  position: 3,
  url: "https://shop.example/p/monopoly",
  image_url: "https://shop.example/p/monopoly.jpg",
};
const UNO = { product_id: "505bd767", sku: "G-33", name: "Uno", price: 3, position: 2, category: "Games" };
const game = { category: "Games/Board", brand: "Hasbro", price: 18.99, title: "Monopoly" };
const uno = { category: "Games", price: 3, title: "Uno" };
const order = { order_id: "50314b8e", total: 27.5, revenue: 25, currency: "USD", products: [GAME, UNO] };
const ordered = (type) => [
  { type, id: "507f1f77", ...game },
  { type, id: "505bd767", ...uno },
];
const single = (type) => [{ type, id: "507f1f77", ...game }];

/** Segment: name, properties, expected events. */
export const SEGMENT = [
  ["Products Searched", { query: "blue roses" }, [{ type: "search", query: "blue roses" }]],
  [
    "Product List Viewed",
    { list_id: "hot_deals", category: "Deals", products: [{ ...GAME, position: 1 }, UNO] },
    [
      { type: "impression", id: "507f1f77", list: "hot_deals", position: 0, ...game },
      { type: "impression", id: "505bd767", list: "hot_deals", position: 1, ...uno },
    ],
  ],
  [
    "Product List Filtered",
    { category: "Deals", filters: [{ type: "price", value: "under-25" }], products: [UNO] },
    [{ type: "impression", id: "505bd767", list: "Deals", position: 1, ...uno }],
  ],
  ["Product Clicked", GAME, single("view")],
  ["Product Viewed", { ...GAME, currency: "usd", value: 18.99 }, single("view")],
  ["Product Added", { cart_id: "skdj", ...GAME }, single("cart")],
  ["Product Removed", { cart_id: "skdj", ...GAME }, single("remove")],
  ["Product Added to Wishlist", { wishlist_id: "w", wishlist_name: "Loved", ...GAME }, single("wish")],
  ["Wishlist Product Added to Cart", { wishlist_id: "w", cart_id: "c", ...GAME }, single("cart")],
  ["Checkout Started", order, ordered("cart")],
  ["Order Completed", order, ordered("purchase")],
  ["Order Refunded", order, ordered("return")],
  ["Order Cancelled", order, ordered("return")],
  [
    "Product Reviewed",
    { product_id: "507f1f77", review_id: "kdfjrj39", review_body: "Good.", rating: "5" },
    [{ type: "review", id: "507f1f77" }],
  ],
];

const VARIANT = {
  id: "42556",
  image: { src: "https://cdn.shop.example/boot.jpg" },
  price: { amount: 129.9, currencyCode: "EUR" },
  product: {
    id: "8950526",
    title: "Hiking boot",
    type: "Boots",
    untranslatedTitle: "Hiking boot",
    url: "/products/hiking-boot",
    vendor: "Alpina",
  },
  sku: "B-100-42",
  title: "42 / brown",
  untranslatedTitle: "42 / brown",
};
const SOCK = {
  ...VARIANT,
  id: "77",
  price: { amount: 9 },
  product: { id: "99", title: "Sock", type: "", vendor: "Alpina" },
};
const shoe = { category: "Boots", brand: "Alpina", price: 129.9, title: "Hiking boot" };
const sock = { brand: "Alpina", price: 9, title: "Sock" };
const pixel = (name, data) => ({
  id: `sh-${name}`,
  clientId: "ffac04fa",
  name,
  seq: 1,
  timestamp: "2026-11-20T08:00:00.000Z",
  type: "standard",
  context: { document: { title: "Boots" } },
  data,
});
const line = (merchandise) => ({ cartLine: { cost: { totalAmount: { amount: 129.9 } }, merchandise, quantity: 1 } });
const lines = [VARIANT, SOCK].map((variant, at) => ({ id: `line-${at}`, title: "…", quantity: 1, variant }));

/** Shopify: name, payload, expected events. The last three are what Hydrogen's subscribers get. */
export const SHOPIFY = [
  ["product_viewed", pixel("product_viewed", { productVariant: VARIANT }), [{ type: "view", id: "8950526", ...shoe }]],
  [
    "collection_viewed",
    pixel("collection_viewed", { collection: { id: "4135", title: "Outdoor", productVariants: [VARIANT, SOCK] } }),
    [
      { type: "impression", id: "8950526", list: "4135", position: 0, ...shoe },
      { type: "impression", id: "99", list: "4135", position: 1, ...sock },
    ],
  ],
  [
    "search_submitted",
    pixel("search_submitted", { searchResult: { query: "boots", productVariants: [VARIANT] } }),
    [{ type: "search", query: "boots" }],
  ],
  ["product_added_to_cart", pixel("product_added_to_cart", line(VARIANT)), [{ type: "cart", id: "8950526", ...shoe }]],
  [
    "product_removed_from_cart",
    pixel("product_removed_from_cart", line(SOCK)),
    [{ type: "remove", id: "99", ...sock }],
  ],
  [
    "checkout_completed",
    pixel("checkout_completed", { checkout: { currencyCode: "EUR", lineItems: lines, order: { id: "1" } } }),
    [
      { type: "purchase", id: "8950526", ...shoe },
      { type: "purchase", id: "99", ...sock },
    ],
  ],
  [
    "product_viewed",
    {
      products: [
        {
          id: "gid://shopify/Product/5",
          title: "Tent",
          vendor: "Hilt",
          productType: "Camp",
          price: "300.0",
          quantity: 1,
        },
      ],
      url: "https://shop.example/products/tent",
    },
    [{ type: "view", id: "gid://shopify/Product/5", category: "Camp", brand: "Hilt", price: 300, title: "Tent" }],
  ],
  [
    "product_added_to_cart",
    { currentLine: { merchandise: SOCK, quantity: 1 }, cart: {} },
    [{ type: "cart", id: "99", ...sock }],
  ],
  [
    "product_removed_from_cart",
    { prevLine: { merchandise: SOCK, quantity: 1 } },
    [{ type: "remove", id: "99", ...sock }],
  ],
];

const offer = { "@type": "Offer", price: "129.90", priceCurrency: "EUR", url: "https://shop.example/p/boot" };
const product = (fields) => ({ "@context": "https://schema.org/", "@type": "Product", name: "Hiking boot", ...fields });
const seen = (id, fields = {}) => [{ type: "view", id, price: 129.9, title: "Hiking boot", ...fields }];

/** JSON-LD: what it is, the texts of the page's scripts, expected events. The page is /de/p/boot. */
export const JSONLD = [
  [
    "a product",
    [product({ sku: "B-100", brand: { "@type": "Brand", name: "Alpina" }, category: "Shoes > Boots", offers: offer })],
    seen("B-100", { brand: "Alpina", category: "Shoes/Boots" }),
  ],
  [
    "a product in a list, with several offers",
    [[product({ productID: "B-100", brand: "Alpina", offers: [offer, {}] })]],
    seen("B-100", { brand: "Alpina" }),
  ],
  [
    "an aggregate offer",
    [product({ sku: "B-100", offers: { "@type": "AggregateOffer", lowPrice: 129.9, highPrice: 150 } })],
    seen("B-100"),
  ],
  [
    "a graph",
    [
      {
        "@context": "https://schema.org",
        "@graph": [
          { "@type": "BreadcrumbList" },
          { "@type": ["Product", "Car"], sku: "B-100", name: "Hiking boot", offers: offer },
        ],
      },
    ],
    seen("B-100"),
  ],
  [
    "what a page is about",
    [
      {
        "@type": "ItemPage",
        mainEntity: { ...product({ sku: "B-100", offers: offer }), "@type": "http://schema.org/Product" },
      },
    ],
    seen("B-100"),
  ],
  [
    "a group of variants",
    [
      {
        "@type": "ProductGroup",
        productGroupID: "B-100",
        name: "Hiking boot",
        brand: { name: "Alpina" },
        variesBy: ["https://schema.org/size"],
        hasVariant: [
          { "@type": "Product", sku: "B-100-42", name: "Hiking boot 42", offers: offer },
          { "@type": "Product", sku: "B-100-43", offers: offer },
        ],
      },
    ],
    seen("B-100", { brand: "Alpina" }),
  ],
  [
    "a group whose variants stand beside it",
    [
      {
        "@graph": [
          { "@type": "Product", "@id": "#a", sku: "B-100-42", offers: offer },
          {
            "@type": "ProductGroup",
            productGroupID: "B-100",
            name: "Hiking boot",
            offers: offer,
            hasVariant: [{ "@id": "#a" }],
          },
        ],
      },
    ],
    seen("B-100"),
  ],
  [
    "one product that two scripts tell",
    [product({ sku: "B-100", offers: offer }), product({ sku: "B-100" })],
    seen("B-100"),
  ],
  [
    "several products, of which one is at this address",
    [
      [
        product({ sku: "X", url: "/p/other" }),
        product({ sku: "B-100", url: "https://shop.example/p/boot/", offers: offer }),
      ],
    ],
    seen("B-100"),
  ],
  ["several products", [[product({ sku: "X", url: "/p/x" }), product({ sku: "Y" })]], []],
  [
    "products in a list of items",
    [{ "@type": "ItemList", itemListElement: [{ "@type": "ListItem", item: product({ sku: "X" }) }] }],
    [],
  ],
  [
    "malformed JSON beside a product",
    ['{"@type": "Product", "sku": ', product({ sku: "B-100", offers: offer })],
    seen("B-100"),
  ],
  ["no product", [{ "@type": "Organization", name: "Shop" }, "null", 7, '"text"', []], []],
];

// ---- Scripts around it ----

/** The page's own gtag. */
export const gtagOf = (scope) =>
  function gtag() {
    // biome-ignore lint/complexity/noArguments: a tag manager knows commands by this.
    scope.dataLayer.push(arguments);
  };

/** What a tag manager does with `dataLayer`: takes what is there, wraps push, and keeps no more than 300. */
export function tagManager(layer) {
  const handled = [...layer];
  const push = layer.push;
  layer.push = (...entries) => {
    const length = push.apply(layer, entries);
    for (const entry of entries) {
      handled.push(entry);
      try {
        entry?.eventCallback?.();
      } catch {
        // As a tag manager does: an entry that cannot be read is not the page's trouble.
      }
    }
    while (layer.length > 300) layer.shift();
    return length;
  };
  return handled;
}

/** Segment's snippet: an array whose methods queue themselves in it. */
export function segmentSnippet(scope) {
  const analytics = [];
  for (const method of ["track", "page", "identify", "on", "once", "off", "ready"]) {
    analytics[method] = (...given) => {
      analytics.push([method, ...given]);
      return analytics;
    };
  }
  scope.analytics = analytics;
  return analytics;
}

/** Segment's library: takes the snippet's place, then what the snippet queued, `on` first; it tells of a track when it is sent. */
export function segmentLibrary(scope) {
  const queued = Array.isArray(scope.analytics) ? scope.analytics.splice(0) : [];
  const heard = [];
  const library = {
    on: (name, callback) => (heard.push([name, callback]), library),
    off: (name, callback) => {
      const at = heard.findIndex(([each, its]) => each === name && its === callback);
      if (at >= 0) heard.splice(at, 1);
      return library;
    },
    track: (name, properties, options) => {
      for (const [event, callback] of [...heard]) if (event === "track") callback(name, { ...properties }, options);
      return Promise.resolve();
    },
    heard,
  };
  scope.analytics = library;
  const first = (method) => method === "on";
  for (const [method, ...given] of queued.filter(([method]) => first(method))) library[method](...given);
  for (const [method, ...given] of queued.filter(([method]) => !first(method))) library[method]?.(...given);
  return library;
}

/** A bus such as Shopify's: `say` tells its subscribers. */
export function bus() {
  const heard = [];
  const subscribe = (name, callback) => {
    heard.push([name, callback]);
    return () => heard.splice(0, heard.length, ...heard.filter(([, each]) => each !== callback));
  };
  const say = (name, payload) => {
    for (const [event, callback] of [...heard]) if (event === name) callback(payload);
  };
  return { subscribe, say, heard };
}

/** A document with these scripts of JSON-LD. */
export function pageWith(texts, readyState = "complete") {
  const page = new EventTarget();
  page.readyState = readyState;
  page.querySelectorAll = () =>
    texts.map((text) => ({ textContent: typeof text === "string" ? text : JSON.stringify(text) }));
  return page;
}

/** A page of its own, and a reranker that notes what it is given; `start` listens there. */
export function shop(globals = {}) {
  const scope = { dataLayer: [], ...globals };
  const events = [];
  const reranker = { observe: (event) => events.push(event) };
  const start = (options) => listen(reranker, { scope, ...options });
  return { scope, events, start, gtag: gtagOf(scope), reranker };
}

/** What is left of events when only these fields are looked at. */
export const brief = (events) => events.map(({ type, id, query }) => `${type} ${id ?? query}`);

export const item = (id, more) => ({ item_id: id, ...more });
export const viewed = (id) => ({ event: "view_item", ecommerce: { items: [item(id)] } });
