// The package in the test runners that shops use, with the settings that docs/hosts.md names and no other.
import { test } from "node:test";
import { hasLaterNode, project, run } from "./project.mjs";

/** What runners for ES modules want of Node. */
const MODULES = { NODE_OPTIONS: "--experimental-vm-modules" };
const folder = project("tests", ["tests"]);

for (const environment of ["node", "jsdom"])
  test(`Vitest in ${environment}`, { skip: !hasLaterNode }, async () =>
    run(await folder, ["vitest", "run", "--globals", `--environment=${environment}`]),
  );

test("Jest in node", async () => run(await folder, ["jest"], MODULES));

test("Jest in jsdom", async () =>
  run(
    await folder,
    ["jest", "--env=jest-fixed-jsdom", '--testEnvironmentOptions={"customExportConditions":["node"]}'],
    MODULES,
  ));
