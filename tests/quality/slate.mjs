// From what tests/slate.mjs measured to the table of docs/slate.md: results of `reshelf evaluate --policy --json` by log.
import { table } from "../documents.mjs";

const number = ({ value }) => value.toFixed(3);
const percent = (part) => `${part < 0 ? "" : "+"}${(100 * part).toFixed(1)}`;
const change = (lift) => {
  const of = lift?.relative;
  return of ? `${percent(of.value)} % [${percent(of.low)}, ${percent(of.high)}]` : "";
};

function tradeoffs(results) {
  const rows = Object.entries(results).flatMap(([log, { policies: compared }]) => {
    const row = (name, measures, changes) => [
      log,
      name,
      number(measures.ndcg),
      change(changes?.ndcg),
      number(measures.diversity),
      change(changes?.diversity),
      number(measures.category_diversity),
      change(changes?.category_diversity),
      number(measures.calibration_error),
      number(measures.coverage),
    ];
    return [
      row("none", compared.none),
      ...compared.policies.map(({ name, measures, change }) => row(name, measures, change)),
    ];
  });
  const columns = ["log", "policy", "NDCG@10", "change", "diversity", "change", "by category", "change"];
  return table([...columns, "calibration error", "coverage"], rows);
}

/** The table by its name in the document. */
export const SLATE = { tradeoffs };
