// Looks for what goes wrong where a shop puts the package in: the one file that the rest of the package reaches, by `import()` and only
// where a page asks. It keeps nothing from call to call, sends nothing, and changes nothing of the session: what it tries out it
// tries in a session of its own, which it frees. May use engine and types.
import type { Finding, RerankerInfo, Severity } from "../types.js";
import { caseOf, type Patient } from "./case.js";
import { finding } from "./finding.js";
import { misscaled } from "./prices.js";
import { ofEvents, ofLists } from "./seen.js";
import { misspelt } from "./spellings.js";
import { ofPage, ofState } from "./state.js";
import { watch } from "./watch.js";

const FAILED = [
  finding(
    "error",
    "doctor.module",
    1,
    "Looking for mistakes failed (`info().refused.arguments` says why): please report it.",
  ),
];

const ORDER: readonly Severity[] = ["error", "warning", "note"];

/** What is found in a session now, the worst first; with `watches`, the console is told of it from now on. */
export function doctor(session: Patient, info: () => RerankerInfo, watches?: boolean): readonly Finding[] {
  const look = () => session.guard(() => findings(session, info)) ?? FAILED;
  if (watches) watch(look);
  return look();
}

function findings(session: Patient, info: () => RerankerInfo): Finding[] {
  const running = session.usable(); // Before `info`: the model may turn out to be damaged.
  const found = caseOf(session, running, info());
  const all = [...ofState(found), ...ofPage(), ...ofLists(found), ...ofEvents(found)];
  const { engine, ids } = found;
  // A session of its own costs some kilobytes: only where there is something to try.
  if (engine && (ids.unknown.length > 0 || ids.prices.length > 0)) {
    const own = engine.session();
    try {
      own.prepare();
      all.push(...misspelt(own, ids.unknown, ids.inTable), ...misscaled(own, ids.prices));
    } finally {
      own.free();
    }
  }
  return all.sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}
