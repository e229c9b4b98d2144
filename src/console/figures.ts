/** Figures as they are shown. A decimal stays the text that the API sent: it is grouped or shifted, never turned into a float. */

/** For what is not known. */
export const NOTHING = "–";

const SIGNED_DECIMAL = /^(-?)(\d+)(\.\d+)?$/;
const THIN_SPACE = "\u202f";
const MINUS = "\u2212";

/** `-1234567.5` as `−1 234 567.5` with thin spaces. */
export function grouped(decimal: string | null | undefined): string {
  if (decimal === null || decimal === undefined) return NOTHING;
  const [, sign, whole = "", fraction = ""] = SIGNED_DECIMAL.exec(decimal) ?? [];
  if (sign === undefined) return decimal;
  const groups = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, THIN_SPACE);
  return `${sign === "" ? "" : MINUS}${groups}${fraction}`;
}

/** With a plus sign where it is above zero: a change, a profit. */
export function signed(decimal: string | null | undefined): string {
  return signOf(decimal) > 0 ? `+${grouped(decimal)}` : grouped(decimal);
}

/**
 * As much of a figure's text as a tile has room for, cents in any case. It is cut and never rounded, and says so: whoever shows it puts the
 * whole text beside it.
 */
export function fitting(text: string): string {
  const point = text.indexOf(".");
  if (point < 0) return text;
  const whole = text.slice(0, point).replaceAll(/\D/g, "").length;
  const end = point + 1 + Math.max(CENTS, TILE_DIGITS - whole);
  // A mark stands for more than one digit, or it saves nothing.
  return text.length > end + 1 ? `${text.slice(0, end)}…` : text;
}
export const CENTS = 2;
/** What stands in one line of the narrowest tile, with a sign: seven figures and cents. */
const TILE_DIGITS = 9;

/** The currency of a figure, where it has to be said: it is not the one that all else is in. */
export const unitOf = (
  value: string | null | undefined,
  own: string | null | undefined,
  currency: string,
): string => (value === null || value === undefined || own === currency ? "" : (own ?? ""));

export function signOf(decimal: string | null | undefined): -1 | 0 | 1 {
  if (decimal === null || decimal === undefined || !/[1-9]/.test(decimal)) return 0;
  return decimal.startsWith("-") ? -1 : 1;
}

/** A share as percent: `0.1234` is `12.34 %`. The point moves; nothing is rounded. */
export function percentOfShare(share: string | null | undefined): string {
  if (share === null || share === undefined) return NOTHING;
  const [, sign, whole = "", fraction = ""] = SIGNED_DECIMAL.exec(share) ?? [];
  if (sign === undefined) return share;
  const digits = `${whole}${fraction.slice(1).padEnd(2, "0")}`;
  const point = whole.length + 2;
  const shifted = `${digits.slice(0, point).replace(/^0+(?=\d)/, "")}.${digits.slice(point)}`;
  return `${grouped(`${sign}${shifted.replace(/\.?0*$/, "")}`)} %`;
}

/** `−1.25 %` of a change that is in percent already. */
export const percent = (decimal: string | null | undefined): string =>
  decimal === null || decimal === undefined ? NOTHING : `${signed(decimal)} %`;

/** Of analytics, which are floats: as many digits as a reader takes in. */
export function figure(value: number | null | undefined, digits = FIGURE_DIGITS): string {
  if (value === null || value === undefined) return NOTHING;
  const rounded = Number(value.toPrecision(digits));
  return Math.abs(rounded) >= 1e15 || (rounded !== 0 && Math.abs(rounded) < 1e-6)
    ? rounded.toExponential()
    : grouped(String(rounded));
}
const FIGURE_DIGITS = 6;
/** Of what lies between two prices: a hundredth of a tick, of most. */
export const PRICE_DIGITS = 9;

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** A span in its largest whole unit: `850 ms`, `12 s`, `5 min`, `3 h`, `2 d`. */
export function span(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return NOTHING;
  if (ms < SECOND_MS) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  return ms < DAY_MS ? `${Math.floor(ms / HOUR_MS)} h` : `${Math.floor(ms / DAY_MS)} d`;
}

/** Whole seconds at least, so that an age that is read twice a second does not flicker. */
export const age = (ms: number | null | undefined): string =>
  ms !== null && ms !== undefined && ms < SECOND_MS ? "now" : span(ms);

/** `14:03:07` in UTC. */
export const timeOf = (at: number): string => new Date(at).toISOString().slice(11, 19);
/** `2026-11-22 14:03:07` in UTC. */
export const momentOf = (at: number): string => new Date(at).toISOString().slice(0, 19).replace("T", " ");

/** `2026-11-22 09:03` on the clocks of a zone; in UTC where the zone is not one that this browser knows. */
export function momentIn(at: number, timeZone: string, unit: "day" | "minute"): string {
  const parts = partsIn(unit === "day" ? withinDay(at) : at, timeZone);
  const day = `${parts["year"]}-${parts["month"]}-${parts["day"]}`;
  return unit === "day" ? day : `${day} ${parts["hour"]}:${parts["minute"]}`;
}

/** A moment whose date is the one that a trading day is called by: it may begin on the evening before. */
export const withinDay = (start: number): number => start + DAY_MS / 2;

export function partsIn(at: number, timeZone: string): Readonly<Record<string, string>> {
  const format = formatOf(timeZone) ?? formatOf("UTC");
  return Object.fromEntries((format?.formatToParts(at) ?? []).map(({ type, value }) => [type, value]));
}

// A chart asks for hundreds of labels; making a format takes longer than using it a thousand times.
const formats = new Map<string, Intl.DateTimeFormat | undefined>();

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  if (!formats.has(timeZone)) formats.set(timeZone, newFormat(timeZone));
  return formats.get(timeZone);
}

function newFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-GB", {
      ...{ timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit" },
      ...{ hour: "2-digit", minute: "2-digit", second: "2-digit" },
    });
  } catch {
    return undefined;
  }
}
