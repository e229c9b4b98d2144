import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { QuoteReply } from "../../../src/contracts/quote.ts";
import { udfQuotesReply } from "../../../src/contracts/udf.ts";
import { decimalText } from "../../../src/domain/decimal.ts";
import { failedLine, quoteLine } from "../../../src/http/udf/quotes.ts";
import { listed } from "../../support/fake-edge.ts";

const UNTRADED: QuoteReply = {
  ...{ symbol: "X:A", last: null, bid: null, bidSize: null, ask: null, askSize: null, dayOpen: null },
  ...{ dayHigh: null, dayLow: null, dayVolume: "0", prevClose: null, change: null, changePercent: null },
  ...{ stale: true, ageMs: null, seq: 0 },
};
const lineOf = (n: string, quote: Partial<QuoteReply>) =>
  quoteLine(n, listed("X:A", { exchange: "E" }), { ...UNTRADED, ...quote });
const reply = (...lines: string[]) =>
  udfQuotesReply.safeParse({ s: "ok", d: lines.map((line) => JSON.parse(line)) });

describe("a line of quotes", () => {
  test("has the numbers of the quote with every digit", () => {
    const decimal = fc
      .tuple(fc.bigInt({ min: 1n, max: 10n ** 22n }), fc.integer({ min: 0, max: 12 }))
      .map(([value, scale]) => decimalText(value, scale));
    fc.assert(
      fc.property(decimal, decimal, (price, dayVolume) => {
        const line = lineOf("A", { last: { price, size: "1", ts: 0 }, bid: price, dayVolume });
        for (const part of [`"lp":${price},`, `"bid":${price},`, `"volume":${dayVolume},`])
          expect(line).toContain(part);
      }),
    );
  });

  test.each([
    ["100.1", "100.05", "0.05"],
    ["100", "99.9999", "0.0001"],
    ["0.3", "0.1", "0.2"],
    ["100", "100", "0"],
    ["99", "100.5", "-1.5"],
  ])("the spread of an ask of %s and a bid of %s is %s, exactly", (ask, bid, spread) => {
    expect(lineOf("A", { ask, bid })).toContain(`"spread":${spread},`);
  });

  test("leaves out what is not known", () => {
    const { v } = JSON.parse(lineOf("A", {}));
    expect(Object.keys(v)).toEqual(["volume", "short_name", "exchange", "description", "original_name"]);
    expect(reply(lineOf("A", {}), lineOf("A", { bid: "1" })).error).toBeUndefined();
  });

  test("stands under the name that was asked for, letter by letter", () => {
    for (const n of ["X:A", 'a"b\\c', "", " A ", "\u2028"])
      expect([JSON.parse(lineOf(n, {})).n, JSON.parse(failedLine(n, { code: "symbol-unknown" })).n]).toEqual([
        n,
        n,
      ]);
  });

  test("that failed says so, with why", () => {
    const line = failedLine("A", { code: "overloaded", detail: "too much" });
    expect(JSON.parse(line)).toEqual({ s: "error", n: "A", v: {}, errmsg: "overloaded: too much" });
    expect(reply(line).error).toBeUndefined();
  });
});
