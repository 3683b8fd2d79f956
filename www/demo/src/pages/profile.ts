/**
 * What the lists know of the shopper, and the means to correct it: where it is kept, where the shopper stands, what they lean
 * towards, what they did, their data as a file, and the one thing that could be sent. A list shows what each correction does.
 */
import type { ProfileNames, ProfileView } from "/reshelf/profile/index.js";
import type { App, Page } from "../app.js";
import { ProductList } from "../components/product-list.js";
import { h } from "../dom.js";
import { dataSection } from "../profile/data.js";
import { historySection } from "../profile/history.js";
import { interestsSection } from "../profile/interests.js";
import { keepingSection } from "../profile/keeping.js";
import type { ProfileApp } from "../profile/section.js";
import { stageSection } from "../profile/stage.js";
import { tokenSection } from "../profile/token.js";

export function profilePage(app: App, ids: readonly string[]): Page {
  let view: ProfileView | null = null;
  let names: ProfileNames | null = null;
  const own: ProfileApp = { ...app, profile: () => view, names: () => names };
  const list = new ProductList(app, {
    key: "profile",
    title: "What it does to a list",
    candidates: app.shop.products(ids),
    layout: "rail",
    pageSize: 14,
  });
  const makers = [keepingSection, stageSection, interestsSection, historySection, dataSection, tokenSection];
  const sections = makers.map((make) => make(own));
  const update = (): void => {
    for (const section of sections) section.update();
  };

  const arrive = async (): Promise<void> => {
    const [{ profileOf }, found] = await Promise.all([
      import("/reshelf/profile/index.js"),
      app.shop.loadNames(),
      app.shop.loadTitles(),
    ]);
    names = found as ProfileNames | null;
    if (app.session.reranker !== null) view = profileOf(app.session.reranker, names);
    update();
  };
  void arrive();
  update();

  return {
    element: h(
      "div",
      { class: "page profile" },
      h(
        "div",
        { class: "page-head" },
        h("h1", { tabindex: "-1" }, "Your profile"),
        h(
          "p",
          { class: "page-summary" },
          "All that the lists of this shop know of you. It is on this device and nowhere else.",
        ),
      ),
      list.element,
      h(
        "div",
        { class: "cards" },
        sections.map(({ element }) => element),
      ),
    ),
    lists: [list],
    update,
  };
}
