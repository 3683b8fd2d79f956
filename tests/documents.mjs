// Tables that scripts write into the documents, each between `<!-- table: NAME -->` and `<!-- /table -->`.

const NOT_MEASURED = "Not measured yet.";

export const thousands = (value) => value.toLocaleString("en-US");

/** A table of these columns, one row per entry; a sentence where there is none. */
export function table(columns, rows) {
  if (rows.length === 0) return NOT_MEASURED;
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}

/**
 * The document with every table that `tables` makes from the results made anew; others stay as they are. Of a table by log, the
 * rows of logs for which `keeps` is true stay where the new table has none of that log.
 */
export function fill(document, tables, results, keeps = () => false) {
  return document.replace(/(<!-- table: (\w+) -->\n)([^]*?)\n(<!-- \/table -->)/g, (whole, begin, name, before, end) =>
    Object.hasOwn(tables, name) ? `${begin}${withKept(tables[name](results), before, keeps)}\n${end}` : whole,
  );
}

const logOf = (row) => row.split(" | ", 1)[0].slice("| ".length);

/** A table with the rows of the one before it that are kept, by the names of their logs. */
function withKept(made, before, keeps) {
  const [head, rule, ...old] = before.split("\n");
  const [columns, , ...rows] = made.split("\n");
  // A sentence in place of a table has no rows; rows of other columns have no place in it.
  if (logOf(head) !== "log" || (made.startsWith("|") && columns !== head)) return made;
  const own = new Set(rows.map(logOf));
  const kept = old.filter((row) => !own.has(logOf(row)) && keeps(logOf(row)));
  if (kept.length === 0) return made;
  const byLog = [...rows, ...kept].sort((a, b) => (logOf(a) < logOf(b) ? -1 : Number(logOf(a) > logOf(b))));
  return [head, rule, ...byLog].join("\n");
}
