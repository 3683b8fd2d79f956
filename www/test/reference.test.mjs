// docs/api: a page an entry, as the declarations have it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { pages, readEntries, undocumented } from "../build/reference.mjs";
import { difference, textAt } from "../build/snapshots.mjs";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const entries = readEntries();
const made = pages(entries);

test("every page is what the declarations say, and no page is of an entry that is gone", () => {
  for (const [file, text] of Object.entries(made)) {
    const changed = difference(textAt(repository + file), text);
    assert.deepEqual(changed, [], `${file}: node www/build/reference.mjs --update`);
  }
});

test("whatever is exported has a comment", () => {
  assert.deepEqual(undocumented(entries), []);
});

test("every entry has a page, and the guides lead to them", () => {
  const { exports } = JSON.parse(readFileSync(join(repository, "www/package.json"), "utf8"));
  const named = Object.keys(exports).filter((name) => exports[name].types);
  const index = made["docs/api/README.md"];
  for (const name of named) assert.ok(index.includes(`\`${join("reshelf", name)}\``), name);
  assert.match(readFileSync(join(repository, "README.md"), "utf8"), /\]\(docs\/api\/README\.md\)/);
});

/** What GitHub names a heading by, where each name stands once but for its case. */
function anchors(text) {
  const found = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
  return found.map((name, at) => {
    const before = found.slice(0, at).filter((other) => other === name).length;
    return before === 0 ? name : `${name}-${before}`;
  });
}

test("every link of a page leads somewhere", () => {
  let links = 0;
  for (const [file, text] of Object.entries(made))
    for (const [, path, , anchor] of text.matchAll(/\]\(([^)#\s]*)(#([^)\s]*))?\)/g)) {
      const target = path === "" ? file : join(dirname(file), path);
      const there = made[target] ?? textAt(repository + target);
      assert.ok(there, `${file} leads to ${target}`);
      if (anchor) assert.ok(anchors(there).includes(anchor), `${file} leads to ${target}#${anchor}`);
      links += 1;
    }
  assert.ok(links > 300);
});

test("what is shown are declarations, not how they came to be", () => {
  const page = (name) => made[`docs/api/${name}.md`];
  assert.match(
    page("reshelf"),
    /### `loadReranker`\n\n[^#]+\n\n```ts\nfunction loadReranker<C = CandidateObject>\(options: LoadOptions<C>\): Promise<Reranker<C>>;\n```/,
  );
  assert.match(page("reshelf"), /^- `limit\?: number \| null` {2}\n {2}Return at most so many; all when left out\.$/m);
  assert.match(page("reshelf"), /^ {2}\| "argument\.amount" \|.+\n {2}\| /m);
  assert.match(
    page("worker"),
    /^As \[`reshelf`\]\(reshelf\.md\) does, it also exports .*\[ItemId\]\(reshelf\.md#itemid\)/m,
  );
  assert.match(page("testing"), /See \[ClockTime\]\(#clocktime\), \[FakeClock\]\(#fakeclock-1\)\./);
  for (const [file, text] of Object.entries(made)) {
    assert.doesNotMatch(text, /export declare|\/\*\*|#private|\[object|undefined`$/m, file);
    assert.doesNotMatch(text, /^@\w+/m, file);
  }
});
