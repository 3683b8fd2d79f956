// The same bits in Deno, which may read files and nothing else. A project that installed the package resolves Node's entry
// there (the "node" condition of package.json); a project that imports the browser's entry by address is tested, too.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { assertPages } from "./edge_verdicts.mjs";
import { KERNELS } from "./kernel_check.mjs";
import { assertKernel, assertProof, ENGINES, GOLDEN, KERNEL_FOLDER, repository, SEED } from "./verdicts.mjs";

const DENO = join(repository, "tests/node_modules/.bin/deno");
const at = (path) => pathToFileURL(join(repository, path)).href;

// A project of somebody who installed the package.
const project = mkdtempSync(join(tmpdir(), "reshelf-deno-"));
after(() => rmSync(project, { recursive: true }));
mkdirSync(join(project, "node_modules"));
symlinkSync(join(repository, "www"), join(project, "node_modules/reshelf"), "dir");
writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module", dependencies: { reshelf: "*" } }));
writeFileSync(
  join(project, "installed.mjs"),
  'export { loadModel, loadReranker } from "reshelf";\nexport { personalize } from "reshelf/edge";\n',
);

/** What in_deno.mjs prints. The flags leave it no network, no writing, no environment and nothing to ask us. */
async function deno(...args) {
  const flags = ["run", "--quiet", "--no-prompt", "--no-remote", "--cached-only", "--allow-read"];
  const env = { ...process.env, DENO_DIR: join(project, "cache"), DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
  const script = join(repository, "tests/runtimes/in_deno.mjs");
  const { stdout } = await promisify(execFile)(DENO, [...flags, script, ...args], { cwd: project, env });
  return JSON.parse(stdout);
}

describe("Deno", () => {
  const installed = pathToFileURL(join(project, "installed.mjs")).href;
  const entries = { "the installed package": installed, "the browser's entry": at("www/dist/index.js") };
  for (const { title, folder, skip } of GOLDEN) {
    for (const [name, entry] of Object.entries(entries)) {
      test(`${title} with ${name}`, { skip }, async () => assertProof(await deno("golden", at(folder), entry), null));
    }
    for (const engine of ENGINES) {
      test(`${title} with ${engine}`, { skip }, async () =>
        assertProof(await deno("golden", at(folder), installed, at(`www/dist/engine/${engine}`)), engine),
      );
    }
  }
  test("the golden orders come out of pages, through the installed reshelf/edge", async () =>
    assertPages(await deno("pages", at(GOLDEN[0].folder), installed)));
  for (const [file, name] of Object.entries(KERNELS)) {
    test(`${file} agrees with the reference`, async () => {
      assertKernel(await deno("kernel", at(`${KERNEL_FOLDER}/${file}`), String(SEED)), name);
    });
  }
});
