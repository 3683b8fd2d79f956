// The store of one tab: one text in sessionStorage, which every write puts in whole, so that none is ever half done. Not encrypted,
// since no key could be kept from whoever reads it. Frames of the tab have the same one; no other tab does.

import { fromBase64, toBase64 } from "../base64.js";
import type { Refusal } from "../errors.js";
import { type Kept, type Mark, MOST_AGE, newVersion, type SessionStore } from "./store.js";
import { DAMAGED, NEWER, unsupported } from "./why.js";

const NAME = "reshelf session";
const FORMAT = 1;

/** Base and records as base64. */
interface Body {
  readonly version: number;
  readonly share: boolean;
  readonly base: string | null;
  readonly records: readonly string[];
}

/** The same with what the text tells of itself. */
interface Text extends Body {
  readonly format: typeof FORMAT;
  /** When. */
  readonly written: number;
}

/** The reason where there is no sessionStorage; whether it may be used shows when it is. */
export function openTab(now: () => number): SessionStore | Refusal {
  if (!("sessionStorage" in globalThis)) return unsupported("sessionStorage");

  /** What is there; null for nothing, for what is too old and for what nobody of ours wrote. */
  const load = (): Text | null => {
    const text = sessionStorage.getItem(NAME);
    if (text === null) return null;
    const read = parsed(text);
    if (read && now() - read.written <= MOST_AGE) return read;
    sessionStorage.removeItem(NAME);
    return null;
  };
  const save = (body: Body): void =>
    sessionStorage.setItem(NAME, JSON.stringify({ ...body, format: FORMAT, written: now() } satisfies Text));

  return {
    shared: false,
    async read(choice): Promise<Kept | null> {
      let body: Body | null = load();
      if (choice) save((body = { ...(body ?? { version: newVersion(), base: null, records: [] }), ...choice }));
      return body && kept(body);
    },
    async append(version, parcel) {
      const text = load();
      if (text?.version !== version) return -1;
      save({ ...text, records: [...text.records, toBase64(parcel)] });
      return text.records.length + 1;
    },
    async replace(seen: Mark | null, parcel) {
      const text = load();
      if (!text || (seen && (text.version !== seen.version || text.records.length !== seen.count))) return null;
      const version = text.version + 1;
      save({ ...text, version, base: parcel && toBase64(parcel), records: [] });
      return { version, count: 0 };
    },
    async erase() {
      sessionStorage.removeItem(NAME);
    },
    close() {},
  };
}

function parsed(text: string): Text | null {
  let read: Partial<Text>;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  if (Number(read?.format) > FORMAT) throw NEWER;
  const texts = [read?.base ?? "", ...(Array.isArray(read?.records) ? read.records : [null])];
  const whole = typeof read?.version === "number" && texts.every((part) => typeof part === "string");
  return whole && typeof read.written === "number" ? (read as Text) : null;
}

function kept({ version, share, base, records }: Body): Kept {
  const parcels: Uint8Array[] = [];
  let lost: Refusal | null = null;
  for (const text of base === null ? records : [base, ...records]) {
    try {
      parcels.push(fromBase64(text));
    } catch {
      lost = DAMAGED;
    }
  }
  return { mark: { version, count: records.length }, share: share === true, writer: 0, parcels, late: false, lost };
}
