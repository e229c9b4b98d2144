import { describe, expect, test } from "vitest";
import {
  age,
  figure,
  fitting,
  grouped,
  momentIn,
  momentOf,
  PRICE_DIGITS,
  percentOfShare,
  signed,
  span,
  unitOf,
} from "../../src/console/figures.ts";

describe("figures", () => {
  test.each([
    ["1234567.5", "1\u202f234\u202f567.5"],
    ["-1000", "\u22121\u202f000"],
    ["0.00001234", "0.00001234"],
    ["9007199254740993.123456789012", "9\u202f007\u202f199\u202f254\u202f740\u202f993.123456789012"],
    ["100", "100"],
    [null, "–"],
  ])("%s is grouped and keeps every digit", (decimal, shown) => expect(grouped(decimal)).toBe(shown));

  test.each([
    ["0.5", "50 %"],
    ["1", "100 %"],
    ["0.123456", "12.3456 %"],
    ["0", "0 %"],
    ["0.001", "0.1 %"],
    ["12.5", "1\u202f250 %"],
    ["-0.25", "\u221225 %"],
    [null, "–"],
  ])("a share of %s is shown as %s", (share, shown) => expect(percentOfShare(share)).toBe(shown));

  test.each([
    [0.1234567, "0.123457"],
    [1234567.8, "1\u202f234\u202f570"],
    [-100, "\u2212100"],
    [0, "0"],
    [0.0000001, "1e-7"],
    [null, "–"],
    [59_292.3, "59\u202f292.3"],
  ])("of the float %s six digits are shown", (value, shown) => expect(figure(value)).toBe(shown));

  test("a price between two prices has nine, and no digit that is not in it", () =>
    expect([59_292.30000001, 59_291.048749, 23.9877531].map((value) => figure(value, PRICE_DIGITS))).toEqual([
      "59\u202f292.3",
      "59\u202f291.0487",
      "23.9877531",
    ]));

  test.each([
    ["0.123456789012", "0.12345678…"],
    ["-12345.678901234567", "\u221212\u202f345.6789…"],
    ["1234567.891234567891", "1\u202f234\u202f567.89…"],
    ["9007199254740993.123456789012", "9\u202f007\u202f199\u202f254\u202f740\u202f993.12…"],
    ["999.999999999999", "999.999999…"],
    // One digit more takes no more room than the mark.
    ["999.9999999", "999.9999999"],
    ["123456789.123", "123\u202f456\u202f789.123"],
    ["1000.25", "1\u202f000.25"],
    ["123456789012", "123\u202f456\u202f789\u202f012"],
    [null, "–"],
  ])("of %s a tile shows what fits in it, cents in any case, and nothing is rounded", (decimal, shown) => {
    expect(fitting(grouped(decimal))).toBe(shown);
    expect(grouped(decimal).startsWith(shown.replace("…", ""))).toBe(true);
  });

  test("the currency of a figure is said where it is another one than all else is in", () =>
    expect([
      unitOf("1.5", "EUR", "USD"),
      unitOf("1.5", "USD", "USD"),
      unitOf(null, "EUR", "USD"),
      unitOf("1.5", null, "USD"),
      unitOf("1.5", undefined, "USD"),
    ]).toEqual(["EUR", "", "", "", ""]));

  test("a change has a sign, and none where nothing changed", () =>
    expect([signed("1.5"), signed("-1.5"), signed("0.00"), signed(null)]).toEqual([
      "+1.5",
      "\u22121.5",
      "0.00",
      "–",
    ]));

  test("spans are in their largest whole unit", () =>
    expect([0, 999, 1_000, 59_999, 3_600_000, 172_800_000, null].map(span)).toEqual([
      "0 ms",
      "999 ms",
      "1 s",
      "59 s",
      "1 h",
      "2 d",
      "–",
    ]));

  test("an age below a second is now", () => expect([age(10), age(1_500)]).toEqual(["now", "1 s"]));

  test("moments are in the zone that is named", () => {
    const at = Date.UTC(2026, 10, 22, 2, 5, 9);
    expect(momentOf(at)).toBe("2026-11-22 02:05:09");
    expect(momentIn(at, "America/New_York", "minute")).toBe("2026-11-21 21:05");
    expect(momentIn(at, "Asia/Tokyo", "day")).toBe("2026-11-22");
    const midnight = Date.parse("2026-11-23T05:00:00Z");
    expect(momentIn(midnight, "America/New_York", "day")).toBe("2026-11-23");
    const eveningBefore = Date.parse("2026-11-22T22:00:00Z");
    expect(momentIn(eveningBefore, "America/New_York", "day")).toBe("2026-11-23");
    expect(momentIn(at, "Nowhere/Land", "minute")).toBe("2026-11-22 02:05");
  });
});
