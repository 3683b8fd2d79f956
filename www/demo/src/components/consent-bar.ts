/** Asks once whether the session may be kept on the device. Until there is an answer, and after a no, it lives in the page's memory. */
import type { App } from "../app.js";
import { h } from "../dom.js";

export class ConsentBar {
  readonly element: HTMLElement;
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
    const answer = (keep: boolean): void => {
      app.session.keep(keep);
      app.announce(keep ? "Kept on this device." : "Not kept: each page begins anew.");
    };
    this.element = h(
      "section",
      { class: "consent", "aria-label": "Keep this session?" },
      h(
        "p",
        {},
        h("strong", {}, "May your lists remember, on this device? "),
        "What you look at is kept here from page to page, encrypted, for 30 days. It is never sent. Without it, each page begins anew.",
      ),
      h(
        "div",
        { class: "consent-answers" },
        h(
          "button",
          { type: "button", class: "button button-quiet", "data-answer": "yes", on: { click: () => answer(true) } },
          "Yes, keep it here",
        ),
        h(
          "button",
          { type: "button", class: "button button-quiet", "data-answer": "no", on: { click: () => answer(false) } },
          "No",
        ),
      ),
    );
    this.update();
  }

  update(): void {
    this.element.hidden = !this.#app.session.asks;
  }
}
