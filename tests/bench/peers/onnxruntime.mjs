// onnxruntime-web on its wasm backend, one thread. The table is a weight of the model; indices and the session's vector
// cross on each call, and the places of the best come back.
import * as ort from "onnxruntime-web/wasm";
import { onnxModel, TYPE } from "./onnx_model.mjs";
import { idOf } from "./table.mjs";

// Three ways to the products of the gathered rows, or of all rows, with the session's vector. Each is tried.
const LIST = {
  "Gather + MatMul f32": floats([["MatMul", ["rows", "session"], ["products"]]], (table) => [table.dimension, 1]),
  "Gather + Gemm f32, transposed": floats([["Gemm", ["session", "rows"], ["products"], { transB: 1 }]], (table) => [
    1,
    table.dimension,
  ]),
  "Gather + MatMulInteger int8": {
    nodes: [
      ["Gather", ["table", "candidates"], ["rows"]],
      ["Gather", ["scales", "candidates"], ["own"]],
      ["MatMulInteger", ["rows", "session"], ["sums"]],
      ...scaled(),
    ],
    weights: (table) => ({
      table: [TYPE.int8, [table.rows, table.dimension], table.codes],
      scales: [TYPE.float, [table.rows], table.scales],
    }),
    session: integers((table) => [table.dimension, 1]),
  },
};

const SCAN = {
  "MatMul f32, table times vector": wholeFloats([["MatMul", ["table", "session"], ["products"]]], (table) => [
    table.dimension,
    1,
  ]),
  "Gemm f32, vector times transposed table": wholeFloats(
    [["Gemm", ["session", "table"], ["products"], { transB: 1 }]],
    (table) => [1, table.dimension],
  ),
  "MatMul f32, vector times turned table": {
    nodes: [["MatMul", ["session", "table"], ["products"]]],
    weights: (table) => ({
      table: [TYPE.float, [table.dimension, table.rows], turned(table.vectors, table, Float32Array)],
    }),
    session: { ...floatSession((table) => [1, table.dimension]) },
  },
  "MatMulInteger int8, table times vector": {
    nodes: [["MatMulInteger", ["table", "session"], ["sums"]], ...scaled()],
    weights: (table) => ({
      table: [TYPE.int8, [table.rows, table.dimension], table.codes],
      own: [TYPE.float, [table.rows], table.scales],
    }),
    session: integers((table) => [table.dimension, 1]),
  },
  "MatMulInteger int8, vector times turned table": {
    nodes: [["MatMulInteger", ["session", "table"], ["sums"]], ...scaled()],
    weights: (table) => ({
      table: [TYPE.int8, [table.dimension, table.rows], turned(table.codes, table, Int8Array)],
      own: [TYPE.float, [table.rows], table.scales],
    }),
    session: integers((table) => [1, table.dimension]),
  },
  // Made for a vector times a large quantized table, as language models have them; the codes' zero point is 128.
  ...Object.fromEntries(
    [0, 4].map((level) => [
      `MatMulNBits 8 bits, accuracy level ${level}`,
      {
        nodes: [
          [
            "MatMulNBits",
            ["session", "table", "own"],
            ["products"],
            (table) => ({
              K: table.dimension,
              N: table.rows,
              bits: 8,
              block_size: table.dimension,
              accuracy_level: level,
            }),
            "com.microsoft",
          ],
        ],
        weights: (table) => ({
          table: [TYPE.uint8, [table.rows, 1, table.dimension], Uint8Array.from(table.codes, (code) => code + 128)],
          own: [TYPE.float, [table.rows], table.scales],
        }),
        session: floatSession((table) => [1, table.dimension]),
      },
    ]),
  ),
};

export const variants = { list: Object.keys(LIST), scan: Object.keys(SCAN) };

export async function open(table, variant, job, count) {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { wasm: "/peers/ort-wasm-simd-threaded.wasm" };
  const graph = (job === "list" ? LIST : SCAN)[variant];
  const shape = graph.session.shape(table);
  const model = onnxModel({
    nodes: [
      ...graph.nodes.map(([operator, from, to, attributes, domain]) => [
        operator,
        from,
        to,
        typeof attributes === "function" ? attributes(table) : attributes,
        domain,
      ]),
      ["Reshape", ["products", "flat"], ["keys"]],
      ["TopK", ["keys", "count"], ["best", "places"]],
    ],
    inputs: {
      session: [graph.session.type, shape],
      ...(job === "list" && { candidates: [TYPE.int32, ["count_of_candidates"]] }),
    },
    outputs: { places: [TYPE.int64, [count]] },
    weights: {
      ...graph.weights(table),
      flat: [TYPE.int64, [1], BigInt64Array.of(-1n)],
      count: [TYPE.int64, [1], BigInt64Array.of(BigInt(count))],
    },
  });
  const inference = await ort.InferenceSession.create(model, { executionProviders: ["wasm"] });
  const numbers = job === "list" ? table.numbers() : null;
  let session;
  const ids = async (feeds, toId) => {
    const { places } = await inference.run(feeds);
    return Array.from(places.data, (place) => toId(Number(place)));
  };
  return {
    setSession(next) {
      session = new ort.Tensor(graph.session.name, graph.session.values(next), shape);
    },
    list(candidates) {
      const rows = new Int32Array(candidates.length);
      for (let at = 0; at < rows.length; at++) rows[at] = numbers.get(candidates[at].id);
      return ids(
        { session, candidates: new ort.Tensor("int32", rows, [rows.length]) },
        (place) => candidates[place].id,
      );
    },
    scan: () => ids({ session }, idOf),
    close: () => inference.release(),
  };
}

function floats(nodes, shape) {
  return {
    nodes: [["Gather", ["table", "candidates"], ["rows"]], ...nodes],
    weights: floatTable,
    session: floatSession(shape),
  };
}

function wholeFloats(nodes, shape) {
  return { nodes, weights: floatTable, session: floatSession(shape) };
}

function floatTable(table) {
  return { table: [TYPE.float, [table.rows, table.dimension], table.vectors] };
}

function floatSession(shape) {
  return { name: "float32", type: TYPE.float, shape, values: (session) => session.vector };
}

function integers(shape) {
  return { name: "int8", type: TYPE.int8, shape, values: (session) => session.codes };
}

/** From whole sums to keys: times each row's scale. */
function scaled() {
  return [
    ["Reshape", ["sums", "flat"], ["row"]],
    ["Cast", ["row"], ["real"], { to: TYPE.float }],
    ["Mul", ["real", "own"], ["products"]],
  ];
}

/** Columns for rows. */
function turned(values, { rows, dimension }, Type) {
  const columns = new Type(values.length);
  for (let row = 0; row < rows; row++) {
    for (let at = 0; at < dimension; at++) columns[at * rows + row] = values[row * dimension + at];
  }
  return columns;
}
