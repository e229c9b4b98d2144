/** Candlestick patterns beside TA-Lib, and the laws that they follow. */
import { describe, expect, test } from "vitest";
import type { IndicatorBar } from "../../../../src/quant/indicators/bar.ts";
import { bound, type Definition, roomFor } from "../../../../src/quant/indicators/definition.ts";
import { PATTERNS } from "../../../../src/quant/indicators/patterns/patterns.ts";
import published from "./ta-lib.json" with { type: "json" };

type Tally = { bullish: number; bearish: number; places: number; first: number[][] };

/** Whole prices, so that no rounding decides; bodies and shadows of four sizes, so that every pattern comes. */
function walk(length: number): IndicatorBar[] {
  let seed = 99;
  const random = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const width = (): number => [0, 1, 6, 24][random(4)] ?? 0;
  const bars: IndicatorBar[] = [];
  let price = 1_000;
  for (let t = 0; t < length; t++) {
    const o = price + random(9) - (t % 64 < 32 ? 6 : 2);
    const body = width();
    const c = o + random(2 * body + 1) - body;
    const h = Math.max(o, c) + random(width() + 1);
    const l = Math.min(o, c) - random(width() + 1);
    bars.push({ t, o, h, l, c, v: 1, day: 0 });
    price = c < 500 || c > 1_500 ? 1_000 : c;
  }
  return bars;
}

function told(definition: Definition, bars: readonly IndicatorBar[]): number[] {
  const indicator = bound(definition, definition.name, {});
  const state = indicator.start();
  const room = roomFor(indicator);
  return bars.map((bar) => (indicator.next(state, bar, room) ? (room[0] ?? Number.NaN) : Number.NaN));
}

/** From bar 20 on: TA-Lib begins some patterns a bar later. */
function tally(values: readonly number[]): Tally {
  const hits = values.flatMap((value, place) =>
    place >= 20 && (value === 100 || value === -100) ? [[place, value]] : [],
  );
  return {
    bullish: hits.filter(([, value]) => value === 100).length,
    bearish: hits.filter(([, value]) => value === -100).length,
    places: hits.reduce((sum, [place = 0]) => sum + place, 0),
    first: hits.slice(0, 4),
  };
}

const scaled = (bars: readonly IndicatorBar[], factor: number): IndicatorBar[] =>
  bars.map(({ o, h, l, c, ...rest }) => ({
    ...rest,
    o: o * factor,
    h: h * factor,
    l: l * factor,
    c: c * factor,
  }));

const BARS = walk(8_000);

describe("candlestick patterns", () => {
  test("are twenty, each with a name of TA-Lib's", () => {
    expect(PATTERNS.map(({ name }) => name).sort()).toEqual(Object.keys(published.patterns).sort());
    expect(PATTERNS).toHaveLength(20);
  });

  test.each(PATTERNS.map((each) => [each.name, each] as const))(
    "%s is found on the bars, and with the sign, where TA-Lib finds it",
    (name, definition) => {
      const expected = (published.patterns as Record<string, Tally>)[name];
      expect(tally(told(definition, BARS))).toEqual(expected);
      expect((expected?.bullish ?? 0) + (expected?.bearish ?? 0)).toBeGreaterThan(0);
    },
  );

  test("are told from their warm-up on, and not before", () => {
    for (const definition of PATTERNS) {
      const { warmUpBars } = definition.bind({});
      const values = told(definition, BARS.slice(0, 40));
      expect(values.findIndex((value) => !Number.isNaN(value)) + 1).toBe(warmUpBars);
    }
  });

  test("depend on as many bars as their memory says, and on no older one", () => {
    for (const definition of PATTERNS) {
      const { memoryBars } = definition.bind({});
      const whole = told(definition, BARS.slice(0, 1_000));
      for (const end of [300, 555, 1_000])
        expect(told(definition, BARS.slice(end - (memoryBars ?? 0), end)).at(-1)).toBe(whole[end - 1]);
    }
  });

  test("are the same at any scale of the price", () => {
    const bars = BARS.slice(0, 2_000);
    for (const definition of PATTERNS)
      expect(told(definition, scaled(bars, 8))).toEqual(told(definition, bars));
  });
});
