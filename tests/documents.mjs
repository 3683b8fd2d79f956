// Tables that scripts write into the documents, each between `<!-- table: NAME -->` and `<!-- /table -->`.

const NOT_MEASURED = "Not measured yet.";

export const thousands = (value) => value.toLocaleString("en-US");

/** A table of these columns, one row per entry; a sentence where there is none. */
export function table(columns, rows) {
  if (rows.length === 0) return NOT_MEASURED;
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}

/** The document with every table that `tables` makes from the results made anew; others stay as they are. */
export function fill(document, tables, results) {
  return document.replace(/(<!-- table: (\w+) -->\n)[^]*?(<!-- \/table -->)/g, (whole, begin, name, end) =>
    Object.hasOwn(tables, name) ? `${begin}${tables[name](results)}\n${end}` : whole,
  );
}
