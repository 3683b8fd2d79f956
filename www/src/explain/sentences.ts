// The sentences of the package: templates, English and German. Shops put their own in their place. May use its own types.
import type { PositionCode, Sentences, WordOptions } from "./types.js";

const ENGLISH: Sentences = {
  pinned: ["The shop has put it here.", "The shop has put it here."],
  sponsored: ["Sponsored.", "Sponsored."],
  rule: ["A rule of the shop has put it here.", "A rule of the shop has put it here."],
  diversity: ["Here so that the list is varied.", "Here so that the list is varied."],
  "your-views": ["Because you looked at {name}.", "Because of what you looked at."],
  "your-cart": ["Because you put {name} into the cart.", "Because of what you put into the cart."],
  "your-wishes": ["Because {name} is on your wish list.", "Because of what is on your wish list."],
  "your-purchases": ["Because you bought {name}.", "Because of what you bought."],
  "your-searches": ["Because you searched for {name}.", "Because of what you searched for."],
  "your-events": ["Because of what you did with {name}.", "Because of what you did in this visit."],
  "bought-together": [
    "Goes with {name}, as other shoppers show.",
    "Goes with what you looked at, as other shoppers show.",
  ],
  similar: ["Similar to {name}.", "Similar to what you looked at."],
  "your-taste": [
    "In keeping with {name}: category, brand or price.",
    "In keeping with what you look at: category, brand or price.",
  ],
  learned: ["Because of what you click in lists.", "Because of what you click in lists."],
  popular: ["Many shoppers want it.", "Many shoppers want it."],
  "server-order": ["Where the shop's own order has it.", "Where the shop's own order has it."],
  without: [
    "Without {name} it would be at place {rank}, now it is at {now}.",
    "Without that it would be at place {rank}, now it is at {now}.",
  ],
};

const GERMAN: Sentences = {
  pinned: ["Der Shop hat es hierher gestellt.", "Der Shop hat es hierher gestellt."],
  sponsored: ["Anzeige.", "Anzeige."],
  rule: ["Eine Regel des Shops hat es hierher gestellt.", "Eine Regel des Shops hat es hierher gestellt."],
  diversity: ["Hier, damit die Liste abwechslungsreich ist.", "Hier, damit die Liste abwechslungsreich ist."],
  "your-views": ["Weil du dir {name} angesehen hast.", "Wegen dem, was du dir angesehen hast."],
  "your-cart": ["Weil du {name} in den Warenkorb gelegt hast.", "Wegen dem, was du in den Warenkorb gelegt hast."],
  "your-wishes": ["Weil {name} auf deinem Merkzettel steht.", "Wegen dem, was auf deinem Merkzettel steht."],
  "your-purchases": ["Weil du {name} gekauft hast.", "Wegen dem, was du gekauft hast."],
  "your-searches": ["Weil du nach {name} gesucht hast.", "Wegen dem, wonach du gesucht hast."],
  "your-events": ["Wegen dem, was du mit {name} gemacht hast.", "Wegen dem, was du in diesem Besuch gemacht hast."],
  "bought-together": [
    "Passt zu {name}, wie andere Kunden zeigen.",
    "Passt zu dem, was du dir angesehen hast, wie andere Kunden zeigen.",
  ],
  similar: ["Ähnlich wie {name}.", "Ähnlich wie das, was du dir angesehen hast."],
  "your-taste": [
    "Passt nach Kategorie, Marke oder Preis zu {name}.",
    "Passt nach Kategorie, Marke oder Preis zu dem, was du dir ansiehst.",
  ],
  learned: ["Wegen dem, was du in Listen anklickst.", "Wegen dem, was du in Listen anklickst."],
  popular: ["Viele Kunden wollen es.", "Viele Kunden wollen es."],
  "server-order": ["Dort, wo der Shop es einordnet.", "Dort, wo der Shop es einordnet."],
  without: [
    "Ohne {name} stünde es auf Platz {rank}, jetzt auf {now}.",
    "Ohne das stünde es auf Platz {rank}, jetzt auf {now}.",
  ],
};

/** The sentences of a language, a new object on every call: English for a language that the package does not have. */
export function sentences(locale?: string | null): Sentences {
  const german = typeof locale === "string" && /^de\b/i.test(locale);
  return { ...(german ? GERMAN : ENGLISH) };
}

/** What says a code in the caller's words. Never throws. */
export function speaker(
  options: WordOptions,
): (
  code: PositionCode | "without",
  about: { readonly item?: string | undefined; readonly text?: string | undefined },
  places?: { readonly rank: number; readonly now: number },
) => string {
  const words = { ...sentences(options.locale), ...options.sentences };
  return (code, { item, text }, places) => {
    const [named, plain] = words[code] as Partial<Sentences[typeof code]>;
    const name = text ?? (item === undefined ? undefined : nameOf(options, item));
    return String((name ? named : plain) ?? "").replace(/\{(name|rank|now)\}/g, (_, what: "name" | "rank" | "now") =>
      what === "name" ? String(name) : String(places?.[what] ?? ""),
    );
  };
}

function nameOf({ nameOf }: WordOptions, id: string): string | undefined {
  try {
    const name = nameOf?.(id);
    return typeof name === "string" ? name : undefined;
  } catch {
    return undefined;
  }
}
