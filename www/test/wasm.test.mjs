// Which of the engine's two builds is loaded, and the probe that tells.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { RELAXED_SIMD_PROBE } from "../dist/internals.js";

const wasmAs = fileURLToPath(new URL("../node_modules/binaryen/bin/wasm-as", import.meta.url));
const dist = new URL("../dist/internals.js", import.meta.url).href;

/** What a fresh Node prints that runs `script`, with relaxed SIMD switched on or not. */
function run(script, ...flags) {
  return execFileSync(process.execPath, [...flags, "--input-type=module", "--eval", script], {
    encoding: "utf8",
  }).trim();
}

test("the probe is what its comment says", () => {
  const source = readFileSync(new URL("../src/core/probe.ts", import.meta.url), "utf8");
  const text = /^ \* {3}(\(module[^]*?)\n \*\n/m.exec(source)[1].replace(/^ \*/gm, "");
  const folder = mkdtempSync(join(tmpdir(), "probe-"));
  try {
    writeFileSync(join(folder, "probe.wat"), text);
    execFileSync(process.execPath, [
      wasmAs,
      "--enable-simd",
      "--enable-relaxed-simd",
      join(folder, "probe.wat"),
      "-o",
      join(folder, "probe.wasm"),
    ]);
    assert.deepEqual(new Uint8Array(readFileSync(join(folder, "probe.wasm"))), RELAXED_SIMD_PROBE);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

// Node 20 has relaxed SIMD behind a flag, and right only without the baseline compiler.
const FLAG = "--experimental-wasm-relaxed-simd";
const RELAXED = [FLAG, "--no-liftoff"];
const PLAIN = [FLAG.replace("--", "--no-")];
const WRONG = [FLAG, "--liftoff", "--no-wasm-tier-up"];

test("the probe passes where relaxed SIMD is, and nowhere else", { skip: !flagged() }, () => {
  const probe = `import { runsRelaxedSimd } from ${JSON.stringify(dist)}; console.log(runsRelaxedSimd());`;
  assert.equal(run(probe, ...RELAXED), "true");
  assert.equal(run(probe, ...PLAIN), "false");
  if (process.versions.v8.startsWith("11.3"))
    assert.equal(run(probe, ...WRONG), "false", "where it computes something else");
  assert.equal(
    run(
      `delete globalThis.WebAssembly; ${probe.replace("import {", "const {").replace("} from", "} = await import(").replace(";", ");")}`,
    ),
    "false",
  );
});

function flagged() {
  try {
    run("", ...RELAXED);
    return true;
  } catch {
    return false;
  }
}

/** Counts the files that `compile` asks for, where `missing` are not there and `damaged` do not compile. */
const asks = (missing, damaged = "/nothing/") => `
  import { besideEngine as engine, compile } from ${JSON.stringify(dist)};
  const asked = [];
  const empty = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
  const open = async (url) => {
    asked.push(url.href.split("/").at(-1));
    if (${missing}.test(url.href)) return new Response("", { status: 404 });
    return new Response(${damaged}.test(url.href) ? new Uint8Array(9) : empty);
  };
  for (let load = 0; load < 2; load++) await compile(undefined, { open, engine }).catch((error) => asked.push(error.code));
  await compile(empty, { open, engine });
  console.log(asked.join());
`;

test("the faster build is asked for where it runs; if it does not compile, once, and the other one is loaded", {
  skip: !flagged(),
}, () => {
  const [fast, plain] = ["reshelf_relaxed_bg.wasm", "reshelf_bg.wasm"];
  assert.equal(run(asks("/nothing/"), ...RELAXED), `${fast},${fast}`);
  assert.equal(run(asks("/nothing/"), ...PLAIN), `${plain},${plain}`);
  assert.equal(run(asks("/nothing/", "/relaxed/"), ...RELAXED), `${fast},${plain},${plain}`);
  // One cause, one request: what is not published lies beside what is not.
  assert.equal(run(asks("/wasm/"), ...RELAXED), `${fast},wasm.http,${fast},wasm.http`);
});

test("where modules have no address that files lie beside, the error says to import the engine's module", async () => {
  const source = readFileSync(new URL(dist), "utf8").replace(
    /from ?"(\.[^"]*)"/g,
    (_, path) => `from ${JSON.stringify(new URL(path, dist).href)}`,
  );
  const { besideEngine: engine, compile } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  const asked = [];
  const open = async (url) => asked.push(url);
  await assert.rejects(compile(undefined, { open, engine }), ({ code }) => code === "wasm.address");
  assert.deepEqual(asked, []);
  const module = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
  assert.equal(await compile(module, { open, engine }), module);
});
