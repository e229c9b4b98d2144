/** All statistics of an instrument's liquidity, from its newest closed sessions. A pure function of them: batch, stream and restored are one. */
import { decimalText } from "../../domain/decimal.ts";
import { amihudPerMillion, deviation, EWMA_LAMBDA, returnsOf, weightedDeviation } from "./returns.ts";
import type { Session } from "./session.ts";
import { medianBps, type SpreadTimes } from "./spread-times.ts";
import { averageVolume, intervalsOf, percentile } from "./volumes.ts";

/** A month of sessions, and a quarter. */
export const SHORT_SESSIONS = 20;
export const LONG_SESSIONS = 60;
/** Intervals of open hours whose volumes are compared. */
export const INTERVAL_MINUTES = 5;

/** What is known of spreads; sessions as they are counted. */
export type Known = {
  /** Ascending, at most the long window; sessions without a trade are among them. */
  readonly sessions: readonly Session[];
  /** Closes before the first of them count for its return. */
  readonly closeBefore: number | undefined;
  /** Of the short window. */
  readonly spreads: readonly SpreadTimes[];
  /** Decimals of volumes. */
  readonly scale: number;
};

export function liquidityStatistics({ sessions, closeBefore, spreads, scale }: Known) {
  const short = sessions.slice(-SHORT_SESSIONS);
  const firstShort = short[0]?.day ?? 0;
  const returns = returnsOf(withClose(closeBefore, sessions));
  const shortReturns = returns.filter(({ session }) => session.day >= firstShort);
  const intervals = intervalsOf(short);
  const volumeAt = (percent: number): string | null =>
    intervals.length === 0 ? null : decimalText(percentile(intervals, percent), scale);
  return {
    sessions: sessions.length,
    sessionsWithoutTrades: sessions.filter(({ volume, close }) => volume === 0n && close === undefined)
      .length,
    partialSessions: sessions.filter(({ partial }) => partial).length,
    adv20: averageVolume(sessions, SHORT_SESSIONS, scale),
    adv60: averageVolume(sessions, LONG_SESSIONS, scale),
    intervalMinutes: INTERVAL_MINUTES,
    intervals: intervals.length,
    volumeP25: volumeAt(25),
    volumeP50: volumeAt(50),
    volumeP75: volumeAt(75),
    spreadBpsMedian: medianBps(spreads),
    volatilityDaily: deviation(shortReturns),
    volatilityEwma: weightedDeviation(returns),
    ewmaLambda: EWMA_LAMBDA,
    amihudPerMillion: amihudPerMillion(shortReturns),
  };
}
export type LiquidityStatistics = ReturnType<typeof liquidityStatistics>;

/** As a session before all others that nothing else is known of. */
function withClose(close: number | undefined, sessions: readonly Session[]): readonly Session[] {
  const [first] = sessions;
  if (close === undefined || first === undefined) return sessions;
  const before = { day: first.day - 1, volume: 0n, value: 0, close, partial: false, intervals: undefined };
  return [before, ...sessions];
}
