// Finds what runs the native tests for aarch64 on an x86-64 Linux (a cross linker, qemu's user mode, Rust's target),
// installs Debian's where they are missing and this is root, and writes .tools/arm.env, which `make test-arm` sources.
// Where they cannot run, or where the native tests are aarch64's already, that file says so and ends the job.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { firstWorking, giveUp, install, run } from "./machine.mjs";

const TARGET = "aarch64-unknown-linux-gnu";
const TOOLS = fileURLToPath(new URL("../../.tools/", import.meta.url));

mkdirSync(TOOLS, { recursive: true });
if (process.arch === "arm64") skip("the native tests run on aarch64 already");
else if (process.platform !== "linux" || process.arch !== "x64") skip(`no aarch64 emulation on ${process.platform}`);
else {
  let found = find();
  if (!found) {
    install("aarch64 emulator and linker", ["qemu-user", "gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross"]);
    found = find();
  }
  if (!found) {
    giveUp(`
The tests of aarch64 need an emulator and a linker. Please install them:
  Debian, Ubuntu:  sudo apt-get install qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross
`);
  }
  if (!run("rustup", ["target", "add", TARGET])) giveUp(`rustup target add ${TARGET} failed.`);
  const variable = `CARGO_TARGET_${TARGET.toUpperCase().replaceAll("-", "_")}`;
  write(`export ${variable}_LINKER='${found.linker}' ${variable}_RUNNER='${found.emulator} -L /usr/aarch64-linux-gnu'`);
  console.log(`aarch64: ${found.emulator}, ${found.linker}`);
}

function find() {
  const emulator = firstWorking(["qemu-aarch64", "qemu-aarch64-static"]);
  const linker = firstWorking(["aarch64-linux-gnu-gcc"]);
  return emulator && linker ? { emulator, linker } : null;
}

function skip(why) {
  write(`echo 'aarch64: not run, ${why}'; exit 0`);
  console.log(`aarch64: ${why}`);
}

function write(line) {
  writeFileSync(join(TOOLS, "arm.env"), line + "\n");
}
