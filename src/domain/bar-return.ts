/** What a bar's close returned on the close of the bar before it, as symbols tell it to who reckons with covariances. */

/** Widths that returns are told of, the usual one first. */
export const RETURN_RESOLUTIONS = ["1D", "60", "15", "5", "1"] as const;
export type ReturnResolution = (typeof RETURN_RESOLUTIONS)[number];

/** Returns are told as whole numbers of this part. */
export const RETURN_SCALE = 9;

/**
 * A bar's slot is a number that grows with time and is the same for all symbols: of days the date by which they are called, of narrower ones
 * how many widths its start is from 1970.
 */
export type SlotReturn = readonly [slot: number, billionths: number];

/** One that has closed or was revised. `before` is the slot of the bar before it: who does not have that one has missed something. */
export type ReturnNews = readonly [
  resolution: ReturnResolution,
  slot: number,
  billionths: number,
  before: number,
];
/** In place of the slot before: bars of that width are others than were told, and are to be asked for. */
export const RETOLD = -1;

export type SymbolReturns = {
  readonly resolution: ReturnResolution;
  /** Bars of that width in a session. */
  readonly barsPerDay: number;
  /** Ascending. */
  readonly returns: readonly SlotReturn[];
};

/** The newest so many are kept and told: a year of days. */
export const RETURNS_MAX = 250;

export const isReturnResolution = (text: string): text is ReturnResolution =>
  RETURN_RESOLUTIONS.some((known) => known === text);

export const isReturnNews = (news: unknown): news is ReturnNews =>
  Array.isArray(news) &&
  news.length === 4 &&
  isReturnResolution(news[0] as string) &&
  news.slice(1).every(Number.isSafeInteger);

export const isSymbolReturns = ({ resolution, barsPerDay, returns }: SymbolReturns): boolean =>
  isReturnResolution(resolution) &&
  Number.isSafeInteger(barsPerDay) &&
  barsPerDay > 0 &&
  Array.isArray(returns) &&
  returns.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(Number.isSafeInteger));
