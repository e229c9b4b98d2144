/** A bar as indicators see it: float64 throughout, and the trading day that it lies in. */
export type IndicatorBar = {
  /** Start of the bar, ms. */
  readonly t: number;
  readonly o: number;
  readonly h: number;
  readonly l: number;
  readonly c: number;
  readonly v: number;
  /** Start of its trading day, ms: what is anchored to a day begins anew where this changes. */
  readonly day: number;
};

export const SOURCES = ["open", "high", "low", "close", "volume", "hl2", "hlc3", "ohlc4"] as const;
export type Source = (typeof SOURCES)[number];

export const isSource = (text: string): text is Source => (SOURCES as readonly string[]).includes(text);

const READERS: Readonly<Record<Source, (bar: IndicatorBar) => number>> = {
  open: ({ o }) => o,
  high: ({ h }) => h,
  low: ({ l }) => l,
  close: ({ c }) => c,
  volume: ({ v }) => v,
  hl2: ({ h, l }) => (h + l) / 2,
  hlc3: ({ h, l, c }) => (h + l + c) / 3,
  ohlc4: ({ o, h, l, c }) => (o + h + l + c) / 4,
};

/** Which number of a bar an indicator reads. */
export const readerOf = (source: Source): ((bar: IndicatorBar) => number) => READERS[source];

/** Above this a sum of five could overflow, and no price is near it. */
const NUMBER_MAX = 1e300;

/** The door: what is not a finite number would stay in a recursive state for ever. */
export function assertBar(bar: IndicatorBar): void {
  const { t, o, h, l, c, v, day } = bar;
  // One comparison for all: NaN fails it, and so does whatever is too large.
  const size =
    Math.abs(o) + Math.abs(h) + Math.abs(l) + Math.abs(c) + Math.abs(v) + Math.abs(t) + Math.abs(day);
  if (!(size < NUMBER_MAX)) throw new RangeError("a bar holds a number that is not finite");
}
