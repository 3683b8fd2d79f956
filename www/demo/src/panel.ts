/**
 * "What this page knows": every event that the model has seen, what ran and how long it took, and the means to forget.
 * A column beside the page on a wide screen, a drawer over it elsewhere.
 */

import type { SeenEvent } from "/reshelf/index.js";
import type { App } from "./app.js";
import { eventRow } from "./components/event-row.js";
import { h, ICONS, icon, replace } from "./dom.js";
import { bytes, duration, plural } from "./format.js";
import { paths } from "./paths.js";
import type { OrderMode, Status } from "./session.js";
import { readJson, writeJson } from "./storage.js";

const KERNELS: { readonly [name: string]: string } = {
  "wasm simd128": "WebAssembly, SIMD",
  "wasm relaxed-simd": "WebAssembly, relaxed SIMD",
  none: "None",
};

/** Whether the shopper has closed the column, for this tab. */
const CLOSED = "shop.panel.closed";
/** So many events are listed; the profile has all. */
const MOST_LISTED = 30;

/** From this width on the panel is a column; styles/panel.css says the same. */
const WIDE = matchMedia("(min-width: 80rem)");

export class Panel {
  readonly element: HTMLElement;
  readonly backdrop = h("div", { class: "backdrop", hidden: true });
  readonly #app: App;
  readonly #behind: readonly HTMLElement[];
  readonly #onToggle: (open: boolean) => void;
  readonly #heading = h("h2", { class: "panel-title", id: "panel-title", tabindex: "-1" }, "What this page knows");
  readonly #promise = h("span");
  readonly #status = h("div", { class: "panel-status" });
  readonly #facts = h("dl", { class: "facts" });
  readonly #events = h("ul", { class: "events", role: "list" });
  readonly #eventsTitle = h("h3", { class: "panel-subtitle" });
  readonly #nothing = h("p", { class: "panel-nothing" });
  readonly #forgetAll: HTMLButtonElement;
  #open = false;
  #opener: Element | null = null;

  /** @param behind what a drawer makes unreachable while it is open. */
  constructor(app: App, behind: readonly HTMLElement[], onToggle: (open: boolean) => void) {
    this.#app = app;
    this.#behind = behind;
    this.#onToggle = onToggle;
    this.#forgetAll = h(
      "button",
      { type: "button", class: "button button-danger forget-all", on: { click: () => this.#forgetEverything() } },
      icon(ICONS.bin),
      "Forget everything",
    );
    this.element = h(
      "div",
      { class: "panel", id: "panel", role: "complementary", "aria-labelledby": "panel-title", hidden: true },
      h(
        "div",
        { class: "panel-head" },
        this.#heading,
        h(
          "button",
          { type: "button", class: "icon-button", "aria-label": "Close", on: { click: () => this.close() } },
          icon(ICONS.close),
        ),
      ),
      h(
        "div",
        { class: "panel-body" },
        h("p", { class: "panel-promise" }, icon(ICONS.device), this.#promise),
        this.#orderSwitch(),
        this.#status,
        this.#facts,
        h("div", { class: "panel-known" }, this.#eventsTitle, this.#nothing, this.#events),
      ),
      h(
        "div",
        { class: "panel-foot" },
        h("a", { class: "button button-quiet", href: paths.profile }, "See and correct your profile"),
        this.#forgetAll,
      ),
    );
    this.backdrop.addEventListener("click", () => this.close());
    document.addEventListener("keydown", (event) => {
      // Beside the page it is in nobody's way: there, Escape is meant for it only while it has the focus.
      const meant = !WIDE.matches || this.element.contains(document.activeElement);
      if (event.key === "Escape" && this.#open && meant && !event.defaultPrevented) this.close();
    });
    WIDE.addEventListener("change", () => this.#layOut());
    this.#update();
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** On a wide screen there is room for it from the start; the profile has all of it already, and rules stand beside their list. */
  openIfWide(): void {
    const { kind } = this.#app.shop.page;
    if (kind === "profile" || kind === "merchandising") return;
    if (WIDE.matches && readJson("tab", CLOSED) !== true) this.#set(true);
  }

  open(): void {
    this.#opener = document.activeElement;
    this.#set(true);
    writeJson("tab", CLOSED, false);
    this.#heading.focus({ preventScroll: true });
  }

  close(): void {
    const hadFocus = this.element.contains(document.activeElement);
    this.#set(false);
    writeJson("tab", CLOSED, true);
    if (hadFocus && this.#opener instanceof HTMLElement && this.#opener.isConnected)
      this.#opener.focus({ preventScroll: true });
  }

  update(): void {
    if (this.#open) this.#update();
  }

  #set(open: boolean): void {
    this.#open = open;
    if (open) {
      this.#update();
      void this.#app.shop.loadTitles().then(() => this.update());
    }
    this.#layOut();
    this.#onToggle(open);
  }

  #layOut(): void {
    const drawer = this.#open && !WIDE.matches;
    this.element.hidden = !this.#open;
    this.backdrop.hidden = !drawer;
    for (const each of this.#behind) each.inert = drawer;
    document.documentElement.classList.toggle("has-drawer", drawer);
    document.documentElement.classList.toggle("has-column", this.#open && WIDE.matches);
    this.element.setAttribute("role", drawer ? "dialog" : "complementary");
    if (drawer) this.element.setAttribute("aria-modal", "true");
    else this.element.removeAttribute("aria-modal");
  }

  #orderSwitch(): HTMLElement {
    const { session } = this.#app;
    const choice = (mode: OrderMode, text: string): HTMLElement =>
      h(
        "label",
        { class: "segment" },
        h("input", {
          type: "radio",
          name: "order",
          value: mode,
          checked: session.mode === mode,
          on: { change: () => (session.mode = mode) },
        }),
        h("span", {}, text),
      );
    return h(
      "div",
      { class: "panel-order" },
      h(
        "fieldset",
        { class: "segments" },
        h("legend", { class: "unseen" }, "Order of the lists"),
        choice("yours", "Your order"),
        choice("server", "Server’s order"),
      ),
      h(
        "label",
        { class: "check" },
        h("input", {
          type: "checkbox",
          checked: session.showMoves,
          on: {
            change: (event) => (session.showMoves = event.target instanceof HTMLInputElement && event.target.checked),
          },
        }),
        h("span", {}, "Show how far products moved up, and why"),
      ),
    );
  }

  #update(): void {
    const { session } = this.#app;
    const status = session.status();
    this.#showStatus(status);
    this.#promise.textContent = session.kept
      ? "All of this stays on this device, encrypted, for 30 days. Nothing is sent."
      : "All of this stays in this page’s memory. Nothing is sent, nothing is stored: each page begins anew.";
    const seen = session.seen();
    const title = session.kept ? "Seen so far" : "Seen on this page";
    this.#eventsTitle.textContent = seen.length === 0 ? title : `${title} (${seen.length})`;
    this.#nothing.hidden = seen.length > 0;
    this.#events.hidden = seen.length === 0;
    this.#nothing.textContent =
      status.kind === "fallback"
        ? "Nothing: without its model the page takes no note of what you do."
        : "Nothing yet. Look at a few products and the lists will follow you.";
    const held = document.activeElement?.closest<HTMLElement>(".event")?.dataset["event"];
    replace(
      this.#events,
      seen.slice(0, MOST_LISTED).map((entry) => eventRow(this.#app, entry, () => this.#forget(entry))),
    );
    // The focus stays on what the shopper is about to forget.
    if (held !== undefined && this.#open)
      this.#events.querySelector<HTMLElement>(`[data-event="${held}"] .event-forget`)?.focus({ preventScroll: true });
    this.#forgetAll.disabled = seen.length === 0;
  }

  #showStatus({ kind, reason, info }: Status): void {
    const server = this.#app.session.mode === "server";
    const line =
      kind === "loading"
        ? "Loading the model…"
        : kind === "fallback"
          ? "Lists keep the server’s order"
          : server
            ? "Showing the server’s order"
            : "Re-ranking on this device";
    replace(
      this.#status,
      h("p", { class: `status status-${kind}` }, h("span", { class: "status-dot", "aria-hidden": "true" }), line),
      reason !== null && h("p", { class: "status-reason" }, `${reason.message} `, h("code", {}, reason.code)),
    );
    if (info === null || kind !== "ready") return replace(this.#facts);
    const { model, timings, backend } = info;
    replace(
      this.#facts,
      fact("Engine", KERNELS[backend] ?? backend),
      fact(
        "Last re-ranking",
        timings.candidates === 0
          ? "None yet"
          : `${duration(timings.rerank)} for ${plural(timings.candidates, "product")}`,
      ),
      model !== null && fact("Model", `${plural(model.items, "product")}, ${bytes(model.bytes)}`),
    );
  }

  #forget(entry: SeenEvent): void {
    const place = this.#app.session.seen().findIndex((other) => other.event === entry.event);
    this.#app.session.forget({ event: entry.event });
    this.#app.announce("Forgotten.");
    // The button is gone: the focus goes to the one that took its place.
    const buttons = this.#events.querySelectorAll<HTMLElement>(".event-forget");
    (buttons[Math.min(place, buttons.length - 1)] ?? this.#heading).focus();
  }

  #forgetEverything(): void {
    this.#app.session.forget();
    this.#app.announce("Everything is forgotten. The lists are back in the server’s order.");
    this.#heading.focus({ preventScroll: true });
  }
}

function fact(name: string, value: string): HTMLElement {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}
