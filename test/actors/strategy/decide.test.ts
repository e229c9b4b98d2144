import { describe, expect, test } from "vitest";
import { Bench, filled, leg, MINUTE, markAt, opened, T0 } from "./bench.ts";

const A = "XNAS:AAA";
const B = "XNAS:BBB";

const held = (qty: number, avgPrice: number, symbol = A) =>
  filled(symbol, qty, avgPrice, T0 - 5_000_000, { opening: true });

describe("total profit and loss", () => {
  test("the first candle opens at 0, every other where the one before it closed", () => {
    const bench = new Bench().hear(opened([A]), held(10, 100_00)).baseline(A, markAt(3, T0 - 1_000, 105_00));
    bench.tick(A, 4, T0 + 1_000, 106_00).tick(A, 5, T0 + 5 * MINUTE, 104_00);
    expect(bench.candles()).toMatchObject([
      { t: T0, open: "0", high: "60", low: "0", close: "60", state: "final", rev: 0 },
      { t: T0 + 5 * MINUTE, open: "60", high: "60", low: "40", close: "40", state: "forming", rev: 0 },
    ]);
  });

  test("it is realised plus unrealised minus fees, and each candle shows them at its close", () => {
    const bench = new Bench().hear(opened([A])).tick(A, 1, T0, 100_00);
    bench.hear(
      filled(A, 10, 100_00, T0 + 1_000, { fee: "1.5" }),
      filled(A, -4, 103_00, T0 + 2_000, { fee: "0.5" }),
    );
    bench.tick(A, 2, T0 + 3_000, 102_00);
    expect(bench.candles()).toMatchObject([
      {
        close: "22",
        realised: "12",
        unrealised: "12",
        fees: "2",
        grossExposure: "612",
        tickCount: 2,
        high: "22",
        low: "-1.5",
      },
    ]);
  });

  test("a flip closes at average cost and opens the other way at the fill's price", () => {
    const bench = new Bench().hear(opened([A])).tick(A, 1, T0, 100_00);
    bench
      .hear(filled(A, 10, 100_00, T0 + 1_000), filled(A, -15, 110_00, T0 + 2_000))
      .tick(A, 2, T0 + 3_000, 108_00);
    expect(bench.candles()).toMatchObject([
      { realised: "100", unrealised: "10", close: "110", grossExposure: "540" },
    ]);
  });

  test("a multiplier counts", () => {
    const option = leg(A, 50n);
    const bench = new Bench().hear(
      opened([], { legs: [option] }),
      filled(A, 2, 100_00, T0, { leg: option, opening: true }),
    );
    expect(bench.tick(A, 1, T0, 101_00).candles()).toMatchObject([{ close: "100", grossExposure: "10100" }]);
  });

  test("a change of a leg that is not held counts as a tick and changes nothing", () => {
    const bench = new Bench().hear(opened([A, B]), held(10, 100_00));
    bench.tick(A, 1, T0, 101_00).tick(B, 1, T0 + 1, 7_00);
    expect(bench.candles()).toMatchObject([{ tickCount: 2, close: "10" }]);
  });

  test("a minute without a tick or a fill has no candle", () => {
    const bench = new Bench()
      .hear(opened([A]))
      .tick(A, 1, T0, 1_00)
      .tick(A, 2, T0 + 3 * MINUTE, 2_00);
    expect(bench.candles().map((candle) => candle.t)).toEqual([T0, T0 + 3 * MINUTE]);
  });

  test("an opening leg makes no candle by itself", () => {
    expect(new Bench().hear(opened([A]), held(10, 100_00)).candles()).toEqual([]);
  });

  test("a leg that is opened later counts from the strategy's event time on, whatever the clock says", () => {
    const bench = new Bench().hear(opened([A])).tick(A, 1, T0, 100_00);
    bench.hear(opened([A, B], {}), held(5, 90_00, B)).baseline(B, markAt(8, T0 - 400 * MINUTE, 100_00));
    expect(bench.candles()).toMatchObject([{ t: T0, close: "0" }]);
    expect(bench.tick(A, 2, T0 + 1, 101_00).candles()).toMatchObject([{ t: T0, close: "50" }]);
  });

  test("a fill before anything is priced makes a candle, its leg is missing and counts 0 unrealised", () => {
    const bench = new Bench().hear(opened([A]), filled(A, 10, 100_00, T0 + 5, { fee: "2" }));
    expect(bench.candles()).toMatchObject([
      {
        t: T0,
        close: "-2",
        unrealised: "0",
        grossExposure: "0",
        missingLegs: [A],
        tickCount: 0,
        sampled: false,
      },
    ]);
  });
});

describe("legs", () => {
  test("a fill brings a leg that nobody named, and its prices count from then on", () => {
    const bench = new Bench().hear(opened([A])).tick(A, 1, T0, 1_00);
    bench
      .hear(filled(B, 3, 10_00, T0 + 5))
      .baseline(B, markAt(2, T0, 10_00))
      .tick(B, 3, T0 + 9, 12_00);
    expect(bench.candles()).toMatchObject([{ close: "6", tickCount: 2 }]);
  });

  test("a leg that is no longer named and flat is not heard any more", () => {
    const bench = new Bench()
      .hear(opened([A, B]), held(1, 100_00))
      .tick(A, 1, T0, 101_00)
      .tick(B, 1, T0 + 1, 5_00);
    bench.hear({
      type: "strategy-amended",
      strategy: "carry",
      name: "Carry",
      tags: [],
      legs: [leg(A)],
      at: T0,
    });
    bench.tick(B, 2, T0 + 2, 6_00);
    expect(bench.candles()).toMatchObject([{ tickCount: 2 }]);
  });

  test("a leg that is no longer named but held is heard until it is flat", () => {
    const bench = new Bench().hear(opened([A]), held(1, 100_00)).tick(A, 1, T0, 101_00);
    bench.hear({ type: "strategy-amended", strategy: "carry", name: "Carry", tags: [], legs: [], at: T0 });
    bench
      .tick(A, 2, T0 + 2, 102_00)
      .hear(filled(A, -1, 102_00, T0 + 3))
      .tick(A, 3, T0 + 4, 103_00);
    expect(bench.candles()).toMatchObject([{ tickCount: 2, realised: "2", close: "2" }]);
  });

  test("a leg that is followed again begins with its price of then", () => {
    const bench = new Bench()
      .hear(opened([A, B]), held(1, 100_00))
      .tick(A, 1, T0, 101_00)
      .tick(B, 1, T0 + 1, 5_00);
    bench.hear({
      type: "strategy-amended",
      strategy: "carry",
      name: "Carry",
      tags: [],
      legs: [leg(A)],
      at: T0,
    });
    bench.tick(A, 2, T0 + 10, 101_00);
    bench.hear({
      type: "strategy-amended",
      strategy: "carry",
      name: "Carry",
      tags: [],
      legs: [leg(A), leg(B)],
      at: T0,
    });
    bench
      .baseline(B, markAt(40, T0 + 8, 9_00))
      .hear(filled(B, 1, 9_00, T0 + 11))
      .tick(B, 41, T0 + 12, 10_00);
    expect(bench.candles()).toMatchObject([{ close: "2", tickCount: 4, sampled: false }]);
  });
});
