/** What candlestick patterns measure: bodies, shadows and gaps of the newest candles, and what is long, short or near beside those before. */
import { before, type Ring } from "../bricks/ring.ts";

/** The newest candles. */
export type Candles = { o: Ring; h: Ring; l: Ring; c: Ring };
/** A whole candle's place, counted back from the newest, which is 0. */
type Back = number;
type Range = "body" | "height";
/** Of the `candles` before it the mean of a range, times `factor`; 0 candles: its own range. */
type Measure = { readonly range: Range; readonly candles: number; readonly factor: number };

/** TA-Lib's default settings, by its names. */
export const BODY_LONG: Measure = { range: "body", candles: 10, factor: 1 };
export const BODY_SHORT: Measure = { range: "body", candles: 10, factor: 1 };
export const BODY_DOJI: Measure = { range: "height", candles: 10, factor: 0.1 };
export const SHADOW_LONG: Measure = { range: "body", candles: 0, factor: 1 };
export const SHADOW_VERY_SHORT: Measure = { range: "height", candles: 10, factor: 0.1 };
export const NEAR: Measure = { range: "height", candles: 5, factor: 0.2 };
export const FAR: Measure = { range: "height", candles: 5, factor: 0.6 };

export const open = ({ o }: Candles, back: Back): number => before(o, back);
export const high = ({ h }: Candles, back: Back): number => before(h, back);
export const low = ({ l }: Candles, back: Back): number => before(l, back);
export const close = ({ c }: Candles, back: Back): number => before(c, back);

export const bodyTop = ({ o, c }: Candles, back: Back): number => Math.max(before(o, back), before(c, back));
export const bodyBottom = ({ o, c }: Candles, back: Back): number =>
  Math.min(before(o, back), before(c, back));
export const body = ({ o, c }: Candles, back: Back): number => Math.abs(before(c, back) - before(o, back));
export const upperShadow = (candles: Candles, back: Back): number =>
  high(candles, back) - bodyTop(candles, back);
export const lowerShadow = (candles: Candles, back: Back): number =>
  bodyBottom(candles, back) - low(candles, back);

/** One whose close is its open is white. */
export const isWhite = ({ o, c }: Candles, back: Back): boolean => before(c, back) >= before(o, back);
export const isBlack = (candles: Candles, back: Back): boolean => !isWhite(candles, back);

/** Between the body of a candle and that of an older one. */
export const gapsUp = (candles: Candles, back: Back, older: Back): boolean =>
  bodyBottom(candles, back) > bodyTop(candles, older);
export const gapsDown = (candles: Candles, back: Back, older: Back): boolean =>
  bodyTop(candles, back) < bodyBottom(candles, older);

/** What counts as long, short, near … for that candle. */
export function measure(candles: Candles, { range, candles: count, factor }: Measure, back: Back): number {
  if (count === 0) return factor * rangeOf(candles, range, back);
  let sum = 0;
  for (let older = back + count; older > back; older--) sum += rangeOf(candles, range, older);
  return factor * (sum / count);
}

const rangeOf = (candles: Candles, range: Range, back: Back): number =>
  range === "body" ? body(candles, back) : high(candles, back) - low(candles, back);
