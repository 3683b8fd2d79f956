// A session beyond its page: what is written when, what stays after a failure, what is forgotten where, and that all who share a
// session have the same one. Over the real engine, and a disk and a wire that do what a test wants; tests/browser/store.test.mjs has
// the browsers' own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { hops, Place } from "./fake_store.mjs";

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

test("nothing is written before the shopper agrees; then all that was noted is, and the next page has it", async () => {
  const place = new Place();
  const first = await place.load();
  assert.equal(first.info().store.reason.code, "store.consent");
  for (const i of [3, 9]) first.observe({ id: ids[i] });
  first.consent({ share: true });
  await place.settle();
  first.hide();
  await place.settle();
  assert.deepEqual([place.kept, place.writes], [null, []]);
  assert.deepEqual(first.info().consent, { store: false, share: true });
  first.consent({ store: true });
  first.observe({ id: ids[20], type: "cart" });
  await place.settle();
  assert.deepEqual(first.info().store, { kind: "device", wanted: "device", reason: null, restored: 0, saved: true });
  const second = await place.load();
  assert.deepEqual(second.info().consent, { store: true, share: true });
  assert.deepEqual(second.info().store, { kind: "device", wanted: "device", reason: null, restored: 3, saved: true });
  assert.deepEqual(scores(second), scores(first));
  assert.deepEqual(events(second), events(first));
  // A number of the page before means what it meant.
  assert.equal(second.forget({ event: first.info().events[1].event }), 1);
  await place.settle();
  assert.deepEqual(events(second), events(first), "the other page heard of it");
  assert.equal(second.info().events.length, 2);
});

test("a store that is not asked for is not brought in, and a wrong word for one leaves a reason", async () => {
  const place = new Place();
  for (const store of ["memory", null, undefined, "cookies", 7]) {
    const page = await place.load({ store });
    assert.deepEqual(page.info().store, { kind: "memory", wanted: "memory", reason: null, restored: 0, saved: false });
    page.consent({ store: true });
    assert.deepEqual(page.info().consent, { store: true, share: false });
    assert.equal(
      page.info().refused.arguments.reason?.code,
      typeof (store ?? "memory") === "string" && store !== "cookies" ? undefined : "argument.store",
    );
  }
  const page = await place.load();
  for (const choice of [
    undefined,
    null,
    {},
    7,
    "yes",
    { store: "yes" },
    { share: 1 },
    {
      get store() {
        throw new Error("mine");
      },
    },
  ])
    page.consent(choice);
  assert.deepEqual(page.info().consent, { store: false, share: false });
  assert.equal(page.info().refused.arguments.count, 5);
  assert.deepEqual(place.writes, []);
});

test("what cannot be brought in leaves the session in memory, with a reason", async () => {
  const { besideEngine, loadRerankerFrom, openUrl } = await import("../dist/internals.js");
  const bring = () => Promise.reject(new TypeError("import() is forbidden here"));
  const model = new Uint8Array(3);
  const page = await loadRerankerFrom(
    { model, store: "device" },
    { open: openUrl, engine: besideEngine, scan: null, keepers: bring },
  );
  assert.equal(page.info().store.wanted, "device");
  assert.equal(page.info().store.reason.code, "store.module");
  assert.match(page.info().store.reason.message, /forbidden here/);
});

test("each event is a record of its own, events of one go one together, and many records become one base", async () => {
  const [place, page] = await agreed();
  place.writes.length = 0;
  for (const i of [1, 2, 3]) page.observe({ id: ids[i] });
  await place.settle();
  assert.deepEqual(place.writes, ["append"]);
  for (let i = 0; i < 22; i++) {
    page.observe({ id: ids[i] });
    await place.settle();
  }
  assert.equal(place.kept.records.length, 23);
  page.observe({ id: ids[0] });
  await place.settle();
  assert.equal(place.kept.records.length, 0);
  const next = await place.load();
  assert.deepEqual(events(next), events(page));
});

test("impressions wait for each other, but not for the page's end", async () => {
  const [place, page] = await agreed();
  place.writes.length = 0;
  for (let at = 0; at < 48; at++) {
    page.observe({ id: ids[at % 40], type: "impression", list: "home", position: at });
    await hops(1);
  }
  assert.deepEqual(place.writes, []);
  page.hide();
  await place.settle();
  assert.deepEqual(place.writes, ["append"]);
  assert.equal((await place.load()).info().shown.impressions, 48);
  page.observe({ id: ids[1], type: "skip" });
  page.observe({ id: ids[1] });
  await place.settle();
  assert.deepEqual(place.writes.slice(1), ["append"], "an event takes them along");
  page.observe({ id: ids[2], type: "impression" });
  await new Promise((done) => setTimeout(done, 1100));
  await place.settle();
  assert.equal((await place.load()).info().shown.impressions, 49);
});

test("a million impressions cost the page nothing that grows", async () => {
  const [place, page] = await agreed();
  for (let at = 0; at < 1_000_000; at++) page.observe({ id: ids[at % 40], type: "impression" });
  page.observe({ id: ids[7] });
  await place.settle();
  const next = await place.load();
  assert.deepEqual(next.info().shown, { impressions: 1024, skips: 0 });
  assert.deepEqual(scores(next), scores(page));
});

test("what is forgotten is in no store and no tab, whether it hears of it or was away", async () => {
  const place = new Place();
  const [, page] = await agreed(place);
  const [other, away] = [await place.load(), await place.load()];
  page.observe({ id: "forgotten-1", brand: "a brand of its own", category: "home" });
  page.observe({ id: ids[3] });
  await place.settle();
  assert.match(place.text, /forgotten-1/);
  assert.equal(away.info().events.length, 2);
  away.sleep();
  page.forget("forgotten-1");
  await place.settle();
  assert.doesNotMatch(place.text, /forgotten-1|a brand of its own/);
  for (const each of [page, other])
    assert.deepEqual(
      each.info().events.map(({ id }) => id),
      [ids[3]],
    );
  away.wake();
  await place.settle();
  assert.deepEqual(events(away), events(page));

  away.sleep();
  assert.equal(other.forget(), 1);
  await place.settle();
  for (const id of ids) assert.ok(!place.text.includes(id), id);
  assert.equal(page.info().events.length, 0);
  // What it still notes while it is away is after all that it knows of, and before it hears that all is forgotten.
  away.observe({ id: ids[8] });
  away.wake();
  await place.settle();
  assert.deepEqual(
    [page, other, away].map((each) => each.info().events.length),
    [0, 0, 0],
  );
  for (const id of ids) assert.ok(!place.text.includes(id), id);
  assert.equal((await place.load()).info().consent.store, true, "the choice remains");
});

test("an agreement that is withdrawn erases everything, everywhere, and whoever was away writes nothing back", async () => {
  const [place, page] = await agreed();
  const [other, away] = [await place.load(), await place.load()];
  page.observe({ id: ids[3] });
  await place.settle();
  away.sleep();
  away.observe({ id: ids[5] });
  other.observe({ id: ids[4] });
  page.consent({ store: false });
  await place.settle();
  assert.equal(place.kept, null);
  for (const each of [page, other]) {
    assert.deepEqual(each.info().consent, { store: false, share: false });
    assert.equal(each.info().store.reason.code, "store.consent");
    each.observe({ id: ids[6] });
  }
  away.observe({ id: ids[6] });
  away.wake();
  away.observe({ id: ids[7] });
  await place.settle();
  assert.equal(place.kept, null);
  assert.equal(away.info().consent.store, false);
  assert.equal(away.info().events.length, 4, "memory goes on");
  // Agreed to again, it begins anew with what those who are there remember.
  other.consent({ store: true, share: true });
  await place.settle();
  assert.deepEqual(page.info().consent, { store: true, share: true });
  assert.deepEqual(events(page), events(other));
  assert.deepEqual(events(away), events(other));
  assert.deepEqual(events(await place.load()), events(other));
});

test("two tabs that noted things before the shopper agreed have both of them after", async () => {
  const place = new Place();
  const [one, two] = [await place.load(), await place.load()];
  one.observe({ id: ids[1] });
  two.observe({ id: ids[2], type: "cart" });
  two.observe({ id: ids[3] });
  one.consent({ store: true });
  await place.settle();
  assert.equal(one.info().events.length, 3);
  assert.deepEqual(events(two), events(one));
  assert.deepEqual(scores(two), scores(one));
  assert.deepEqual(events(await place.load()), events(one));
});

test("what is forgotten while the store is still on its way is gone, and what is noted after it is there", async () => {
  const [place, page] = await agreed();
  page.observe({ id: ids[1] });
  await place.settle();
  const other = await place.load();
  page.dispose();
  other.consent({ store: false });
  await place.settle();
  other.consent({ store: true });
  other.forget();
  other.observe({ id: ids[2] });
  other.forget({ item: ids[2] });
  other.observe({ id: ids[3] });
  await place.settle();
  for (const each of [other, await place.load()])
    assert.deepEqual(
      each.info().events.map(({ id }) => id),
      [ids[3]],
    );
  // The same where nothing was ever noted here.
  let answer;
  place.fault = (name, when) => when === "after" && new Promise((done) => (answer = done));
  const slow = await place.load();
  slow.forget();
  slow.observe({ id: ids[4] });
  place.fault = () => undefined;
  answer();
  await place.settle();
  for (const each of [other, slow, await place.load()])
    assert.deepEqual(
      each.info().events.map(({ id }) => id),
      [ids[4]],
    );
  assert.ok(!place.text.includes(ids[3]));
});

test("a snapshot that is restored is everybody's session", async () => {
  const [place, page] = await agreed();
  const other = await place.load();
  page.observe({ id: ids[3] });
  const kept = page.snapshot();
  page.observe({ id: ids[4] });
  await place.settle();
  assert.equal(page.restore(kept), true);
  await place.settle();
  for (const each of [page, other, await place.load()])
    assert.deepEqual(
      each.info().events.map(({ id }) => id),
      [ids[3]],
    );
  page.restore(new Uint8Array(9));
  await place.settle();
  assert.deepEqual(
    [page, other, await place.load()].map((each) => each.info().events.length),
    [0, 0, 0],
  );
});

test("the next page knows what this one was told of items that the model does not have", async () => {
  const [place, page] = await agreed();
  const other = await place.load();
  const said = { category: "home/mugs", brand: "Zen", price: 31, title: "Blue mug, Clay" };
  const fresh = { id: "new-1", ...said };
  page.rerank([fresh, ...list]); // Told by a candidate, it would count as told for this page alone.
  page.observe(fresh);
  page.observe({ id: "new-2", category: "home/mugs" });
  page.observe({ id: ids[0], ...said });
  await place.settle();
  const known = (reranker) => reranker.info().events.map((event) => event.known);
  const next = await place.load();
  assert.deepEqual(known(next), known(page));
  assert.deepEqual(known(page), [true, true, true]);
  assert.deepEqual(known(other), known(page));
  for (const each of [next, other]) assert.deepEqual(scores(each), scores(page));
  // Only what the log is about, and no more than there is room for.
  page.forget("new-1");
  for (let i = 0; i < 1000; i++) page.observe({ id: `many-${i}`, ...said, title: "pot ".repeat(40) });
  await place.settle();
  page.forget({ event: page.info().events[0].event });
  await place.settle();
  assert.doesNotMatch(place.text, /new-1|Clay/);
  const length = place.text.match(/"many-\d+",""/g).length;
  assert.ok(length > 200 && length < 400, `${length} described`);
});

test("what is dated more than 30 days back goes, and what nobody has written to for 30 days goes whole", async () => {
  const [place, page] = await agreed();
  const DAY = 24 * 60 * 60 * 1000;
  page.observe({ id: ids[1], at: place.now - 31 * DAY });
  page.observe({ id: ids[2], at: place.now - 29 * DAY });
  // The clock was a year ahead then.
  page.observe({ id: ids[3], at: place.now + 365 * DAY });
  await place.settle();
  const next = await place.load();
  assert.deepEqual(
    next.info().events.map(({ id }) => id),
    [ids[2], ids[3]],
  );
  await place.settle();
  assert.ok(!place.text.includes(ids[1]), "it is not only passed over");
  place.kept.written = place.now + 365 * DAY;
  assert.equal((await place.load()).info().events.length, 2, "written in the future is recent");
  place.kept.written = place.now;
  place.now += 29 * DAY;
  assert.equal((await place.load()).info().events.length, 1);
  place.now += 31 * DAY;
  const late = await place.load();
  assert.deepEqual([late.info().consent.store, late.info().events, place.kept], [false, [], null]);
});
