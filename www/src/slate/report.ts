// What `info().lastList` tells of lists that a policy arranged. What a rule moved and cost is found when it is asked for, by arranging
// again without it.
import type { PolicyProblem, RankedList, RemovedCandidate, RuleReport } from "../types.js";
import type { Case } from "./case.js";
import type { SoundRule } from "./check.js";
import { conflictsOf, type Laid, lay, movedBetween } from "./lay.js";

/** A list, and how it was arranged. */
export interface Arranged {
  readonly of: Case;
  readonly laid: Laid;
}

/** What the server pinned goes by this name among rules. */
const SERVER_NAME = "server";

/** Costs are told to a millionth: what is below is noise of the last bits. */
const rounded = (value: number) => Math.round(value * 1e6) / 1e6;

export function reportOf(
  seen: RankedList,
  lists: readonly Arranged[],
  rules: readonly SoundRule[],
  top: number | null,
): RankedList {
  const removed: RemovedCandidate[] = [];
  const problems: PolicyProblem[] = [];
  lists.forEach(({ of, laid }, list) => {
    for (const [at, rule] of [...laid.removed].sort(([a], [b]) => a - b))
      removed.push({ list, previousRank: at + 1, id: of.columns.id(at), rule: rule.id });
    problems.push(...of.columns.problems);
  });
  const own = lists.some(({ laid }) => laid.outcomes.has(null)) ? [null, ...rules] : rules;
  const reports = own.map((rule) => ruleReport(rule, lists, rules, top));
  const conflicts = lists.flatMap(({ of, laid }) =>
    conflictsOf(laid).map((set) =>
      set.map((each) => (typeof each === "number" ? `${SERVER_NAME}:${of.columns.id(each) ?? each + 1}` : each.id)),
    ),
  );
  return { ...seen, removed, rules: reports, conflicts, problems };
}

const nameOf = (rule: SoundRule | null) => rule?.id ?? SERVER_NAME;

function ruleReport(
  rule: SoundRule | null,
  lists: readonly Arranged[],
  rules: readonly SoundRule[],
  top: number | null,
): RuleReport {
  const outcomes = lists.map(({ laid }) => laid.outcomes.get(rule));
  let found: readonly [moved: number, cost: number] | null = null;
  const find = () => {
    if (found || rule === null) return found;
    let [moved, cost] = [0, 0];
    for (const { of, laid } of lists) {
      const without = lay(
        of,
        rules.filter((each) => each !== rule),
        top,
      );
      // The engine may have gone since: then there is nothing to tell.
      if (without.scores.size === 0 && laid.scores.size > 0) return null;
      moved += movedBetween(laid, without);
      cost += without.value - laid.value;
    }
    found = [moved, rounded(cost)];
    return found;
  };
  return {
    id: nameOf(rule),
    kept: outcomes.every((outcome) => outcome?.kept !== false),
    broken: outcomes.reduce((sum, outcome) => sum + (outcome?.broken ?? 0), 0),
    get moved() {
      return find()?.[0] ?? null;
    },
    get cost() {
      return find()?.[1] ?? null;
    },
  };
}
