// A page of the shop in a headless browser, without a server: npx playwright test
import { expect as base, test } from "@playwright/test";
import { fixtureShop, matchers, serveFixture } from "reshelf/testing";
import { list, model } from "../shop.js";

const expect = base.extend(matchers);
const shop = fixtureShop({ model, lists: { home: list } });

test.beforeEach(async ({ page }) => {
  await serveFixture(page, shop);
  await page.goto("/");
  await expect(page.locator("html[data-reshelf=ready]")).toBeAttached();
});

test("a click puts what goes with it first", async ({ page }) => {
  const tiles = page.locator("[data-reshelf-list=home] > li");
  await expect(tiles).toHaveOrder(list);
  await page.getByRole("button", { name: "kettle" }).click();
  await expect(tiles).toHaveOrder(["mug", "kettle", "cup", "voucher", "rake", "gloves"]);
  await expect(tiles).not.toRankBefore("rake", "cup");
});

test("the page's own reranker can be asked", async ({ page }) => {
  await page.clock.setFixedTime("2026-01-05T09:00Z");
  const [event] = await page.evaluate(() => {
    window.shop.reranker.observe({ id: "rake" });
    return window.shop.reranker.info().events;
  });
  expect(event).toMatchObject({ id: "rake", at: Date.UTC(2026, 0, 5, 9) });
  await page.evaluate(() => window.shop.reorder());
  await expect(page.locator("[data-reshelf-item]")).toBeginWith(["gloves", "rake"]);
});
