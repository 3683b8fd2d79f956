// The entry `reshelf/rows`: ids in, their rows out, for a server or an edge worker. It knows no engine, keeps nothing and looks at
// nothing of a request but the model's version and the ids: what it answers is the same for everybody. May use answer.
import { answerOf, IDS, joinRows, MODEL, MOST_ASKED, PACKED, readAll } from "../answer.js";
import { openRowsFile, type RowsFile } from "./file.js";
import type { RowsHandler, RowsHandlerOptions } from "./types.js";

export type * from "./types.js";

const DAY = 86_400;

/** The most bytes of a list that is posted: the longest ids of a shop, and as many as may be asked for. */
const MOST_POSTED = 2 ** 20;

/**
 * A fetch handler for the rows of one model. `GET ?model=VERSION&ids=a&ids=b` answers with the rows of these items, in this order;
 * a list that is too long for an address is posted as a form with the same fields. Bytes that are no file of rows make a handler
 * that answers 503.
 */
export function rowsHandler(options: RowsHandlerOptions): RowsHandler {
  const file = opened(options);
  const seconds = Number(options?.maxAge ?? DAY);
  const keep = `public, max-age=${seconds >= 0 ? Math.floor(seconds) : DAY}`;
  return async (request) => {
    try {
      return file
        ? await answer(file, keep, request)
        : refused(503, "These are no rows of `reshelf rows --out FILE.rows`.");
    } catch {
      return refused(400, "The request cannot be read.");
    }
  };
}

function opened(options: RowsHandlerOptions): RowsFile | null {
  try {
    const { rows } = options;
    const bytes = ArrayBuffer.isView(rows)
      ? new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength)
      : new Uint8Array(rows);
    return openRowsFile(bytes);
  } catch {
    return null;
  }
}

async function answer(file: RowsFile, keep: string, request: Request): Promise<Response> {
  const { method } = request;
  if (method !== "GET" && method !== "HEAD" && method !== "POST")
    return refused(405, "Rows are asked for with GET, or POST.", { allow: "GET, HEAD, POST" });
  const asked = method === "POST" ? await posted(request) : new URL(request.url).searchParams;
  const [model, ids] = [asked?.get(MODEL), asked?.getAll(IDS) ?? []];
  if (!asked || !model) return refused(400, "Which model? `model` is its version, as `info().model` tells it.");
  if (ids.length === 0 || ids.length > MOST_ASKED) return refused(400, `A request names 1 to ${MOST_ASKED} \`ids\`.`);
  if (model !== file.model) return refused(404, "These rows are of another model.");
  const headers = {
    "cache-control": keep,
    etag: `"${encodeURIComponent(model)}"`,
    "content-type": "application/octet-stream",
    "x-content-type-options": "nosniff",
    ...ANYWHERE,
  };
  // An address names model and items: what was answered to it once holds for as long as there are rows of that model.
  if (request.headers.get("if-none-match")?.includes(headers.etag)) return new Response(null, { status: 304, headers });
  const bytes = await packed(joinRows(ids.map(file.find)), asked.has(PACKED));
  return new Response(method === "HEAD" ? null : bytes, { headers });
}

/** The form that was posted; null for one that is too long. */
async function posted(request: Request): Promise<URLSearchParams | null> {
  const bytes = request.body && (await readAll(request.body, MOST_POSTED));
  return bytes && new URLSearchParams(new TextDecoder().decode(bytes));
}

/** An answer, packed where that is wanted and the host can. */
async function packed(body: Uint8Array<ArrayBuffer>, wanted: boolean): Promise<Uint8Array<ArrayBuffer>> {
  const stream = wanted && typeof CompressionStream === "function" && new Response(body).body;
  if (!stream) return answerOf(false, body);
  return answerOf(true, await new Response(stream.pipeThrough(new CompressionStream("deflate"))).arrayBuffer());
}

/** Pages of any origin may read it: rows are as public as the model. */
const ANYWHERE = { "access-control-allow-origin": "*" };

/** What nobody is to keep. */
function refused(status: number, why: string, headers: Record<string, string> = {}): Response {
  return new Response(why, { status, headers: { "cache-control": "no-store", ...ANYWHERE, ...headers } });
}
