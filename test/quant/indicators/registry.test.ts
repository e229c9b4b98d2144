/** How indicators are named, and what is refused. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { roomFor } from "../../../src/quant/indicators/definition.ts";
import { PERIOD_MAX } from "../../../src/quant/indicators/parameters.ts";
import { DEFINITIONS, INDICATOR_TEXT_MAX, indicatorOf } from "../../../src/quant/indicators/registry.ts";
import { indicator, mapped, walk } from "./runs.ts";

const MUST_HAVE = [
  ...["sma", "ema", "wma", "dema", "tema", "hma", "kama", "rma", "vwma", "vwap", "rsi", "stoch", "stochrsi"],
  ...["macd", "ppo", "roc", "mom", "cci", "willr", "mfi", "cmo", "tsi", "atr", "natr", "tr", "bbands"],
  ...["keltner", "donchian", "supertrend", "psar", "adx", "aroon", "obv", "pivots"],
];

test("the must-have set is there, all thirty-four, and each name once", () => {
  const names = DEFINITIONS.map(({ name }) => name);
  expect(MUST_HAVE).toHaveLength(34);
  expect(names).toEqual(expect.arrayContaining(MUST_HAVE));
  expect(new Set(names).size).toBe(names.length);
});

test("with the longest windows, and every digit used, a state is below 24 kB of JSON", () => {
  const sizes = MUST_HAVE.map((name) => {
    const { parameters } = indicator(name).definition;
    const longest = parameters.map((one) => (one.kind === "integer" ? one.max : one.default));
    // Of two that have to differ the first is one shorter.
    const found = [longest, [PERIOD_MAX - 1, ...longest.slice(1)], [10, PERIOD_MAX - 1, PERIOD_MAX]]
      .map((values) => indicatorOf([name, ...values].join("_")))
      .find(({ ok }) => ok);
    if (found?.ok !== true) throw new Error(`${name} has no longest windows`);
    const state = found.indicator.start();
    const room = roomFor(found.indicator);
    for (const bar of mapped(
      walk(51, 1_200),
      (price) => price / 3,
      (size) => size / 7,
    ))
      found.indicator.next(state, bar, room);
    return JSON.stringify(state).length;
  });
  expect(Math.max(...sizes)).toBeLessThan(24_000);
  expect(Math.max(...sizes)).toBeGreaterThan(12_000);
});

test("the README has a row of each of them, with the memory that it declares", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../src/quant/indicators/README.md"), "utf8");
  const rows = text.slice(text.indexOf("## The thirty-four"), text.indexOf("## What they are")).split("\n");
  for (const name of MUST_HAVE) {
    const { id, memoryBars, warmUpBars } = indicator(name);
    const row = rows.find((line) => line.includes(`\`${id}\``));
    expect(row, id).toBeDefined();
    if (memoryBars !== null && memoryBars > (warmUpBars ?? 0) + 1)
      expect(row?.replaceAll(",", ""), id).toMatch(new RegExp(`\\b${memoryBars}\\b`));
  }
});

describe.each(DEFINITIONS.map((one) => [one.name, one] as const))("%s", (name, definition) => {
  test("has a default of every parameter that is in its range, and its id reads back as itself", () => {
    const one = indicator(name);
    expect(indicator(one.id)).toMatchObject({ id: one.id, parameters: one.parameters });
    for (const parameter of definition.parameters)
      expect(one.parameters[parameter.name]).toBe(parameter.default);
  });

  test("describes itself in what a URL, a topic and a sentence may hold", () => {
    expect(name).toMatch(/^[a-z][a-z0-9-]{1,31}$/);
    expect(definition.outputs.length).toBeGreaterThan(0);
    expect(new Set(definition.outputs).size).toBe(definition.outputs.length);
    expect(definition.title.length).toBeGreaterThan(3);
    expect(definition.seed).toMatch(/\.$/);
  });

  test("takes each parameter at both ends of its range, and nothing beyond", () => {
    for (const [place, parameter] of definition.parameters.entries()) {
      if (parameter.kind === "source") continue;
      const text = (value: number): string =>
        [name, ...definition.parameters.slice(0, place).map((other) => other.default), value].join("_");
      for (const value of [parameter.min, parameter.max]) {
        const found = indicatorOf(text(value));
        // What two parameters must be to each other is refused with words of its own.
        expect(found.ok || !found.detail.includes(" is from ")).toBe(true);
      }
      expect(indicatorOf(text(parameter.max + 1))).toMatchObject({ ok: false, code: "indicator-parameters" });
    }
  });
});

test.each([
  ["sma", "sma_20"],
  ["sma_50", "sma_50"],
  ["sma_50_close", "sma_50"],
  ["sma_50_hl2", "sma_50_hl2"],
  ["vwap", "vwap"],
  ["vwap_close", "vwap_close"],
  ["macd_5", "macd_5_26_9"],
  ["bbands_20_2.0", "bbands_20_2"],
  ["bbands_20_2.50", "bbands_20_2.5"],
  ["psar", "psar_0.02_0.2"],
  ["obv", "obv"],
])("%s is %s", (text, id) => {
  expect(indicator(text).id).toBe(id);
});

test.each([
  ...["", "_", "SMA", "sma ", "sma20", "toString", "__proto__", "constructor_1", "sma.20"],
  "x".repeat(INDICATOR_TEXT_MAX + 1),
])("%j is no indicator", (text) => {
  expect(indicatorOf(text)).toMatchObject({ ok: false, code: "indicator-unknown" });
});

test.each([
  ["sma_", "a plain number"],
  ["sma_0", "from 1"],
  [`sma_${PERIOD_MAX + 1}`, "from 1"],
  ["sma_1.5", "whole number"],
  ["sma_-3", "a plain number"],
  ["sma_1e2", "a plain number"],
  ["sma_020", "a plain number"],
  ["sma_NaN", "a plain number"],
  ["sma_20_median", "source is one of"],
  ["sma_20_close_2", "has 2 parameters"],
  ["macd_26_12", "fast is below slow"],
  ["macd_26_26", "fast is below slow"],
  ["psar_0.3_0.2", "step is not above max"],
  ["bbands_20_2.12345", "4 decimals"],
  ["bbands_20_0", "from 0.01"],
  ["obv_1", "has 0 parameters"],
])("%s is refused: %s", (text, detail) => {
  const found = indicatorOf(text);
  expect(found).toMatchObject({ ok: false, code: "indicator-parameters" });
  expect(!found.ok && found.detail).toContain(detail);
});
