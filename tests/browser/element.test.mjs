// `<reshelf-list>` in browsers, under the strict policy: what it moves, what it leaves under the shopper's hands, and what it says.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { BROWSERS, inPageOf } from "./element_page.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

for (const browser of BROWSERS) {
  const inPage = inPageOf(browser);

  test(`in ${browser} axe-core finds nothing before and after a move, and the focus goes through tiles as they stand`, () =>
    inPage(async (page) => {
      await page.evaluate(axe);
      const { before, after, order } = await page.evaluate(async () => {
        const { defineList, tile, frames, turned } = window.shop;
        const objections = async () =>
          (await window.axe.run(document, { resultTypes: ["violations"] })).violations.map(({ id }) => id);
        const tiles = Array.from({ length: 30 }, (_, at) => tile(at, `<a href="#${at}">Product ${at}</a>`));
        document.documentElement.lang = "en";
        document.title = "A list";
        document.body.innerHTML = `<main><h1>A list</h1><reshelf-list announce="Moved">
          <ul data-reshelf-list>${tiles.join("")}</ul></reshelf-list></main>`;
        const before = await objections();
        defineList({ reranker: turned });
        while (!document.querySelector("[role=status]")?.textContent) await frames(1);
        const order = [...document.querySelectorAll("a")].map(({ hash }) => hash);
        document.body.tabIndex = -1;
        document.body.focus();
        return { before, after: await objections(), order };
      });
      assert.deepEqual([before, after], [[], []]);
      assert.notDeepEqual(
        order,
        order.map((_, at) => `#${at}`),
      );
      const walked = [];
      for (const _ of order) {
        await page.keyboard.press("Tab");
        walked.push(await page.evaluate(() => document.activeElement.hash));
      }
      assert.deepEqual(walked, order);
    }));

  for (const home of ["at once", "later"])
    test(`in ${browser} of sixty tiles those move that nobody has seen or uses, and nothing shifts: it answers ${home}`, () =>
      inPage(async (page) => {
        const result = await page.evaluate(async (home) => {
          const { defineList, events, shifts, tile, ids, frames, later } = window.shop;
          const session = (by) => (home === "later" ? later(by) : by);
          const turned = session(window.shop.turned);
          const inside = { 20: "<input>", 30: "<video muted></video>", 40: "a text to be selected" };
          const tiles = Array.from({ length: 60 }, (_, at) => tile(at, inside[at]));
          document.body.innerHTML = `<reshelf-list announce="The list is in another order"><ul data-reshelf-list>${tiles.join("")}</ul></reshelf-list>`;
          const of = (id) => document.querySelector(`[data-reshelf-item="${id}"]`);
          const input = of(20).firstChild;
          input.value = "half a word";
          input.focus({ preventScroll: true });
          const video = of(30).firstChild;
          const canvas = document.createElement("canvas");
          canvas.getContext("2d").fillRect(0, 0, 9, 9);
          video.srcObject = canvas.captureStream();
          const drawing = setInterval(() => canvas.getContext("2d").fillRect(0, 0, 9, 9), 20);
          await video.play();
          getSelection().setBaseAndExtent(of(40).firstChild, 2, of(40).firstChild, 6);
          await frames(3);
          const before = { top: scrollY, box: JSON.stringify(of(0).getBoundingClientRect()) };
          const seen = ids().filter((id) => of(id).getBoundingClientRect().top < innerHeight);

          defineList({ reranker: Promise.resolve(turned) });
          await new Promise((done) => document.addEventListener("reshelf-after", done, { once: true }));
          await frames(3);
          const after = { top: scrollY, box: JSON.stringify(of(0).getBoundingClientRect()) };
          const kept = [document.activeElement === input, input.value, video.paused, getSelection().toString()];
          const told = () => document.querySelector("[role=status]")?.textContent;
          while (!told()) await frames(1);
          const said = told();
          clearInterval(drawing);
          // What comes into sight stays from then on, also out of sight again.
          const middle = ids();
          of(middle[35]).scrollIntoView();
          await frames(5);
          scrollTo(0, 0);
          await frames(5);
          const list = document.querySelector("reshelf-list");
          list.reranker = session({ rerank: (all) => all });
          await frames(1);
          return { before, after, seen, kept, said, middle, last: ids(), events, shifts, outcome: list.update() };
        }, home);
        const { before, after, seen, middle, last, events } = result;
        assert.deepEqual(after, before, "nothing in sight moved");
        assert.deepEqual(result.kept, [true, "half a word", false, "text"]);
        assert.equal(result.said, "The list is in another order");
        const fixed = new Set([...seen, "20", "30", "40"]);
        const free = Array.from({ length: 60 }, (_, at) => String(at)).filter((id) => !fixed.has(id));
        const expected = Array.from({ length: 60 }, (_, at) => (fixed.has(String(at)) ? String(at) : free.pop()));
        assert.deepEqual(middle, expected);
        assert.deepEqual(
          events.map(([type]) => type),
          ["reshelf-before", "reshelf-after", "reshelf-before", "reshelf-after"],
        );
        assert.equal(events[0][1].moved, expected.filter((id, at) => id !== String(at)).length);
        assert.equal(last[35], middle[35], "it was in sight");
        assert.equal(last[59], "59", "the server's order is what it goes back to");
        const reason = home === "later" ? "pending" : null;
        assert.deepEqual({ ...result.outcome, kept: 0 }, { tiles: 60, moved: 0, kept: 0, reason });
        assert.deepEqual(result.shifts, []);
      }));

  test(`in ${browser} nothing moves while nothing ranks, where there is nothing to go by, and where the page says no`, () =>
    inPage(async (page) => {
      const { told, again, whole } = await page.evaluate(async () => {
        const { defineList, tile, ids, turned } = window.shop;
        const list = (attributes, inside) =>
          `<div class="far"></div><reshelf-list ${attributes}>${inside}</reshelf-list>`;
        const abc = ["a", "b", "c"].map((id) => tile(id)).join("");
        const ul = `<ul data-reshelf-list>${abc}</ul>`;
        defineList({ reranker: new Promise(() => {}) });
        defineList({ reranker: turned }); // The name is taken.
        defineList({ reranker: turned, name: "no name" });
        defineList(null);
        const cases = {
          nothing: ["", ul, undefined],
          empty: ["", ul, { ...turned, info: () => ({ events: [] }) }],
          throws: ["", ul, { rerank: () => [].at(0).id }],
          short: ["", ul, { rerank: (all) => all.slice(1) }],
          later: ["", ul, { rerank: async (all) => all }],
          "no list": ['list="ol"', ul, turned],
          "no selector": ['list="a["', ul, turned],
          itself: ['item="b" item-id="title"', '<b title="a">a</b><b title="b">b</b>', turned],
          within: [
            'list="ol" item="p" item-id="a@href"',
            '<ol><p><a href="#1">1</a><p><a href="#2">2</a></ol>',
            turned,
          ],
          moved: ["transition", ul, turned],
        };
        const told = {};
        for (const [name, [attributes, inside, reranker]] of Object.entries(cases)) {
          document.body.innerHTML = list(attributes, inside);
          document.querySelector(".far").style.height = "5000px";
          const element = document.querySelector("reshelf-list");
          if (reranker) element.reranker = reranker;
          const { reason } = element.update();
          told[name] = [reason, element.textContent];
        }
        // The page says no, once.
        document.body.innerHTML = list("", ul);
        document.querySelector(".far").style.height = "5000px";
        const element = document.querySelector("reshelf-list");
        document.addEventListener("reshelf-before", (event) => event.preventDefault(), { once: true });
        element.reranker = turned;
        const again = [ids().join("")];
        again.push(element.update().moved, ids().join(""));
        // What came since stands behind the others.
        element.firstChild.insertAdjacentHTML("beforeend", tile("d"));
        element.reranker = { rerank: (all) => all };
        again.push(ids().join(""));
        // Taken out and put in elsewhere.
        const parent = element.parentNode;
        element.remove();
        parent.append(element);
        element.reranker = turned;
        again.push(ids().join(""));
        return { told, again, whole: element.querySelectorAll("*").length };
      });
      assert.deepEqual(told, {
        nothing: ["no-reranker", "abc"],
        empty: ["no-context", "abc"],
        throws: ["order", "abc"],
        short: ["order", "abc"],
        later: ["pending", "abc"],
        "no list": ["list", "abc"],
        "no selector": ["list", "abc"],
        itself: [null, "ba"],
        within: [null, "21"],
        moved: told.moved,
      });
      // With a transition it moves a frame later.
      assert.equal(told.moved[0], null);
      assert.deepEqual(again, ["abc", 2, "cba", "abcd", "dcba"]);
      assert.equal(whole, 5);
    }));

  test(`in ${browser} a policy arranges tiles by what they say of themselves, and what it removes stands last, in either home`, () =>
    inPage(async (page) => {
      const orders = await page.evaluate(async () => {
        const { defineList, ids } = window.shop;
        const { policy } = await import("/reshelf/slate/index.js");
        const orders = [];
        for (const home of ["index", "worker"]) {
          const { loadReranker } = await import(`/reshelf/${home}.js`);
          const reranker = await loadReranker({ model: "/golden/golden.safetensors" });
          const known = (await reranker.retrieve({ k: 12 })).map(({ id }) => id);
          reranker.observe({ id: known[3] });
          const rules = [
            { kind: "pin", item: known[5], position: 1 },
            { kind: "hide", match: { brand: "Zen" } },
          ];
          const made = policy({ rules, fields: { brand: "tile.dataset.brand" } });
          const tiles = known.map(
            (id, at) => `<li data-reshelf-item="${id}" data-brand="${at < 3 ? "Zen" : "Oak"}">${id}</li>`,
          );
          const name = `list-in-${home}`;
          document.body.innerHTML = `<div class="far"></div><${name}><ul data-reshelf-list>${tiles.join("")}</ul></${name}>`;
          document.querySelector(".far").style.height = "5000px";
          const element = document.querySelector(name);
          const moved = () => new Promise((done) => element.addEventListener("reshelf-after", done, { once: true }));
          const first = moved();
          defineList({ reranker, policy: made, name });
          await first;
          const ruled = ids();
          const second = moved();
          element.policy = policy({ rules: [{ kind: "strength", percent: 0 }] });
          await second;
          orders.push([known, ruled, ids(), element.policy.problems.length]);
        }
        return orders;
      });
      const [[known, ruled, own, problems]] = orders;
      assert.deepEqual(orders[1], orders[0]);
      assert.equal(ruled[0], known[5]);
      assert.deepEqual(ruled.slice(-3), known.slice(0, 3));
      assert.notDeepEqual(
        ruled.slice(1, -3),
        known.slice(3).filter((id) => id !== known[5]),
        "the session's order",
      );
      assert.deepEqual([own, problems], [known, 0]);
    }));
}
