/** A short message at the foot of the screen; it says the same to assistive technology, then goes away. */
import type { Offer } from "../app.js";
import { h, ICONS, icon, replace } from "../dom.js";

const STAYS = 4500; // milliseconds
/** With something to do in it. */
const STAYS_TO_ACT = 8000;

export class Toast {
  readonly element = h("section", { class: "toast", "aria-label": "Message", hidden: true });
  #timer = 0;
  #stays = STAYS;

  constructor() {
    // While the pointer or the focus is on it, it stays.
    for (const event of ["pointerenter", "focusin"])
      this.element.addEventListener(event, () => clearTimeout(this.#timer));
    for (const event of ["pointerleave", "focusout"]) this.element.addEventListener(event, () => this.#hideLater());
  }

  show(message: string, offer?: Offer): void {
    const done = { click: () => this.hide() };
    replace(
      this.element,
      icon(ICONS.check, "icon icon-small"),
      h("span", {}, message),
      offer !== undefined &&
        ("href" in offer
          ? h("a", { href: offer.href, on: done }, offer.text)
          : h("button", { type: "button", class: "toast-act", on: { click: () => this.#act(offer.act) } }, offer.text)),
    );
    this.#stays = offer !== undefined && "act" in offer ? STAYS_TO_ACT : STAYS;
    this.element.hidden = false;
    this.#hideLater();
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.element.hidden = true;
  }

  #act(act: () => void): void {
    this.hide();
    act();
  }

  #hideLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(), this.#stays);
  }
}
