// What can be wrong with a policy, in words: each names the rule and the way out. Names are in the order of the alphabet, so that the
// command (`model_export/src/policy/words.rs`) says the very same. Uses types.
import { alike } from "../alike.js";
import type { ErrorCode, PolicyProblem } from "../types.js";

/** What a problem is about, and what becomes of it, as both are said to people. */
const said = (rule: string | null) =>
  rule === null
    ? (["The policy", "it counts as not given"] as const)
    : ([`Rule \`${rule}\``, "the rule is left out"] as const);

/** At most so many characters of what was written are said again. */
export const cut = (text: string) => (text.length > 50 ? `${text.slice(0, 50)}…` : text);

function meantOf(name: string, names: readonly string[]): string {
  const all = [...names].sort();
  const near = alike(name, all);
  return near ? `did you mean \`${near}\`?` : `there are ${all.join(", ")}.`;
}

const problem = (rule: string | null, { code, message }: { code: ErrorCode; message: string }): PolicyProblem =>
  Object.freeze({ code, rule, message });

export const noDefinition = () =>
  problem(null, {
    code: "policy.definition",
    message: 'A policy is an object, such as { rules: [{ kind: "hide", match: { brand: "Zen" } }] }: no rule counts.',
  });

export const tooMany = (most: number) =>
  problem(null, {
    code: "policy.many",
    message: `A policy has at most ${most} rules: those behind them are left out. One rule may name many items (\`match.ids\`).`,
  });

export function unreadable(rule: string | null, why: string): PolicyProblem {
  const [subject, outcome] = said(rule);
  return problem(rule, {
    code: "policy.unreadable",
    message: `${subject} cannot be read (${why}): pass plain data, as JSON has it; ${outcome}.`,
  });
}

export function unknownKind(rule: string, given: string, kinds: readonly string[]): PolicyProblem {
  const [subject, outcome] = said(rule);
  const [kind, meant] = [cut(given), meantOf(given, kinds)];
  return problem(rule, {
    code: "policy.kind",
    message: `${subject}: there is no \`kind\` ${kind}: ${meant} Correct it; ${outcome}.`,
  });
}

export function unknownName(rule: string | null, path: string, given: string, names: readonly string[]): PolicyProblem {
  const [subject, outcome] = said(rule);
  const [where, name, meant] = [path ? `\`${path}\` has` : "there is", cut(given), meantOf(given, names)];
  return problem(rule, {
    code: "policy.unknown",
    message: `${subject}: ${where} no \`${name}\`: ${meant} Correct the name; ${outcome}.`,
  });
}

export function missing(rule: string | null, name: string, wanted: string): PolicyProblem {
  const [subject, outcome] = said(rule);
  return problem(rule, {
    code: "policy.missing",
    message: `${subject} lacks \`${name}\`: add ${wanted}; ${outcome}.`,
  });
}

export function wrongValue(rule: string | null, path: string, wanted: string, given: string): PolicyProblem {
  const [subject, outcome] = said(rule);
  return problem(rule, {
    code: "policy.value",
    message: `${subject}: \`${path}\` is ${wanted}, not ${given}; ${outcome}.`,
  });
}

export const idleDays = (rule: string) =>
  problem(rule, {
    code: "policy.value",
    message: `${said(rule)[0]}: \`days\` is for \`what: "bought"\` alone: remove it; it counts as not given.`,
  });

export function noDate(rule: string, path: string, given: string): PolicyProblem {
  const [subject, outcome] = said(rule);
  return problem(rule, {
    code: "policy.date",
    message: `${subject}: \`${path}\` is no date (${given}): pass "2026-12-24", "2026-12-24T18:00:00Z" or milliseconds since 1970; ${outcome}.`,
  });
}

export function backwards(rule: string): PolicyProblem {
  const [subject, outcome] = said(rule);
  return problem(rule, {
    code: "policy.date",
    message: `${subject} ends before it begins: let \`from\` be before \`until\`; ${outcome}.`,
  });
}

export function twice(rule: string): PolicyProblem {
  const [subject] = said(rule);
  return problem(rule, {
    code: "policy.duplicate",
    message: `${subject} stands twice: give each rule an id of its own; the later one is left out.`,
  });
}

export function unknownField(rule: string, given: string, names: readonly string[]): PolicyProblem {
  const [subject, outcome] = said(rule);
  const [field, near] = [cut(given), alike(given, [...names].sort())];
  const meant = near ? `did you mean \`${near}\`? If not, ` : "";
  return problem(rule, {
    code: "policy.field",
    message: `${subject}: there is no field \`${field}\`: ${meant}say how it is read, \`fields: { "${field}": ... }\`; ${outcome}.`,
  });
}

export function wrongOption(name: string, wanted: string): PolicyProblem {
  const shortName = cut(name);
  return problem(null, {
    code: "policy.option",
    message: `The option \`${shortName}\` is ${wanted}: it counts as not given.`,
  });
}

export function unknownOption(given: string, names: readonly string[]): PolicyProblem {
  const [name, meant] = [cut(given), meantOf(given, names)];
  return problem(null, {
    code: "policy.option",
    message: `There is no option \`${name}\`: ${meant} It counts as not given.`,
  });
}

export function threw(name: string, count: number, why: string): PolicyProblem {
  const field = cut(name);
  return problem(null, {
    code: "policy.accessor",
    message: `Reading the field \`${field}\` threw (candidates: ${count}; ${why}): they count as without it. Correct its accessor.`,
  });
}

/** A value as it is said again. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(cut(value));
  if (Array.isArray(value)) return value.length > 0 ? `a list of ${value.length}` : "an empty list";
  if (typeof value === "object" && value !== null) return shownObject(Object.keys(value));
  if (typeof value === "symbol") return "a function";
  return String(value);
}

const shownObject = (names: readonly string[]) =>
  names.length > 0 ? `an object of ${cut([...names].sort().join(", "))}` : "an empty object";
