// reshelf/edge: what passes as the very same answer, and which headers an answer has that was put in order.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { personalize } from "../dist/edge/index.node.js";
import { fed, html, idsIn, listOf, pageOf, served, settle, turner } from "./edge_origin.mjs";

const page = pageOf(listOf(["a", "b", "c"]));
const turned = pageOf(listOf(["c", "b", "a"]));
const bytes = new TextEncoder().encode(page);

describe("passes as the very same answer, unread", () => {
  const ordinary = { "content-type": "text/html" };
  const cases = {
    "a 201": ["status", () => html(page, {}, { status: 201 })],
    "a 203": ["status", () => html(page, {}, { status: 203 })],
    "a 206": ["status", () => html(page, {}, { status: 206 })],
    "a 301": ["status", () => html(page, { location: "/x" }, { status: 301 })],
    "a 304": ["status", () => html(null, {}, { status: 304 })],
    "a 404": ["status", () => html(page, {}, { status: 404 })],
    "a 503": ["status", () => html(page, {}, { status: 503 })],
    "an answer to HEAD": ["method", () => html(page), { request: new Request("http://shop/", { method: "HEAD" }) }],
    "no content type": ["type", () => new Response(bytes)],
    "plain text": ["type", () => new Response(page)],
    XHTML: ["type", () => html(page, { "content-type": "application/xhtml+xml" })],
    "two types in one": ["type", () => html(page, { "content-type": "text/html, application/json" })],
    JSON: ["type", () => html("{}", { "content-type": "application/json" })],
    "a name that only begins like it": ["type", () => html(page, { "content-type": "text/htmlx" })],
    "several parts": ["type", () => html(page, { "content-type": "multipart/x-mixed-replace; boundary=text/html" })],
    "UTF-16 by header": ["charset", () => html(page, { "content-type": "text/html; charset=UTF-16LE" })],
    "ISO-2022-JP by header": ["charset", () => html(page, { "content-type": 'text/html;charset="iso-2022-jp"' })],
    "an attachment": ["attachment", () => html(page, { "content-disposition": "Attachment; filename=a.html" })],
    "no-transform": ["no-transform", () => html(page, { "cache-control": 'public, ext="a, b", No-Transform' })],
    "no body": ["empty", () => new Response(null, { headers: ordinary })],
  };
  for (const [name, [reason, make, options]] of Object.entries(cases)) {
    test(name, async () => {
      const origin = make();
      const before = [...origin.headers];
      let report;
      const answer = await personalize(origin, {
        ...options,
        reranker: turner(),
        onReport: (given) => (report = given),
      });
      assert.equal(answer, origin);
      assert.deepEqual([...answer.headers], before);
      assert.equal(answer.bodyUsed, false);
      assert.deepEqual(report, { reason, lists: [] });
    });
  }

  test("one that somebody reads already, or has read", async () => {
    const reading = html(page);
    reading.body.getReader();
    const read = html(page);
    await read.text();
    for (const origin of [reading, read]) assert.equal(await personalize(origin, { reranker: turner() }), origin);
  });
});

describe("is put in order", () => {
  const cases = {
    "plain HTML": {},
    "small and capital letters": { "content-type": "Text/HTML ; Charset = utf-8" },
    "a page to be shown": { "content-disposition": "inline; filename=attachment.html" },
    "a word that holds another": { "cache-control": "x-no-transform" },
    "a text that is quoted": { "cache-control": 'ext="no-transform"' },
  };
  for (const [name, headers] of Object.entries(cases)) {
    test(name, async () => {
      const request = new Request("http://shop/");
      assert.equal((await served(personalize, html(page, headers), { reranker: turner(), request })).text, turned);
    });
  }
});

/** The headers of an answer that was put in order, of these of the origin. */
async function after(headers) {
  const { text, response } = await served(personalize, html(page, headers), { reranker: turner() });
  assert.equal(text, turned);
  return response.headers;
}

describe("an answer that was put in order", () => {
  const control = {
    "public, max-age=60, s-maxage=600": "private, max-age=60",
    "s-maxage=600": "private",
    "public, stale-while-revalidate=60, stale-if-error=600": "private",
    "max-age=31536000, immutable": "private, max-age=31536000",
    "no-cache": "private, no-cache",
    'no-cache="set-cookie", proxy-revalidate, must-revalidate': "private, no-cache, must-revalidate",
    "no-store": "private, no-store",
    private: "private",
    'private="x-shop", max-age=5': "private, max-age=5",
    "MAX-AGE = 10 , Public": "private, max-age=10",
    "max-age=nonsense": "private",
    "max-age=1000000000000000000000000": "private, max-age=2147483648",
    "": "private",
  };
  for (const [given, expected] of Object.entries(control)) {
    test(`Cache-Control: ${given || "none"} becomes ${expected}`, async () => {
      assert.equal((await after(given ? { "cache-control": given } : {})).get("cache-control"), expected);
    });
  }

  test("an age below nothing makes no page younger", async () => {
    const headers = await after({ "cache-control": "max-age=5", age: "-5", "x-surrogate-key": "home" });
    assert.equal(headers.get("cache-control"), "private, max-age=5");
    assert.equal(headers.get("x-surrogate-key"), null);
  });

  test("a page that is told to be packed is not waited for beyond the deadline", async () => {
    for (const [first, reason] of [
      ["<!doctype html>", null],
      ["", "deadline"],
    ]) {
      const origin = fed({ "content-encoding": "gzip" });
      let report;
      const options = { reranker: turner(), deadlineMs: 20, onReport: (given) => (report = given) };
      const asked = personalize(origin.response, options);
      if (first) origin.send(first);
      const answer = await asked; // The rest comes only now.
      origin.send(page);
      origin.end();
      assert.equal(await answer.text(), first + (reason ? page : turned));
      assert.equal(report.reason, reason);
    }
  });

  test("a browser's time begins with the page, not with its way out of the cache", async () => {
    const headers = await after({ "cache-control": "public, max-age=300", age: "250" });
    assert.equal(headers.get("cache-control"), "private, max-age=50");
    assert.equal(
      (await after({ "cache-control": "max-age=300", age: "900" })).get("cache-control"),
      "private, max-age=0",
    );
  });

  test("nothing that tells shared caches, or of the page as it was for everyone, is left", async () => {
    const gone = {
      ...{
        age: "3",
        expires: "Thu, 01 Dec 2094 16:00:00 GMT",
        "surrogate-control": "max-age=60",
        "surrogate-key": "a b",
      },
      ...{ "cdn-cache-control": "max-age=60", "cloudflare-cdn-cache-control": "max-age=60", "cache-tag": "a" },
      ...{
        "vercel-cdn-cache-control": "max-age=60",
        "netlify-cdn-cache-control": "max-age=60",
        "vercel-cache-tag": "a",
      },
      ...{ "netlify-cache-tag": "a", "netlify-vary": "query", "edge-cache-tag": "a", "edge-control": "max-age=60" },
      ...{
        "akamai-cache-control": "max-age=60",
        "cdn-tag": "a",
        "netlify-cache-id": "a",
        "x-cache-tags": "a",
        "x-accel-expires": "60",
        xkey: "a",
        "x-magento-tags": "a",
      },
      ...{ "x-litespeed-cache-control": "public", "x-litespeed-tag": "a", "x-drupal-cache-tags": "a", "x-key": "a" },
      ...{
        etag: 'W/"1"',
        "last-modified": "Thu, 01 Dec 2024 16:00:00 GMT",
        digest: "sha-256=x",
        "content-digest": "x",
      },
      ...{
        "repr-digest": "x",
        "content-md5": "x",
        signature: "x",
        "signature-input": "x",
        "x-amz-checksum-crc32": "x",
      },
      ...{ "x-goog-hash": "x", "content-length": String(bytes.length), "accept-ranges": "bytes" },
    };
    const headers = await after(gone);
    assert.deepEqual(
      Object.keys(gone).filter((name) => headers.has(name)),
      [],
    );
  });

  test("all else stays, each cookie by itself", async () => {
    const kept = [
      ...[
        ["vary", "Accept-Encoding, Cookie"],
        ["set-cookie", "a=1; Path=/"],
        ["set-cookie", "b=2, c; Secure"],
      ],
      ...[
        ["content-security-policy", "default-src 'self'"],
        ["link", "</a.css>; rel=preload"],
        ["x-cache", "HIT"],
      ],
      ...[
        ["content-language", "de"],
        ["x-request-id", "1"],
        ["server-timing", "cdn;dur=1"],
      ],
    ];
    const headers = await after(kept);
    assert.deepEqual(headers.getSetCookie(), ["a=1; Path=/", "b=2, c; Secure"]);
    for (const [name, value] of kept.filter(([name]) => !/^(set-cookie|server-timing)$/.test(name)))
      assert.equal(headers.get(name), value);
    assert.equal(headers.get("content-type"), "text/html; charset=utf-8");
    assert.equal(headers.get("server-timing"), 'cdn;dur=1, reshelf;desc="streaming"');
  });

  test("its status stays, and the origin's own headers are not touched", async () => {
    const origin = html(page, { etag: '"1"', "cache-control": "public" }, { statusText: "Fine" });
    const before = [...origin.headers];
    const { response } = await served(personalize, origin, { reranker: turner() });
    assert.deepEqual([response.status, response.statusText], [200, "Fine"]);
    assert.deepEqual([...origin.headers], before);
  });
});

describe("Content-Encoding is decided by the bytes", () => {
  const cases = {
    "text, as a host leaves it that unpacked it": ["gzip", bytes, null],
    "text that is told to be Brotli": ["br", bytes, null],
    "text behind a mark": ["br", new Uint8Array([0xef, 0xbb, 0xbf, ...bytes]), null],
    gzip: ["gzip", gzipSync(bytes), null],
    "gzip that is told to be Brotli": ["br", gzipSync(bytes), null],
    deflate: ["deflate", deflateSync(bytes), null],
    Brotli: ["br", brotliCompressSync(bytes), "encoded"],
    "gzip in something else": ["gzip, br", gzipSync(bytes), "encoded"],
    Zstandard: ["zstd", new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, ...bytes]), "encoded"],
    nothing: ["gzip", new Uint8Array(), "encoded"],
  };
  for (const [name, [encoding, body, reason]] of Object.entries(cases)) {
    for (const size of [1, 7, 1 << 20]) {
      test(`${name}, ${size} bytes at a time`, async () => {
        const chunks = Array.from({ length: Math.ceil(body.length / size) }, (_, at) =>
          Uint8Array.from(body.subarray(at * size, (at + 1) * size)),
        );
        const stream = new ReadableStream({ pull: (c) => (chunks.length ? c.enqueue(chunks.shift()) : c.close()) });
        const headers = { "content-encoding": encoding, "content-length": String(body.length), etag: '"1"' };
        let report;
        const answer = await personalize(html(stream, headers), {
          reranker: turner(),
          deadlineMs: 120_000,
          onReport: (given) => (report = given),
        });
        const got = new Uint8Array(await answer.arrayBuffer());
        assert.equal(report.reason, reason);
        if (reason === null) {
          assert.equal(answer.headers.get("content-encoding"), null);
          assert.deepEqual(idsIn(new TextDecoder().decode(got)), ["c", "b", "a"]);
        } else {
          assert.deepEqual([...got], [...body]);
          assert.equal(answer.headers.get("content-encoding"), encoding);
          assert.equal(answer.headers.get("etag"), '"1"');
          assert.match(answer.headers.get("server-timing"), /desc="encoded"/);
        }
      });
    }
  }

  test("a fault does not call bytes packed that were unpacked, nor others unpacked", async () => {
    for (const [body, encoding] of [
      [bytes, null],
      [gzipSync(bytes), "gzip"],
    ]) {
      const origin = html(body, { "content-encoding": "gzip", "content-length": "7", etag: '"1"' });
      const answer = await personalize(origin, { context: { item: 1 } });
      assert.match(answer.headers.get("server-timing"), /no-model/);
      assert.deepEqual([...new Uint8Array(await answer.arrayBuffer())], [...body]);
      assert.equal(answer.headers.get("content-encoding"), encoding);
      assert.equal(answer.headers.get("content-length"), encoding && "7");
    }
  });

  test("an answer that passes, and whose bytes were unpacked, does not call them packed", async () => {
    const utf16 = Buffer.from(`\ufeff${page}`, "utf16le");
    const origin = html(gzipSync(utf16), { "content-encoding": "gzip" });
    const { response, report } = await served(personalize, origin, { reranker: turner() });
    assert.equal(report.reason, "charset");
    assert.equal(response.headers.get("content-encoding"), null);
  });
});

describe("charsets", () => {
  test("UTF-16 by its mark passes with the origin's headers, whatever the header says", async () => {
    for (const mark of ["utf16le", "be"]) {
      const text = Buffer.from(`\ufeff${page}`, "utf16le");
      if (mark === "be") text.swap16();
      const origin = html(text, { etag: '"1"', "cache-control": "public" });
      let report;
      const answer = await personalize(origin, { reranker: turner(), onReport: (given) => (report = given) });
      assert.deepEqual(Buffer.from(await answer.arrayBuffer()), text);
      assert.equal(report.reason, "charset");
      assert.equal(answer.headers.get("etag"), '"1"');
      assert.equal(answer.headers.get("cache-control"), "public");
    }
  });

  test("a page whose first bytes let wait for themselves is not waited for", async () => {
    const origin = fed();
    const answer = await personalize(origin.response, { reranker: turner(), deadlineMs: 5 });
    const text = answer.text();
    await settle();
    origin.send(page);
    origin.end();
    assert.equal(await text, turned);
  });

  test("a mark is found however the page is cut", async () => {
    for (const encoding of ["utf8", "utf16le"]) {
      const whole = Buffer.from(`\ufeff${page}`, encoding);
      for (const at of [1, 2, 3]) {
        const origin = fed({ "content-type": "text/html; charset=windows-1252" });
        const asked = served(personalize, origin.response, { reranker: turner() });
        for (const part of [whole.subarray(0, at), whole.subarray(at)]) {
          origin.send(Uint8Array.from(part));
          await settle();
        }
        origin.end();
        const { text, report } = await asked;
        assert.equal(report.reason, encoding === "utf8" ? null : "charset");
        if (encoding === "utf8") assert.equal(text, turned);
      }
    }
  });

  test("a label that nobody knows is as none, and HTML said twice is HTML", async () => {
    for (const type of [
      "text/html; charset=bogus",
      "text/html; charset='utf-8'",
      "text/html, text/html; charset=utf-8",
    ])
      assert.equal(
        (await served(personalize, html(page, { "content-type": type }), { reranker: turner() })).text,
        turned,
      );
  });

  test("a meta that names what cannot be read is the reason why the page passes", async () => {
    const text = `<!doctype html><meta charset=iso-2022-jp>${listOf(["a", "b"])}`;
    const got = await served(personalize, html(text, { "content-type": "text/html" }), { reranker: turner() });
    assert.deepEqual([got.text, got.report], [text, { reason: "charset", lists: [] }]);
  });
});
