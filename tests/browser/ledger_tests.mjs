// The tests of a ledger on a device that a browser must pass, whichever opens the tabs (withTabs or withFirefoxTabs): it
// outlives a reload, is one for all tabs, and is not there before it may be.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

const WEEK = 7 * 86_400_000;
const START = Date.UTC(2026, 8, 3);
const MODEL = "/golden/clusters/golden.safetensors";

/** Runs in a page: loads the model and the entry, and lets the shopper see something. */
async function open([model, share]) {
  const { loadReranker } = await import("/reshelf/index.js");
  const privacy = await import("/reshelf/privacy/index.js");
  const reranker = await loadReranker({ model, backend: "cpu" });
  if (reranker.info().status !== "ready") throw new Error(reranker.info().reason.message);
  reranker.observe({ id: 10 });
  const source = {
    cluster: reranker.cluster,
    info: () => ({ ...reranker.info(), consent: { share: window.share } }),
  };
  Object.assign(window, { share, reranker, privacy, source });
}

/** Runs in a page: what a token's call answers at this time, and the ledger after it. */
async function ask([at, options]) {
  Date.now = () => at;
  const taste = window.privacy.tasteTokens(window.source, options);
  const token = await taste.token();
  const code = taste.info().reason?.code ?? null;
  const { spent } = (await taste.ledger()) ?? {};
  return { token, code, spent };
}

const databases = (page) => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));

/** @param {typeof import("./harness.mjs").withTabs} withTabs */
export function ledgerTests(name, withTabs) {
  /** Two tabs of one browser. */
  const inTwoTabs = (use, share = true) =>
    withTabs(async ({ open: openTab, requests, problems }) => {
      const [page, other] = [await openTab(), await openTab()];
      for (const tab of [page, other]) await tab.evaluate(open, [MODEL, share]);
      await use(page, other, requests);
      for (const tab of [page, other]) assert.deepEqual(await tab.evaluate(() => window.violations), []);
      assert.deepEqual(problems, []);
    });

  describe(name, () => {
    test("the ledger refuses past the cap, also in a second tab and after a reload", () =>
      inTwoTabs(async (page, other) => {
        const options = { epsilon: 3, cap: 9 };
        const first = await page.evaluate(ask, [START, options]);
        assert.deepEqual([first.code, first.spent], [null, 3]);
        assert.deepEqual(await other.evaluate(ask, [START + 1, options]), first, "one token for both tabs");
        await page.reload({ waitUntil: "load" });
        await page.evaluate(open, [MODEL, true]);
        assert.deepEqual(await page.evaluate(ask, [START + 2, options]), first, "and after a reload");

        const second = await other.evaluate(ask, [START + WEEK, options]);
        assert.deepEqual([second.token.epoch, second.spent], [first.token.epoch + 1, 6]);
        assert.deepEqual(await page.evaluate(ask, [START, options]), second, "a clock that is behind draws nothing");
        assert.equal((await page.evaluate(ask, [START + 2 * WEEK, options])).spent, 9);

        const refused = { token: null, code: "token.spent", spent: 9 };
        assert.deepEqual(await page.evaluate(ask, [START + 3 * WEEK, options]), refused);
        assert.deepEqual(await other.evaluate(ask, [START + 3 * WEEK, options]), refused);
        for (const tab of [page, other]) await tab.reload({ waitUntil: "load" });
        await other.evaluate(open, [MODEL, true]);
        assert.deepEqual(await other.evaluate(ask, [START + 4 * WEEK, options]), refused);
      }));

    test("tabs that ask at the same time get one token and spend once", () =>
      inTwoTabs(async (page, other) => {
        const options = { epsilon: 0.1, epochDays: 1, cap: 100 };
        for (let day = 0; day < 25; day++) {
          const at = START + (day * WEEK) / 7;
          const many = ([at, options]) => {
            Date.now = () => at;
            const asked = Array.from({ length: 6 }, () => window.privacy.tasteTokens(window.source, options).token());
            return Promise.all(asked);
          };
          const found = await Promise.all([page, other].map((tab) => tab.evaluate(many, [at, options])));
          const tokens = found.flat();
          assert.equal(tokens.length, 12);
          for (const token of tokens) assert.deepEqual(token, tokens[0]);
          const { spent } = await page.evaluate(ask, [at, options]);
          assert.ok(Math.abs(spent - (day + 1) / 10) < 1e-9, `${spent} after ${day + 1} days`);
        }
      }));

    test("nothing is on the device before there is consent and something to tell", () =>
      inTwoTabs(async (page, _, requests) => {
        const options = { epsilon: 3 };
        assert.equal((await page.evaluate(ask, [START, options])).code, "token.consent");
        assert.deepEqual(await databases(page), [], "nor does reading the ledger make one");
        const forgotten = await page.evaluate(() => window.privacy.tasteTokens(window.source, { epsilon: 3 }).forget());
        assert.equal(forgotten, true);
        assert.deepEqual(await databases(page), []);
        await page.evaluate(() => {
          window.share = true;
        });
        const before = requests.length;
        const { token } = await page.evaluate(ask, [START, options]);
        assert.deepEqual(await databases(page), ["reshelf-ledger"]);
        const kept = await page.evaluate(async () => {
          const opening = indexedDB.open("reshelf-ledger");
          await new Promise((done) => (opening.onsuccess = done));
          const table = opening.result.transaction("ledger").objectStore("ledger");
          const [keys, values] = [table.getAllKeys(), table.getAll()];
          await new Promise((done) => (table.transaction.oncomplete = done));
          opening.result.close();
          return { keys: keys.result, values: values.result };
        });
        const until = (token.epoch + 1) * WEEK;
        const epochs = [{ epoch: token.epoch, epsilon: 3 }];
        assert.deepEqual(kept, { keys: ["taste"], values: [{ version: 1, spent: 3, epochs, token, until }] });
        await new Promise((done) => setTimeout(done, 300));
        assert.deepEqual(requests.slice(before), [], "and no request");
      }, false));

    test("a device that cannot keep a ledger, or never answers, gets no token", () =>
      inTwoTabs(async (page) => {
        const broken = async (how) => {
          const own = IDBFactory.prototype.open;
          IDBFactory.prototype.open = {
            throws() {
              throw new DOMException("The operation is insecure.", "SecurityError");
            },
            silent: () => ({}),
            full(...given) {
              const put = IDBObjectStore.prototype.put;
              IDBObjectStore.prototype.put = function () {
                IDBObjectStore.prototype.put = put;
                this.transaction.abort();
                return {};
              };
              return own.apply(this, given);
            },
          }[how];
          const taste = window.privacy.tasteTokens(window.source, { epsilon: 3 });
          const token = await taste.token();
          IDBFactory.prototype.open = own;
          return [token, taste.info().reason?.code];
        };
        for (const how of ["throws", "full", "silent"])
          assert.deepEqual(await page.evaluate(broken, how), [null, "token.failed"], how);
        const { code, spent } = await page.evaluate(ask, [START, { epsilon: 3 }]);
        assert.deepEqual([code, spent], [null, 3], "none of that was spent");
      }));
  });
}
