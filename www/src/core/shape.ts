// Tells what a caller handed in by its shape: an iframe, jsdom or a test runner's sandbox has classes of its own, so that
// `instanceof` says no to a good buffer.
import { field, Refusal } from "../errors.js";

/** The class that built a value, by the name that it goes by in every realm: `"ArrayBuffer"`, `"Blob"`, `"Promise"`. */
export function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

/** The bytes of a buffer, shared or not, or of any view of one; null for anything else. */
export function bytesOf(value: unknown): Uint8Array | null {
  try {
    // Any object may call itself a buffer: only a true one has a view.
    const { buffer, byteOffset, byteLength } = ArrayBuffer.isView(value) ? value : new DataView(value as ArrayBuffer);
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch {
    try {
      if (!ArrayBuffer.isView(value)) Reflect.get(ArrayBuffer.prototype, "byteLength", value);
    } catch {
      return null;
    }
    throw new Refusal("buffer.detached");
  }
}

/** A string, or an object with an `href`, as a URL has one. */
export function isAddress(value: unknown): value is string | URL {
  return typeof value === "string" || typeof field(value, "href") === "string";
}

/** The text of an address. Another realm's URL, or a stand-in for one, may have no `toString` of its own. */
export function addressText(address: string | URL): string {
  return typeof address === "string" ? address : address.href;
}

/** What `fetch` answers, or a stand-in for it that can be read as bytes. */
export function isResponse(value: unknown): value is Response {
  return typeof field(value, "arrayBuffer") === "function" && typeof field(value, "ok") === "boolean";
}

/** A Blob or a File. */
export function isBlob(value: unknown): value is Blob {
  return typeof field(value, "size") === "number" && typeof field(value, "slice") === "function";
}

/** The bytes of a Blob; jsdom's has no `arrayBuffer`. */
export function readBlob(blob: Blob): Promise<ArrayBuffer> {
  if (typeof blob.arrayBuffer === "function") return blob.arrayBuffer();
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result as ArrayBuffer);
    reader.onerror = () => failed(reader.error);
    reader.readAsArrayBuffer(blob);
  });
}

export function isModule(value: unknown): value is WebAssembly.Module {
  return kindOf(value) === "WebAssembly.Module";
}

export function isSignal(value: unknown): value is AbortSignal {
  return typeof field(value, "aborted") === "boolean" && typeof field(value, "addEventListener") === "function";
}

/** The first characters of a file, enough to tell a web page. */
export function headOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 64));
}

export function headerOf(response: Response, name: string): string | null | undefined {
  return response.headers?.get?.(name);
}

/** What a response calls itself. */
export function contentType(response: Response): string {
  return String(headerOf(response, "content-type") ?? "");
}
