// What keeps a session beyond its page, in the tab or on the device, and shares it: the one file that the rest of the package
// reaches, by `import()` and only where a page asked for a store. `keeper` is the whole of it for one reranker, over `replica` (one
// copy of a session among others) and `scribe` (what is written when); `store` says what a store is, `tab` and `device` are the
// two, `seal` encrypts; `parcel`, `items` and `base64` are the bytes; `channel` tells other tabs, `page` is what becomes of the
// page, `why` has the words. May use engine, errors and types, and types of core.
import type { Session } from "../core/session.js";
import { openChannel } from "./channel.js";
import { openDevice } from "./device.js";
import { type Keeper, openKeeper as open } from "./keeper.js";
import { watchPage } from "./page.js";
import { openTab } from "./tab.js";

export type { Keeper } from "./keeper.js";

const now = () => Date.now();

/** Begins to read what is kept. Writes nothing before the shopper agreed, and makes no empty store. A worker passes what watches its page. */
export function openKeeper(kind: "tab" | "device", watch = watchPage): (session: Session) => Promise<Keeper> {
  return open(kind, {
    now,
    open: (gone) => (kind === "tab" ? openTab(now) : openDevice(now, gone)),
    channel: (hear) => openChannel(kind, hear),
    watch,
  });
}
