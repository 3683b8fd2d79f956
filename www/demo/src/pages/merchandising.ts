/**
 * The merchandiser's page: a policy beside the list that it makes of a category, for the session at hand, with what each rule did and
 * costs. A tile that is dragged, or sent to a place, writes the rule.
 */
import type { Policy, PolicyDefinition } from "/reshelf/slate/index.js";
import type { App, List, Page } from "../app.js";
import { arrange, type Placed } from "../arrange.js";
import { h } from "../dom.js";
import { plural } from "../format.js";
import { Editor } from "../merchandising/editor.js";
import { examplesFor } from "../merchandising/examples.js";
import { textOf, withoutPin, withPin } from "../merchandising/pins.js";
import { Report } from "../merchandising/report.js";
import { Shelf } from "../merchandising/shelf.js";
import { paths } from "../paths.js";
import { type Compile, keepWritten, loadCompile, pageOf, parsed, pinnedAt, readWritten, rulesOf } from "../policy.js";
import type { MerchandisingPage, Product } from "../shop.js";
import { missingPage } from "./missing.js";

export function merchandisingPage(app: App, { slug, list }: MerchandisingPage): Page {
  const { session, shop } = app;
  const category = shop.category(slug);
  if (category === null) return missingPage(app, []);
  const page = pageOf(slug);
  const products = shop.products(list);
  let written = readWritten();
  let compile: Compile | null = null;
  /** The last one that could be read: while JSON is being typed the list goes on by it. */
  let definition: unknown = {};
  let policy: Policy | null = null;

  const write = (text: string): void => {
    written = { ...written, text };
    keepWritten(written);
    apply();
  };
  /** @param message what was done to the text from elsewhere, which can be undone. */
  const rewrite = (next: PolicyDefinition, message: string): void => {
    const { text } = written;
    write(textOf(next));
    app.announce(message);
    app.toast(message, { text: "Undo", act: () => write(text) });
  };
  /** Pins go into what is written, so that it has to be JSON. */
  const mended = (): boolean => {
    const fine = !("trouble" in parsed(written.text));
    if (!fine) app.toast("The policy is no JSON yet: mend it first");
    return fine;
  };

  const editor = new Editor(examplesFor(products), {
    typed: write,
    chosen: ({ name, definition: example }) => rewrite(example, `Policy: ${name}`),
    switched: (on) => {
      written = { ...written, on };
      keepWritten(written);
      app.announce(on ? "The shop’s category pages go by it now." : "The shop’s category pages go without it.");
    },
  });
  const report = new Report((id) => shop.titleOf(id));
  const shelf = new Shelf(category.title, {
    pin: (product: Product, wanted) => {
      const position = Math.min(Math.max(1, Math.round(wanted)), products.length);
      if (!Number.isFinite(position) || !mended()) return;
      shelf.reach(position);
      const { id: item, title: name } = product;
      rewrite(withPin(definition, { item, name, position, page }), `${name} is pinned at place ${position}`);
    },
    unpin: ({ id, title }) => {
      if (mended()) rewrite(withoutPin(definition, id, page), `${title} is not pinned any more`);
    },
    pinnedAt: ({ id }) => pinnedAt(definition, id, page),
  });

  const apply = (): void => {
    editor.show(written.text, written.on);
    const read = parsed(written.text);
    if ("trouble" in read) editor.showProblems([{ rule: null, message: `It is no JSON yet: ${read.trouble}` }]);
    else {
      definition = read.definition;
      policy = compile?.(definition) ?? null;
      editor.showProblems(policy?.problems ?? []);
    }
    show();
  };
  const show = (): void => {
    const { reranker } = session;
    const arrangement = reranker === null ? null : arrange(reranker, products, policy?.with({ page }) ?? null);
    const placed = arrangement?.placed ?? products.map((product): Placed => ({ product, moved: 0, byRules: 0 }));
    const changed = placed.filter(({ byRules }) => byRules !== 0).length;
    const removed = products.length - placed.length;
    const { reason } = session.status();
    const forWhom =
      reason === null
        ? `For a session with ${plural(session.seen().length, "event")}.`
        : `Without the model: ${reason.message}`;
    shelf.show(
      placed,
      `${plural(changed, "place")} changed by rules, ${plural(removed, "product")} taken out. ${forWhom}`,
    );
    report.show(arrangement?.report ?? null, policy?.rules ?? [], rulesOf(definition));
  };

  void loadCompile().then((found) => {
    compile = found;
    apply();
  });
  apply();

  const live: List = {
    draw: () => undefined,
    refresh: () => {
      show();
      return 0;
    },
  };
  return {
    element: h(
      "div",
      { class: "page merchandising" },
      h(
        "div",
        { class: "page-head" },
        h("h1", { tabindex: "-1" }, "Merchandising"),
        h("p", { class: "page-summary" }, "The shop’s rules beside the list that they make, on this device."),
      ),
      h(
        "div",
        { class: "page-controls" },
        categories(app, slug),
        h("a", { href: paths.category(slug) }, `${category.title} as shoppers see it`),
      ),
      h("div", { class: "desk" }, h("div", { class: "desk-side" }, editor.element, report.element), shelf.element),
    ),
    lists: [live],
  };
}

/** A form, as filters are: the category is the address of another page. */
function categories({ shop }: App, chosen: string): HTMLElement {
  const option = ({ slug, title }: { slug: string; title: string }): HTMLElement =>
    h("option", { value: slug, selected: slug === chosen }, title);
  const select = h(
    "select",
    { name: "category", autocomplete: "off", on: { change: () => form.submit() } },
    shop
      .topCategories()
      .map((top) =>
        h("optgroup", { label: top.title }, option({ slug: top.slug, title: `All of ${top.title}` }), below(top.slug)),
      ),
  );
  function below(parent: string): HTMLElement[] {
    return shop.children(parent).flatMap((child) => [option(child), ...below(child.slug)]);
  }
  const form: HTMLFormElement = h(
    "form",
    { class: "filters", action: paths.merchandising },
    h("label", { class: "filter" }, h("span", {}, "Category"), select),
  );
  addEventListener("pageshow", ({ persisted }) => persisted && form.reset());
  return form;
}
