// What the session itself says is wrong: why there is no model, what was refused, why nothing is stored; and whether the page has the
// package twice. May use types.
import type { Finding, FindingCode, Refused } from "../types.js";
import type { Case } from "./case.js";
import { finding } from "./finding.js";

export function ofState({ info }: Case): Finding[] {
  const { status, reason, store, ignored, refused } = info;
  const found: Finding[] = [];
  if (status === "disposed")
    found.push(
      finding("note", "session.over", 1, "`dispose()` was called: load again where lists are still to be ranked.", [
        reason?.code ?? "",
      ]),
    );
  if (status === "fallback") {
    const engine = /^(wasm|engine|host)\./.test(reason?.code ?? "");
    const [code, what]: [FindingCode, string] = engine
      ? ["engine.missing", "The engine does not run"]
      : ["model.missing", "There is no model"];
    found.push(
      finding("error", code, 1, `${what}, and lists keep the server's order. ${reason?.message}`, [reason?.code ?? ""]),
    );
  }
  if (store.reason !== null && store.wanted !== "memory") {
    const waits = store.reason.code === "store.consent";
    const fix = waits ? " Where shoppers have agreed, say so on every page that hears of it (`reshelf/consent`)." : "";
    found.push(
      finding(
        waits ? "note" : "warning",
        "store.unkept",
        1,
        `The session was to live in the store "${store.wanted}" and lives in "${store.kind}". ${store.reason.message}${fix}`,
        [store.reason.code],
      ),
    );
  }
  const counted: [FindingCode, string, Refused][] = [
    ["events.ignored", "Events were ignored", ignored],
    ["ids.refused", "Candidates have an id that names no item, or none", refused.ids],
    ["rows.refused", "Rows of items were refused, or did not come", refused.rows],
    ["arguments.refused", "Arguments or options were not taken", refused.arguments],
  ];
  for (const [code, what, { count, reason }] of counted)
    if (count > 0 && status !== "disposed")
      found.push(
        finding("warning", code, count, `${what}. The last time: ${reason?.message ?? "no reason"}`, [
          reason?.code ?? "",
        ]),
      );
  return found;
}

/** A copy of the package fetches one build of the engine once; bundlers put a hash into the file's name. */
const ENGINE = /\/reshelf(_relaxed)?_bg[^/]*\.wasm/;

/** Two copies of the package do not know of each other: each has a session and an engine of its own. */
export function ofPage(): Finding[] {
  const entries = globalThis.performance?.getEntriesByType?.("resource") ?? [];
  const fetched = (entries as PerformanceResourceTiming[])
    .filter(({ initiatorType, responseStatus }) => initiatorType === "fetch" && (responseStatus || 200) < 300)
    .flatMap(({ name }) => (ENGINE.exec(name) ? [name] : []));
  const copies = Math.max(
    ...[true, false].map((relaxed) => fetched.filter((name) => name.includes("_relaxed_bg") === relaxed).length),
  );
  if (copies < 2) return [];
  return [
    finding(
      "warning",
      "package.twice",
      copies,
      "The page has the package twice, and each copy has an engine and a session of its own: what one observes the other does not know. Import it from one place, under one version (`npm ls reshelf`), and let bundlers share it between entries.",
      fetched,
    ),
  ];
}
