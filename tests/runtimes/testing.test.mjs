// What users' own tests are written with, in their runners: the suites of www/examples/testing, and every file of docs/testing.md.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const { chromium } = JSON.parse(readFileSync(at(".tools/browser.json"), "utf8"));
const packages = createRequire(import.meta.url);
const folderOf = (name) => dirname(packages.resolve(`${name}/package.json`));
const VITEST = join(folderOf("vitest"), "vitest.mjs");
const PLAYWRIGHT = join(folderOf("@playwright/test"), "cli.js");

/** Stands for Jest, which would bring its whole runner: its own `expect`, and tests of Node's. */
const JEST = 'export { expect } from "expect";\nexport { test } from "node:test";\n';

/** A project of a user's, with the package and the runners. */
async function withProject(use) {
  const project = mkdtempSync(join(tmpdir(), "reshelf-testing-"));
  const link = (name, folder) => {
    mkdirSync(dirname(join(project, "node_modules", name)), { recursive: true });
    symlinkSync(folder, join(project, "node_modules", name), "dir");
  };
  try {
    link("reshelf", at("www"));
    for (const name of ["vitest", "@playwright/test", "expect"]) link(name, folderOf(name));
    mkdirSync(join(project, "node_modules/@jest/globals"), { recursive: true });
    writeFileSync(join(project, "node_modules/@jest/globals/index.mjs"), JEST);
    writeFileSync(join(project, "node_modules/@jest/globals/package.json"), '{ "exports": "./index.mjs" }');
    return await use(project);
  } finally {
    rmSync(project, { recursive: true });
  }
}

/** Runs a program to its end; what it wrote, and an error that shows it where it failed. */
async function run(project, ...command) {
  // What this runner tells its own children would have them speak its language.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const options = { cwd: project, env: { ...env, CHROMIUM: chromium, NO_COLOR: "1" } };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, command, options);
    return stdout;
  } catch (error) {
    throw new Error(`${command.join(" ")}\n${error.stdout}\n${error.stderr}`, { cause: error });
  }
}

test("the example's suites run in Vitest and in Playwright", async () => {
  await withProject(async (project) => {
    cpSync(at("www/examples/testing"), project, { recursive: true });
    assert.match(await run(project, VITEST, "run", "unit"), /Tests +6 passed/);
    assert.match(await run(project, PLAYWRIGHT, "test"), /2 passed/);
  });
});

test("every file of docs/testing.md does what it says", async () => {
  const document = readFileSync(at("docs/testing.md"), "utf8");
  const files = [...document.matchAll(/```(?:js|ts)\n\/\/ (\S+)\n([^]*?)```/g)].map(([, name, text]) => [name, text]);
  const blocks = document.match(/^```\w/gm).length;
  assert.equal(files.length, blocks, "every block has a file's name");
  await withProject(async (project) => {
    for (const [name, text] of files) writeFileSync(join(project, name), text);
    const tests = files.map(([name]) => name).filter((name) => name.endsWith(".test.mjs"));
    assert.match(await run(project, "--test", ...tests), new RegExp(`# pass ${tests.length}\\n`));
    // What is said of Vitest: the same file with another first line.
    const file = join(project, "matchers.test.mjs");
    writeFileSync(file, readFileSync(file, "utf8").replace('"@jest/globals"', '"vitest"'));
    assert.match(await run(project, VITEST, "run", "matchers"), /Tests +1 passed/);
    const config = `export default { use: { launchOptions: { executablePath: ${JSON.stringify(chromium)} } }, testMatch: "*.spec.mjs" };`;
    writeFileSync(join(project, "playwright.config.mjs"), config);
    assert.match(await run(project, PLAYWRIGHT, "test"), /1 passed/);
    writeFileSync(
      join(project, "use.ts"),
      'import { expect } from "vitest";\nexpect([]).toHaveOrder(["a"]);\nexpect([]).not.toRankBefore("a", 7);\n' +
        "// @ts-expect-error: ids are a list\nexpect([]).toHaveOrder(5);\n",
    );
    const options = ["--module", "nodenext", "--target", "es2022", "--strict", "--skipLibCheck", "--noEmit"];
    await run(project, at("www/node_modules/typescript/bin/tsc"), ...options, "use.ts", "matchers.d.ts");
  });
});
