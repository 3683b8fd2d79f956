// Brings in the model's bytes, from wherever the caller has them. The only file that touches the network, at load only.
import { LONGEST_HEADER } from "../engine/numbers.js";
import { messageOf, missing, ReshelfError } from "../errors.js";
import type { LoadOptions, Progress } from "../types.js";
import {
  addressText,
  bytesOf,
  contentType,
  isAddress,
  isBlob,
  isPage,
  isResponse,
  kindOf,
  readBlob,
  sendsPage,
} from "./shape.js";

/** How an address is opened; Node's entry passes one that also reads files, and has their bytes at once. */
export type Open = (where: string | URL, signal?: AbortSignal) => Promise<Response | Uint8Array>;

export async function openUrl(where: string | URL, signal?: AbortSignal): Promise<Response> {
  if (typeof fetch !== "function") throw missing(["fetch"]);
  return fetch(addressText(where), signal ? { signal } : undefined);
}

/** What is asked for: the codes of its errors begin so, and their messages name it. */
export type What = "model" | "wasm";

/** What an address leads to, or an error that says which request failed and how. */
export async function openAddress(
  what: What,
  where: string | URL,
  open: Open,
  signal: AbortSignal | undefined,
): Promise<Response | Uint8Array> {
  try {
    return await open(where, signal);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof ReshelfError) throw error;
    const { message, syscall } = (error ?? {}) as { message?: string; syscall?: string };
    const facts = {
      address: short(addressText(where)),
      why: String(message ?? error),
      ...(syscall && { file: syscall }),
    };
    throw new ReshelfError(`${what}.unreachable`, facts, { cause: error });
  }
}

/** Refuses a response that is not the file. */
export function assertAnswered(what: What, response: Response, address: string): void {
  if (response.ok) return;
  throw new ReshelfError(`${what}.http`, { address: short(response.url || address), status: String(response.status) });
}

export async function readModel(
  model: LoadOptions["model"] | undefined,
  open: Open,
  signal: AbortSignal | undefined,
  onProgress: (progress: Progress) => void,
): Promise<Uint8Array> {
  let name = "What was passed as `model`";
  let source: unknown = model;
  if (isAddress(model)) {
    name = short(addressText(model));
    source = await openAddress("model", model, open, signal);
  }
  let bytes = bytesOf(source);
  if (bytes === null && isResponse(source)) {
    if (source.url) name = short(source.url);
    assertAnswered("model", source, name);
    if (sendsPage(source)) throw pageInPlaceOfModel(name, contentType(source));
    bytes = await arriving(readBody(source, signal, onProgress), signal);
  } else if (bytes === null && isBlob(source)) {
    assertSize(source.size);
    bytes = new Uint8Array(await arriving(readBlob(source), signal));
  }
  if (bytes === null) throw new ReshelfError("model.type", { kind: kindOf(model ?? undefined) });
  if (isPage(bytes)) throw pageInPlaceOfModel(name, "it begins with `<`");
  return bytes;
}

function pageInPlaceOfModel(name: string, sign: string): ReshelfError {
  return new ReshelfError("artifact.foreign", { name, sign });
}

async function arriving<T>(body: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await body;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof ReshelfError) throw error;
    throw new ReshelfError("model.interrupted", { why: messageOf(error) }, { cause: error });
  }
}

async function readBody(
  response: Response,
  signal: AbortSignal | undefined,
  onProgress: (progress: Progress) => void,
): Promise<Uint8Array> {
  // With a content encoding the length counts the packed bytes, so that it says nothing about those that arrive here.
  const announced = response.headers?.get?.("content-encoding") ? null : response.headers?.get?.("content-length");
  const total = announced != null && /^\d+$/.test(announced) ? Number(announced) : null;
  // Stand-ins for fetch may have no stream, or Node's.
  if (typeof response.body?.getReader !== "function") return new Uint8Array(await response.arrayBuffer());

  const reader = response.body.getReader();
  const stop = () => void reader.cancel(signal?.reason).catch(() => undefined);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const chunks: Uint8Array[] = [];
    let loaded = 0;
    let needs = 1; // Bytes before the header can tell where the file ends,
    let end = LARGEST_MODEL; // and that end, once it has.
    for (;;) {
      const { done, value } = await reader.read();
      if (signal?.aborted) throw signal.reason;
      if (done) break;
      const chunk = bytesOf(value);
      if (chunk === null) throw new TypeError(`the stream brings ${kindOf(value)} in place of bytes`);
      chunks.push(chunk);
      loaded += chunk.byteLength;
      onProgress({ stage: "model", loaded, total });
      if (loaded >= needs) {
        const extent = extentOf(join(chunks, loaded));
        if (extent === "foreign") break; // The engine, or the look for a web page, says what is wrong with it.
        if ("needs" in extent) needs = extent.needs;
        else [needs, end] = [Infinity, Math.min(end, extent.end)];
      }
      if (loaded > end) assertSize(loaded, end);
    }
    return join(chunks, loaded);
  } finally {
    signal?.removeEventListener("abort", stop);
    stop(); // What is still to come is not wanted; nothing is, as a rule.
  }
}

function assertSize(size: number, end = LARGEST_MODEL): void {
  if (size <= end) return;
  const limit = end === LARGEST_MODEL ? `a model has ${end} bytes at most` : `by its header it has ${end} bytes`;
  throw new ReshelfError("model.too_long", { limit });
}

/** An address for a message: those that are data themselves may take a megabyte. */
function short(address: string): string {
  return address.length > 200 ? `${address.slice(0, 100)}…` : address;
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

// Where the file ends, told by its own header while the bytes arrive: a response that goes on for ever must not fill the page's
// memory.

/** A safetensors file begins with the length of its header, 8 bytes, and with `{`. */
const PREFIX = 8;
const BRACE = 0x7b;

/** Models of more bytes than this do not fit into a module's memory. */
const LARGEST_MODEL = 2 ** 31;

/** What the first bytes of a file say of its end. */
type Extent =
  /** So many bytes must be there before more can be told. */
  | { readonly needs: number }
  /** The file has so many bytes. */
  | { readonly end: number }
  /** This is no model: further bytes are of no use. */
  | "foreign";

function extentOf(head: Uint8Array): Extent {
  if (head.length <= PREFIX) return { needs: PREFIX + 1 };
  const length = Number(new DataView(head.buffer, head.byteOffset).getBigUint64(0, true));
  if (length > LONGEST_HEADER || head[PREFIX] !== BRACE) return "foreign";
  if (head.length < PREFIX + length) return { needs: PREFIX + length };
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(head.subarray(PREFIX, PREFIX + length)));
    let end = 0;
    for (const entry of Object.values(header as Record<string, { data_offsets?: readonly number[] }>)) {
      end = Math.max(end, Number(entry.data_offsets?.[1] ?? 0));
    }
    return Number.isSafeInteger(end) ? { end: PREFIX + length + end } : "foreign";
  } catch {
    return "foreign";
  }
}
