// Tells what a caller handed in by its shape: an iframe, jsdom or a test runner's sandbox has classes of its own, so that
// `instanceof` says no to a good buffer.
import { ReshelfError } from "../errors.js";

/** The class that built a value, by the name that it goes by in every realm: `"ArrayBuffer"`, `"Blob"`, `"Promise"`. */
export function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

/** The bytes of a buffer, shared or not, or of any view of one; null for anything else. */
export function bytesOf(value: unknown): Uint8Array | null {
  const isView = ArrayBuffer.isView(value);
  if (!isBuffer(isView ? value.buffer : value)) return null;
  try {
    return isView
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : new Uint8Array(value as ArrayBuffer);
  } catch (error) {
    throw new ReshelfError("buffer.detached", "The buffer's bytes are gone: pass a copy (`buffer.slice()`).", {
      cause: error,
    });
  }
}

/** Asks for what only a buffer has: any object may call itself one, and with a `length` have as many bytes made. */
function isBuffer(value: unknown): boolean {
  const classes = [ArrayBuffer, globalThis.SharedArrayBuffer as typeof SharedArrayBuffer | undefined];
  return classes.some((each) => {
    try {
      Object.getOwnPropertyDescriptor(each?.prototype, "byteLength")?.get?.call(value);
      return each !== undefined;
    } catch {
      return false;
    }
  });
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

/** Whether bytes are the beginning of a web page, which servers send in place of files that they do not have. */
export function isPage(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 64);
  if (start.subarray(0, 8).includes(0)) return false; // A number or a magic word: neither a model nor a module begins as text.
  return /^(\u00ef\u00bb\u00bf)?\s*<[!?a-z]/i.test(String.fromCharCode(...start));
}

/** Whether a response calls itself a web page. */
export function sendsPage(response: Response): boolean {
  return /^\s*(text\/html|application\/xhtml)/i.test(contentType(response));
}

export function contentType(response: Response): string {
  return String(response.headers?.get?.("content-type") ?? "");
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
