/** Numbers, prices and times as the shopper reads them. */

const MONEY = { style: "currency", currency: "EUR" } as const;
let money = new Intl.NumberFormat("en-IE", MONEY);
let round = new Intl.NumberFormat("en-IE", { ...MONEY, maximumFractionDigits: 0 });
const whole = new Intl.NumberFormat("en-IE");
const clock = new Intl.DateTimeFormat("en-IE", { hour: "2-digit", minute: "2-digit" });

/** Sets the currency of every price on the page; an unknown code keeps the euro. */
export function useCurrency(code: string): void {
  try {
    money = new Intl.NumberFormat("en-IE", { ...MONEY, currency: code });
    round = new Intl.NumberFormat("en-IE", { ...MONEY, currency: code, maximumFractionDigits: 0 });
  } catch {
    // A bad code in the data must not cost the shop its prices.
  }
}

export const price = (amount: number): string => money.format(amount);
/** About so much, without cents. */
export const roundPrice = (amount: number): string => round.format(amount);
export const count = (value: number): string => whole.format(value);
export const time = (milliseconds: number): string => clock.format(milliseconds);

/** "1 product", "2,000 products". */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** A duration. Browsers round their clocks to 0.1 ms, so a shorter one reads as "under 0.1 ms". */
export function duration(milliseconds: number): string {
  if (milliseconds < 0.1) return "under 0.1 ms";
  return milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${count(Math.round(milliseconds))} ms`;
}

/** A size in KB or MB (powers of 1,000). */
export function bytes(size: number): string {
  return size < 1e6 ? `${count(Math.max(1, Math.round(size / 1e3)))} KB` : `${(size / 1e6).toFixed(1)} MB`;
}

const ENDINGS: { readonly [rule: string]: string } = { one: "st", two: "nd", few: "rd" };
const ordinals = new Intl.PluralRules("en", { type: "ordinal" });

/** "1st", "22nd", "113th". */
export const ordinal = (value: number): string => `${count(value)}${ENDINGS[ordinals.select(value)] ?? "th"}`;
