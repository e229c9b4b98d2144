import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CONDITION_TABLES,
  countsForHighLow,
  countsForOpenClose,
  countsForVolume,
  countsOf,
  EVERYTHING,
} from "../../src/quant/trade-conditions.ts";

/** As the tapes' specifications print it: consolidated last, high and low, volume. */
const shown = (conditions: readonly string[], venue = "XNAS"): string => {
  const { counts } = countsOf(conditions, venue);
  return [countsForOpenClose(counts), countsForHighLow(counts), countsForVolume(counts)]
    .map((yes) => (yes ? "Y" : "N"))
    .join("");
};

describe("the tapes' published rules", () => {
  test.each([
    ["C", "NNY"],
    ["F", "YYY"],
    ["H", "NNY"],
    ["I", "NNY"],
    ["K", "YYY"],
    ["L", "YYY"],
    ["M", "NNN"],
    ["N", "NNY"],
    ["P", "NYY"],
    ["Q", "NNN"],
    ["R", "NNY"],
    ["T", "NNY"],
    ["U", "NNY"],
    ["V", "NNY"],
    ["X", "YYY"],
    ["Z", "NYY"],
    ["4", "NYY"],
    ["5", "YYY"],
    ["6", "YYY"],
    ["7", "NNY"],
    ["9", "YYN"],
    ["@", "YYY"],
  ])("%s counts as %s on both tapes", (letter, rule) => {
    expect([shown([letter], "XNAS"), shown([letter], "XNYS")]).toEqual([rule, rule]);
  });

  test("B is an average price on tapes A and B, and bunched on tape C", () => {
    expect([shown(["B"], "XNYS"), shown(["B"], "XNAS")]).toEqual(["NNY", "YYY"]);
  });

  test("W and G mean something on tape C alone", () => {
    expect([shown(["W"], "XNAS"), shown(["G"], "XNAS"), shown(["W"], "XNYS")]).toEqual(["NNY", "NYY", "YYY"]);
    expect(countsOf(["W", "G"], "XNYS").unknown).toBe(2);
  });

  test("letters say nothing on a venue without such a tape", () => {
    expect(countsOf(["I", "T"], "BINANCE")).toEqual({ counts: EVERYTHING, unknown: 2 });
  });
});

describe("laws", () => {
  test("words count alike on every venue", () => {
    for (const venue of ["XNAS", "XNYS", "BINANCE"])
      expect(
        ["odd-lot", "out-of-sequence", "corrected-close", "official-close", "closing-auction"].map((word) =>
          shown([word], venue),
        ),
      ).toEqual(["NNY", "NYY", "YYN", "NNN", "YYY"]);
  });

  test("what may be an open or a close may be a high or a low, so that a bar's high is never below its close", () => {
    for (const counts of CONDITION_TABLES.flatMap((table) => [...table.values()]))
      expect(countsForOpenClose(counts) && !countsForHighLow(counts)).toBe(false);
  });

  test("of several flags each takes what it takes, in any order; an unknown one takes nothing", () => {
    const flags = [...new Set(CONDITION_TABLES.flatMap((table) => [...table.keys()])), "nobody-knows"];
    void fc.assert(
      fc.property(fc.array(fc.constantFrom(...flags), { maxLength: 5 }), (some) => {
        const alone = some.map((flag) => countsOf([flag], "XNAS").counts);
        const { counts } = countsOf(some, "XNAS");
        expect(counts).toBe(alone.reduce((left, one) => left & one, EVERYTHING));
        expect(countsOf([...some].reverse(), "XNAS").counts).toBe(counts);
      }),
    );
  });
});
