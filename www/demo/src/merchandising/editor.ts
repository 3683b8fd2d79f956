/** The policy as JSON, what is wrong with it as it is typed, and policies to start from. */
import type { PolicyProblem } from "/reshelf/index.js";
import { h, replace } from "../dom.js";
import { plural } from "../format.js";
import type { Example } from "./examples.js";

export class Editor {
  readonly element: HTMLElement;
  readonly #text = h("textarea", {
    id: "policy",
    rows: 12,
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
    wrap: "soft",
    "aria-describedby": "policy-problems",
  });
  readonly #problems = h("div", { class: "problems", id: "policy-problems", "aria-live": "polite" });
  readonly #switch: HTMLInputElement;

  /** @param typed is told of each text; `chosen` of a policy to start from; `switched` whether the shop is to go by it. */
  constructor(
    examples: readonly Example[],
    uses: {
      readonly typed: (text: string) => void;
      readonly chosen: (example: Example) => void;
      readonly switched: (on: boolean) => void;
    },
  ) {
    this.#text.addEventListener("input", () => uses.typed(this.#text.value));
    this.#switch = h("input", {
      type: "checkbox",
      "data-action": "shop-policy",
      on: { change: () => uses.switched(this.#switch.checked) },
    });
    this.element = h(
      "section",
      { class: "desk-policy", "aria-labelledby": "policy-title" },
      h("h2", { id: "policy-title", class: "list-title" }, "What the shop wants"),
      h(
        "ul",
        { class: "chips desk-examples", role: "list", "aria-label": "Policies to start from" },
        examples.map((example) =>
          h(
            "li",
            {},
            h("button", { type: "button", class: "chip", on: { click: () => uses.chosen(example) } }, example.name),
          ),
        ),
      ),
      h("label", { class: "desk-label", for: "policy" }, "The policy, as JSON"),
      this.#text,
      this.#problems,
      h("label", { class: "check" }, this.#switch, h("span", {}, "The shop’s category pages go by it")),
    );
  }

  show(text: string, on: boolean): void {
    // Where it is typed it stays, with the caret in it.
    if (this.#text.value !== text) this.#text.value = text;
    this.#switch.checked = on;
  }

  /** @param problems by rule, or in a word where the text is no JSON. */
  showProblems(problems: readonly Pick<PolicyProblem, "rule" | "message">[]): void {
    const wrong = problems.length > 0;
    this.#text.setAttribute("aria-invalid", String(wrong));
    replace(
      this.#problems,
      h(
        "p",
        { class: wrong ? "problems-count" : "problems-none" },
        wrong ? plural(problems.length, "problem") : "No problems",
      ),
      wrong &&
        h(
          "ul",
          { role: "list" },
          problems.map(({ rule, message }) => h("li", { "data-rule": rule ?? "" }, worded(message))),
        ),
    );
  }
}

/** What stands between backticks, as code. */
const worded = (message: string): readonly (string | HTMLElement)[] =>
  message.split("`").map((part, at) => (at % 2 === 1 ? h("code", {}, part) : part));
