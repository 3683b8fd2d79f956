// From what tests/quality.mjs measured to the tables of docs/quality.md, docs/privacy.md and docs/tokens.md. Every table is a function of all
// results: an object by log, each with what was measured on it (train, catalogue, lists, baselines, quantization, ablations,
// floors, tokens, signals, cold).

import { table, thousands } from "../documents.mjs";

const number = (value, digits = 4) => value.toFixed(digits).replace(/^(-?)0\./, "$1.");
const signed = (value) => (value < 0 ? "" : "+") + number(value);
const megabytes = (bytes) => (bytes / 1e6).toFixed(2);
const interval = ({ low, high }, text) => (low === null || high === null ? "" : ` [${text(low)}, ${text(high)}]`);
const estimate = (value) => `${number(value.value, 3)}${interval(value, (end) => number(end, 3))}`;
const change = (value) => `${signed(value.value)}${interval(value, signed)}`;
const probability = (value) => (value.p === null ? "" : number(value.p, 3));
const relative = (lift) => {
  const percent = (part) => `${part < 0 ? "" : "+"}${(100 * part).toFixed(0)} %`;
  return lift.relative === null ? "" : `${percent(lift.relative.value)}${interval(lift.relative, percent)}`;
};
const at = (cuts, k) => cuts.find((cut) => cut.k === k) ?? cuts.at(-1);
const file = (path) =>
  path
    .split("/")
    .at(-1)
    .replace(/\.safetensors$/, "");

/** One entry per log on which this was measured. */
const measured = (results, name) => Object.entries(results).filter(([, result]) => result[name]);

function catalogue(results) {
  const rows = measured(results, "catalogue").map(
    ([
      set,
      {
        train,
        catalogue: { result, seconds },
      },
    ]) => [
      set,
      thousands(result.counts.steps),
      estimate(result.metrics.recall),
      estimate(result.metrics.mrr),
      estimate(at(result.cuts, 10).model.ndcg),
      megabytes(train.bytes),
      Math.round(train.seconds),
      Math.round(seconds),
    ],
  );
  return table(["log", "steps", "Recall@20", "MRR@20", "NDCG@10", "MB", "training, s", "measuring, s"], rows);
}

/** The README's: the whole in one look. */
function headline(results) {
  const pair = ({ recall, mrr }) => `${number(recall.value, 3)} / ${number(mrr.value, 3)}`;
  const rows = measured(results, "catalogue").map(
    ([
      set,
      {
        train,
        catalogue: { result },
        baselines,
      },
    ]) => {
      const rival = baselines?.result.methods.find((method) => method.name === "vs_knn");
      const cells = [estimate(result.metrics.recall), estimate(result.metrics.mrr), rival ? pair(rival.metrics) : ""];
      return [set, thousands(result.counts.steps), ...cells, megabytes(train.bytes), Math.round(train.seconds)];
    },
  );
  return table(["log", "test steps", "Recall@20", "MRR@20", "VS-kNN", "MB", "training, s"], rows);
}

function lists(results) {
  const rows = measured(results, "lists").map(
    ([
      set,
      {
        lists: { result },
      },
    ]) => {
      const { model, server, lift } = at(result.cuts, 10);
      const cells = (name) => [number(server[name].value, 3), estimate(model[name]), relative(lift[name])];
      return [set, thousands(result.counts.steps), ...cells("ndcg"), ...cells("mrr"), ...cells("recall")];
    },
  );
  const three = (name) => [`${name}: server`, "model", "lift"];
  return table(["log", "steps", ...three("NDCG@10"), ...three("MRR@10"), ...three("Recall@10")], rows);
}

/** The simple methods by their names in results, and in the table. */
const SIMPLE = {
  popularity: "popularity",
  own_items: "own items",
  markov: "Markov",
  item_knn: "item-kNN",
  vs_knn: "VS-kNN",
  vs_knn_tuned: "VS-kNN, tuned",
  stan: "STAN",
  co_visitation: "co-visitation",
};
const PARTS = ["memory", "state", "sum"];

function baselines(results) {
  const rows = measured(results, "baselines").map(
    ([
      set,
      {
        baselines: { result },
      },
    ]) => {
      const cell = (name) => {
        const found = result.methods.find((method) => method.name === name);
        return found ? `${number(found.metrics.recall.value, 3)} / ${number(found.metrics.mrr.value, 3)}` : "";
      };
      const simple = result.methods.filter((method) => Object.hasOwn(SIMPLE, method.name));
      // The rival is another one where another one is better: the best in recall need not be the best in MRR.
      const beside = (measure) => {
        const best = simple.toSorted((a, b) => b.metrics[measure].value - a.metrics[measure].value)[0];
        return best?.model_gain ? `${change(best.model_gain[measure])}, ${SIMPLE[best.name]}` : "";
      };
      return [set, ...Object.keys(SIMPLE).map(cell), cell("model"), beside("recall"), beside("mrr")];
    },
  );
  return table(["log", ...Object.values(SIMPLE), "model", "model - best simple one, Recall@20", "MRR@20"], rows);
}

function parts(results) {
  const rows = measured(results, "baselines").flatMap(
    ([
      set,
      {
        baselines: { result },
      },
    ]) =>
      result.methods
        .filter((method) => [...PARTS, "model"].includes(method.name))
        .map(({ name, metrics, model_gain: gain }) => [
          set,
          name,
          estimate(metrics.recall),
          estimate(metrics.mrr),
          gain ? change(gain.recall) : "",
          gain ? change(gain.mrr) : "",
        ]),
  );
  return table(["log", "part", "Recall@20", "MRR@20", "model - part, Recall@20", "model - part, MRR@20"], rows);
}

function slices(results) {
  const rows = measured(results, "catalogue").flatMap(
    ([
      set,
      {
        catalogue: { result },
      },
    ]) =>
      result.slices
        .filter((group) => ["target_seen", "target_popularity", "target_kind"].includes(group.by))
        .flatMap((group) => group.slices)
        .filter((slice) => slice.model)
        .map(({ name, steps, model, weak }) => [
          set,
          name,
          thousands(steps),
          estimate(model.recall),
          estimate(model.mrr),
          weak ? "weak" : "",
        ]),
  );
  return table(["log", "targets", "steps", "Recall@20", "MRR@20", ""], rows);
}

/** The evaluated model in the first row, those that it was compared with below. */
function compared(results, name, label) {
  return measured(results, name).flatMap(
    ([
      set,
      {
        [name]: { result },
      },
    ]) => {
      const whole = [
        set,
        label(result.subject.model),
        megabytes(result.subject.model_bytes),
        estimate(result.metrics.recall),
        "",
        "",
        estimate(result.metrics.mrr),
        "",
        "",
      ];
      const others = result.comparisons.map((other) => {
        const { other: values, difference } = other.cuts.at(-1);
        // The tool says the evaluated model minus the other; a table of variants reads the other way.
        const turned = ({ value, low, high, p }) => ({
          value: -value,
          low: high === null ? null : -high,
          high: low === null ? null : -low,
          p,
        });
        const cells = (measure) => [
          estimate(values[measure]),
          change(turned(difference[measure])),
          probability(difference[measure]),
        ];
        return [set, label(other.model), megabytes(other.model_bytes), ...cells("recall"), ...cells("mrr")];
      });
      return [whole, ...others];
    },
  );
}

const COMPARED = ["Recall@20", "change", "p", "MRR@20", "change", "p"];

function quantization(results) {
  const bits = (path) => ({ full: "32", 8: "8", mixed: "mixed", 4: "4" })[file(path).split("-").at(-1)] ?? file(path);
  return table(["log", "bits", "MB", ...COMPARED], compared(results, "quantization", bits));
}

const part = (path) =>
  file(path)
    .match(/without-(.*)/)?.[1]
    .replace(/^/, "without ") ?? "whole";

function ablations(results) {
  return table(["log", "model", "MB", ...COMPARED], compared(results, "ablations", part));
}

function checks(results) {
  const rows = measured(results, "catalogue").flatMap(
    ([
      set,
      {
        catalogue: { result },
      },
    ]) => result.checks.warnings.map(({ code, message }) => [set, `\`${code}\``, message]),
  );
  const any = measured(results, "catalogue").length > 0;
  return any && rows.length === 0 ? "No log gave a warning." : table(["log", "warning", ""], rows);
}

/** What floors of distinct sessions cost: the training's own validation, and what is in the model by each floor. */
function floors(results) {
  const share = (part, whole) => (whole === 0 ? "none" : `${thousands(part)} (${((100 * part) / whole).toFixed(0)} %)`);
  const rows = measured(results, "floors").flatMap(([set, { floors: trained }]) =>
    trained.map(({ floor, bytes, validation, pairs }) => {
      const before = trained[0].validation.mrr;
      const relative = (100 * (validation.mrr - before)) / before;
      const lost =
        floor === trained[0].floor || before === 0 ? "" : `${relative < 0 ? "" : "+"}${relative.toFixed(1)} %`;
      const left = [share(pairs.left_out, pairs.met), share(pairs.bought_left_out, pairs.bought)];
      return [
        set,
        floor,
        number(validation.recall),
        number(validation.mrr),
        lost,
        megabytes(bytes),
        share(pairs.in_one_session, pairs.met),
        ...left,
      ];
    }),
  );
  return table(
    [
      "log",
      "floor",
      "Recall@20",
      "MRR@20",
      "change of MRR",
      "MB",
      "pairs of one session",
      "left out",
      "left out of bought",
    ],
    rows,
  );
}

/** What tokens of a taste are worth to a server that knows nothing else. */
function tokens(results) {
  const rows = measured(results, "tokens").flatMap(
    ([
      set,
      {
        tokens: { result },
      },
    ]) => [
      [set, "no token", "", estimate(result.popularity), "", "", ""],
      ...result.rows.map((row) => [
        set,
        row.epsilon ?? "the cluster itself",
        `${(100 * row.own).toFixed(0)} %`,
        estimate(row.fresh),
        change(row.fresh_gain),
        estimate(row.held),
        change(row.held_gain),
      ]),
    ],
  );
  return table(["log", "epsilon", "own", "Recall@20, each step", "gain", "Recall@20, held", "gain"], rows);
}

/** Where models put items that they do not know, beside what a shop can do without one. */
function newItems(results) {
  const rows = measured(results, "cold").flatMap(
    ([
      set,
      {
        cold: { result },
      },
    ]) =>
      result.methods.map(({ name, metrics, recall_ratio: ratio }) => [
        set,
        thousands(result.counts.new_items),
        thousands(result.counts.steps),
        `\`${name}\``,
        ...["recall", "mrr", "ndcg"].map((measure) => estimate(metrics[measure])),
        ratio ? `${ratio.value.toFixed(1)}${interval(ratio, (end) => end.toFixed(1))}` : "",
      ]),
  );
  return table(["log", "new items", "steps", "by", "Recall@20", "MRR@20", "NDCG@10", "the model's recall by it"], rows);
}

/** Models with signals and without, each training in rows of its own. */
function withoutSignals(results, of) {
  const trained = measured(results, "signals")
    .filter(([set]) => of(set))
    .flatMap(([set, { signals }]) =>
      signals.map(({ seed, result }) => [`${set}, seed ${seed}`, { trained: { result } }]),
    );
  return table(["log", "model", "MB", ...COMPARED], compared(Object.fromEntries(trained), "trained", part));
}

const isSimulated = (set) => set === "simulated";
const kinds = (results) => withoutSignals(results, (set) => !isSimulated(set));
const signals = (results) => withoutSignals(results, isSimulated);

/** What the trainings learned of events. */
function weights(results) {
  const rows = measured(results, "signals").flatMap(([set, { signals }]) =>
    signals.flatMap(({ seed, weights }) => {
      const learned = Object.entries(weights.kinds).filter(([, kind]) => kind.learned);
      const cells = learned.map(([name, { weight, decay }]) => [name, number(weight, 2), number(decay, 3)]);
      const bands = weights.dwell.weights.map((weight) => number(weight, 2)).join(", ");
      const dwells = weights.dwell.learned ? [["views by dwell", bands, ""]] : [];
      const none = cells.length + dwells.length === 0 ? [["nothing", "", ""]] : [];
      return [...cells, ...dwells, ...none].map((row) => [`${set}, seed ${seed}`, ...row]);
    }),
  );
  return table(["log", "learned of", "weight", "times, an event"], rows);
}

/** The tables by their names in the documents; those of docs/privacy.md, docs/tokens.md and of signals have runs of their own. */
export const TABLES = { headline, catalogue, lists, baselines, parts, slices, quantization, ablations, checks };
export const FLOORS = { floors };
export const TOKENS = { tokens };
export const COLD = { new_items: newItems };
export const SIGNALS = { kinds, signals, weights };
