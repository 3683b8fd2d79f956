// Which name was meant, where one is misspelt. Uses nothing.

/** The name that a misspelt one is nearest to, if it is near. */
export function alike(name: string, names: readonly string[]): string | undefined {
  const [best] = names
    .map((each) => ({ each, far: distance(name.slice(0, 50).toLowerCase(), each.toLowerCase()) }))
    .sort((one, other) => one.far - other.far);
  return best && best.far <= Math.max(1, best.each.length / 3) ? best.each : undefined;
}

/** How many letters differ, by Levenshtein; two that have changed places count as one. */
function distance(one: string, other: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let i = 0; i < one.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < other.length; j++) {
      const same = Number(one[i] !== other[j]);
      const swapped = i > 0 && j > 0 && one[i] === other[j - 1] && one[i - 1] === other[j];
      const swap = swapped ? (before[j - 1] ?? Infinity) + 1 : Infinity;
      next.push(Math.min((row[j] ?? 0) + same, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, swap));
    }
    [before, row] = [row, next];
  }
  return row.at(-1) ?? 0;
}
