// Knows what was said twice: one thing that the shopper did, told by two voices (a source, the form of a push, the name of an
// event), counts once. Pure but for the clock.

/** Milliseconds in which two voices may tell the same thing. */
const WINDOW = 10_000;
/** What is remembered: things, and tellings of each. */
const MOST_THINGS = 1024;
const MOST_TELLINGS = 16;

interface Telling {
  readonly at: number;
  /** Who has told it. */
  readonly voices: string[];
  /** Who is still to tell it, however late: a library of what its queue held. */
  readonly awaits: string | undefined;
}

/**
 * Whether something is new. A voice that tells a thing again has seen it again; another one that tells it within ten seconds
 * means what the first has told, once for each time: so two voices that tell three purchases tell three.
 */
export function repeats(): (thing: string, voice: string, awaits?: string) => boolean {
  const things = new Map<string, Telling[]>();
  return (thing, voice, awaits) => {
    const now = Date.now();
    const recent = (telling: Telling) => Math.abs(now - telling.at) < WINDOW;
    const tellings = (things.get(thing) ?? []).filter((telling) => telling.awaits || recent(telling));
    const meant = tellings.find(
      (telling) => !telling.voices.includes(voice) && (telling.awaits === voice || recent(telling)),
    );
    if (meant) meant.voices.push(voice);
    else tellings.push({ at: now, voices: [voice], awaits });
    things.delete(thing); // So that it is the newest.
    things.set(thing, tellings.slice(-MOST_TELLINGS));
    for (const oldest of things.keys()) {
      if (things.size <= MOST_THINGS) break;
      things.delete(oldest);
    }
    return !meant;
  };
}
