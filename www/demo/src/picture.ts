/**
 * Pictures from shop.json. A drawing of plain shapes goes into the page as it is: measured in Chromium, 60 of them are on
 * the screen several times sooner than as 60 images, since every SVG image is a document of its own. A drawing with
 * anything else in it (ids that could collide, styles, links, scripts) is kept to itself as an image.
 */
import { h } from "./dom.js";
import type { Product } from "./shop.js";

const SHAPES = new Set(["svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"]);
const NOT_PLAIN = /^(id|class|style|href|xlink:href|on.*)$/i;

/** By product id: the drawing to copy, or null where it must be an image. */
const drawings = new Map<string, SVGElement | null>();

/** The picture as an element, hidden from assistive technology: the product's title always stands beside it. */
export function picture(product: Product, size: number): Element {
  let drawing = drawings.get(product.id);
  if (drawing === undefined) {
    drawing = readDrawing(product.picture);
    drawings.set(product.id, drawing);
  }
  return drawing === null ? image(product, size) : (drawing.cloneNode(true) as SVGElement);
}

/** The drawing, if it is made of plain shapes only. */
function readDrawing(svg: string): SVGElement | null {
  const root = new DOMParser().parseFromString(withNamespace(svg), "image/svg+xml").documentElement;
  if (!(root instanceof SVGElement) || ![root, ...root.querySelectorAll("*")].every(isPlain)) return null;
  const drawing = document.importNode(root, true);
  drawing.setAttribute("class", "picture");
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("focusable", "false");
  return drawing;
}

function isPlain(element: Element): boolean {
  return SHAPES.has(element.localName) && [...element.attributes].every((attribute) => !NOT_PLAIN.test(attribute.name));
}

function image(product: Product, size: number): HTMLImageElement {
  const svg =
    product.picture === ""
      ? '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"/>'
      : withNamespace(product.picture);
  // Only what would end or break the address is escaped: shorter and quicker than escaping every mark.
  const src = `data:image/svg+xml,${svg.replace(/[%#\n\r\t]/g, encodeURIComponent)}`;
  return h("img", { src, class: "picture", alt: "", width: size, height: size, decoding: "async", draggable: "false" });
}

/** A drawing within a page may leave its namespace out; as a document it must not. */
function withNamespace(svg: string): string {
  return svg.includes("xmlns=") ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
}
