// A session beyond its page in Chromium: the visits that every browser makes, and what becomes of pages that are put away, or may
// store nothing. store_crash.test.mjs has those that are killed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withTabs } from "./harness.mjs";
import { agreed, begin, observe, seen } from "./store_steps.mjs";
import { interleavings, VISITS } from "./store_visits.mjs";

for (const [name, visit] of Object.entries(VISITS)) test(name, () => withTabs(visit));

test("two tabs and a worker have one session after each of a thousand interleavings", () =>
  // Two shoppers at once: each waits for the other tabs most of the time.
  Promise.all([0, 500].map((first) => withTabs((tabs) => interleavings(tabs, 500, first)))));

const info = (page) => page.evaluate(async () => (await import("/store.js")).reranker.info().store);

test("after loading nothing is asked for, whatever is kept and told, and the policy is kept", () =>
  withTabs(async ({ open, requests, problems }) => {
    const [page, tab] = [await open(), await open()];
    await agreed(page);
    await agreed(tab);
    const loaded = requests.length;
    await observe(page, 1, 2, 3);
    await page.evaluate(async () => {
      const { ids, reranker, saved } = await import("/store.js");
      for (let i = 0; i < 40; i++) {
        reranker.observe({ id: ids[i], type: i % 2 ? "impression" : "cart" });
        if (i % 4 === 0) await saved();
      }
      dispatchEvent(new Event("pagehide"));
      dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
      reranker.forget({ event: reranker.info().events[0].event });
      await saved();
      reranker.consent({ store: false });
    });
    await page.waitForTimeout(500);
    assert.deepEqual(requests.slice(loaded), []);
    for (const each of [page, tab]) assert.deepEqual(await each.evaluate(() => window.violations), []);
    assert.deepEqual(problems, []);
  }));

test("a page that is loaded without a store fetches nothing for one", () =>
  withTabs(async ({ open, requests }) => {
    const page = await open();
    await begin(page, "memory");
    assert.deepEqual(
      requests.filter((address) => address.includes("session")),
      [],
    );
  }));

test("a page out of the back/forward cache has what others did meanwhile, and what it did itself", () =>
  withTabs(async ({ open, address }) => {
    const page = await open();
    await agreed(page);
    await observe(page, 1, 2);
    await page.evaluate(() => {
      window.cached = false;
      addEventListener("pageshow", ({ persisted }) => (window.cached = persisted));
    });
    await page.goto(`${address}/?next`, { waitUntil: "load" });
    await begin(page);
    await observe(page, 3);
    await page.evaluate(async () => {
      const { ids, reranker, saved } = await import("/store.js");
      reranker.forget(ids[1]);
      await saved();
    });
    const tab = await open();
    await begin(tab);
    await observe(tab, 4);
    await page.goBack({ waitUntil: "commit" });
    assert.equal(await page.evaluate(() => window.cached), true, "the page was in the cache");
    assert.deepEqual(await seen(page, 3), [2, 3, 4]);
    // It listens again, and is listened to.
    await observe(tab, 5);
    assert.deepEqual(await seen(page, 4), [2, 3, 4, 5]);
    await observe(page, 6);
    assert.deepEqual(await seen(tab, 5), [2, 3, 4, 5, 6]);
    // While a page lies in the cache the shopper withdraws; then everything is erased, and stays so.
    await page.goForward({ waitUntil: "commit" });
    await page.evaluate(async () => (await import("/store.js")).reranker.consent({ store: false }));
    await page.goBack({ waitUntil: "commit" });
    const after = await page.evaluate(async () => {
      const { ids, reranker, traces, until } = await import("/store.js");
      const { consent } = await until(({ consent }) => !consent.store);
      reranker.observe({ id: ids[9] });
      await new Promise((done) => setTimeout(done, 300));
      // A database that others have open still goes once they have closed it.
      for (let i = 0; i < 50 && (await traces()).databases.length > 0; i++)
        await new Promise((done) => setTimeout(done, 100));
      return { consent, databases: (await traces()).databases };
    });
    assert.deepEqual(after, { consent: { store: false, share: false }, databases: [] });
  }));

test("a page that was prerendered, frozen or hidden reads what it may have missed", () =>
  withTabs(
    async ({ open }) => {
      const [page, tab] = [await open(), await open()];
      // Without a channel there is only the store.
      await agreed(tab);
      await begin(page);
      let count = 0;
      for (const type of ["prerenderingchange", "resume", "visibilitychange"]) {
        await observe(tab, count);
        count += 1;
        assert.equal((await seen(page, count - 1)).length, count - 1, "it has not heard of it");
        await page.evaluate((type) => document.dispatchEvent(new Event(type)), type);
        assert.equal((await seen(page, count)).length, count, type);
      }
      // What it writes, it writes to what is there.
      await observe(tab, 30);
      await observe(page, 31);
      assert.deepEqual((await seen(page, count + 2)).slice(-2), [30, 31]);
    },
    { before: () => delete globalThis.BroadcastChannel },
  ));

test("a page that is frozen holds nothing open, hears nothing, and finds what others did", () =>
  withTabs(async ({ open }) => {
    const [page, tab] = [await open(), await open()];
    await agreed(page);
    await agreed(tab);
    await observe(page, 1);
    assert.deepEqual(await seen(tab, 1), [1]);
    // No driver freezes a page that it keeps in front: the events are ours, and what they do is the browser's.
    const closed = await page.evaluate(async () => {
      const closed = [];
      for (const { prototype } of [IDBDatabase, BroadcastChannel]) {
        const { close } = prototype;
        prototype.close = function () {
          closed.push(this.name);
          close.call(this);
        };
      }
      document.dispatchEvent(new Event("freeze"));
      await new Promise((done) => setTimeout(done, 300));
      return closed.sort();
    });
    assert.deepEqual(closed, ["reshelf session", "reshelf session device"]);
    await tab.evaluate(async () => {
      const { ids, reranker, saved } = await import("/store.js");
      reranker.forget();
      reranker.observe({ id: ids[2] });
      await saved();
    });
    assert.deepEqual(await seen(page, 1), [1]);
    await page.evaluate(() => document.dispatchEvent(new Event("resume")));
    await observe(page, 3);
    assert.deepEqual(
      [await seen(page, 2), await seen(tab, 2)],
      [
        [2, 3],
        [2, 3],
      ],
    );
  }));

const FORBIDDEN = {
  "IndexedDB that throws where it is named": () =>
    Object.defineProperty(globalThis, "indexedDB", {
      get() {
        throw new DOMException("denied", "SecurityError");
      },
    }),
  "no IndexedDB": () => Object.defineProperty(globalThis, "indexedDB", { value: undefined }),
  "no crypto.subtle": () => Object.defineProperty(crypto, "subtle", { value: undefined }),
  "IndexedDB that throws": () => {
    IDBFactory.prototype.databases = IDBFactory.prototype.open = () => {
      throw new DOMException("denied", "SecurityError");
    };
  },
  "IndexedDB that fails": () => {
    const { open } = IDBFactory.prototype;
    IDBFactory.prototype.open = function () {
      return open.call(this, "another", -1);
    };
  },
  "a full device": () => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  },
  "keys that cannot be kept": () => {
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (value, name) {
      if (value instanceof CryptoKey) throw new DOMException("no keys here", "DataCloneError");
      return put.call(this, value, name);
    };
  },
  "IndexedDB that never answers": () => {
    IDBFactory.prototype.databases = () => new Promise(() => undefined);
  },
};
const WHY = {
  "IndexedDB that throws where it is named": "store.blocked",
  "no IndexedDB": "store.unsupported",
  "no crypto.subtle": "store.unsupported",
  "IndexedDB that throws": "store.blocked",
  "IndexedDB that fails": "store.failed",
  "a full device": "store.quota",
  "keys that cannot be kept": "store.failed",
  "IndexedDB that never answers": "store.slow",
};

for (const [name, before] of Object.entries(FORBIDDEN)) {
  test(`where there is ${name}, memory goes on with a reason`, () =>
    withTabs(
      async ({ open, problems }) => {
        const page = await open();
        await begin(page);
        const told = await page.evaluate(async () => {
          const { ids, order, reranker, saved } = await import("/store.js");
          const asItCame = order().join();
          const refused = () => saved(({ reason }) => reason !== null && reason.code !== "store.consent");
          reranker.consent({ store: true });
          reranker.observe({ id: ids[20] });
          await refused();
          reranker.observe({ id: ids[21] });
          await refused();
          const { store, consent, events } = reranker.info();
          dispatchEvent(new Event("pagehide"));
          dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
          reranker.forget(ids[20]);
          reranker.consent({ store: false });
          await new Promise((done) => setTimeout(done, 100));
          reranker.dispose();
          return {
            kind: store.kind,
            code: store.reason?.code,
            consent,
            events: events.length,
            moved: order().join() !== asItCame,
          };
        });
        assert.deepEqual(told, {
          kind: "memory",
          code: WHY[name],
          consent: { store: true, share: false },
          events: 2,
          moved: false,
        });
        assert.deepEqual(problems, []);
      },
      { before },
    ));
}

test("a device that gets full keeps what it has, and takes the rest once there is room", () =>
  withTabs(async ({ open }) => {
    const page = await open();
    await agreed(page);
    await observe(page, 1);
    await page.evaluate(() => {
      const { put } = IDBObjectStore.prototype;
      window.room = () => (IDBObjectStore.prototype.put = put);
      IDBObjectStore.prototype.put = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    });
    const full = await page.evaluate(async () => {
      const { ids, reranker, saved } = await import("/store.js");
      reranker.observe({ id: ids[2] });
      return saved(({ reason }) => reason !== null);
    });
    assert.deepEqual([full.kind, full.reason.code], ["memory", "store.quota"]);
    const after = await page.evaluate(async () => {
      const { ids, reranker, saved } = await import("/store.js");
      window.room();
      reranker.observe({ id: ids[3] });
      return saved();
    });
    assert.deepEqual([after.kind, after.reason], ["device", null]);
    const next = await open();
    await begin(next);
    assert.deepEqual(await seen(next, 3), [1, 2, 3]);
  }));

test("a tab's session is the tab's: a copy of the tab begins with it and goes on alone, and all of them forget", () =>
  withTabs(async ({ open, address, context }) => {
    const page = await open();
    await agreed(page, "tab");
    await observe(page, 1, 2);
    const other = await open();
    await agreed(other, "tab");
    assert.deepEqual(await seen(other, 0), []);
    await observe(other, 9);
    const opened = context.waitForEvent("page");
    await page.evaluate((address) => void open(address), `${address}/?copy`);
    const copy = await opened;
    await copy.waitForLoadState();
    const begun = await begin(copy, "tab");
    assert.deepEqual([begun.store.kind, begun.store.restored, begun.consent.store], ["tab", 2, true]);
    await observe(page, 3);
    await observe(copy, 4);
    await page.goto(`${address}/?next`, { waitUntil: "load" });
    await copy.goto(`${address}/?next`, { waitUntil: "load" });
    await begin(page, "tab");
    await begin(copy, "tab");
    assert.deepEqual([await seen(page, 3), await seen(copy, 3), await seen(other, 1)], [[1, 2, 3], [1, 2, 4], [9]]);
    await page.evaluate(async () => {
      const { reranker, saved } = await import("/store.js");
      reranker.forget();
      await saved();
    });
    for (const each of [copy, other]) assert.deepEqual(await seen(each, 0), []);
    const texts = await Promise.all(
      [page, copy, other].map((each) =>
        each.evaluate(async () => {
          const { ids, saved } = await import("/store.js");
          await saved();
          const { base, records } = JSON.parse(sessionStorage["reshelf session"]);
          const text = [base, ...records].map(atob).join();
          return ids.filter((id) => text.includes(id)).length;
        }),
      ),
    );
    assert.deepEqual(texts, [0, 0, 0]);
    await other.evaluate(async () => (await import("/store.js")).reranker.consent({ store: false }));
    for (const each of [page, copy, other]) {
      const { consent } = await each.evaluate(async () =>
        (await import("/store.js")).until(({ consent }) => !consent.store),
      );
      assert.equal(consent.store, false);
      assert.equal(await each.evaluate(() => sessionStorage.length), 0);
    }
  }));

test("damaged, foreign and newer texts of a tab, a full one, and none at all", () =>
  withTabs(async ({ open }) => {
    const page = await open();
    await agreed(page, "tab");
    await observe(page, 1);
    await observe(page, 2);
    const results = await page.evaluate(async () => {
      const store = await import("/store.js");
      store.reranker.dispose();
      const good = sessionStorage["reshelf session"];
      const { base, records, ...rest } = JSON.parse(good);
      const with_ = (more) => JSON.stringify({ base, records, ...rest, ...more });
      const results = {};
      const texts = {
        good,
        "not JSON": "{",
        "of nothing": "null",
        "another's": '{"base":7}',
        newer: with_({ format: 2 }),
        "a record that is no base64": with_({ records: ["%", records[1]] }),
        "a record of nothing": with_({ records: ["", records[1]] }),
        "31 days old": with_({ written: Date.now() - 31 * 24 * 3600 * 1000 }),
      };
      for (const [name, text] of Object.entries(texts)) {
        sessionStorage["reshelf session"] = text;
        const { seen, store: told } = await store.begin("tab");
        results[name] =
          `${seen.map((id) => store.ids.indexOf(id))} ${told.kind} ${told.reason?.code ?? ""} ${sessionStorage.length}`;
        store.reranker.dispose();
      }
      sessionStorage["reshelf session"] = good;
      await store.begin("tab");
      Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
      store.reranker.observe({ id: store.ids[3] });
      const full = await store.saved(({ reason }) => reason !== null);
      results.full = `${full.kind} ${full.reason.code}`;
      store.reranker.dispose();
      Object.defineProperty(window, "sessionStorage", {
        get() {
          throw new DOMException("denied", "SecurityError");
        },
      });
      const denied = await store.begin("tab");
      results.denied = `${denied.store.kind} ${denied.store.reason.code}`;
      return results;
    });
    assert.deepEqual(results, {
      good: "1,2 tab  1",
      "not JSON": " memory store.consent 0",
      "of nothing": " memory store.consent 0",
      "another's": " memory store.consent 0",
      newer: " memory store.version 1",
      "a record that is no base64": "2 tab store.damaged 1",
      "a record of nothing": "2 tab store.damaged 1",
      "31 days old": " memory store.consent 0",
      full: "memory store.quota",
      denied: "memory store.blocked",
    });
  }));

test("a session's store is told where it lives in a worker, which has no tab", () =>
  withTabs(async ({ open }) => {
    const page = await open();
    await agreed(page);
    await observe(page, 5);
    const told = await page.evaluate(
      () =>
        new Promise((done, failed) => {
          const worker = new Worker("/store-worker.js", { type: "module" });
          worker.onmessage = ({ data }) => done(data);
          worker.onerror = ({ message }) => failed(new Error(message));
          worker.postMessage({ name: "worker", store: "tab" });
        }),
    );
    assert.deepEqual([told.kind, told.reason.code], ["memory", "store.unsupported"]);
    assert.deepEqual([(await info(page)).kind, await seen(page, 1)], ["device", [5]]);
  }));
