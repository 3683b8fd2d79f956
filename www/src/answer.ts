// Rows on their way: what a handler (rows/) answers and a page (prepare/) reads. Of rows of one model the heads are much alike,
// byte by byte: their first bytes go column by column, so that what packs the answer finds that. May use nothing.

/** The most items that one request names. */
export const MOST_ASKED = 2000;

/** What parameters of a request are called: the model's version, each id, and that the page unpacks answers. */
export const [MODEL, IDS, PACKED] = ["model", "ids", "packed"] as const;

/** The first bytes of an answer: "RSA" and the layout's version; behind them 1 where the rest is packed (zlib), else 0. */
const MAGIC = [0x52, 0x53, 0x41, 1];
export const HEAD = MAGIC.length + 1;

/** So many first bytes of each row go by columns: what comes before its codes. */
const COLUMNS = 32;

/** The longest row that can travel: its length takes two bytes. */
const LONGEST_ROW = 0xffff;

/** An answer of these rows, which are packed or not. */
export function answerOf(packed: boolean, rows: Uint8Array | ArrayBuffer): Uint8Array<ArrayBuffer> {
  const answer = new Uint8Array(HEAD + rows.byteLength);
  answer.set([...MAGIC, Number(packed)]);
  answer.set(new Uint8Array(rows), HEAD);
  return answer;
}

/** Whether what follows the head of an answer is packed; null for what is no answer. */
export function isPacked(answer: Uint8Array): boolean | null {
  const packed = answer[MAGIC.length];
  return MAGIC.every((byte, at) => answer[at] === byte) && (packed === 0 || packed === 1) ? packed === 1 : null;
}

/** What follows the head: the length of each row that was asked for (0 for none), u16 little-endian; the columns; the rests. */
export function joinRows(rows: readonly (Uint8Array | null)[]): Uint8Array<ArrayBuffer> {
  const there = rows.map((row) => (row && row.length <= LONGEST_ROW ? row : new Uint8Array(0)));
  const bytes = new Uint8Array(there.reduce((sum, { length }) => sum + length, 2 * there.length));
  const view = new DataView(bytes.buffer);
  there.forEach(({ length }, at) => view.setUint16(2 * at, length, true));
  let at = 2 * there.length;
  for (let column = 0; column < COLUMNS; column++)
    for (const row of there) if (column < row.length) bytes[at++] = row[column] as number;
  for (const row of there) {
    bytes.set(row.subarray(COLUMNS), at);
    at += Math.max(0, row.length - COLUMNS);
  }
  return bytes;
}

/** The same back, for so many rows; null for what is not that. */
export function splitRows(bytes: Uint8Array, count: number): (Uint8Array<ArrayBuffer> | null)[] | null {
  if (bytes.length < 2 * count) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const rows = Array.from({ length: count }, (_, at) => new Uint8Array(view.getUint16(2 * at, true)));
  if (rows.reduce((sum, { length }) => sum + length, 2 * count) !== bytes.length) return null;
  let at = 2 * count;
  for (let column = 0; column < COLUMNS; column++)
    for (const row of rows) if (column < row.length) row[column] = bytes[at++] as number;
  for (const row of rows) {
    const rest = Math.max(0, row.length - COLUMNS);
    if (rest > 0) row.set(bytes.subarray(at, at + rest), COLUMNS);
    at += rest;
  }
  return rows.map((row) => (row.length > 0 ? row : null));
}

/** All bytes of a stream; null where there are more than so many. */
export async function readAll(
  stream: ReadableStream<Uint8Array>,
  most: number,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    chunks.push(value);
    if (length > most) {
      reader.cancel().catch(() => undefined);
      return null;
    }
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
