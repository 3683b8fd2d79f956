/**
 * The one thing that a shop may send with reshelf: a randomised token of the taste. This page sends nothing: it draws one, if it
 * is allowed to, and shows what it would be.
 */
import type { Ledger, Taste, TasteToken } from "/reshelf/privacy/index.js";
import { h, replace } from "../dom.js";
import { card, type ProfileApp, type Section } from "./section.js";

const EPSILON = 3;

const day = new Intl.DateTimeFormat("en-IE", { day: "numeric", month: "long" });

export function tokenSection(app: ProfileApp): Section {
  const allow = h("input", { type: "checkbox", name: "share" });
  const body = h("div", { class: "token" });
  let taste: Taste | null = null;
  let turn = 0;

  const show = async (): Promise<void> => {
    const { reranker } = app.session;
    const mine = ++turn;
    if (reranker === null || !allow.checked) return replace(body);
    const { tasteTokens } = await import("/reshelf/privacy/index.js");
    taste ??= tasteTokens(reranker, { epsilon: EPSILON });
    const token = await taste.token();
    const { reason } = taste.info();
    const ledger = await taste.ledger();
    if (mine !== turn) return;
    const own = reranker.cluster();
    replace(
      body,
      token === null
        ? h("p", { class: "card-note" }, reason?.message ?? "There is none.", " ", h("code", {}, reason?.code))
        : drawn(token, own?.cluster ?? null),
      ledger !== null && account(ledger),
      h(
        "div",
        { class: "card-actions" },
        h(
          "button",
          { type: "button", class: "button button-quiet", disabled: ledger?.token == null, on: { click: forget } },
          "Erase the token",
        ),
      ),
    );
  };
  const forget = async (): Promise<void> => {
    await taste?.forget();
    app.announce("The token is erased.");
    await show();
  };
  allow.addEventListener("change", () => {
    app.session.reranker?.consent({ share: allow.checked });
    void show();
  });
  const update = (): void => {
    const share = app.session.reranker?.info().consent.share ?? false;
    const changed = share !== allow.checked;
    allow.checked = share;
    allow.disabled = app.session.reranker === null;
    if (changed) void show();
  };
  const element = card(
    "token",
    "The one thing that could be sent",
    h(
      "div",
      { class: "card-body" },
      h(
        "p",
        {},
        "The model sorts products into some dozens of clusters. A shop that asks may learn in which one your taste lies, but only by a token that is drawn at random: it often names another cluster, and nobody can tell when. One token stands for a week, and a ledger on this device keeps account of how much they may tell together.",
      ),
      h("p", {}, "This page sends none. It shows what a token would be, and the ledger stays on this device."),
      h("label", { class: "check" }, allow, h("span", {}, "Draw a token and show it to me")),
      body,
    ),
  );
  return { element, update };
}

function drawn({ cluster, clusters, epsilon }: TasteToken, own: number | null): HTMLElement {
  const shown = Math.exp(epsilon) / (Math.exp(epsilon) + clusters - 1);
  return h(
    "div",
    { class: "token-drawn", "data-cluster": cluster },
    h("p", { class: "stage" }, `Cluster ${cluster + 1} of ${clusters}`),
    h(
      "p",
      {},
      `Your own cluster is named in ${Math.round(shown * 100)} of 100 draws. `,
      own === null
        ? "You have none now."
        : own === cluster
          ? "It is yours as of now, which only this device knows."
          : `Yours as of now is ${own + 1}, which only this device knows.`,
    ),
  );
}

function account({ spent, cap, left, epochs, until }: Ledger): HTMLElement {
  const fact = (name: string, value: string): HTMLElement => h("div", {}, h("dt", {}, name), h("dd", {}, value));
  return h(
    "dl",
    { class: "facts token-ledger" },
    fact("Spent (ε)", `${spent} of ${cap}, ${left} left`),
    fact("Tokens drawn", String(epochs.length)),
    until > 0 && fact("The next one", `from ${day.format(until)}`),
  );
}
