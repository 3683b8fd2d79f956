/** What the shop keeps of its own between pages: the cart, how lists are viewed, that the shopper declined. Any of it may be blocked. */

/** As long as the tab, or until the browser's data of this site is cleared. */
type Place = "tab" | "browser";

const AREAS = { tab: "sessionStorage", browser: "localStorage" } as const;

/** Null where nothing is there, storage is blocked, or something else lies there. */
export function readJson(place: Place, key: string): unknown {
  try {
    return JSON.parse(globalThis[AREAS[place]].getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** Where it cannot be written it lasts as long as this page. */
export function writeJson(place: Place, key: string, value: unknown): void {
  try {
    globalThis[AREAS[place]].setItem(key, JSON.stringify(value));
  } catch {
    // Blocked, or full.
  }
}
