/** Statistics of liquidity against published examples, laws, and readers that count everything one by one. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  amihudPerMillion,
  deviation,
  returnsOf,
  weightedDeviation,
} from "../../../src/quant/liquidity/returns.ts";
import type { Session } from "../../../src/quant/liquidity/session.ts";
import {
  ACCURACY,
  binOf,
  medianBps,
  SPREAD_BINS_MAX,
  SPREAD_BPS_MAX,
  SPREAD_BPS_MIN,
} from "../../../src/quant/liquidity/spread-times.ts";
import { liquidityStatistics } from "../../../src/quant/liquidity/statistics.ts";
import { averageVolume, percentile } from "../../../src/quant/liquidity/volumes.ts";

const session = (day: number, over: Partial<Session> = {}): Session => ({
  ...{ day, volume: 0n, value: 0, close: undefined, partial: false, intervals: [] },
  ...over,
});
const closes = (...prices: readonly (number | undefined)[]): Session[] =>
  prices.map((close, day) => session(day, { close }));
const bigints = (...values: readonly number[]): bigint[] => values.map(BigInt);

describe("percentiles by nearest rank, of the examples in Wikipedia's article", () => {
  test.each([
    [5, 15],
    [30, 20],
    [40, 20],
    [50, 35],
    [100, 50],
  ])("the %d. of 15, 20, 35, 40, 50 is %d", (percent, expected) => {
    expect(percentile(bigints(15, 20, 35, 40, 50), percent)).toBe(BigInt(expected));
  });
  test.each([
    [25, 7],
    [50, 8],
    [75, 15],
    [100, 20],
  ])("the %d. of 3, 6, 7, 8, 8, 10, 13, 15, 16, 20 is %d", (percent, expected) => {
    expect(percentile(bigints(3, 6, 7, 8, 8, 10, 13, 15, 16, 20), percent)).toBe(BigInt(expected));
  });
});

describe("average volume", () => {
  const volumes = (...values: readonly number[]): Session[] =>
    values.map((volume, day) => session(day, { volume: BigInt(volume) }));
  test("counts a session without a trade as 0, and of more sessions than are asked the newest", () => {
    expect(averageVolume(volumes(900, 300, 0, 150), 3, 2)).toBe("1.5");
    expect(averageVolume(volumes(300, 0), 20, 0)).toBe("150");
    expect(averageVolume([], 20, 0)).toBeNull();
  });
  test("has 8 decimals, ties to even", () => {
    expect(averageVolume(volumes(1, 0, 0), 20, 0)).toBe("0.33333333");
    expect(averageVolume(volumes(1, 0), 20, 8)).toBe("0");
    expect(averageVolume(volumes(3, 0), 20, 8)).toBe("0.00000002");
  });
});

describe("returns", () => {
  test("are between closes; a session without one has none, and the next spans both", () => {
    const returns = returnsOf(closes(100, undefined, 110, 110));
    expect(returns.map(({ session: { day }, logReturn }) => [day, logReturn])).toEqual([
      [2, Math.log(1.1)],
      [3, 0],
    ]);
    expect(returnsOf(closes(undefined, 100))).toEqual([]);
  });
  test("deviate as samples do, and one alone does not", () => {
    // Returns of 1 %, 3 % and 5 % in logarithms: mean 3 %, squares 0.0008, over two.
    const returns = returnsOf(closes(1, Math.exp(0.01), Math.exp(0.04), Math.exp(0.09)));
    expect(deviation(returns)).toBeCloseTo(0.02, 12);
    expect(deviation(returns.slice(0, 1))).toBeNull();
  });
  test("weigh 0.94 of the one after them", () => {
    const returns = returnsOf(closes(1, Math.exp(0.02), Math.exp(0.02)));
    expect(weightedDeviation(returns)).toBeCloseTo(Math.sqrt((0.94 * 0.02 ** 2) / 1.94), 12);
    expect(weightedDeviation(returns.slice(0, 1))).toBeCloseTo(0.02, 12);
    expect(weightedDeviation([])).toBeNull();
  });
  test("do not change with the unit of price", () => {
    const price = fc.integer({ min: 1, max: 10_000 });
    void fc.assert(
      fc.property(fc.array(price, { minLength: 3, maxLength: 60 }), (prices) => {
        const [one, other] = [1, 1_000].map((unit) => returnsOf(closes(...prices.map((at) => at * unit))));
        expect(deviation(one!)).toBeCloseTo(deviation(other!)!, 10);
        // σ² of weights that are written out.
        const rs = one!.map(({ logReturn }) => logReturn).reverse();
        const weights = rs.map((_, back) => 0.94 ** back);
        const mean =
          rs.reduce((sum, r, back) => sum + weights[back]! * r * r, 0) /
          weights.reduce((sum, w) => sum + w, 0);
        expect(weightedDeviation(one!)).toBeCloseTo(Math.sqrt(mean), 10);
      }),
    );
  });
  test("for the money traded: one per cent on each million is 0.01, and sessions without value are left out", () => {
    const sessions = [
      session(0, { close: 100 }),
      session(1, { close: 101, value: 1_000_000 }),
      session(2, { close: 202, value: 0 }),
      session(3, { close: 202 * 0.97, value: 500_000 }),
    ];
    expect(amihudPerMillion(returnsOf(sessions))).toBeCloseTo((0.01 + 0.06) / 2, 12);
    expect(amihudPerMillion([])).toBeNull();
  });
});

describe("the median spread over time", () => {
  const spread = fc.oneof(
    fc.constant(0),
    fc.double({ min: SPREAD_BPS_MIN, max: SPREAD_BPS_MAX, noNaN: true }),
    fc.double({ min: 0.5, max: 30, noNaN: true }),
  );
  const stood = fc.array(fc.tuple(spread, fc.integer({ min: 1, max: 60_000 })), {
    minLength: 1,
    maxLength: 60,
  });
  const timesOf = (list: readonly (readonly [bps: number, ms: number])[]): Map<number, number> => {
    const times = new Map<number, number>();
    for (const [bps, ms] of list) times.set(binOf(bps), (times.get(binOf(bps)) ?? 0) + ms);
    return times;
  };
  test("is within 1 % of that of a list of all spreads, over however many sessions", () => {
    void fc.assert(
      fc.property(stood, stood, (one, other) => {
        const all = [...one, ...other].sort(([a], [b]) => a - b);
        const half = all.reduce((sum, [, ms]) => sum + ms, 0) / 2;
        let until = 0;
        let exact = 0;
        for (const [bps, ms] of all) {
          if (until < half) exact = bps;
          until += ms;
        }
        const found = medianBps([timesOf(one), timesOf(other)])!;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * ACCURACY + 1e-9);
        expect(found).toBe(medianBps([timesOf([...one, ...other])]));
      }),
    );
  });
  test("of no time is none, and of a locked market zero", () => {
    expect([medianBps([]), medianBps([new Map()])]).toEqual([null, null]);
    expect(medianBps([new Map([[binOf(0), 5]])])).toBe(0);
  });
  test("never has more bins than it says, from none to the widest", () => {
    const bins = new Set(
      Array.from({ length: 200_000 }, (_, at) =>
        binOf(SPREAD_BPS_MIN * (SPREAD_BPS_MAX / SPREAD_BPS_MIN) ** (at / 199_999)),
      ),
    );
    bins.add(binOf(0)).add(binOf(SPREAD_BPS_MIN / 1_000));
    expect(bins.size).toBe(SPREAD_BINS_MAX);
  });
});

describe("all of them", () => {
  const known = (sessions: readonly Session[], closeBefore?: number) => ({
    ...{ sessions, closeBefore, spreads: [], scale: 0 },
  });
  test("are null where there is no session", () => {
    expect(liquidityStatistics(known([]))).toMatchObject({
      ...{ sessions: 0, adv20: null, adv60: null, volumeP50: null, spreadBpsMedian: null },
      ...{ volatilityDaily: null, volatilityEwma: null, amihudPerMillion: null },
    });
  });
  test("take twenty sessions for the short window and sixty for the long one", () => {
    const sessions = Array.from({ length: 60 }, (_, day) =>
      session(day, {
        volume: day < 40 ? 10n : 40n,
        close: day < 40 ? (day % 2 === 0 ? 100 : 200) : 100,
        value: 1,
        intervals: [day < 40 ? 1_000n : BigInt(day)],
      }),
    );
    const found = liquidityStatistics(known(sessions));
    expect([found.adv20, found.adv60]).toEqual(["40", "20"]);
    expect([found.volumeP25, found.volumeP50, found.volumeP75, found.intervals]).toEqual([
      "44",
      "49",
      "54",
      20,
    ]);
    // The first return of the short window leads from 200 to 100, all others are nothing.
    expect(found.volatilityDaily).toBeCloseTo(deviation(returnsOf(sessions.slice(39)))!, 12);
    expect(found.volatilityEwma).toBeGreaterThan(found.volatilityDaily!);
  });
  test("count sessions without trades, and those of which something is missing", () => {
    const sessions = [session(0, { volume: 5n, close: 1, partial: true }), session(1)];
    expect(liquidityStatistics(known(sessions))).toMatchObject({
      ...{ sessions: 2, sessionsWithoutTrades: 1, partialSessions: 1, adv20: "2.5" },
    });
  });
  test("leave intervals out of sessions that they are not known of any more", () => {
    const sessions = [session(0, { intervals: undefined }), session(1, { intervals: [7n, 0n] })];
    expect(liquidityStatistics(known(sessions))).toMatchObject({
      intervals: 2,
      volumeP75: "7",
      volumeP25: "0",
    });
  });
  test("take the close before the window for its first return", () => {
    const two = closes(110, 121);
    expect(liquidityStatistics(known(two)).volatilityDaily).toBeNull();
    expect(liquidityStatistics(known(two, 100)).volatilityDaily).toBeCloseTo(0, 12);
  });
});
