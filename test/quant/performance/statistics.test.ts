/** Statistics over days against naive recomputation from all their candles at once. */
import { describe, expect, test } from "vitest";
import { DAY_MS } from "../../../src/domain/time.ts";
import { type DaySummary, summaryOf, together } from "../../../src/quant/performance/day-summary.ts";
import { statisticsOf } from "../../../src/quant/performance/statistics.ts";
import { NO_TRADES } from "../../../src/quant/performance/trips.ts";
import { candlesOf, randomFrom, type TestCandle } from "./candles.ts";

const UNIT = 10n ** 12n;
const dayOf = (at: number): number => at - (at % DAY_MS);
const seeds = Array.from({ length: 30 }, (_, seed) => seed + 1);

function inDays(candles: readonly TestCandle[], seed: number): DaySummary[] {
  const random = randomFrom(seed);
  return [...Map.groupBy(candles, ({ start }) => dayOf(start))].map(([start, own]) => {
    const wins = random(4);
    const trades = {
      ...NO_TRADES,
      fills: 2 * wins,
      traded: BigInt(random(1_000)) * UNIT,
      wins,
      won: BigInt(wins) * 3n * UNIT,
    };
    return summaryOf({ start, end: start + DAY_MS }, own, trades);
  });
}
const money = (candles: readonly TestCandle[]): TestCandle[] =>
  candles.map((candle) => ({
    ...candle,
    ...{
      open: candle.open * UNIT,
      high: candle.high * UNIT,
      low: candle.low * UNIT,
      close: candle.close * UNIT,
    },
    gross: candle.gross * UNIT,
  }));

function options(over: Partial<Parameters<typeof statisticsOf>[1]> = {}) {
  return {
    daysOfYear: 365 as const,
    capital: undefined,
    now: Number.MAX_SAFE_INTEGER,
    emptyDays: (from: number, to: number) => (to - from) / DAY_MS,
    ...over,
  };
}

describe("statistics of days", () => {
  test.each(seeds)("are those of all their candles (seed %i)", (seed) => {
    const candles = money(candlesOf(seed, 900));
    const days = inDays(candles, seed);
    const found = statisticsOf(days, options());
    const totals = candles.flatMap(({ high, low }) => [high, low]);
    expect(found.change).toBe(candles.at(-1)!.close - candles[0]!.open);
    expect(found.maxDrawdown.amount).toBeLessThanOrEqual(
      totals.reduce((a, b) => (b > a ? b : a)) - totals.reduce((a, b) => (b < a ? b : a)),
    );
    const daily = Array.from({ length: found.days }, (_, index) => {
      const start = days[0]!.start + index * DAY_MS;
      const own = candles.filter((candle) => dayOf(candle.start) === start);
      return own.length === 0 ? 0 : Number(own.at(-1)!.close - own[0]!.open) / 1e12;
    });
    const mean = daily.reduce((sum, result) => sum + result, 0) / daily.length;
    const variance = daily.reduce((sum, result) => sum + (result - mean) ** 2, 0) / (daily.length - 1);
    if (daily.length > 1) expect(found.sharpe).toBeCloseTo((mean / Math.sqrt(variance)) * Math.sqrt(365), 8);
    else expect(found.sharpe).toBeNull();
    const end = days.at(-1)!.end;
    const [heldMs, grossMs] = candles.reduce<readonly [number, number]>(
      ([held, gross], candle, index) => {
        const ms = (candles[index + 1]?.start ?? end) - candle.start;
        return [held + (candle.held ? ms : 0), gross + (Number(candle.gross) / 1e12) * ms] as const;
      },
      [0, 0],
    );
    expect(found.exposureTime).toBeCloseTo(heldMs / (end - candles[0]!.start), 10);
    expect(found.averageGross).toBeCloseTo(grossMs / heldMs, 6);
    expect(found.turnover).toBeCloseTo(Number(found.trades.traded) / 1e12 / (grossMs / heldMs), 8);
  });

  test.each(seeds)("say the same where neighbouring days are put together (seed %i)", (seed) => {
    const days = inDays(money(candlesOf(seed, 900)), seed);
    const whole = days.reduce(together);
    const [one, other] = [statisticsOf(days, options()), statisticsOf([whole], options())];
    for (const name of [
      "change",
      "maxDrawdown",
      "maxRunUp",
      "currentDrawdown",
      "trades",
      "exposureTime",
    ] as const)
      expect(other[name]).toEqual(one[name]);
  });

  test("without a capital say money and no percent, with one both", () => {
    const at = (minute: number, open: bigint, close: bigint): TestCandle => ({
      ...{ start: minute * 60_000, end: (minute + 1) * 60_000, open, close },
      ...{ high: open > close ? open : close, low: open > close ? close : open, gross: 0n, held: false },
    });
    const days = [
      summaryOf({ start: 0, end: DAY_MS }, [at(0, 0n, 50n * UNIT), at(1, 50n * UNIT, -25n * UNIT)]),
    ];
    expect(statisticsOf(days, options()).maxDrawdown).toMatchObject({ amount: 75n * UNIT, percent: null });
    const { maxDrawdown, currentDrawdown } = statisticsOf(days, options({ capital: 100n * UNIT }));
    expect(maxDrawdown).toMatchObject({ amount: 75n * UNIT, percent: 50 });
    expect(currentDrawdown).toMatchObject({ amount: 75n * UNIT, percent: 50, from: maxDrawdown.from });
  });

  test("of trips: TradeStation's profit factor, hit rate and averages", () => {
    // A statement published with a gross profit of 895.57 and a gross loss of 357.86 says 2.50.
    const trades = {
      ...NO_TRADES,
      wins: 5,
      losses: 2,
      evens: 1,
      won: 895_570_000_000_000n,
      lost: 357_860_000_000_000n,
    };
    const found = statisticsOf([summaryOf({ start: 0, end: DAY_MS }, [], trades)], options());
    expect(found.profitFactor).toBeCloseTo(2.5, 2);
    expect([found.hitRate, found.averageWin, found.averageLoss]).toEqual([5 / 8, 895.57 / 5, 357.86 / 2]);
  });

  test("that do not exist are null", () => {
    expect(statisticsOf([], options())).toMatchObject({
      ...{ days: 0, change: 0n, sharpe: null, sortino: null, hitRate: null, profitFactor: null },
      ...{ averageWin: null, averageLoss: null, averageGross: null, turnover: null, exposureTime: null },
    });
  });

  test("count a day when it is over, and what is held until now", () => {
    const candles = money(candlesOf(4, 10));
    const days = inDays(candles, 4);
    const now = candles.at(-1)!.start + 5 * 60_000;
    expect(statisticsOf(days, options({ now })).days).toBe(0);
    expect(statisticsOf(days, options({ now: days.at(-1)!.end })).days).toBe(days.length);
  });
});
