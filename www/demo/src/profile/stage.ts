/** How near the shopper seems to buying, and by which of their own doings. */
import { titleOf } from "../components/event-row.js";
import { h, replace } from "../dom.js";
import { count } from "../format.js";
import { card, type ProfileApp, type Section } from "./section.js";

const STAGES = {
  browsing: ["Browsing", "You look around: nothing was come back to, and nothing lies in the cart."],
  comparing: ["Comparing", "You came back to some things:"],
  buying: ["Buying", "These lie in the cart, or were bought:"],
} as const;

export function stageSection(app: ProfileApp): Section {
  const body = h("div", { class: "card-body" });
  const update = (): void => {
    const stage = app.profile()?.profile().stage;
    const info = app.session.status().info;
    if (stage === undefined || info === null) return replace(body, h("p", {}, "No model, no profile."));
    const [name, why] = STAGES[stage.name];
    const titles = info.events.filter(({ event }) => stage.because.includes(event)).map((event) => titleOf(app, event));
    const { impressions, skips } = info.shown;
    replace(
      body,
      h("p", { class: "stage", "data-stage": stage.name }, name),
      h("p", {}, why),
      titles.length > 0 &&
        h(
          "ul",
          { class: "stage-because" },
          [...new Set(titles)].map((title) => h("li", {}, title)),
        ),
      h(
        "p",
        { class: "card-note" },
        `Lists have shown you ${count(impressions)} products; you passed over ${count(skips)}.`,
      ),
    );
  };
  return { element: card("stage", "Where you are", body), update };
}
