/**
 * The demo storefront: a small shop, without framework or run-time dependency, that shows what `reshelf` does to a
 * shop's lists. Its one job is to be the first page that a storefront developer sees and copies from.
 *
 *   shop.ts      the data, read once          router.ts   addresses and history
 *   session.ts   the only door to `reshelf`   cart.ts     cart and wishes
 *   panel.ts     "What this page knows"       pages/, components/
 *
 * It may use the package's public API under /reshelf/ and nothing else of ours. After load it asks the network for nothing.
 */
import type { App, Page } from "./app.js";
import { Cart } from "./cart.js";
import { Header } from "./components/header.js";
import { Toast } from "./components/toast.js";
import { h, replace } from "./dom.js";
import { plural, useCurrency } from "./format.js";
import { cartPage } from "./pages/cart.js";
import { categoryPage } from "./pages/category.js";
import { homePage } from "./pages/home.js";
import { missingPage } from "./pages/missing.js";
import { productPage } from "./pages/product.js";
import { searchPage } from "./pages/search.js";
import { Panel } from "./panel.js";
import { type Arrival, type Route, Router } from "./router.js";
import { type Change, Session } from "./session.js";
import { Shop } from "./shop.js";

const SHOP_DATA = "/data/shop.json";

/** The page is painted once in the order that the shopper last saw before its lists move; in milliseconds. */
const SETTLE = 120;

async function loadShop(): Promise<Shop> {
  const answer = await fetch(SHOP_DATA);
  if (!answer.ok) throw new Error(`${SHOP_DATA} answered ${answer.status}`);
  return new Shop(await answer.json());
}

function pageOf(app: App, route: Route): Page {
  switch (route.page) {
    case "home":
      return homePage(app);
    case "category":
      return categoryPage(app, route.slug, route.query);
    case "product":
      return productPage(app, route.id);
    case "search":
      return searchPage(app, route.query);
    case "cart":
      return cartPage(app);
    case "missing":
      return missingPage(app);
  }
}

function start(shop: Shop, session: Session, root: HTMLElement): void {
  useCurrency(shop.currency);
  const cart = new Cart();
  const router = new Router();
  const toast = new Toast();
  const voice = h("div", { class: "unseen", role: "status", "aria-live": "polite" });
  const main = h("main", { id: "main", tabindex: "-1" });
  const app: App = {
    shop,
    session,
    cart,
    router,
    lists: new Map(),
    announce: (message) => (voice.textContent = message),
    toast: (message, link) => toast.show(message, link),
    openPanel: () => panel.open(),
  };
  const header = new Header(app, () => (panel.isOpen ? panel.close() : panel.open()));
  const footer = h(
    "footer",
    { class: "footer" },
    h("p", {}, `${shop.name} is a demo shop. Its products, brands and shoppers are made up.`),
    h("p", {}, "Lists are re-ranked on your device by Reshelf."),
  );
  const behind = h("div", { class: "shop" }, header.element, main, footer);
  const panel = new Panel(app, behind, (open) => header.panelButton.setAttribute("aria-expanded", String(open)));
  replace(
    root,
    h("a", { class: "skip", href: "#main" }, "Skip to the page"),
    h("div", { class: "frame" }, behind, panel.backdrop, panel.element),
    toast.element,
    voice,
  );
  root.removeAttribute("aria-busy");

  let page: Page | null = null;
  let settling = 0;
  const refresh = (reach: "all" | "unseen"): void => {
    const moved = page?.lists.reduce((sum, list) => sum + list.refresh(reach), 0) ?? 0;
    if (moved > 0) app.announce(`Lists reordered, ${plural(moved, "product")} in a new place.`);
    panel.update();
  };
  const show = (route: Route, arrival: Arrival): void => {
    for (const list of page?.lists ?? []) list.dispose();
    page = null;
    if (route.page === "product" && shop.product(route.id) !== null && arrival !== "update")
      session.observe("view", route.id);
    page = pageOf(app, route);
    replace(main, page.element);
    document.title = page.title === "" ? shop.name : `${page.title} · ${shop.name}`;
    document.querySelector('meta[name="description"]')?.setAttribute("content", page.description);
    header.at(route);
    panel.onNavigation();
    if (route.page === "cart") toast.hide();
    if ((arrival === "visit" || arrival === "history") && started)
      main.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    clearTimeout(settling);
    settling = setTimeout(() => refresh("all"), SETTLE);
  };
  session.onChange((change: Change) => {
    page?.update?.();
    header.update();
    // Only what the shopper asked for moves tiles that are being looked at.
    if (change === "asked") refresh("all");
    else if (change === "appearance") page?.lists.forEach((list) => list.draw());
    else if (started) refresh("unseen");
  });
  cart.onChange(() => {
    page?.update?.();
    header.update();
  });
  let started = false;
  router.start(show);
  started = true;
  panel.openIfWide();
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
      h("p", {}, `Its data could not be read: ${message}. Build it with “make demo”, then reload this page.`),
    ),
  );
}

const root = document.getElementById("app");
if (root !== null) {
  const session = new Session();
  // The shop opens as soon as its data is there; the model may take its time.
  const model = session.load();
  try {
    start(await loadShop(), session, root);
  } catch (error) {
    failed(root, error);
  }
  await model;
  root.dataset["engine"] = session.status().kind;
}
