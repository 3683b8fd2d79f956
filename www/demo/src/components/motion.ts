/** Moving tiles to their new places: First, Last, Invert, Play, through the Web Animations API (no style attribute). */

const DURATION = 520; // milliseconds
const STAGGER = 14; // milliseconds from one tile to the next
const MOST_STAGGER = 180; // milliseconds
const EASING = "cubic-bezier(0.2, 0.75, 0.2, 1)";

const still = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Runs `change`, which reorders the container's children, and animates each child from where it was to where it now is.
 * Children that are new fade in; what is off the screen before and after stays out of it.
 */
export function reorder(container: HTMLElement, change: () => void): void {
  if (still.matches) return change();
  const before = new Map<Element, DOMRect>();
  for (const child of container.children) before.set(child, child.getBoundingClientRect());
  change();

  const animations: Animation[] = [];
  let place = 0;
  for (const child of container.children) {
    const to = child.getBoundingClientRect();
    const from = before.get(child);
    if (!onScreen(to) && (from === undefined || !onScreen(from))) continue;
    const frames = from === undefined ? appear() : move(from, to);
    if (frames === null) continue;
    const timing = {
      duration: DURATION,
      delay: Math.min(place++ * STAGGER, MOST_STAGGER),
      easing: EASING,
      fill: "backwards" as const,
    };
    animations.push(child.animate(frames, timing));
  }
  if (animations.length === 0) return;

  // A tap on a tile in flight would open whichever product passes under the finger.
  container.classList.add("is-moving");
  const settled = Promise.allSettled(animations.map((animation) => animation.finished));
  void settled.then(() => container.classList.remove("is-moving"));
}

function onScreen(rect: DOMRect): boolean {
  return rect.bottom > 0 && rect.top < innerHeight && rect.right > 0 && rect.left < innerWidth;
}

function appear(): Keyframe[] {
  return [
    { opacity: 0, transform: "translateY(24px) scale(0.96)" },
    { opacity: 1, transform: "none" },
  ];
}

function move(from: DOMRect, to: DOMRect): Keyframe[] | null {
  const x = from.left - to.left;
  const y = from.top - to.top;
  if (Math.abs(x) < 1 && Math.abs(y) < 1) return null;
  // Tiles that move up the list pass over those that move down.
  const zIndex = y > 0 || (y === 0 && x > 0) ? 2 : 1;
  return [
    { transform: `translate(${x}px, ${y}px)`, zIndex },
    { transform: "none", zIndex },
  ];
}
