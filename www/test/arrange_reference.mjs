// A stand-in for `Engine.arrange`: reads the same program and keeps its rules where taking the best that fits, place by place, does.
const [PIN, CAP, MINIMUM, MOVES] = [1, 2, 3, 4];

/** The program in plain objects; words that do not fit end it. */
export function readProgram(program, count) {
  const [top, diversity, amount, window, categories, limit] = program;
  let at = 6;
  const calibration = categories === 1 ? { codes: [...program.subarray(at, (at += count))] } : null;
  if (calibration) {
    const shares = program[at++];
    calibration.shares = [...new Float32Array(program.slice(at, (at += shares)).buffer)];
  }
  const records = [];
  while (at + 6 <= program.length) {
    const [kind, rule, a, b, c, members] = program.subarray(at, (at += 6));
    records.push({
      kind,
      rule,
      a,
      b,
      c: c || top || count,
      codes: members ? [...program.subarray(at, (at += count))] : null,
    });
  }
  return {
    top,
    diversity,
    amount: new Float32Array(Uint32Array.of(amount).buffer)[0],
    window,
    calibration,
    limit,
    records,
  };
}

export function arrange(scores, _handles, program) {
  const count = scores.length;
  const { records } = readProgram(program, count);
  const left = Array.from(scores.keys()).sort((x, y) => scores[y] - scores[x] || x - y);
  const pins = new Map();
  for (const { kind, a, b } of records)
    if (kind === PIN && !pins.has(b) && ![...pins.values()].includes(a)) pins.set(b, a);
  const pinned = new Set(pins.values());
  const order = [];
  const fits = (candidate) =>
    records.every(({ kind, a, b, c, codes }) => {
      const place = order.length;
      if (kind === CAP && place < c && codes[candidate] > 0) {
        const before = order.slice(Math.max(0, place - b + 1));
        return before.filter((other) => codes[other] === codes[candidate]).length < a;
      }
      if (kind === MINIMUM && place < c && !codes[candidate]) {
        const have = order.filter((other) => codes[other]).length;
        return a - have <= c - place - 1;
      }
      if (kind === MOVES) {
        const late = left.find((other) => other + b <= place);
        return candidate - place <= a && (late === undefined || candidate === late);
      }
      return true;
    });
  while (left.length > 0) {
    const pin = pins.get(order.length);
    const free = left.filter((candidate) => !pinned.has(candidate));
    const next = pin ?? free.find(fits) ?? free[0] ?? left[0];
    left.splice(left.indexOf(next), 1);
    order.push(next);
  }
  const broken = records.map((record) => brokenOf(record, order));
  return Uint32Array.from([...order, ...broken.flatMap((times) => [times > 0 ? 3 : 0, times]), 0]);
}

function brokenOf({ kind, a, b, c, codes }, order) {
  if (kind === PIN) return order[b] === a ? 0 : 1;
  if (kind === MINIMUM) return Math.max(0, a - order.slice(0, c).filter((candidate) => codes[candidate]).length);
  if (kind === MOVES) return order.filter((candidate, place) => candidate - place > a || place - candidate > b).length;
  let windows = 0;
  for (let begin = 0; begin + b <= Math.max(b, c) && begin < order.length; begin++) {
    const counts = new Map();
    for (const candidate of order.slice(begin, Math.min(begin + b, c)))
      if (codes[candidate]) counts.set(codes[candidate], (counts.get(codes[candidate]) ?? 0) + 1);
    if ([...counts.values()].some((times) => times > a)) windows += 1;
  }
  return windows;
}
