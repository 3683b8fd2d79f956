// The projects of the packaging tests: each is its folders of `projects`, one over the other, in a folder of `out`, where nothing of
// an earlier run is, with the package as npm has installed it out of the tarball. They find their tools two folders up.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
export const OUT = at("out");
const TOOLS = at("node_modules");
/** What `npm pack` made. */
export const TARBALL = join(OUT, "reshelf.tgz");
/** The package, as it is installed. */
export const INSTALLED = join(TOOLS, "reshelf");
const MODEL = at("../golden/golden.safetensors");

/** Packs the package as for the registry, and has npm install the tarball beside the tools, whence each project has it. */
export function install() {
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const quiet = { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] };
  const pack = ["pack", "--json", "--offline", "--loglevel=error", `--pack-destination=${OUT}`];
  const [{ filename }] = JSON.parse(execFileSync("npm", pack, { ...quiet, cwd: at("../../www") }));
  renameSync(join(OUT, filename), TARBALL);
  // npm keeps what it has installed under the same version.
  rmSync(INSTALLED, { recursive: true, force: true });
  const add = ["install", "--no-save", "--offline", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  execFileSync("npm", [...add, TARBALL], { ...quiet, cwd: at(".") });
}

/** The list of every project, what its shopper has seen, and the order that is expected; by the package in this Node. */
async function list() {
  const { loadReranker } = await import("reshelf");
  const reranker = await loadReranker({ model: MODEL, backend: "cpu" });
  const ids = (await reranker.retrieve({ k: 12 })).map(({ id }) => id);
  const seen = [ids[9], ids[5]];
  for (const id of seen) reranker.observe({ type: "view", id });
  const order = reranker.rerank(ids).map(({ candidate }) => candidate);
  if (order.join() === ids.join()) throw new Error("the list's order does not depend on what was seen");
  return { products: ids.map((id) => ({ id })), seen, expected: order.join(" ") };
}

let made;
/** What every project has besides its own files. */
const shop = () => (made ??= list());

/** The ids in the order that every project is to come to. */
export const expected = async () => (await shop()).expected;

/**
 * A project in a folder of its own.
 * @param {string} name the folder's name
 * @param {string[]} parts folders of `projects`, a later one's files over those of the earlier
 * @param {{ model?: string, files?: Record<string, string> }} [more] where the model goes, and further files
 */
export async function project(name, parts, { model = "public", files = {} } = {}) {
  const folder = join(OUT, name);
  rmSync(folder, { recursive: true, force: true });
  cpSync(INSTALLED, join(folder, "node_modules/reshelf"), { recursive: true });
  for (const part of ["common", ...parts]) cpSync(at(`projects/${part}`), folder, { recursive: true });
  const lines = Object.entries(await shop()).map(([key, value]) => `export const ${key} = ${JSON.stringify(value)};\n`);
  const manifest = { name, private: true, type: "module", dependencies: { reshelf: "0.1.0" } };
  const all = { "list.js": lines.join(""), "package.json": JSON.stringify(manifest), ...files };
  for (const [file, text] of Object.entries(all)) writeFileSync(join(folder, file), text);
  mkdirSync(join(folder, model), { recursive: true });
  cpSync(MODEL, join(folder, model, "shop.safetensors"));
  return folder;
}

/** Node for tools that want a later one than that of the tests: npm's, or that of the tests where it will do. */
export const LATER_NODE = ["x64", "arm64"]
  .map((arch) => join(TOOLS, `node-linux-${arch}/bin`))
  .find((bin) => process.platform === "linux" && bin.includes(process.arch) && existsSync(bin));
export const hasLaterNode = LATER_NODE !== undefined || Number(process.versions.node.split(".")[0]) >= 24;

/** The folder of Bun's program for this machine, if npm has one. */
const BUN = ["linux-x64", "linux-aarch64", "darwin-aarch64"]
  .map((each) => join(TOOLS, `@oven/bun-${each}/bin`))
  .find(existsSync);
export const hasBun = BUN !== undefined;

const PATHS = [join(TOOLS, ".bin"), at("../node_modules/.bin"), BUN, LATER_NODE, process.env.PATH];
const environment = () => ({
  ...process.env,
  PATH: PATHS.filter(Boolean).join(delimiter),
  ...{ CI: "1", NO_COLOR: "1", FORCE_COLOR: "0", NEXT_TELEMETRY_DISABLED: "1", WRANGLER_SEND_METRICS: "false" },
  ...{ NODE_ENV: undefined, NODE_OPTIONS: undefined, NODE_TEST_CONTEXT: undefined, DENO_NO_UPDATE_CHECK: "1" },
});

/** Runs a tool in a project's folder and gives what it wrote to its output; what it wrote at all is the error's message. */
export function run(folder, [command, ...args], env = {}) {
  return new Promise((done, failed) => {
    const child = spawn(command, args, {
      cwd: folder,
      env: { ...environment(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [output, all] = ["", ""];
    child.stdout.on("data", (text) => ((output += text), (all += text)));
    child.stderr.on("data", (text) => (all += text));
    child.on("error", failed);
    child.on("close", (code) =>
      code === 0 ? done(output) : failed(new Error(`${[command, ...args].join(" ")} ended with ${code}:\n${all}`)),
    );
  });
}

/** Starts a tool that serves, waits until it has said its address, hands that to `use`, and ends it. */
export async function serving(folder, [command, ...args], use, env = {}) {
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...environment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const closed = new Promise((done) => child.on("close", done));
  try {
    const address = await new Promise((done, failed) => {
      let all = "";
      const hear = (text) => {
        all += text;
        const said = /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0):(\d+)/.exec(all);
        if (said) done(`http://localhost:${said[1]}`);
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.on("error", failed);
      child.on("close", (code) => failed(new Error(`${command} ended with ${code}:\n${all}`)));
    });
    return await use(address);
  } finally {
    // With all that it started.
    process.kill(-child.pid, "SIGKILL");
    await closed;
  }
}

/** All files below a folder, by their paths in it. */
export function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) install();
