/** "Why here?": what lifts and lowers a product in a list, and where it would stand without this or that. */
import { h } from "../dom.js";
import type { Story } from "../why.js";

/** @param line what the tile says of it already. */
export function storyOf({ sentence, place, parts, without }: Story, line: string): HTMLElement {
  const most = Math.max(...parts.map(({ value }) => Math.abs(value)));
  return h(
    "div",
    { class: "story" },
    sentence !== line && h("p", {}, sentence),
    h("p", { class: "story-place" }, place),
    h(
      "ul",
      { class: "story-parts", role: "list" },
      parts.map(({ text, value }) =>
        h(
          "li",
          { class: value < 0 ? "story-part is-down" : "story-part" },
          h("span", { class: "story-name" }, text),
          h("span", { class: "story-value" }, `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)}`),
          h("progress", { max: most, value: Math.abs(value), "aria-hidden": "true" }),
        ),
      ),
    ),
    without.length > 0 &&
      h(
        "ul",
        { class: "story-without", role: "list" },
        without.map((text) => h("li", {}, text)),
      ),
  );
}
