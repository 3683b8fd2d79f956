// Moments: milliseconds, or ISO text that means the same on every device. Uses nothing.

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?(?:[Zz]|([+-])(\d\d):?(\d\d))?)?$/;

export const DAY = 86_400_000;

/** The last millisecond that a Date can name. */
const LAST = 8.64e15;

/**
 * Milliseconds since 1970 of a number, ISO text or a Date; NaN for anything else, and for the 30th of February. Text without a zone is
 * in UTC, since a policy means the same for all shoppers. `end` takes a date without a time to its last millisecond.
 */
export function momentOf(value: unknown, end = false): number {
  if (typeof value === "number") return Math.abs(value) <= LAST ? value : NaN;
  if (typeof value !== "string") return Object.prototype.toString.call(value) === "[object Date]" ? Number(value) : NaN;
  const found = ISO.exec(value.trim());
  if (!found) return NaN;
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((at) => Number(found[at] ?? 0)) as [
    ...[number, number, number],
    ...[number, number, number],
  ];
  const at = Date.UTC(year, month - 1, day, hour, minute, second, Number((found[7] ?? "0").padEnd(3, "0")));
  const sound = new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day && month >= 1 && month <= 12;
  if (!sound || hour > 23 || minute > 59 || second > 59) return NaN;
  const zone = (Number(found[9] ?? 0) * 60 + Number(found[10] ?? 0)) * 60_000;
  return at - (found[8] === "-" ? -zone : zone) + (end && found[4] === undefined ? DAY - 1 : 0);
}
