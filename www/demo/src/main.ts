/**
 * The demo storefront: a small shop of separate pages, without framework, client router or run-time dependency, that shows what
 * `reshelf` does to a shop's lists. Its one job is to be the first page that a storefront developer sees and copies from.
 *
 *   shop.ts        what the document brought   data-layer.ts  what the shop tells its analytics
 *   session.ts     the door to `reshelf`       cart.ts        cart and wishes
 *   why.ts         the door to its reasons     policy.ts      the door to its rules
 *   panel.ts       "What this page knows"      pages/, components/
 *
 * It may use the package's public API under /reshelf/ and nothing else of ours. Nothing that it asks the
 * network for depends on an event.
 */
import type { App, Page } from "./app.js";
import { Cart } from "./cart.js";
import { ConsentBar } from "./components/consent-bar.js";
import { Header } from "./components/header.js";
import { Toast } from "./components/toast.js";
import { tellOf, tellOfSearch } from "./data-layer.js";
import { h, replace } from "./dom.js";
import { plural, useCurrency } from "./format.js";
import { cartPage } from "./pages/cart.js";
import { categoryPage } from "./pages/category.js";
import { homePage } from "./pages/home.js";
import { merchandisingPage } from "./pages/merchandising.js";
import { missingPage } from "./pages/missing.js";
import { productPage } from "./pages/product.js";
import { profilePage } from "./pages/profile.js";
import { searchPage } from "./pages/search.js";
import { Panel } from "./panel.js";
import { paths } from "./paths.js";
import { type Change, Session } from "./session.js";
import { Shop } from "./shop.js";
import { Why } from "./why.js";

function pageOf(app: App): Page {
  const { page } = app.shop;
  switch (page.kind) {
    case "home":
      return homePage(app, page);
    case "category":
      return categoryPage(app, page);
    case "product":
      return productPage(app, page);
    case "search":
      return searchPage(app, page);
    case "cart":
      return cartPage(app, page.list);
    case "profile":
      return profilePage(app, page.home);
    case "merchandising":
      return merchandisingPage(app, page);
    case "missing":
      return missingPage(app, page.popular);
  }
}

/** What the shop tells of the page itself, before anybody listens: it is heard when somebody does. */
function tellOfPage(shop: Shop): void {
  const { page } = shop;
  const looked = page.kind === "product" ? shop.product(page.id) : null;
  if (looked !== null) tellOf("view_item", looked);
  if (page.kind === "search" && page.query !== "") tellOfSearch(page.query);
}

function draw(shop: Shop, session: Session, why: Why, root: HTMLElement): void {
  const cart = new Cart();
  const toast = new Toast();
  const voice = h("div", { class: "unseen", role: "status", "aria-live": "polite" });
  const app: App = {
    shop,
    session,
    cart,
    why,
    announce: (message) => (voice.textContent = message),
    toast: (message, offer) => toast.show(message, offer),
    openPanel: () => panel.open(),
  };
  const header = new Header(app, () => (panel.isOpen ? panel.close() : panel.open()));
  const consent = new ConsentBar(app);
  const page = pageOf(app);
  const footer = h(
    "footer",
    { class: "footer" },
    h("p", {}, `${shop.name} is a demo shop. Its products, brands and shoppers are made up.`),
    h(
      "p",
      {},
      "Lists are re-ranked on your device by Reshelf. ",
      h("a", { href: paths.profile }, "Your profile"),
      " · ",
      h("a", { href: paths.merchandising }, "Merchandising"),
    ),
  );
  const main = h("main", { id: "main", tabindex: "-1" }, page.element);
  const skip = h("a", { class: "skip", href: "#main" }, "Skip to the page");
  const behind = h("div", { class: "shop" }, header.element, main, footer);
  const panel = new Panel(app, [skip, behind, consent.element], (open) =>
    header.panelButton.setAttribute("aria-expanded", String(open)),
  );

  session.onChange((change: Change) => {
    page.update?.();
    header.update();
    consent.update();
    // Only what the shopper asked for moves tiles that have been seen.
    if (change === "appearance") for (const list of page.lists) list.draw();
    else if (change !== "observed") {
      const reach = change === "asked" ? "all" : "unseen";
      const moved = page.lists.reduce((sum, list) => sum + list.refresh(reach), 0);
      if (moved > 0) app.announce(`Lists reordered, ${plural(moved, "product")} in a new place.`);
    }
    panel.update();
  });
  cart.onChange(() => {
    page.update?.();
    header.update();
  });

  replace(
    root,
    skip,
    h("div", { class: "frame" }, behind, panel.backdrop, panel.element),
    consent.element,
    toast.element,
    voice,
  );
  root.removeAttribute("aria-busy");
  header.reveal();
  panel.openIfWide();
}

async function start(root: HTMLElement): Promise<void> {
  const shop = Shop.ofDocument();
  useCurrency(shop.currency);
  tellOfPage(shop);
  const session = new Session();
  const why = new Why(shop, session);
  const loaded = session.load();
  const there = await Promise.race([
    loaded.then(() => true),
    // A list is drawn once, in the session's order; where that is not there in time, in the server's.
    new Promise<false>((done) => setTimeout(() => done(false), shop.patience)),
  ]);
  draw(shop, session, why, root);
  await loaded;
  if (!there) session.late();
  await Promise.all([session.watch(), why.load()]);
  root.dataset["engine"] = session.status().kind;
}

function failed(root: HTMLElement, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  root.removeAttribute("aria-busy");
  replace(
    root,
    h(
      "main",
      { class: "page page-failed" },
      h("h1", {}, "The shop did not open"),
      h("p", {}, `This page could not be drawn: ${message}. Build the shop with “make demo”, then reload.`),
    ),
  );
}

const root = document.getElementById("app");
if (root !== null) start(root).catch((error: unknown) => failed(root, error));
