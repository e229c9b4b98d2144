/** How far back a value reaches: what is older than the declared memory is not felt, so a page may begin anywhere. */
import { describe, expect, test } from "vitest";
import type { IndicatorBar } from "../../../src/quant/indicators/bar.ts";
import type { Indicator } from "../../../src/quant/indicators/definition.ts";
import { indicator, OWN_NAMES, run, walk } from "./runs.ts";

const PAGES = 4;
const OTHERS = [
  "sma_200",
  "wma_57_hlc3",
  "hma_100",
  "ema_100",
  "adx_5",
  "supertrend_7_1",
  "psar_0.05_0.3",
  "tsi_5_3_4",
];
const remembering = [...OWN_NAMES, ...OTHERS]
  .map((text) => indicator(text))
  .filter(({ memoryBars }) => memoryBars !== null);
const named = (indicators: readonly Indicator[]) => indicators.map((one) => [one.id, one] as const);

/** Of a sliding window the memory is the window. */
const windowed = remembering.filter(({ memoryBars, warmUpBars }) => memoryBars! <= warmUpBars! + 1);
const fading = remembering.filter((one) => !windowed.includes(one));

const last = (one: Indicator, bars: readonly IndicatorBar[]) => run(one, bars).at(-1)?.values;

/** Some moments behind the memory: the values of a run from the first bar, and of one over the memory alone. */
function* pages(one: Indicator, bars: readonly IndicatorBar[]) {
  const memory = one.memoryBars!;
  const whole = run(one, bars);
  for (let page = 0; page < PAGES; page += 1) {
    const end = bars.length - page * 7;
    yield { whole: whole[end - 1]!.values, page: last(one, bars.slice(end - memory, end))! };
  }
}

test.each(named(windowed))("%s is the same to the last bit", (_, one) => {
  for (const { whole, page } of pages(one, walk(11, one.memoryBars! + 200))) expect(page).toEqual(whole);
});

test.each(named(windowed))("%s keeps every digit behind a spike", (_, one) => {
  const bars = walk(12, one.memoryBars! + 60);
  const spiked = bars.map((bar, index) =>
    index === 20 ? { ...bar, o: 1e12, h: 1e12 + 1, l: 9e11, c: 1e12, v: 1e6 } : bar,
  );
  expect(last(one, spiked)).toEqual(last(one, bars));
});

test.each(named(fading))("%s is the same to twelve digits of a price", (_, one) => {
  for (const { whole, page } of pages(one, walk(13, one.memoryBars! + 200)))
    for (const [output, value] of Object.entries(whole)) expect(page[output]).toBeCloseTo(value!, 10);
});

describe("what is anchored", () => {
  const bars = walk(14, 300);

  test("vwap of a day needs that day alone, to the last bit", () => {
    expect(last(indicator("vwap"), bars.slice(240))).toEqual(last(indicator("vwap"), bars));
  });

  test("pivots need the day before, and not what was before that", () => {
    expect(last(indicator("pivots"), bars.slice(180))).toEqual(last(indicator("pivots"), bars));
  });

  test("obv of a later start differs by a number that does not change", () => {
    const whole = run(indicator("obv"), bars).slice(100);
    const part = run(indicator("obv"), bars.slice(100));
    const differences = part.map(({ values }, index) => whole[index]!.values["value"]! - values["value"]!);
    for (const difference of differences) expect(difference).toBeCloseTo(differences[0]!, 9);
  });
});
