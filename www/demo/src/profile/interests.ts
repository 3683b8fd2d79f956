/** What the shopper leans towards, in names and shares, and "no more of this". */
import type { Interest, Muted, Profile } from "/reshelf/profile/index.js";
import { h, ICONS, icon, replace } from "../dom.js";
import { roundPrice } from "../format.js";
import { card, type ProfileApp, type Section } from "./section.js";

const KINDS = [
  ["category", "Kinds of things"],
  ["department", "Departments"],
  ["brand", "Brands"],
] as const;

/** So many of each are shown. */
const MOST = 6;

export function interestsSection(app: ProfileApp): Section {
  const body = h("div", { class: "card-body" });
  const heading = (): HTMLElement | null => document.getElementById("interests-title");
  const title = (kind: Interest["kind"], name: string): string =>
    kind === "brand" ? name : (app.shop.categoryAt(name)?.title ?? name);
  const speak = (how: "mute" | "unmute", what: Muted): void => {
    app.profile()?.[how](what);
    app.session.corrected();
    app.announce(how === "mute" ? "Lists show less of it now." : "Lists may show it again.");
    // The button is gone.
    heading()?.focus({ preventScroll: true });
  };

  const row = ({ kind, name, weight }: Interest): HTMLElement => {
    const share = h("progress", { max: 1, value: weight, "aria-label": "Share of your interest" });
    return h(
      "li",
      { class: "interest", "data-kind": kind, "data-name": name },
      h("span", { class: "interest-name" }, title(kind, name)),
      h("span", { class: "interest-weight" }, `${Math.round(weight * 100)} %`),
      share,
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          title: "No more of this",
          "aria-label": `No more of ${title(kind, name)}`,
          on: { click: () => speak("mute", kind === "brand" ? { brand: name } : { category: name }) },
        },
        icon(ICONS.ban, "icon icon-small"),
      ),
    );
  };
  const interests = ({ interests: all }: Profile): HTMLElement[] =>
    KINDS.map(([kind, heading]) => [heading, all.filter((interest) => interest.kind === kind)] as const)
      .filter(([, some]) => some.length > 0)
      .map(([heading, some]) =>
        h(
          "div",
          {},
          h("h3", { class: "card-subtitle" }, heading),
          h("ul", { class: "interests", role: "list" }, some.slice(0, MOST).map(row)),
        ),
      );
  const muted = ({ muted: words }: Profile): HTMLElement | false =>
    words.length > 0 &&
    h(
      "div",
      {},
      h("h3", { class: "card-subtitle" }, "No more of"),
      h(
        "ul",
        { class: "chips muted-list", role: "list" },
        words.map((what) =>
          h(
            "li",
            {},
            h(
              "button",
              {
                type: "button",
                class: "chip",
                title: "Allow it again",
                on: { click: () => speak("unmute", what) },
              },
              "brand" in what ? what.brand : title("category", what.category),
              icon(ICONS.close, "icon icon-tiny"),
            ),
          ),
        ),
      ),
    );

  // Made once, so that a choice outlasts what changes around it.
  let choose: HTMLElement | null = null;
  const update = (): void => {
    const profile = app.profile()?.profile();
    if (profile === undefined) return replace(body, h("p", {}, "No model, no profile."));
    const { prices, reason } = profile;
    choose ??= chooser(app, (what) => speak("mute", what));
    replace(
      body,
      reason !== null && h("p", { class: "card-note" }, `${reason.message} `, h("code", {}, reason.code)),
      profile.interests.length === 0 && reason === null && h("p", {}, "Nothing yet. Look at a few products."),
      h("div", { class: "interest-columns" }, interests(profile)),
      prices !== null &&
        h(
          "p",
          { class: "prices" },
          "Mostly between ",
          h("strong", {}, roundPrice(prices.low)),
          " and ",
          h("strong", {}, roundPrice(prices.high)),
        ),
      muted(profile),
      choose,
    );
  };
  return { element: card("interests", "What you lean towards", body), update };
}

/** Any category or brand of the shop, not only what the shopper leans towards. */
function chooser(app: ProfileApp, mute: (what: Muted) => void): HTMLElement | null {
  const names = app.names();
  if (names === null) return null;
  const option = (value: string, text: string): HTMLElement => h("option", { value }, text);
  const brands = [...names.brands].sort((a, b) => a.localeCompare(b));
  const select = h(
    "select",
    { name: "mute", "aria-label": "Category or brand" },
    option("", "Choose a category or brand"),
    h(
      "optgroup",
      { label: "Categories" },
      app.shop.categories.map(({ path, title }) => option(`category ${path}`, title)),
    ),
    h(
      "optgroup",
      { label: "Brands" },
      brands.map((brand) => option(`brand ${brand}`, brand)),
    ),
  );
  const say = (): void => {
    const [, kind, name] = /^(\w+) (.*)$/.exec(select.value) ?? [];
    if (name !== undefined) mute(kind === "brand" ? { brand: name } : { category: name });
  };
  return h(
    "div",
    { class: "card-actions" },
    h("span", { class: "filter" }, h("span", {}, "Less of"), select),
    h(
      "button",
      { type: "button", class: "button button-quiet", "data-action": "mute", on: { click: say } },
      "No more of it",
    ),
  );
}
