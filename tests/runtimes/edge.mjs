// Starts workerd, the open core of Cloudflare Workers, with the package as its modules and no way to the network.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import workerd from "workerd";
import { GOLDEN, repository } from "./verdicts.mjs";

/** The package as a worker's modules, without the entries of other hosts. Node's read files, which a worker does not have. */
const PACKAGE = readdirSync(join(repository, "www/dist"), { recursive: true })
  .filter((path) => path.endsWith(".js") && !/\.(node|edge-light)\./.test(path))
  .map((path) => [`www/dist/${path}`, "esModule"])
  .concat(["html/reshelf_html_bg.wasm", "engine/reshelf_bg.wasm"].map((path) => [`www/dist/${path}`, "wasm"]));

/** The worker of the golden test over the golden files of that folder. It imports them as those of tests/golden. */
export const proofFiles = (folder) => [
  ["tests/runtimes/in_workerd.mjs", "esModule"],
  ["tests/runtimes/kernel_check.mjs", "esModule"],
  ["tests/runtimes/proof.mjs", "esModule"],
  ["tests/golden/arranged.mjs", "esModule"],
  ["tests/golden/replay.mjs", "esModule"],
  ["tests/golden/server_order.mjs", "esModule"],
  ["tests/golden/golden.json", "json", `${folder}/golden.json`],
  ["tests/golden/descriptions.json", "json", `${folder}/descriptions.json`],
  ["tests/golden/golden.safetensors", "data", `${folder}/golden.safetensors`],
];

/**
 * What a worker's `fetch` reaches, in place of the network: a worker of one module, by its text.
 * @param {string} text
 */
export const originOf = (text) => `(name = "internet", worker = (compatibilityDate = "2026-10-01",
    modules = [(name = "origin", esModule = ${JSON.stringify(text)})]))`;

/** No way to the network. */
const NOWHERE = '(name = "internet", network = (allow = []))';

/**
 * Starts the worker with `wasm` (a path in the repository) as its module and calls `use` with a function that asks the worker
 * for an address and returns its JSON, and with the worker's own address and process. Without `wasm` the worker has no module of the package's. `files` are the worker's own: name, kind and, where the name is not it, the path in
 * the repository.
 */
export async function withWorker(wasm, use, files = proofFiles(GOLDEN[0].folder), internet = NOWHERE) {
  const folder = mkdtempSync(join(tmpdir(), "reshelf-workerd-"));
  const file = join(folder, "worker.capnp");
  writeFileSync(file, configuration(folder, wasm, files, internet));
  // Its default export is the path of the program for this machine.
  const process = spawn(workerd.default, ["serve", file, "--control-fd=3"], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  try {
    const port = await listening(process);
    const address = `http://127.0.0.1:${port}`;
    const ask = async (path, options) => {
      const response = await fetch(address + path, options);
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return response.json();
    };
    return await use(ask, address, process.pid);
  } finally {
    process.kill();
    rmSync(folder, { recursive: true });
  }
}

/** The first module is the worker; all are named by their path in the repository, so that relative imports work. */
function configuration(folder, wasm, files, internet) {
  const embed = (path) => `embed ${JSON.stringify(relative(folder, join(repository, path)))}`;
  const modules = [...files, ...(wasm === null ? [] : PACKAGE)].map(
    ([name, kind, path = name]) => `(name = ${JSON.stringify(name)}, ${kind} = ${embed(path)})`,
  );
  if (wasm !== null) modules.push(`(name = "tests/runtimes/module.wasm", wasm = ${embed(wasm)})`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "worker", worker = .worker), ${internet}],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
const worker :Workerd.Worker = (
  compatibilityDate = "2026-10-01",
  modules = [
    ${modules.join(",\n    ")}
  ],
);
`;
}

/** The port that workerd reports on its control channel once it listens. */
async function listening(process) {
  const died = new Promise((_, failed) => {
    process.once("error", failed);
    process.once("exit", (code) => failed(new Error(`workerd ended with ${code} before it listened`)));
  });
  died.catch(() => undefined); // It also ends when we stop it.
  const first = async () => {
    for await (const line of createInterface(process.stdio[3])) {
      const message = JSON.parse(line);
      if (message.event === "listen") return message.port;
    }
    return died;
  };
  return Promise.race([first(), died]);
}
