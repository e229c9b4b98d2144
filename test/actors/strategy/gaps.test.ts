import { describe, expect, test } from "vitest";
import { Bench, filled, MINUTE, markAt, opened, T0, update } from "./bench.ts";

const A = "XNAS:AAA";
const B = "XNAS:BBB";

const held = (qty: number, avgPrice: number, symbol = A) =>
  filled(symbol, qty, avgPrice, T0 - 5_000_000, { opening: true });

describe("what may be missing", () => {
  test("a hole in a symbol's numbers marks every candle from the change before it to the one after it", () => {
    const bench = new Bench().hear(opened([A, B]), held(1, 100_00));
    bench.tick(A, 1, T0 + MINUTE, 101_00);
    for (let minute = 0; minute <= 4; minute++) bench.tick(B, minute + 1, T0 + minute * MINUTE, 5_00);
    bench.tick(A, 3, T0 + 3 * MINUTE, 102_00);
    expect(bench.candles().map((candle) => candle.sampled)).toEqual([false, true, true, true, false]);
  });

  test("a batch that says sampled is exact where its numbers show no hole", () => {
    const bench = new Bench().hear(opened([A]), held(1, 100_00)).tick(A, 1, T0, 101_00);
    bench.prices(update(A, [[2, T0 + 1, 102_00]], { sampled: true }));
    expect(bench.candles()).toMatchObject([{ sampled: false }]);
  });

  test("a mark that is ahead of the changes counts as a change, and what lies between is missing", () => {
    const bench = new Bench().hear(opened([A]), held(1, 100_00)).tick(A, 1, T0, 101_00);
    bench.prices(update(A, [], { mark: markAt(4, T0 + 9, 104_00) }));
    expect(bench.candles()).toMatchObject([{ close: "4", tickCount: 2, sampled: true }]);
  });

  test("a hole that shows after the horizon still marks the candles that are too old to be folded again", () => {
    const bench = new Bench().hear(opened([A, B]), held(1, 100_00)).tick(A, 1, T0, 101_00);
    for (let minute = 0; minute <= 30; minute++) bench.tick(B, minute + 1, T0 + minute * MINUTE, 5_00);
    bench.tick(A, 3, T0 + 30 * MINUTE + 1, 102_00);
    const candles = bench.candles();
    expect(candles).toHaveLength(31);
    expect(candles.every((candle) => candle.sampled)).toBe(true);
    expect(candles[3]).toMatchObject({ rev: 1, state: "revised" });
  });

  test("the first change that is heard says that earlier ones are missing where it is not the symbol's first", () => {
    const bench = new Bench()
      .hear(opened([A, B]), held(1, 100_00))
      .tick(B, 1, T0, 5_00)
      .tick(A, 7, T0 + MINUTE, 101_00);
    expect(bench.candles()).toMatchObject([
      { sampled: true, missingLegs: [A] },
      { sampled: true, missingLegs: [] },
    ]);
  });

  test("a change that was heard already is not heard again", () => {
    const bench = new Bench().hear(opened([A]), held(1, 100_00)).tick(A, 1, T0, 101_00);
    const before = bench.candles();
    expect(bench.tick(A, 1, T0, 101_00).candles()).toEqual(before);
  });

  test("a price in the first batch without changes is where the leg stands, not a tick", () => {
    const bench = new Bench()
      .hear(opened([A]), held(1, 100_00))
      .prices(update(A, [], { mark: markAt(9, T0, 105_00) }));
    expect(bench.candles()).toEqual([]);
    expect(bench.tick(A, 10, T0 + 1, 106_00).candles()).toMatchObject([
      { tickCount: 1, close: "6", sampled: false },
    ]);
  });
});

describe("flags of legs", () => {
  test("a held leg whose price is older than 60 s at the end of the minute is stale", () => {
    const bench = new Bench().hear(opened([A, B]), held(1, 100_00), held(1, 100_00, B));
    bench
      .tick(A, 1, T0, 101_00)
      .tick(B, 1, T0 + 1, 101_00)
      .tick(B, 2, T0 + MINUTE + 3_000, 102_00)
      .tick(B, 3, T0 + 2 * MINUTE + 3_000, 103_00);
    expect(bench.candles().map((candle) => candle.staleLegs)).toEqual([[], [A], []]);
  });

  test("a price that was seen again unchanged is not stale", () => {
    const bench = new Bench().hear(opened([A, B]), held(1, 100_00), held(1, 100_00, B));
    bench.tick(A, 1, T0, 101_00).tick(B, 1, T0 + 1, 101_00);
    bench.prices(update(A, [], { mark: markAt(1, T0 + MINUTE + 1_000, 101_00) }));
    bench.tick(B, 2, T0 + MINUTE + 3_000, 102_00).tick(B, 3, T0 + 2 * MINUTE + 3_000, 103_00);
    expect(bench.candles().map((candle) => [candle.staleLegs, candle.tickCount])).toEqual([
      [[], 2],
      [[], 1],
      [[], 1],
    ]);
  });

  test("a leg that is flat is neither stale nor missing", () => {
    const bench = new Bench()
      .hear(opened([A, B]))
      .tick(A, 1, T0, 1_00)
      .tick(A, 2, T0 + 5 * MINUTE, 2_00);
    expect(
      bench.candles().every(({ staleLegs, missingLegs }) => staleLegs.length + missingLegs.length === 0),
    ).toBe(true);
  });

  test("a leg that has never traded is marked between bid and ask, and its candles say sampled", () => {
    const quote = (bid: number, ask: number, quoteTs: number) =>
      ({ bid, ask, quoteTs, lastChanges: 0 }) as never;
    const bench = new Bench().hear(opened([A]), held(2, 100_00)).baseline(A, quote(99_00, 100_01, T0 - 5));
    bench.prices(update(A, [], { mark: quote(100_00, 101_01, T0 + 5) }));
    expect(bench.candles()).toMatchObject([
      { close: "1.01", tickCount: 0, sampled: true, grossExposure: "201.01" },
    ]);
    expect(
      bench
        .tick(A, 1, T0 + MINUTE + 9, 105_00)
        .candles()
        .at(-1),
    ).toMatchObject({ close: "10", tickCount: 1, sampled: false });
  });
});
