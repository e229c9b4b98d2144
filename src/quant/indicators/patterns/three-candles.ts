/** Patterns of three candles; the three crows are told by the white one before them, too. */
import {
  BODY_SHORT,
  body,
  bodyBottom,
  bodyTop,
  type Candles,
  close,
  FAR,
  gapsDown,
  gapsUp,
  high,
  isBlack,
  isWhite,
  measure,
  NEAR,
  open,
} from "./candles.ts";
import { hasNoLowerShadow, hasNoUpperShadow } from "./one-candle.ts";
import { bearish, bullish, type PatternRule } from "./pattern-rule.ts";
import { isLong } from "./two-candles.ts";

/** How far into the first body a star's third candle must close. */
const STAR_PENETRATION = 0.3;

export const morningStar: PatternRule = (candles) =>
  bullish(
    isBlack(candles, 2) &&
      isStar(candles) &&
      gapsDown(candles, 1, 2) &&
      isWhite(candles, 0) &&
      close(candles, 0) > close(candles, 2) + body(candles, 2) * STAR_PENETRATION,
  );

export const eveningStar: PatternRule = (candles) =>
  bearish(
    isWhite(candles, 2) &&
      isStar(candles) &&
      gapsUp(candles, 1, 2) &&
      isBlack(candles, 0) &&
      close(candles, 0) < close(candles, 2) - body(candles, 2) * STAR_PENETRATION,
  );

/** A short body inside a long one, then a close beyond the long one's open. */
export const threeInside: PatternRule = (candles) => {
  const isInside =
    isLong(candles, 2) &&
    !isLonger(candles, 1) &&
    bodyTop(candles, 1) < bodyTop(candles, 2) &&
    bodyBottom(candles, 1) > bodyBottom(candles, 2);
  return isWhite(candles, 2)
    ? bearish(isInside && isBlack(candles, 0) && close(candles, 0) < open(candles, 2))
    : bullish(isInside && isWhite(candles, 0) && close(candles, 0) > open(candles, 2));
};

/** Each opens in or near the body before, closes higher and near its high, and is not far smaller; the last is not short. */
export const threeWhiteSoldiers: PatternRule = (candles) =>
  bullish(
    [2, 1, 0].every((back) => isWhite(candles, back) && hasNoUpperShadow(candles, back)) &&
      [1, 0].every((back) => stepsUp(candles, back)) &&
      isLonger(candles, 0),
  );

/** After a white one, below whose high the first closes: each opens in the body before, closes lower and near its low. */
export const threeBlackCrows: PatternRule = (candles) =>
  bearish(
    isWhite(candles, 3) &&
      [2, 1, 0].every((back) => isBlack(candles, back) && hasNoLowerShadow(candles, back)) &&
      [1, 0].every((back) => stepsDown(candles, back)) &&
      high(candles, 3) > close(candles, 2),
  );

const isStar = (candles: Candles): boolean =>
  isLong(candles, 2) && !isLonger(candles, 1) && isLonger(candles, 0);

const isLonger = (candles: Candles, back: number): boolean =>
  body(candles, back) > measure(candles, BODY_SHORT, back);

function stepsUp(candles: Candles, back: number): boolean {
  const older = back + 1;
  return (
    close(candles, back) > close(candles, older) &&
    open(candles, back) > open(candles, older) &&
    open(candles, back) <= close(candles, older) + measure(candles, NEAR, older) &&
    body(candles, back) > body(candles, older) - measure(candles, FAR, older)
  );
}

const stepsDown = (candles: Candles, back: number): boolean =>
  open(candles, back) < open(candles, back + 1) &&
  open(candles, back) > close(candles, back + 1) &&
  close(candles, back + 1) > close(candles, back);
