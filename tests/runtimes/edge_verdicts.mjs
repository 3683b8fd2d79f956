// What a runtime must have brought back of edge_proof.mjs. Each is held to the answer of Node, which is computed here.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { personalize } from "../../www/dist/edge/index.node.js";
import { loadModel } from "../../www/dist/index.node.js";
import { provePages } from "./edge_proof.mjs";

const golden = (name) => readFileSync(new URL(`../golden/${name}`, import.meta.url));

let inNode;

/** The proof of this process. */
export function proofOfNode() {
  const [sessions, descriptions] = ["golden.json", "descriptions.json"].map((name) => JSON.parse(golden(name)));
  inNode ??= provePages(personalize, loadModel, { model: golden("golden.safetensors"), sessions, descriptions });
  return inNode;
}

export async function assertPages(proof) {
  assert.equal(proof.status, null);
  assert.ok(proof.pages >= 60, `only ${proof.pages} pages`);
  assert.equal(proof.differing, 0);
  assert.ok(proof.differingWhenTurned >= proof.pages - 2, "an order turned round must be noticed");
  assert.equal(proof.control, "private");
  const inNode = await proofOfNode();
  assert.deepEqual(proof.byContext, inNode.byContext);
  assert.deepEqual(proof.withoutRows, inNode.byContext);
  assert.deepEqual(proof.rows, inNode.rows);
  assert.ok(proof.rows.length > 10, `only ${proof.rows.length} rows`);
}
