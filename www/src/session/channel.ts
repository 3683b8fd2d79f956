// What pages, tabs and workers of one store tell each other at once; what somebody misses stands in the store. Messages are plain
// data with the protocol's version: those of another version of the package, and whatever else is said here, are not heard.
import { field } from "../errors.js";

/** Moves when messages change in a way that older packages would take wrongly. */
const PROTOCOL = 1;

export interface Message {
  /** What happened, or the session whole where something was forgotten: a parcel. */
  readonly parcel?: Uint8Array | undefined;
  /** That everything is forgotten, from who shares nothing else. */
  readonly forget?: true;
  /** That somebody begins to listen: what they missed is in the store, but for what is being written. */
  readonly hello?: true;
  /** What the shopper agreed to, or no longer does; only what was said. */
  readonly choice?: { readonly store?: boolean; readonly share?: boolean };
}

/** A message as it comes: anything may be in it. */
export type Heard = { readonly [name in keyof Message]: unknown };

export interface Channel {
  post(message: Message): void;
  close(): void;
}

/** Null where there is no BroadcastChannel: the store alone is shared then. */
export function openChannel(name: string, hear: (message: Heard) => void): Channel | null {
  let channel: BroadcastChannel;
  try {
    channel = new BroadcastChannel(`reshelf session ${name}`);
  } catch {
    return null;
  }
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (field(data, "reshelf") === PROTOCOL) hear(data as Heard);
  };
  // It keeps no process alive.
  (channel as { unref?: () => void }).unref?.();
  return {
    post: (message) => channel.postMessage({ reshelf: PROTOCOL, ...message }),
    close: () => channel.close(),
  };
}
