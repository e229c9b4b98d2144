/** Each value again from its definition over the whole window, the plain way, on random walks. */
import { expect, test } from "vitest";
import type { IndicatorBar } from "../../../src/quant/indicators/bar.ts";
import { indicator, run, walk } from "./runs.ts";

type Values = readonly number[];
/** From the bars up to and with the one in question; undefined where it has no value. */
type Naive = (bars: readonly IndicatorBar[]) => Readonly<Record<string, number | undefined>>;

const sum = (values: Values): number => values.reduce((total, value) => total + value, 0);
const mean = (values: Values): number => sum(values) / values.length;
const closes = (bars: readonly IndicatorBar[]): Values => bars.map(({ c }) => c);
const typical = ({ h, l, c }: IndicatorBar): number => (h + l + c) / 3;
const ratio = (part: number, whole: number): number | undefined =>
  whole === 0 ? undefined : (100 * part) / whole;
const weighted = (values: Values): number =>
  sum(values.map((value, index) => value * (index + 1))) / ((values.length * (values.length + 1)) / 2);
const highest = (bars: readonly IndicatorBar[]): number => Math.max(...bars.map(({ h }) => h));
const lowest = (bars: readonly IndicatorBar[]): number => Math.min(...bars.map(({ l }) => l));
const changes = (values: Values): Values => values.slice(1).map((value, index) => value - values[index]!);

function place(bars: readonly IndicatorBar[], period: number, ago: number): number | undefined {
  const upTo = bars.slice(0, bars.length - ago);
  const window = upTo.slice(-period);
  return ratio(upTo.at(-1)!.c - lowest(window), highest(window) - lowest(window));
}

function meanOfAll(values: readonly (number | undefined)[]): number | undefined {
  return values.every((value) => value !== undefined) ? mean(values) : undefined;
}

const NAIVE: Readonly<Record<string, Naive>> = {
  sma_9: (bars) => ({ value: mean(closes(bars.slice(-9))) }),
  wma_9: (bars) => ({ value: weighted(closes(bars.slice(-9))) }),
  hma_9: (bars) => {
    const raw = [2, 1, 0].map((ago) => {
      const upTo = closes(bars.slice(0, bars.length - ago));
      return 2 * weighted(upTo.slice(-4)) - weighted(upTo.slice(-9));
    });
    return { value: weighted(raw) };
  },
  vwma_5: (bars) => {
    const window = bars.slice(-5);
    const volume = sum(window.map(({ v }) => v));
    return { value: volume === 0 ? undefined : sum(window.map(({ c, v }) => c * v)) / volume };
  },
  vwap: (bars) => {
    const day = bars.filter((bar) => bar.day === bars.at(-1)!.day);
    const volume = sum(day.map(({ v }) => v));
    return { value: volume === 0 ? undefined : sum(day.map((bar) => typical(bar) * bar.v)) / volume };
  },
  bbands_10_2: (bars) => {
    const window = closes(bars.slice(-10));
    const deviation = Math.sqrt(mean(window.map((value) => (value - mean(window)) ** 2)));
    return { upper: mean(window) + 2 * deviation, middle: mean(window), lower: mean(window) - 2 * deviation };
  },
  cci_7: (bars) => {
    const window = bars.slice(-7).map(typical);
    const middle = mean(window);
    const deviation = mean(window.map((value) => Math.abs(value - middle)));
    return { value: deviation === 0 ? undefined : (window.at(-1)! - middle) / (0.015 * deviation) };
  },
  willr_4: (bars) => {
    const at = place(bars, 4, 0);
    return { value: at === undefined ? undefined : at - 100 };
  },
  stoch_4_2_3: (bars) => {
    const slow = (ago: number) => meanOfAll([place(bars, 4, ago), place(bars, 4, ago + 1)]);
    return { k: slow(0), d: meanOfAll([slow(0), slow(1), slow(2)]) };
  },
  donchian_6: (bars) => {
    const window = bars.slice(-6);
    const [upper, lower] = [highest(window), lowest(window)];
    return { upper, middle: (upper + lower) / 2, lower };
  },
  aroon_6: (bars) => {
    const window = bars.slice(-7);
    const highs = window.map(({ h }) => h);
    const lows = window.map(({ l }) => l);
    const up = (100 * highs.lastIndexOf(highest(window))) / 6;
    const down = (100 * lows.lastIndexOf(lowest(window))) / 6;
    return { up, down, oscillator: up - down };
  },
  roc_6: (bars) => ({ value: ratio(bars.at(-1)!.c - bars.at(-7)!.c, bars.at(-7)!.c) }),
  mom_6: (bars) => ({ value: bars.at(-1)!.c - bars.at(-7)!.c }),
  cmo_4: (bars) => {
    const moves = changes(closes(bars.slice(-5)));
    return { value: ratio(sum(moves), sum(moves.map(Math.abs))) };
  },
  mfi_4: (bars) => {
    const window = bars.slice(-5);
    const moves = changes(window.map(typical));
    const flows = window.slice(1).map((bar) => typical(bar) * bar.v);
    const inward = sum(flows.filter((_, index) => moves[index]! > 0));
    return { value: ratio(inward, inward + sum(flows.filter((_, index) => moves[index]! < 0))) };
  },
  tr: (bars) => {
    const { h, l } = bars.at(-1)!;
    const before = bars.at(-2)?.c;
    const [high, low] = before === undefined ? [h, l] : [Math.max(h, before), Math.min(l, before)];
    return { value: high - low };
  },
  atr_5: (bars) => {
    const ranges = bars.map((_, index) => NAIVE["tr"]!(bars.slice(0, index + 1))["value"]!);
    return {
      value: ranges.slice(5).reduce((last, range) => (last * 4 + range) / 5, mean(ranges.slice(0, 5))),
    };
  },
  rsi_5: (bars) => {
    const moves = changes(closes(bars));
    const smoothed = (of: Values): number =>
      of.slice(5).reduce((last, move) => (last * 4 + move) / 5, mean(of.slice(0, 5)));
    const up = smoothed(moves.map((move) => Math.max(move, 0)));
    return { value: ratio(up, up + smoothed(moves.map((move) => Math.max(-move, 0)))) };
  },
  ema_6: (bars) => ({ value: closes(bars).reduce((last, close) => (5 * last + 2 * close) / 7) }),
  obv: (bars) => ({
    value: sum(bars.map(({ c, v }, index) => (index === 0 ? 0 : Math.sign(c - bars[index - 1]!.c) * v))),
  }),
  pivots: (bars) => {
    const days = [...new Set(bars.map(({ day }) => day))];
    const before = bars.filter(({ day }) => day === days.at(-2));
    const [h, l, c] = [highest(before), lowest(before), before.at(-1)?.c ?? 0];
    const p = (h + l + c) / 3;
    return {
      p,
      r1: 2 * p - l,
      s1: 2 * p - h,
      r2: p + h - l,
      s2: p - h + l,
      r3: h + 2 * (p - l),
      s3: l - 2 * (h - p),
    };
  },
};

const BARS = walk(31, 200);

test.each(Object.entries(NAIVE))("%s", (id, naive) => {
  const told = run(indicator(id), BARS);
  const first = told.findIndex(({ warm }) => warm);
  expect(first).toBeLessThan(70);
  let exists = 0;
  for (const [index, { values }] of told.entries()) {
    if (index < first) continue;
    for (const [output, value] of Object.entries(naive(BARS.slice(0, index + 1)))) {
      if (value === undefined) expect(values[output]).toBeNull();
      else expect(values[output]).toBeCloseTo(value, 8);
      exists += value === undefined ? 0 : 1;
    }
  }
  expect(exists).toBeGreaterThan(100);
});
