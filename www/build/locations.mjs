// Clears what the panics of a module would say of where they are: node locations.mjs MODULE.wasm OUT.wasm
//
// The compiler gives each panic its file, line and column. Here a panic is a trap and the optimiser has dropped what nobody reads, but
// it cannot tell that the bytes behind are dead: they are 5 KB, or 1.3 KB of what a page downloads. A record that code or data
// still points at stays as it is.
import { readFileSync, writeFileSync } from "node:fs";

const CODE = 10;
const DATA = 11;
/** `i32.const`. */
const CONSTANT = 0x41;
/** Bytes of a `core::panic::Location`: where the file's name lies, its length, the line, the column. */
const LOCATION = 16;
/** Neither a line nor a column is beyond. */
const MOST_LINES = 1 << 20;

const [path, out] = process.argv.slice(2);
const bytes = readFileSync(path);
const { code, segments } = read(bytes);
const at = new Map(segments.flatMap(({ address, body }) => words(address, body)));
const found = [...at.keys()].map(locationAt).filter((location) => location !== undefined);
const own = new Set(found.map(({ address }) => address));
const pointedAt = new Set([...at].filter(([address]) => !own.has(address)).map(([, value]) => value));
const dead = found.filter(({ address }) => !pointedAt.has(address) && !isInCode(address));
const named = new Set(found.filter((location) => !dead.includes(location)).map(({ file }) => file));
for (const { address, file, length } of dead) {
  slice(address, LOCATION).fill(0);
  const inside = Array.from({ length }, (_, offset) => file + offset);
  if (!named.has(file) && !inside.some((part) => pointedAt.has(part) || isInCode(part))) slice(file, length).fill(0);
}
if (dead.length === 0)
  throw new Error(`${path}: no panic says where it is; the compiler has changed, and locations.mjs must`);
writeFileSync(out, bytes);

/** The code, and the data by address; both are parts of the file's bytes. */
function read(bytes) {
  const sections = new Map();
  const reader = new Reader(bytes, 8);
  while (reader.at < bytes.length) {
    const id = reader.byte();
    sections.set(id, reader.take(reader.number()));
  }
  const data = new Reader(sections.get(DATA), 0);
  const segments = Array.from({ length: data.number() }, () => {
    if (data.number() !== 0 || data.byte() !== CONSTANT) throw new Error(`${path}: data that is not put at an address`);
    const address = data.number();
    data.byte();
    return { address, body: data.take(data.number()) };
  });
  return { code: sections.get(CODE), segments };
}

/** Pairs of an address and the number that lies there. */
function words(address, body) {
  const first = -address & 3;
  const count = Math.max(0, (body.length - first) >> 2);
  return Array.from({ length: count }, (_, word) => [address + first + 4 * word, body.readUInt32LE(first + 4 * word)]);
}

function locationAt(address) {
  const [file, length, line, column] = [0, 4, 8, 12].map((offset) => at.get(address + offset) ?? 0);
  const counts = [length, line, column].every((count) => count > 0 && count < MOST_LINES);
  const name = counts ? slice(file, length)?.toString("latin1") : undefined;
  return name !== undefined && /^[!-~]+\.rs$/.test(name) ? { address, file, length } : undefined;
}

function slice(address, length) {
  const segment = segments.find((one) => one.address <= address && address + length <= one.address + one.body.length);
  return segment?.body.subarray(address - segment.address, address - segment.address + length);
}

/** Whether code has the address as a constant. */
function isInCode(address) {
  const constant = [CONSTANT];
  let rest = address;
  for (; rest >= 64; rest >>= 7) constant.push((rest & 127) | 128);
  return code.includes(Buffer.from([...constant, rest]));
}

function Reader(bytes, at) {
  this.at = at;
  this.byte = () => bytes[this.at++];
  this.take = (length) => {
    this.at += length;
    return bytes.subarray(this.at - length, this.at);
  };
  // Signed and unsigned numbers read alike here: no address has the bit that would be a sign.
  this.number = () => {
    let [value, shift, byte] = [0, 0, 128];
    for (; byte & 128; shift += 7) {
      byte = this.byte();
      value |= (byte & 127) << shift;
    }
    return value >>> 0;
  };
}
