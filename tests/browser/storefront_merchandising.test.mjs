// The demo shop's reasons, "I don't want this" and the merchandiser's page in headless Chromium: tiles say why they moved, what is not
// wanted goes down and comes back exactly, and rules are written, checked, weighed and kept beside the list that they make.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  agree,
  closeEyes,
  follow,
  idsOf,
  launchChromium,
  PHONE,
  productPath,
  ready,
  saved,
  startDemo,
  WIDE,
} from "./demo.mjs";

const SLUG = "rugs";
const CATEGORY = `/category/${SLUG}`;
const DESK = `/merchandising?category=${SLUG}`;

let browser;
let server;
let shop;
/** The list in the server's order. */
let ids;

before(async () => {
  server = await startDemo();
  shop = server.shop;
  ids = shop.categoryList(SLUG);
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** A shopper who has looked at two products of the category; afterwards nothing may have gone wrong, and nothing gone elsewhere. */
async function inShop(use, options = {}) {
  const page = await browser.newPage({ viewport: WIDE, reducedMotion: "reduce", ...options });
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${server.url}/`) && !request.url().startsWith("data:")) problems.push(request.url());
    if (request.method() !== "GET" || request.postData() !== null) problems.push(`a body: ${request.url()}`);
  });
  await page.exposeFunction("reportViolation", (text) => problems.push(text));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) =>
      window.reportViolation(`policy: ${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  await closeEyes(page);
  try {
    await page.goto(server.url);
    await ready(page);
    await agree(page);
    for (const at of [12, 30]) await follow(page, productPath(ids[at]));
    await saved(page);
    await use(page);
    assert.deepEqual(problems, []);
  } finally {
    await page.close();
  }
}

const list = (page) => idsOf(page, `category/${SLUG}`);
const reasons = (page) =>
  page.locator(`[data-reshelf-list="category/${SLUG}"] > li`).evaluateAll((tiles) =>
    tiles.map((tile) => {
      const why = tile.querySelector(".tile-why");
      return why.hidden ? null : why.querySelector(".tile-reason").textContent;
    }),
  );
/** Until each tile that moved has its reason. */
const explained = (page) =>
  page.waitForFunction(() => {
    const shown = [...document.querySelectorAll(".tile-why:not([hidden]) .tile-reason")];
    return shown.length > 0 && shown.every((reason) => reason.textContent !== "");
  });

describe("reasons", () => {
  test("tiles that moved say why once two products were looked at, and none does when that is forgotten", () =>
    inShop(async (page) => {
      await follow(page, CATEGORY);
      await explained(page);
      const [order, said] = [await list(page), await reasons(page)];
      order.forEach((id, place) => {
        assert.equal(said[place] !== null, ids[place] !== id, `${id} at ${place}: ${said[place]}`);
      });
      const titles = [12, 30].map((at) => shop.products.find(({ id }) => id === ids[at]).title);
      assert.equal(said[order.indexOf(ids[12])], `Because you looked at ${titles[0]}.`);
      assert.ok(said.some((text) => text?.startsWith("Similar to") && titles.some((title) => text.includes(title))));

      // Off with the switch, and back.
      await page.getByLabel("Show how far products moved up").uncheck();
      assert.ok((await reasons(page)).every((text) => text === null));
      await page.getByLabel("Show how far products moved up").check();
      await explained(page);
      assert.deepEqual(await reasons(page), said);

      await page.getByRole("button", { name: "Forget everything" }).click();
      assert.deepEqual(await list(page), ids.slice(0, order.length));
      assert.ok((await reasons(page)).every((text) => text === null));
    }));

  test("“Why here?” shows the parts, and where it would stand without a look, as forgetting it proves", () =>
    inShop(async (page) => {
      await follow(page, CATEGORY);
      await explained(page);
      const place = (await list(page)).indexOf(ids[12]);
      const tile = page.locator(`[data-reshelf-list="category/${SLUG}"] > li`).nth(place);
      await tile.locator("summary").focus();
      await page.keyboard.press("Enter");
      await tile.locator(".story").waitFor();
      assert.match(await tile.locator(".story-place").textContent(), /^\d+\w\w now, 13th in the shop’s own order\.$/);
      assert.ok((await tile.locator(".story-part").count()) >= 2);
      const { title } = shop.products.find(({ id }) => id === ids[12]);
      const said = await tile.locator(".story-without li").allTextContents();
      const without = said.find((text) => text.startsWith(`Without your look at ${title} it would be `));
      const wanted = Number(/it would be (\d+)/.exec(without)[1]);
      // The same by forgetting it.
      const found = await page.evaluate(
        ([products, id]) => {
          const { event } = window.reranker.info().events.find((each) => each.id === id);
          window.reranker.forget({ event });
          return window.reranker.rerank(products).find(({ candidate }) => candidate.id === id).rank;
        },
        [ids.map((id) => shop.products.find((product) => product.id === id)), ids[12]],
      );
      assert.equal(wanted, found);
    }));
});

describe("I don't want this", () => {
  const meanPlace = (order, wanted) => {
    const places = order.flatMap((id, place) => (wanted(id) ? [place] : []));
    return places.reduce((sum, place) => sum + place, 0) / places.length;
  };
  const whole = (page) =>
    page.evaluate(
      (products) => window.reranker.rerank(products).map(({ candidate }) => candidate.id),
      ids.map((id) => shop.products.find((product) => product.id === id)),
    );

  test("it and its like go down at once; undone, by the toast or by the button, all is exactly as it was", () =>
    inShop(async (page) => {
      await follow(page, CATEGORY);
      const [before, all] = [await list(page), await whole(page)];
      // It was looked at, which had brought its line up.
      const unwanted = ids[30];
      const line = (id) =>
        shop.products
          .find((each) => each.id === id)
          .title.split(" ")
          .slice(0, 2)
          .join(" ");
      const isLike = (id) => id !== unwanted && line(id) === line(unwanted);
      const button = (id) => page.locator(`[data-reshelf-item="${id}"] .tile-dislike`);
      await button(unwanted).focus();
      await page.keyboard.press("Enter");
      assert.deepEqual(
        await page.evaluate(() =>
          window.reranker
            .info()
            .events.map(({ type }) => type)
            .slice(-1),
        ),
        ["dislike"],
      );
      assert.notDeepEqual(await list(page), before);
      const after = await whole(page);
      assert.ok(after.indexOf(unwanted) > all.indexOf(unwanted));
      assert.ok(meanPlace(after, isLike) > meanPlace(all, isLike), "its like");
      const held = await page.evaluate(() => document.activeElement.className);
      assert.match(held, /tile-dislike/, "the focus stays in the list");

      await page.locator(".toast button", { hasText: "Undo" }).click();
      assert.deepEqual(await list(page), before);
      assert.deepEqual(await whole(page), all);
      await button(before[2]).click();
      assert.notDeepEqual(await list(page), before);
      await page.locator('.panel .event[data-type="dislike"] .event-forget').click();
      assert.deepEqual(await list(page), before);
      assert.equal(await page.locator('.tile-dislike[aria-pressed="true"]').count(), 0);
    }));
});

describe("the merchandiser's page", () => {
  const places = (page) => page.locator(".shelf-tile").evaluateAll((tiles) => tiles.map(({ dataset }) => dataset.item));
  const written = async (page) => JSON.parse(await page.inputValue("#policy"));
  const write = (page, policy) =>
    page.fill("#policy", typeof policy === "string" ? policy : JSON.stringify(policy, null, 2));
  /** Until what each rule moved and cost is there. */
  const weighed = (page) =>
    page.waitForFunction(() => [...document.querySelectorAll(".rules td")].every((cell) => cell.textContent !== "…"));
  const onDesk = (use, options) =>
    inShop(async (page) => {
      await follow(page, DESK);
      await page.waitForSelector(".problems-none");
      await use(page);
    }, options);

  test("a place that is typed pins the tile there and writes the rule; a tile that is dragged goes where it is dropped", () =>
    onDesk(async (page) => {
      const before = await places(page);
      const typed = before[9];
      await page.locator(`[data-item="${typed}"] input`).fill("2");
      await page.keyboard.press("Enter");
      assert.equal((await places(page))[1], typed);
      const [rule] = (await written(page)).rules;
      assert.deepEqual([rule.kind, rule.item, rule.position, rule.pages], ["pin", typed, 2, [`category/${SLUG}`]]);
      assert.ok(await page.evaluate((id) => document.activeElement.closest("li").dataset.item === id, typed));

      const dragged = (await places(page))[6];
      await page
        .locator(`[data-item="${dragged}"] .tile-picture`)
        .dragTo(page.locator(".shelf-tile").first().locator(".tile-picture"));
      assert.deepEqual((await places(page)).slice(0, 2), [dragged, typed]);
      assert.deepEqual(
        (await written(page)).rules.map(({ item, position }) => [item, position]),
        [
          [dragged, 1],
          [typed, 2],
        ],
      );
      // The later pin to a place is meant; an item has one pin.
      await page.locator(`[data-item="${before[3]}"] input`).fill("1");
      await page.locator(`[data-item="${before[3]}"] .shelf-do`).click();
      assert.deepEqual((await places(page)).slice(0, 2), [before[3], typed]);
      assert.equal((await written(page)).rules.length, 2);

      await page.locator(".toast button", { hasText: "Undo" }).click();
      assert.deepEqual((await places(page)).slice(0, 2), [dragged, typed]);
      for (const id of [dragged, typed]) await page.locator(`[data-item="${id}"] .shelf-unpin`).click();
      assert.deepEqual((await written(page)).rules, []);
      assert.deepEqual(await places(page), before);
    }));

  test("changed places are marked, each rule has what it moved and cost, and rules in conflict are named", () =>
    onDesk(async (page) => {
      const before = await places(page);
      assert.equal(await page.locator(".shelf-tile.is-changed").count(), 0);
      await page.locator(`[data-item="${before[9]}"] input`).fill("1");
      await page.keyboard.press("Enter");
      const now = await places(page);
      const marked = await page
        .locator(".shelf-tile.is-changed")
        .evaluateAll((tiles) => tiles.map(({ dataset }) => dataset.item));
      assert.deepEqual(
        marked,
        now.filter((id, place) => before[place] !== id),
      );
      assert.match(await page.locator(`[data-item="${before[9]}"] .shelf-change`).textContent(), /▲ 9/);
      await weighed(page);
      const row = await page.locator(".rules tbody tr").first().locator("td").allTextContents();
      assert.equal(row[0], "Yes");
      assert.equal(Number(row[1]), marked.length);
      assert.ok(Number(row[2]) > 0, row[2]);

      await page.getByRole("button", { name: "Rules that conflict" }).click();
      await weighed(page);
      assert.deepEqual(await page.locator(".conflict code").allTextContents(), ["all", "brands"]);
      await page.getByRole("button", { name: "No rules" }).click();
      assert.equal(await page.locator(".conflict").count(), 0);
      assert.deepEqual(await places(page), before);
    }));

  test("a bad rule shows its problem while it is typed, and the rest works; no JSON leaves the list as it was", () =>
    onDesk(async (page) => {
      const before = await places(page);
      const pin = { id: "first", kind: "pin", item: before[5], position: 1 };
      await write(page, { rules: [{ id: "odd", kind: "boost", match: { brnd: "x" }, by: 1 }, pin] });
      assert.equal((await places(page))[0], before[5]);
      const problem = page.locator('.problems li[data-rule="odd"]');
      assert.match(await problem.textContent(), /did you mean brand\?/);
      assert.equal(await page.getAttribute("#policy", "aria-invalid"), "true");
      assert.deepEqual(
        await page.locator(".rules tbody tr").evaluateAll((rows) => rows.map(({ dataset }) => dataset.rule)),
        ["first"],
      );

      const now = await places(page);
      await write(page, '{ "rules": [');
      assert.match(await page.locator(".problems li").textContent(), /no JSON yet/);
      assert.deepEqual(await places(page), now);
      await page.locator(`[data-item="${now[4]}"] input`).fill("1");
      await page.keyboard.press("Enter");
      assert.match(await page.locator(".toast").textContent(), /mend it first/);
      assert.equal(await page.inputValue("#policy"), '{ "rules": [');
      for (const odd of ["null", "[]", "5", '{"rules":{}}', '{"rules":[null,7,{}]}']) await write(page, odd);
      await write(page, { rules: [] });
      assert.deepEqual(await places(page), before);
    }));

  test("what is hidden is gone and named with its rule; the shop's pages go by the policy where that is switched on", () =>
    onDesk(async (page) => {
      const [hidden, pinned] = await places(page);
      const { title } = shop.products.find(({ id }) => id === hidden);
      await write(page, {
        rules: [
          { id: "gone", kind: "hide", match: { ids: [hidden] } },
          { id: "late", kind: "pin", item: pinned, position: 4 },
        ],
      });
      assert.ok(!(await places(page)).includes(hidden));
      assert.equal(await page.locator(`.removed li[data-item="${hidden}"]`).textContent(), `${title} gone`);
      const wanted = await places(page);
      assert.equal(wanted[3], pinned);

      await follow(page, CATEGORY);
      assert.ok((await list(page)).includes(hidden), "not before it is switched on");
      await follow(page, DESK);
      assert.equal((await written(page)).rules[0].id, "gone", "it is kept");
      await page.check('[data-action="shop-policy"]');
      await follow(page, CATEGORY);
      assert.deepEqual(await list(page), wanted);
      assert.match(await page.locator(".list-note").textContent(), /as the shop wants it/);
      await explained(page);
      assert.equal((await reasons(page))[3], "The shop has put it here.");
      await page.getByLabel("Server’s order").check({ force: true });
      assert.deepEqual(await list(page), ids.slice(0, wanted.length), "to compare with");
      await page.getByLabel("Your order").check({ force: true });
      // What somebody else left in the storage is no policy.
      for (const odd of ["{", "7", '{"text":5,"on":true}', '{"text":"[","on":true}']) {
        await page.evaluate((text) => localStorage.setItem("shop.policy", text), odd);
        await follow(page, CATEGORY);
        assert.ok((await list(page)).includes(hidden), odd);
      }
    }));

  test("another category is another address, and a pin counts on its own page alone", () =>
    onDesk(
      async (page) => {
        const first = (await places(page))[3];
        await page.locator(`[data-item="${first}"] input`).fill("1");
        await page.keyboard.press("Enter");
        await page.locator('select[name="category"]').selectOption("living");
        await page.waitForURL(/category=living/);
        await ready(page);
        await page.waitForSelector(".rules td");
        assert.match(await page.locator(".rules tbody tr").textContent(), /Not here, or not now/);
        assert.equal(await page.locator(".shelf-tile.is-changed").count(), 0);
      },
      { viewport: PHONE },
    ));
});
