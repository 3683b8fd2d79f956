// Brings wasmtime, in which WASI programs are tested as hosts run them: its Python package holds the whole of it. Without Python
// those tests are left to Node's own WASI, and say so.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const VERSION = "50.0.1";
const tools = fileURLToPath(new URL("../../.tools/", import.meta.url));
const folder = `${tools}wasmtime-${VERSION}`;

mkdirSync(tools, { recursive: true });
if (!existsSync(`${folder}/wasmtime/__init__.py`)) {
  const packages = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action", "ignore"];
  spawnSync("python3", [...packages, "--target", folder, `wasmtime==${VERSION}`], {
    stdio: ["ignore", "inherit", "inherit"],
  });
}
const isThere = existsSync(`${folder}/wasmtime/__init__.py`);
writeFileSync(`${tools}wasmtime.json`, JSON.stringify({ folder: isThere ? folder : null }));
console.log(
  isThere ? `wasmtime: ${VERSION}` : "wasmtime: not to be had here (python3 with pip); its tests are skipped",
);
