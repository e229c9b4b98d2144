/** Values that others published, against ours. What differs by definition is named in the folder's README. */
import { describe, expect, test } from "vitest";
import type { IndicatorBar } from "../../../src/quant/indicators/bar.ts";
import { exponential, newMean } from "../../../src/quant/indicators/bricks/means.ts";
import { indicator, run, type Told } from "./runs.ts";
import achelis from "./vectors/achelis.json" with { type: "json" };
import taLib from "./vectors/ta-lib.json" with { type: "json" };
import tulip from "./vectors/tulip.json" with { type: "json" };

type Columns = {
  readonly h?: readonly number[];
  readonly l?: readonly number[];
  readonly c?: readonly number[];
  readonly v?: readonly number[];
};
type Case = {
  readonly id: string;
  readonly bars: Columns;
  readonly within: number;
  readonly values: Readonly<Record<string, readonly number[] | undefined>>;
};

/** What a case does not tell is taken from what it does: nothing of the indicator reads it. */
function barsOf({ h, l, c, v }: Columns): IndicatorBar[] {
  const closes = c ?? l ?? [];
  return closes.map((close, index) => ({
    ...{ t: index, day: 0, o: close, c: close },
    h: h?.[index] ?? close,
    l: l?.[index] ?? close,
    v: v?.[index] ?? 1,
  }));
}

/** Published values are those of the last bars; ours may begin later, where theirs begins with a seed. */
function compare(told: readonly Told[], output: string, published: readonly number[], within: number): void {
  const ours = told.slice(-published.length).map(({ values }) => values[output]);
  const seeds = ours.filter((value) => value === null).length;
  expect(ours.slice(0, seeds).every((value) => value === null)).toBe(true);
  expect(published.length - seeds).toBeGreaterThan(2);
  for (const [index, value] of ours.slice(seeds).entries())
    expect(Math.abs((value ?? Number.NaN) - published[seeds + index]!)).toBeLessThanOrEqual(within);
}

describe.each([
  ["Achelis", achelis.cases as readonly Case[]],
  ["Tulip", tulip.cases as readonly Case[]],
])("%s", (_, cases) => {
  test.each(cases.map((one) => [one.id, one] as const))("%s", (id, { bars, values, within }) => {
    const told = run(indicator(id), barsOf(bars));
    for (const [output, published] of Object.entries(values))
      if (published !== undefined) compare(told, output, published, within);
  });
});

describe("TA-Lib", () => {
  const bars = barsOf(taLib.bars);
  const rows = taLib.values as unknown as readonly (readonly [
    id: string,
    output: string,
    bar: number,
    text: string,
  ])[];

  test.each(rows)("%s %s of bar %i is %s", (id, output, bar, text) => {
    const value = run(indicator(id), bars.slice(0, bar + 1)).at(-1)?.values[output];
    // Some of their texts are cut off rather than rounded; those in full are of other ways to add up.
    const digits = text.split(".")[1]?.length ?? 0;
    const within = Math.max(1.001 * 10 ** -digits, 1e-12 * Math.max(Math.abs(Number(text)), 1));
    expect(Math.abs((value ?? Number.NaN) - Number(text))).toBeLessThanOrEqual(within);
  });
});

describe("what differs by definition", () => {
  const { bars, values, weights } = achelis.macd;

  test("macd: Achelis smooths 12, 26 and 9 by 0.15, 0.075 and 0.2, as our means do when they are told to", () => {
    const [fastWeight, slowWeight, signalWeight] = weights as [number, number, number];
    const [fast, slow, signal] = [newMean(), newMean(), newMean()];
    const lines: number[] = [];
    const signals: number[] = [];
    for (const [index, close] of bars.c.entries()) {
      const line = exponential(fast, fastWeight, close) - exponential(slow, slowWeight, close);
      if (index < 25) continue;
      lines.push(line);
      signals.push(exponential(signal, signalWeight, line));
    }
    for (const [index, line] of lines.entries()) {
      expect(line).toBeCloseTo(values.macd[index]!, 8);
      expect(signals[index]).toBeCloseTo(values.signal[index]!, 8);
    }
  });

  test("macd: with 2 / (n + 1) it lies up to 0.09 beside those", () => {
    const ours = run(indicator("macd"), barsOf(bars)).slice(25);
    const differences = ours.map(({ values: told }, index) => Math.abs(told["macd"]! - values.macd[index]!));
    expect(Math.max(...differences)).toBeGreaterThan(0.05);
    expect(Math.max(...differences)).toBeLessThan(0.09);
  });

  test("psar: begins with the first bar's extreme; in Wilder's own example, which goes on from the second's, the third stop is 50.047", () => {
    const wilder = barsOf({ h: [51.12, 52.35, 52.1], l: [50, 51.5, 51] });
    expect(run(indicator("psar"), wilder).map(({ values: told }) => told["value"])).toEqual([null, 50, 50]);
  });
});
