/** What the shop keeps of its own between pages: the cart, how lists are viewed, that the shopper declined. Any of it may be blocked. */

type Place = "localStorage" | "sessionStorage";

/** Null where nothing is there, storage is blocked, or something else lies there. */
export function readJson(place: Place, key: string): unknown {
  try {
    return JSON.parse(globalThis[place].getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** Where it cannot be written it lasts as long as this page. */
export function writeJson(place: Place, key: string, value: unknown): void {
  try {
    globalThis[place].setItem(key, JSON.stringify(value));
  } catch {
    // Blocked, or full.
  }
}
