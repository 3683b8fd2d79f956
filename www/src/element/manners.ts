// What a move leaves alone, and how it is shown and said: by the browser's own transition where that is asked for and wanted, and by a
// text for those who hear the page. May use tiles.
import { rootOf } from "../tiles/index.js";

/** Frames and open dialogs begin anew where they are taken out and put in; browsers that move nodes as they are need not do that. */
const isMovable = () => "moveBefore" in Element.prototype;
const POPOVER = ":popover-open";
const FRAGILE = ["iframe, embed, object, dialog[open]", POPOVER];

/** Holds the focus, a part of the selection, something that plays, what would begin anew, or what fills the screen. */
export function inUse(tile: Element): boolean {
  const page = tile.ownerDocument;
  const root = rootOf(tile);
  const selection = (root as Document).getSelection?.() ?? page.getSelection();
  if (tile.contains(root.activeElement) && root.activeElement !== page.body) return true;
  if (selection && !selection.isCollapsed && selection.containsNode(tile, true)) return true;
  if (root.fullscreenElement && tile.contains(root.fullscreenElement)) return true;
  if (!isMovable() && FRAGILE.some((each) => (each !== POPOVER || knows(each)) && tile.querySelector(each)))
    return true;
  return [...tile.querySelectorAll<HTMLMediaElement>("audio, video")].some(({ paused, ended }) => !paused && !ended);
}

const knows = (selector: string) => CSS.supports(`selector(${selector})`);

/** Moves, as a transition where one is asked for, the browser has them, and the shopper has not asked for less motion. */
export function showing(asked: boolean, move: () => void): void {
  const page = document as Document & { startViewTransition?(move: () => void): Record<string, Promise<void>> };
  if (!asked || !page.startViewTransition || matchMedia("(prefers-reduced-motion: reduce)").matches) return move();
  const { ready, finished } = page.startViewTransition(move);
  // They fail where another transition begins, or the page is hidden: the tiles have moved all the same.
  for (const promise of [ready, finished]) promise?.catch(() => undefined);
}

/** Milliseconds. */
const UNTIL_KNOWN = 100;

/** One for all lists of a page, so that they do not talk at once. */
let region: HTMLElement | undefined;

/** Says a text once whoever listens has finished what they hear. */
export function announce(page: Document, text: string | null): void {
  if (!text) return;
  if (region?.ownerDocument !== page || !region.isConnected) {
    region = page.createElement("div");
    region.setAttribute("role", "status");
    // Heard and not seen. Set by script, which a strict policy allows.
    region.style.cssText =
      "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap";
    page.body.append(region);
  }
  // Readers tell of what changes in a region that they know: in one that comes with its text many say nothing.
  const known = region;
  setTimeout(() => (known.textContent = text), UNTIL_KNOWN);
}
