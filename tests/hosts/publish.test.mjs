// The tarball as the checkers of packages see it.
import { test } from "node:test";
import { OUT, run, TARBALL } from "./project.mjs";

test("publint finds nothing", () => run(OUT, ["publint", "--strict", TARBALL]));

// There are ES modules alone.
test("attw resolves every entry's types", () => run(OUT, ["attw", "--profile=esm-only", TARBALL]));
