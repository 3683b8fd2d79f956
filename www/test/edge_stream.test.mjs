// reshelf/edge as a stream: what leaves when, what is asked of the origin, and what becomes of a page that breaks off.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { personalize } from "../dist/edge/index.node.js";
import { fed, html, idsIn, listOf, pageOf, readTo, served, settle, turner } from "./edge_origin.mjs";

const page = pageOf(listOf(["a", "b", "c"]), listOf(["d", "e"]));
const turned = pageOf(listOf(["c", "b", "a"]), listOf(["e", "d"]));
const [head, tail] = [page.slice(0, page.indexOf("<ul")), page.slice(page.indexOf("<ul"))];

// The module is there: what is timed here is the page alone.
before(() => served(personalize, html(page), { reranker: turner() }));

test("the answer is there before the body has ended, and bytes before a list leave before the list is complete", async () => {
  const origin = fed();
  const asked = personalize(origin.response, { reranker: turner(), deadlineMs: 10_000 });
  origin.send(head + tail.slice(0, 40));
  const answer = await asked;
  const reader = answer.body.getReader();
  const first = await readTo(reader, "Before</p>\n");
  assert.equal(first, head);
  const rest = readTo(reader);
  origin.send(tail.slice(40));
  origin.end();
  assert.equal(first + (await rest), turned);
});

test("the answer is there before the first byte is", async () => {
  const origin = fed();
  const answer = await personalize(origin.response, { reranker: turner(), deadlineMs: 5 });
  const text = answer.text();
  origin.send(page);
  origin.end();
  assert.equal(await text, turned);
});

test("wherever the page is cut, the same comes out", async () => {
  const bytes = new TextEncoder().encode(page);
  for (let cut = 1; cut < bytes.length; cut += 1) {
    const origin = fed();
    for (const part of [bytes.subarray(0, cut), bytes.subarray(cut)]) origin.send(part);
    origin.end();
    const { text } = await served(personalize, origin.response, { reranker: turner() });
    assert.equal(text, turned, `cut at ${cut}`);
  }
});

describe("backpressure", () => {
  /** An origin that always has more, and counts. */
  function endless(text, size) {
    const state = { taken: 0 };
    const chunk = new TextEncoder().encode(text.repeat(Math.ceil(size / text.length)));
    const body = new ReadableStream(
      { pull: (controller) => ((state.taken += chunk.length), controller.enqueue(chunk)) },
      { highWaterMark: 0 },
    );
    return Object.assign(state, { response: html(body) });
  }
  const filler = "<p>A paragraph of text that is no list.</p>\n";

  test("who reads nothing makes the origin send next to nothing", async () => {
    const origin = endless(filler, 16_384);
    const answer = await personalize(origin.response, { reranker: turner() });
    await settle();
    assert.ok(origin.taken <= 2 * 16_384, `${origin.taken} bytes`);
    await answer.body.cancel();
  });

  test("who reads slowly is never far behind, and a list that does not end is let go", async () => {
    for (const [text, size] of [
      [filler, 16_384],
      [filler, 4_000_000],
      [`<ul data-reshelf-list>${filler}`, 16_384],
      [listOf(["a", "b"]), 200_000],
    ]) {
      const origin = endless(text, size);
      const answer = await personalize(origin.response, { reranker: turner(), deadlineMs: 60_000 });
      const reader = answer.body.getReader();
      let read = 0;
      for (let step = 0; step < 40; step++) {
        read += (await reader.read()).value.length;
        await Promise.resolve();
        assert.ok(origin.taken - read <= 1_500_000 + size, `${origin.taken} taken, ${read} read`);
      }
      await reader.cancel();
    }
  });

  test("a large chunk goes through in slices", async () => {
    const big = filler.repeat(50_000);
    const answer = await personalize(html(big), { reranker: turner() });
    const reader = answer.body.getReader();
    let most = 0;
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      most = Math.max(most, value.length);
      text += new TextDecoder().decode(value);
    }
    assert.equal(text, big);
    assert.ok(most <= 100_000, `${most} bytes at once`);
  });
});

test("giving up reaches the origin, with its reason, before and after bytes came", async () => {
  for (const early of [true, false]) {
    const origin = fed();
    let report;
    const options = { reranker: turner(), deadlineMs: 20, onReport: (given) => (report = given) };
    const asked = personalize(origin.response, options);
    if (!early) origin.send(head + tail.slice(0, 30));
    const answer = await asked;
    const reader = answer.body.getReader();
    if (!early) await readTo(reader, "Before");
    const reason = new Error("gone");
    await reader.cancel(reason);
    assert.equal(origin.cancelled, reason);
    assert.equal(report.reason, "cancelled");
  }
});

describe("an origin that fails in the middle fails the answer, after all that it sent", () => {
  const failure = new Error("reset");
  for (const [name, sent, expected] of [
    ["before anything", "", ""],
    ["before a list", head, head],
    ["in a list", page.slice(0, page.indexOf("<ul") + 60), page.slice(0, page.indexOf("<ul") + 60)],
    [
      "in the second list",
      page.slice(0, page.lastIndexOf("<ul") + 60),
      turned.slice(0, page.lastIndexOf("<ul")) + page.slice(page.lastIndexOf("<ul"), page.lastIndexOf("<ul") + 60),
    ],
    ["in a tag", page.slice(0, page.indexOf("<ul") + 9), page.slice(0, page.indexOf("<ul") + 9)],
    ["behind the last", page, turned],
  ]) {
    for (const late of [false, true]) {
      test(`${name}${late ? ", and later" : ""}`, async () => {
        const origin = fed();
        let report;
        const options = { reranker: turner(), deadlineMs: 10_000, onReport: (given) => (report = given) };
        const asked = personalize(origin.response, options);
        if (sent) origin.send(sent);
        const fails = () => origin.fail(failure);
        // A stream that fails forgets what was not read: the chunk is taken first.
        const reader = sent ? (await asked).body.getReader() : undefined;
        if (late) setTimeout(fails, 5);
        else if (!sent) fails();
        let text = "";
        const decoder = new TextDecoder();
        const from = reader ?? (await asked).body.getReader();
        let error;
        let first = true;
        while (error === undefined) {
          const next = from.read();
          if (first && sent && !late) {
            await settle();
            fails();
          }
          first = false;
          try {
            text += decoder.decode((await next).value, { stream: true });
          } catch (thrown) {
            error = thrown;
          }
        }
        assert.equal(error, failure);
        assert.equal(text, expected);
        assert.equal(report.reason, "origin");
      });
    }
  }
});

describe("the deadline", () => {
  test("a list that is not complete in time leaves as it came, however long the origin takes; the next one is in order", async () => {
    const origin = fed();
    const options = { reranker: turner(), deadlineMs: 20 };
    let report;
    const asked = personalize(origin.response, { ...options, onReport: (given) => (report = given) });
    const cut = page.indexOf("</li>") + 5;
    origin.send(page.slice(0, cut));
    const reader = (await asked).body.getReader();
    let text = "";
    while (text.length < cut) text += await readTo(reader, page.slice(cut - 8, cut));
    assert.equal(text, page.slice(0, cut));
    origin.send(page.slice(cut));
    origin.end();
    text += await readTo(reader);
    assert.equal(text, pageOf(listOf(["a", "b", "c"]), listOf(["e", "d"])));
    assert.deepEqual(
      report.lists.map(({ moved, reason }) => [moved, reason]),
      [
        [0, "deadline"],
        [2, null],
      ],
    );
  });

  test("each list has its own: what one took is not counted against the next", async () => {
    const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
    const second = page.lastIndexOf("<ul");
    for (const stalls of [false, true]) {
      const origin = fed();
      const asked = personalize(origin.response, { reranker: turner(), deadlineMs: 400 });
      const feed = async () => {
        origin.send(page.slice(0, page.indexOf("</li>") + 5));
        await wait(100);
        origin.send(page.slice(page.indexOf("</li>") + 5, second));
        await wait(200);
        origin.send(page.slice(second, page.lastIndexOf("<li")));
        await wait(stalls ? 700 : 200); // In time for this list, and late for the one before.
        origin.send(page.slice(page.lastIndexOf("<li")));
        origin.end();
      };
      const feeding = feed();
      const expected = stalls ? pageOf(listOf(["c", "b", "a"]), listOf(["d", "e"])) : turned;
      assert.equal(await (await asked).text(), expected);
      await feeding;
    }
  });

  test("a list is read to its end although its reader is slow, so that nobody's slowness is the origin's", async () => {
    const origin = fed();
    const asked = personalize(origin.response, { reranker: turner(), deadlineMs: 100 });
    origin.send(page.slice(0, page.indexOf("</li>") + 5));
    const reader = (await asked).body.getReader();
    const first = await readTo(reader, "Before</p>\n");
    origin.send(page.slice(page.indexOf("</li>") + 5));
    origin.end();
    await new Promise((done) => setTimeout(done, 300));
    assert.equal(first + (await readTo(reader)), turned);
  });

  test("no timer is left, however a page ends", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const before = timers();
    const options = { reranker: turner(), deadlineMs: 600_000 };
    await (await personalize(html(page), options)).text();
    const held = async (origin) => {
      origin.send(head + tail.slice(0, 60));
      const reader = (await personalize(origin.response, options)).body.getReader();
      await readTo(reader, "Before</p>");
      return reader;
    };
    const cancelled = fed();
    await (await held(cancelled)).cancel();
    const failed = fed();
    const reading = await held(failed);
    failed.fail(new Error("reset"));
    await readTo(reading).catch(() => undefined);
    const ended = fed();
    const last = await held(ended);
    ended.end();
    await readTo(last);
    assert.equal(timers(), before);
  });

  test("0 lets a list that comes in one piece be put in order; Infinity waits for ever", async () => {
    assert.equal((await served(personalize, html(page), { reranker: turner(), deadlineMs: 0 })).text, turned);
    const origin = fed();
    const asked = personalize(origin.response, { reranker: turner(), deadlineMs: Infinity });
    origin.send(page.slice(0, 200));
    const text = (await asked).text();
    await settle();
    origin.send(page.slice(200));
    origin.end();
    assert.equal(await text, turned);
  });
});

test("a list that is longer than it may be leaves at once, and the next one is in order", async () => {
  const origin = fed();
  let report;
  const options = { reranker: turner(), maxListBytes: 500, deadlineMs: 60_000, onReport: (given) => (report = given) };
  const long = listOf(Array.from({ length: 40 }, (_, at) => `long-${at}`));
  const short = listOf(["d", "e"]);
  const whole = pageOf(long, short);
  const cut = whole.indexOf("long-30");
  const asked = personalize(origin.response, options);
  origin.send(whole.slice(0, cut));
  const reader = (await asked).body.getReader();
  const first = await readTo(reader, "long-20");
  origin.send(whole.slice(cut));
  origin.end();
  const text = first + (await readTo(reader));
  assert.equal(text, pageOf(long, listOf(["e", "d"])));
  assert.deepEqual(
    report.lists.map(({ moved, reason }) => [moved, reason]),
    [
      [0, "too-large"],
      [2, null],
    ],
  );
});

test("many pages at once keep apart", async () => {
  const pages = Array.from({ length: 50 }, (_, at) => [`a${at}`, `b${at}`, `c${at}`]);
  const answers = await Promise.all(
    pages.map(async (ids) => {
      const origin = fed();
      const asked = personalize(origin.response, { reranker: turner(), deadlineMs: 10_000 });
      const text = pageOf(listOf(ids));
      for (let at = 0; at < text.length; at += 50) {
        origin.send(text.slice(at, at + 50));
        await settle();
      }
      origin.end();
      return (await asked).text();
    }),
  );
  answers.forEach((text, at) => assert.deepEqual(idsIn(text), [...pages[at]].reverse()));
});
