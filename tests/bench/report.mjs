// Writes what was measured into the documents: tables of docs/performance.md, docs/scan.md and the README, and the
// pictures. Parts that were not measured keep the tables they have.
//   node tests/bench/report.mjs
import { readFileSync, writeFileSync } from "node:fs";
import { fill } from "../documents.mjs";
import { chart } from "./chart.mjs";
import { flame } from "./flame.mjs";
import { kept, repository } from "./results.mjs";
import { DOCUMENTS, PART, TABLES } from "./tables.mjs";

const CHART = "docs/performance-peers.svg";
const FLAME = "docs/performance-flame.svg";

const results = Object.fromEntries([...new Set(Object.values(PART))].map((part) => [part, kept(part)]));
const tables = Object.fromEntries(Object.entries(TABLES).filter(([name]) => results[PART[name]] !== undefined));
for (const document of DOCUMENTS) {
  const file = repository(document);
  writeFileSync(file, fill(readFileSync(file, "utf8"), tables, results));
}
if (results.peers?.sizes.length > 0) writeFileSync(repository(CHART), chart(results.peers.sizes));
if (results.profile) writeFileSync(repository(FLAME), flame(results.profile.calls));
for (const [name, make] of Object.entries(tables)) console.log(`${name}\n\n${make(results)}\n`);
