// The flame graph of docs/performance-flame.svg: each call from its entry downwards, as wide as its share of the time, in
// the colour of the part of the work that it belongs to.
import { thousands } from "../documents.mjs";
import { GROUPS } from "./groups.mjs";

const WIDTH = 860;
const MARGIN = 24;
const ROW = 22;
/** Boxes narrower than so many pixels are left out; narrower than the second, they have no name. */
const NARROWEST = 1;
const NAMED = 34;
/** Of the font below, in pixels: wide enough for any name that we have. */
const LETTER = 6.4;
const LEGEND_COLUMN = 210;

// Pale boxes with dark letters on a light ground, dark boxes with light letters on a dark one.
const COLOURS = [
  ["#bfe3d0", "#1f5c41"],
  ["#e8d5f5", "#56357a"],
  ["#f5dcc0", "#70481a"],
  ["#bcd9fb", "#1c4a80"],
  ["#f9c9c4", "#86322a"],
  ["#fae39b", "#6e5400"],
  ["#c9e59b", "#47610f"],
  ["#a9e3e6", "#0f5a60"],
  ["#dcdfe4", "#454c56"],
  ["#eceff2", "#2d333b"],
];
const variables = (scheme) => GROUPS.map((_, at) => `--g${at}: ${COLOURS[at][scheme]};`).join(" ");
const STYLE = `
  svg { --ground: #ffffff; --ink: #1f2328; --muted: #59636e; ${variables(0)} }
  @media (prefers-color-scheme: dark) {
    svg { --ground: #15191f; --ink: #e6edf3; --muted: #9198a1; ${variables(1)} }
  }
  text { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--ink); }
  .title { font-size: 14px; font-weight: 600; }
  .muted { fill: var(--muted); }
  .box { stroke: var(--ground); stroke-width: 1; }`;

/**
 * Boxes of a tree on a width of 1: `{ name, group, left, width, depth }`, callers above those whom they call. A box's
 * children lie side by side from its left edge on; what is left of it is its own work.
 */
export function layout(tree, left = 0, depth = 0) {
  let from = left;
  const below = tree.children.flatMap((child) => {
    const boxes = layout(child, from, depth + 1);
    from += child.total;
    return boxes;
  });
  return [{ name: tree.name, group: tree.group, left, width: tree.total, depth }, ...below];
}

/** @param calls what tests/bench/profile.mjs keeps: { name, microseconds, tree } each */
export function flame(calls) {
  let top = 40;
  const parts = [];
  for (const { name, microseconds, tree } of calls) {
    const scale = WIDTH - 2 * MARGIN;
    const boxes = layout(tree).filter(({ width }) => width * scale >= NARROWEST);
    parts.push(
      `<text class="title" x="${MARGIN}" y="${top + 4}">${escaped(name)}: ${thousands(Math.round(microseconds))} µs a call</text>`,
    );
    top += 14;
    for (const { name, group, left, width, depth } of boxes) {
      const [x, y, wide] = [round(MARGIN + left * scale), top + depth * ROW, round(width * scale)];
      const label =
        wide >= NAMED ? `<text x="${round(x + 5)}" y="${y + 15}">${escaped(cut(name, wide - 8))}</text>` : "";
      parts.push(
        `<g><title>${escaped(`${name}: ${figure(width * microseconds)} µs, ${(100 * width).toFixed(1)} % (${group})`)}</title>` +
          `<rect class="box" x="${x}" y="${y}" width="${wide}" height="${ROW}" rx="2" style="fill: var(--g${GROUPS.indexOf(group)})"/>${label}</g>`,
      );
    }
    top += (Math.max(...boxes.map(({ depth }) => depth)) + 1) * ROW + 34;
  }
  const columns = Math.floor((WIDTH - 2 * MARGIN) / LEGEND_COLUMN);
  GROUPS.forEach((group, at) => {
    const [x, y] = [MARGIN + (at % columns) * LEGEND_COLUMN, top - 8 + Math.floor(at / columns) * 20];
    parts.push(
      `<rect x="${x}" y="${y - 10}" width="12" height="12" rx="2" style="fill: var(--g${at})"/><text x="${x + 18}" y="${y}">${escaped(group)}</text>`,
    );
  });
  const height = top + Math.ceil(GROUPS.length / columns) * 20;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">
<title id="title">Where the time of a call goes, function by function</title>
<style>${STYLE}
</style>
<rect width="${WIDTH}" height="${height}" rx="8" style="fill: var(--ground)"/>
${parts.join("\n")}
</svg>
`;
}

const round = (value) => Math.round(value * 10) / 10;
const figure = (value) => (value >= 10 ? thousands(Math.round(value)) : value.toFixed(1));
const escaped = (text) => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);

function cut(name, width) {
  const letters = Math.floor(width / LETTER);
  return name.length <= letters ? name : `${name.slice(0, Math.max(1, letters - 1))}…`;
}
