// schema.org: the product that this page is about, from its JSON-LD, as one view. Uses reads of the page.
import { call, field, textOf } from "../page/read.js";
import { type ForeignItem, NO_SHAPE, TOO_MANY } from "./intake.js";
import type { Source } from "./source.js";

/** Scripts of a page that are looked at, and characters of one. */
const MOST_SCRIPTS = 32;
const MOST_TEXT = 524_288;

export const jsonld: Source = (scope, intake) => {
  const look = () => {
    const page = field(scope, "document");
    if (field(page, "readyState") === "loading") return undefined;
    const scripts = call(page, "querySelectorAll", 'script[type^="application/ld+json"]');
    const products: unknown[] = [];
    for (let at = 0; at < MOST_SCRIPTS; at++) {
      const text = field(scripts, `${at}`, "textContent");
      if (typeof text !== "string") break;
      if (text.length > MOST_TEXT) intake.unused(TOO_MANY);
      else intake.event(() => void products.push(...productsIn(JSON.parse(text))));
    }
    const product = productOf(products, field(scope, "location", "pathname"));
    if (product) intake.items({ name: "jsonld", event: "jsonld" }, "view", [product], described);
    else if (products.length > 0) intake.unused(NO_SHAPE);
    return product ? "found" : "absent";
  };
  return { look, stop: () => {} };
};

/** What counts as a product, as a name of schema.org or as its address. */
const PRODUCT = /(^|[/:])(Individual)?Product(Group|Model)?$/;
const GROUP = /ProductGroup$/;

/** The products that stand at the top: alone, in a list, in a `@graph`, or as what a page is about. */
function productsIn(node: unknown): unknown[] {
  if (Array.isArray(node)) return node.flatMap(productsIn);
  if (isA(node, PRODUCT)) return [node];
  return node && typeof node === "object" ? productsIn([field(node, "@graph"), field(node, "mainEntity")]) : [];
}

function isA(node: unknown, kind: RegExp): boolean {
  return [field(node, "@type")].flat().some((type) => typeof type === "string" && kind.test(type));
}

/**
 * The one that the page is about: its one group of variants, or its one product, which may stand there twice; of several, the one
 * whose address ends as the page's does. None, where that leaves several: a page of products is about no one of them.
 */
function productOf(products: readonly unknown[], path: unknown): unknown {
  for (const among of [products.filter((each) => isA(each, GROUP)), products]) {
    if (new Set(among.map((each) => described(each).id)).size === 1) return among[0];
  }
  const here = lastPart(path);
  return products.find((each) => here && lastPart(field(each, "url") ?? field(offerOf(each), "url")) === here);
}

/** The last part of an address: languages and collections stand before it. */
function lastPart(address: unknown): string | undefined {
  return /([^/]+)\/?$/.exec(textOf(address, 2048).split(/[?#]/)[0] ?? "")?.[1];
}

function described(item: unknown): ForeignItem {
  const variant = one(field(item, "hasVariant"));
  const of = (name: string) => field(item, name) ?? field(variant, name);
  const offer = offerOf(item) ?? offerOf(variant);
  return {
    item,
    id: field(item, "productGroupID") ?? of("sku") ?? of("productID"),
    category: nameOf(of("category")),
    brand: nameOf(of("brand")),
    price: field(offer, "price") ?? field(offer, "lowPrice") ?? field(one(field(offer, "priceSpecification")), "price"),
    title: of("name"),
  };
}

const offerOf = (item: unknown) => one(field(item, "offers"));
const one = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);
const nameOf = (value: unknown) => field(one(value), "name") ?? one(value);
