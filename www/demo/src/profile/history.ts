/** Everything that the shopper did here, newest first, and the means to forget: one thing, the last hour, all of it. */
import type { SeenEvent } from "/reshelf/index.js";
import { eventRow } from "../components/event-row.js";
import { h, ICONS, icon, replace } from "../dom.js";
import { plural } from "../format.js";
import { card, type ProfileApp, type Section } from "./section.js";

/** So many are listed, and so many more when asked. */
const STEP = 20;
const HOUR = 60 * 60 * 1000;

export function historySection(app: ProfileApp): Section {
  const { session, announce } = app;
  let shown = STEP;
  const summary = h("p", { role: "status" });
  const events = h("ul", { class: "events", role: "list" });
  const more = h("button", { type: "button", class: "button button-quiet" });
  const hour = h(
    "button",
    { type: "button", class: "button button-quiet", "data-forget": "hour" },
    "Forget the last hour",
  );
  const all = h(
    "button",
    { type: "button", class: "button button-danger", "data-forget": "all" },
    icon(ICONS.bin),
    "Forget everything",
  );
  const element = card(
    "history",
    "What you did",
    h("div", { class: "card-body" }, summary, events, more, h("div", { class: "card-actions" }, hour, all)),
  );

  const forgotten = (count: number): void => {
    announce(`${plural(count, "event")} forgotten.`);
    element.querySelector<HTMLElement>(".card-title")?.focus({ preventScroll: true });
  };
  hour.addEventListener("click", () => forgotten(session.forget({ from: Date.now() - HOUR })));
  all.addEventListener("click", () => forgotten(session.forget()));
  more.addEventListener("click", () => {
    shown += STEP;
    update();
  });
  const forget = (entry: SeenEvent, place: number): void => {
    session.forget({ event: entry.event });
    announce("Forgotten.");
    // The button is gone: the focus goes to the one that took its place.
    const buttons = events.querySelectorAll<HTMLElement>(".event-forget");
    (buttons[Math.min(place, buttons.length - 1)] ?? element.querySelector<HTMLElement>(".card-title"))?.focus();
  };
  const update = (): void => {
    const seen = session.seen();
    summary.textContent =
      seen.length === 0 ? "Nothing, or nothing that is remembered." : `${plural(seen.length, "event")}, newest first.`;
    replace(
      events,
      seen.slice(0, shown).map((entry, place) => eventRow(app, entry, () => forget(entry, place))),
    );
    const rest = seen.length - shown;
    more.hidden = rest <= 0;
    more.textContent = `Show ${Math.min(rest, STEP)} more`;
    const latest = seen[0]?.at ?? 0;
    hour.disabled = latest < Date.now() - HOUR;
    const { impressions = 0, skips = 0 } = session.status().info?.shown ?? {};
    all.disabled = seen.length + impressions + skips === 0;
  };
  return { element, update };
}
