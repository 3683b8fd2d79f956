// The chart of docs/performance-peers.svg: time of a call over the number of candidates, both on logarithmic scales.
import { thousands } from "../documents.mjs";
import { KEYS, NAMES, RESHELF } from "./names.mjs";

const [WIDTH, HEIGHT] = [860, 480];
const PLOT = { left: 74, right: 650, top: 56, bottom: 420 };
/** Least distance of two labels at the lines' ends. */
const LINE_HEIGHT = 18;

// A chart stands on a ground of its own, which follows the reader's scheme, so that it is legible wherever it is shown.
const STYLE = `
  svg { --ground: #ffffff; --ink: #1f2328; --faint: #d8dee4; --muted: #59636e; --ours: #0a66c2; --a: #b35900; --b: #8250df; --c: #1a7f37; --d: #cf222e; }
  @media (prefers-color-scheme: dark) {
    svg { --ground: #15191f; --ink: #e6edf3; --faint: #30363d; --muted: #9198a1; --ours: #58a6ff; --a: #e3a04f; --b: #bc8cff; --c: #56d364; --d: #ff7b72; }
  }
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--ink); }
  .title { font-size: 16px; font-weight: 600; }
  .axis { fill: var(--muted); }
  .grid { stroke: var(--faint); stroke-width: 1; }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
  .ours { stroke-width: 3.5; }`;
const COLOURS = { javascript: "--a", onnxruntime: "--b", tfjs: "--c", voy: "--d" };
/** Our builds share a colour and differ in how the line is drawn. */
const DASHES = { "reshelf simd128": "7 4", "reshelf webgpu": "2 4" };

/** @param sizes what tests/bench/peers.mjs measured: { count, job, results: [{ key, p50 }] } each */
export function chart(sizes) {
  const points = sizes.flatMap(({ results }) => results.map(({ p50 }) => p50));
  const [low, high] = [Math.floor(Math.log10(Math.min(...points))), Math.ceil(Math.log10(Math.max(...points)))];
  const counts = sizes.map(({ count }) => count);
  const [first, last] = [Math.log10(counts[0]), Math.log10(counts.at(-1))];
  const x = (count) =>
    round(PLOT.left + ((Math.log10(count) - first) / (last - first || 1)) * (PLOT.right - PLOT.left));
  const y = (milliseconds) =>
    round(PLOT.bottom - ((Math.log10(milliseconds) - low) / (high - low || 1)) * (PLOT.bottom - PLOT.top));

  const grid = [
    ...Array.from({ length: high - low + 1 }, (_, at) => 10 ** (low + at)).map(
      (value) =>
        `<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(value)}" y2="${y(value)}"/>` +
        `<text class="axis" x="${PLOT.left - 10}" y="${y(value) + 4}" text-anchor="end">${duration(value)}</text>`,
    ),
    ...counts.map(
      (count) =>
        `<text class="axis" x="${x(count)}" y="${PLOT.bottom + 22}" text-anchor="middle">${thousands(count)}</text>`,
    ),
  ];
  const lines = KEYS.flatMap((key) => {
    const line = sizes.flatMap(({ count, job, results }) =>
      results.filter((one) => one.key === key).map(({ p50 }) => ({ count, job, p50 })),
    );
    return line.length > 0 ? [{ key, line, end: y(line.at(-1).p50) }] : [];
  });
  // Whoever reaches the right-hand side is named there, the others where they end.
  const reaches = ({ line }) => line.at(-1).count === counts.at(-1);
  const places = spread(lines.filter(reaches).map(({ end }) => end));
  const drawn = lines.map((one) => {
    const { key, line, end } = one;
    const colour = `style="stroke: var(${COLOURS[key] ?? "--ours"})"`;
    const inked = `style="fill: var(${COLOURS[key] ?? "--ours"})"`;
    const shape = `class="line${key.startsWith(RESHELF) ? " ours" : ""}"${DASHES[key] ? ` stroke-dasharray="${DASHES[key]}"` : ""}`;
    // Lists and catalogues are two jobs: no line leads from one to the other.
    const parts = ["list", "scan"]
      .map((job) => line.filter((point) => point.job === job))
      .filter((part) => part.length > 0);
    const stop = x(line.at(-1).count);
    const place = reaches(one) ? places.shift() : end;
    return [
      ...parts.map(
        (part) =>
          `<polyline ${shape} points="${part.map(({ count, p50 }) => `${x(count)},${y(p50)}`).join(" ")}" ${colour}/>`,
      ),
      ...line.map(({ count, p50 }) => `<circle cx="${x(count)}" cy="${y(p50)}" r="3.5" ${inked}/>`),
      reaches(one)
        ? `<path d="M${stop + 6} ${end}L${PLOT.right + 18} ${place}" ${colour} fill="none" opacity="0.5"/>`
        : "",
      `<text x="${reaches(one) ? PLOT.right + 24 : stop + 10}" y="${round(place + 4)}" ${inked}>${NAMES[key]}</text>`,
    ].join("");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title">
<title id="title">Time for the 20 best of so many candidates, by engine</title>
<style>${STYLE}
</style>
<rect width="${WIDTH}" height="${HEIGHT}" rx="8" style="fill: var(--ground)"/>
<text class="title" x="${PLOT.left}" y="32">The 20 best of so many candidates: time of a call (p50)</text>
${[...grid, ...drawn].join("\n")}
<text class="axis" x="${(PLOT.left + PLOT.right) / 2}" y="${PLOT.bottom + 46}" text-anchor="middle">candidates of 64 dimensions: lists up to 10,000, whole catalogues above</text>
</svg>
`;
}

const round = (value) => Math.round(value * 10) / 10;
const duration = (milliseconds) =>
  milliseconds < 1 ? `${Math.round(milliseconds * 1000)} µs` : `${thousands(milliseconds)} ms`;

/** The wanted heights, moved apart so that labels do not touch. */
function spread(heights) {
  const order = heights.map((_, at) => at).sort((a, b) => heights[a] - heights[b]);
  const places = [...heights];
  order.forEach(
    (at, place) => place > 0 && (places[at] = Math.max(places[at], places[order[place - 1]] + LINE_HEIGHT)),
  );
  // What was pushed out below moves up again.
  let floor = PLOT.bottom;
  for (const at of order.reverse()) {
    places[at] = Math.min(places[at], floor);
    floor = places[at] - LINE_HEIGHT;
  }
  return places;
}
