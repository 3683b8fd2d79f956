// The recipes for Svelte and Solid in docs/frameworks.md, compiled as they stand there: Svelte's list is taken up from its server, both
// are put in the session's order, and each tile stays the node that it was.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { transformAsync } from "@babel/core";
import solid from "babel-preset-solid";
import { compile } from "svelte/compiler";
import { build } from "../../www/node_modules/esbuild/lib/main.js";
import { withFirefoxTabs } from "./firefox.mjs";
import { MOUNTS, withTabs } from "./harness.mjs";

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const folder = mkdtempSync(at("target/plain-"));
after(() => rmSync(folder, { recursive: true }));
const recipe = (language) =>
  new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "m").exec(
    readFileSync(at("docs/frameworks.md"), "utf8").split(/^## (?=Svelte|Solid)/m)[language === "svelte" ? 1 : 2],
  )[1];

async function bundled(name, text, platform = "browser") {
  const outfile = join(folder, `${name}.js`);
  await build({
    ...{ stdin: { contents: text, resolveDir: folder }, outfile, platform, bundle: true, format: "esm" },
    ...{ target: "es2022", logLevel: "error", define: { "process.env.NODE_ENV": '"development"' } },
    nodePaths: [at("tests/node_modules")],
    conditions: ["development", ...(platform === "node" ? [] : ["browser"])],
  });
  return outfile;
}

/** What each framework's page needs: its list as its server draws it, and how it is begun. */
const FRAMEWORKS = {
  async svelte() {
    const made = (generate) => compile(recipe("svelte"), { generate, dev: false, filename: "List.svelte" });
    const { js, warnings } = made("client");
    assert.deepEqual(warnings, []);
    writeFileSync(join(folder, "List.client.js"), js.code);
    writeFileSync(join(folder, "List.server.js"), made("server").js.code);
    await bundled(
      "svelte",
      `import { hydrate, unmount, flushSync } from "svelte";
       import List from "./List.client.js";
       export const start = (target, props) => { const list = hydrate(List, { target, props }); flushSync(); return () => unmount(list); };`,
    );
    const server = await bundled(
      "svelte-server",
      `import { render } from "svelte/server";
       import List from "./List.server.js";
       export const draw = (products) => render(List, { props: { products, loading: null } }).body;`,
      "node",
    );
    return (await import(pathToFileURL(server))).draw;
  },
  async solid() {
    const { code } = await transformAsync(recipe("jsx"), { presets: [solid], configFile: false, filename: "List.jsx" });
    writeFileSync(join(folder, "List.js"), code);
    await bundled(
      "solid",
      `import { createComponent, render } from "solid-js/web";
       import { Products } from "./List.js";
       export const start = (target, props) => render(() => createComponent(Products, props), target);`,
    );
    return () => "";
  },
};

for (const [framework, prepare] of Object.entries(FRAMEWORKS)) {
  const prepared = prepare();
  prepared.catch(() => undefined);
  for (const [browser, tabs] of [
    ["Chromium", withTabs],
    ["Firefox", withFirefoxTabs],
  ])
    test(`the recipe for ${framework} in ${browser}`, async () => {
      const products = ["a", "b", "c", "d"].map((id) => ({ id, title: id.toUpperCase() }));
      const html = (await prepared)(products);
      await tabs(
        async ({ open, problems }) => {
          const page = await open();
          const told = await page.evaluate(
            async ([framework, html, products]) => {
              const { start } = await import(`/plain/${framework}.js`);
              document.body.innerHTML = `<div id="root">${html}</div>`;
              const order = () => [...document.querySelectorAll("li")].map(({ dataset }) => dataset.id).join("");
              const frames = async () => {
                for (let frame = 0; frame < 3; frame++) await new Promise((done) => requestAnimationFrame(done));
              };
              const session = {
                events: 0,
                observe: () => (session.events += 1),
                rerank(list) {
                  const ranked = list.map((candidate) => ({ candidate }));
                  return session.events % 2 === 1 ? ranked.reverse() : ranked;
                },
              };
              let come;
              const loading = new Promise((done) => (come = done));
              const drawn = [...document.querySelectorAll("li")];
              const stop = start(document.querySelector("#root"), { products, loading });
              const nodes = [...document.querySelectorAll("li")];
              const steps = [order()];
              const step = async (act) => {
                act();
                await frames();
                steps.push(order());
              };
              await step(() => nodes[0].querySelector("button").click()); // Nobody is there to hear of it.
              await step(() => come(session));
              await step(() => nodes[2].querySelector("button").click());
              const same = nodes.every((node) => node.isConnected);
              await step(() => nodes[1].querySelector("button").click());
              await step(stop);
              return { steps, same, taken: drawn.every((node, at) => node === nodes[at]) };
            },
            [framework, html, products],
          );
          const steps = ["abcd", "abcd", "abcd", "dcba", "abcd", ""];
          assert.deepEqual(told, { steps, same: true, taken: true });
          assert.deepEqual(problems, []);
        },
        { mounts: { ...MOUNTS, "/plain/": folder } },
      );
    });
}
