/** Where the session is kept, and the shopper's say in it. */
import { h, replace } from "../dom.js";
import { card, type ProfileApp, type Section } from "./section.js";

export function keepingSection({ session, announce }: ProfileApp): Section {
  const body = h("div", { class: "card-body" });
  const say = (keep: boolean): void => {
    session.keep(keep);
    announce(keep ? "Kept on this device." : "Erased from this device.");
    body.querySelector("button")?.focus();
  };
  const update = (): void => {
    const info = session.status().info;
    const kept = session.kept;
    const words = kept
      ? "It is kept in this browser for 30 days, encrypted under a key that no script can read. All pages and tabs of this shop share it."
      : "It lives in this page’s memory and ends with it: each page begins anew.";
    replace(
      body,
      h("p", { "data-kept": info?.store.kind }, words),
      kept && info !== null && info.store.reason !== null && h("p", { class: "card-note" }, info.store.reason.message),
      h(
        "div",
        { class: "card-actions" },
        kept
          ? h(
              "button",
              {
                type: "button",
                class: "button button-quiet",
                "data-action": "withdraw",
                on: { click: () => say(false) },
              },
              "Do not keep it any longer",
            )
          : h(
              "button",
              {
                type: "button",
                class: "button button-main",
                "data-action": "keep",
                disabled: info === null,
                on: { click: () => say(true) },
              },
              "Keep it on this device",
            ),
      ),
      kept && h("p", { class: "card-note" }, "Withdrawn, it is erased at once, from all tabs."),
    );
  };
  return { element: card("keeping", "Where it is kept", body), update };
}
