/** A dot in the product's colour. Shops name colours by words that CSS does not know, so the common ones are listed. */
import { h } from "../dom.js";

const COLOURS: { readonly [name: string]: string } = {
  amber: "#d98e04", apricot: "#f4b183", ash: "#b2b5ad", berry: "#8e2f5a", blush: "#e8b7b0", brass: "#b5943c", brick: "#a5472f",
  bronze: "#8c6a3c", burgundy: "#6d1f31", butter: "#f3dd8b", camel: "#c19a6b", caramel: "#b5733c", charcoal: "#3b4044",
  clay: "#b5704f", cobalt: "#1f4fa3", copper: "#b56a3c", cream: "#f1e7cf", denim: "#44648c", ecru: "#d9cdb2", emerald: "#1b7f5c",
  forest: "#24513b", fuchsia: "#c13584", graphite: "#4a4e54", grass: "#5b9a3c", honey: "#dfa53a", ink: "#20293a", jade: "#3a9076",
  lemon: "#f1da4e", lilac: "#b9a3d0", mint: "#a9d8c0", mocha: "#7a5a47", moss: "#6a7a3f", mustard: "#cf9f2b", natural: "#d8c3a0",
  nude: "#e0bda5", oak: "#c69c6d", oat: "#dccfb6", ochre: "#c1872c", olive: "#6f7339", pearl: "#ece7dd", petrol: "#17586a",
  pine: "#27523f", plum: "#6b3a5b", powder: "#c7d5e0", rose: "#d98a94", rust: "#b4552d", sage: "#9caf88", sand: "#d9c7a3",
  scarlet: "#c32f27", sky: "#8fc1e3", slate: "#5d6b78", smoke: "#9a9ea3", stone: "#bdb6a8", sunflower: "#f2b90f", taupe: "#8b7d70",
  terracotta: "#c5694a", walnut: "#6b4a34", wine: "#73263a", "off-white": "#f3efe6",
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
