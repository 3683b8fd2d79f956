// reshelf/consent: what platforms tell of the shopper's choice against what the reranker is told.
import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import { followConsent, googleConsent, shopifyConsent, tcf } from "../dist/consent/index.js";
import { loadReranker } from "../dist/index.node.js";
import { gtagOf, tagManager } from "./pushes.mjs";

/** A reranker that notes what it is told. */
function teller() {
  const told = [];
  return { told, consent: (choice) => void told.push(choice) };
}

/** Follows a source on a page of its own. */
function following(source, options) {
  const reranker = teller();
  const stop = followConsent(reranker, source, options);
  return { told: reranker.told, stop };
}

// ---- Any source ----

test("a plain callback is a source: a yes is told when it is new, a no each time, share only where it is given", () => {
  let tell;
  let ended = 0;
  const { told, stop } = following((given) => ((tell = given), () => ended++));
  assert.deepEqual(told, []);
  for (const answer of [
    true,
    true,
    { store: true },
    { store: false, share: false },
    { share: true },
    false,
    { share: true },
  ])
    tell(answer);
  assert.deepEqual(told, [{ store: true }, { store: false, share: false }, { share: true }, { store: false }]);
  for (const nothing of [undefined, null, {}, { store: "yes", share: 1 }, "granted", 1, Symbol("yes")]) tell(nothing);
  assert.equal(told.length, 4);
  stop();
  stop();
  tell(true);
  assert.deepEqual([told.length, ended], [4, 1]);
});

test("a signal ends it; one that has ended begins nothing; a source may end while it begins", () => {
  const controller = new AbortController();
  const asked = [];
  const source = (tell) => (tell(true), asked.push("began"), () => asked.push("ended"));
  following(source, { signal: controller.signal });
  controller.abort();
  assert.deepEqual(asked, ["began", "ended"]);
  assert.deepEqual(following(source, { signal: AbortSignal.abort() }).told, []);
  assert.deepEqual(asked, ["began", "ended"]);
  const within = new AbortController();
  followConsent({ consent: () => within.abort() }, source, { signal: within.signal });
  assert.deepEqual(asked, ["began", "ended", "began", "ended"]);
});

test("what ends it in the middle of an answer that came late leaves the page as it was", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const scope = {};
  const stopper = new AbortController();
  followConsent({ consent: () => stopper.abort() }, googleConsent({ scope }), { signal: stopper.signal });
  scope.dataLayer = [["consent", "update", { personalization_storage: "granted" }]];
  t.mock.timers.tick(50);
  assert.equal(stopper.signal.aborted, true);
  assert.equal(Object.hasOwn(scope.dataLayer, "push"), false);
});

test("sources, rerankers and answers that throw or fail break nothing", async () => {
  const bad = () => {
    throw new Error("hostile");
  };
  for (const source of [
    bad,
    null,
    7,
    async () => bad(),
    () => bad,
    () => 7,
    (tell) => tell(new Proxy({}, { get: bad })),
  ]) {
    const { told, stop } = following(source);
    stop();
    assert.deepEqual(told, []);
  }
  for (const reranker of [null, {}, { consent: async () => bad() }, { consent: 7 }])
    followConsent(reranker, (tell) => tell(true))();
  await new Promise((done) => setImmediate(done)); // A rejection that nobody hears would end the process.
  let depth = 0;
  followConsent({ consent: () => void depth++ }, (given) => (given(true), given(true)));
  assert.equal(depth, 1);
});

test("a reranker that answers by asking the source again is told once", () => {
  for (const answer of [true, false]) {
    let tell;
    let calls = 0;
    const consent = () => void (calls++, tell(answer));
    followConsent({ consent }, (given) => void (tell = given));
    tell(answer);
    assert.equal(calls, 1);
  }
});

test("a no counts whatever others have told in between, and an old yes that is repeated does not", async () => {
  const reranker = await loadReranker({ model: new Uint8Array() });
  const { consent } = reranker.info();
  let tell;
  followConsent(reranker, (given) => void (tell = given));
  tell({ store: false, share: false });
  reranker.consent({ store: true, share: true }); // Another tab, or a switch of the page's own.
  tell({ store: false, share: false });
  assert.deepEqual(reranker.info().consent, consent);
  tell(true);
  reranker.consent({ store: false });
  tell(true);
  assert.equal(reranker.info().consent.store, false);
});

// ---- IAB TCF ----

/** A consent platform: first its stub, which queues, then itself. */
function platform(scope) {
  const queue = [];
  scope.__tcfapi = (...given) => void queue.push(given);
  const listeners = new Map();
  const removed = [];
  let data = null;
  const tell = (id) => data && listeners.get(id)({ ...data, listenerId: id }, true);
  const api = (command, version, callback, id) => {
    assert.equal(version, 2);
    if (command === "addEventListener") {
      listeners.set(listeners.size + 1, callback);
      tell(listeners.size);
    } else if (command === "removeEventListener") {
      removed.push(id);
      callback(listeners.delete(id));
    }
  };
  return {
    removed,
    load: (first) => {
      data = first;
      scope.__tcfapi = api;
      for (const given of queue.splice(0)) api(...given);
    },
    say: (next) => {
      data = next;
      for (const id of listeners.keys()) tell(id);
    },
  };
}

const consents = (...purposes) => Object.fromEntries([1, 5, 6].map((purpose) => [purpose, purposes.includes(purpose)]));
const tcData = (eventStatus, purposes, more) => ({
  tcString: "CPdu",
  tcfPolicyVersion: 5,
  cmpId: 31,
  cmpVersion: 4,
  cmpStatus: "loaded",
  eventStatus,
  gdprApplies: true,
  isServiceSpecific: true,
  purpose: { consents: consents(...purposes), legitimateInterests: { 1: true } },
  publisher: { consents: {} },
  vendor: { consents: { 1: true } },
  ...more,
});

test("TCF: the choice that is there, the one that is made, the one that is changed; what it asks is no answer", () => {
  const scope = {};
  const cmp = platform(scope);
  const { told, stop } = following(tcf({ scope }));
  assert.deepEqual(told, [], "the stub answers nothing");
  cmp.load(tcData("cmpuishown", []));
  assert.deepEqual(told, []);
  cmp.say(tcData("useractioncomplete", [1]));
  cmp.say(tcData("cmpuishown", []));
  cmp.say(tcData("useractioncomplete", [1, 5]));
  assert.deepEqual(told, [{ store: true }]);
  cmp.say(tcData("useractioncomplete", [5]));
  assert.deepEqual(told, [{ store: true }, { store: false }]);
  stop();
  assert.deepEqual(cmp.removed, [1]);
  cmp.say(tcData("useractioncomplete", [1]));
  assert.equal(told.length, 2);

  const there = platform(scope);
  there.load(tcData("tcloaded", [1, 5, 6]));
  assert.deepEqual(following(tcf({ scope })).told, [{ store: true }]);
});

test("TCF: which purposes, and whose, are options; share needs its own; no GDPR grants what is asked", () => {
  const ask = (options, data) => {
    const scope = {};
    platform(scope).load(data);
    return following(tcf({ scope, ...options })).told;
  };
  assert.deepEqual(ask({ store: [1, 5, 6] }, tcData("tcloaded", [1, 5])), [{ store: false }]);
  assert.deepEqual(ask({ store: [1, 5], share: [6] }, tcData("tcloaded", [1, 5])), [{ store: true, share: false }]);
  assert.deepEqual(ask({ share: [] }, tcData("tcloaded", [1])), [{ store: true }]);
  assert.deepEqual(ask({ consents: "publisher" }, tcData("tcloaded", [1])), [{ store: false }]);
  const own = { publisher: { consents: { 1: true } } };
  assert.deepEqual(ask({ consents: "publisher" }, tcData("tcloaded", [], own)), [{ store: true }]);
  const free = { gdprApplies: false, tcfPolicyVersion: 5, cmpId: 31, cmpVersion: 4 };
  assert.deepEqual(ask({}, free), [{ store: true }]);
  assert.deepEqual(ask({ share: [6] }, free), [{ store: true, share: true }]);
  assert.deepEqual(ask({}, { eventStatus: "tcloaded", gdprApplies: true }), [{ store: false }]);
  assert.deepEqual(ask({}, tcData("tcloaded", [], { purpose: { consents: { 1: "true" } } })), [{ store: false }]);
});

test("TCF: a stub that answers after the end is left at once, a failure tells nothing, a late platform is found", (t) => {
  const scope = {};
  const cmp = platform(scope);
  const { told, stop } = following(tcf({ scope }));
  stop();
  cmp.load(tcData("tcloaded", [1]));
  assert.deepEqual([told, cmp.removed], [[], [1]]);

  const failing = { __tcfapi: (_command, _version, callback) => callback(tcData("tcloaded", [1]), false) };
  assert.deepEqual(following(tcf({ scope: failing })).told, []);

  t.mock.timers.enable({ apis: ["setTimeout"] });
  const late = {};
  const { told: found, stop: end } = following(tcf({ scope: late }));
  t.mock.timers.tick(400);
  platform(late).load(tcData("tcloaded", [1]));
  t.mock.timers.tick(400);
  assert.deepEqual(found, [{ store: true }]);
  end();
});

// ---- Google ----

const google = (options) => {
  const scope = { dataLayer: [] };
  return { scope, gtag: gtagOf(scope), follow: (more) => following(googleConsent({ scope, ...options, ...more })) };
};
const TYPE = "personalization_storage";
const granted = { ad_storage: "denied", ad_user_data: "denied", [TYPE]: "granted" };
const denied = { ad_storage: "denied", ad_user_data: "denied", [TYPE]: "denied" };

test("Google: commands of before and after, of which an update answers and a denied default does not", () => {
  const { gtag, follow, scope } = google();
  gtag("js", new Date());
  gtag("consent", "default", { ...denied, wait_for_update: 500 });
  const { told, stop } = follow();
  assert.deepEqual(told, [], "no page may erase what is kept before it knows the shopper's choice");
  scope.dataLayer.push({ event: "cmp_loaded" }, ["config", "G-1"], null);
  gtag("consent", "update", granted);
  gtag("consent", "update", { ad_storage: "granted" });
  gtag("consent", "default", denied);
  assert.deepEqual(told, [{ store: true }]);
  gtag("consent", "update", denied);
  assert.deepEqual(told, [{ store: true }, { store: false }]);
  stop();
  gtag("consent", "update", granted);
  assert.equal(told.length, 2);
  assert.equal(Object.hasOwn(scope.dataLayer, "push"), false);
});

test("Google: a default that grants counts; what a page took back before we came is never told", () => {
  const { gtag, follow } = google();
  gtag("consent", "default", granted);
  assert.deepEqual(follow().told, [{ store: true }]);
  gtag("consent", "update", denied);
  assert.deepEqual(follow().told, [{ store: false }]);
});

test("Google: regions are treated with care: one that denies holds, one that grants is passed over", () => {
  for (const [commands, expected] of [
    [[{ ...denied, region: ["ES", "US-AK"] }, granted], []],
    [[granted, { ...denied, region: ["ES"] }], []],
    [[{ ...granted, region: ["US"] }], []],
    [[denied, { ...granted, region: ["US"] }], []],
    [[{ ...granted, region: ["US"] }, granted], [{ store: true }]],
    [[{ ...denied, region: ["ES"] }, granted, ["update", granted]], [{ store: true }]],
  ]) {
    const { gtag, follow } = google();
    for (const command of commands) {
      if (Array.isArray(command)) gtag("consent", ...command);
      else gtag("consent", "default", command);
    }
    assert.deepEqual(follow().told, expected, JSON.stringify(commands));
  }
});

test("Google: which types count is an option, and all of them must be granted; share needs its own", () => {
  const { gtag, follow } = google({ store: ["functionality_storage", TYPE], share: ["ad_user_data"] });
  const { told } = follow();
  gtag("consent", "update", granted);
  assert.deepEqual(told, [{ share: false }], "one of the two has no answer yet");
  gtag("consent", "update", { functionality_storage: "granted", ad_user_data: "granted" });
  assert.deepEqual(told, [{ share: false }, { store: true, share: true }]);
  gtag("consent", "update", { functionality_storage: "denied" });
  assert.deepEqual(told.at(-1), { store: false });
});

test("Google: under and over a tag manager, in a dataLayer that comes late, and among hostile entries", (t) => {
  const { gtag, follow, scope } = google();
  tagManager(scope.dataLayer);
  const { told, stop } = follow();
  const handled = tagManager(scope.dataLayer);
  const bad = () => {
    throw new Error("hostile");
  };
  const hostile = new Proxy({}, { get: bad });
  for (const entry of [hostile, Symbol("consent"), 1n, undefined, { 0: "consent", 1: "update", 2: hostile }])
    scope.dataLayer.push(entry);
  for (const given of [
    [hostile],
    ["update"],
    ["update", hostile],
    ["update", null],
    ["update", { [TYPE]: hostile }],
    [{}, granted],
  ])
    gtag("consent", ...given);
  assert.deepEqual(told, []);
  gtag("consent", "update", granted);
  assert.deepEqual(told, [{ store: true }]);
  assert.equal(handled.length, scope.dataLayer.length);
  stop();

  t.mock.timers.enable({ apis: ["setTimeout"] });
  const late = {};
  const { told: found, stop: end } = following(googleConsent({ scope: late }));
  t.mock.timers.tick(60);
  late.dataLayer = vm.runInNewContext(
    `[(function () { return arguments })("consent", "update", ${JSON.stringify(granted)})]`,
  );
  t.mock.timers.tick(100);
  assert.deepEqual(found, [{ store: true }]);
  end();
});

// ---- Shopify ----

/** Shopify's API as it answers a visitor: what she said ("" before she is asked), and what is allowed. */
function privacyApi(said, allowed) {
  const api = {
    currentVisitorConsent: () => ({ marketing: said, analytics: said, preferences: said, sale_of_data: said }),
    preferencesProcessingAllowed: () => allowed,
    analyticsProcessingAllowed: () => allowed,
    marketingAllowed: () => false,
    saleOfDataAllowed: () => allowed,
    set: (nextSaid, nextAllowed) => ([said, allowed] = [nextSaid, nextAllowed]),
  };
  return api;
}

test("Shopify: what is allowed, refused or not asked yet, and each choice that is collected", () => {
  for (const [said, allowed, expected] of [
    ["yes", true, [{ store: true }]],
    ["", true, [{ store: true }]],
    ["no", false, [{ store: false }]],
    ["", false, []],
  ]) {
    const api = privacyApi(said, allowed);
    const scope = { document: new EventTarget(), Shopify: { customerPrivacy: api } };
    const { told, stop } = following(shopifyConsent({ scope }));
    assert.deepEqual(told, expected);
    api.set("", false);
    scope.document.dispatchEvent(new Event("visitorConsentCollected"));
    api.set("yes", true);
    scope.document.dispatchEvent(new Event("visitorConsentCollected"));
    assert.deepEqual(told.at(-1), { store: true });
    assert.ok(told.some(({ store }) => store === false));
    stop();
    const { length } = told;
    api.set("no", false);
    scope.document.dispatchEvent(new Event("visitorConsentCollected"));
    assert.equal(told.length, length);
  }
});

test("Shopify: an API that comes late is found, by looking and by its event; purposes are options", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const scope = { document: new EventTarget(), Shopify: {} };
  const { told, stop } = following(
    shopifyConsent({ scope, store: ["preferences", "analytics"], share: ["marketing"] }),
  );
  t.mock.timers.tick(1000);
  scope.Shopify.customerPrivacy = privacyApi("yes", true);
  t.mock.timers.tick(2000);
  assert.deepEqual(told, [{ store: true }], "marketing is not allowed, and was not refused");
  scope.document.dispatchEvent(new Event("visitorConsentCollected"));
  assert.deepEqual(told, [{ store: true }, { share: false }]);
  stop();

  const later = { document: new EventTarget() };
  const { told: found, stop: end } = following(shopifyConsent({ scope: later }));
  for (let second = 0; second < 120; second++) t.mock.timers.tick(1000);
  later.Shopify = { customerPrivacy: privacyApi("yes", true) };
  later.document.dispatchEvent(new Event("shopifyCustomerPrivacyApiLoaded"));
  assert.deepEqual(found, [{ store: true }]);
  end();
});

test("Shopify: an API that throws or answers oddly tells nothing", () => {
  const bad = () => {
    throw new Error("hostile");
  };
  for (const customerPrivacy of [
    { preferencesProcessingAllowed: bad },
    { preferencesProcessingAllowed: () => "yes" },
    { preferencesProcessingAllowed: () => false, currentVisitorConsent: bad },
    new Proxy({}, { get: bad }),
    null,
  ]) {
    const { told, stop } = following(shopifyConsent({ scope: { Shopify: { customerPrivacy } } }));
    assert.deepEqual(told, []);
    stop();
  }
  const scope = { Shopify: { customerPrivacy: privacyApi("yes", true) } };
  assert.deepEqual(following(shopifyConsent({ scope, store: ["constructor"] })).told, []);
});

test("without anything on the page, and with odd options, sources wait and end", () => {
  for (const make of [tcf, googleConsent, shopifyConsent]) {
    for (const options of [
      undefined,
      null,
      7,
      "x",
      { store: "x", share: 7, scope: 7 },
      { store: [Symbol("x")] },
      { scope: Object.freeze({}) },
    ]) {
      const { told, stop } = following(make(options));
      stop();
      assert.deepEqual(told, []);
    }
  }
});
