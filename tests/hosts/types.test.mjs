// The package's types as its users' compilers read them: in TypeScript from 5.2 on, by each way to find modules, with the DOM library and
// without, declarations checked as well. What other packages' declarations say of each other is their matter.
import assert from "node:assert/strict";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { project, run } from "./project.mjs";

const TOOLS = fileURLToPath(new URL("node_modules", import.meta.url));
/** TypeScript 7 has dropped node10. */
const COMPILERS = {
  5.2: ["node10", "node16", "bundler"],
  5.4: ["node10", "node16", "bundler"],
  5.9: ["node10", "node16", "bundler"],
  7: ["node16", "bundler"],
};
/** Pages have elements, servers Node's types. */
const HOSTS = {
  "with the DOM library": {
    lib: ["es2022", "dom", "esnext.disposable"],
    types: [],
    files: ["everywhere.ts", "page.ts"],
  },
  "without the DOM library": { lib: ["es2022"], types: ["node"], files: ["everywhere.ts"] },
};
const STRICT = { noEmit: true, strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, target: "es2022" };

const made = project("types", ["types"]).then((folder) => {
  // Those that all of these compilers can read, in place of what the tools brought.
  cpSync(join(TOOLS, "node-types-20"), join(folder, "node_modules/@types/node"), { recursive: true });
  return folder;
});

describe("TypeScript", { concurrency: 2 }, () => {
  for (const [version, resolutions] of Object.entries(COMPILERS))
    for (const moduleResolution of resolutions)
      for (const [host, { files, ...options }] of Object.entries(HOSTS))
        test(`${version}, ${moduleResolution}, ${host}`, async () => {
          const folder = await made;
          const module = moduleResolution === "node16" ? "node16" : "esnext";
          const config = `tsconfig.${version}.${moduleResolution}.${options.types.length}.json`;
          const compilerOptions = { ...STRICT, ...options, module, moduleResolution };
          writeFileSync(join(folder, config), JSON.stringify({ compilerOptions, files }));
          const compiler = join(TOOLS, `typescript-${version}/bin/tsc`);
          const told = await run(folder, ["node", compiler, "--project", config, "--pretty", "false"]).catch(String);
          assert.deepEqual(
            told.split("\n").filter((line) => /^(node_modules\/reshelf\/|\w+\.ts\()|TS\d+ /.test(line)),
            [],
          );
        });
});
