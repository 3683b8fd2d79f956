// The whole interface over the real engine: every argument, option and field in turn is replaced by every odd value, and a
// short run of the fuzzer, on the page's own thread and in a worker. Nothing throws, no candidate is lost, and the engine scores as before.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, describe, test } from "node:test";
import { fuzz } from "../../tests/fuzz/interface.mjs";
import { ODD } from "../../tests/fuzz/values.mjs";
import { loadModel } from "../dist/index.node.js";
import { endWorker, HOMES } from "./homes.mjs";

const MODEL = new URL("../../tests/golden/golden.safetensors", import.meta.url);
const load = (home) => HOMES[home]({ model: new Uint8Array(readFileSync(MODEL)), backend: "cpu" });

const page = await load("the page");
const ids = (await page.retrieve({ k: 12 })).map(({ id }) => id);
after(endWorker);
const list = () => ids.map((id, i) => ({ id, score: i % 5 }));

const CLUSTERED = new URL("../../tests/golden/clusters/golden.safetensors", import.meta.url);
const clustered = await loadModel({ model: new Uint8Array(readFileSync(CLUSTERED)), backend: "cpu" });

/** All of `passed` came back, each once, at its place. */
function whole(ranked, passed) {
  assert.equal(ranked.length, passed.length);
  assert.deepEqual(
    ranked.map(({ previousRank }) => previousRank).sort((a, b) => a - b),
    passed.map((_, i) => i + 1),
  );
  for (const { candidate, previousRank } of ranked) assert.ok(Object.is(candidate, passed[previousRank - 1]));
}

/** Each candidate at its place, as far as the list could be read. */
function partly(ranked) {
  assert.equal(new Set(ranked.map(({ previousRank }) => previousRank)).size, ranked.length);
  ranked.forEach(({ rank }, i) => assert.equal(rank, i + 1));
}

/** With the options of a list: all of it comes back, or the best as many as were asked for. */
function limited(ranked, limit) {
  const length =
    typeof limit === "number" && !Number.isNaN(limit)
      ? Math.min(ids.length, Math.max(0, Math.floor(limit)))
      : ids.length;
  assert.equal(ranked.length, length);
  partly(ranked);
}

const around = (odd) => [ids[0], odd, ids[5]];
const FIELDS = ["id", "score", "row", "category", "brand", "price", "title"];
const described = (i) => ({ id: `described ${i}`, category: "home/mugs", brand: "Zen", price: 3, title: "A blue mug" });
let number = 0;

for (const home of Object.keys(HOMES))
  describe(home, async () => {
    const reranker = await load(home);

    /** Scores of a fixed list in a fixed session, which must be the same after whatever was tried. */
    async function health() {
      await reranker.forget();
      for (const [at, i] of [3, 7, 1].entries()) await reranker.observe({ id: ids[i], type: "cart", at: 1000 * at });
      const scores = (await reranker.rerank(list())).map(({ score, previousRank }) => [score, previousRank]);
      const found = await reranker.retrieve({ k: 3 });
      assert.equal((await reranker.info()).status, "ready", JSON.stringify((await reranker.info()).reason));
      return { scores, found };
    }

    /** Each argument, option and field, and what to do with an odd value in its place. */
    const PLACES = {
      "observe(event)": async (odd) => await reranker.observe(odd),
      ...Object.fromEntries(
        [...FIELDS, "type", "at"].map((field) => [
          `observe({ ${field} })`,
          async (odd) => {
            const counts = await reranker.observe({ ...described(number++), at: 1, [field]: odd });
            if (!["id"].includes(field))
              assert.ok(Number.isInteger(counts), JSON.stringify((await reranker.info()).ignored));
          },
        ]),
      ),
      "rerank(candidates)": async (odd) => partly(await reranker.rerank(odd)),
      "rerank([candidate])": async (odd) => whole(await reranker.rerank(around(odd)), around(odd)),
      ...Object.fromEntries(
        FIELDS.map((field) => [
          `rerank([{ ${field} }])`,
          async (odd) => {
            const passed = around({ ...described(number++), [field]: odd });
            whole(await reranker.rerank(passed), passed);
            whole((await reranker.rerankMany([passed, passed]))[1], passed);
          },
        ]),
      ),
      "rerank(, options)": async (odd) => partly(await reranker.rerank(ids, odd)),
      "rerank(, { limit })": async (odd) => limited(await reranker.rerank(ids, { limit: odd }), odd),
      "rerank(, { by })": async (odd) => limited(await reranker.rerank(ids, { by: odd })),
      "rerankMany(lists)": async (odd) => (await reranker.rerankMany(odd)).forEach(partly),
      "rerankMany([list])": async (odd) => {
        const ranked = await reranker.rerankMany([ids, odd, ids]);
        assert.equal(ranked.length, 3);
        whole(ranked[0], ids);
        partly(ranked[1]);
        whole(ranked[2], ids);
      },
      "rerankMany(, options)": async (odd) => (await reranker.rerankMany([ids], odd)).forEach(partly),
      "rerankMany(, { limit })": async (odd) => limited((await reranker.rerankMany([[], ids], { limit: odd }))[1], odd),
      "retrieve(options)": async (odd) => assert.ok(Array.isArray(await reranker.retrieve(odd))),
      "retrieve({ k })": async (odd) => assert.ok(Array.isArray(await reranker.retrieve({ k: odd }))),
      "retrieve({ by })": async (odd) => assert.equal((await reranker.retrieve({ k: 4, by: odd })).length, 4),
      "retrieve({ filter })": async (odd) => {
        const found = reranker.retrieve({ k: 4, filter: odd });
        if (typeof odd === "function") await found.catch(() => undefined);
        else assert.equal((await found).length, 4);
      },
      "forget(what)": async (odd) => assert.ok(Number.isInteger(await reranker.forget(odd))),
      "forget({ event })": async (odd) => assert.ok(Number.isInteger(await reranker.forget({ event: odd }))),
      "forget({ item })": async (odd) => assert.ok(Number.isInteger(await reranker.forget({ item: odd }))),
      "forget({ id })": async (odd) => assert.ok(Number.isInteger(await reranker.forget({ id: odd }))),
      "restore(snapshot)": async (odd) => {
        assert.equal(typeof (await reranker.restore(odd)), "boolean");
        assert.deepEqual((await reranker.info()).events, []);
      },
      "consent(choice)": async (odd) => assert.equal(await reranker.consent(odd), undefined),
      ...Object.fromEntries(
        ["store", "share"].map((field) => [
          `consent({ ${field} })`,
          async (odd) => {
            await reranker.consent({ store: false, share: false });
            assert.equal(await reranker.consent({ [field]: odd }), undefined);
            assert.equal((await reranker.info()).consent[field], odd === true);
          },
        ]),
      ),
      "info(), cluster(), snapshot()": async (odd) => {
        JSON.stringify(await reranker.info(odd));
        assert.equal(await reranker.cluster(odd), null);
        assert.ok((await reranker.snapshot(odd)) instanceof Uint8Array);
      },
      "session(), dispose()": async (odd) => {
        const other = await reranker.session(odd);
        whole(await other.rerank(ids), ids);
        await other.dispose(odd);
        whole(await other.rerank(around(odd)), around(odd));
      },
      "as methods of it": async (odd) => {
        if (Object(odd) !== odd) return;
        whole(await Reflect.apply(reranker.rerank, odd, [ids]), ids);
        assert.ok(Number.isInteger(await Reflect.apply(reranker.observe, odd, [{ id: ids[0] }])));
      },
    };

    test("every argument may be any of the odd values: nothing throws, nothing is lost, the engine scores as before", async (context) => {
      assert.ok(Object.keys(ODD).length >= 40);
      const before = await health();
      assert.equal(before.scores.length, ids.length);
      for (const [place, attempt] of Object.entries(PLACES)) {
        await context.test(place, async () => {
          for (const [name, odd] of Object.entries(ODD)) {
            try {
              await attempt(odd());
              if (place !== "restore(snapshot)") continue;
            } catch (error) {
              throw new Error(`${place} with ${name}: ${error?.message}`, { cause: error });
            }
          }
          assert.deepEqual(await health(), before);
        });
      }
    });

    test("what the mutations found holds for a reranker without a model, too", async () => {
      const none = await reranker.session();
      await none.dispose();
      for (const odd of Object.values(ODD)) {
        await none.observe(odd());
        await none.forget(odd());
        await none.restore(odd());
        partly(await none.rerank(odd(), odd()));
        (await none.rerankMany(odd(), odd())).forEach(partly);
      }
    });

    test("rows of another training are refused once: the next call is as quick as without them", async () => {
      await reranker.forget();
      await reranker.observe({ id: ids[2] });
      const rows = Array.from({ length: 200 }, (_, i) => ({ id: `stale ${i}`, row: new Uint8Array(90) }));
      await reranker.rerank(rows);
      const { count, reason } = (await reranker.info()).refused.rows;
      assert.deepEqual([count, reason.code], [200, "row.foreign"]);
      await reranker.rerank(rows);
      assert.equal((await reranker.info()).refused.rows.count, 200);
      assert.ok(Number.isInteger(await reranker.observe(rows[0])));
      assert.deepEqual((await reranker.info()).events.at(-1).known, false);
    });

    test("event numbers never come twice, and a restored session begins with no names", async () => {
      await reranker.forget();
      const numbers = await Promise.all([0, 1, 2].map((i) => reranker.observe({ id: ids[i] })));
      await reranker.forget({ event: numbers[0] });
      assert.equal(await reranker.restore(await reranker.snapshot()), true);
      for (const { event } of (await reranker.info()).events) assert.ok(!numbers.includes(event));
      numbers.push(...(await reranker.info()).events.map(({ event }) => event));
      await reranker.forget();
      assert.ok(!numbers.includes(await reranker.observe({ id: ids[0] })));
    });

    test("what one shopper's candidates said counts for nobody after restore()", async () => {
      const ask = async (each) =>
        await each.rerank([{ id: "told of", category: "home/mugs", title: "Blue mug" }, ...ids]);
      const [clean, used] = [await reranker.session(), await reranker.session()];
      await clean.observe({ id: ids[4] });
      const snapshot = await clean.snapshot();
      await used.rerank([{ id: "told of", category: "lamps", price: 250 }, "another"]);
      await used.observe({ id: "told of" });
      assert.equal(await used.restore(snapshot.buffer), true);
      assert.deepEqual(
        (await ask(used)).map(({ score }) => score),
        (await ask(clean)).map(({ score }) => score),
      );
    });
  });

test("a page that names items without end keeps on observing them", () => {
  const visit = page.session();
  for (let list = 0; list < 75; list++) {
    const fresh = Array.from({ length: 1000 }, (_, i) => ({ id: `list ${list}, ${i}`, title: `Mug ${i}` }));
    visit.rerank(fresh);
    if (list % 10 === 9) assert.ok(Number.isInteger(visit.observe(fresh[list])), JSON.stringify(visit.info().ignored));
  }
  assert.equal(visit.info().events.length, 7);
  assert.equal(visit.info().ignored.count, 0);
  assert.ok(visit.info().events.every(({ known, id }) => known && id !== ""));
  visit.dispose();
});

test("3,000 random calls leave nothing thrown, lost or stopped", async () => {
  const seed = Number(process.env.SEED ?? Date.now() & 0x7fffffff);
  const done = await fuzz({ calls: 3000, seed }).catch((error) => assert.fail(`seed ${seed}: ${error.stack}`));
  assert.equal(done.calls, 3000);
});

test("a page of a category, of a brand and of a cluster is told without an item", async () => {
  const { version: model } = clustered.info().model;
  const one = clustered.session();
  const ids = (await one.retrieve({ k: 60 })).map(({ id }) => id);
  const order = () => one.rerank(ids, { by: "similarity" }).map(({ candidate }) => candidate);
  const { clusters } = one.cluster();
  const tops = new Set();
  let told = 0;
  for (let taste = 0; taste < clusters; taste++) {
    assert.notEqual(one.observe({ type: "browse", taste }), null);
    assert.equal(one.cluster().model, model);
    told += one.cluster().cluster === taste;
    const [{ about, id, type, known }] = one.info().events;
    assert.deepEqual({ about, id, type, known }, { about: "taste", id: String(taste), type: "browse", known: true });
    tops.add(order()[0]);
    const before = order();
    const snapshot = one.snapshot();
    one.forget();
    assert.deepEqual(order(), ids);
    assert.ok(one.restore(snapshot));
    assert.deepEqual(order(), before);
    one.forget();
  }
  // The golden model's centres are drawn, and two of them alike.
  assert.ok(told >= clusters - 1, `${told} of ${clusters}`);
  assert.ok(tops.size > clusters / 2, "each cluster has favourites of its own");
  // The first that is named counts; what no cluster has is noted and says nothing.
  one.observe({ type: "browse", category: "home", brand: "Rill", taste: 1 });
  one.observe({ type: "browse", brand: "Rill", taste: 1 });
  one.observe({ type: "browse", taste: clusters });
  assert.deepEqual(
    one.info().events.map(({ about, id }) => [about, id]),
    [
      ["category", "home"],
      ["brand", "Rill"],
      ["taste", String(clusters)],
    ],
  );
  assert.deepEqual(one.info().events.at(-1).known, false);
  for (const event of [{}, { taste: "" }, { taste: {} }, { id: ids[0] }])
    assert.equal(one.observe({ type: "browse", ...event }), null);
  assert.equal(one.info().ignored.reason.code, "event.missing_subject");
});
