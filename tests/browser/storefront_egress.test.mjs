// Nothing that the shopper does leaves the device: a visit of more than a hundred events through the demo shop, with capture, listen
// and the store on, under the strict policy, with every request written down by Chromium (its debugging protocol: the page, and
// whatever worker it starts) and by the server. The requests are those of the pages' own documents, code and data, and nothing in
// them depends on an event.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import puppeteer from "puppeteer-core";
import { agree, follow, productPath, ready, saved, startDemo, WIDE } from "./demo.mjs";
import { BROWSERS } from "./puppeteer.mjs";

let browser;
let server;
/** What the server was asked for. */
const served = [];

before(async () => {
  server = await startDemo({ heard: (request) => served.push(request) });
  browser = await puppeteer.launch({ ...BROWSERS.Chromium, headless: true, timeout: 120_000 });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** What a browser says of its own of each request. */
const HEADERS = [
  ...["accept", "accept-encoding", "accept-language", "cache-control", "connection", "host", "if-none-match", "origin"],
  ...["pragma", "priority", "purpose", "upgrade-insecure-requests", "user-agent"],
  ...["sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site"],
  "sec-fetch-user",
];

/** All code, styles and data that pages load; what is asked for beside their own documents. */
const PARTS = [
  /^\/app\/[\w/-]+\.js$/,
  /^\/styles\/\w+\.css$/,
  /^\/reshelf\/(index|engine\/reshelf|session\/index|capture\/index|listen\/index|profile\/index|privacy\/index|explain\/index|slate\/index)\.js$/,
  /^\/reshelf\/engine\/reshelf(_relaxed)?_bg\.wasm$/,
  /^\/data\/(model\.safetensors|names\.json|titles\.json)$/,
];

/** Those of them that the package asks for by itself: the engine, the model, and what keeps a session. */
const LOADS = [
  /^\/reshelf\/(engine\/reshelf|session\/index)\.js$/,
  /^\/reshelf\/engine\/reshelf(_relaxed)?_bg\.wasm$/,
  /^\/data\/model\.safetensors$/,
];

/** Writes down what a page and its workers ask for, and all other ways out of a page that the protocol knows of. */
async function watch(page) {
  const seen = { requests: [], headers: [], others: [], workers: 0 };
  const listen = async (session) => {
    session.on("Network.requestWillBeSent", ({ request, type, initiator }) => {
      if (!request.url.startsWith("data:")) seen.requests.push({ ...request, type, initiator });
    });
    session.on("Network.requestWillBeSentExtraInfo", ({ headers }) => seen.headers.push(headers));
    for (const event of ["webSocketCreated", "webTransportCreated", "directTCPSocketCreated", "directUDPSocketCreated"])
      session.on(`Network.${event}`, (told) => seen.others.push(`${event} ${told.url ?? ""}`));
    session.on("sessionattached", async (child) => {
      seen.workers += 1;
      await listen(child);
      await child.send("Runtime.runIfWaitingForDebugger").catch(() => undefined);
    });
    await session.send("Network.enable", { maxPostDataSize: 65536 });
    await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: true, flatten: true });
  };
  await listen(await page.createCDPSession());
  await page.exposeFunction("reportWayOut", (name) => void seen.others.push(name));
  await page.evaluateOnNewDocument(() => {
    addEventListener("securitypolicyviolation", (event) => window.reportWayOut(`policy ${event.blockedURI}`));
    for (const name of ["RTCPeerConnection", "WebSocket", "WebTransport", "EventSource", "SharedWorker", "Worker"]) {
      const Own = window[name];
      if (!Own) continue;
      window[name] = new Proxy(Own, {
        construct: (target, given) => {
          window.reportWayOut(name);
          return Reflect.construct(target, given);
        },
      });
    }
    const beacon = navigator.sendBeacon;
    navigator.sendBeacon = (...given) => {
      window.reportWayOut("sendBeacon");
      return beacon.apply(navigator, given);
    };
  });
  return seen;
}

/** What is wrong with the requests of a visit that went to these addresses; empty where nothing is. */
function wrongWith({ requests, headers, others }, asked, visited) {
  const wrong = [...others];
  const addresses = [...visited];
  for (const { url, method, type, hasPostData, postData, initiator } of requests) {
    const { origin, pathname, search } = new URL(url);
    const address = pathname + search;
    const line = `${method} ${type} ${url}`;
    if (origin !== server.url) wrong.push(`${line}: another origin`);
    if (method !== "GET" || hasPostData || postData) wrong.push(`${line}: a body`);
    if (!["Document", "Script", "Stylesheet", "Fetch", "Other"].includes(type)) wrong.push(`${line}: of another kind`);
    if (type === "Document") {
      // The address that the shopper went to, each once.
      if (addresses[0] === address) addresses.shift();
      else wrong.push(`${line}: nobody went there`);
    } else {
      if (!PARTS.some((part) => part.test(address))) wrong.push(`${line}: no part of the shop`);
      if (fromPackage(initiator) && !LOADS.some((part) => part.test(address))) wrong.push(`${line}: the package's own`);
    }
  }
  if (addresses.length > 0) wrong.push(`never asked for: ${addresses}`);
  const known = new Map();
  const sent = [...headers, ...asked.map((request) => request.headers)];
  for (const [name, value] of sent.flatMap((each) => Object.entries(each))) {
    if (name.startsWith(":")) continue;
    if (!HEADERS.includes(name.toLowerCase())) wrong.push(`a header ${name}: ${value}`);
    known.set(name.toLowerCase(), (known.get(name.toLowerCase()) ?? new Set()).add(value));
  }
  // But for the tags of files and pages that the server gave out itself, no header's value varies from page to page.
  for (const [name, values] of known)
    if (name !== "if-none-match" && values.size > 8) wrong.push(`${name} has ${values.size} values`);
  for (const { method, url, headers } of asked) {
    const body = headers["content-length"] ?? headers["transfer-encoding"];
    if (method !== "GET" || body !== undefined) wrong.push(`the server heard ${method} ${url} with a body`);
    if (!visited.includes(url) && !PARTS.some((part) => part.test(url))) wrong.push(`the server heard ${url}`);
  }
  return [...new Set(wrong)];
}

/** Whether the package's own code asked, by the top of the stack. */
const fromPackage = ({ stack, url }) => (stack?.callFrames[0]?.url ?? url ?? "").includes("/reshelf/");

test("of a visit with more than a hundred events nothing leaves the page but what its addresses ask for", async () => {
  const page = await browser.newPage();
  await page.setViewport(WIDE);
  const seen = await watch(page);
  const start = served.length;
  const visited = [];
  const go = async (address) => {
    visited.push(address);
    await follow(page, address);
  };
  visited.push("/");
  await page.goto(server.url, { waitUntil: "load" });
  await ready(page);
  await agree(page);
  const press = (selector) => page.evaluate((wanted) => document.querySelector(wanted).click(), selector);

  const { lists } = server.shop;
  for (const [place, id] of lists.home.slice(0, 20).entries()) {
    await go(productPath(id));
    for (const action of ["buy", "buy", "buy", "wish"]) await press(`[data-action="${action}"]`);
    // Some pages are looked at to their end.
    if (place % 10 === 0) {
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      await new Promise((done) => setTimeout(done, 1500));
    }
    if (place % 5 === 0) await go(`/search?q=${["mug", "lamp", "sneakers", "rug"][place / 5]}`);
  }
  await go("/");
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight / 2));
  await new Promise((done) => setTimeout(done, 1500));
  await go(`/category/${Object.keys(lists.category)[0]}`);
  await press(".tile-dislike");
  await go("/merchandising");
  await press(".shelf-do");
  await go("/cart");
  await press(".line .link-button");
  await press('[data-action="purchase"]');
  await go("/profile");
  await page.waitForSelector(".interest button");
  await press(".interest button");
  await page.evaluate(() => document.querySelector("#token input").click());
  await page.waitForSelector("#token .token-ledger");
  await press("#history .event-forget");
  await saved(page);
  const { events, shown } = await page.evaluate(() => window.reranker.info());
  assert.ok(events.length >= 100, `${events.length} events`);
  assert.ok(shown.impressions > 0, "lists were seen");
  for (const type of ["view", "cart", "wish", "remove", "purchase", "search", "dislike"])
    assert.ok(
      events.some((event) => event.type === type),
      type,
    );
  await go("/");
  await new Promise((done) => setTimeout(done, 1000));

  assert.ok(seen.requests.length > visited.length && seen.headers.length > visited.length);
  assert.deepEqual(wrongWith(seen, served.slice(start), visited), []);
  // What one page asks for is what any page of its kind asks for, however much the shopper has done by then.
  const partsOf = (address) => {
    const at = seen.requests.findIndex(({ url, type }) => type === "Document" && url === server.url + address);
    const next = seen.requests.findIndex(({ type }, place) => place > at && type === "Document");
    return new Set(seen.requests.slice(at + 1, next).map(({ url }) => url));
  };
  const products = [lists.home[1], lists.home[19]].map((id) => partsOf(productPath(id)));
  assert.deepEqual(products[0], products[1]);
  await page.close();
});

test("what this test looks for it would see: a beacon, a query, a body, a socket, a worker's request", async () => {
  const ways = {
    "a beacon": () => navigator.sendBeacon("/", "RS-10000"),
    "a query": () => fetch("/data/titles.json?seen=RS-10000"),
    "a body": () => fetch("/", { method: "POST", body: "RS-10000" }).catch(() => undefined),
    "a header": () => fetch("/data/titles.json", { headers: { "x-seen": "RS-10000" } }),
    "a socket": () => void new WebSocket(location.origin.replace("http", "ws")),
    "a call": () => void new RTCPeerConnection(),
    "another page": () => fetch("/product/RS-10000"),
    "a cookie": () => {
      // biome-ignore lint/suspicious/noDocumentCookie: it is what is to be caught.
      document.cookie = "seen=RS-10000";
      return fetch("/data/titles.json");
    },
    "a worker": () => void new Worker("/reshelf/scan/index.js", { type: "module" }),
  };
  const page = await browser.newPage();
  const seen = await watch(page);
  const start = served.length;
  await page.goto(server.url, { waitUntil: "load" });
  await ready(page);
  let before = wrongWith(seen, served.slice(start), ["/"]);
  assert.deepEqual(before, []);
  for (const [name, way] of Object.entries(ways)) {
    await page.evaluate(way);
    await new Promise((done) => setTimeout(done, 200));
    const now = wrongWith(seen, served.slice(start), ["/"]);
    assert.ok(now.length > before.length, name);
    before = now;
  }
  assert.equal(seen.workers, 1);
  await page.close();
});
