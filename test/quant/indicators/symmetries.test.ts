/** Laws of scale, shift and mirror. Scales are powers of two, so that even the last bit has to be right. */
import { describe, expect, test } from "vitest";
import { indicator, mapped, OWN_NAMES, run, walk } from "./runs.ts";

const BARS = walk(21, 140);
const own = OWN_NAMES.filter((name) => !name.startsWith("cdl-"));

/** `level`: as prices are. `distance`: as differences of prices are. `share`: neither scale nor shift is felt. `percent`: scale is not. */
type Kind = "level" | "distance" | "share" | "percent" | "volume";
const LEVELS = ["sma", "ema", "wma", "rma", "dema", "tema", "hma", "kama", "vwma", "vwap"];
const BANDS = ["bbands", "keltner", "donchian", "pivots"];
const DISTANCES = ["macd", "mom", "atr", "tr"];
const PERCENTS = ["ppo", "roc", "natr", "mfi"];

function kindOf(name: string, output: string): Kind {
  if (output === "direction") return "share";
  if (LEVELS.includes(name) || BANDS.includes(name) || name === "supertrend" || name === "psar")
    return "level";
  if (DISTANCES.includes(name)) return "distance";
  if (PERCENTS.includes(name)) return "percent";
  return name === "obv" ? "volume" : "share";
}

const told = (name: string, bars = BARS) => run(indicator(name), bars).map(({ values }) => values);

test.each(own)("%s: four times the price", (name) => {
  const before = told(name);
  const after = told(
    name,
    mapped(BARS, (price) => price * 4),
  );
  for (const [index, values] of before.entries())
    for (const [output, value] of Object.entries(values)) {
      const scaled = ["level", "distance"].includes(kindOf(name, output)) ? 4 : 1;
      expect(after[index]![output]).toBe(value === null ? null : value * scaled);
    }
});

test.each(own)("%s: eight times the volume", (name) => {
  const before = told(name);
  const after = told(
    name,
    mapped(
      BARS,
      (price) => price,
      (size) => size * 8,
    ),
  );
  for (const [index, values] of before.entries())
    for (const [output, value] of Object.entries(values))
      expect(after[index]![output]).toBe(value === null ? null : value * (name === "obv" ? 8 : 1));
});

test.each(own.filter((name) => !PERCENTS.includes(name)))("%s: every price 64 higher", (name) => {
  const before = told(name);
  const after = told(
    name,
    mapped(BARS, (price) => price + 64),
  );
  for (const [index, values] of before.entries())
    for (const [output, value] of Object.entries(values)) {
      if (value === null) expect(after[index]![output]).toBeNull();
      else expect(after[index]![output]).toBeCloseTo(value + (kindOf(name, output) === "level" ? 64 : 0), 7);
    }
});

describe("in a mirror, what went up goes down", () => {
  const mirror = BARS.map((bar) => ({
    ...bar,
    o: 200 - bar.o,
    h: 200 - bar.l,
    l: 200 - bar.h,
    c: 200 - bar.c,
  }));
  type Law = readonly [name: string, output: string, of: string, law: (value: number) => number];
  const laws: readonly Law[] = [
    ["sma", "value", "value", (value) => 200 - value],
    ["kama", "value", "value", (value) => 200 - value],
    ["rsi", "value", "value", (value) => 100 - value],
    ["stochrsi", "k", "k", (value) => 100 - value],
    ["stoch", "d", "d", (value) => 100 - value],
    ["willr", "value", "value", (value) => -100 - value],
    ["cmo", "value", "value", (value) => -value],
    ["cci", "value", "value", (value) => -value],
    ["tsi", "signal", "signal", (value) => -value],
    ["macd", "histogram", "histogram", (value) => -value],
    ["mom", "value", "value", (value) => -value],
    ["tr", "value", "value", (value) => value],
    ["bbands", "upper", "lower", (value) => 200 - value],
    ["keltner", "lower", "upper", (value) => 200 - value],
    ["donchian", "upper", "lower", (value) => 200 - value],
    ["aroon", "up", "down", (value) => value],
    ["adx", "plusDi", "minusDi", (value) => value],
    ["adx", "adx", "adx", (value) => value],
    ["obv", "value", "value", (value) => -value],
    ["psar", "value", "value", (value) => 200 - value],
    ["pivots", "r3", "s3", (value) => 200 - value],
  ];

  test.each(laws)("%s %s", (name, output, of, law) => {
    const before = told(name);
    const after = told(name, mirror);
    for (const [index, values] of before.entries()) {
      const value = values[of];
      if (value === null || value === undefined) expect(after[index]![output]).toBeNull();
      else expect(after[index]![output]).toBeCloseTo(law(value), 7);
    }
  });
});
