/** One product: picture, what it is, the buy and wish buttons, and what one may also like. */
import type { App, Page } from "../app.js";
import { FREE_DELIVERY_FROM, MOST } from "../cart.js";
import { breadcrumbs } from "../components/breadcrumbs.js";
import { ProductList } from "../components/product-list.js";
import { swatch } from "../components/swatch.js";
import { rating } from "../components/tile.js";
import { tellOf } from "../data-layer.js";
import { h, ICONS, icon, replace } from "../dom.js";
import { price } from "../format.js";
import { paths } from "../paths.js";
import { picture } from "../picture.js";
import type { ProductPage } from "../shop.js";
import { missingPage } from "./missing.js";

export function productPage(app: App, page: ProductPage): Page {
  const { cart, shop } = app;
  const product = shop.product(page.id);
  if (product === null) return missingPage(app, []);
  const also = new ProductList(app, {
    key: "also",
    title: "You may also like",
    candidates: shop.products(page.also),
    layout: "grid",
    pageSize: 8,
  });

  const buy = h("button", { type: "button", class: "button button-main", "data-action": "buy" });
  buy.addEventListener("click", () => {
    cart.set(product, cart.quantity(product.id) + 1);
    tellOf("add_to_cart", product);
    app.announce(`${product.title} is in the cart.`);
    app.toast("Added to the cart", { href: paths.cart, text: "View cart" });
  });
  const wish = h("button", { type: "button", class: "button button-wish", "data-action": "wish" });
  wish.addEventListener("click", () => {
    // Taking a wish back is no signal of its own; the panel forgets the wish itself.
    if (cart.toggleWish(product.id)) tellOf("add_to_wishlist", product);
  });
  const update = (): void => {
    const quantity = cart.quantity(product.id);
    buy.disabled = quantity >= MOST;
    replace(buy, icon(ICONS.cart), quantity === 0 ? "Add to cart" : `Add another (${quantity})`);
    const wished = cart.wished(product.id);
    wish.setAttribute("aria-pressed", String(wished));
    replace(wish, icon(ICONS.heart), wished ? "Wished for" : "Wish");
  };
  update();

  const trail = shop.trail(shop.categoryAt(product.category));
  return {
    element: h(
      "div",
      { class: "page" },
      breadcrumbs(app, trail),
      h(
        "article",
        { class: "product", "data-reshelf-item": product.id },
        h("div", { class: "product-picture" }, picture(product, 720)),
        h(
          "div",
          { class: "product-text" },
          product.brand !== "" && h("p", { class: "product-brand" }, product.brand),
          h("h1", { tabindex: "-1" }, product.title),
          rating(product, true),
          h("p", { class: "product-price" }, price(product.price)),
          product.colour !== "" &&
            h(
              "p",
              { class: "product-colour" },
              swatch(product.colour),
              h("span", {}, h("span", { class: "muted" }, "Colour "), product.colour),
            ),
          h("div", { class: "product-actions" }, buy, wish),
          h(
            "ul",
            { class: "assurances", role: "list" },
            h("li", {}, icon(ICONS.check, "icon icon-small"), `Free delivery from ${price(FREE_DELIVERY_FROM)}`),
            h("li", {}, icon(ICONS.check, "icon icon-small"), "30 days to change your mind"),
            h("li", {}, icon(ICONS.device, "icon icon-small"), "That you looked at this stays on your device"),
          ),
        ),
      ),
      also.element,
    ),
    lists: [also],
    update,
  };
}
