// Whether somebody uses a tile: it must not be taken from under them, wherever it stands. May use nothing.

/** Frames begin anew where they are taken out and put in; browsers that move nodes as they are need not do that. */
const isMovable = () => "moveBefore" in Element.prototype;

/** Holds the focus, a part of the selection, something that plays, a frame that would begin anew, or what fills the screen. */
export function inUse(tile: Element): boolean {
  const page = tile.ownerDocument;
  const selection = page.getSelection();
  if (tile.contains(page.activeElement) && page.activeElement !== page.body) return true;
  if (selection && !selection.isCollapsed && selection.containsNode(tile, true)) return true;
  if (!isMovable() && tile.querySelector("iframe, embed, object")) return true;
  if (page.fullscreenElement && tile.contains(page.fullscreenElement)) return true;
  return [...tile.querySelectorAll<HTMLMediaElement>("audio, video")].some(({ paused, ended }) => !paused && !ended);
}
