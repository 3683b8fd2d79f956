// Encryption on the device: AES-GCM under a key that the browser keeps and no script can read.

/** Bytes of the initialization vector, new for every write; it stands before what it is of. */
const IV = 12;

const ALGORITHM = "AES-GCM";

/** A key that can be stored, and used, but never read. */
export function newKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: ALGORITHM, length: 256 }, false, ["encrypt", "decrypt"]);
}

export function isKey(value: unknown): value is CryptoKey {
  return value instanceof CryptoKey;
}

/** Nothing that was sealed by another name opens by this one. */
const named = (iv: Uint8Array<ArrayBuffer>, name: string) => ({
  name: ALGORITHM,
  iv,
  additionalData: new TextEncoder().encode(name),
});

export async function seal(
  key: CryptoKey,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const iv = crypto.getRandomValues(new Uint8Array(IV));
  const sealed = new Uint8Array(await crypto.subtle.encrypt(named(iv, name), key, bytes));
  const all = new Uint8Array(IV + sealed.length);
  all.set(iv);
  all.set(sealed, IV);
  return all;
}

/** Random bytes, and the same sealed: whoever has both can cover as many bytes at once, without waiting for the key. */
export interface Pad {
  readonly bytes: Uint8Array;
  readonly sealed: Uint8Array<ArrayBuffer>;
}

/** A pad is used once. */
export async function newPad(key: CryptoKey, name: string, length: number): Promise<Pad> {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return { bytes, sealed: await seal(key, name, bytes) };
}

/** Covers bytes, and uncovers them: exclusive or. It tells nobody that they were changed: the engine's checksum does. */
export function cover(bytes: Uint8Array, pad: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes, (byte, at) => byte ^ (pad[at] ?? 0));
}

/** Null for what this key did not seal by this name, or was changed since. */
export async function unseal(
  key: CryptoKey | null,
  name: string,
  sealed: unknown,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (!key) return null;
  try {
    const all = sealed as Uint8Array<ArrayBuffer>;
    return new Uint8Array(await crypto.subtle.decrypt(named(all.subarray(0, IV), name), key, all.subarray(IV)));
  } catch {
    return null;
  }
}
