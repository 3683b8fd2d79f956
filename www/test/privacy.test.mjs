// `reshelf/privacy` over a stand-in for a reranker: when there is a token, when there is the same, and when there is none.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, mock, test } from "node:test";
import { loadReranker } from "../dist/index.node.js";
import { memoryLedger, tasteTokens } from "../dist/privacy/index.js";

const DAY = 86_400_000;
const START = Date.UTC(2026, 8, 3);
let now = START;

beforeEach(() => {
  now = START;
  mock.method(Date, "now", () => now);
});
afterEach(() => mock.restoreAll());

/** A reranker as far as tokens know one. */
function shopper(cluster = 5) {
  const state = { cluster, clusters: 16, model: "m1", share: true, asked: 0 };
  return Object.assign(state, {
    source: {
      cluster: () => (state.asked++, { cluster: state.cluster, clusters: state.clusters, model: state.model }),
      info: () => ({ consent: { store: false, share: state.share } }),
    },
  });
}

const codeOf = (taste) => taste.info().reason?.code;

test("a token carries what a server needs, and stands for its epoch whatever the session becomes", async () => {
  const state = shopper();
  const ledger = memoryLedger();
  const taste = tasteTokens(state.source, { epsilon: 2, ledger });
  const token = await taste.token();
  assert.deepEqual(Object.keys(token).sort(), ["cluster", "clusters", "epoch", "epsilon", "model"]);
  assert.ok(Number.isInteger(token.cluster) && token.cluster >= 0 && token.cluster < 16);
  assert.deepEqual(
    { ...token, cluster: 0 },
    { cluster: 0, clusters: 16, epsilon: 2, epoch: Math.floor(START / DAY / 7), model: "m1" },
  );
  assert.equal(codeOf(taste), undefined);
  for (let i = 0; i < 100; i++) {
    Object.assign(state, { cluster: i % 16, model: "m2", clusters: 16 + i });
    assert.deepEqual(await taste.token(), token);
    assert.deepEqual(await tasteTokens(state.source, { epsilon: 8, epochDays: 1, ledger }).token(), token);
  }
  state.cluster = null;
  assert.deepEqual(await taste.token(), token, "an empty session, too");
  assert.equal((await taste.ledger()).spent, 2);
});

test("tokens follow the session's cluster as randomised response does", async () => {
  const drawn = new Array(16).fill(0);
  for (let i = 0; i < 2_000; i++) {
    const token = await tasteTokens(shopper(11).source, { epsilon: 3, ledger: memoryLedger() }).token();
    drawn[token.cluster] += 1;
  }
  // e^3 / (e^3 + 15) is .572; five standard deviations are .055.
  assert.ok(Math.abs(drawn[11] / 2_000 - 0.572) < 0.056, `${drawn}`);
  assert.ok(drawn.filter((count, at) => at !== 11 && count > 0).length === 15, `${drawn}`);
});

test("each epoch costs its epsilon, until the cap; the ledger says so", async () => {
  const state = shopper();
  const ledger = memoryLedger();
  const taste = tasteTokens(state.source, { epsilon: 3, epochDays: 30, cap: 9, ledger });
  assert.deepEqual(await taste.ledger(), { spent: 0, cap: 9, left: 9, epochs: [], token: null, until: 0 });
  const epochs = [];
  for (let month = 0; month < 3; month++) {
    const token = await taste.token();
    epochs.push({ epoch: token.epoch, epsilon: 3 });
    const found = await taste.ledger();
    assert.deepEqual(found, {
      spent: 3 * (month + 1),
      cap: 9,
      left: 9 - 3 * (month + 1),
      epochs,
      token,
      until: (token.epoch + 1) * 30 * DAY,
    });
    now = found.until - 1;
    assert.deepEqual(await taste.token(), token, "to the last millisecond");
    now += 1;
  }
  assert.equal(await taste.token(), null);
  assert.equal(codeOf(taste), "token.spent");
  assert.deepEqual((await taste.ledger()).epochs, epochs);
  const again = tasteTokens(state.source, { epsilon: 3, cap: 9, ledger });
  assert.equal(await again.token(), null, "as after a reload");
  const smaller = tasteTokens(state.source, { epsilon: 0.5, cap: 9.5, ledger });
  assert.equal((await smaller.token()).epsilon, 0.5, "a page may raise its cap, and the ledger shows it");
  assert.equal((await smaller.ledger()).spent, 9.5);
});

test("sums of decimal fractions reach the cap and no further", async () => {
  const taste = tasteTokens(shopper().source, { epsilon: 0.1, epochDays: 1, cap: 0.3, ledger: memoryLedger() });
  const tokens = [];
  for (let day = 0; day < 5; day++, now += DAY) tokens.push((await taste.token()) !== null);
  assert.deepEqual(tokens, [true, true, true, false, false]);
});

test("a clock that is put back, or is none, gives no new draw", async () => {
  const taste = tasteTokens(shopper().source, { epsilon: 1, epochDays: 1, ledger: memoryLedger() });
  const token = await taste.token();
  for (const at of [START - DAY, START - 4000 * DAY, -DAY, 0, NaN, START + 3_600_000]) {
    now = at;
    assert.deepEqual(await taste.token(), token, `${at}`);
  }
  assert.equal((await taste.ledger()).spent, 1);
  now = NaN;
  assert.equal(await tasteTokens(shopper().source, { epsilon: 1, ledger: memoryLedger() }).token(), null);
});

test("without consent nothing is asked, read or kept", async () => {
  const state = shopper();
  state.share = false;
  const touched = [];
  const store = memoryLedger();
  const ledger = {
    read: () => (touched.push("read"), store.read()),
    update: (change) => (touched.push("update"), store.update(change)),
  };
  const taste = tasteTokens(state.source, { epsilon: 3, ledger });
  for (const share of [false, null, undefined, 1, "true", {}]) {
    state.share = share;
    assert.equal(await taste.token(), null);
    assert.equal(codeOf(taste), "token.consent");
  }
  assert.deepEqual([touched, state.asked], [[], 0]);
  state.share = true;
  const token = await taste.token();
  assert.notEqual(token, null);
  state.share = false;
  assert.equal(await taste.token(), null, "withdrawn");
  state.share = true;
  assert.deepEqual(await taste.token(), token, "and given again: no new draw");
});

test("consent that is withdrawn while the ledger is written keeps the token back", async () => {
  const state = shopper();
  const store = memoryLedger();
  const update = async (change) => {
    await store.update(change);
    state.share = false;
  };
  const taste = tasteTokens(state.source, { epsilon: 3, ledger: { ...store, update } });
  assert.deepEqual([await taste.token(), codeOf(taste)], [null, "token.consent"]);
  assert.equal((await taste.ledger()).spent, 3, "it counts as spent");
});

test("before the model knows anything, and without clusters, nothing is spent", async () => {
  const state = shopper(null);
  const taste = tasteTokens(state.source, { epsilon: 3, ledger: memoryLedger() });
  assert.deepEqual([await taste.token(), codeOf(taste)], [null, "token.session"]);
  for (const found of [
    null,
    undefined,
    {},
    { cluster: 16, clusters: 16, model: "m" },
    { cluster: -1, clusters: 16, model: "m" },
    { cluster: 0.5, clusters: 16, model: "m" },
    { cluster: 0, clusters: 1, model: "m" },
    { cluster: 0, clusters: 65, model: "m" },
    { cluster: 0, clusters: 16, model: 7 },
  ]) {
    state.source.cluster = () => found;
    assert.deepEqual([await taste.token(), codeOf(taste)], [null, "token.clusters"], JSON.stringify(found));
  }
  assert.equal((await taste.ledger()).spent, 0);
  state.source.cluster = async () => ({ cluster: 3, clusters: 16, model: "m" });
  assert.equal((await taste.token()).model, "m", "a promise will do, as behind a worker");
});

test("a token that is forgotten is gone, and there is no other until its epoch is over", async () => {
  const ledger = memoryLedger();
  const taste = tasteTokens(shopper().source, { epsilon: 3, ledger });
  assert.equal(await taste.forget(), true, "nothing is kept");
  assert.equal(await ledger.read(), undefined);
  const { epoch } = await taste.token();
  assert.equal(await taste.forget(), true);
  assert.deepEqual(await ledger.read(), {
    version: 1,
    spent: 3,
    epochs: [{ epoch, epsilon: 3 }],
    token: null,
    until: (epoch + 1) * 7 * DAY,
  });
  assert.deepEqual([await taste.token(), codeOf(taste)], [null, "token.forgotten"]);
  now += 7 * DAY;
  assert.equal((await taste.token()).epoch, epoch + 1);
  assert.equal((await taste.ledger()).spent, 6);
});

test("many at once are one", async () => {
  const state = shopper();
  const ledger = memoryLedger();
  const tabs = Array.from({ length: 20 }, () => tasteTokens(state.source, { epsilon: 3, ledger }));
  const tokens = await Promise.all(tabs.map((tab, at) => ((state.cluster = at % 16), tab.token())));
  for (const token of tokens) assert.deepEqual(token, tokens[0]);
  assert.equal((await tabs[0].ledger()).spent, 3);
  // A store that found another's update begins again: what it kept in the end is the answer.
  const store = memoryLedger();
  const twice = { read: store.read, update: async (change) => (change(undefined), store.update(change)) };
  const token = await tasteTokens(state.source, { epsilon: 3, ledger: twice }).token();
  assert.deepEqual((await store.read()).token, token);
});

test("a ledger that is damaged or of a newer version is left as it is, and refuses", async () => {
  const whole = { version: 1, spent: 3, epochs: [], token: null, until: 0 };
  for (const kept of [
    { ...whole, version: 2 },
    { ...whole, spent: -1 },
    { ...whole, spent: NaN },
    { ...whole, spent: "3" },
    { ...whole, until: Infinity },
    { ...whole, epochs: "none" },
    { ...whole, token: { cluster: 9, clusters: 4, model: "m" } },
    { ...whole, token: undefined },
    {},
    [],
    "ledger",
    0,
    true,
  ]) {
    const ledger = memoryLedger();
    await ledger.update(() => kept);
    const taste = tasteTokens(shopper().source, { epsilon: 3, ledger });
    for (const call of [taste.token, taste.ledger]) {
      assert.equal(await call(), null, JSON.stringify(kept));
      assert.equal(codeOf(taste), "token.version");
    }
    assert.equal(await taste.forget(), false);
    assert.deepEqual(await ledger.read(), kept);
  }
});

test("what cannot be kept is not given out", async () => {
  for (const update of [
    async () => Promise.reject(new Error("QuotaExceededError")),
    async (change) => {
      change(undefined);
      throw new Error("the disk is full");
    },
    () => {
      throw new Error("blocked");
    },
    async () => undefined,
    7,
  ]) {
    const taste = tasteTokens(shopper().source, { epsilon: 3, ledger: { read: async () => undefined, update } });
    assert.deepEqual([await taste.token(), codeOf(taste)], [null, "token.failed"], String(update));
  }
  // Node has no IndexedDB.
  const taste = tasteTokens(shopper().source, { epsilon: 3 });
  assert.deepEqual([await taste.token(), codeOf(taste)], [null, "token.failed"]);
  assert.equal(await taste.ledger(), null);
});

test("without random numbers there is no token, and nothing is spent", async () => {
  const taste = tasteTokens(shopper().source, { epsilon: 3, ledger: memoryLedger() });
  for (const broken of [
    (words) => words.fill(0xffffffff),
    () => {
      throw new Error("no entropy");
    },
  ]) {
    const { mock: calls } = mock.method(crypto, "getRandomValues", broken);
    assert.deepEqual([await taste.token(), codeOf(taste)], [null, "token.random"]);
    assert.ok(calls.callCount() > 0);
    calls.restore();
  }
  assert.equal((await taste.ledger()).spent, 0);
});

test("no option and no reranker makes it throw or reject", async () => {
  const thrower = () => {
    throw new Error("mine");
  };
  const odd = [null, undefined, 0, NaN, -1, 0.01, 8.1, Infinity, "3", {}, [], 3n, Symbol("3"), thrower, true];
  const ledger = memoryLedger();
  const { source } = shopper();
  for (const epsilon of odd)
    assert.equal(await tasteTokens(source, { epsilon, ledger }).token(), null, String(epsilon));
  for (const name of ["epochDays", "cap"])
    for (const value of odd) {
      const taste = tasteTokens(source, { epsilon: 3, ledger: memoryLedger(), [name]: value });
      const takes = value === null || value === undefined || value === 8.1;
      assert.equal((await taste.token()) !== null, takes, `${name} ${String(value)}`);
      assert.equal(codeOf(taste), takes ? undefined : `argument.${name}`);
    }
  const throwing = new Proxy({}, { get: thrower });
  for (const options of [null, undefined, 7, "x", throwing, { epsilon: 3, ledger: throwing }]) {
    const taste = tasteTokens(source, options);
    assert.deepEqual([await taste.token(), await taste.ledger(), await taste.forget()], [null, null, false]);
    assert.ok(codeOf(taste));
  }
  for (const other of [
    null,
    undefined,
    7,
    {},
    throwing,
    { info: thrower },
    { info: () => null },
    { info: () => throwing },
  ]) {
    const taste = tasteTokens(other, { epsilon: 3, ledger });
    assert.equal(await taste.token(), null);
    assert.match(codeOf(taste), /^token\.(failed|consent)$/);
  }
  for (const cluster of [thrower, 7, () => throwing, () => Promise.reject(new Error("mine"))]) {
    const taste = tasteTokens({ ...source, cluster }, { epsilon: 3, ledger });
    assert.deepEqual([await taste.token(), codeOf(taste)], [null, "token.failed"]);
  }
  assert.equal(await ledger.read(), undefined, "nothing of all that was kept");
  const { token, ledger: read, forget, info } = tasteTokens(source, { epsilon: 3, ledger });
  assert.ok((await token()) && (await read()) && (await forget()) && info().reason === null, "destructured");
});

test("a real reranker has a cluster once it knows something of the session, and never in a token's place", async () => {
  const model = (name) => new Uint8Array(readFileSync(new URL(`../../tests/golden/${name}`, import.meta.url)));
  const reranker = await loadReranker({ model: model("clusters/golden.safetensors"), backend: "cpu" });
  const { version } = reranker.info().model;
  assert.deepEqual(reranker.cluster(), { cluster: null, clusters: 16, model: version });
  reranker.observe({ id: "nobody's" });
  assert.equal(reranker.cluster().cluster, null);
  const taste = tasteTokens(reranker, { epsilon: 3, ledger: memoryLedger() });
  assert.deepEqual([await taste.token(), codeOf(taste)], [null, "token.consent"]);
  reranker.consent({ share: true });
  assert.deepEqual([await taste.token(), codeOf(taste)], [null, "token.session"]);
  reranker.observe({ id: 10 });
  const { cluster } = reranker.cluster();
  assert.ok(Number.isInteger(cluster) && cluster >= 0 && cluster < 16);
  assert.equal((await taste.token()).model, version);
  reranker.forget();
  assert.equal(reranker.cluster().cluster, null);
  reranker.dispose();
  assert.equal(reranker.cluster(), null);
  const without = await loadReranker({ model: model("golden.safetensors"), backend: "cpu" });
  without.observe({ id: 10 });
  assert.equal(without.cluster(), null);
  assert.equal((await loadReranker({ model: new Uint8Array(3) })).cluster(), null);
});
