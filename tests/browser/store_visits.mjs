// Visits of several pages, tabs and workers that keep one session, for every browser: each is a test over `withTabs`. The steps run in
// the page, where pages/store.js has what they share.
import assert from "node:assert/strict";
import { begin } from "./store_steps.mjs";

/** The server's order of the list. */
const AS_IT_CAME = Array.from({ length: 40 }, (_, i) => i);

export const VISITS = {
  async "the second page's first list has the first page's clicks, and the tab after it"({ open, address, problems }) {
    const page = await open();
    const first = await begin(page);
    assert.equal(first.store.reason.code, "store.consent");
    const order = await page.evaluate(async () => {
      const { ids, order, reranker, saved } = await import("/store.js");
      reranker.consent({ store: true, share: true });
      for (const at of [5, 20, 38]) reranker.observe({ id: ids[at], category: "home/mugs", title: "A blue mug" });
      await saved();
      return order();
    });
    assert.notDeepEqual(order, AS_IT_CAME);
    for (let visit = 0; visit < 3; visit++) {
      await page.goto(`${address}/?${visit}`, { waitUntil: "load" });
      const next = await begin(page);
      assert.deepEqual(next.consent, { store: true, share: true });
      assert.deepEqual(await page.evaluate(async () => (await import("/store.js")).order()), order);
      assert.equal(next.store.restored, 3);
    }
    const tab = await open();
    assert.equal((await begin(tab)).store.restored, 3);
    assert.deepEqual(problems, []);
  },

  async "a click right before the page is left is there on the next one"({ open, address }) {
    const page = await open();
    await begin(page);
    await page.evaluate(async () => {
      const { reranker, saved } = await import("/store.js");
      reranker.consent({ store: true });
      await saved();
    });
    let before = 0;
    const lost = [];
    for (let visit = 0; visit < 20; visit++) {
      // As a link does: the listener notes the click, and the browser leaves.
      const left = page.waitForNavigation({ waitUntil: "load" });
      await page.evaluate(
        async ({ next, at }) => {
          const { ids, reranker } = await import("/store.js");
          const link = Object.assign(document.createElement("a"), { href: next });
          link.addEventListener("click", () => reranker.observe({ id: ids[at] }));
          document.body.append(link);
          setTimeout(() => link.click());
        },
        { next: `${address}/?left=${visit}`, at: visit },
      );
      await left;
      const { seen } = await begin(page);
      if (seen.length === before) lost.push(visit);
      before = seen.length;
    }
    assert.deepEqual([lost, before], [[], 20]);
  },

  async "nothing is stored, not even an empty database, until the shopper agrees, or once they do no longer"({ open }) {
    const page = await open();
    const traces = () => page.evaluate(async () => (await import("/store.js")).traces());
    const none = { databases: [], session: [], local: [], caches: [], cookies: "" };
    for (const store of ["device", "tab"]) {
      await begin(page, store);
      await page.evaluate(async () => {
        const { ids, reranker } = await import("/store.js");
        for (let at = 0; at < 40; at++) reranker.observe({ id: ids[at], type: at % 2 ? "impression" : "view" });
        reranker.forget(ids[0]);
        reranker.consent({ share: true });
        dispatchEvent(new Event("pagehide"));
        await new Promise((done) => setTimeout(done, 1300));
      });
      assert.deepEqual(await traces(), none, store);
      await page.evaluate(async () => {
        const { reranker, saved } = await import("/store.js");
        reranker.consent({ store: true });
        await saved();
      });
      const kept = await traces();
      assert.deepEqual(
        [kept.databases, kept.session],
        store === "tab" ? [[], ["reshelf session"]] : [["reshelf session"], []],
      );
      const { consent, kind, seen } = await page.evaluate(async () => {
        const { reranker, saved, state } = await import("/store.js");
        reranker.consent({ store: false });
        const { kind } = await saved(({ kind, saved }) => kind === "memory" && !saved);
        await new Promise((done) => setTimeout(done, 300));
        return { consent: state().consent, kind, seen: state().seen };
      });
      assert.deepEqual([consent, kind, seen.length], [{ store: false, share: true }, "memory", 19]);
      assert.deepEqual(await traces(), none, store);
      await page.evaluate(async () => (await import("/store.js")).reranker.dispose());
    }
  },

  async "what lies on the device is sealed by a key that no script can read, and forgotten content is not among it"({
    open,
  }) {
    const page = await open();
    await begin(page);
    const found = await page.evaluate(async () => {
      const { ids, inside, reranker, saved } = await import("/store.js");
      reranker.consent({ store: true });
      for (let i = 0; i < 40; i++) {
        reranker.observe({ id: `secret item ${ids[i]}`, title: "A blue mug", category: "home/mugs" });
        await saved();
      }
      const text = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
      const look = () =>
        inside(async (all) => {
          const key = all.get("key");
          const sealed = [...all]
            .filter(([name]) => typeof name === "number" || name === "base")
            .map(([, bytes]) => bytes);
          // Who is on the page may use the key, and so open what the name tells.
          const opened = [];
          for (const name of all.keys()) {
            if (name !== "base" && typeof name !== "number") continue;
            const what = `reshelf session 1 ${name === "base" ? "base" : "record"} ${all.get("meta").version}`;
            const bytes = all.get(name);
            const open = (additionalData) =>
              crypto.subtle.decrypt(
                { name: "AES-GCM", iv: bytes.subarray(0, 12), additionalData },
                key,
                bytes.subarray(12),
              );
            opened.push(text(new Uint8Array(await open(new TextEncoder().encode(what)))));
            const other = await open(new TextEncoder().encode(`${what}0`)).then(
              () => "opened",
              (error) => error.name,
            );
            if (other !== "OperationError") throw new Error(`a part of another version ${other}`);
          }
          return {
            names: [...all.keys()],
            key: [key.type, key.algorithm.name, key.algorithm.length, key.extractable, key.usages.join()].join(" "),
            exported: await Promise.all(
              ["raw", "jwk"].map((form) =>
                crypto.subtle.exportKey(form, key).then(
                  () => "read",
                  (error) => error.name,
                ),
              ),
            ),
            ivs: sealed.map((bytes) => text(bytes.subarray(0, 12))),
            secret: sealed.some((bytes) => /secret|mug/.test(text(bytes))),
            inside: opened.map((plain) => /secret item/.test(plain)),
            meta: Object.keys(all.get("meta")).sort().join(),
          };
        });
      const before = await look();
      reranker.forget(`secret item ${ids[3]}`);
      await saved();
      const forgotten = await inside((all) => [...all.keys()]);
      reranker.forget();
      await saved();
      return { before, forgotten, after: await look() };
    });
    const { before, after, forgotten } = found;
    assert.equal(before.key, "secret AES-GCM 256 false encrypt,decrypt");
    assert.deepEqual(before.exported, ["InvalidAccessError", "InvalidAccessError"]);
    assert.equal(before.secret, false);
    assert.ok(before.ivs.length >= 8 && before.inside.every(Boolean));
    assert.equal(new Set(before.ivs).size, before.ivs.length);
    assert.equal(before.meta, "count,share,version,writer,written");
    assert.deepEqual(forgotten, ["base", "key", "meta"], "no record of before is left");
    assert.deepEqual([after.names, after.inside], [["base", "key", "meta"], [false]]);
  },

  async "what is forgotten, and an agreement that is withdrawn, reach the tabs and the worker beside"({
    open,
    problems,
  }) {
    const [page, tab] = [await open(), await open()];
    await begin(page);
    await begin(tab);
    await page.evaluate(async () => {
      const { reranker, ids, saved } = await import("/store.js");
      reranker.observe({ id: ids[7] });
      reranker.consent({ store: true });
      await saved();
    });
    // The tab hears that the shopper agreed, and what there was before.
    const heard = (work) => tab.evaluate(work);
    const joined = await heard(async () =>
      (await import("/store.js")).until(({ store, seen }) => store.saved && seen.length === 1),
    );
    assert.deepEqual([joined.seen.length, joined.store.kind], [1, "device"]);
    const begun = await startWorker(page);
    const done = await page.evaluate(async () => {
      const { ask, reranker, ids, saved } = await import("/store.js");
      const worker = async (reached) => {
        for (let i = 0; i < 500; i++) {
          const state = await ask("worker", "state");
          if (reached(state)) return state;
        }
      };
      await ask("worker", "acts", 3, 5);
      reranker.observe({ id: ids[1] });
      await saved();
      const together = await worker(({ seen }) => seen.at(-1) === ids[1]);
      reranker.forget();
      const forgotten = await worker(({ seen }) => seen.length === 0);
      reranker.observe({ id: ids[2] });
      await saved();
      reranker.consent({ store: false });
      return { together, forgotten, withdrawn: await worker(({ consent }) => !consent.store) };
    });
    assert.equal(begun.restored, 1);
    assert.ok(done.together.seen.length > 1);
    assert.deepEqual(done.forgotten.seen, []);
    assert.deepEqual(done.withdrawn.consent, { store: false, share: false });
    const after = await heard(async () => (await import("/store.js")).until(({ consent }) => !consent.store));
    assert.deepEqual([after.consent.store, after.store.kind, after.seen.length], [false, "memory", 1]);
    const traces = await heard(async () => {
      const { reranker, ids, traces } = await import("/store.js");
      reranker.observe({ id: ids[4] });
      await new Promise((done) => setTimeout(done, 300));
      return traces();
    });
    assert.deepEqual(traces.databases, []);
    assert.deepEqual(problems, []);
  },

  async "damage, a lost or a wrong key, and a database that is gone cost what they must"({ open }) {
    const page = await open();
    const results = await page.evaluate(async () => {
      const store = await import("/store.js");
      const { begin, inside, saved } = store;
      await begin("device");
      const { ids } = store;
      store.reranker.dispose();
      const results = {};
      const cases = {
        "a record": (all, log) => log.put(all.get(2).fill(7, 20, 30), 2),
        "a record of another kind": (all, log) => log.put({ bytes: "text" }, 2),
        "the base": (all, log) => log.put(all.get("base").subarray(0, 30), "base"),
        "no base": (all, log) => log.delete("base"),
        "no key": (all, log) => log.delete("key"),
        "something for a key": (all, log) => log.put("key", "key"),
        "no meta": (all, log) => log.delete("meta"),
        "something for meta": (all, log) => log.put({ version: "1" }, "meta"),
        nothing: (all, log) => log.clear(),
        "a year ahead": (all, log) =>
          log.put({ ...all.get("meta"), written: Date.now() + 365 * 24 * 3600 * 1000 }, "meta"),
        "31 days": (all, log) => log.put({ ...all.get("meta"), written: Date.now() - 31 * 24 * 3600 * 1000 }, "meta"),
      };
      for (const [name, damage] of Object.entries(cases)) {
        await begin("device");
        store.reranker.consent({ store: false });
        await new Promise((done) => setTimeout(done, 50));
        store.reranker.forget();
        store.reranker.observe({ id: ids[0] });
        store.reranker.consent({ store: true });
        await saved();
        for (const at of [1, 2, 3]) {
          store.reranker.observe({ id: ids[at] });
          await saved();
        }
        store.reranker.dispose();
        await inside(damage, "readwrite");
        const { seen, store: told } = await begin("device");
        if (name === "a year ahead")
          results["what a clock that was ahead wrote"] = (await inside((all) => all.get("meta").written)) <= Date.now();
        if (name === "31 days") results["what is too old"] = (await store.traces()).databases.length;
        const first = `${seen.map((id) => ids.indexOf(id)).join()} ${told.kind} ${told.reason?.code ?? ""}`;
        store.reranker.consent({ store: true });
        store.reranker.observe({ id: ids[9] });
        await saved();
        store.reranker.dispose();
        const again = await begin("device");
        results[name] =
          `${first} / ${again.seen.map((id) => ids.indexOf(id)).join()} ${again.store.reason?.code ?? ""}`;
        store.reranker.dispose();
      }
      const wrong = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
      await inside((all, log) => log.put(wrong, "key"), "readwrite");
      const { seen, store: told } = await begin("device");
      results["another key"] = `${seen} ${told.kind} ${told.reason.code}`;
      await saved();
      // A cleared site takes the database away while the page is open.
      store.reranker.observe({ id: ids[5] });
      await saved();
      indexedDB.deleteDatabase("reshelf session");
      await saved(({ kind }) => kind === "memory");
      store.reranker.observe({ id: ids[6] });
      const state = store.state();
      results.gone = `${state.seen.map((id) => ids.indexOf(id))} ${state.store.kind} ${state.store.reason.code}`;
      return results;
    });
    assert.deepEqual(results, {
      "a record": "0,1,3 device store.damaged / 0,1,3,9 ",
      "a record of another kind": "0,1,3 device store.damaged / 0,1,3,9 ",
      "the base": "1,2,3 device store.damaged / 1,2,3,9 ",
      "no base": "1,2,3 device  / 1,2,3,9 ",
      "no key": " device store.key / 9 ",
      "something for a key": " device store.key / 9 ",
      "no meta": " memory store.consent / 9 ",
      "something for meta": " memory store.consent / 9 ",
      nothing: " memory store.consent / 9 ",
      "a year ahead": "0,1,2,3 device  / 0,1,2,3,9 ",
      "what a clock that was ahead wrote": true,
      "31 days": " memory store.consent / 9 ",
      "what is too old": 0,
      "another key": " device store.damaged",
      gone: "5,6 memory store.consent",
    });
  },

  async "a newer package's database is left alone, but for a withdrawal"({ open }) {
    const page = await open();
    const { begun, kept, after } = await page.evaluate(async () => {
      const store = await import("/store.js");
      const request = indexedDB.open("reshelf session", 7);
      request.onupgradeneeded = () => request.result.createObjectStore("of the future").put("kept", 1);
      await new Promise((done) => (request.onsuccess = done));
      request.result.close();
      const begun = await store.begin("device");
      store.reranker.consent({ store: true });
      store.reranker.observe({ id: store.ids[1] });
      await new Promise((done) => setTimeout(done, 200));
      const kept = (await indexedDB.databases()).map(({ name, version }) => `${name} ${version}`);
      store.reranker.consent({ store: false });
      await new Promise((done) => setTimeout(done, 300));
      return { begun, kept, after: await store.traces() };
    });
    assert.deepEqual([begun.store.kind, begun.store.reason.code], ["memory", "store.version"]);
    assert.deepEqual([kept, after.databases], [["reshelf session 7"], []]);
  },

  async "messages of other versions and garbage on the channel change nothing"({ open, problems }) {
    const page = await open();
    const { before, after } = await page.evaluate(async () => {
      const store = await import("/store.js");
      await store.begin("device");
      store.reranker.consent({ store: true });
      store.reranker.observe({ id: store.ids[1] });
      await store.saved();
      const before = store.state();
      const channel = new BroadcastChannel("reshelf session device");
      const bytes = (length) => crypto.getRandomValues(new Uint8Array(length));
      const snapshot = store.reranker.snapshot();
      const bodies = [
        ...[{ parcel: bytes(40) }, { parcel: bytes(0) }, { parcel: snapshot }, { parcel: "text" }, { parcel: [1, 2] }],
        ...[
          { choice: "no" },
          { choice: { store: 0 } },
          { forget: 1 },
          { hello: "you" },
          {},
          { parcel: new Blob(["x"]) },
        ],
      ];
      for (const body of bodies)
        for (const reshelf of [1, 2, 0, "1", null, undefined]) channel.postMessage({ reshelf, ...body });
      // A version of the future that says what this one would take for a withdrawal, or a forgetting.
      for (const body of [{ choice: { store: false } }, { forget: true }, { parcel: snapshot }])
        channel.postMessage({ reshelf: 2, ...body });
      for (const odd of [null, 7, "forget", [], new Date(), new Map(), bytes(9), { length: 5e9 }])
        channel.postMessage(odd);
      await new Promise((done) => setTimeout(done, 300));
      channel.close();
      return { before, after: store.state() };
    });
    assert.deepEqual(after, before);
    assert.deepEqual(problems, []);
  },
};

/** Starts a worker beside the page, which follows by the name "worker"; returns what its store was like at once. */
const startWorker = (page) =>
  page.evaluate(
    () =>
      new Promise((done, failed) => {
        const worker = new Worker("/store-worker.js", { type: "module" });
        worker.onmessage = ({ data }) => done(data);
        worker.onerror = ({ message }) => failed(new Error(message));
        worker.postMessage({ name: "worker", store: "device" });
      }),
  );

/** Rounds after which one tab is loaded anew. */
const RELOAD = 50;

/**
 * Two tabs and a worker: after each of so many rounds all three have one session and one order, and so does a tab that loads anew.
 * Rounds are told apart by their numbers, from `first` on.
 */
export async function interleavings({ open, address }, rounds, first = 0) {
  const [one, two] = [await open(), await open()];
  await begin(one);
  await one.evaluate(async () => {
    const { reranker, saved } = await import("/store.js");
    reranker.consent({ store: true });
    await saved();
  });
  await startWorker(one);
  let most = 0;
  for (let round = 0; round < rounds; round += RELOAD) {
    const anew = await begin(two);
    if (round > 0) assert.equal(anew.store.reason, null);
    await two.evaluate(async () => (await import("/store.js")).follow("two"));
    const told = await one.evaluate(
      async ({ rounds, seed }) => (await import("/store.js")).drive(["two", "worker"], rounds, seed),
      { rounds: RELOAD, seed: 1 + (first + round) * 1000 },
    );
    assert.deepEqual(told.fault, undefined, `round ${round + told.fault}: ${JSON.stringify(told.all, null, 1)}`);
    most = Math.max(most, told.most);
    await two.goto(`${address}/?round=${round}`, { waitUntil: "load" });
    await begin(two);
    assert.equal(
      await two.evaluate(async () => (await import("/store.js")).comparable().same),
      told.same,
      `round ${round}, stored`,
    );
    await two.goto(`${address}/?again=${round}`, { waitUntil: "load" });
  }
  assert.ok(most > 20, `${most} events at most`);
}
