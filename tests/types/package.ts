// The package as its users' compilers see it.

import { type Capture, type CaptureEvent, type CaptureInfo, capture } from "../../www/dist/capture/index.js";
import { type ConsentSource, followConsent, googleConsent, shopifyConsent, tcf } from "../../www/dist/consent/index.js";
import { type PageReport, personalize, personalizeJson } from "../../www/dist/edge/index.js";
import { defineList, type ListOutcome } from "../../www/dist/element/index.js";
import {
  type Explained,
  explain,
  type Part,
  type PositionCode,
  type Sentences,
  sentences,
  type Would,
  whatIf,
} from "../../www/dist/explain/index.js";
import { placesOf, type Settled, serverOrder, settle } from "../../www/dist/hydrate/index.js";
import {
  type Backend,
  type Cluster,
  type Consent,
  type ConsentChoice,
  type ErrorCode,
  type Finding,
  type FindingCode,
  loadModel,
  loadReranker,
  type Model,
  type Prepared,
  type Ranked,
  type Refused,
  type Reranker,
  type Retrieved,
  type ScanInfo,
  type Store,
  type StoreInfo,
} from "../../www/dist/index.js";
import * as inline from "../../www/dist/inline.js";
import { type ListenedEvent, type ListenInfo, listen } from "../../www/dist/listen/index.js";
import { type Ledger, memoryLedger, type Taste, type TasteToken, tasteTokens } from "../../www/dist/privacy/index.js";
import { useObserve, useReranked } from "../../www/dist/react/index.js";
import { type RowsHandler, rowsHandler } from "../../www/dist/rows/index.js";
import { type GuardedReranker, sentinel } from "../../www/dist/sentinel/index.js";
import * as worker from "../../www/dist/service-worker.js";
import {
  type Policy,
  type PolicyDefinition,
  type PolicyProblem,
  policy,
  type Rule,
} from "../../www/dist/slate/index.js";
import { runsRelaxedSimd, loadReranker as slim } from "../../www/dist/slim.js";
import {
  assertOrder,
  type Difference,
  type FakeClock,
  fakeClock,
  fixtureShop,
  matchers,
  type Recording,
  record,
  replay,
  type TinyDescription,
  tinyModel,
} from "../../www/dist/testing/index.js";
import { observe, refresh, useReranked as useRankedRef } from "../../www/dist/vue/index.js";
import { loadReranker as loadInWorker, type WorkerReranker } from "../../www/dist/worker.js";

interface Product {
  id: string;
  title: string;
  score?: number;
}

export async function rank(products: Product[]): Promise<string[]> {
  using reranker: Reranker = await loadReranker({ model: "/shop.safetensors" });
  reranker.observe({ type: "view", id: "a" });
  reranker.observe({ type: "a shop's own word", id: 7 });
  const ranked: Ranked<Product>[] = reranker.rerank(products, { limit: 10 });
  const bare: Ranked<number>[] = reranker.rerank([1, 2, 3]);
  reranker.forget({ item: bare[0]?.candidate ?? "a" });
  reranker.observe({ id: "new", category: "home/mugs", brand: "Zen", price: 12.5, title: "Blue mug" });
  reranker.rerank([{ id: "new", category: null, price: 12.5 }]);
  reranker.rerank([{ id: 9007199254740993n, price: "12.50", score: "0.75" }]);
  // @ts-expect-error: a price is a number, or text for one
  reranker.rerank([{ id: "new", price: [12.5] }]);
  // @ts-expect-error: a candidate needs an id
  reranker.rerank([{ title: "nameless" }]);
  reranker.rerank(products, { limit: 10, by: "similarity" });
  // @ts-expect-error: there is no such order
  reranker.rerank(products, { by: "price" });
  reranker.rerank(products, { limit: null, by: null });
  reranker.rerank(products, null);
  return ranked.map(({ candidate }) => candidate.title);
}

export function slate(reranker: Reranker, products: Product[]): (string | number | null)[] {
  const definition: PolicyDefinition = {
    slot: "cart",
    rules: [
      { id: "anna", kind: "pin", match: { brand: ["Zen", "Oak"], price: { atMost: 20 } }, position: 1 },
      { kind: "cap", field: "brand", most: 2, in: 6, from: "2026-12-01", pages: ["home"] },
    ],
  };
  const made: Policy = policy<Product>(definition, { fields: { title: ({ title }) => title.trim(), price: "cost" } });
  const problems: readonly PolicyProblem[] = policy.check(JSON.parse("{}"));
  // @ts-expect-error: there is no such kind
  const odd: Rule = { kind: "pni", item: "a", position: 1 };
  // @ts-expect-error: a position is a number
  policy({ rules: [{ kind: "pin", item: "a", position: "1" }] });
  // @ts-expect-error: a definition is no policy
  reranker.rerank(products, { policy: definition });
  const [first] = reranker.rerank(products, {
    policy: made.with({ page: "home", segments: ["vip"], now: new Date() }),
  });
  reranker.rerankMany([products], { policy: made });
  const found = policy({
    slot: "search",
    rules: [{ kind: "query", by: 1, fields: ["title"], queries: ["mug"] }, { kind: "exposure" }],
  });
  policy({
    rules: [
      { kind: "ending", by: 1, halfLifeDays: 1 },
      { kind: "boost", match: { rating: 5 }, by: 1, field: "rating" },
    ],
  });
  reranker.rerank(products, { policy: found.with({ query: "mug" }) });
  // @ts-expect-error: a query is text
  found.with({ query: 7 });
  const sponsored: true | undefined = first?.sponsored;
  const { removed = [], rules = [], conflicts = [] } = reranker.info().lastList ?? {};
  return [odd.kind, ...problems.map(({ rule }) => rule), ...made.rules, String(sponsored), ...conflicts.flat()].concat(
    removed.map(({ rule }) => rule),
    rules.flatMap(({ moved, cost }) => [moved, cost].map(String)),
  );
}

interface Article {
  readonly sku: string;
  readonly name: string;
}

export async function bySku(articles: readonly Article[]): Promise<Ranked<Article>[]> {
  const reranker = await loadReranker({ model: "/shop.safetensors", id: "sku" });
  reranker.rerank(["a", 7]);
  // @ts-expect-error: a candidate needs the field
  reranker.rerank([{ id: "a" }]);
  const typed: Reranker<Article> = await loadReranker<Article>({ model: "/shop.safetensors", id: "sku" });
  // @ts-expect-error: there is no such field
  await loadReranker<Article>({ model: "/shop.safetensors", id: "skew" });
  const nested = await loadReranker({ model: "", id: ({ variant }: { variant: Article }) => variant.sku });
  nested.rerank(articles.map((variant) => ({ variant })));
  const drawn: readonly Article[] = useReranked(articles, typed);
  useObserve(typed)({ id: "a" });
  capture(typed);
  const { candidates, identified, known } = typed.info().lastList ?? { candidates: 0, identified: 0, known: 0 };
  const model: Model<Article> = await loadModel<Article>({ model: "", id: "sku" });
  return model.session().rerank(drawn.slice(0, candidates + identified + known));
}

export async function entries(module: WebAssembly.Module): Promise<Reranker[]> {
  const kept = { model: "/shop.safetensors", integrity: "sha256-abc=", cache: true, quiet: null };
  // @ts-expect-error: it has no module of its own
  await slim({ model: "/shop.safetensors" });
  // @ts-expect-error: true, false or a name
  await loadReranker({ model: "/shop.safetensors", cache: 7 });
  return Promise.all([
    inline.loadReranker(kept),
    slim({ ...kept, cache: "shop", wasm: runsRelaxedSimd() ? "/fast.wasm" : module }),
  ]);
}

export async function scan(home: Product[][], inStock: ReadonlySet<string>): Promise<Retrieved[]> {
  const backend: Backend = "gpu";
  const reranker = await loadReranker({
    model: "/shop.safetensors",
    backend,
    gpu: { glue: "/gpu.js", wasm: new URL("https://cdn.example/gpu.wasm") },
  });
  const shelves: Ranked<Product>[][] = reranker.rerankMany(home, { limit: 8 });
  reranker.rerankMany(new Set([["a", 7], shelves.map(() => "b")]));
  const byMap: Ranked<Product>[][] = home.map(reranker.rerank);
  const byPromise: Ranked<Product>[][] = await Promise.resolve(home).then(reranker.rerankMany);
  shelves.push(...byMap, ...byPromise);
  // @ts-expect-error: { limit: 8 }
  reranker.rerank(home[0] ?? [], 8);
  // @ts-expect-error: a list of lists, not a list
  reranker.rerankMany(home[0] ?? []);
  const info: ScanInfo = reranker.info().scan;
  const crossover: number = info.crossover ?? Infinity;
  // @ts-expect-error: how many?
  await reranker.retrieve({});
  // @ts-expect-error: there is no such backend
  await loadReranker({ model: "/shop.safetensors", backend: "npu" });
  return reranker.retrieve({ k: Math.min(20, crossover), filter: (id) => inStock.has(id), by: "model" });
}

export async function tokens(reranker: Reranker): Promise<string> {
  const found: Cluster | null = reranker.cluster();
  const taste: Taste = tasteTokens(reranker, { epsilon: 3, epochDays: 14, cap: null });
  const behindAWorker = { cluster: async () => found, info: async () => ({ consent: { share: true } }) };
  tasteTokens(behindAWorker, { epsilon: 3, ledger: memoryLedger() });
  const token: TasteToken | null = await taste.token();
  const { spent, cap }: Ledger = (await taste.ledger()) ?? {
    spent: 0,
    cap: 0,
    left: 0,
    epochs: [],
    token: null,
    until: 0,
  };
  if (taste.info().reason?.code === "token.spent") await taste.forget();
  // @ts-expect-error: how much may a token tell?
  tasteTokens(reranker, {});
  // @ts-expect-error: of whom?
  tasteTokens({}, { epsilon: 3 });
  // @ts-expect-error: a cluster that is not known is no number
  const bare: number | undefined = found?.cluster;
  return `${token?.cluster} of ${token?.clusters}, ${spent} of ${cap}, ${bare}`;
}

export async function session(kept: ArrayBuffer, row: DataView): Promise<Refused> {
  const model: Reranker = await loadReranker({ model: "/shop.safetensors" });
  const { observe, forget, restore, info, session } = model; // They need no `this`.
  observe({ id: 42n, at: new Date(), type: null, row });
  const forgotten: number =
    forget({ id: "a" }) + forget("b") + forget(7) + forget({ event: 1 }) + forget(null) + forget();
  if (forgotten > 0 && restore(kept)) restore(new Uint8Array(kept));
  const text: string | null = model.snapshotText();
  if (text) restore(text);
  // @ts-expect-error: bytes or text, not a number
  restore(7);
  // @ts-expect-error: neither an item nor an event
  forget({ type: "view" });
  using other: Reranker = session();
  other.observe({ id: "a" });
  return info().refused.arguments;
}

export async function kept(store: Store): Promise<StoreInfo> {
  const reranker = await loadReranker({ model: "/shop.safetensors", store });
  reranker.consent({ store: true });
  reranker.consent({ store: null, share: false });
  const choice: Consent = reranker.info().consent;
  const told: ConsentChoice = { store: choice.store && choice.share };
  reranker.consent(told);
  // @ts-expect-error: true or false
  reranker.consent({ store: "yes" });
  // @ts-expect-error: there is no such store
  await loadReranker({ model: "/shop.safetensors", store: "cookies" });
  const { kind, wanted, reason, restored, saved } = reranker.info().store;
  return { kind, wanted, reason, restored: saved ? restored : 0, saved };
}

export async function many(requests: Product[][]): Promise<string[]> {
  using model: Model = await loadModel({ model: "/shop.safetensors", backend: "cpu" });
  const { status, reason } = model.info();
  const code: ErrorCode | undefined = reason?.code;
  if (status !== "ready" && code === "model.http") return [];
  // @ts-expect-error: no reason has that code
  if (code === "model.gone") return [];
  return requests.flatMap((products) => {
    using reranker: Reranker = model.session();
    return reranker.rerank(products).map(({ candidate }) => candidate.id);
  });
}

export async function atTheEdge(request: Request, origin: Response, row: Uint8Array): Promise<Response[]> {
  const model = loadModel({ model: "/shop.safetensors", backend: "cpu" });
  const reports: PageReport[] = [];
  const onReport = (report: PageReport) => void reports.push(report);
  const page = await personalize(origin, {
    model,
    context: { item: { id: "a", category: "home/mugs", row }, category: null, query: "mug", cluster: "7" },
    lists: [{ list: "#grid", item: ".tile", id: "a.link@data-sku" }],
    islands: [{ script: "script#data", path: "data.products", id: "id" }],
    ...{ policy: { most: 2 }, request, deadlineMs: 50, maxListBytes: 500_000, hydrate: true, onReport },
    html: () => fetch("/reshelf_html_bg.wasm"),
  });
  // A session of the caller's own, or whatever orders a list at once.
  await personalize(origin, { reranker: (await model).session(), context: { item: 7 }, rows: true });
  // @ts-expect-error: rows are there or not
  await personalize(origin, { model, rows: new Uint8Array() });
  await personalize(origin, { reranker: { rerank: (list) => [...list].reverse() } });
  const json = await personalizeJson(origin, { model: await model, path: "data.products", id: "id", context: {} });
  // @ts-expect-error: where is the list, and what is an id?
  await personalizeJson(origin, { model });
  // @ts-expect-error: a tile has an id
  await personalize(origin, { model, lists: [{ list: "ul", item: "li" }] });
  // @ts-expect-error: one answer
  await personalize([origin], { model });
  const late = reports.some(({ reason, lists }) => reason === "model-late" || lists.some(({ moved }) => moved === 0));
  return late ? [page] : [page, json];
}

export async function beside(signal: AbortSignal): Promise<number> {
  const reranker: Reranker = await loadReranker({ model: "/shop.safetensors" });
  const { info, stop } = listen(reranker);
  const state: ListenInfo = info();
  stop();
  listen(reranker, {
    sources: ["ga4", "jsonld"],
    id: (id, item, event) =>
      item["item_variant"] === "sample" || event === "select_item" ? null : (id.split("-")[0] ?? id),
    signal,
  });
  const events: ListenedEvent[] = [];
  listen({ observe: (event: ListenedEvent) => events.push(event) }, { scope: { dataLayer: [] }, id: null });
  // @ts-expect-error: there is no such source
  listen(reranker, { sources: ["ga3"] });
  // @ts-expect-error: something that observes
  listen({ rerank: reranker.rerank });
  return state.observed + (state.ignored.reason?.code === "listen.id" ? 1 : 0);
}

export function consented(worker: {
  consent(choice: { store?: boolean; share?: boolean }): Promise<void>;
}): () => void {
  const banner: ConsentSource = (tell) => {
    tell(true);
    tell({ store: true, share: false });
    // @ts-expect-error: a choice is made of booleans
    tell({ store: "granted" });
  };
  const stops = [
    followConsent(worker, banner),
    followConsent(worker, tcf({ store: [1, 5, 6], consents: "publisher" })),
    followConsent(worker, googleConsent({ store: ["functionality_storage"], share: null })),
    followConsent(worker, shopifyConsent({ store: ["preferences"], share: ["analytics"] }), { signal: null }),
  ];
  // @ts-expect-error: there is no such purpose
  shopifyConsent({ store: ["everything"] });
  return () => stops.forEach((stop) => stop());
}

export function watch(reranker: Reranker, port: MessagePort): CaptureInfo {
  const { signal } = new AbortController();
  const grid: Capture = capture(reranker, { items: "[data-sku]", id: "data-sku", threshold: 0.3, signal });
  capture({ observe: (event: CaptureEvent) => port.postMessage(event) }, { products: false, clicks: true });
  capture(reranker, { id: (element) => Number(element.getAttribute("data-sku")), position: null });
  // @ts-expect-error: an attribute's name, or a function
  capture(reranker, { id: 7 });
  // @ts-expect-error: what observes?
  capture({ root: document });
  const { info, stop } = grid;
  stop();
  return info();
}

export function inWorker(scope: ServiceWorkerLike): void {
  const pages: worker.Handler = worker.createHandler({
    load: () => worker.loadReranker({ model: "/shop.safetensors", store: "device" }),
    match: ({ mode, url }) => (url.endsWith(".json") ? { path: "items", id: "id" } : mode === "navigate"),
    fetch: ({ request }) => fetch(request),
    ...{ off: "/reshelf-off", hydrate: true, lists: null, deadlineMs: 20, html: () => fetch("/html.wasm") },
    onReport: ({ reason, lists }: worker.PageReport, { url }) => console.log(url, reason, lists.length),
  });
  scope.addEventListener("fetch", (event) => pages.answer(event));
  scope.addEventListener("install", (event) => event.waitUntil(pages.warm()));
  worker.createHandler({ load: async () => ({ rerank: (list) => [...list].reverse() }), match: null, fetch: null });
  // @ts-expect-error: something has to order
  worker.createHandler({});
  // @ts-expect-error: the worker's session has events of its own
  worker.createHandler({ load: () => ({ rerank: () => [] }), context: { item: 1 } });
  void worker.unregister().then((was: boolean) => was);
}

/** As the types of a worker's scope have it, which those of a page do not. */
interface ServiceWorkerLike {
  addEventListener(type: "fetch" | "install", listener: (event: worker.PageEvent) => void): void;
}

export async function takenUp(list: Element): Promise<Settled> {
  const reranker = await loadReranker({ model: "/shop.safetensors" });
  const places: number[] | null = placesOf(list);
  const ids: string[] = serverOrder(list, { item: "li", id: "data-sku" }).map(({ id }) => id);
  settle(list, { rerank: (given) => given }, null);
  // @ts-expect-error: a list is one element
  settle("ul", reranker);
  return settle(list, reranker, places === null || ids.length === 0 ? undefined : { item: "li" });
}

export function asElements(reranker: Reranker): ListOutcome["reason"] {
  defineList({ reranker: loadReranker({ model: "/shop.safetensors" }), name: null });
  // @ts-expect-error: something has to rank
  defineList({});
  const list = document.createElement("reshelf-list");
  list.reranker = reranker;
  list.addEventListener("reshelf-before", (event) => event.detail.moved > 9 && event.preventDefault());
  const { moved, kept, reason }: ListOutcome = list.update();
  return moved + kept > 0 ? null : reason;
}

export function inReact(products: readonly Product[], reranker: Reranker | null): readonly Product[] {
  const tell: (event: { type: "view"; id: string }) => number | null = useObserve(reranker);
  tell({ type: "view", id: "1" });
  // @ts-expect-error: a limit is a number
  useReranked(products, reranker, { limit: "9" });
  return useReranked(products, reranker, { by: "similarity" });
}

/** Sessions in a worker, wherever one of the page's thread may be. */
export async function elsewhere(products: Product[]): Promise<readonly Product[]> {
  const reranker: WorkerReranker = await loadInWorker({ model: "/shop.safetensors" });
  defineList({ reranker: loadInWorker({ model: "/shop.safetensors" }), policy: policy({ slot: "home" }) });
  document.createElement("reshelf-list").reranker = reranker;
  const tell: (event: { type: "view"; id: string }) => Promise<number | null> = useObserve(reranker);
  const late: Promise<number | null> | null = observe(Math.random() > 2 ? null : reranker, { id: 1 });
  const none: null = observe(null, { id: 1 });
  // @ts-expect-error: something has to be told
  tell({});
  refresh(reranker);
  await late;
  const either: Reranker | WorkerReranker | null = none;
  useReranked(products, either);
  return useReranked(products, reranker, { limit: 9 }) ?? useRankedRef(products, () => reranker).value;
}

export function inVue(products: Product[], reranker: Reranker): readonly Product[] {
  observe(reranker, { type: "view", id: "1" });
  refresh(null);
  return useRankedRef(() => products, reranker).value;
}

export async function rowsThatTravel(products: Product[], file: ArrayBuffer): Promise<boolean> {
  const handler: RowsHandler = rowsHandler({ rows: file, maxAge: 3600 });
  const reranker = await loadReranker({ model: "/core.safetensors", rows: "/rows" });
  const prepared: Prepared = await reranker.prepare(products, { signal: AbortSignal.abort(), deadlineMs: 300 });
  await reranker.prepare([1, "2", 3n], null);
  // @ts-expect-error: a deadline is a number
  await reranker.prepare(products, { deadlineMs: "soon" });
  await loadReranker({ model: file, rows: new URL("https://shop.example/rows") });
  await loadReranker({
    model: file,
    rows: (ids, { model }) => handler(new Request(`/rows?model=${model}&ids=${ids[0]}`)),
  });
  await loadReranker({ model: file, rows: async (ids) => new Map(ids.map((id) => [id, null])) });
  await loadReranker({ model: file, rows: (ids) => Object.fromEntries(ids.map((id) => [id, "UkM="])) });
  // @ts-expect-error: rows have ids
  await loadReranker({ model: file, rows: () => 7 });
  return prepared.complete && prepared.arrived > 0;
}

export async function inTests(reranker: Reranker): Promise<readonly Difference[]> {
  const clock: FakeClock = fakeClock(new Date(0));
  const description: TinyDescription = { items: ["a", 7, { id: 8n, price: 2 }], together: [["a", 7, 0.5]] };
  const model: Uint8Array = tinyModel(description);
  // @ts-expect-error: a pair has two items
  tinyModel({ items: ["a"], together: [["a"]] });
  // @ts-expect-error: an item needs an id
  tinyModel({ items: [{ category: "a" }] });
  const { reranker: recorded, text }: Recording = record(reranker);
  assertOrder(recorded.rerank(["a"]), ["a"]);
  matchers.toHaveReason(recorded, null);
  fixtureShop({ model, lists: { home: ["a", { id: 7, score: 1 }] } });
  clock.restore();
  return (await replay(text(), reranker.session())).differences;
}

export async function health(): Promise<string[]> {
  const { doctor, dispose } = await loadReranker({ model: "/shop.safetensors", debug: true });
  const findings: readonly Finding[] = await doctor();
  dispose();
  // @ts-expect-error: there is no such code
  const code: FindingCode = "ids.wrong";
  return findings
    .filter(({ severity }) => severity !== "note")
    .flatMap(({ examples, message }) => [message, code, ...examples]);
}

/** Both have the same methods, which take the same: what one gains, the other has. */
type Same<A, B> = [A, B] extends [B, A] ? true : false;
/** A union in which there is no false. */
type Every<All> = false extends All ? never : true;
type Methods = Exclude<keyof Reranker, symbol>;
type Answers = {
  [Name in Exclude<Methods, "session" | "info">]: Promise<Awaited<ReturnType<Reranker[Name]>>>;
};
type WorkerAnswers = { [Name in Exclude<Methods, "session" | "info">]: ReturnType<WorkerReranker[Name]> };
export const same: [
  Same<Exclude<keyof WorkerReranker, symbol>, Methods>,
  Every<{ [Name in Methods]: Same<Parameters<Reranker[Name]>, Parameters<WorkerReranker[Name]>> }[Methods]>,
  Same<Answers, WorkerAnswers>,
] = [true, true, true];

export async function offThread(products: Product[], own: Worker): Promise<string[]> {
  await using reranker = await loadInWorker({
    model: new ArrayBuffer(8),
    worker: own,
    inPlace: false,
    deadlineMs: 5000,
  });
  const number: number | null = await reranker.observe({ id: "a" });
  const ranked: Ranked<Product>[] = await reranker.rerank(products, { limit: number ?? 3 });
  const shelves: Ranked<Product>[][] = await Promise.all([products].map(reranker.rerank));
  const { home, status } = await reranker.info();
  // @ts-expect-error: there is no such order
  await reranker.rerank(products, { by: "price" });
  // @ts-expect-error: it takes a promise's answer
  reranker.rerank(products).map(({ rank }) => rank);
  using other = await reranker.session();
  await other.retrieve({ k: 3, filter: (id) => id !== home.where + status });
  await loadInWorker({ model: "/shop.safetensors", worker: new URL("/worker-thread.js", location.href) });
  return [...ranked, ...shelves.flat()].map(({ candidate }) => candidate.title);
}

/** A sentinel is a reranker, and takes what its reranker takes. */
export async function guarded(plain: Reranker<{ sku: string }>): Promise<void> {
  const reranker: GuardedReranker<{ sku: string }> = sentinel(plain, { start: "model", id: "sku" });
  const ranked: Ranked<{ sku: string }>[] = reranker.rerank([{ sku: "7" }], { limit: 3 });
  const code: ErrorCode | undefined = reranker.verdict().reason?.code;
  const anywhere: Reranker<{ sku: string }> = reranker;
  void [ranked, code, anywhere, sentinel(plain, { state: reranker.state() })];
  // @ts-expect-error nobody else orders
  sentinel(plain, { start: "nobody" });
}

interface Article {
  readonly sku: string;
  readonly name: string;
}

export async function why(articles: readonly Article[], names: ReadonlyMap<string, string>): Promise<string[]> {
  const reranker = await loadReranker<Article>({ model: "/shop.safetensors", id: "sku" });
  const ranked = reranker.rerank(articles);
  const own: Partial<Sentences> = { popular: ["Everybody's.", "Everybody's."] };
  const { places, reason } = explain(reranker, articles, {
    ranked,
    places: [1, 2],
    nameOf: (id) => names.get(id),
    locale: "de",
    sentences: own,
    codeOf: ({ candidate }) => (candidate.name === "" ? "rule" : null),
  });
  const code: ErrorCode | undefined = reason?.code;
  const first: Explained<Article> | undefined = places[0];
  const parts: readonly Part[] = first?.parts ?? [];
  const main: PositionCode = first?.code ?? "server-order";
  // @ts-expect-error: an option of the wrong kind
  explain(reranker, articles, { places: 3 });
  const would: readonly Would<Article>[] = whatIf(reranker, new Set(articles), { without: { event: 3 } }).places;
  // @ts-expect-error: without what?
  whatIf(reranker, articles, {});
  return [`${code} ${parts.length}`, sentences("en")[main][1], ...would.map(({ sentence }) => sentence)];
}
