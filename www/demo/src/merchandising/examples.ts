/** Policies to start from, for the products at hand. */
import type { PolicyDefinition } from "/reshelf/slate/index.js";
import type { Product } from "../shop.js";

export interface Example {
  readonly name: string;
  readonly definition: PolicyDefinition;
}

export function examplesFor(products: readonly Product[]): readonly Example[] {
  const [often = "", second = ""] = brandsOf(products);
  return [
    { name: "No rules", definition: { rules: [] } },
    {
      name: "A fair shelf",
      definition: {
        name: "A fair shelf",
        rules: [
          { id: "brands", name: "Two of a brand in six", kind: "cap", field: "brand", most: 2, in: 6, first: 24 },
        ],
      },
    },
    {
      name: "New arrivals first",
      definition: {
        name: "New arrivals first",
        rules: [{ id: "new", name: "Three new ones", kind: "minimum", match: { isNew: true }, least: 3, first: 8 }],
      },
    },
    {
      name: "Push and clear",
      definition: {
        name: "Push and clear",
        rules: [
          { id: "push", name: `More ${second}`, kind: "boost", match: { brand: second }, by: 1 },
          { id: "clear", name: `No ${often}`, kind: "hide", match: { brand: often } },
        ],
      },
    },
    {
      name: "Variety, half as personal",
      definition: {
        name: "Variety, half as personal",
        rules: [
          { id: "half", name: "Half the session", kind: "strength", percent: 50 },
          { id: "near", name: "Nobody is lost", kind: "maxMoves", places: 20 },
        ],
      },
    },
    {
      name: "Rules that conflict",
      definition: {
        name: "Rules that conflict",
        rules: [
          { id: "all", name: `All of ${often}`, kind: "minimum", match: { brand: often }, least: 6, first: 6 },
          { id: "brands", name: "Two of a brand in six", kind: "cap", field: "brand", most: 2, in: 6, first: 24 },
        ],
      },
    },
  ];
}

/** The brands of a list, those with most products first. */
function brandsOf(products: readonly Product[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { brand } of products) counts.set(brand, (counts.get(brand) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one).map(([brand]) => brand);
}
