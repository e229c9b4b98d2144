/** A pattern's rule, and what it says: whether the newest candle completes one. */
import type { Candles } from "./candles.ts";

/** As TA-Lib counts: 100 a bullish one, -100 a bearish one, 0 none. */
export type Verdict = -100 | 0 | 100;
/** Asked only with as many candles as the pattern's warm-up says. */
export type PatternRule = (candles: Candles) => Verdict;

export const bullish = (isOne: boolean): Verdict => (isOne ? 100 : 0);
export const bearish = (isOne: boolean): Verdict => (isOne ? -100 : 0);
