// What a runtime must have brought back, and which golden files, engines and kernels every runtime is asked about.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../../", import.meta.url));

/** An artifact and its answers in each format that ever shipped. */
const FORMATS = "tests/formats";

/** What model_export/tests/suite/real_sessions.rs leaves. */
const REAL = "target/golden-real";
const MISSING = `${REAL} is not there: it is made by cargo test where ../shared/data is at hand`;

/**
 * The golden files that every runtime replays: what a test of them is called, their folder in the repository, and why they
 * cannot be replayed, or false (node:test's `skip`).
 */
export const GOLDEN = [
  { title: "golden bits", folder: "tests/golden", skip: false },
  { title: "golden bits of what only a page can see", folder: "tests/golden/signals", skip: false },
  { title: "golden bits of a model with clusters", folder: "tests/golden/clusters", skip: false },
  ...readdirSync(join(repository, FORMATS))
    .filter((name) => /^[0-9]+$/.test(name))
    .map((format) => ({ title: `bits of format ${format}`, folder: join(FORMATS, format), skip: false })),
  { title: "golden bits of real sessions", folder: REAL, skip: existsSync(join(repository, REAL)) ? false : MISSING },
];

/** Every build of the CPU engine in the package, by file name: relaxed SIMD joins by being built. */
export const ENGINES = readdirSync(new URL("../../www/dist/engine/", import.meta.url)).filter((name) =>
  name.endsWith(".wasm"),
);

/** The folder in the repository where `make kernel-check` leaves the modules of kernel_check.mjs. */
export const KERNEL_FOLDER = "target/modules";

/** What lists under a policy, and their explanations, come to: by the model and how many sessions there are. */
export const ARRANGED = new URL("../golden/arranged.json", import.meta.url);

/** A golden proof (proof.mjs) that holds. `engine` is the file that was asked for, null where the package chose. */
export function assertProof(proof, engine) {
  assert.equal(proof.status, "ready", proof.reason?.message);
  if (engine !== null) assert.match(proof.backend, engine.includes("relaxed") ? /relaxed/ : /simd128/);
  assert.ok(proof.sessions >= 60, `only ${proof.sessions} golden sessions`);
  assert.equal(proof.differing, 0, proof.differences.join("\n"));
  assert.equal(proof.differingByOneBit, proof.sessions, "one bit of a score must matter in every session");
  assert.equal(proof.differingByTwoPlaces, proof.sessions, "two places must matter in every session");
  assert.equal(proof.differingByAnotherCluster, proof.clustered, "another cluster must be noticed");
  // Real sessions, which are not in the repository, have none.
  const digests = JSON.parse(readFileSync(ARRANGED, "utf8"));
  if (proof.of in digests) assert.equal(proof.arranged, digests[proof.of], `lists under a policy, of ${proof.of}`);
  assert.notEqual(proof.arranged, proof.arrangedWithoutTheFirst, "each session must matter");
  assert.deepEqual(proof.serverOrderFaults, [], "all else equal, the server's order stands");
  assert.ok(proof.serverOrderFaultsWhenReversed > 0, "a list turned round must be noticed");
  const described = proof.descriptions > 0;
  assert.equal(
    proof.differingUndescribed > 0,
    described,
    described ? "descriptions must matter" : "a replay must repeat",
  );
}

/** A kernel's check (kernel_check.mjs) that holds. */
export function assertKernel(check, name) {
  assert.match(check.name, name);
  assert.equal(check.disagreements, 0, `${check.name} differs from the reference, seed ${check.seed}`);
  assert.ok(check.brokenDisagreements > 0, "a broken kernel must be noticed");
}

/** Another seed in each run; a failure names it. */
export const SEED = Number(process.env.SEED ?? Date.now() & 0x7fffffff);
