/** Patterns that are told by the shape of one candle, some by where it stands beside the one before. */
import {
  BODY_DOJI,
  BODY_LONG,
  BODY_SHORT,
  body,
  bodyBottom,
  type Candles,
  gapsDown,
  gapsUp,
  high,
  isWhite,
  low,
  lowerShadow,
  measure,
  NEAR,
  SHADOW_LONG,
  SHADOW_VERY_SHORT,
  upperShadow,
} from "./candles.ts";
import { bearish, bullish, type PatternRule } from "./pattern-rule.ts";

/** Open and close are nearly the same. */
export const doji: PatternRule = (candles) => bullish(isDoji(candles, 0));

export const dragonflyDoji: PatternRule = (candles) =>
  bullish(isDoji(candles, 0) && hasNoUpperShadow(candles, 0) && !hasNoLowerShadowOrJust(candles));

export const gravestoneDoji: PatternRule = (candles) =>
  bullish(isDoji(candles, 0) && hasNoLowerShadow(candles, 0) && !hasNoUpperShadowOrJust(candles));

export const longLeggedDoji: PatternRule = (candles) =>
  bullish(isDoji(candles, 0) && (hasLongLowerShadow(candles) || hasLongUpperShadow(candles)));

export const hammer: PatternRule = (candles) =>
  bullish(isHammer(candles) && bodyBottom(candles, 0) <= low(candles, 1) + measure(candles, NEAR, 1));

export const hangingMan: PatternRule = (candles) =>
  bearish(isHammer(candles) && bodyBottom(candles, 0) >= high(candles, 1) - measure(candles, NEAR, 1));

export const invertedHammer: PatternRule = (candles) =>
  bullish(isHandleUp(candles) && gapsDown(candles, 0, 1));

export const shootingStar: PatternRule = (candles) => bearish(isHandleUp(candles) && gapsUp(candles, 0, 1));

/** A long body without shadows; its colour says which way. */
export const marubozu: PatternRule = (candles) => {
  const isOne =
    body(candles, 0) > measure(candles, BODY_LONG, 0) &&
    hasNoUpperShadow(candles, 0) &&
    hasNoLowerShadow(candles, 0);
  return isWhite(candles, 0) ? bullish(isOne) : bearish(isOne);
};

/** A short body between longer shadows; its colour says which way. */
export const spinningTop: PatternRule = (candles) => {
  const size = body(candles, 0);
  const isOne = isShort(candles, 0) && upperShadow(candles, 0) > size && lowerShadow(candles, 0) > size;
  return isWhite(candles, 0) ? bullish(isOne) : bearish(isOne);
};

export const isDoji = (candles: Candles, back: number): boolean =>
  body(candles, back) <= measure(candles, BODY_DOJI, back);

export const hasNoUpperShadow = (candles: Candles, back: number): boolean =>
  upperShadow(candles, back) < measure(candles, SHADOW_VERY_SHORT, back);
export const hasNoLowerShadow = (candles: Candles, back: number): boolean =>
  lowerShadow(candles, back) < measure(candles, SHADOW_VERY_SHORT, back);

const isShort = (candles: Candles, back: number): boolean =>
  body(candles, back) < measure(candles, BODY_SHORT, back);

/** One that is as short as may be is neither without a shadow nor does it have one. */
const hasNoUpperShadowOrJust = (candles: Candles): boolean =>
  upperShadow(candles, 0) <= measure(candles, SHADOW_VERY_SHORT, 0);
const hasNoLowerShadowOrJust = (candles: Candles): boolean =>
  lowerShadow(candles, 0) <= measure(candles, SHADOW_VERY_SHORT, 0);

const hasLongUpperShadow = (candles: Candles): boolean =>
  upperShadow(candles, 0) > measure(candles, SHADOW_LONG, 0);
const hasLongLowerShadow = (candles: Candles): boolean =>
  lowerShadow(candles, 0) > measure(candles, SHADOW_LONG, 0);

/** A short body on a long handle. */
const isHammer = (candles: Candles): boolean =>
  isShort(candles, 0) && hasLongLowerShadow(candles) && hasNoUpperShadow(candles, 0);
const isHandleUp = (candles: Candles): boolean =>
  isShort(candles, 0) && hasLongUpperShadow(candles) && hasNoLowerShadow(candles, 0);
