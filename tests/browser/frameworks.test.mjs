// `reshelf/react` and `reshelf/vue`: a list that a server has drawn is taken up without a mismatch, put in the session's order, and drawn
// anew when the session has changed; each tile stays the node that it was.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "../../www/node_modules/esbuild/lib/main.js";
import { withFirefoxTabs } from "./firefox.mjs";
import { MOUNTS, withTabs } from "./harness.mjs";

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const folder = mkdtempSync(at("target/frameworks-"));
after(() => rmSync(folder, { recursive: true }));
const { resolve } = createRequire(import.meta.url);

/** The entries as published; and one framework for the list and for the entry, as an application has it: that of these tests. */
const alias = { "reshelf/react": at("www/dist/react/index.js"), "reshelf/vue": at("www/dist/vue/index.js") };
const frameworks = (inNode) => ({
  name: "frameworks",
  setup: ({ onResolve, resolve: find }) =>
    onResolve({ filter: /^(react|react-dom[/]client|vue)$/ }, ({ path, kind, pluginData }) => {
      if (pluginData) return null;
      if (inNode) return { path: pathToFileURL(resolve(path)).href, external: true };
      return find(path, { kind, resolveDir: at("tests/browser"), pluginData: true });
    }),
});

/** What comes of each odd page: the orders that its list went through, and what else it tells. */
const ODD = {
  react: {
    "two lists of a session in strict mode show one order at all times": [["abcdeabcde", "edcbaedcba"], 0],
    "a list that suspends comes in the session's order": [["", "edcba"], null],
    "items that are deferred, and others while they are": [["abcde", "ba"], null],
    "an array that is made at every render ends all the same": [["abcde", "edcba"], true],
    "keys that change, and items that are others under the same key": [["abcde", "edcba"], null],
    "a session that comes, is another, and goes": [["abcde", "abcde", "edcba", "abcde", "abcde"], null],
    "a list that goes while its session changes": [["abcde", ""], null],
    "a page that came in order, from the same items, is taken up without a mismatch": [["edcba"], 0],
  },
  vue: {
    "a list that is kept alive out of sight": [["abcde", "", "edcba"], null],
    "a list whose moves are shown": [["abcde", "edcba"], true],
    "items and a session behind proxies, changed in their place": [["abcde", "edcba", "dcba"], null],
    "a list that comes later, suspended": [["edcba"], null],
  },
};

/** What is drawn by a session that answers later, in turn; alike in all frameworks. */
const LATER = {
  "items are as given until the answer is there, and stay in its order until the next is": [
    ["abcde", "edcba", "abcde"],
    2,
  ],
  "what was asked last counts, whichever answer comes first": [["abcde", "bcdea"], null],
  "an answer for items that are no longer shown changes nothing": [["abcde", "vwxyz", "zyxwv"], null],
  "of more items, and of fewer, those that were there keep their order; others stand behind": [
    ["abcde", "edcba", "edcbaxy", "yedcbax", "db", "bd"],
    null,
  ],
  "where the answer was the order as given, others come as given": [["abcde", "xabcdey", "yedcbax"], null],
  "items that are made anew at every render end all the same": [["abcde", "edcba"], true],
  "an answer that fails, is none or never comes leaves the list as it is": [["abcde", "edcba"], null],
  "a limit holds from the first answer on": [["abcde", "edc", "deg"], 3],
  "a policy is passed on, and what it removes is not drawn": [["abcde", "ea"], true],
  "another session begins from the order as given, and the former says no more": [
    ["abcde", "edcba", "abcde", "ab", "abcde"],
    null,
  ],
  "a list that is gone takes no answer": [["abcde", ""], 2],
};

/** Each framework's lists, by a session that answers at once and by one that answers later. */
const RUNS = [
  ["Chromium", withTabs, "at once"],
  ["Firefox", withFirefoxTabs, "at once"],
  ["Chromium", withTabs, "later"],
  ["Firefox", withFirefoxTabs, "later"],
];

/** What draws on the server. */
const SERVERS = {
  react: async ({ List }) => {
    const [{ createElement }, { renderToString }] = [await import("react"), await import("react-dom/server")];
    return renderToString(createElement(List, { reranker: null }));
  },
  vue: async ({ listOf }) => {
    const [{ createSSRApp }, { renderToString }] = [await import("vue"), await import("vue/server-renderer")];
    return renderToString(createSSRApp(listOf(null)));
  },
};

for (const [framework, draw] of Object.entries(SERVERS)) {
  const bundled = async (platform, file = framework) => {
    const outfile = join(folder, `${file}.${platform}.mjs`);
    await build({
      ...{ entryPoints: [at(`tests/browser/frameworks/${file}.mjs`)], outfile, platform, alias },
      ...{
        bundle: true,
        format: "esm",
        target: "es2022",
        logLevel: "error",
        plugins: [frameworks(platform === "node")],
      },
      define: { "process.env.NODE_ENV": '"development"', __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false" },
    });
    return outfile;
  };
  const drawn = bundled("browser").then(async () => draw(await import(pathToFileURL(await bundled("node")))));
  drawn.catch(() => undefined);

  for (const [browser, tabs, home] of RUNS)
    test(`a list of ${framework}'s in ${browser}, by a session that answers ${home}`, async () => {
      const html = await drawn;
      assert.match(html, /<ul><li data-id="a">a<\/li>.*<li data-id="e">e<\/li><\/ul>/);
      writeFileSync(join(folder, "page.txt"), html);
      const mounts = { ...MOUNTS, "/frameworks/": folder };
      await tabs(
        async ({ open, problems }) => {
          const page = await open();
          const told = await page.evaluate(
            async ([framework, html, home]) => {
              window.home = home;
              const { start } = await import(`/frameworks/${framework}.browser.mjs`);
              document.body.innerHTML = `<div id="root">${html}</div>`;
              const nodes = [...document.querySelectorAll("li")];
              const order = () => [...document.querySelectorAll("li")].map(({ dataset }) => dataset.id).join("");
              const steps = [order()];
              const step = async (act) => {
                await act?.();
                for (let frame = 0; frame < 3; frame++) await new Promise((done) => requestAnimationFrame(done));
                steps.push(order());
              };
              const list = start(document.querySelector("#root"));
              await step();
              await step(() => list.more.observe({ type: "view", id: "a" }));
              const same = nodes.every((node) => node.isConnected);
              await step(() => list.more.add("f"));
              // Told behind the entry's back, and drawn when that is said.
              await step(() => list.reranker.observe());
              await step(list.refresh);
              const { reranks } = list.reranker.calls;
              await step(list.stop);
              list.refresh();
              return { steps, same, errors: list.errors, quiet: list.reranker.calls.reranks === reranks };
            },
            [framework, html, home],
          );
          const steps = ["abcde", "abcde", "edcba", "fedcba", "fedcba", "abcdef", ""];
          assert.deepEqual(told, { steps, same: true, errors: [], quiet: true });
          assert.deepEqual(problems, []);
        },
        { mounts },
      );
    });

  const odd = bundled("browser", `${framework}_odd`);
  odd.catch(() => undefined);
  for (const [browser, tabs, home] of RUNS)
    test(`odd pages of ${framework}'s in ${browser}, by a session that answers ${home}`, async () => {
      await odd;
      await tabs(
        async ({ open, problems }) => {
          const page = await open();
          const [told, later, worker] = await page.evaluate(
            async ([framework, home]) => {
              window.home = home;
              const { CASES, mount, draws } = await import(`/frameworks/${framework}_odd.browser.mjs`);
              const told = {};
              for (const [name, act] of Object.entries(CASES)) {
                const target = document.createElement("div");
                document.body.replaceChildren(target);
                const steps = [];
                const step = async () => {
                  for (let frame = 0; frame < 4; frame++) await new Promise((done) => requestAnimationFrame(done));
                  steps.push([...target.querySelectorAll("li")].map(({ dataset }) => dataset.id).join(""));
                };
                const root = mount(target, name);
                const rest = await act({ root, target, step });
                root?.unmount();
                told[name] = [steps, rest ?? null];
              }
              if (home !== "later") return [told];
              const { tell, byWorker } = await import("/cases/later.mjs");
              return [told, await tell(draws), await byWorker(draws)];
            },
            [framework, home],
          );
          assert.deepEqual(told, ODD[framework]);
          if (home === "later") {
            assert.deepEqual(later, LATER);
            assert.deepEqual(worker, ["worker", true]);
            assert.deepEqual(await page.evaluate(() => window.violations), []);
          }
          assert.deepEqual(problems, []);
        },
        { mounts: { ...MOUNTS, "/frameworks/": folder, "/cases/": "tests/browser/frameworks" } },
      );
    });
}
