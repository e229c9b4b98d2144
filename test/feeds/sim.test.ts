import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DECIMAL_PATTERN, decimalsOf } from "../../src/domain/decimal.ts";
import { isSymbol } from "../../src/domain/ids.ts";
import { SIM_STEP_MS, SimMarket, type SimStep, simSteps } from "../../src/feeds/sim.ts";
import { SIM_PROFILES, type SimProfile } from "../../src/feeds/sim-profiles.ts";
import type { FeedTick, QuoteTick, TradeTick } from "../../src/feeds/tick.ts";

const ORIGIN = 1_700_000_000_000;
const MINUTE_STEPS = 60_000 / SIM_STEP_MS;
/** Two hours of market: enough for each rare thing to happen. */
const STEPS = 120 * MINUTE_STEPS;
const FIRST = 5_000;

function run(seed: number, firstStep: number, steps: number, origin = ORIGIN): SimStep[] {
  const generator = simSteps({ seed, profiles: SIM_PROFILES, origin, firstStep });
  return Array.from({ length: steps }, () => generator.next().value);
}

const hours = run(1, FIRST, STEPS);
const tradesOf = (symbol: string): { step: SimStep; tick: TradeTick }[] =>
  hours.flatMap((step) =>
    step.ticks.flatMap((tick) => (tick.type === "trade" && tick.symbol === symbol ? [{ step, tick }] : [])),
  );
const profileOf = (ticker: string): SimProfile =>
  SIM_PROFILES.find(({ instrument }) => instrument.symbol === `SIM:${ticker}`)!;
const symbols = SIM_PROFILES.map(({ instrument }) => instrument.symbol);

describe("determinism", () => {
  const seed = fc.integer({ min: 0, max: 2 ** 31 });
  const step = fc.integer({ min: 0, max: 2 ** 34 });

  test("a step is the same however the generator came to it", () => {
    fc.assert(
      fc.property(seed, step, fc.integer({ min: 1, max: 200 }), (anySeed, anyStep, back) => {
        const walked = run(anySeed, Math.max(0, anyStep - back), Math.min(anyStep, back) + 1).at(-1);
        expect(walked).toEqual(run(anySeed, anyStep, 1)[0]);
      }),
      { numRuns: 60 },
    );
  });

  test("one symbol's ticks do not depend on which others run", () => {
    fc.assert(
      fc.property(seed, step, fc.constantFrom(...SIM_PROFILES), (anySeed, anyStep, profile) => {
        const alone = new SimMarket(profile, anySeed, ORIGIN).ticksOf(anyStep);
        const among = run(anySeed, anyStep, 1)[0]!.ticks.filter(
          ({ symbol }) => symbol === profile.instrument.symbol,
        );
        expect(among).toEqual(alone);
      }),
    );
  });

  test("time is an argument: another origin moves every time and changes nothing else", () => {
    const moved = run(7, FIRST, 500, ORIGIN + 86_400_000).flatMap(({ ticks }) => ticks);
    const back = moved.map((tick) => ({ ...tick, ts: tick.ts - 86_400_000 }));
    expect(back).toEqual(run(7, FIRST, 500).flatMap(({ ticks }) => ticks));
  });

  test("another seed is another market", () => {
    expect(run(1, FIRST, 50)).not.toEqual(run(2, FIRST, 50));
  });
});

describe("ticks", () => {
  const all = hours.flatMap(({ ticks }) => ticks);

  test("name registered instruments and fit their decimals", () => {
    const profiles = new Map(SIM_PROFILES.map((profile) => [profile.instrument.symbol, profile]));
    const fits = (tick: FeedTick): boolean => {
      const profile = profiles.get(tick.symbol);
      const [prices, sizes] = numbersOf(tick);
      const exact = (text: string, decimals = -1) =>
        DECIMAL_PATTERN.test(text) && decimalsOf(text) <= decimals;
      return (
        prices.every((price) => exact(price, profile?.priceDecimals)) &&
        sizes.every((size) => exact(size, profile?.sizeDecimals) && Number(size) > 0)
      );
    };
    expect(all.length).toBeGreaterThan(50_000);
    expect(all.filter((tick) => !fits(tick))).toEqual([]);
    expect(symbols.filter((symbol) => !isSymbol(symbol))).toEqual([]);
  });

  test("are never ahead of their step's time", () => {
    expect(hours.filter(({ at, ticks }) => ticks.some(({ ts }) => ts > at))).toEqual([]);
  });

  test("of quotes have a bid below the ask", () => {
    const quotes = all.filter((tick): tick is QuoteTick => tick.type === "quote");
    expect(quotes.filter(({ bid, ask }) => Number(bid) >= Number(ask))).toEqual([]);
  });

  test("of trades have one id for one trade", () => {
    for (const symbol of symbols) {
      const trades = new Set(tradesOf(symbol).map(({ tick }) => JSON.stringify(tick)));
      const ids = new Set(tradesOf(symbol).map(({ tick }) => tick.id));
      expect(trades.size).toBe(ids.size);
    }
  });
});

describe("characters", () => {
  test("some trades come twice, some late, and some later than the platform's horizon of 15 minutes", () => {
    const late = tradesOf("SIM:ROCKET").map(({ step, tick }) => step.at - tick.ts);
    expect(late.some((ms) => ms >= 10_000 && ms <= 10 * 60_000 + SIM_STEP_MS)).toBe(true);
    expect(late.some((ms) => ms > 15 * 60_000)).toBe(true);
    expect(late.filter((ms) => ms > 10 * 60_000 + SIM_STEP_MS && ms <= 15 * 60_000)).toEqual([]);
    const ids = tradesOf("SIM:ROCKET").map(({ tick }) => tick.id);
    expect(new Set(ids).size).toBeLessThan(ids.length);
  });

  test("a thin symbol has silent minutes, in which nothing happens even later", () => {
    const minute = (ts: number) => Math.floor((ts - ORIGIN) / 60_000);
    const seen = new Set(tradesOf("SIM:SLEEPY").map(({ tick }) => minute(tick.ts)));
    const first = minute(hours[0]!.at);
    const silent = Array.from({ length: 119 }, (_, index) => first + 1 + index).filter((at) => !seen.has(at));
    expect(silent.length).toBeGreaterThan(20);
    expect(silent.length).toBeLessThan(110);
    const quoted = hours.flatMap(({ ticks }) => ticks).filter(({ symbol }) => symbol === "SIM:SLEEPY");
    expect(new Set(quoted.map(({ ts }) => minute(ts))).size).toBeLessThan(110);
  });

  test("trends differ: over two hours of a cycle BITCOIN and ETHER go opposite ways", () => {
    const change = (ticker: string) => {
      const market = new SimMarket({ ...profileOf(ticker), volatility: 0 }, 1, ORIGIN);
      return market.mid(MINUTE_STEPS * 115) / market.mid(MINUTE_STEPS * 5) - 1;
    };
    expect(Math.sign(change("BITCOIN"))).toBe(-Math.sign(change("ETHER")));
    expect(Math.abs(change("BITCOIN"))).toBeGreaterThan(0.03);
    expect(change("EURUSD")).toBe(0);
  });

  test("prices stay within their trend and swings for ever", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 36 }), fc.constantFrom(...SIM_PROFILES), (step, profile) => {
        const { basePrice, trend, volatility } = profile;
        const bound = Math.exp(trend / 2 + volatility) * 1.000001;
        const ratio = new SimMarket(profile, 3, ORIGIN).mid(step) / basePrice;
        expect(ratio).toBeLessThanOrEqual(bound);
        expect(ratio).toBeGreaterThanOrEqual(1 / bound);
      }),
      { numRuns: 500 },
    );
  });
});

function numbersOf(tick: FeedTick): readonly [prices: string[], sizes: string[]] {
  if (tick.type === "trade") return [[tick.price], [tick.size]];
  if (tick.type === "quote")
    return [
      [tick.bid, tick.ask],
      [tick.bidSize, tick.askSize],
    ];
  throw new Error(`the generator makes no ${tick.type}`);
}
