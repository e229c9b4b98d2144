/** What must hold of every indicator and pattern that is written here: over random walks, and bit for bit. */
import { describe, expect, test } from "vitest";
import type { IndicatorBar } from "../../../src/quant/indicators/bar.ts";
import { type Indicator, type IndicatorState, roomFor } from "../../../src/quant/indicators/definition.ts";
import { indicator, OWN_NAMES, run, walk } from "./runs.ts";

/** Beside the defaults: the shortest windows, other sources, and one of which a period divides nothing. */
const OTHERS = [
  ...["sma_1", "sma_7_hl2", "ema_1", "ema_3_ohlc4", "wma_1", "wma_13_volume", "rma_1", "hma_2", "kama_2_1_2"],
  ...["vwap_close", "rsi_1", "cmo_1", "mfi_1", "stoch_1_1_1", "stochrsi_2_3_1_4", "macd_1_2_1", "tsi_2_2_1"],
  ...["roc_1_volume", "cci_2", "bbands_2_0.5", "keltner_3_1.5_7_hlc3", "supertrend_3_0.5", "psar_0.1_0.1"],
  ...["adx_2", "aroon_1", "donchian_1", "willr_1"],
];
const TEXTS = [...OWN_NAMES, ...OTHERS];
const all = TEXTS.map((text) => [text, indicator(text)] as const);

const BARS = walk(7, 200);

/** Every bit of what was told: −0 is not 0, and NaN is NaN. */
function bitsOf(one: Indicator, bars: readonly IndicatorBar[], state = one.start()): bigint[] {
  const room = roomFor(one);
  const bits = new BigUint64Array(room.buffer);
  return bars.flatMap((bar) => {
    const warm = one.next(state, bar, room);
    return [...bits, BigInt(warm)];
  });
}

const throughJson = (state: IndicatorState): IndicatorState => JSON.parse(JSON.stringify(state));

describe.each(all)("%s", (_, one) => {
  const whole = bitsOf(one, BARS);
  const perBar = one.definition.outputs.length + 1;

  test("goes on from what was stored, at every bar, as if it had never stopped", () => {
    const state = one.start();
    const room = roomFor(one);
    const bits = new BigUint64Array(room.buffer);
    const told: bigint[] = [];
    let stored = JSON.stringify(state);
    for (const bar of BARS) {
      const restored: IndicatorState = JSON.parse(stored);
      const warm = one.next(restored, bar, room);
      told.push(...bits, BigInt(warm));
      stored = JSON.stringify(restored);
    }
    expect(told).toEqual(whole);
  });

  test("says the same of a bar that still forms as of it when it is final, and no look ahead leaves a trace", () => {
    const state = one.start();
    const room = roomFor(one);
    const bits = new BigUint64Array(room.buffer);
    const looked: bigint[] = [];
    const told: bigint[] = [];
    for (const bar of BARS) {
      for (const forming of [
        { ...bar, h: bar.h + 5, c: bar.h + 5 },
        { ...bar, l: 0.25, c: 0.25, v: 7 },
      ])
        one.peek(state, forming, room);
      const willBeWarm = one.peek(state, bar, room);
      looked.push(...bits, BigInt(willBeWarm));
      const warm = one.next(state, bar, room);
      told.push(...bits, BigInt(warm));
    }
    expect(looked).toEqual(whole);
    expect(told).toEqual(whole);
  });

  test("two copies of a state do not know of each other", () => {
    const half = Math.floor(BARS.length / 2);
    const state = stateAfter(one, BARS.slice(0, half));
    const copy = one.copy(state);
    bitsOf(one, walk(8, 50), copy);
    expect(bitsOf(one, BARS.slice(half), state)).toEqual(whole.slice(half * perBar));
  });

  test("is warm from its declared bar on, and tells every output with it where the market moves", () => {
    const moving = walk(9, 260).map((bar, index) => ({
      ...bar,
      ...{ o: bar.o, c: bar.c + (index % 7) * 0.01, h: bar.h + 0.13 + (index % 3) * 0.01, l: bar.l - 0.11 },
      v: bar.v + 1,
    }));
    const told = run(one, moving);
    const firstWarm = told.findIndex(({ warm }) => warm) + 1;
    const firstWhole =
      told.findIndex(({ values }) => Object.values(values).every((value) => value !== null)) + 1;
    expect(firstWhole).toBe(one.warmUpBars ?? 61);
    expect(firstWarm).toBe(firstWhole);
    expect(told.slice(firstWarm - 1).every(({ warm }) => warm)).toBe(true);
  });

  test("refuses a bar with a number that is not finite, and is as it was", () => {
    const state = stateAfter(one, BARS.slice(0, 60));
    const before = JSON.stringify(state);
    const bar = BARS[60]!;
    for (const field of ["o", "h", "l", "c", "v", "t", "day"] as const)
      for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
        expect(() => one.next(state, { ...bar, [field]: wrong }, roomFor(one))).toThrow(RangeError);
    expect(JSON.stringify(state)).toBe(before);
  });

  test("keeps nothing but finite numbers", () => {
    const state = one.start();
    const room = roomFor(one);
    for (const bar of walk(10, 120)) {
      one.next(state, bar, room);
      expect(JSON.stringify(state)).not.toMatch(/null|undefined/);
    }
  });
});

function stateAfter(one: Indicator, bars: readonly IndicatorBar[]): IndicatorState {
  const state = one.start();
  bitsOf(one, bars, state);
  return throughJson(state);
}
