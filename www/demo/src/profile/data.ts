/** The shopper's own data as readable JSON: out into a file, and back in from one. Files are made and read in the page. */
import { h } from "../dom.js";
import { plural } from "../format.js";
import { card, type ProfileApp, type Section } from "./section.js";

const FILE = "my-profile.json";

export function dataSection(app: ProfileApp): Section {
  const text = h("textarea", { rows: 8, readonly: true, spellcheck: "false", "aria-label": "Your data as JSON" });
  const details = h("details", {}, h("summary", {}, "Show it"), text);
  const status = h("p", { class: "card-note", role: "status" });
  const replaces = h("input", { type: "checkbox", name: "replace" });
  const file = h("input", { type: "file", accept: "application/json,.json", class: "unseen", id: "import" });
  const save = h("button", { type: "button", class: "button button-quiet", "data-action": "export" }, "Save as a file");
  const written = (): string => app.profile()?.exportProfile() ?? "";

  save.addEventListener("click", () => {
    const address = URL.createObjectURL(new Blob([written()], { type: "application/json" }));
    h("a", { href: address, download: FILE }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  });
  file.addEventListener("change", async () => {
    const chosen = file.files?.[0];
    const view = app.profile();
    if (chosen === undefined || view === null) return;
    const { taken, refused } = view.importProfile(await chosen.text(), { replace: replaces.checked });
    file.value = "";
    status.textContent = `${plural(taken, "event")} brought in${refused > 0 ? `, ${refused} could not be read` : ""}.`;
    app.session.corrected();
  });
  const update = (): void => {
    save.disabled = app.profile() === null;
    // It may be long: it is written out for whoever looks.
    if (details.open) text.value = written();
  };
  details.addEventListener("toggle", update);

  const body = h(
    "div",
    { class: "card-body" },
    h(
      "p",
      {},
      "Yours to take along, to another device or another channel of the shop. Whoever has the file can read it.",
    ),
    h(
      "div",
      { class: "card-actions" },
      save,
      file,
      h("label", { class: "button button-quiet", for: "import" }, "Bring in a file"),
    ),
    h("label", { class: "check" }, replaces, h("span", {}, "In place of what is here")),
    status,
    details,
  );
  return { element: card("data", "Your data", body), update };
}
