// How a move is shown and said: by the browser's own transition where that is asked for and wanted, and by a text for those who hear the
// page. May use nothing.

/** Moves, as a transition where one is asked for, the browser has them, and the shopper has not asked for less motion. */
export function showing(asked: boolean, move: () => void): void {
  const page = document as Document & { startViewTransition?(move: () => void): Record<string, Promise<void>> };
  if (!asked || !page.startViewTransition || matchMedia("(prefers-reduced-motion: reduce)").matches) return move();
  const { ready, finished } = page.startViewTransition(move);
  // They fail where another transition begins, or the page is hidden: the tiles have moved all the same.
  for (const promise of [ready, finished]) promise?.catch(() => undefined);
}

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
  region.textContent = text;
}
