// A session beyond its page when something fails: damage, no room, a page that ends in the middle of a write, a store that is slow or
// gone, garbage from elsewhere, and turns in any order. store.test.mjs has what is kept and forgotten when all goes well.
import assert from "node:assert/strict";
import { test } from "node:test";
import { failure, generator, hops, Place } from "./fake_store.mjs";

const probe = await new Place().load();
const ids = (await probe.retrieve({ k: 40 })).map(({ id }) => id);
probe.dispose();
const list = ids.map((id) => ({ id }));
const scores = (reranker) => reranker.rerank(list).map(({ candidate, score }) => [candidate.id, score]);
const events = (reranker) => reranker.info().events.map(({ event, id, type }) => `${event} ${type} ${id}`);
const agreed = async (place = new Place(), options) => {
  const page = await place.load(options);
  page.consent({ store: true });
  await place.settle();
  return [place, page];
};

test("damage costs what is damaged, and a reason", async () => {
  const [place, page] = await agreed();
  for (let i = 0; i < 5; i++) {
    page.observe({ id: ids[i] });
    await place.settle();
  }
  page.dispose();
  const { records } = place.kept;
  records[1][records[1].length - 3] ^= 1; // The engine's checksum tells.
  records[3] = new Uint8Array(0); // What cannot be decrypted.
  const next = await place.load();
  assert.deepEqual(
    next.info().events.map(({ id }) => id),
    [ids[0], ids[2], ids[4]],
  );
  assert.equal(next.info().store.kind, "device");
  assert.equal(next.info().store.reason.code, "store.damaged");
  await place.settle();
  assert.equal(place.kept.records.length, 0, "what is good was written anew");
  const third = await place.load();
  assert.equal(third.info().store.reason, null);
  assert.equal(third.info().events.length, 3);
});

/** What a visit does: after each step the store is done, unless it fails. */
const VISIT = [
  (page) => page.consent({ store: true }),
  ...[0, 1, 2].map((i) => (page) => page.observe({ id: ids[i] })),
  (page) => page.forget(ids[1]),
  ...[3, 4].map((i) => (page) => page.observe({ id: ids[i] })),
];
const WANTED = [0, 2, 3, 4].map((i) => ids[i]);

test("whatever fails once, before or after it was done, the log is whole and what is forgotten is gone", async () => {
  let failed = 0;
  for (const when of ["before", "after"]) {
    for (const name of ["QuotaExceededError", "InvalidStateError", "UnknownError"]) {
      for (let at = 0; ; at++) {
        const place = new Place();
        let operation = 0;
        place.fault = (_, moment) => {
          if (moment === when && operation++ === at) throw failure(name);
        };
        const page = await place.load();
        let told = page.info().store.reason;
        for (const step of VISIT) {
          step(page);
          await place.settle();
          if (page.info().store.reason) told = page.info().store.reason;
          if (step === VISIT[4]) assert.ok(!place.text.includes(ids[1]), `${when} ${at}: it is forgotten at once`);
        }
        if (operation <= at) break;
        failed += 1;
        const code = {
          QuotaExceededError: "store.quota",
          InvalidStateError: "store.blocked",
          UnknownError: "store.failed",
        }[name];
        assert.equal(told.code, code, `${when} ${at}`);
        // The next thing that happens brings all of it to the store.
        page.consent({ store: true });
        page.observe({ id: ids[9] });
        await place.settle();
        const next = await place.load();
        const where = `${when} ${at} ${JSON.stringify(page.info().store)}`;
        assert.deepEqual(
          next.info().events.map(({ id }) => id),
          [...WANTED, ids[9]],
          where,
        );
        assert.deepEqual(scores(next), scores(page), where);
        assert.ok(!place.text.includes(ids[1]), where);
        assert.equal(page.info().store.reason, null, where);
      }
    }
  }
  assert.ok(failed > 40, `${failed} failures`);
});

test("a device without room keeps what it has, loses what is forgotten, and memory goes on", async () => {
  const [place, page] = await agreed();
  page.observe({ id: ids[0] });
  page.observe({ id: ids[1] });
  await place.settle();
  let full = true;
  place.fault = (name, when) => {
    if (full && when === "before" && name === "append") throw failure("QuotaExceededError");
  };
  page.observe({ id: ids[2] });
  await place.settle();
  assert.equal(page.info().store.kind, "memory");
  assert.equal(page.info().store.reason.code, "store.quota");
  // Not even a smaller session can be written: then none is kept.
  const writes = place.writes.length;
  place.fault = (name, when) => {
    if (full && when === "before" && name === "replace" && place.writes.length === writes) {
      place.writes.push("failed");
      throw failure("QuotaExceededError");
    }
  };
  page.forget(ids[0]);
  await place.settle();
  assert.equal(place.text, "");
  full = false;
  page.observe({ id: ids[3] });
  await place.settle();
  assert.deepEqual(
    (await place.load()).info().events.map(({ id }) => id),
    [ids[1], ids[2], ids[3]],
  );
});

test("a page killed in the middle of a write, a hundred times, loses the last event at most", async () => {
  const random = generator(7);
  const place = new Place();
  await agreed(place);
  const sure = [];
  for (let kill = 0; kill < 100; kill++) {
    const page = await place.load();
    assert.equal(page.info().store.reason, null);
    const found = page.info().events.map(({ id }) => id);
    assert.deepEqual(found.slice(0, sure.length), sure.slice(-1024), `kill ${kill}`);
    assert.ok(found.length <= sure.length + 1);
    sure.splice(0, sure.length, ...found);
    for (let i = Math.floor(random() * 12); i > 0; i--) {
      const id = ids[Math.floor(random() * ids.length)];
      page.observe({ id });
      sure.push(id);
      await place.settle();
    }
    // From here on nothing of this page comes back: it died before the write was done, or after, and never heard.
    const when = random() < 0.5 ? "before" : "after";
    place.fault = (_, moment) => moment === when && new Promise(() => undefined);
    page.observe({ id: ids[kill % ids.length] });
    await hops(3);
    place.fault = () => undefined;
    page.dispose();
  }
  assert.ok(sure.length > 400);
});

test("a page that is left in the middle of a write has written all the same", async () => {
  const [place, page] = await agreed();
  page.observe({ id: ids[1] });
  await place.settle();
  const tab = await place.load();
  // From here on nothing of the page comes to an end.
  const leave = async (work) => {
    const leaving = await place.load();
    place.fault = () => new Promise(() => undefined);
    work(leaving);
    await hops(2);
    leaving.sleep();
    await hops(2);
    place.fault = () => undefined;
    leaving.dispose();
  };
  await leave((leaving) => leaving.observe({ id: ids[2] }));
  assert.equal(place.kept.late.length, 1);
  const seen = (reranker) => reranker.info().events.map(({ id }) => id);
  assert.deepEqual(seen(tab), [ids[1], ids[2]], "it was told, too");
  const next = await place.load();
  assert.deepEqual(seen(next), [ids[1], ids[2]]);
  await place.settle();
  assert.deepEqual([place.kept.late, place.kept.records], [[], []], "it is made one with the rest");

  // A tab that has not read it makes nothing of it go.
  await leave((leaving) => leaving.observe({ id: ids[3] }));
  for (let i = 0; i < 40; i++) {
    page.observe({ id: ids[5] });
    await place.settle();
  }
  assert.equal(seen(await place.load()).filter((id) => id === ids[3]).length, 1);
  await leave((leaving) => leaving.forget({ item: ids[5] }));
  assert.deepEqual(seen(await place.load()), [ids[1], ids[2], ids[3]]);
  await leave((leaving) => leaving.forget());
  await place.load();
  await place.settle();

  for (const id of ids) assert.ok(!place.text.includes(id), id);
  assert.deepEqual([seen(page), seen(tab)], [[], []]);
});

test("a store that does not answer is not waited for, and counts once it does", async () => {
  const [place, page] = await agreed();
  page.observe({ id: ids[1] });
  await place.settle();
  let answer;
  place.fault = (name, when) =>
    name === "read" && when === "after" ? new Promise((done) => (answer = done)) : undefined;
  const next = await place.load();
  assert.equal(next.info().store.reason.code, "store.slow");
  next.observe({ id: ids[2] });
  assert.equal(next.info().events.length, 1);
  place.fault = () => undefined;
  answer();
  await place.settle();
  assert.equal(next.info().store.reason, null);
  assert.deepEqual(
    next
      .info()
      .events.map(({ id }) => id)
      .sort(),
    [ids[1], ids[2]].sort(),
  );
  assert.deepEqual(events(await place.load()), events(next));
});

test("what is disposed of writes what it noted, and a withdrawal still erases", async () => {
  const [place, page] = await agreed();
  page.observe({ id: ids[1] });
  page.dispose();
  await place.settle();
  const next = await place.load();
  assert.deepEqual(
    next.info().events.map(({ id }) => id),
    [ids[1]],
  );
  next.forget();
  next.dispose();
  await hops(5);
  assert.ok(!place.text.includes(ids[1]));
  next.consent({ store: false });
  await hops(5);
  assert.equal(place.kept, null);
});

test("without a model everything can still be forgotten, and erased", async () => {
  const [place, page] = await agreed();
  page.observe({ id: ids[1] });
  await place.settle();
  const broken = await place.load({ model: new Uint8Array(4) });
  assert.deepEqual([broken.info().status, broken.info().consent.store], ["fallback", true]);
  broken.observe({ id: ids[2] });
  await place.settle();
  assert.ok(place.text.includes(ids[1]), "what it does not know it leaves alone");
  broken.forget();
  await place.settle();
  assert.equal(page.info().events.length, 0);
  assert.ok(!place.text.includes(ids[1]));
  broken.consent({ store: false });
  await place.settle();
  assert.equal(place.kept, null);
});

test("garbage and messages of other versions change nothing, and nobody throws", async () => {
  const [place, page] = await agreed();
  page.observe({ id: ids[1] });
  await place.settle();
  const [before, kept] = [events(page), place.text];
  const good = page.snapshot();
  const head = (lengths, items = []) => {
    const json = new TextEncoder().encode(JSON.stringify({ lengths, items }));
    return Uint8Array.from([json.length, json.length >> 8, 0, 0, ...json]);
  };
  const damaged = good.slice();
  damaged[damaged.length - 1] ^= 1;
  const parcels = [
    ...[
      null,
      7,
      "text",
      {},
      [],
      new Uint8Array(0),
      new Uint8Array(3),
      new Uint8Array(64).fill(255),
      good,
      head([9]),
      head([]),
    ],
    ...[head([-1]), head([0.5]), head("no"), head(null), Uint8Array.from([...head([damaged.length]), ...damaged])],
    ...[head([], [["id"]]), head([], [7, null, ["id", "%", 1, 2, 3, 4], ["id", "", "", "", "1", ""]])],
  ];
  for (const parcel of parcels) place.say({ parcel });
  for (const choice of [null, 7, "store", [], { store: 1 }, { store: "no", share: "yes" }]) place.say({ choice });
  for (const message of [{}, { forget: 1 }, { forget: "all" }, { snapshot: good }, { parcel: good, version: 9 }])
    place.say(message);
  await place.settle();
  assert.deepEqual([events(page), place.text, page.info().consent], [before, kept, { store: true, share: false }]);
  assert.equal(page.info().store.reason, null);
});

test("two tabs and a worker, a thousand interleavings: one session, one order, and the store has the same", async () => {
  for (let seed = 1; seed <= 1000; seed++) {
    const random = generator(seed);
    const below = (count) => Math.floor(random() * count);
    const place = new Place({ lag: () => below(4) });
    const pages = [await place.load(), await place.load(), await place.load()];
    pages[below(3)].consent({ store: true });
    if (random() < 0.5) await place.settle();
    const away = new Set();
    const ACTS = [
      ...[0, 1, 2, 3].map(
        () => (page) => page.observe({ id: ids[below(40)], type: ["view", "cart", "skip"][below(3)] }),
      ),
      (page) => page.observe({ id: `new-${below(5)}`, category: "home/mugs" }),
      (page) => page.forget(ids[below(40)]),
      (page) => page.forget({ event: page.info().events[0]?.event ?? 1 }),
      (page) => random() < 0.2 && page.forget(),
      (page) => {
        away.add(page);
        page.sleep();
        hops(below(9)).then(() => (away.delete(page), page.wake()));
      },
      (page) => page.hide(),
    ];
    for (let turn = 0; turn < 12; turn++) {
      const page = pages[below(3)];
      if (!away.has(page)) ACTS[below(ACTS.length)](page); // A page that is away does nothing.
      await hops(below(4));
    }
    await hops(10); // Whoever sleeps has woken.
    for (const page of pages) page.hide();
    await place.settle();
    const next = await place.load();
    const what = (page) => [page.info().shown, events(page), scores(page)];
    for (const page of [...pages, next]) {
      assert.deepEqual(page.info().store.reason, null, `seed ${seed}`);
      assert.deepEqual(what(page), what(pages[0]), `seed ${seed}`);
    }
    for (const page of [...pages, next]) page.dispose();
  }
});
