/** What the parts of the profile page are given, and give. */
import type { ProfileNames, ProfileView } from "/reshelf/profile/index.js";
import type { App } from "../app.js";
import { h } from "../dom.js";

/** A part of the page. */
export interface Section {
  readonly element: HTMLElement;
  readonly update: () => void;
}

/** What the parts are given: the view of the session in names, once both are there. */
export interface ProfileApp extends App {
  readonly profile: () => ProfileView | null;
  readonly names: () => ProfileNames | null;
}

/** A part with its heading. */
export function card(id: string, title: string, ...children: Parameters<typeof h>[2][]): HTMLElement {
  return h(
    "section",
    { class: "card", id, "aria-labelledby": `${id}-title` },
    h("h2", { id: `${id}-title`, class: "card-title", tabindex: "-1" }, title),
    children,
  );
}
