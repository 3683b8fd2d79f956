/**
 * The cart: lines with quantities, the sum, a purchase that is none, and what may go with it. The list is the home page's: what lies in the cart
 * puts it in order on the device, where a list that the server makes of the cart would tell it what lies there.
 */
import type { App, Page } from "../app.js";
import { type Line, MOST } from "../cart.js";
import { ProductList } from "../components/product-list.js";
import { tellOf } from "../data-layer.js";
import { h, ICONS, icon, replace } from "../dom.js";
import { plural, price } from "../format.js";
import { paths } from "../paths.js";
import { picture } from "../picture.js";

export function cartPage(app: App, ids: readonly string[]): Page {
  const { cart, shop } = app;
  const lines = h("ul", { class: "lines", role: "list" });
  const summary = h("div", { class: "summary" });
  const note = h("div", { class: "cart-note" });
  const heading = h("h1", { tabindex: "-1" }, "Your cart");
  const title = cart.lines().length > 0 ? "Goes well with your cart" : "Something for the cart?";
  const candidates = shop.products(ids).filter(({ id }) => cart.quantity(id) === 0);
  const list = new ProductList(app, { key: "cart", title, candidates, layout: "grid", pageSize: 8 });

  const take = (line: Line): void => {
    cart.set(line.product, 0);
    tellOf("remove_from_cart", line.product);
    app.announce(`${line.product.title} is out of the cart.`);
    heading.focus({ preventScroll: true });
  };
  const purchase = (): void => {
    tellOf("purchase", ...cart.lines().map(({ product }) => product));
    cart.empty();
    replace(
      note,
      h("h2", {}, "That would have been an order."),
      h(
        "p",
        {},
        "This shop is a demo: nothing was ordered, nothing was paid, and nothing was sent anywhere. The model on this device now knows that you bought these, until you make it forget.",
      ),
    );
    app.announce("This shop is a demo. Nothing was ordered.");
    heading.focus({ preventScroll: true });
  };
  const update = (): void => {
    const current = cart.lines();
    // The focus stays on the control that the shopper is using, though its line is drawn anew.
    const held = document.activeElement?.closest("[data-control]")?.getAttribute("data-control") ?? null;
    replace(
      lines,
      current.map((line) => drawLine(app, line, take)),
    );
    if (held !== null) lines.querySelector<HTMLElement>(`[data-control="${CSS.escape(held)}"]`)?.focus();
    lines.hidden = summary.hidden = current.length === 0;
    if (current.length > 0) {
      replace(note);
      replace(summary, drawSummary(app, purchase));
    } else if (note.childNodes.length === 0) {
      replace(
        note,
        h("p", {}, "Nothing in it yet."),
        h("a", { class: "button button-quiet", href: paths.home }, "Look around"),
      );
    }
  };
  update();

  return {
    element: h(
      "div",
      { class: "page" },
      h("div", { class: "page-head" }, heading),
      note,
      h("div", { class: "cart" }, lines, summary),
      list.element,
    ),
    lists: [list],
    update,
  };
}

function drawLine(app: App, line: Line, take: (line: Line) => void): HTMLElement {
  const { product, quantity } = line;
  const step = (by: number, name: string, paths: readonly string[], disabled: boolean): HTMLElement =>
    h(
      "button",
      {
        type: "button",
        class: "icon-button",
        disabled,
        "data-control": `${name}/${product.id}`,
        "aria-label": `One ${name} of ${product.title}`,
        on: { click: () => app.cart.set(product, quantity + by) },
      },
      icon(paths, "icon icon-small"),
    );
  return h(
    "li",
    { class: "line", "data-id": product.id },
    h(
      "a",
      { href: paths.product(product.id), class: "line-picture", tabindex: "-1", "aria-hidden": "true" },
      picture(product, 112),
    ),
    h(
      "div",
      { class: "line-text" },
      h("a", { href: paths.product(product.id), class: "line-title" }, product.title),
      h("p", { class: "muted" }, [product.brand, product.colour].filter(Boolean).join(", ")),
      h(
        "button",
        {
          type: "button",
          class: "link-button",
          "aria-label": `Remove ${product.title}`,
          on: { click: () => take(line) },
        },
        "Remove",
      ),
    ),
    h(
      "div",
      { class: "stepper", role: "group", "aria-label": `Quantity of ${product.title}` },
      step(-1, "less", ICONS.minus, quantity <= 1),
      h("output", {}, quantity),
      step(1, "more", ICONS.plus, quantity >= MOST),
    ),
    h("p", { class: "line-price" }, price(product.price * quantity)),
  );
}

function drawSummary(app: App, purchase: () => void): HTMLElement[] {
  const { cart } = app;
  const row = (name: string, amount: string, className = ""): HTMLElement =>
    h("div", { class: className }, h("dt", {}, name), h("dd", {}, amount));
  return [
    h("h2", { class: "unseen" }, "Summary"),
    h(
      "dl",
      {},
      row(plural(cart.count(), "piece"), price(cart.subtotal())),
      row("Delivery", cart.delivery() === 0 ? "Free" : price(cart.delivery())),
      row("Total", price(cart.subtotal() + cart.delivery()), "summary-total"),
    ),
    h(
      "button",
      { type: "button", class: "button button-main", "data-action": "purchase", on: { click: purchase } },
      "Place demo order",
    ),
    h("p", { class: "muted" }, "This is a demo. Nothing will be ordered, paid or sent."),
  ];
}
