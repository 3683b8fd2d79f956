// One request for rows, and its answer. It goes without cookies and without the page's address: it names items that the page shows,
// and nobody. May use answer, errors and types.
import { HEAD, IDS, isPacked, MODEL, PACKED, readAll, splitRows } from "../answer.js";
import { field, messageOf, Refusal } from "../errors.js";
import type { LoadOptions, RowsOf } from "../types.js";

/** The longest address that servers and caches take; a longer list is posted, and no cache keeps the answer. */
const LONGEST_ADDRESS = 6000;

/** Milliseconds that a request may take. */
const LONGEST = 30_000;

/** The most bytes of an answer, packed or not. */
const MOST_BYTES = 2 ** 22;

/** The rows of these items, null for one that the server does not know. Throws a reason. */
export async function fetchRows(
  from: NonNullable<LoadOptions["rows"]>,
  model: string,
  ids: readonly string[],
): Promise<(Uint8Array | null)[]> {
  const given = await (typeof from === "function" ? asked(from, model, ids) : requested(from, model, ids));
  if (typeof given !== "object" || given === null) throw FOREIGN;
  if (typeof field(given, "arrayBuffer") === "function") return readAnswer(given as Response, ids.length);
  const bytes = bytesOf(given);
  if (bytes) return split(bytes, ids.length);
  const of = (id: string) => (given instanceof Map ? given.get(id) : Object.hasOwn(given, id) && field(given, id));
  return ids.map((id) => rowOf(of(id)));
}

async function asked(from: RowsOf, model: string, ids: readonly string[]): Promise<unknown> {
  try {
    return await from(ids, { model });
  } catch (error) {
    throw new Refusal("rows.failed", `\`rows\` threw (${messageOf(error)}): lists are ranked by what is known.`);
  }
}

async function requested(from: string | URL, model: string, ids: readonly string[]): Promise<Response> {
  const unpacks = typeof DecompressionStream === "function" ? [[PACKED, "1"]] : [];
  const fields = new URLSearchParams([[MODEL, model], ...unpacks, ...ids.map((id) => [IDS, id])]);
  const [path = ""] = (typeof from === "string" ? from : from.href).split("#");
  const address = `${path}${path.includes("?") ? "&" : "?"}${fields}`;
  const init: RequestInit = { credentials: "omit", referrerPolicy: "no-referrer", ...ended() };
  try {
    return await (address.length <= LONGEST_ADDRESS
      ? fetch(address, init)
      : fetch(path, { ...init, method: "POST", body: fields }));
  } catch (error) {
    throw unreachable(error);
  }
}

/** Ends a request that nobody answers, so that the next list asks anew. */
function ended(): RequestInit {
  return typeof AbortSignal.timeout === "function" ? { signal: AbortSignal.timeout(LONGEST) } : {};
}

async function readAnswer(response: Response, count: number): Promise<(Uint8Array | null)[]> {
  if (!response.ok)
    throw new Refusal(
      "rows.http",
      `Rows were refused with status ${response.status}: is their server of this model? Lists are ranked by what is known.`,
    );
  let bytes: Uint8Array | null;
  try {
    // Stand-ins for a response may have no stream.
    const { body } = response;
    bytes = body ? await readAll(body, MOST_BYTES) : new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw unreachable(error);
  }
  if (bytes === null) throw FOREIGN;
  return split(bytes, count);
}

async function split(answer: Uint8Array, count: number): Promise<(Uint8Array | null)[]> {
  const packed = isPacked(answer);
  let rest: Uint8Array | null = new Uint8Array(answer.subarray(HEAD));
  try {
    if (packed) {
      const stream = new Blob([rest as Uint8Array<ArrayBuffer>])
        .stream()
        .pipeThrough(new DecompressionStream("deflate"));
      rest = await readAll(stream, MOST_BYTES);
    }
  } catch {
    throw FOREIGN;
  }
  const rows = packed === null || rest === null ? null : splitRows(rest, count);
  if (rows === null) throw FOREIGN;
  return rows;
}

/** A copy of the bytes of one row; null where there is none. */
function rowOf(row: unknown): Uint8Array | null {
  try {
    if (typeof row === "string") return Uint8Array.from(atob(row), (character) => character.charCodeAt(0));
    return row ? (bytesOf(row)?.slice() ?? null) : null;
  } catch {
    throw FOREIGN;
  }
}

/** The bytes of a buffer, of whatever realm, or of a view; null for anything else. */
function bytesOf(given: unknown): Uint8Array | null {
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  return /ArrayBuffer\]$/.test(Object.prototype.toString.call(given)) ? new Uint8Array(given as ArrayBuffer) : null;
}

function unreachable(error: unknown): Refusal {
  return new Refusal(
    "rows.unreachable",
    `Rows cannot be fetched (${messageOf(error)}): lists are ranked by what is known.`,
  );
}

const FOREIGN = new Refusal(
  "rows.foreign",
  "What came is no rows: `rows` leads to a handler of reshelf/rows, or gives rows by their ids. Lists are ranked by what is known.",
);
