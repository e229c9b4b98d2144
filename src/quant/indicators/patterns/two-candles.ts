/** Patterns of two candles: the newest beside the one before. */
import {
  BODY_LONG,
  BODY_SHORT,
  body,
  bodyBottom,
  bodyTop,
  type Candles,
  close,
  high,
  isBlack,
  isWhite,
  low,
  measure,
  open,
} from "./candles.ts";
import { isDoji } from "./one-candle.ts";
import { bearish, bullish, type PatternRule, type Verdict } from "./pattern-rule.ts";

/** How far into the body before a piercing or a dark cloud must close. */
const HALF = 0.5;

/** The body holds that of the other colour before, and reaches beyond it on one end at least. */
export const engulfing: PatternRule = (candles) => {
  if (isWhite(candles, 0) === isWhite(candles, 1) || !holdsBody(candles, 0, 1)) return 0;
  return isWhite(candles, 0) ? 100 : -100;
};

export const harami: PatternRule = (candles) =>
  inside(candles, body(candles, 0) <= measure(candles, BODY_SHORT, 0));

export const haramiCross: PatternRule = (candles) => inside(candles, isDoji(candles, 0));

export const piercing: PatternRule = (candles) =>
  bullish(
    isBlack(candles, 1) &&
      isLong(candles, 1) &&
      isWhite(candles, 0) &&
      isLong(candles, 0) &&
      open(candles, 0) < low(candles, 1) &&
      close(candles, 0) < open(candles, 1) &&
      close(candles, 0) > close(candles, 1) + body(candles, 1) * HALF,
  );

export const darkCloudCover: PatternRule = (candles) =>
  bearish(
    isWhite(candles, 1) &&
      isLong(candles, 1) &&
      isBlack(candles, 0) &&
      open(candles, 0) > high(candles, 1) &&
      close(candles, 0) > open(candles, 1) &&
      close(candles, 0) < close(candles, 1) - body(candles, 1) * HALF,
  );

export const isLong = (candles: Candles, back: number): boolean =>
  body(candles, back) > measure(candles, BODY_LONG, back);

/** A body that lies in the long one before; they may meet on an end. It points away from the long one's colour. */
function inside(candles: Candles, isSmall: boolean): Verdict {
  const isOne =
    isLong(candles, 1) &&
    isSmall &&
    bodyTop(candles, 0) <= bodyTop(candles, 1) &&
    bodyBottom(candles, 0) >= bodyBottom(candles, 1);
  return isWhite(candles, 1) ? bearish(isOne) : bullish(isOne);
}

const holdsBody = (candles: Candles, back: number, older: number): boolean =>
  bodyTop(candles, back) >= bodyTop(candles, older) &&
  bodyBottom(candles, back) <= bodyBottom(candles, older) &&
  (bodyTop(candles, back) > bodyTop(candles, older) ||
    bodyBottom(candles, back) < bodyBottom(candles, older));
