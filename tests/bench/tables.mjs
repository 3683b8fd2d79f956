// From what the benchmarks measured to the tables of the documents. Every table is a function of all
// results: an object by part (peers, runtimes, kernels, profile, choice, speed), each as its script keeps it.
import { table, thousands } from "../documents.mjs";
import { GROUPS } from "./groups.mjs";
import { KEYS, NAMES, RESHELF } from "./names.mjs";

/** Where the tables stand. */
export const DOCUMENTS = ["README.md", "docs/performance.md", "docs/scan.md", "docs/edge.md"];

/** Three digits that matter, never more than the clock can tell. */
export function figure(value) {
  if (value === null || value === undefined) return "";
  return value >= 100 ? thousands(Math.round(value)) : value.toFixed(value >= 10 ? 1 : value >= 1 ? 2 : 3);
}

const times = (value) => `${value >= 100 ? thousands(Math.round(value)) : value.toPrecision(value < 10 ? 2 : 3)}x`;
const ratio = (value, base) => (base ? times(value / base) : "");
const kilobytes = (bytes) => figure(bytes / 1000);

/** What ratios refer to: the relaxed build, where it was measured. */
export function base(results) {
  return results.find(({ key }) => key === "reshelf relaxed") ?? results.find(({ key }) => key.startsWith(RESHELF));
}

const sizesOf = (results) => results.peers?.sizes ?? [];

/** Engines in rows, lengths in columns. */
function peers(results) {
  const sizes = sizesOf(results);
  const cell = ({ results: measured }, key) => {
    const found = measured.find((one) => one.key === key);
    const own = base(measured);
    if (!found) return "";
    return `${figure(found.p50)} / ${figure(found.p99)}${own && own !== found ? ` (${ratio(found.p50, own.p50)})` : ""}`;
  };
  const rows = KEYS.filter((key) => sizes.some((size) => size.results.some((one) => one.key === key))).map((key) => [
    NAMES[key],
    ...sizes.map((size) => cell(size, key)),
  ]);
  return table(["p50 / p99, ms", ...sizes.map(({ count, job }) => `${thousands(count)}, ${job}`)], rows);
}

/** The first call after all others had their turn: nothing of its own is in a cache. */
function cold(results) {
  const sizes = sizesOf(results);
  const rows = KEYS.filter((key) => sizes.some((size) => size.results.some((one) => one.key === key))).map((key) => [
    NAMES[key],
    ...sizes.map((size) => figure(size.results.find((one) => one.key === key)?.cold)),
  ]);
  return table(["p50 of cold calls, ms", ...sizes.map(({ count, job }) => `${thousands(count)}, ${job}`)], rows);
}

/** Against the best of the others, and what the project promises (times that peer's time). */
const PROMISES = {
  200: { most: 0.7 },
  1000: { most: 0.5 },
  100_000: { most: 0.35, of: "onnxruntime" },
  1_000_000: { most: 0.5, of: "onnxruntime" },
};

function margin(results) {
  const rows = sizesOf(results).flatMap(({ count, results: measured }) => {
    const ours = base(measured);
    const { most, of } = PROMISES[count] ?? {};
    const others = measured.filter(({ key }) => !key.startsWith(RESHELF) && (of === undefined || key === of));
    const best = others.sort((a, b) => a.p50 - b.p50)[0];
    if (!ours || !best) return [];
    return [
      [
        thousands(count),
        NAMES[best.key],
        figure(best.p50),
        NAMES[ours.key],
        figure(ours.p50),
        times(ours.p50 / best.p50),
        most ? `${most}x` : "",
      ],
    ];
  });
  return table(["candidates", "best peer", "p50, ms", "ours", "p50, ms", "ours / peer", "promised"], rows);
}

/** What each peer was tried with; the fastest took part. */
function forms(results) {
  const sizes = sizesOf(results);
  const triedBy = (size, key) => size.results.find((one) => one.key === key)?.tried ?? [];
  const rows = KEYS.filter((key) => !key.startsWith(RESHELF)).flatMap((key) => {
    const names = new Set(sizes.flatMap((size) => triedBy(size, key).map(({ variant }) => variant)));
    return [...names].map((name) => [
      NAMES[key],
      name,
      ...sizes.map((size) => {
        const found = triedBy(size, key).find(({ variant }) => variant === name);
        if (!found) return "";
        if (found.time === undefined) return "refused";
        const taken = size.results.some((one) => one.key === key && one.variant === name);
        return taken ? `**${figure(found.time)}**` : figure(found.time);
      }),
    ]);
  });
  return table(["engine", "form", ...sizes.map(({ count, job }) => `${thousands(count)}, ${job}`)], rows);
}

function start(results) {
  const { first = {}, download = {} } = results.peers ?? {};
  const own = "reshelf relaxed" in first ? "reshelf relaxed" : "reshelf simd128";
  const rows = KEYS.filter((key) => key in download).map((key) => [
    NAMES[key],
    figure(first[key]),
    key in first && key !== own ? ratio(first[key], first[own]) : "",
    kilobytes(download[key]),
    key !== own ? ratio(download[key], download[own]) : "",
  ]);
  return table(["engine", "first result, ms", "ratio", "KB over the wire", "ratio"], rows);
}

const RUNTIMES = { chromium: "Chromium", firefox: "Firefox", node: "Node", deno: "Deno", workerd: "workerd" };

function job(results) {
  const measured = Object.entries(RUNTIMES).filter(([key]) => results.runtimes?.[key]);
  const rows = measured.map(([key, name]) => {
    const { backend, results: lists } = results.runtimes[key];
    const clock = lists[200].tick === null ? "timed from outside" : `${figure(lists[200].tick * 1000)} us`;
    return [
      name,
      backend,
      figure(lists[200].p50),
      figure(lists[200].p99),
      figure(lists[1000].p50),
      figure(lists[1000].p99),
      clock,
    ];
  });
  return table(["runtime", "kernel", "200: p50, ms", "p99", "1,000: p50", "p99", "clock"], rows);
}

function retrieve(results) {
  const { backend, results: catalogues = {} } = results.runtimes?.retrieve ?? {};
  const rows = Object.entries(catalogues).map(([items, { p50, p99, calls }]) => [
    thousands(Number(items)),
    backend,
    figure(p50),
    figure(p99),
    thousands(calls),
  ]);
  return table(["items", "kernel", "p50, ms", "p99, ms", "calls"], rows);
}

function limit(results) {
  const native = results.kernels?.native ?? [];
  const shapes = [...new Set(native.map(({ rows, sessions }) => `${rows} ${sessions}`))];
  const contenders = [...new Set(native.map(({ name, bits }) => `${name}\t${bits}`))];
  const rows = contenders.map((contender) => [
    ...contender.split("\t"),
    ...shapes.map((shape) =>
      figure(
        native.find((one) => `${one.name}\t${one.bits}` === contender && `${one.rows} ${one.sessions}` === shape)
          ?.nanoseconds,
      ),
    ),
  ]);
  const heading = (shape) => `${thousands(Number(shape.split(" ")[0]))} x ${shape.split(" ")[1]}`;
  return table(["ns a candidate", "bits", ...shapes.map(heading)], rows);
}

/** How many times the native AVX2 kernel's time a build may take. */
const ALLOWED = { relaxed: 1.5, simd128: 3 };

function builds(results) {
  const rows = (results.kernels?.wasm ?? []).map(({ build, sessions, bits, nanoseconds, avx2 }) => [
    `wasm ${build}`,
    bits,
    sessions,
    figure(nanoseconds),
    figure(avx2),
    avx2 ? ratio(nanoseconds, avx2) : "",
    `${ALLOWED[build]}x`,
  ]);
  return table(["build", "bits", "sessions", "ns a candidate", "native AVX2", "ratio", "promised"], rows);
}

/** Parts of the work in rows, calls in columns. */
function profile(results) {
  const { calls = [] } = results.profile ?? {};
  const cell = ({ microseconds, groups }, group) =>
    groups[group] >= 0.0005
      ? `${figure(groups[group] * microseconds)} (${(100 * groups[group]).toFixed(groups[group] < 0.1 ? 1 : 0)} %)`
      : "";
  const rows = GROUPS.filter((group) => calls.some(({ groups }) => groups[group] >= 0.0005)).map((group) => [
    group,
    ...calls.map((call) => cell(call, group)),
  ]);
  if (calls.length > 0) {
    rows.push(["all", ...calls.map(({ microseconds }) => figure(microseconds))]);
    rows.push(["the same in the build that ships", ...calls.map(({ shipped }) => figure(shipped))]);
  }
  return table(["microseconds a call", ...calls.map(({ name }) => name)], rows);
}

/** `auto` may be so many times slower than the better of the two. */
const CHOICE_PROMISED = 1.1;

function choice(results) {
  const rows = (results.choice ?? []).map(({ items, cpu, gpu, auto, chosen, adapter, decided }) => [
    thousands(items),
    adapter,
    figure(cpu),
    figure(gpu),
    figure(auto),
    chosen,
    `${(auto / Math.min(cpu, gpu)).toFixed(2)}x`,
    `${CHOICE_PROMISED.toFixed(2)}x`,
    figure(decided / 1000),
  ]);
  return table(
    ["items", "GPU", "cpu, ms", "gpu, ms", "auto, ms", "auto chose", "auto / better", "promised", "decided after, s"],
    rows,
  );
}

function speed(results) {
  const rows = (results.speed ?? []).map(({ name, p50, p99 }) => [name, figure(p50), figure(p99)]);
  return table(["milliseconds", "p50", "p99"], rows);
}

/** The tables by their names in the documents, and the part that each needs. */
/** What a page costs at the edge, by host. */
function edge({ edge: hosts = {} }) {
  const rows = Object.entries(hosts).flatMap(([host, { passed, added, rows: withRows, cold, load }]) => [
    [`${host}, a page that passes`, figure(passed.p50), figure(passed.p99), load.toFixed(1)],
    [`${host}, added by putting it in order`, figure(added.p50), figure(added.p99), load.toFixed(1)],
    ...(withRows
      ? [[`${host}, added where it gains rows, too`, figure(withRows.p50), figure(withRows.p99), load.toFixed(1)]]
      : []),
    ...(cold
      ? [[`${host}, added to a cold start with its first page`, figure(cold.added.cpu), "", load.toFixed(1)]]
      : []),
  ]);
  return table(["milliseconds of CPU", "p50", "p99", "load"], rows);
}

export const TABLES = { peers, cold, margin, forms, start, job, retrieve, limit, builds, profile, choice, speed, edge };
export const PART = {
  peers: "peers",
  cold: "peers",
  margin: "peers",
  forms: "peers",
  start: "peers",
  job: "runtimes",
  retrieve: "runtimes",
  limit: "kernels",
  builds: "kernels",
  profile: "profile",
  choice: "choice",
  speed: "speed",
  edge: "edge",
};
