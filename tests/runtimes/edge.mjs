// Starts workerd, the open core of Cloudflare Workers, with the package as its modules and no way to the network.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import workerd from "workerd";
import { GOLDEN, repository } from "./verdicts.mjs";

/** The package as a worker's modules. Node's entry reads files, which a worker does not have. */
const PACKAGE = readdirSync(join(repository, "www/dist"), { recursive: true })
  .filter((path) => path.endsWith(".js") && !path.includes(".node."))
  .map((path) => [`www/dist/${path}`, "esModule"]);

/** The worker of the golden test over the golden files of that folder. It imports them as those of tests/golden. */
export const proofFiles = (folder) => [
  ["tests/runtimes/in_workerd.mjs", "esModule"],
  ["tests/runtimes/kernel_check.mjs", "esModule"],
  ["tests/runtimes/proof.mjs", "esModule"],
  ["tests/golden/replay.mjs", "esModule"],
  ["tests/golden/server_order.mjs", "esModule"],
  ["tests/golden/golden.json", "json", `${folder}/golden.json`],
  ["tests/golden/descriptions.json", "json", `${folder}/descriptions.json`],
  ["tests/golden/golden.safetensors", "data", `${folder}/golden.safetensors`],
];

/**
 * Starts the worker with `wasm` (a path in the repository) as its module and calls `use` with a function that asks the worker
 * for an address and returns its JSON, and with where it listens. `files` are the worker's own: name, kind and, where the name is not it, the path in
 * the repository.
 */
export async function withWorker(wasm, use, files = proofFiles(GOLDEN[0].folder)) {
  const folder = mkdtempSync(join(tmpdir(), "reshelf-workerd-"));
  const file = join(folder, "worker.capnp");
  writeFileSync(file, configuration(folder, wasm, files));
  // Its default export is the path of the program for this machine.
  const process = spawn(workerd.default, ["serve", file, "--control-fd=3"], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  try {
    const port = await listening(process);
    const server = `http://127.0.0.1:${port}`;
    const ask = async (address, options) => {
      const response = await fetch(server + address, options);
      if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`);
      return response.json();
    };
    return await use(ask, server);
  } finally {
    process.kill();
    rmSync(folder, { recursive: true });
  }
}

/** The first module is the worker; all are named by their path in the repository, so that relative imports work. */
function configuration(folder, wasm, files) {
  const embed = (path) => `embed ${JSON.stringify(relative(folder, join(repository, path)))}`;
  const modules = [...files, ...PACKAGE].map(
    ([name, kind, path = name]) => `(name = ${JSON.stringify(name)}, ${kind} = ${embed(path)})`,
  );
  modules.push(`(name = "tests/runtimes/module.wasm", wasm = ${embed(wasm)})`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "worker", worker = .worker), (name = "internet", network = (allow = []))],
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
