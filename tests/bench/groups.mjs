// From a browser's CPU profile to what we want to know of it: the tree of one of the package's calls, and the time that each
// part of the work takes in it. Pure: knows nothing of browsers.

const REST = "crossing, and all else";

/**
 * Parts of the work, in the order in which a call goes through them. A function belongs to the first part of which file
 * and name fit. One that fits none belongs to its caller's: copying memory, say, or the heap of the few best, which both
 * the short list and the order use.
 */
const PARTS = [
  ["ids and scores in (JavaScript)", /\/(ids|order)\.js$/, /./],
  ["ids and scores in (JavaScript)", /\/(candidates|rerank)\.js$/, /^(begin|write|writes|end|collect)$/],
  ["short list", /\.wasm$/, /\brank::(retrieve|nearest)::/],
  ["rows of the candidates", /\.wasm$/, /\bsimilarity::Candidates\b/],
  ["dot products", /\.wasm$/, /\b(kernels|rank::similarity)::/],
  ["features", /\.wasm$/, /\brank::features::/],
  ["head", /\.wasm$/, /\brank::head::/],
  ["order", /\.wasm$/, /\brank::order::/],
  ["objects out (JavaScript)", /\/candidates\.js$/, /^(rank|#places|best|shortListed)$/],
  ["objects out (JavaScript)", /\/retrieve\.js$/, /^(order|all)$/],
  ["garbage collector", /^$/, /^\(garbage collector\)$/],
  [REST, /\.wasm$/, /^engine_|\breranker::/],
  [REST, /^/, /^js-to-wasm/],
  [REST, /\/(rerank|reranker|session|scanner|retrieve|candidates)\.js$|\/engine\/|\/scan\//, /./],
];

export const GROUPS = [...new Set(PARTS.map(([group]) => group))];

/** The part that a function belongs to; undefined where that is its caller's. */
export function groupOf({ functionName, url }) {
  return PARTS.find(([, file, name]) => file.test(url) && name.test(functionName))?.[0];
}

/** What a function is called in a picture: `Type::function` or `module::function`, without the compiler's hash. */
export function shortName({ functionName, url }) {
  if (!url.endsWith(".wasm")) return functionName || "(no name)";
  const name = functionName
    .replace(/::h[0-9a-f]{16}$/, "")
    .replace(/^<(.+?) as .+>(::\w+)$/, "$1$2")
    .replace(/<.*?>/g, "");
  return name.split("::").filter(Boolean).slice(-2).join("::");
}

/**
 * The tree of all calls of `entry`, with the garbage collector's work beside it: `{ name, group, self, total, children }`,
 * in shares of the whole. What the benchmark itself does is left out.
 *
 * Every sample counts alike: on shared cores the time between two of them says more about the neighbours than about us.
 * @param profile as the protocol's `Profiler.stop` returns it
 * @param {{ functionName: string, file: string }} entry the package's function, and how the address of its file ends
 */
export function callTree(profile, entry) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const hits = new Map();
  for (const id of profile.samples) hits.set(id, (hits.get(id) ?? 0) + 1);
  const root = branch(entry.functionName, REST);
  const collector = { functionName: "(garbage collector)", url: "" };

  const merge = (node, into) => {
    const own = hits.get(node.id) ?? 0;
    const below = (node.children ?? [])
      .map((id) => nodes.get(id))
      .map((child) => merge(child, childOf(into, child.callFrame)));
    const total = below.reduce((sum, samples) => sum + samples, own);
    into.self += own;
    into.total += total;
    return total;
  };
  const walk = (node) => {
    const { callFrame } = node;
    if (callFrame.functionName === entry.functionName && callFrame.url.endsWith(entry.file)) merge(node, root);
    else if (callFrame.functionName === collector.functionName) root.total += merge(node, childOf(root, collector));
    else for (const id of node.children ?? []) walk(nodes.get(id));
  };
  walk(profile.nodes[0]);
  return shares(root, root.total);
}

/** The part of the work each group has in a tree, by name. */
export function shareOfGroups(tree) {
  const share = Object.fromEntries(GROUPS.map((group) => [group, 0]));
  const add = ({ group, self, children }) => {
    share[group] += self;
    children.forEach(add);
  };
  add(tree);
  return share;
}

const branch = (name, group) => ({ name, group, self: 0, total: 0, children: [] });

function childOf(parent, callFrame) {
  const [name, group] = [shortName(callFrame), groupOf(callFrame) ?? parent.group];
  let child = parent.children.find((one) => one.name === name && one.group === group);
  if (!child) parent.children.push((child = branch(name, group)));
  return child;
}

function shares({ name, group, self, total, children }, whole) {
  const part = (samples) => (whole > 0 ? samples / whole : 0);
  return {
    name,
    group,
    self: part(self),
    total: part(total),
    children: children.map((child) => shares(child, whole)).sort((a, b) => b.total - a.total),
  };
}
