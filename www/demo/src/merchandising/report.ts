/** What became of the list: how many places changed, what was taken out and by which rule, and what each rule did and costs. */
import type { RankedList, RuleReport } from "/reshelf/index.js";
import type { Rule } from "/reshelf/slate/index.js";
import { h, replace } from "../dom.js";
import { plural } from "../format.js";

/** All of what was taken out is named at once up to so many. */
const MOST_OPEN = 8;

const COST =
  "Cost is what the list would be worth more without the rule, in predicted clicks, each worth less the further down it stands; below 0 the rule is a gain. Moved counts the products that would stand elsewhere without it.";

export class Report {
  readonly element: HTMLElement;
  readonly #titleOf: (id: string) => string;
  readonly #rules = h("tbody");
  readonly #conflicts = h("div", { class: "conflicts" });
  readonly #removed = h("div", { class: "removed" });
  #showing = 0;

  constructor(titleOf: (id: string) => string) {
    this.#titleOf = titleOf;
    const column = (text: string, wide = false): HTMLElement =>
      h("th", { scope: "col", class: wide ? "" : "number" }, text);
    this.element = h(
      "section",
      { class: "desk-report", "aria-labelledby": "report-title" },
      h("h2", { id: "report-title", class: "list-title" }, "What it does, and costs"),
      this.#conflicts,
      this.#removed,
      h(
        "table",
        { class: "rules" },
        h("caption", { class: "unseen" }, "Rules that count, in the order of the policy"),
        h("thead", {}, h("tr", {}, column("Rule", true), column("Kept", true), column("Moved"), column("Cost"))),
        this.#rules,
      ),
      h("p", { class: "card-note" }, COST),
    );
  }

  /** @param ids of all rules that are sound; @param definition's own rules, for their names. */
  show(report: RankedList | null, ids: readonly string[], written: readonly Rule[]): void {
    const names = new Map(written.flatMap((rule) => (rule?.name === undefined ? [] : [[rule.id, String(rule.name)]])));
    const counting = report?.rules ?? [];
    const idle = ids.filter((id) => !counting.some((rule) => rule.id === id));
    const rows = counting.map((rule) => row(rule, names.get(rule.id)));
    replace(
      this.#rules,
      rows.map(({ element }) => element),
      idle.map((id) =>
        h("tr", { "data-rule": id }, named(id, names.get(id)), h("td", { colspan: 3 }, "Not here, or not now")),
      ),
      ids.length + counting.length === 0 && h("tr", {}, h("td", { colspan: 4, class: "muted" }, "No rule counts.")),
    );
    this.#showConflicts(report?.conflicts ?? []);
    this.#showRemoved(report);
    void this.#weigh(rows);
  }

  /** What a rule moved and cost is found by arranging again: after the list has been drawn, and one by one. */
  async #weigh(rows: readonly Row[]): Promise<void> {
    this.#showing += 1;
    const showing = this.#showing;
    for (const { weigh } of rows) {
      await new Promise((done) => setTimeout(done));
      if (showing !== this.#showing) return;
      weigh();
    }
    this.element.dataset["weighed"] = String(rows.length);
  }

  #showConflicts(conflicts: readonly (readonly string[])[]): void {
    this.#conflicts.hidden = conflicts.length === 0;
    replace(
      this.#conflicts,
      conflicts.map((set) =>
        h(
          "p",
          { class: "conflict" },
          set.length === 1 ? "This list cannot keep " : "These cannot be kept together: ",
          set.map((id, at) => [at > 0 && (at === set.length - 1 ? " and " : ", "), h("code", {}, id)]),
          set.length === 1
            ? " whole: it has not what the rule asks for."
            : ". Pins go first, then minimums, then caps; of one kind, the earlier rule.",
        ),
      ),
    );
  }

  #showRemoved(report: RankedList | null): void {
    const removed = report?.removed ?? [];
    this.#removed.hidden = removed.length === 0;
    replace(
      this.#removed,
      h(
        "details",
        { open: removed.length <= MOST_OPEN },
        h("summary", {}, `${plural(removed.length, "product")} taken out`),
        h(
          "ul",
          { role: "list" },
          removed.map(({ id, rule }) =>
            h("li", { "data-item": id ?? "" }, this.#titleOf(id ?? ""), " ", h("code", {}, rule)),
          ),
        ),
      ),
    );
  }
}

interface Row {
  readonly element: HTMLElement;
  readonly weigh: () => void;
}

function row(rule: RuleReport, name: string | undefined): Row {
  const moved = h("td", { class: "number", "data-moved": "" }, "…");
  const cost = h("td", { class: "number", "data-cost": "" }, "…");
  return {
    element: h(
      "tr",
      { "data-rule": rule.id },
      named(rule.id, name),
      h("td", { class: rule.kept ? "" : "is-broken" }, rule.kept ? "Yes" : `No, in ${plural(rule.broken, "place")}`),
      moved,
      cost,
    ),
    weigh: () => {
      moved.textContent = rule.moved === null ? "–" : String(rule.moved);
      cost.textContent = rule.cost === null ? "–" : rule.cost.toFixed(3).replace("-", "−");
    },
  };
}

const named = (id: string, name: string | undefined): HTMLElement =>
  h("th", { scope: "row" }, name !== undefined && h("span", {}, name, " "), h("code", {}, id));
