// `reshelf/worker` in a browser: each visit gets what `withTabs` gives. They run in Chromium (worker.test.mjs) and in Firefox.
import assert from "node:assert/strict";
import { POLICY } from "../serve.mjs";

const MODEL = "/golden/golden.safetensors";

/** Runs in the page: the same session in both homes. */
async function compared({ model, options = {} }) {
  const [here, there] = await Promise.all(
    ["/reshelf/index.js", "/reshelf/worker.js"].map(async (entry) =>
      (await import(entry)).loadReranker({ model, ...options }),
    ),
  );
  const ids = (await here.retrieve({ k: 60 })).map(({ id }) => id);
  const list = ids.map((id, at) => ({ id, score: at % 5, node: document.createElement("li") }));
  const answers = [];
  const { policy } = await import("/reshelf/slate/index.js");
  const rules = [
    { kind: "pin", item: ids[40], position: 1 },
    { kind: "hide", match: { inPage: true, score: 1 } },
  ];
  // The page's own elements cannot cross.
  const shop = policy({ rules }, { fields: { inPage: ({ node }) => node instanceof HTMLElement, score: "score" } });
  for (const reranker of [here, there]) {
    for (const id of [ids[30], ids[11]]) reranker.observe({ id, at: 1 });
    const ranked = await reranker.rerank(list);
    const found = await reranker.retrieve({ k: 9, filter: (id) => id !== ids[0] && id !== ids[30] });
    const same = ranked.every(({ candidate, previousRank }) => candidate === list[previousRank - 1]);
    const { status, reason, backend } = await reranker.info();
    const order = ranked.map(({ score, previousRank }) => [score, previousRank]);
    const arranged = (await reranker.rerank(list, { policy: shop })).map(({ previousRank, mark }) => [
      previousRank,
      mark,
    ]);
    const { removed } = (await reranker.info()).lastList;
    if (arranged[0][1] !== "pinned" || removed.length !== 12) throw new Error(`${arranged[0]} ${removed.length}`);
    answers.push({ arranged, removed, order, found, same, status, reason, backend });
  }
  return { answers, home: (await there.info()).home };
}

export const VISITS = {
  "a worker ranks as the page does, under the strict policy, and the page asks for nothing of the engine": {
    async visit({ open, requests, problems }) {
      const page = await open();
      const home = await page.evaluate(async (model) => {
        const { loadReranker } = await import("/reshelf/worker.js");
        window.there = await loadReranker({ model });
        return (await window.there.info()).home;
      }, MODEL);
      assert.deepEqual(home, { where: "worker", reason: null });
      // Scripts of a worker are not among Firefox's requests of the page.
      const own = requests.filter((address) => address.startsWith("/reshelf/"));
      assert.equal(own[0], "/reshelf/worker.js");
      assert.ok(!own.includes("/reshelf/index.js"), own.join());
      const { answers } = await page.evaluate(compared, { model: MODEL });
      assert.equal(answers[1].status, "ready", answers[1].reason?.message);
      assert.deepEqual(answers[1], answers[0]);
      assert.ok(answers[0].same);
      assert.deepEqual(await page.evaluate(() => window.violations), []);
      assert.deepEqual(problems, []);
    },
  },

  "where the policy forbids workers, or the script is not there, the engine runs in place and says why": {
    policy: POLICY.replace("worker-src 'self'", "worker-src 'none'"),
    async visit({ open }) {
      const page = await open();
      const { answers, home } = await page.evaluate(compared, { model: MODEL });
      assert.deepEqual(answers[1], answers[0]);
      assert.deepEqual([home.where, home.reason.code], ["page", "worker.failed"]);
      assert.match(home.reason.message, /worker-src 'self'/);
      const order = await page.evaluate(async (model) => {
        const { loadReranker } = await import("/reshelf/worker.js");
        const none = await loadReranker({ model, inPlace: false });
        const ranked = await none.rerank(["b", "a"]);
        return [(await none.info()).reason.code, ...ranked.map(({ candidate }) => candidate)];
      }, MODEL);
      assert.deepEqual(order, ["worker.failed", "b", "a"]);
    },
  },

  "an address that a bundler rewrote, a script of another origin and a page in place of a script count as not started":
    {
      async visit({ open }) {
        const page = await open();
        for (const worker of ["/moved/worker-thread.js", "/index.html", "https://cdn.example/worker-thread.js"]) {
          const { answers, home } = await page.evaluate(compared, { model: MODEL, options: { worker } });
          assert.deepEqual(answers[1], answers[0]);
          assert.deepEqual([home.where, home.reason.code], ["page", "worker.failed"], worker);
        }
        const { answers, home } = await page.evaluate(compared, {
          model: MODEL,
          options: { worker: "/reshelf/worker-thread.js" },
        });
        assert.equal(home.where, "worker");
        assert.deepEqual(answers[1], answers[0]);
      },
    },

  "a session on the device goes on from a worker to the page, and from there to a worker": {
    async visit({ open }) {
      const page = await open();
      const visit = async (tab, entry, id) =>
        tab.evaluate(
          async ({ entry, model, id }) => {
            const { loadReranker } = await import(entry);
            const reranker = await loadReranker({ model, store: "device" });
            const { store, events } = await reranker.info();
            await reranker.consent({ store: true });
            await reranker.observe({ id });
            for (let tries = 0; tries < 600 && !(await reranker.info()).store.saved; tries++)
              await new Promise((done) => setTimeout(done, 20));
            return { kind: store.kind, seen: events.map((event) => event.id), after: (await reranker.info()).store };
          },
          { entry, model: MODEL, id },
        );
      const first = await visit(page, "/reshelf/worker.js", "one");
      assert.deepEqual([first.seen, first.after.kind, first.after.saved], [[], "device", true]);
      const [second, third] = [await open(), await open()];
      assert.deepEqual((await visit(second, "/reshelf/index.js", "two")).seen, ["one"]);
      assert.deepEqual((await visit(third, "/reshelf/worker.js", "three")).seen, ["one", "two"]);
      const tab = await page.evaluate(async (model) => {
        const { loadReranker } = await import("/reshelf/worker.js");
        return (await (await loadReranker({ model, store: "tab" })).info()).store;
      }, MODEL);
      assert.deepEqual([tab.kind, tab.reason.code], ["memory", "store.unsupported"]);
      assert.match(tab.reason.message, /store: "device"/);
    },
  },

  "a worker that the page ends leaves the server's order": {
    async visit({ open }) {
      const page = await open();
      const told = await page.evaluate(async (model) => {
        const { loadReranker } = await import("/reshelf/worker.js");
        const worker = new Worker("/reshelf/worker-thread.js", { type: "module" });
        const reranker = await loadReranker({ model, worker });
        const ready = (await reranker.info()).status;
        worker.terminate();
        // Twenty seconds of patience pass in a fifth of one.
        const { setTimeout } = window;
        window.setTimeout = (call, milliseconds) => setTimeout(call, milliseconds / 100);
        const order = (await reranker.rerank(["b", "a"])).map(({ candidate }) => candidate);
        return [ready, ...order, (await reranker.info()).reason.code];
      }, MODEL);
      assert.deepEqual(told, ["ready", "b", "a", "worker.lost"]);
    },
  },
};
