// What the set-up scripts share: finding programs, and installing Debian's where this is root.
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export const isRoot = process.getuid?.() === 0;

/** The first that is there and tells its version: Ubuntu has stubs of such names that only point to the snap store. */
export function firstWorking(names) {
  for (const name of names) {
    const path = name.startsWith("/") ? (executable(name) ? name : null) : which(name);
    if (path && spawnSync(path, ["--version"], { stdio: "ignore" }).status === 0) return path;
  }
  return null;
}

/** Installs packages where apt-get can; what came of it, the caller finds out by looking again. */
export function install(what, packages) {
  if (!isRoot || process.platform !== "linux" || !which("apt-get")) return;
  console.log(`No ${what} found: installing Debian's (apt-get install ${packages.join(" ")}).`);
  run("apt-get", ["update", "-qq"]);
  run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages]);
}

/** Says what is missing and stops. */
export function giveUp(message) {
  console.error(message);
  process.exit(1);
}

/** Runs a command whose errors are worth seeing; whether it went well. */
export function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"], env }).status === 0;
}

function which(name) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, name);
    if (executable(path)) return path;
  }
  return null;
}

function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
