/** A short message at the foot of the screen; it says the same to assistive technology, then goes away. */
import { h, ICONS, icon, replace } from "../dom.js";

const STAYS = 4500; // milliseconds

export class Toast {
  readonly element = h("section", { class: "toast", "aria-label": "Message", hidden: true });
  #timer = 0;

  constructor() {
    // While the pointer or the focus is on it, it stays.
    for (const event of ["pointerenter", "focusin"])
      this.element.addEventListener(event, () => clearTimeout(this.#timer));
    for (const event of ["pointerleave", "focusout"]) this.element.addEventListener(event, () => this.#hideLater());
  }

  show(message: string, link?: { readonly href: string; readonly text: string }): void {
    replace(
      this.element,
      icon(ICONS.check, "icon icon-small"),
      h("span", {}, message),
      link !== undefined && h("a", { href: link.href, on: { click: () => this.hide() } }, link.text),
    );
    this.element.hidden = false;
    this.#hideLater();
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.element.hidden = true;
  }

  #hideLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(), STAYS);
  }
}
