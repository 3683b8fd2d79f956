// Hashes as pages write them for scripts (`integrity`): the algorithm, a dash, and the hash in base64; several, parted by spaces.
import { toBase64 } from "../base64.js";
import { Refusal } from "../errors.js";

/** The algorithms, the strongest last, by the bytes of a hash. */
const BYTES: Readonly<Record<string, number>> = { sha256: 32, sha384: 48, sha512: 64 };

/** What models are kept by. */
export const KEY_ALGORITHM = "sha256";

/** The hashes of the strongest algorithm of those named: any of them will do. Throws for what is none, which must not switch the check off. */
export function hashesOf(integrity: unknown): string[] {
  const all = typeof integrity === "string" ? integrity.trim().split(/\s+/) : [];
  const hashes = all.map((each) => {
    const [, algorithm = "", base64 = ""] = /^(sha\d+)-([\w+/-]+={0,2})(?:\?.*)?$/.exec(each) ?? [];
    const plain = base64.replaceAll("-", "+").replaceAll("_", "/");
    const bytes = BYTES[algorithm];
    if (bytes === undefined || plain.replaceAll("=", "").length !== Math.ceil((bytes * 4) / 3)) throw notOne(integrity);
    return {
      algorithm,
      bytes,
      text: `${algorithm}-${plain.replaceAll("=", "").padEnd(Math.ceil(bytes / 3) * 4, "=")}`,
    };
  });
  const strongest = Math.max(...hashes.map(({ bytes }) => bytes));
  if (hashes.length === 0) throw notOne(integrity);
  return hashes.filter(({ bytes }) => bytes === strongest).map(({ text }) => text);
}

const notOne = (integrity: unknown) =>
  new Refusal("integrity.syntax", {
    given: typeof integrity === "string" ? integrity.slice(0, 100) : typeof integrity,
  });

/** The hash of the bytes by the algorithm of `like`, a hash or its name. */
export async function hashOf(bytes: Uint8Array, like = KEY_ALGORITHM): Promise<string> {
  const [algorithm = ""] = like.split("-");
  const { subtle } = (globalThis.crypto ?? {}) as Partial<Crypto>;
  if (!subtle) throw new Refusal("integrity.unsupported", {});
  // A copy: memory that others may write to is refused.
  const digest = await subtle.digest(algorithm.replace("sha", "SHA-"), new Uint8Array(bytes));
  return `${algorithm}-${toBase64(new Uint8Array(digest))}`;
}

/** Whether the bytes have one of the hashes, which are of one algorithm. */
export async function fits(bytes: Uint8Array, hashes: readonly string[]): Promise<boolean> {
  return hashes.includes(await hashOf(bytes, hashes[0]));
}
