// Lists of the golden sessions under a policy, and why they stand so: one number over all of it, the same in every runtime. README.md beside it.
import { bits, bits64, live } from "./replay.mjs";

/** Sessions that count: explanations take longest. */
const SESSIONS = 24;

/** Words in several scripts, forms and cases, so that a runtime's own tables of characters are compared. */
const TITLES = [
  "Tischlampe",
  "TISCHLAMPE unter 7 W",
  "Große Öllampe",
  "λάμπα Ωμέγα",
  "Lampe 7",
  "ランプ7号",
  "",
  "unter-tisch",
];

/**
 * @param {import("../../www/dist/index.js").Reranker} reranker over a golden artifact
 * @param {any[]} sessions of its golden.json
 * @param {any} descriptions of its descriptions.json
 * @param {{ policy: typeof import("../../www/dist/slate/index.js").policy, explain: typeof import("../../www/dist/explain/index.js").explain }} of
 * the package's, as this runtime resolved them
 * @returns {string} a digest: eight hexadecimal digits
 */
export function arranged(reranker, sessions, descriptions, { policy, explain }) {
  const lines = sessions.slice(0, SESSIONS).flatMap((session) => {
    const list = live(reranker, session, descriptions);
    const ids = list.map(({ id }) => id);
    const rules = [
      { kind: "pin", item: ids[5], position: 2 },
      { kind: "boost", match: { ids: [ids[9]] }, by: 1 },
      { kind: "cap", field: "brand", most: 1, in: 3, first: 12 },
      { kind: "minimum", match: { ids: ids.slice(20) }, least: 3, first: 10 },
      { kind: "strength", percent: 80 },
      { kind: "query", by: 0.7, fields: ["title"] },
      { kind: "exposure" },
      { kind: "diversify", how: "dpp", amount: 0.4, first: 12 },
    ];
    // Not all golden items have titles, and none is told of a seller.
    const fields = {
      title: ({ id }) => TITLES[ids.indexOf(id) % TITLES.length],
      exposure: ({ id }) => (ids.indexOf(id) % 7) / 3,
    };
    const ranked = reranker.rerank(list, {
      policy: policy({ rules }, { now: 0, query: "Ünter tischlampé 7 o", fields }),
    });
    const { rules: told } = reranker.info().lastList;
    const { places } = explain(reranker, list, { ranked, places: [1, 2, 3], exactUpTo: 6, pairs: 4 });
    return [
      ...ranked.map(({ previousRank, score, mark }) => `${previousRank} ${bits(score)} ${mark}`),
      ...told.map(({ kept, broken, moved, cost }) => `${kept} ${broken} ${moved} ${cost}`),
      ...places.map(({ code, score, parts }) => [code, score, ...parts.map(({ value }) => value)].map(word).join(" ")),
    ];
  });
  // FNV-1a.
  let digest = 0x811c9dc5;
  for (const letter of lines.join("\n")) digest = Math.imul(digest ^ letter.charCodeAt(0), 0x01000193);
  return (digest >>> 0).toString(16).padStart(8, "0");
}

const word = (value) => (typeof value === "number" ? bits64(value) : value);
