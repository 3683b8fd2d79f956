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

/** Null for what this key did not seal by this name, or was changed since. */
export async function unseal(key: CryptoKey, name: string, sealed: unknown): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const all = sealed as Uint8Array<ArrayBuffer>;
    return new Uint8Array(await crypto.subtle.decrypt(named(all.subarray(0, IV), name), key, all.subarray(IV)));
  } catch {
    return null;
  }
}
