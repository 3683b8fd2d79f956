// The arithmetic of choosing between CPU and GPU.
import assert from "node:assert/strict";
import { test } from "node:test";
import { choice } from "../dist/internals.js";

const { backOff, crossoverRows, gpuWins, lineThrough, median, shapeClass, Verdicts, Watch } = choice;

test("medians", () => {
  assert.equal(median([3]), 3);
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([4, 1, 2, 100]), 3);
  assert.ok(Number.isNaN(median([])));
});

test("a line goes through the whole table's time, whatever the noise", () => {
  assert.deepEqual(lineThrough({ rows: 1000, time: 3 }, { rows: 500, time: 2.5 }), { fixed: 2, perRow: 0.001 });
  for (const part of [0, 0.1, 2.9, 3, 3.1, 50]) {
    const { fixed, perRow } = lineThrough({ rows: 1000, time: 3 }, { rows: 500, time: part });
    assert.ok(fixed >= 0 && perRow >= 0, `part ${part}`);
    assert.ok(Math.abs(fixed + perRow * 1000 - 3) < 1e-12, `part ${part}`);
  }
  assert.deepEqual(lineThrough({ rows: 1, time: 3 }, { rows: 1, time: 3 }), { fixed: 3, perRow: 0 });
});

test("the crossover is where both take as long; none where the GPU is never faster", () => {
  const cpu = { fixed: 0, perRow: 0.004 };
  assert.equal(crossoverRows(cpu, { fixed: 2, perRow: 0.002 }), 1000);
  assert.equal(crossoverRows(cpu, { fixed: 2, perRow: 0.004 }), null);
  assert.equal(crossoverRows(cpu, { fixed: 2, perRow: 0.01 }), null);
  assert.equal(crossoverRows(cpu, { fixed: 0, perRow: 0.002 }), 0);
  assert.equal(crossoverRows({ fixed: 1, perRow: 0.004 }, { fixed: 0.5, perRow: 0.002 }), 0);
  for (const [fixed, perRow] of [
    [0.3, 0.0001],
    [7, 0.0039],
    [2.5, 0],
  ]) {
    const rows = crossoverRows(cpu, { fixed, perRow });
    assert.ok(
      fixed + perRow * rows <= cpu.perRow * rows + 1e-9 && fixed + perRow * (rows - 1) > cpu.perRow * (rows - 1) - 1e-9,
    );
  }
});

test("the verdict at the whole table and the crossover never contradict each other", () => {
  for (const [cpu, gpu, part] of [
    [4, 3, 2.9],
    [4, 3, 9],
    [4, 3.99, 0.1],
    [3, 4, 1],
    [3, 4, 3.9],
    [3, 3, 1],
    [0, 0, 0],
  ]) {
    const rows = 160_000;
    const line = lineThrough({ rows, time: gpu }, { rows: rows / 16, time: part });
    const crossover = crossoverRows({ fixed: 0, perRow: cpu / rows }, line);
    const wins = gpuWins({ adapter: "", crossover, measured: { items: rows, count: 1, cpu, gpu } });
    assert.equal(wins, gpu < cpu);
    if (wins) assert.ok(crossover !== null && crossover <= rows, `${cpu} ${gpu} ${part}: ${crossover}`);
    if (gpu > cpu) assert.ok(crossover === null || crossover >= rows, `${cpu} ${gpu} ${part}: ${crossover}`);
  }
});

test("a shape's class is its size to a factor of two, its layout, and the length of the answer", () => {
  const shape = { rows: 100_000, dimension: 64, narrow: false, count: 200 };
  for (const same of [{ rows: 70_000 }, { rows: 131_071 }, { count: 1 }, { count: 256 }])
    assert.equal(shapeClass({ ...shape, ...same }), shapeClass(shape));
  for (const other of [{ rows: 131_072 }, { rows: 65_535 }, { dimension: 128 }, { narrow: true }, { count: 257 }]) {
    assert.notEqual(shapeClass({ ...shape, ...other }), shapeClass(shape));
  }
});

test("verdicts are kept by device and class", () => {
  const verdicts = new Verdicts();
  const verdict = { adapter: "a", crossover: null, measured: { items: 1, count: 1, cpu: 1, gpu: 2 } };
  assert.equal(verdicts.get("shape"), undefined);
  verdicts.set("shape", verdict);
  assert.equal(verdicts.get("shape"), verdict);
  assert.equal(verdicts.get("shape", "a"), verdict);
  assert.equal(verdicts.get("shape", "b"), undefined);
  assert.equal(verdicts.get("another"), undefined);
  verdicts.delete("shape", "a");
  assert.equal(verdicts.get("shape"), undefined);
});

test("the watch gives up a GPU that is slower than the CPU by a tenth over several calls, not over one", () => {
  const run = (...times) => {
    const watch = new Watch(10);
    return times.map((time) => watch.note(time)).indexOf(true);
  };
  assert.equal(run(...Array(100).fill(11)), -1);
  assert.equal(run(...Array(100).fill(11.1)), 7);
  assert.equal(run(...Array.from({ length: 100 }, (_, i) => (i % 3 === 0 ? 500 : 9))), -1);
  assert.equal(run(...Array(50).fill(9), ...Array(8).fill(12)), 54);
});

test("pauses double up to the longest", () => {
  const pauses = [0, 1, 2, 3, 9, 10, 2000].map((failures) => backOff(failures, 1000, 300_000));
  assert.deepEqual(pauses, [1000, 1000, 2000, 4000, 256_000, 300_000, 300_000]);
});
