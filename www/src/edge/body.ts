// An origin's body before anything is decided: its first bytes, what they are, and a way to all of them.
import type { PageReason } from "./types.js";

/** Bytes that come chunk by chunk. `read` gives null at the end, and rejects where the origin fails. */
export interface Source {
  read(): Promise<Uint8Array | null>;
  cancel(reason: unknown): Promise<void>;
}

/** How many bytes tell text from packed bytes. */
const TELLING = 64;

/** As many bytes are asked for at a time where a host gives more at once only to those who ask. */
const LARGE = 65_536;

/** Reads a body from its beginning, and can give back what was read. */
export class Body implements Source {
  /** Reads what comes next into a buffer of the host's, or into ours. */
  readonly #ask: () => Promise<ReadableStreamReadResult<Uint8Array>>;
  readonly #cancel: (reason: unknown) => Promise<void>;
  /** What was read and not yet given. */
  readonly #held: Uint8Array[] = [];
  #next: Promise<Uint8Array | null> | undefined;
  #broken = false;

  /** `large` is for hosts whose streams come in small pieces otherwise, each of which costs (workerd: 4 KB). */
  constructor(stream: ReadableStream<Uint8Array>, large = false) {
    const byob = large ? bytesReader(stream) : null;
    const reader = byob ?? stream.getReader();
    this.#ask = byob
      ? () => byob.read(new Uint8Array(LARGE))
      : () => (reader as ReadableStreamDefaultReader<Uint8Array>).read();
    this.#cancel = (reason) => reader.cancel(reason);
  }

  async read(): Promise<Uint8Array | null> {
    const next = this.#held[0] ?? (await (this.#next ??= this.#pull()));
    this.#taken();
    return next;
  }

  /** What comes next, which `read` gives still; nothing where the body is at its end, and where it fails: `read` will tell. */
  async peek(): Promise<Uint8Array> {
    const broken = () => ((this.#broken = true), null);
    const next = this.#held[0] ?? (await (this.#next ??= this.#pull()).catch(broken));
    return next ?? new Uint8Array();
  }

  /**
   * Reads on until so many bytes are held, the body ends or fails, or the time is over; returns them, which `read` gives still, and
   * what ended it.
   */
  async gather(
    most: number,
    milliseconds: number,
  ): Promise<[bytes: Uint8Array, by: "most" | "end" | "late" | "broken"]> {
    const chunks: Uint8Array[] = [];
    let count = 0;
    let stop = () => {};
    const late = new Promise<null>((done) => (stop = timer(() => done(null), milliseconds)));
    try {
      for (;;) {
        if (count >= most) return [this.#keep(chunks), "most"];
        const next = await Promise.race([this.peek(), late]);
        if (next === null || next.length === 0)
          return [this.#keep(chunks), next === null ? "late" : this.#broken ? "broken" : "end"];
        count += next.length;
        chunks.push(next);
        this.#taken();
      }
    } finally {
      stop();
    }
  }

  /** What was peeked at is taken. */
  #taken(): void {
    if (this.#held.shift() === undefined) this.#next = undefined;
  }

  #keep(chunks: readonly Uint8Array[]): Uint8Array {
    const whole = join(chunks);
    if (whole.length > 0) this.#held.unshift(whole);
    return whole;
  }

  cancel(reason: unknown): Promise<void> {
    this.#held.length = 0;
    return this.#cancel(reason);
  }

  /** All of it, as it comes. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return streamOf(this);
  }

  async #pull(): Promise<Uint8Array | null> {
    for (;;) {
      const { done, value } = await this.#ask();
      if (done) return null;
      if (!ArrayBuffer.isView(value)) throw new TypeError("a body brings bytes");
      if (value.byteLength > 0) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    }
  }
}

/** A reader that brings buffers; null where the stream takes none. */
function bytesReader(stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | null {
  try {
    return stream.getReader({ mode: "byob" });
  } catch {
    return null;
  }
}

/** A stream that asks for no more than it is asked for. */
export function streamOf(source: Source): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream(
    {
      async pull(controller) {
        const chunk = await source.read();
        if (chunk === null) controller.close();
        else controller.enqueue(chunk as Uint8Array<ArrayBuffer>);
      },
      cancel: (reason) => source.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

export function join(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0] as Uint8Array;
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/**
 * What is in a body that is told to be packed. Some hosts unpack it and leave the header as it was (`fetch` of Node and Deno),
 * others hand over what was sent: only the bytes tell.
 */
export async function unpacked(body: Body, encoding: string, milliseconds: number): Promise<Body | PageReason> {
  const [head, by] = await body.gather(TELLING, milliseconds);
  if (head.length === 0 && by !== "end") return by === "broken" ? "origin" : "deadline";
  if (isText(head)) return body;
  const format = formatOf(head);
  if (format === null || encoding.includes(",")) return "encoded";
  try {
    const packed = body.stream() as ReadableStream<BufferSource>;
    return new Body(packed.pipeThrough(new DecompressionStream(format)) as ReadableStream<Uint8Array>);
  } catch {
    return "encoded"; // This host cannot unpack it.
  }
}

/** Whether a body that is told to be packed is none: its host unpacked it. */
export async function isPlain(body: Body, milliseconds: number): Promise<boolean> {
  const [head] = await body.gather(TELLING, milliseconds);
  return isText(head);
}

/** Without the control characters that no text has, and without the magic of Zstandard, which may show text at once (RFC 8878). */
function isText(head: Uint8Array): boolean {
  const zstd = head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd;
  return head.length > 0 && !zstd && head.every((byte) => byte > 31 || (byte > 8 && byte < 14) || byte === 27);
}

/** By the first bytes of the format: RFC 1952 of gzip, RFC 1950 of zlib. */
function formatOf([first = 0, second = 0]: Uint8Array): CompressionFormat | null {
  if (first === 0x1f && second === 0x8b) return "gzip";
  return (first & 15) === 8 && ((first << 8) | second) % 31 === 0 ? "deflate" : null;
}

/** The charset that the first bytes mark; "utf-16" for either kind. */
export function markOf(head: Uint8Array): "utf-8" | "utf-16" | null {
  const [first, second, third] = head;
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  return (first === 0xfe && second === 0xff) || (first === 0xff && second === 0xfe) ? "utf-16" : null;
}

/** What a wait has come to nothing with. */
export const LATE: unique symbol = /* @__PURE__ */ Symbol();

/** Waits, but no longer than so many milliseconds. Leaves no timer behind. */
export async function within<T>(promise: PromiseLike<T>, milliseconds: number): Promise<T | typeof LATE> {
  let stop = () => {};
  const late = new Promise<typeof LATE>((done) => (stop = timer(() => done(LATE), milliseconds)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    stop();
  }
}

/** The longest that timers wait. */
const MOST_DELAY = 2 ** 31 - 1;

/** Calls once after a while, unless the function that it returns was called before. */
export function timer(call: () => void, milliseconds: number): () => void {
  if (milliseconds > MOST_DELAY) return () => undefined;
  const id = setTimeout(call, milliseconds);
  return () => clearTimeout(id);
}
