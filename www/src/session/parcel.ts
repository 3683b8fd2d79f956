// What is stored and what tabs send each other, as bytes: snapshots of the engine, and what was said of items. Length of the head
// (u32, little-endian), the head as JSON, and behind it the snapshots one after the other.
import { type Item, isItem } from "./items.js";

export interface Parcel {
  /** Of the whole session, or of single events. */
  readonly snapshots: readonly Uint8Array[];
  readonly items: readonly Item[];
}

export function pack({ snapshots, items }: Parcel): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(JSON.stringify({ lengths: snapshots.map(({ length }) => length), items }));
  const behind = 4 + head.length;
  const bytes = new Uint8Array(snapshots.reduce((sum, { length }) => sum + length, behind));
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 4);
  let at = behind;
  for (const snapshot of snapshots) {
    bytes.set(snapshot, at);
    at += snapshot.length;
  }
  return bytes;
}

/** Null for what is no parcel, whatever it is; the engine looks at the snapshots itself. */
export function unpack(bytes: unknown): Parcel | null {
  if (!(bytes instanceof Uint8Array) || bytes.length < 4) return null;
  const behind = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  try {
    const { lengths, items } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, behind)));
    const snapshots: Uint8Array[] = [];
    let at = behind;
    for (const length of lengths as unknown[]) {
      if (typeof length !== "number" || !(length >= 0) || at + length > bytes.length) return null;
      snapshots.push(bytes.subarray(at, (at += length)));
    }
    return at === bytes.length ? { snapshots, items: (items as unknown[]).filter(isItem) } : null;
  } catch {
    return null;
  }
}
