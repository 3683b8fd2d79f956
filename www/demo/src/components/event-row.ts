/** One thing that the shopper did, in words, with the means to forget it. */
import type { SeenEvent } from "/reshelf/index.js";
import type { App } from "../app.js";
import { h, ICONS, icon } from "../dom.js";
import { plural, time } from "../format.js";
import { paths } from "../paths.js";

const WORDS: { readonly [type: string]: readonly [verb: string, icon: readonly string[]] } = {
  view: ["Looked at", ICONS.eye],
  dwell: ["Looked for a while", ICONS.clock],
  cart: ["Added to cart", ICONS.cart],
  wish: ["Wished for", ICONS.heart],
  purchase: ["Bought", ICONS.check],
  remove: ["Took out of the cart", ICONS.bin],
  search: ["Searched for", ICONS.search],
  dislike: ["Not wanted", ICONS.ban],
  mute: ["No more of", ICONS.ban],
  unmute: ["Welcome again", ICONS.plus],
};

/** @param forget is told once the event is chosen to be forgotten. */
export function eventRow(app: App, entry: SeenEvent, forget: () => void): HTMLElement {
  const [words, paths] = WORDS[entry.type] ?? [entry.type, ICONS.eye];
  const verb = entry.seconds === undefined ? words : `Looked for ${plural(entry.seconds, "second")}`;
  const title = titleOf(app, entry);
  return h(
    "li",
    { class: "event", "data-event": entry.event, "data-type": entry.type },
    h("span", { class: "event-sign" }, icon(paths)),
    h(
      "span",
      { class: "event-text" },
      named(entry, title),
      h("span", { class: "event-what" }, verb, ", ", h("time", { datetime: stamp(entry.at) }, time(entry.at))),
    ),
    h(
      "button",
      {
        type: "button",
        class: "icon-button event-forget",
        "aria-label": `Forget: ${verb.toLowerCase()} ${title}`,
        title: "Forget this",
        on: { click: forget },
      },
      icon(ICONS.close, "icon icon-small"),
    ),
  );
}

/** What the event was about, in the shop's own words. */
export function titleOf({ shop }: App, { about, id }: Pick<SeenEvent, "about" | "id">): string {
  if (about === "item") return shop.titleOf(id);
  if (about === "category") return shop.categoryAt(id)?.title ?? id;
  return about === "query" ? `“${id}”` : id;
}

function named({ about, id }: SeenEvent, title: string): HTMLElement {
  return about === "item"
    ? h("a", { class: "event-title", href: paths.product(id) }, title)
    : h("span", { class: "event-title" }, title);
}

/** A time that anybody may have imported. */
function stamp(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}
