/** Building plain DOM nodes. Text goes in as text, never as markup; there is no `style` attribute, which the CSP refuses. */

export type Child = Node | string | number | null | undefined | false | readonly Child[];

type Attribute = string | number | boolean | null | undefined;

interface Attributes {
  /** Listeners by event name. */
  readonly on?: { readonly [event: string]: (event: Event) => void };
  readonly [name: string]: Attribute | { readonly [event: string]: (event: Event) => void };
}

/** An HTML element with its attributes and children. `true` sets a bare attribute; `false`, null and undefined leave it out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(attributes.on ?? {})) element.addEventListener(event, listener);
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(element, children);
  return element;
}

/** Appends children, leaving out what is empty. */
export function append(parent: Node, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (child instanceof Node) parent.appendChild(child);
    else if (typeof child === "object") append(parent, child);
    else parent.appendChild(document.createTextNode(String(child)));
  }
}

/** Puts new children in place of all the old ones. */
export function replace(parent: Element, ...children: Child[]): void {
  parent.replaceChildren();
  append(parent, children);
}

const SVG = "http://www.w3.org/2000/svg";

/** A line icon drawn on a 24 x 24 grid from path data; hidden from assistive technology, so name its button. */
export function icon(paths: readonly string[], className = "icon"): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  for (const d of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.appendChild(path);
  }
  return svg;
}

/** Path data of the icons in use. */
export const ICONS = {
  search: ["M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14Z", "m20 20-4-4"],
  cart: ["M5 8h14l-1.2 11.2a1 1 0 0 1-1 .8H7.2a1 1 0 0 1-1-.8L5 8Z", "M9 10V7a3 3 0 0 1 6 0v3"],
  heart: ["M12 20s-7.5-4.6-7.5-10A4.3 4.3 0 0 1 12 7.3 4.3 4.3 0 0 1 19.5 10c0 5.4-7.5 10-7.5 10Z"],
  eye: ["M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z", "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z"],
  close: ["M6 6l12 12", "M18 6 6 18"],
  up: ["M12 19V6", "m6 12 6-6 6 6"],
  bin: ["M5 7h14", "M9 7V4.5h6V7", "M7 7l.8 12.5h8.4L17 7"],
  minus: ["M6 12h12"],
  plus: ["M6 12h12", "M12 6v12"],
  chevron: ["m9 6 6 6-6 6"],
  device: ["M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1Z", "M11 18h2"],
  clock: ["M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Z", "M12 8v4.5l3 2"],
  ban: ["M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Z", "m6.5 6.5 11 11"],
  check: ["m5 12.5 4.5 4.5L19 7.5"],
} as const;
