/** A dot in the product's colour. Shops name colours by words that CSS does not know, or by
 * words that CSS means otherwise, so the common ones are listed. */
import { h } from "../dom.js";

const COLOURS: { readonly [name: string]: string } = {
  amber: "#d98e04",
  apricot: "#f4b183",
  ash: "#b2b5ad",
  berry: "#923c58",
  black: "#2a2b2f",
  blush: "#e8bfb2",
  brass: "#b5943c",
  brick: "#a5472f",
  bronze: "#8c6a3c",
  burgundy: "#6d1f31",
  butter: "#f2da92",
  camel: "#c19a6b",
  caramel: "#b5733c",
  chalk: "#e9e7e2",
  charcoal: "#3b4044",
  clay: "#c27c60",
  cobalt: "#3558b0",
  copper: "#bd7650",
  coral: "#ea7a62",
  cream: "#f1e7cf",
  denim: "#4d6e9b",
  ecru: "#d9cdb2",
  emerald: "#1b7f5c",
  fern: "#5c9160",
  forest: "#3a5a48",
  fuchsia: "#c13584",
  graphite: "#45494f",
  grass: "#5b9a3c",
  honey: "#dfa53a",
  ink: "#2d3a56",
  ivory: "#f3ecdd",
  jade: "#3a9076",
  lemon: "#f1da4e",
  lilac: "#b6a5d3",
  mint: "#a9d6c2",
  mist: "#c9d3d6",
  mocha: "#7a5a47",
  moss: "#73804e",
  mustard: "#cf9f2b",
  natural: "#d8c3a0",
  nude: "#e0bda5",
  oak: "#c69c6d",
  oat: "#e3d3bb",
  ochre: "#d39a37",
  "off-white": "#f3efe6",
  olive: "#8a8346",
  pearl: "#ece7dd",
  petrol: "#22616e",
  pine: "#27523f",
  plum: "#64415f",
  powder: "#c7d5e0",
  rose: "#cb7489",
  rust: "#a34f2c",
  sage: "#a3b295",
  sand: "#d6bf9a",
  scarlet: "#c32f27",
  sky: "#98c1dc",
  slate: "#6a737c",
  smoke: "#9a9ea3",
  stone: "#aaa59b",
  sunflower: "#f0bd3e",
  taupe: "#8b7d70",
  teal: "#3b9290",
  terracotta: "#cb6843",
  walnut: "#7a543c",
  wine: "#73263a",
};

/** A dot, or nothing when the name says no colour that we know. */
export function swatch(colour: string): HTMLElement | null {
  const name = colour.trim().toLowerCase();
  const words = [name, name.replace(/[\s-]+/g, ""), ...name.split(/[\s-]+/).reverse()];
  const found = words.map((word) => COLOURS[word] ?? word).find((value) => CSS.supports("color", value));
  if (found === undefined) return null;
  const dot = h("span", { class: "swatch", "aria-hidden": "true" });
  dot.style.backgroundColor = found;
  return dot;
}
