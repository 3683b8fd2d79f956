// `<reshelf-list>` on odd pages: each case makes one, and tells what became of it, with a session that answers at once and with one that
// answers later. What cannot work stands in docs/element.md.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BROWSERS, inPageOf } from "./element_page.mjs";

/** Runs in the page: lists below the window, where nobody has seen them. */
const stage = (home) => {
  const { defineList, tile, frames, later } = window.shop;
  const session = (by) => (home === "later" ? later(by) : by);
  const turned = session(window.shop.turned);
  defineList({ reranker: new Promise(() => {}) });
  const style = new CSSStyleSheet();
  style.replaceSync(`
    .far { height: 5000px } .bare { display: contents } .gone { display: none } .lazy { content-visibility: auto }
    .strip { display: flex; overflow-x: auto } .strip li { flex: 0 0 400px } .box { height: 150px; overflow: auto }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, style];
  const abc = ["a", "b", "c"].map((id) => tile(id)).join("");
  const far = (html, attributes = "") => {
    scrollTo(0, 0);
    document.body.innerHTML = `<div class="far"></div><reshelf-list ${attributes}>${html}</reshelf-list>`;
    return document.querySelector("reshelf-list");
  };
  const ul = (inside = abc) => `<ul data-reshelf-list>${inside}</ul>`;
  /** What answers later has answered in the task after: nothing is waited for where a session answers at once. */
  const arrived = async () => home === "later" && (await new Promise((done) => setTimeout(done)));
  const turn = async (element, by = turned) => {
    element.reranker = by;
    await arrived();
    return element;
  };
  const update = async (element) => {
    const { reason, ...rest } = element.update();
    await arrived();
    return { ...rest, reason: home === "later" && reason === "pending" ? null : reason };
  };
  const same = session({ rerank: (list) => list });
  const texts = (element) =>
    [...element.querySelectorAll("[data-reshelf-item]")].map((each) => each.textContent).join("");
  window.odd = { far, ul, turn, update, turned, same, texts, tile, frames, defineList };
};

/** In the page, each alone: [what it is, what is done there, what comes of it]. */
const CASES = [
  [
    "lists within tiles of another element are that one's",
    async ({ far, turn, texts, tile }) => {
      const inner = `<reshelf-list><ul data-reshelf-list>${tile("1")}${tile("2")}</ul></reshelf-list>`;
      const element = far(
        `<p data-reshelf-item="x">x${inner}</p>`.replaceAll("p", "div") + '<div data-reshelf-item="y">y</div>',
      );
      await turn(element);
      const outer = [...element.children].map(({ dataset }) => dataset.reshelfItem).join("");
      return [outer, texts(await turn(element.querySelector("reshelf-list")))];
    },
    ["yx", "21"],
  ],
  [
    "tiles that are added, taken away and drawn anew while the model loads",
    async ({ far, ul, texts, tile, turned, defineList, frames }) => {
      let come;
      defineList({ name: "slow-list", reranker: new Promise((done) => (come = done)) });
      const element = far(ul()).ownerDocument.createElement("slow-list");
      const list = document.querySelector("ul");
      list.replaceWith(element);
      element.append(list);
      element.update();
      list.insertAdjacentHTML("beforeend", tile("d"));
      list.firstChild.remove();
      list.firstChild.outerHTML = tile("b");
      come(turned);
      await frames(2);
      return texts(element);
    },
    "dcb",
  ],
  [
    "a tile that is drawn anew is in the place of the one before it",
    async ({ far, ul, turn, same, texts, tile }) => {
      const element = await turn(far(ul()));
      element.querySelector('[data-reshelf-item="b"]').outerHTML = tile("b", "B");
      return [texts(element), texts(await turn(element, same))];
    },
    ["cBa", "aBc"],
  ],
  [
    "a list whose tiles are all others begins anew",
    async ({ far, ul, turn, same, texts, tile }) => {
      const element = await turn(far(ul()));
      element.querySelector("ul").innerHTML = ["b", "a", "c"].map((id) => tile(id)).join("");
      return texts(await turn(element, same));
    },
    "bac",
  ],
  [
    "what the page sorts itself is the server's order from then on",
    async ({ far, ul, turn, same, texts }) => {
      const element = await turn(far(ul()));
      const list = element.querySelector("ul");
      list.append(list.children[1]);
      return [texts(element), texts(await turn(element, same)), texts(await turn(element))];
    },
    ["cab", "cab", "bac"],
  ],
  [
    "a node that is used for another item is another tile",
    async ({ far, ul, turn, same, texts, tile }) => {
      const element = await turn(far(ul()));
      const first = element.querySelector("li");
      Object.assign(first.dataset, { reshelfItem: "d" }) && (first.textContent = "d");
      return [texts(element), texts(await turn(element, same)), tile("d").length > 0];
    },
    ["dba", "abd", true],
  ],
  [
    "an id that comes twice is two tiles",
    async ({ far, ul, turn, texts, tile }) =>
      texts(await turn(far(ul(tile("a", "1") + tile("a", "2") + tile("b", "3"))))),
    "321",
  ],
  [
    "without ids nothing moves, and what has none stays between those that have",
    async ({ far, ul, turn, update, tile }) => {
      const none = await turn(far(ul("<li>1</li><li data-reshelf-item>2</li>")));
      const { tiles, moved, reason } = await update(none);
      const some = await turn(far(ul(`${tile("a")}<li>an advertisement</li>${tile("b")}`)));
      return [tiles, moved, reason, some.textContent];
    },
    [0, 0, null, "ban advertisementa"],
  ],
  [
    "text and comments between tiles stay where they are",
    async ({ far, ul, turn, tile }) =>
      [
        ...(await turn(far(ul(`0${tile("a")}<!--x-->1${tile("b")} 2 <b>3</b>${tile("c")}4`)))).querySelector("ul")
          .childNodes,
      ]
        .map((node) => (node.nodeType === 8 ? `(${node.data})` : node.textContent))
        .join(""),
    "0c(x)1b 2 3a4",
  ],
  [
    "rows of a table",
    async ({ far, turn, texts }) => {
      const row = (id) => `<tr data-reshelf-item="${id}"><td>${id}</td></tr>`;
      const element = far(
        `<table><thead><tr><th>h</th></tr></thead><tbody data-reshelf-list>${row(1)}${row(2)}</tbody></table>`,
      );
      return [texts(await turn(element)), element.querySelector("thead").textContent];
    },
    ["21", "h"],
  ],
  [
    "groups of a list of definitions",
    async ({ far, turn, texts }) => {
      const group = (id) => `<div data-reshelf-item="${id}"><dt>${id}</dt><dd>.</dd></div>`;
      return texts(await turn(far(`<dl data-reshelf-list>${group(1)}${group(2)}</dl>`)));
    },
    "2.1.",
  ],
  [
    "tiles without a box of their own stay once what is in them was seen",
    async ({ far, ul, turn, texts, frames }) => {
      const bare = (id) => `<li class="bare" data-reshelf-item="${id}"><b>${id}</b></li>`;
      const element = far(ul(["a", "b", "c"].map(bare).join("")));
      document.querySelector(".far").remove();
      const inSight = texts(await turn(element));
      await frames(5);
      document.body.insertAdjacentHTML("afterbegin", '<div class="far"></div>');
      scrollTo(0, 0);
      const later = texts(await turn(element));
      return [inSight, later, texts(await turn(far(ul(["a", "b"].map(bare).join("")))))];
    },
    ["abc", "abc", "ba"],
  ],
  [
    "in a shadow tree, what has the focus stays",
    async ({ far, ul, turn, texts, tile }) => {
      far("");
      const host = document.createElement("div");
      document.body.append(host);
      const shadow = host.attachShadow({ mode: "open" });
      shadow.innerHTML = `<reshelf-list>${ul(tile("a") + tile("b", "<input>") + tile("c") + tile("d"))}</reshelf-list>`;
      shadow.querySelector("input").focus({ preventScroll: true });
      const element = await turn(shadow.querySelector("reshelf-list"));
      return [texts(element), shadow.activeElement === shadow.querySelector("input")];
    },
    ["dca", true],
  ],
  [
    "tiles in the slot of a component",
    async ({ far, turn, texts, tile }) => {
      const element = far(`<section data-reshelf-list>${tile("a")}${tile("b")}</section>`);
      element.firstChild.attachShadow({ mode: "open" }).innerHTML = "<ul><slot></slot></ul>";
      return texts(await turn(element));
    },
    "ba",
  ],
  [
    "moved in the page, taken out and put in again, it remembers the server's order",
    async ({ far, ul, turn, update, turned, same, texts }) => {
      const element = await turn(far(ul()));
      const place = document.body.appendChild(document.createElement("main"));
      if (place.moveBefore) place.moveBefore(element, null);
      else place.append(element);
      const moved = texts(await turn(element, same));
      element.remove();
      element.reranker = turned;
      const out = (await update(element)).reason;
      document.body.append(element);
      await update(element);
      return [moved, out, texts(element)];
    },
    ["abc", null, "cba"],
  ],
  [
    "two elements on one model",
    async ({ far, ul, turn, texts }) => {
      far(ul());
      document.body.insertAdjacentHTML("beforeend", `<reshelf-list>${ul()}</reshelf-list>`);
      return Promise.all([...document.querySelectorAll("reshelf-list")].map(async (each) => texts(await turn(each))));
    },
    ["cba", "cba"],
  ],
  [
    "a frame goes on, or stays",
    async ({ far, ul, turn, tile, frames }) => {
      const element = far(ul(tile("a") + tile("b") + tile("c", "<iframe></iframe>")));
      await frames(3);
      const { contentWindow } = element.querySelector("iframe");
      contentWindow.mark = 1;
      await turn(element);
      await frames(3);
      return [element.querySelector("iframe").contentWindow.mark, element.querySelectorAll("li").length];
    },
    [1, 3],
  ],
  [
    "what was typed and chosen in forms",
    async ({ far, ul, turn, tile }) => {
      const inside =
        '<form><input name="t"><input type="checkbox" name="c"><input type="radio" name="r" value="1"><textarea name="l"></textarea><select name="s"><option>1<option>2</select></form>';
      const element = far(ul(tile("a") + tile("b") + tile("c", inside)));
      const { t, c, r, l, s } = element.querySelector("form").elements;
      Object.assign(t, { value: "x" }) && Object.assign(l, { value: "y" }) && Object.assign(s, { value: "2" });
      c.checked = r.checked = true;
      await turn(element);
      return [element.querySelector("li form") !== null, t.value, l.value, s.value, c.checked, r.checked];
    },
    [true, "x", "y", "2", true, true],
  ],
  [
    "a selection within what can be edited",
    async ({ far, turn, texts, tile }) => {
      const element = far(
        `<ul contenteditable data-reshelf-list>${["a", "bbb", "c", "d"].map((id) => tile(id)).join("")}</ul>`,
      );
      const { firstChild } = element.querySelectorAll("li")[1];
      getSelection().setBaseAndExtent(firstChild, 0, firstChild, 2);
      return [texts(await turn(element)), getSelection().toString()];
    },
    ["dbbbca", "bb"],
  ],
  [
    "an open dialog and what popped up stay open",
    async ({ far, ul, turn, tile }) => {
      const element = far(ul(tile("a") + tile("b", "<dialog>d</dialog>") + tile("c", "<p popover>p</p>") + tile("d")));
      const [dialog, popped] = [element.querySelector("dialog"), element.querySelector("[popover]")];
      dialog.showModal();
      dialog.close();
      dialog.show();
      popped.showPopover?.();
      await turn(element);
      return [dialog.open, popped.matches(":popover-open")];
    },
    [true, true],
  ],
  [
    "tiles that the browser does not draw so far",
    async ({ far, ul, turn, texts, frames }) => {
      const lazy = (id) => `<li class="lazy" data-reshelf-item="${id}">${id}</li>`;
      const element = far(ul(["a", "b", "c"].map(lazy).join("")));
      await frames(3);
      return texts(await turn(element));
    },
    "cba",
  ],
  [
    "tiles that a filter of the page's hides",
    async ({ far, ul, turn, texts, tile }) => {
      const element = far(ul());
      document.querySelector(".far").remove();
      element.querySelectorAll("li")[1].className = "gone";
      element.querySelector("ul").insertAdjacentHTML("beforeend", '<li class="far"></li>' + tile("d") + tile("e"));
      scrollTo(0, 0);
      return texts(await turn(element));
    },
    "aecdb",
  ],
  [
    "a strip from right to left: what is beside the window moves",
    async ({ far, turn, frames, tile }) => {
      const element = far(
        `<ul class="strip" dir="rtl" data-reshelf-list>${[1, 2, 3, 4, 5, 6].map((id) => tile(id)).join("")}</ul>`,
      );
      document.querySelector(".far").remove();
      await frames(3);
      const seen = [...element.querySelectorAll("li")].filter((each) => each.getBoundingClientRect().right > 0).length;
      const ids = [...(await turn(element)).querySelectorAll("li")].map(({ textContent }) => Number(textContent));
      const free = ids.slice(seen);
      return [
        seen > 1 && seen < 6,
        ids.slice(0, seen).every((id, at) => id === at + 1),
        free.every((id, at) => id === 6 - at),
      ];
    },
    [true, true, true],
  ],
  [
    "a list that scrolls in a box of its own keeps what it shows",
    async ({ far, turn, texts, tile, frames }) => {
      const element = far(
        `<ul class="box" data-reshelf-list>${Array.from("abcdefghijklmnopqrstuvwxyz", (id) => tile(id)).join("")}</ul>`,
      );
      document.querySelector(".far").remove();
      await frames(3);
      const after = texts(await turn(element));
      return [after.slice(0, 2), [...after].sort().join("") === "abcdefghijklmnopqrstuvwxyz", after.endsWith("z")];
    },
    ["ab", true, false],
  ],
  [
    "less motion: it moves at once, without a transition",
    async ({ far, ul, turn, texts }) => {
      const [media, begin] = [window.matchMedia, document.startViewTransition];
      let begun = 0;
      document.startViewTransition = () => (begun += 1);
      window.matchMedia = (query) => ({ matches: query.includes("reduced-motion") });
      const after = texts(await turn(far(ul(), "transition")));
      window.matchMedia = media;
      document.startViewTransition = begin;
      return [after, begun];
    },
    ["cba", 0],
  ],
  [
    "a browser without transitions",
    async ({ far, ul, turn, texts }) => {
      const begin = document.startViewTransition;
      document.startViewTransition = undefined;
      const after = texts(await turn(far(ul(), "transition")));
      document.startViewTransition = begin;
      return after;
    },
    "cba",
  ],
  [
    "a list that changes before its transition has begun stays as the page made it",
    async ({ far, ul, turn, texts, frames }) => {
      const begin = document.startViewTransition;
      let move;
      document.startViewTransition = (given) => (
        (move = given), { ready: Promise.reject(), finished: Promise.reject() }
      );
      const element = await turn(far(ul(), "transition"));
      document.startViewTransition = begin;
      element.querySelector("li").remove();
      move();
      await frames(2);
      return texts(element);
    },
    "bc",
  ],
  [
    "a model that fails, and one that changes the list while it ranks",
    async ({ far, ul, turn, turned, texts, frames, defineList }) => {
      defineList({ name: "failed-list", reranker: Promise.reject(new Error("no model")) });
      document.body.innerHTML = `<failed-list>${ul()}</failed-list>`;
      await frames(2);
      const failed = document.querySelector("failed-list").update().reason;
      const element = far(ul());
      const removes = (list) => {
        element.querySelector("li")?.remove();
        return turned.rerank(list);
      };
      await turn(element, { rerank: removes });
      return [failed, texts(element)];
    },
    ["no-reranker", "bc"],
  ],
  [
    "a page that changes the list, or asks again, when it hears of a move",
    async ({ far, ul, turn, texts }) => {
      const element = far(ul());
      const told = [];
      const again = () => void told.push(element.update().reason);
      element.addEventListener("reshelf-before", again);
      element.addEventListener("reshelf-after", again);
      await turn(element);
      const taken = far(ul());
      taken.addEventListener("reshelf-before", () => taken.querySelector("li").remove(), { once: true });
      return [told, texts(element), texts(await turn(taken))];
    },
    [["cancelled", "cancelled"], "cba", "bc"],
  ],
  [
    "five thousand tiles, and more at the end of an endless page",
    async ({ far, ul, turn, update, texts, tile }) => {
      const element = await turn(far(ul(Array.from({ length: 5000 }, (_, at) => tile(at, ",")).join(""))));
      const ids = () => [...element.querySelectorAll("li")].map(({ dataset }) => Number(dataset.reshelfItem));
      const first = ids();
      element.querySelector("ul").insertAdjacentHTML("beforeend", tile(5000) + tile(5001));
      await update(element);
      return [
        first.every((id, at) => id === 4999 - at),
        ids().every((id, at) => id === 5001 - at),
        texts(element).length > 0,
      ];
    },
    [true, true, true],
  ],
  [
    "a session that was set before the element was known",
    async ({ ul, turned, texts, defineList, frames }) => {
      document.body.innerHTML = `<div class="far"></div><early-list>${ul()}</early-list>`;
      document.querySelector("early-list").reranker = turned;
      defineList({ name: "early-list", reranker: new Promise(() => {}) });
      await frames(2);
      const element = document.querySelector("early-list");
      return [texts(element), Object.hasOwn(element, "reranker")];
    },
    ["cba", false],
  ],
  [
    "a copy of a page, as is kept for the way back, knows the server's order",
    async ({ far, ul, turn, same, texts }) => {
      const copy = (await turn(far(ul()))).cloneNode(true);
      document.querySelector("reshelf-list").replaceWith(copy);
      return [texts(copy), texts(await turn(copy, same))];
    },
    ["cba", "abc"],
  ],
  [
    "a page that nobody looks at, as tests make",
    async ({ ul, turn, texts, defineList }) => {
      const watch = window.IntersectionObserver;
      window.IntersectionObserver = undefined;
      document.body.innerHTML = `<div class="far"></div><blind-list>${ul()}</blind-list>`;
      defineList({ name: "blind-list", reranker: new Promise(() => {}) });
      const element = document.querySelector("blind-list");
      await turn(element);
      window.IntersectionObserver = watch;
      return texts(element);
    },
    "cba",
  ],
];

for (const browser of BROWSERS)
  for (const home of ["at once", "later"])
    test(`odd pages in ${browser}, with a session that answers ${home}`, (all) =>
      inPageOf(browser)(async (page) => {
        await page.evaluate(stage, home);
        for (const [name, act, expected] of CASES)
          await all.test(name, async () => assert.deepEqual(await page.evaluate(`(${act})(window.odd)`), expected));
      }));
