// Writes ONNX models: as much of the protobuf format as a small graph takes. Field numbers are those of onnx.proto.

const encoder = new TextEncoder();

export const TYPE = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7 };

/**
 * A model's bytes. `nodes` are [operator, inputs, outputs, attributes?, domain?]; `inputs` and `outputs` map names to
 * [type, shape] (a name in place of a size leaves it open); `weights` map names to [type, shape, typed array].
 */
export function onnxModel({ nodes, inputs, outputs, weights }) {
  const graph = [
    ...nodes.flatMap((one) => bytes(1, node(...one))),
    ...text(2, "scan"),
    ...Object.entries(weights).flatMap(([name, one]) => bytes(5, tensor(name, ...one))),
    ...Object.entries(inputs).flatMap(([name, one]) => bytes(11, valueInfo(name, ...one))),
    ...Object.entries(outputs).flatMap(([name, one]) => bytes(12, valueInfo(name, ...one))),
  ];
  const opset = (domain, version) => bytes(8, [...text(1, domain), ...number(2, version)]);
  return join([...number(1, 8), ...bytes(7, graph), ...opset("", 17), ...opset("com.microsoft", 1)]);
}

const node = (operator, inputs, outputs, attributes = {}, domain = "") => [
  ...inputs.flatMap((name) => text(1, name)),
  ...outputs.flatMap((name) => text(2, name)),
  ...text(4, operator),
  ...Object.entries(attributes).flatMap(([name, value]) => bytes(5, attribute(name, value))),
  ...text(7, domain),
];

const attribute = (name, value) =>
  Array.isArray(value)
    ? [...text(1, name), ...value.flatMap((one) => number(8, one)), ...number(20, 7)]
    : [...text(1, name), ...number(3, value), ...number(20, 2)];

const tensor = (name, type, shape, values) => [
  ...shape.flatMap((size) => number(1, size)),
  ...number(2, type),
  ...text(8, name),
  ...bytes(9, [new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]),
];

function valueInfo(name, type, shape) {
  const sizes = shape.flatMap((size) => bytes(1, typeof size === "string" ? text(2, size) : number(1, size)));
  return [...text(1, name), ...bytes(2, bytes(1, [...number(1, type), ...bytes(2, sizes)]))];
}

// A field is a list of pieces, which are joined once at the end: the weights are large.
const number = (field, value) => [varint(field << 3), varint(value)];
const text = (field, value) => bytes(field, [encoder.encode(value)]);
const bytes = (field, pieces) => [varint((field << 3) | 2), varint(length(pieces)), ...pieces];
const length = (pieces) => pieces.reduce((sum, piece) => sum + piece.length, 0);

/** Negative numbers as ten bytes of two's complement, as protobuf wants them. */
function varint(value) {
  const out = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    out.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(out);
}

function join(pieces) {
  const joined = new Uint8Array(length(pieces));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}
