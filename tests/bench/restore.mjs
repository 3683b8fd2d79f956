// How long a stored session takes to come back, in Chromium and Firefox: node tests/bench/restore.mjs [BROWSER]
//
// 200 events and as many impressions, once as one base and once as a base with 23 records behind it, which is the most that stands
// there. "read" is IndexedDB's part, "unsealed" the decryption; then the snapshots are unpacked and merged into an empty session, and
// one candidate is ranked, which folds the state. From stored bytes to a folded state is all but "read". The last rows are what a page
// sees: loadReranker with a model that is there as bytes, and its first list.
import { withFirefoxPage } from "../browser/firefox.mjs";
import { withPage } from "../browser/harness.mjs";
import { quantile } from "./quantile.mjs";

const BROWSERS = { Chromium: withPage, Firefox: withFirefoxPage };
const wanted = process.argv[2] ?? "";

for (const [name, withBrowser] of Object.entries(BROWSERS)) {
  if (!name.toLowerCase().includes(wanted.toLowerCase())) continue;
  await withBrowser(
    async (page) => {
      for (const records of [0, 23]) {
        const { times, bytes } = await page.evaluate(restore, { model: "/golden/golden.safetensors", records });
        console.log(`${name}: 200 events and 200 impressions, ${records} records, ${bytes} bytes   p50      p90`);
        for (const [part, each] of Object.entries(times)) {
          const [p50, p90] = [0.5, 0.9].map((q) => quantile(each, q).toFixed(3).padStart(8));
          console.log(`  ${part.padEnd(58)}${p50} ${p90}`);
        }
      }
    },
    { isolated: true },
  );
}

/** Runs in the page. */
async function restore({ model, records }) {
  const { besideEngine, engineModule, openDevice, openUrl, parcel } = await import("/reshelf/internals.js");
  const artifact = new Uint8Array(await (await fetch(model)).arrayBuffer());
  const load = async (store) => {
    const { loadReranker } = await import("/reshelf/index.js");
    return loadReranker({ model: artifact.slice(), backend: "cpu", store });
  };
  const first = await load("device");
  const ids = (await first.retrieve({ k: 200 })).map(({ id }) => id);
  first.consent({ store: true });
  const saved = async () => {
    for (let i = 0; i < 1000 && !first.info().store.saved; i++) await new Promise((done) => setTimeout(done, 5));
  };
  const note = (from, to) => {
    for (let i = from; i < to; i++) {
      first.observe({ id: ids[i % ids.length], type: ["view", "cart", "view", "wish"][i % 4] });
      first.observe({ id: ids[(i * 7) % ids.length], type: "impression", list: "home", position: i % 24 });
    }
  };
  first.forget();
  note(0, 200 - records);
  first.forget({ event: first.observe({ id: ids[0] }) });
  await saved();
  for (let i = 200 - records; i < 200; i++) {
    note(i, i + 1);
    await saved();
  }
  const { length } = first.info().events;
  if (length !== 200) throw new Error(`${length} events`);
  const list = ids.slice(0, 48).map((id) => ({ id }));
  const wanted = JSON.stringify(first.rerank(list).map(({ score }) => score));
  first.dispose();
  await new Promise((done) => setTimeout(done, 200));

  const { Engine } = await engineModule(undefined, { open: openUrl, engine: besideEngine });
  const opened = new Engine(artifact.slice());
  const fresh = () => {
    const engine = opened.session();
    engine.prepare();
    return engine;
  };
  const parts = ["read and unsealed", "unsealed", "merged", "folded", "from stored bytes to a folded state"];
  const times = Object.fromEntries(parts.map((part) => [part, []]));
  const { decrypt } = SubtleCrypto.prototype;
  let begun;
  let bytes = 0;
  SubtleCrypto.prototype.decrypt = function (...given) {
    begun ??= performance.now();
    bytes += given[2].byteLength;
    return decrypt.apply(this, given);
  };
  const now = () => Date.now();
  for (let i = 0; i < 101; i++) {
    const store = openDevice(now, () => undefined);
    const engine = fresh();
    engine.reserve(1);
    begun = undefined;
    bytes = 0;
    const marks = [performance.now()];
    const kept = await store.read(null, false);
    marks.push(performance.now());
    for (const each of kept.parcels)
      for (const snapshot of parcel.unpack(each).snapshots) engine.merge(snapshot, false);
    marks.push(performance.now());
    engine.rank(1, 0, false, 1);
    marks.push(performance.now());
    times["read and unsealed"].push(marks[1] - marks[0]);
    times.unsealed.push(marks[1] - begun);
    times.merged.push(marks[2] - marks[1]);
    times.folded.push(marks[3] - marks[2]);
    times["from stored bytes to a folded state"].push(marks[3] - begun);
    engine.free();
    store.close();
  }
  SubtleCrypto.prototype.decrypt = decrypt;
  for (const store of ["memory", "device"]) {
    const [loads, lists] = [[], []];
    for (let i = 0; i < 31; i++) {
      const begin = performance.now();
      const reranker = await load(store);
      loads.push(performance.now() - begin);
      const scores = JSON.stringify(reranker.rerank(list).map(({ score }) => score));
      lists.push(performance.now() - begin);
      if (store === "device" && scores !== wanted) throw new Error("another order came back");
      reranker.dispose();
    }
    times[`loadReranker, store "${store}"`] = loads;
    times[`the same, and a first list, store "${store}"`] = lists;
  }
  return { times, bytes };
}
