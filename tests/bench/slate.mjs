// What a page waits for in Chromium: lists of 200 ranked, arranged by policies, and a page of 24 explained, after sessions of 4 and 8 events.
//   node tests/bench/slate.mjs [model.safetensors]
//
// Prints milliseconds of each call, the median and the 95th percentile of 300. It asserts nothing: the machine is shared.
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { MOUNTS, withPage } from "../browser/harness.mjs";

const golden = fileURLToPath(new URL("../golden/golden.safetensors", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "slate-"));
copyFileSync(process.argv[2] ?? golden, join(folder, "model.safetensors"));
const rows = await withPage(measure, { mounts: { ...MOUNTS, "/model/": folder }, isolated: true });
rmSync(folder, { recursive: true });
console.log("| after events | call | p50, ms | p95, ms |\n| --- | --- | --- | --- |");
for (const row of rows) console.log(`| ${row.join(" | ")} |`);

function measure(page) {
  return page.evaluate(async () => {
    const { loadReranker } = await import("/reshelf/index.js");
    const { policy } = await import("/reshelf/slate/index.js");
    const { explain } = await import("/reshelf/explain/index.js");
    const reranker = await loadReranker({ model: "/model/model.safetensors", backend: "cpu" });
    const ids = (await reranker.retrieve({ k: 1000 })).map(({ id }) => id);
    const item = (at) => ids[(at * 7919) % ids.length];
    const list = Array.from({ length: 200 }, (_, at) => {
      const words = { brand: `brand ${(at * 7) % 23}`, category: `kind ${(at * 5) % 9}`, tags: at % 11 ? [] : ["new"] };
      return { id: item(at + 100), ...words };
    });
    const rules = [
      { kind: "pin", item: list[40].id, position: 1 },
      { kind: "pin", item: list[90].id, position: 5 },
      { kind: "cap", field: "brand", most: 2, in: 6, first: 48 },
      { kind: "cap", field: "category", most: 3, in: 8, first: 48 },
      { kind: "minimum", match: { tags: "new" }, least: 3, first: 12 },
    ];
    const dpp = { kind: "diversify", how: "dpp", amount: 0.5, first: 48 };
    const policies = { rules: policy({ rules }), "rules and DPP": policy({ rules: [...rules, dpp] }) };
    const timed = (call) => {
      for (let warm = 0; warm < 100; warm++) call();
      const times = Array.from({ length: 300 }, () => {
        const begin = performance.now();
        call();
        return performance.now() - begin;
      }).sort((one, other) => one - other);
      return [times[150], times[285]].map((time) => time.toFixed(3));
    };
    const rows = [];
    for (let event = 1; event <= 8; event++) {
      reranker.observe({ id: item(event * 3), type: "view" });
      if (event !== 4 && event !== 8) continue;
      rows.push([event, "rerank of 200", ...timed(() => reranker.rerank(list))]);
      for (const [name, arranged] of Object.entries(policies))
        rows.push([event, `rerank of 200, ${name}`, ...timed(() => reranker.rerank(list, { policy: arranged }))]);
      rows.push([event, "explain a page of 24", ...timed(() => explain(reranker, list.slice(0, 24)))]);
    }
    return rows;
  });
}
