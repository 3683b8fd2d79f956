// Brings in the model's bytes, from wherever the caller has them. The only file that touches the network, at load only.
import { LONGEST_HEADER } from "../engine/numbers.js";
import { field, messageOf, missing, Refusal } from "../errors.js";
import type { Progress } from "../types.js";
import { within } from "../waiting.js";
import {
  addressText,
  bytesOf,
  contentType,
  headerOf,
  headOf,
  isAddress,
  isBlob,
  isResponse,
  kindOf,
  readBlob,
} from "./shape.js";

/** How an address is opened; Node's entry passes one that also reads files, and has their bytes at once. */
export type Open = (where: string | URL, signal?: AbortSignal, init?: RequestInit) => Promise<Response | Uint8Array>;

export async function openUrl(where: string | URL, signal?: AbortSignal, init?: RequestInit): Promise<Response> {
  if (typeof fetch !== "function") throw missing("fetch");
  return fetch(addressText(where), signal ? { signal } : init);
}

/** What is asked for: the codes of its errors begin so, and their messages name it. */
export type What = "model" | "wasm";

/**
 * What was passed, and what to call it; for an address what it leads to, or an error that says which request failed and how.
 * A response is refused that is not the file.
 */
export async function opened(
  what: What,
  given: unknown,
  open: Open,
  signal: AbortSignal | undefined,
): Promise<[source: unknown, name: string]> {
  let source = given;
  let name = `\`${what}\``;
  if (isAddress(given)) {
    name = short(addressText(given));
    try {
      source = await open(given, signal);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (error instanceof Refusal) throw error;
      const facts = { address: name, why: messageOf(error), ...(field(error, "syscall") ? { file: "file" } : {}) };
      throw new Refusal(`${what}.unreachable`, facts);
    }
  }
  if (isResponse(source)) {
    name = short(source.url || name);
    if (!source.ok) throw new Refusal(`${what}.http`, { address: name, status: String(source.status) });
  }
  return [source, name];
}

/** An address for a message: those that are data themselves may take a megabyte. */
function short(address: string): string {
  return address.length > 200 ? `${address.slice(0, 100)}…` : address;
}

export async function readModel(
  model: unknown,
  open: Open,
  signal: AbortSignal | undefined,
  onProgress: (progress: Progress) => void,
): Promise<Uint8Array> {
  const [source, name] = await opened("model", model, open, signal);
  let bytes = bytesOf(source);
  let sign = "";
  try {
    if (bytes === null && isResponse(source)) {
      const type = contentType(source);
      if (/^\s*(text\/html|application\/xhtml)/i.test(type)) sign = type;
      else bytes = await readBody(source, signal, onProgress);
    } else if (bytes === null && isBlob(source)) {
      assertSize(source.size);
      bytes = new Uint8Array(await readBlob(source));
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw error instanceof Refusal ? error : new Refusal("model.interrupted", { why: messageOf(error) });
  }
  // Servers send web pages in place of files that they do not have. What begins with a number is none.
  if (bytes && /^(\u00ef\u00bb\u00bf)?\s*<[!?a-z][^\0]{2}/i.test(headOf(bytes))) sign = "it begins with `<`";
  if (sign) throw new Refusal("artifact.foreign", { name, sign });
  if (bytes === null) throw new Refusal("model.type", { kind: kindOf(model ?? undefined) });
  return bytes;
}

/** A safetensors file begins with the length of its header, 8 bytes, and with `{`. */
const PREFIX = 8;
const BRACE = 0x7b;

/** Models of more bytes than this do not fit into a module's memory. */
const LARGEST_MODEL = 2 ** 31;

async function readBody(
  response: Response,
  signal: AbortSignal | undefined,
  onProgress: (progress: Progress) => void,
): Promise<Uint8Array> {
  // With a content encoding the length counts the packed bytes, so that it says nothing about those that arrive here.
  const announced = String(!headerOf(response, "content-encoding") && headerOf(response, "content-length"));
  let total = /^\d+$/.test(announced) ? Number(announced) : null;
  // Stand-ins for fetch may have no stream, or Node's.
  if (typeof response.body?.getReader !== "function") return new Uint8Array(await response.arrayBuffer());

  const reader = response.body.getReader();
  try {
    const chunks: Uint8Array[] = [];
    let loaded = 0;
    let needs = PREFIX + 1; // Bytes before the header can tell where the file ends,
    let end = LARGEST_MODEL; // and that end, once it has: a response that goes on for ever must not fill the memory.
    for (;;) {
      const { done, value } = await within(reader.read(), signal);
      if (done) break;
      const chunk = bytesOf(value);
      if (chunk === null) throw new TypeError(`it brings ${kindOf(value)}, not bytes`);
      chunks.push(chunk);
      loaded += chunk.byteLength;
      onProgress({ stage: "model", loaded, total });
      if (loaded >= needs) {
        const head = join(chunks, loaded);
        needs = PREFIX + Number(new DataView(head.buffer).getBigUint64(0, true));
        // No model: the engine, or the look for a web page, says what is wrong with it.
        if (needs > PREFIX + LONGEST_HEADER || head[PREFIX] !== BRACE) break;
        if (loaded >= needs) {
          end = Math.min(end, endOf(head.subarray(PREFIX, needs)) + needs);
          if (Number.isNaN(end)) break;
          total ??= end;
          needs = Infinity;
        }
      }
      if (loaded > end) assertSize(loaded, end);
    }
    return join(chunks, loaded);
  } finally {
    // What is still to come is not wanted; nothing is, as a rule.
    reader.cancel(signal?.reason).catch(() => undefined);
  }
}

function assertSize(size: number, end = LARGEST_MODEL): void {
  if (size > end) throw new Refusal("model.too_long", { end: String(end) });
}

/** The bytes that come behind a header, as it tells; NaN where it is none. */
function endOf(header: Uint8Array): number {
  try {
    let end = 0;
    for (const entry of Object.values(
      JSON.parse(new TextDecoder().decode(header)) as Record<string, { data_offsets?: number[] }>,
    ))
      end = Math.max(end, Number(entry.data_offsets?.[1] ?? 0));
    return end;
  } catch {
    return NaN;
  }
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
