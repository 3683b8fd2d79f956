// Lists under policies, drawn: what `reshelf/slate` makes of them is what the command must make of them. README.md beside it.

const ARRANGE = Symbol.for("reshelf.arrange");
const PURCHASE = 3;
const IMPRESSION = 13;
const NONE = 0xffff_ffff;
/** Wednesday, 27 May 2026, at noon. */
const NOW = 1_779_883_200_000;
const DAY = 86_400_000;
const ITEMS = 1_500;

/** Numbers from 0 up, the same in every run. */
function drawer(state) {
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const BRANDS = ["Zen", " Oak ", 5, "5", "", null, true];
const DATES = ["2026-05-20", "2026-05-26T18:00:00+02:00", "2026-02-30", NOW - 3 * DAY, "tomorrow", undefined];
const STOCKS = [0, 7, "out_of_stock", "https://schema.org/OutOfStock", "SOLD OUT", "0.0", false, "in stock", undefined];

function drawCandidate(draw) {
  const pick = (values) => values[draw(values.length)];
  const candidate = {
    brand: pick(BRANDS),
    category: `c${draw(5)}`,
    price: pick([12.5, "12.50", "1e2", "9,99", 1e21, 1e-7, 0]),
    stock: pick(STOCKS),
    tags: pick([["new", "sale"], "new", [], undefined]),
    date: pick(DATES),
    endsAt: pick([...DATES, "2026-05-27", "2026-05-28", NOW, NOW + DAY / 2]),
    progress: pick([0, 0.4, "0.95", 1.5, -1, "half", undefined]),
    hidden: pick([undefined, undefined, "Yes", 1, false]),
    adult: pick([undefined, undefined, "true"]),
    bid: pick([undefined, 0.5, "2", -1]),
    exposure: pick([undefined, 1, 1.5, "0.5", 0, 1e9, -2, "more"]),
    "look.colour": pick(["red", "blue", undefined]),
    pinned: draw(30) === 0 ? pick([true, 2, "40", 0]) : undefined,
  };
  return Object.fromEntries(Object.entries(candidate).filter(([, value]) => value !== undefined && value !== null));
}

function drawMatch(draw, ids) {
  const conditions = [
    { brand: "Zen" },
    { brand: ["Oak", 5, true] },
    { price: { atLeast: 10, atMost: 100 } },
    { price: 12.5 },
    { tags: "new" },
    { tags: { has: true } },
    { date: { after: "2026-05-20", before: "2026-05-27" } },
    { ids: [ids[draw(ids.length)], Number(ids[draw(ids.length)])] },
    { colour: "red", category: ["c0", "c1"] },
    { hidden: { has: false } },
  ];
  return conditions[draw(conditions.length)];
}

/** A rule of each kind, and what is no rule. */
const KINDS = {
  pin: (draw, ids) => ({
    position: 1 + draw(30),
    ...(draw(2) ? { item: ids[draw(ids.length)] } : { match: drawMatch(draw, ids) }),
  }),
  hide: (draw, ids) => ({ match: drawMatch(draw, ids) }),
  boost: (draw, ids) => ({
    match: drawMatch(draw, ids),
    by: (1 + draw(20)) / 7,
    ...(draw(3) === 0 && { field: "progress" }),
  }),
  bury: (draw, ids) => ({
    match: drawMatch(draw, ids),
    by: (1 + draw(20)) / 7,
    ...(draw(3) === 0 && { field: "price" }),
  }),
  filter: (draw) => ({ what: ["soldOut", "hidden", "ageRestricted", "bought"][draw(4)], ...(draw(2) && { days: 5 }) }),
  cap: (draw) => ({
    field: ["brand", "category"][draw(2)],
    most: 1 + draw(2),
    in: 2 + draw(4),
    ...(draw(2) && { first: 12 }),
  }),
  minimum: (draw, ids) => ({ match: drawMatch(draw, ids), least: 1 + draw(4), first: 6 + draw(8) }),
  seenDecay: (draw) => ({ by: (1 + draw(9)) / 10, ...(draw(2) && { most: 2 }) }),
  strength: (draw) => ({ percent: [0, 30, 77.7, 100][draw(4)] }),
  maxMoves: (draw) => ({ places: draw(9) }),
  freshness: (draw) => ({ halfLifeDays: 1 + draw(20), by: (1 + draw(9)) / 3 }),
  ending: (draw) => ({
    halfLifeDays: (1 + draw(20)) / 4,
    by: (1 + draw(9)) / 3,
    ...(draw(3) === 0 && { field: "date" }),
  }),
  rotation: (draw, ids) => ({
    by: (1 + draw(9)) / 3,
    ...(draw(2) && { seed: ["day", "hour", "größe 👟"][draw(3)] }),
    ...(draw(2) && { match: drawMatch(draw, ids) }),
  }),
  sponsored: (draw, ids) => ({
    positions: [3, 9, 1 + draw(12)],
    ...(draw(2) && { floor: draw(2) ? { rank: 12 } : { share: 0.5 } }),
    ...(draw(3) === 0 && { match: drawMatch(draw, ids) }),
  }),
  // Without a query: the command knows none.
  query: (draw) => ({ by: 1 + draw(3), ...(draw(2) && { fields: ["brand", "tags"] }) }),
  exposure: (draw) => ({ ...(draw(3) === 0 && { field: "price" }) }),
  diversify: (draw) => ({
    how: ["mmr", "dpp", "calibrate"][draw(3)],
    amount: [0, 0.2, 0.55, 1][draw(4)],
    ...(draw(2) && { first: 10 }),
    ...(draw(2) && { window: 4 }),
    ...(draw(3) === 0 && { field: "brand" }),
  }),
};
/** What is wrong with a rule. */
const FAULTS = [
  { kind: "hide" },
  { kind: "hied", match: { brand: "Zen" } },
  { kind: "boost", match: { brand: "Zen" }, by: 0 },
  { kind: "boost", match: { brand: "Zen" }, by: 1, colour: "red" },
  { kind: "boost", match: { vendor: "Zen" }, by: 1 },
  { kind: "hide", match: {} },
  { kind: "hide", match: { date: { after: "2026-02-30" } } },
  { kind: "hide", match: { price: { least: 1 } } },
  { kind: "pin", position: 1 },
  { kind: "pin", position: 1.5, item: "a" },
  { kind: "pin", position: 1, item: "a", match: { brand: "Zen" } },
  { kind: "minimum", match: { brand: "Zen" }, least: 5, first: 4 },
  { kind: "strength", percent: 101 },
  { kind: "strength", percent: 50, from: "2026-06-01", until: "2026-05-01" },
  { kind: "strength", percent: 50, from: "June" },
  { kind: "diversify", how: "mmr", amount: 0.5, window: 0 },
  { kind: "sponsored", positions: [] },
  { kind: "cap", field: "", most: 1, in: 2 },
  { kind: "cap", field: "brand", most: 3, in: 3 },
  { kind: "cap", field: "brand", most: 2, in: 6, first: 2 },
  { kind: "filter", what: "hidden", days: 3 },
  { kind: "query", by: 1, fields: ["colour", "smell"] },
  { kind: "exposure", by: 1 },
  { kind: "hide", match: { brand: "Zen" }, queries: ["mug", "?!"] },
  { kind: "hide", match: { brand: "Zen" }, queries: "mug" },
  { kind: 7 },
  { match: { brand: "Zen" } },
  { kind: "boost", match: { brand: "Zen" }, by: 1, [`an endless name ${"of words ".repeat(9)}`]: 1 },
  { id: `an endless id ${"of words ".repeat(9)}`, kind: "hide", match: { brnd: "Zen" } },
  { kind: "pin", position: 'tab\t "quoted" \u2028 größe 👟 and more than can be said again', item: "a" },
  { kind: "sponsored", positions: [1], floor: { rnk: 1, shares: 1 } },
  5,
  null,
  [],
  [1, 2],
  "hide",
];
/** What may be wrong with a rule of any kind, one thing each. */
const BREAKS = [
  (draw, rule) => delete rule[Object.keys(rule)[draw(Object.keys(rule).length)]],
  (draw, rule) =>
    (rule[Object.keys(rule)[draw(Object.keys(rule).length)]] = [0, 1e21, "", [], {}, null, true][draw(7)]),
  (draw, rule) => (rule[["mtach", "colour", "form", "name", "10", "9"][draw(6)]] = 1),
  (draw, rule) => (rule.match = { ...rule.match, [["brnd", "prize", "zzz", "ids"][draw(4)]]: ["Zen"] }),
  (draw, rule) => (rule.match = { zen: 1, date: { before: ["2026-02-30", "soon"][draw(2)] }, brand: {} }),
  (_, rule) => (rule.from = "2026-02-30"),
  (_, rule) => Object.assign(rule, { until: "2026-05-01", from: "2026-06-01" }),
  (draw, rule) => (rule.first = 1 + draw(2)),
  (_, rule) => (rule.days = 3),
  (draw, rule) => (rule.field = ["stok", "smell"][draw(2)]),
];
/** A rule with up to four faults, its properties in any order. */
function drawBroken(draw, rule) {
  for (let faults = 1 + draw(4); faults > 0; faults--)
    if (Object.keys(rule).length) BREAKS[draw(BREAKS.length)](draw, rule);
  const entries = Object.entries(rule).map((entry) => [draw(1000), entry]);
  return Object.fromEntries(entries.sort(([one], [other]) => one - other).map(([, entry]) => entry));
}
/** In the first three places: a cap that nothing exceeds there, and two that say themselves how far they reach. */
const TOP = [
  { kind: "cap", field: "brand", most: 3, in: 5 },
  { kind: "cap", field: "brand", most: 3, in: 5, first: 9 },
  { kind: "minimum", match: { brand: "Zen" }, least: 4, first: 9 },
];
const SLOTS = ["home", "category", "search", "product", "cart", "new", "group-buy", "sponsored", "notes", "help"];

/** Definitions, each with a list: every kind alone, every slot, several together, and what is wrong. */
function* drawCases() {
  const draw = drawer(15);
  const kinds = Object.keys(KINDS);
  const rule = (kind, ids) => ({ kind, ...KINDS[kind](draw, ids) });
  const dates = [
    { from: "2026-05-27" },
    { until: "2026-05-26" },
    { from: NOW + 1 },
    { until: "2026-05-27", name: "now" },
  ];
  const definitions = [
    ...kinds.flatMap((kind) => Array.from({ length: 4 }, () => (ids) => ({ rules: [rule(kind, ids)] }))),
    ...SLOTS.map((slot) => () => ({ slot })),
    ...SLOTS.map((slot) => (ids) => ({ slot, rules: [rule(kinds[draw(kinds.length)], ids)] })),
    ...Array.from({ length: 48 }, () => (ids) => ({
      name: "several",
      ...(draw(3) === 0 && { top: 4 + draw(12) }),
      rules: Array.from({ length: 2 + draw(5) }, (_, at) => ({
        ...(draw(2) && { id: `r${draw(9)}` }),
        ...(draw(4) === 0 && dates[at % dates.length]),
        ...rule(kinds[draw(kinds.length)], ids),
      })),
    })),
    () => ({ rules: FAULTS }),
    () => ({ colour: 1, top: 0, slot: "hom", rules: 5, fields: { brand: "" }, $schema: 5, nmae: "x" }),
    (ids) => ({ rules: Array.from({ length: 400 }, (_, at) => drawBroken(draw, rule(kinds[at % kinds.length], ids))) }),
    () => ({ top: 3, rules: TOP }),
    () => null,
    () => ({ rules: [{ kind: "strength", percent: 5, pages: ["home"] }] }),
    () => ({ rules: [{ kind: "pin", match: { brand: "Zen" }, position: 1, queries: ["mug", "手机壳", "٣", "ⓐ"] }] }),
  ];
  const on = (pages) => (ids) => ({ rules: [{ ...rule("pin", ids), pages }, rule("boost", ids)] });
  const onPages = [on(["home"]), on(["cart", "home"]), on(["Home"]), on(["cart"])];
  const cases = [...definitions.map((define) => [define]), ...onPages.map((define) => [define, "home"])];
  for (const [define, page] of cases) {
    const count = 12 + draw(16);
    const handles = Array.from({ length: count }, () => (draw(12) === 0 ? NONE : draw(ITEMS)));
    const ids = handles.map((handle, at) => (handle === NONE ? `new-${at}` : String(7 + 3 * handle)));
    const definition = define(ids);
    yield {
      definition: definition && { fields: { colour: "look.colour" }, ...definition },
      list: ids.map((id) => ({ id, ...drawCandidate(draw) })),
      handles,
      scores: handles.map(() => (draw(8) === 0 ? 0.5 : Math.fround(draw(10_000) / 1_700 - 3))),
      bought: Array.from({ length: 3 }, () => [handles[draw(count)], NOW - draw(9) * DAY]),
      shown: Array.from({ length: 9 }, () => handles[draw(count)]),
      limit: draw(2) ? count : 1 + draw(20),
      taste: draw(2) ? { c1: 2, c3: 0.7, Zen: 1, 5: -1 } : {},
      now: NOW,
      ...(page && { page }),
    };
  }
}

/** What a policy makes of a case, over an engine of the golden artifact. */
function answered(policy, engine, { definition, list, handles, scores, bought, shown, limit, taste, now, page }) {
  const rows = (events, kind) => Float64Array.from(events.flatMap(([item, at]) => [1, item, kind, at, 1, 0, 0]));
  const asked = {
    events: (lists) =>
      lists
        ? rows(
            shown.map((item) => [item, 0]),
            IMPRESSION,
          )
        : rows(bought, PURCHASE),
    arrange: (...given) => engine.arrange(...given),
  };
  const made = policy(definition, { now, taste, page });
  const ranked = [[list.length], Float32Array.from(scores), 0, Uint32Array.from(handles), 0];
  const [[places], tell] = made[ARRANGE](
    [list],
    limit,
    ({ id }) => id,
    (ask) => ask(asked),
    ranked,
  );
  // The server's pins are told as a rule of their own.
  const { removed, rules: told } = tell({ candidates: list.length, identified: list.length, known: list.length });
  const rules = told.filter(({ id }) => made.rules.includes(id));
  return {
    order: places.map(({ previousRank }) => previousRank - 1),
    scores: places.map(({ score }) => score),
    removed: removed.map(({ id, rule }) => [id, rule]),
    kept: rules.map(({ id, kept }) => [id, kept]),
    rules: made.rules,
    problems: made.problems.map(({ rule, code, message }) => [rule, code, message]),
  };
}

/** Every case with its answer. */
export const policies = (policy, engine) =>
  [...drawCases()].map((given) => ({ ...given, answer: answered(policy, engine, given) }));
