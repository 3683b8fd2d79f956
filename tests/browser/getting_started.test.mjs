// docs/getting-started.md, to the letter: its files and commands in an empty folder, in the order of the page, until Chromium shows a
// list in another order. What the network would bring lies here already: the package as packed from this tree, the others as the
// tests have them, and the repository's files.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launchChromium } from "./demo.mjs";

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const page = readFileSync(at("docs/getting-started.md"), "utf8");

/** The steps of each part: a file to write, or commands to run. */
const parts = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const fences = part.matchAll(/(?:^`([\w./-]+)`[^\n]*(?:\n[^\n]+)*\n\n)?^```(\w+)\n([^]*?)^```$/gm);
      const steps = [...fences].map(([, file, language, text]) => {
        assert.ok(file !== undefined || language === "sh", `a block without a name: ${text.slice(0, 60)}`);
        return file === undefined ? { commands: text.trim().split("\n") } : { file, text };
      });
      return [part.split("\n", 1)[0], steps];
    }),
);

let folder;
let tarball;
let browser;
before(async () => {
  folder = mkdtempSync(at("target/getting-started-"));
  const packed = execFileSync("npm", ["pack", "--json", "--offline", "--pack-destination", folder], {
    ...{ cwd: at("www"), encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
  });
  tarball = join(folder, JSON.parse(packed)[0].filename);
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const REPOSITORY = "https://raw.githubusercontent.com/reshelf/reshelf/main/";

/** A command as it is run here, and what lies in the folder of modules afterwards that npm would have fetched. */
function offline(command) {
  const curl = /^curl -fLo (\S+) (\S+)$/.exec(command);
  if (curl !== null) {
    assert.ok(curl[2].startsWith(REPOSITORY), curl[2]);
    return { line: `cp '${at(curl[2].slice(REPOSITORY.length))}' ${curl[1]}`, modules: [] };
  }
  const install = /^npm install (.+)$/.exec(command);
  if (install === null) return { line: command, modules: [] };
  const names = install[1].split(" ");
  assert.equal(names[0], "reshelf");
  return { line: `npm install --offline --no-audit --no-fund '${tarball}'`, modules: names.slice(1) };
}

function bring(cwd, name) {
  symlinkSync(at(`tests/node_modules/${name}`), join(cwd, "node_modules", name));
  const { bin } = JSON.parse(readFileSync(at(`tests/node_modules/${name}/package.json`), "utf8"));
  for (const [command, path] of Object.entries(bin ?? {})) {
    mkdirSync(join(cwd, "node_modules/.bin"), { recursive: true });
    symlinkSync(join("..", name, path), join(cwd, "node_modules/.bin", command));
  }
}

/** Commands that go on until they are stopped: they print an address. */
const SERVERS = /^(node server\.mjs|npx vite|npx vite preview)$/;

/** Does the steps, and hands the address of each server that they start to `use`. Returns the folder that it ends in. */
async function follow(steps, cwd, use) {
  for (const step of steps) {
    if (step.file !== undefined) {
      mkdirSync(dirname(join(cwd, step.file)), { recursive: true });
      writeFileSync(join(cwd, step.file), step.text);
      continue;
    }
    for (const command of step.commands) {
      if (SERVERS.test(command)) await served(command, cwd, use);
      else {
        const { line, modules } = offline(command);
        const options = { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] };
        cwd = execFileSync("bash", ["-ec", `${line} >&2; pwd`], options).trim();
        for (const name of modules) bring(cwd, name);
      }
    }
  }
  return cwd;
}

async function served(command, cwd, use) {
  const server = spawn("bash", ["-c", `exec ${command}`], {
    ...{ cwd, detached: true, stdio: ["ignore", "pipe", "inherit"] },
    env: { ...process.env, PORT: "0", NO_COLOR: "1", FORCE_COLOR: "0" },
  });
  try {
    let printed = "";
    const address = await new Promise((done, failed) => {
      server.stdout.on("data", (chunk) => {
        printed += chunk;
        const [found] = /http:\/\/localhost:\d+\//.exec(printed) ?? [];
        if (found) done(found);
      });
      server.once("exit", (code) => failed(new Error(`${command} ended with ${code}: ${printed}`)));
    });
    await use(address);
  } finally {
    // npx has a child of its own.
    process.kill(-server.pid);
  }
}

/** Opens the page, clicks the lamp, and sees all lamps among the first four. */
async function clickTheLamp(address, { strict = true } = {}) {
  const tab = await browser.newPage();
  const problems = [];
  tab.on("pageerror", (error) => problems.push(String(error)));
  tab.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  const answer = await tab.goto(address);
  if (strict) assert.match(answer.headers()["content-security-policy"], /script-src 'self' 'wasm-unsafe-eval'/);
  const titles = () => tab.locator("li").allTextContents();
  await tab.waitForSelector("li");
  const server = await titles();
  assert.equal(server.length, 12);
  assert.equal(server[0], "Puffer jacket, sage");
  // Until the session is there, a click tells nobody.
  for (let clicks = 0; (await titles())[0] === server[0] && clicks < 100; clicks++) {
    await tab.getByText("Dome pendant lamp").click();
    await new Promise((done) => setTimeout(done, 100));
  }
  const after = await titles();
  assert.equal(after.slice(0, 4).filter((title) => /lamp/.test(title)).length, 3, after.join("; "));
  assert.equal(after[0], "Dome pendant lamp, forest");
  assert.deepEqual([...after].sort(), [...server].sort());
  const status = tab.locator("#status");
  if ((await status.count()) > 0) assert.equal(await status.textContent(), "ready");
  assert.deepEqual(
    problems.filter((problem) => !problem.includes("404")),
    [],
  ); // No shop's icon.
  await tab.close();
}

test("the page has the parts that these tests follow", () =>
  assert.deepEqual(
    [...parts.keys()],
    ["A page, without a bundler", "In a worker", "In React, with Vite", "Your own shop"],
  ));

test("from an empty folder to a reordered list: in a page, in a worker, and in React", async (each) => {
  let cwd = folder;
  const step = (name, use) =>
    each.test(name, async () => {
      cwd = await follow(parts.get(name), cwd, use);
    });
  await step("A page, without a bundler", (address) => clickTheLamp(address));
  await step("In a worker", (address) => clickTheLamp(`${address}worker.html`));
  let visits = 0;
  await step("In React, with Vite", (address) => clickTheLamp(address, { strict: visits++ > 0 }));
  assert.equal(visits, 2, "as it is developed, and as it is published");
});
