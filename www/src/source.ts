// Brings in the model's bytes, from wherever the caller has them. The only file that touches the network, at load only.
import { ReshelfError } from "./errors.js";
import type { LoadOptions, Progress } from "./types.js";

/** How a URL is opened; Node's entry passes one that also reads files. */
export type Open = (where: string | URL, signal?: AbortSignal) => Promise<Response>;

export async function openUrl(where: string | URL, signal?: AbortSignal): Promise<Response> {
  return fetch(where, signal ? { signal } : undefined);
}

/** The response to a request for `what`, or an error that says which request failed and how. */
export async function openResponse(
  what: "model" | "wasm",
  where: string | URL | Response,
  open: Open,
  signal: AbortSignal | undefined,
): Promise<Response> {
  let response: Response;
  if (typeof where === "string" || where instanceof URL) {
    try {
      response = await open(where, signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw new ReshelfError(
        `${what}.unreachable`,
        `${String(where)} could not be fetched (${(error as Error)?.message ?? error}): check the address, the connection and the page's connect-src.`,
        { cause: error },
      );
    }
  } else {
    response = where;
  }
  if (!response.ok) {
    throw new ReshelfError(
      `${what}.http`,
      `${response.url || String(where)} answered ${response.status}: check the address and that the file is published.`,
    );
  }
  return response;
}

export async function readModel(
  model: LoadOptions["model"],
  open: Open,
  signal: AbortSignal | undefined,
  onProgress: (progress: Progress) => void,
): Promise<Uint8Array> {
  if (model instanceof ArrayBuffer) return new Uint8Array(model);
  if (ArrayBuffer.isView(model)) return new Uint8Array(model.buffer, model.byteOffset, model.byteLength);
  if (typeof model !== "string" && !(model instanceof URL) && !(model instanceof Response)) {
    throw new ReshelfError("model.type", "`model` must be an address, a Response, an ArrayBuffer or a Uint8Array.");
  }
  const response = await openResponse("model", model, open, signal);
  try {
    return await readBody(response, signal, onProgress);
  } catch (error) {
    signal?.throwIfAborted();
    throw new ReshelfError(
      "model.interrupted",
      `The model stopped arriving (${(error as Error)?.message ?? error}): load it again; a used Response cannot be read twice.`,
      { cause: error },
    );
  }
}

async function readBody(
  response: Response,
  signal: AbortSignal | undefined,
  onProgress: (progress: Progress) => void,
): Promise<Uint8Array> {
  // With a content encoding the length counts the packed bytes, so that it says nothing about those that arrive here.
  const announced = response.headers.get("content-encoding") ? null : response.headers.get("content-length");
  const total = announced !== null && /^\d+$/.test(announced) ? Number(announced) : null;
  if (response.body === null) return new Uint8Array(await response.arrayBuffer());

  const reader = response.body.getReader();
  const stop = () => void reader.cancel(signal?.reason).catch(() => undefined);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const chunks: Uint8Array[] = [];
    let loaded = 0;
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) break;
      chunks.push(value);
      loaded += value.byteLength;
      onProgress({ stage: "model", loaded, total });
    }
    return join(chunks, loaded);
  } finally {
    signal?.removeEventListener("abort", stop);
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
