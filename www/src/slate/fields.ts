// How fields of candidates are read: by accessors of the caller's, or by the names that shops commonly use. Uses types.

/** Reads a field of a candidate that is an object; it may throw. */
export type Read = (candidate: object) => unknown;

/** The fields that are known without being said, and the names that each goes by; the first that is there counts. */
export const COMMON: Readonly<Record<string, string>> = {
  brand: "brand vendor manufacturer item_brand",
  category: "category product_type productType item_category",
  price: "price",
  stock: "stock inventory quantity availability available inStock in_stock",
  seller: "seller merchant store",
  title: "title name item_name",
  tags: "tags",
  rating: "rating",
  date: "date publishedAt published_at createdAt created_at",
  ends: "ends endsAt ends_at endDate end_date",
  progress: "progress",
  hidden: "hidden",
  ageRestricted: "ageRestricted age_restricted adult",
  bid: "bid",
  exposure: "exposure",
  pinned: "pinned",
};

/** What a rule reads where it names no field. */
const OWN: Readonly<Record<string, string>> = {
  freshness: "date",
  ending: "ends",
  sponsored: "bid",
  diversify: "category",
  query: "title",
  exposure: "exposure",
};

/** What is known of a rule here. */
interface Naming {
  readonly [name: string]: unknown;
}

/** The fields that a rule names. */
export function fieldsNamed(rule: Naming): string[] {
  const named = ["field", "bid", "fields"].flatMap((name) => (rule[name] ?? []) as string | string[]);
  return [
    ...named,
    ...Object.keys(rule["match"] ?? {})
      .filter((field) => field !== "ids")
      .sort(),
  ];
}

/** All fields that rules read. */
export function fieldsRead(rules: readonly object[]): ReadonlySet<string> {
  const read = (rules as readonly Naming[]).flatMap((rule) => {
    const { kind, what, field, bid, fields } = rule as { readonly [name: string]: string };
    const own = field ?? bid ?? fields ?? OWN[kind as string] ?? (what === "soldOut" ? "stock" : what);
    return [...fieldsNamed(rule), ...[own ?? []].flat()];
  });
  return new Set(["pinned", ...read]);
}

export type Fields = ReadonlyMap<string, Read>;

/** The common fields, and over them those that a definition names, and over those the caller's accessors. */
export function fieldsOf(
  named: Readonly<Record<string, string>>,
  accessors: Readonly<Record<string, string | ((candidate: never) => unknown)>>,
): Fields {
  const fields = new Map<string, Read>();
  for (const [field, names] of Object.entries(COMMON)) fields.set(field, firstOf(names.split(" ")));
  for (const [field, path] of Object.entries(named)) fields.set(field, byPath(path));
  for (const [field, how] of Object.entries(accessors))
    fields.set(field, typeof how === "string" ? byPath(how) : (how as Read));
  return fields;
}

const firstOf = (names: readonly string[]) => (candidate: object) => {
  for (const name of names) {
    const value = (candidate as Record<string, unknown>)[name];
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
};

/** A field of that very name, or else one of a field, as the dots say. */
const byPath = (path: string) => {
  const parts = path.split(".");
  return (candidate: object) => {
    const own = (candidate as Record<string, unknown>)[path];
    if (own !== undefined || parts.length === 1) return own;
    let at: unknown = candidate;
    for (const part of parts) at = (at as Record<string, unknown> | null | undefined)?.[part];
    return at;
  };
};
