// reshelf/testing: a clock that stands still, and sessions that are written down and replayed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadModel } from "../dist/index.node.js";
import { fakeClock, record, replay, tinyModel } from "../dist/testing/index.js";
import { draws } from "./draws.mjs";

const ids = ["a", "b", "c", "d", "e"];
const together = [
  ["a", "c", 0.8],
  ["b", "d", 0.9],
];
const model = await loadModel({ model: tinyModel({ items: ids, together }), backend: "cpu" });
const other = await loadModel({ model: tinyModel({ items: ids, together: [["a", "e"]] }), backend: "cpu" });
const BEGIN = Date.UTC(2026, 0, 1);

test("the clock stands still, dates events, and gives the host its own back", () => {
  const real = Date;
  const clock = fakeClock();
  try {
    assert.deepEqual([Date.now(), new Date().toISOString(), clock.now()], [BEGIN, "2026-01-01T00:00:00.000Z", BEGIN]);
    assert.equal(clock.advance(1_500), BEGIN + 1_500);
    const reranker = model.session();
    reranker.observe({ id: "a" });
    reranker.observe({ id: "b", at: BEGIN + 60_000 });
    assert.deepEqual(
      reranker.info().events.map(({ at }) => at),
      [BEGIN + 1_500, BEGIN + 1_500],
      "nothing is dated later than now",
    );
    clock.set("2027-01-01T00:00Z");
    assert.ok(new Date() instanceof real && new Date() instanceof Date);
    assert.equal(new Date().getUTCFullYear(), 2027);
    assert.equal(new Date(5).getTime(), 5);
    assert.equal(Date.UTC(1970, 0, 1), 0);
    assert.throws(() => clock.advance(-1), { code: "testing.clock" });
    for (const wrong of ["soon", NaN, null, {}, new real(NaN)])
      assert.throws(() => clock.set(wrong), { name: "ReshelfError", code: "testing.clock" });
  } finally {
    clock.restore();
  }
  clock.restore();
  assert.equal(Date, real);
});

test("a clock over another goes first", () => {
  const first = fakeClock(1);
  const second = fakeClock(new Date(2));
  assert.throws(() => first.restore(), { code: "testing.clock" });
  assert.equal(Date.now(), 2);
  second[Symbol.dispose ?? Symbol.for("Symbol.dispose")]();
  assert.equal(Date.now(), 1);
  first.restore();
  assert.ok(Date.now() > BEGIN / 2);
});

/** Everything that is recorded, once. */
async function visit(reranker, clock) {
  reranker.observe({ id: "a", type: "view" });
  reranker.rerank(ids);
  clock.advance(1_000);
  const second = reranker.observe({ id: "b", at: new Date(Date.now() - 10) });
  reranker.rerank(new Set([{ id: "e", score: 2, extra: "x" }, { id: "d" }, { id: 7n }]), {
    limit: 2,
    by: "similarity",
  });
  reranker.rerankMany([ids, ["d", "b"]]);
  [["d", "a"], ["e"]].map(reranker.rerank);
  await reranker.retrieve({ k: 2, filter: (id) => id !== "d" });
  reranker.observe({ type: "dwell", id: "b", seconds: 12 });
  reranker.observe({});
  reranker.forget({ event: second });
  const snapshot = reranker.snapshot();
  reranker.forget();
  reranker.rerank(ids);
  reranker.restore(snapshot);
  reranker.forget({ from: Date.now() - 10_000, to: new Date(Date.now() - 500) });
  reranker.rerank(ids);
}

test("a session is a file that people can read, and goes the same again", async () => {
  const clock = fakeClock();
  try {
    const recording = record(model.session());
    await visit(recording.reranker, clock);
    const lines = recording.text().trimEnd().split("\n");
    assert.deepEqual(lines.slice(0, 6), [
      `{"reshelf":"session","format":1,"model":"${model.info().model.version}"}`,
      '{"observe":{"id":"a","type":"view","at":"2026-01-01T00:00:00.000Z"},"event":1}',
      '{"rerank":["a","b","c","d","e"],"order":["c","a","b","d","e"]}',
      '{"observe":{"id":"b","at":"2026-01-01T00:00:00.990Z"},"event":2}',
      '{"rerank":[{"id":"e","score":2},{"id":"d"},{"id":"7"}],"options":{"limit":2,"by":"similarity"},"order":["d","e"]}',
      '{"rerankMany":[["a","b","c","d","e"],["d","b"]],"order":[["d","c","a","b","e"],["d","b"]]}',
    ]);
    assert.ok(lines.includes('{"retrieve":{"k":2,"without":["d"]},"order":["c","b"]}'));
    assert.ok(lines.includes('{"forget":{"event":2},"forgot":1}'));
    assert.match(lines.join("\n"), /\{"observe":\{"at":"[^"]+"\},"event":null\}/);
    const version = model.info().model.version;
    const replayed = await replay(recording.text(), model.session());
    assert.deepEqual(replayed, {
      calls: lines.length - 1,
      differences: [],
      models: { recorded: version, replayed: version },
    });
    const again = record(model.session());
    await replay(recording.text(), again.reranker);
    assert.equal(again.text().split("\n").length, lines.length + 1, "a replay can be recorded");
  } finally {
    clock.restore();
  }
});

test("a replay tells where another model goes otherwise", async () => {
  const recording = record(model.session());
  recording.reranker.rerank(ids);
  recording.reranker.observe({ id: "a" });
  recording.reranker.rerank(ids);
  const { differences, models } = await replay(recording.text(), other.session());
  assert.deepEqual(differences, [
    { line: 4, call: "rerank", expected: ["c", "a", "b", "d", "e"], actual: ["e", "a", "b", "c", "d"] },
  ]);
  assert.notEqual(models.recorded, models.replayed);
  // A changed file is told of as well.
  const changed = recording.text().replace('"event":1', '"event":null');
  assert.deepEqual(
    (await replay(changed, model.session())).differences.map(({ line, call }) => [line, call]),
    [[3, "observe"]],
  );
});

test("sessions begin at their beginning", async () => {
  const reranker = model.session();
  const recording = record(reranker);
  recording.reranker.observe({ id: "a" });
  assert.throws(() => record(reranker), { name: "ReshelfError", code: "testing.session" });
  await assert.rejects(replay(recording.text(), reranker), { code: "testing.session" });
});

test("what answers later, as a worker does, is written down in the order of the calls", async () => {
  const session = model.session();
  const answer =
    (call, wait) =>
    async (...given) => {
      for (let turn = 0; turn < wait; turn++) await undefined;
      return call(...given);
    };
  const late = {
    observe: answer(session.observe, 0),
    rerank: answer(session.rerank, 9),
    info: answer(session.info, 1),
  };
  const { reranker, text } = record(late);
  assert.equal(reranker.forget, undefined);
  const first = reranker.rerank(["b", "a"]);
  await reranker.observe({ id: "a" });
  await first;
  assert.equal(JSON.parse(text().split("\n")[0]).model, model.info().model.version);
  assert.deepEqual(
    text()
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => Object.keys(JSON.parse(line))[0]),
    ["rerank", "observe"],
  );
});

test("what is passed in may be anything: a recorded reranker answers as its own does, and throws nothing", async () => {
  const below = draws(11);
  const bad = {
    get id() {
      throw new Error("no");
    },
  };
  const breaks = () => ({
    *[Symbol.iterator]() {
      yield "a";
      throw new Error("broken off");
    },
  });
  const values = [
    null,
    undefined,
    5,
    "a",
    {},
    [],
    bad,
    [bad],
    { id: "a" },
    { id: 1n },
    ["b", "a"],
    { event: 3 },
    { k: 2 },
  ];
  values.push(new Uint8Array(3), { id: "a", at: bad }, { id: "b", at: "1e99" }, Symbol("s"), () => 1, {
    k: 3,
    filter: () => 1,
  });
  const [own, inner] = [model.session(), model.session()];
  const { reranker, text } = record(inner);
  const untimed = (info) => ({ ...info, timings: null, events: info.events.map((event) => ({ ...event, at: 0 })) });
  for (let round = 0; round < 400; round++) {
    const call = ["observe", "rerank", "rerankMany", "forget", "restore", "retrieve"][below(6)];
    const [given, same] = below(5) === 0 ? [breaks(), breaks()] : new Array(2).fill(values[below(values.length)]);
    assert.deepEqual(await reranker[call](given), await own[call](same), `${call} of ${typeof given}, round ${round}`);
  }
  assert.deepEqual(untimed(reranker.info()), untimed(own.info()));
  for (const line of text().trimEnd().split("\n")) JSON.parse(line);
});

test("a text that is no recording gives a code and the line", async () => {
  const head = '{"reshelf":"session","format":1,"model":null}\n';
  for (const [text, message] of [
    [5, /text of record/],
    ["", /first line/],
    ['{"reshelf":"session","format":9}', /first line/],
    [`${head}{"observe":`, /Line 2 is no JSON/],
    [`${head}\n7`, /Line 3 is no object/],
    [`${head}{"observe":{"id":"a"}}`, /Line 2 is no call/],
    [`${head}{"looked":{"id":"a"},"event":1}`, /Line 2 is no call/],
  ])
    await assert.rejects(replay(text, model.session()), (error) => {
      assert.equal(error.code, "testing.recording");
      assert.match(error.message, message);
      return true;
    });
});

test("a recording passes on what cannot be read, as the reranker takes it, and records nothing else", async () => {
  const { reranker } = record(model.session());
  const { proxy: revoked, revoke } = Proxy.revocable([], {});
  revoke();
  const blind = new Proxy([], { has: () => assert.fail("has") });
  for (const odd of [revoked, blind]) {
    assert.deepEqual(reranker.rerank(odd), []);
    assert.deepEqual(reranker.rerankMany(odd), []);
    assert.deepEqual(await reranker.retrieve(odd), []);
  }
  for (const none of [undefined, null, {}, "a", revoked])
    assert.throws(() => record(none), { code: "testing.session" });
});
