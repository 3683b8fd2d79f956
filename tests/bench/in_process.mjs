// Runs the job in Node or Deno and prints what it took as JSON: in_process.mjs ARTIFACT ITEMS COUNT...
import { readFileSync } from "node:fs";
import process from "node:process";
import { loadReranker } from "../../www/dist/index.node.js";
import { lists } from "./job.mjs";

const [artifact, items, ...counts] = process.argv.slice(2);
console.log(
  JSON.stringify(await lists(loadReranker, { model: readFileSync(artifact) }, Number(items), counts.map(Number))),
);
