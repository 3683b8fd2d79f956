// `<reshelf-list>` with what ranks elsewhere and answers later: what happens in the page between question and answer counts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BROWSERS, inPageOf } from "./element_page.mjs";

/** Runs in the page: a list below the window, and a session that answers each question when, and with what, a case says. */
const stage = () => {
  const { defineList, tile, frames, events } = window.shop;
  defineList({ reranker: new Promise(() => {}) });
  const style = new CSSStyleSheet();
  style.replaceSync(".far { height: 5000px }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, style];
  const answering = (info) => {
    const questions = [];
    const rerank = (list) => new Promise((done, failed) => questions.push({ list, done, failed }));
    return { questions, rerank, ...(info && { info }) };
  };
  const far = (attributes = "", inside = "") => {
    scrollTo(0, 0);
    events.length = 0;
    const tiles = ["a", "b", "c", "d"].map((id) => tile(id, inside && `${id}${inside}`)).join("");
    document.body.innerHTML = `<div class="far"></div><reshelf-list ${attributes}><ul data-reshelf-list>${tiles}</ul></reshelf-list>`;
    const element = document.querySelector("reshelf-list");
    element.reranker = answering();
    return element;
  };
  const text = (element) => [...element.querySelectorAll("li")].map(({ dataset }) => dataset.reshelfItem).join("");
  /** What the page does on hearing of the answer is done a task later. */
  const answer = async (element, at, given = (list) => [...list].reverse()) => {
    const { list, done } = element.reranker.questions[at];
    done(given(list));
    await new Promise((next) => setTimeout(next));
    return text(element);
  };
  const told = () => events.map(([type, { moved, kept }]) => `${type.slice(8)} ${moved} ${kept}`);
  window.late = { answering, far, text, answer, told, tile, frames };
};

/** In the page, each alone: [what it is, what is done there, what comes of it]. */
const CASES = [
  [
    "the list is the server's until the answer is there; the page hears of the move then, and may say no",
    async ({ far, text, answer, told }) => {
      const element = far();
      const { reason } = element.update();
      const before = [text(element), told()];
      element.addEventListener("reshelf-before", (event) => event.preventDefault(), { once: true });
      const cancelled = await answer(element, 1);
      const refused = [cancelled, told()];
      element.update();
      return [reason, before, refused, await answer(element, 2), told()];
    },
    ["pending", ["abcd", []], ["abcd", ["before 4 0"]], "dcba", ["before 4 0", "before 4 0", "after 4 0"]],
  ],
  [
    "what was asked last counts, whichever answer comes first",
    async ({ far, answer, told }) => {
      const element = far();
      element.update();
      const orders = [await answer(element, 1, ([a, b, c, d]) => [b, a, d, c]), await answer(element, 0)];
      element.update();
      element.update();
      orders.push(await answer(element, 2), await answer(element, 3, (list) => list));
      return [orders, told()];
    },
    [
      ["badc", "badc", "badc", "abcd"],
      ["before 4 0", "after 4 0", "before 4 0", "after 4 0"],
    ],
  ],
  [
    "an element that was taken out, or whose session was replaced or taken away, moves nothing by the former",
    async ({ far, text, answer, answering, told }) => {
      const out = far();
      out.remove();
      const orders = [await answer(out, 0)];
      for (const next of [null, answering()]) {
        const element = far();
        const { questions } = element.reranker;
        element.reranker = next;
        questions[0].done([...questions[0].list].reverse());
        await new Promise((done) => setTimeout(done));
        orders.push(text(element));
      }
      return [orders, told()];
    },
    [["abcd", "abcd", "abcd"], []],
  ],
  [
    "one that is put elsewhere takes the order",
    async ({ far, answer, frames }) => {
      const element = far();
      document.body.append(element);
      await frames(1);
      return answer(element, 0);
    },
    "dcba",
  ],
  [
    "a list that has changed meanwhile is not put in the order of the one before: the next question is about it",
    async ({ far, answer, told, tile }) => {
      const changes = {
        added: (list) => list.insertAdjacentHTML("beforeend", tile("e")),
        "taken away": (list) => list.lastChild.remove(),
        sorted: (list) => list.append(list.firstChild),
        "drawn anew": (list) => (list.firstChild.outerHTML = tile("a")),
        "used for another item": (list) => (list.firstChild.dataset.reshelfItem = "e"),
        "in another list": (list) => {
          const other = list.cloneNode();
          list.replaceWith(other);
          other.append(...list.childNodes);
        },
        "without its mark": (list) => list.closest("reshelf-list").setAttribute("item", "p"),
      };
      const orders = {};
      for (const [name, change] of Object.entries(changes)) {
        const element = far();
        change(element.querySelector("ul"));
        orders[name] = [await answer(element, 0), told().length];
        element.removeAttribute("item");
        element.update();
        orders[name].push(await answer(element, 1), told().length);
      }
      return orders;
    },
    {
      added: ["abcde", 0, "edcba", 2],
      "taken away": ["abc", 0, "cba", 2],
      sorted: ["bcda", 0, "adcb", 2],
      "drawn anew": ["abcd", 0, "dcba", 2],
      "used for another item": ["ebcd", 0, "edcb", 2],
      "in another list": ["abcd", 0, "dcba", 2],
      "without its mark": ["abcd", 0, "dcba", 2],
    },
  ],
  [
    "what the shopper uses, and has seen, is looked at when the answer is there",
    async ({ far, answer, told, frames }) => {
      const element = far("", "<input>");
      element.querySelectorAll("input")[1].focus({ preventScroll: true });
      const focused = await answer(element, 0);
      const seen = far();
      seen.scrollIntoView();
      document.querySelector(".far").remove();
      await frames(5);
      return [focused, await answer(seen, 0), told()];
    },
    ["dbca", "abcd", []],
  ],
  [
    "an answer that fails, never comes, or is none leaves the server's order; one of no events as well",
    async ({ far, text, answer, answering }) => {
      const element = far();
      const { questions } = element.reranker;
      questions[0].failed(new Error("no"));
      const orders = [];
      for (const given of [() => null, (list) => list.slice(1), () => [{}]]) {
        element.update();
        orders.push(await answer(element, questions.length - 1, given));
      }
      const wait = () => new Promise((done) => setTimeout(done));
      const informed = async (info) => {
        const next = far();
        next.reranker = answering(info);
        await wait();
        const asked = next.reranker.questions.length;
        return [asked, asked ? await answer(next, 0) : text(next)];
      };
      const none = null; // Reading it throws.
      const open = new Promise(() => {});
      return [
        orders,
        await informed(async () => ({ events: [] })),
        await informed(async () => ({ events: [1] })),
        await informed(() => Promise.reject(new Error("no"))),
        await informed(() => open),
        // biome-ignore lint/suspicious/noThenProperty: one that cannot be read is what this is about
        await informed(() => Object.defineProperty({}, "then", { get: () => none.at(0) })),
      ];
    },
    [
      ["abcd", "abcd", "abcd"],
      [0, "abcd"],
      [1, "dcba"],
      [1, "dcba"],
      [0, "abcd"],
      [1, "dcba"],
    ],
  ],
  [
    "a transition that has not begun when another order is asked for moves nothing",
    async ({ far, text, answer }) => {
      const begin = document.startViewTransition;
      const moves = [];
      document.startViewTransition = (move) => (
        moves.push(move), { ready: Promise.reject(), finished: Promise.reject() }
      );
      const element = far("transition");
      await answer(element, 0);
      element.update();
      moves[0]();
      const first = text(element);
      await answer(element, 1, ([a, b, c, d]) => [b, a, c, d]);
      moves[1]();
      document.startViewTransition = begin;
      return [first, text(element), moves.length];
    },
    ["abcd", "bacd", 2],
  ],
];

/** Runs in the page: one session in both homes, each with a list of 40 below the window. */
async function inBothHomes(model) {
  const { defineList, tile, frames, shifts } = window.shop;
  const orders = [];
  let homes;
  for (const entry of ["/reshelf/index.js", "/reshelf/worker.js"]) {
    const reranker = await (await import(entry)).loadReranker({ model });
    const ids = (await reranker.retrieve({ k: 40 })).map(({ id }) => id);
    homes = (await reranker.info()).home;
    const tiles = ids.map((id) => tile(id)).join("");
    document.body.innerHTML = `<div class="far"></div><reshelf-list><ul data-reshelf-list>${tiles}</ul></reshelf-list>`;
    document.querySelector(".far").style.height = "5000px";
    const element = document.querySelector("reshelf-list");
    const order = () => [...element.querySelectorAll("li")].map(({ dataset }) => dataset.reshelfItem).join();
    const moved = new Promise((done) => element.addEventListener("reshelf-after", done, { once: true }));
    defineList({ reranker: new Promise(() => {}) });
    element.reranker = reranker;
    // Nothing to go by yet: nothing of it moves.
    await reranker.info();
    await frames(2);
    const first = order() === ids.join();
    reranker.observe({ id: ids[30], at: 1 });
    element.update();
    const { detail } = await moved;
    orders.push({ first, order: order(), detail, isNew: order() !== ids.join() });
  }
  return { orders, home: homes, shifts };
}

for (const browser of BROWSERS) {
  test(`what happens before an answer is there, in ${browser}`, (all) =>
    inPageOf(browser)(async (page) => {
      await page.evaluate(stage);
      for (const [name, act, expected] of CASES)
        await all.test(name, async () => assert.deepEqual(await page.evaluate(`(${act})(window.late)`), expected));
    }));

  test(`a list in ${browser} comes in the same order from a worker, under the strict policy`, () =>
    inPageOf(browser)(async (page) => {
      const { orders, home, shifts } = await page.evaluate(inBothHomes, "/golden/golden.safetensors");
      assert.deepEqual(home, { where: "worker", reason: null });
      assert.deepEqual(orders[1], orders[0]);
      assert.ok(orders[0].first && orders[0].isNew, "the session decides");
      assert.deepEqual(shifts, []);
    }));
}
