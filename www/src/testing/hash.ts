// XXH64 (https://github.com/Cyan4973/xxHash): the checksum of an artifact, and the hashes of its tokens. Uses nothing.

const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;

const u64 = (value: bigint) => BigInt.asUintN(64, value);
const mul = (a: bigint, b: bigint) => u64(a * b);
const rotate = (value: bigint, by: bigint) => u64(value << by) | (value >> (64n - by));
const round = (lane: bigint, input: bigint) => mul(rotate(u64(lane + mul(input, P2)), 31n), P1);

/** The hash of these bytes. */
export function xxh64(seed: bigint, bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let hash = u64(seed + P5);
  if (bytes.length >= 32) {
    const lanes = [seed + P1 + P2, seed + P2, seed, seed - P1].map(u64);
    for (; at + 32 <= bytes.length; at += 32)
      for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i] as bigint, view.getBigUint64(at + 8 * i, true));
    hash = u64(lanes.reduce((sum, lane, i) => sum + rotate(lane, [1n, 7n, 12n, 18n][i] as bigint), 0n));
    for (const lane of lanes) hash = u64(mul(hash ^ round(0n, lane), P1) + P4);
  }
  hash = u64(hash + BigInt(bytes.length));
  for (; at + 8 <= bytes.length; at += 8)
    hash = u64(mul(rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n), P1) + P4);
  if (at + 4 <= bytes.length) {
    hash = u64(mul(rotate(hash ^ mul(BigInt(view.getUint32(at, true)), P1), 23n), P2) + P3);
    at += 4;
  }
  for (; at < bytes.length; at++) hash = mul(rotate(hash ^ mul(BigInt(view.getUint8(at)), P5), 11n), P1);
  hash = mul(hash ^ (hash >> 33n), P2);
  hash = mul(hash ^ (hash >> 29n), P3);
  return hash ^ (hash >> 32n);
}

/** 16 hexadecimal digits. */
export const digits = (hash: bigint): string => hash.toString(16).padStart(16, "0");
