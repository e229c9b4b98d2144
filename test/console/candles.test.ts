import { describe, expect, test } from "vitest";
import { type Candle, Candles } from "../../src/console/candles.ts";

const MINUTE = 60_000;
const candle = (minute: number, fields: Partial<Candle> = {}): Candle => ({
  ...{ t: minute * MINUTE, o: "1", h: "1", l: "1", c: "1", v: "1", n: 1, rev: 0, state: "final" },
  ...fields,
});

describe("the candles of a chart", () => {
  test("stand in order of time, whichever way the pages come", () => {
    const candles = new Candles();
    candles.merge([candle(5), candle(6)]);
    expect(candles.merge([candle(2), candle(3)]).whole).toBe(true);
    expect(candles.all.map(({ t }) => t / MINUTE)).toEqual([2, 3, 5, 6]);
  });

  test("grow at the end without being drawn anew", () => {
    const candles = new Candles();
    candles.merge([candle(5)]);
    const { whole, changed } = candles.merge([candle(6, { state: "forming" })]);
    expect([whole, changed.map(({ t }) => t / MINUTE)]).toEqual([false, [6]]);
  });

  test("keep the newest word: more trades, a later state, a higher revision; never an older one", () => {
    const candles = new Candles();
    candles.merge([candle(1, { state: "forming", n: 3, c: "3" })]);
    expect(candles.merge([candle(1, { state: "forming", n: 2, c: "2" })]).changed).toEqual([]);
    candles.merge([candle(1, { state: "final", n: 4, c: "4" })]);
    expect(candles.merge([candle(1, { state: "forming", n: 4, c: "4" })]).changed).toEqual([]);
    const revised = candle(1, { state: "revised", rev: 1, n: 5, c: "5" });
    expect(candles.merge([revised])).toEqual({ whole: false, changed: [revised] });
    expect(candles.newest).toEqual(revised);
  });

  test("draw anew where a late trade makes a bar between others", () => {
    const candles = new Candles();
    candles.merge([candle(1), candle(3)]);
    expect(candles.merge([candle(2, { state: "revised", rev: 1 })]).whole).toBe(true);
    expect(candles.all).toHaveLength(3);
  });
});
