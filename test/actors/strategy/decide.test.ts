import { describe, expect, test } from "vitest";
import { Bench, filled, leg, MINUTE, markAt, opened, T0, update } from "./bench.ts";

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

describe("the order of event time", () => {
  test("prices of different hubs fold in the order of their times, however they arrive", () => {
    const inOrder = new Bench().hear(opened([A, B]), held(10, 100_00), held(-10, 100_00, B));
    inOrder
      .tick(A, 1, T0 + 1, 110_00)
      .tick(B, 1, T0 + 2, 110_00)
      .tick(A, 2, T0 + 3, 90_00)
      .tick(B, 2, T0 + 4, 90_00);
    const byHub = new Bench().hear(opened([A, B]), held(10, 100_00), held(-10, 100_00, B));
    byHub.prices(
      update(B, [
        [1, T0 + 2, 110_00],
        [2, T0 + 4, 90_00],
      ]),
    );
    byHub.prices(
      update(A, [
        [1, T0 + 1, 110_00],
        [2, T0 + 3, 90_00],
      ]),
    );
    expect(byHub.candles()).toEqual(inOrder.candles());
    expect(byHub.candles()).toMatchObject([{ high: "100", low: "-200", close: "0" }]);
  });

  test("at the same millisecond prices come before fills", () => {
    const bench = new Bench().hear(opened([A])).tick(A, 1, T0, 90_00);
    bench.hear(filled(A, 10, 100_00, T0 + 5)).tick(A, 2, T0 + 5, 100_00);
    expect(bench.candles()).toMatchObject([{ high: "0", low: "0", close: "0" }]);
  });

  test("a change never counts before the change of its symbol ahead of it", () => {
    const bench = new Bench().hear(opened([A]), held(1, 100_00));
    bench.tick(A, 1, T0 + 500, 103_00).tick(A, 2, T0 + 100, 101_00);
    expect(bench.candles()).toMatchObject([{ close: "1", high: "3", tickCount: 2, sampled: false }]);
  });

  test("a fill whose time lies ahead of all prices closes no minute of theirs", () => {
    const bench = new Bench()
      .hear(opened([A]), filled(A, 1, 100_00, T0 + 500 * MINUTE))
      .tick(A, 1, T0, 99_00);
    bench.tick(A, 2, T0 + 30_000, 98_00);
    expect(bench.candles()).toMatchObject([
      { t: T0, state: "forming", close: "0" },
      { t: T0 + 500 * MINUTE, state: "forming", close: "-2" },
    ]);
  });
});

describe("closing", () => {
  test("a minute is final when event time passes its end by the grace of 2 s", () => {
    const bench = new Bench().hear(opened([A]), held(1, 100_00)).tick(A, 1, T0, 101_00);
    expect(bench.tick(A, 2, T0 + MINUTE + 1_999, 102_00).candles()[0]).toMatchObject({ state: "forming" });
    expect(bench.tick(A, 3, T0 + MINUTE + 2_000, 103_00).candles()[0]).toMatchObject({
      state: "final",
      close: "1",
    });
  });

  test("the clock closes a minute only while events come at its pace", () => {
    const bench = new Bench().hear(opened([A]), held(1, 100_00)).tick(A, 1, T0 + 30_000, 101_00);
    expect(bench.closeByClock(T0 + 30_000 + MINUTE).candles()).toMatchObject([{ state: "forming" }]);
    expect(bench.closeByClock(T0 + 30_000 + MINUTE - 1).candles()).toMatchObject([{ state: "final" }]);
  });

  test("the clock does not close before the grace is over", () => {
    const bench = new Bench().hear(opened([A])).tick(A, 1, T0 + 30_000, 101_00);
    expect(bench.closeByClock(T0 + MINUTE + 1_999).candles()).toMatchObject([{ state: "forming" }]);
  });

  test("the closing timer is armed while events come at the pace of the clock, and not for a tape of last year", () => {
    const live = new Bench();
    live.clock.time = (T0 + 31_000) as typeof live.clock.time;
    live.hear(opened([A])).tick(A, 1, T0 + 30_000, 101_00);
    const due = live.timers.dueOf("closing") ?? 0;
    expect(due - (T0 + MINUTE + 2_000)).toBeGreaterThanOrEqual(0);
    expect(due - (T0 + MINUTE + 2_000)).toBeLessThan(1_000);
    const tape = new Bench().hear(opened([A])).tick(A, 1, T0 - 365 * 24 * 60 * MINUTE, 101_00);
    expect(tape.timers.dueOf("closing")).toBeUndefined();
  });

  test("a late change revises its candle and every one after it, and says so once each", () => {
    const bench = new Bench().hear(opened([A, B]), held(1, 100_00), held(1, 100_00, B));
    bench
      .tick(A, 1, T0, 101_00)
      .tick(A, 2, T0 + MINUTE, 102_00)
      .tick(A, 3, T0 + 2 * MINUTE + 5_000, 103_00);
    bench.tick(B, 1, T0 + 10, 90_00);
    expect(bench.candles()).toMatchObject([
      { close: "-9", low: "-9", high: "1", rev: 1, state: "revised", tickCount: 2, sampled: false },
      { open: "-9", close: "-8", rev: 1, state: "revised" },
      { open: "-8", close: "-7", rev: 0, state: "forming" },
    ]);
    expect(bench.facts().map(({ candle }) => [candle.start, candle.rev])).toEqual([
      [T0, 0],
      [T0 + MINUTE, 0],
      [T0, 1],
      [T0 + MINUTE, 1],
    ]);
  });

  test("a late change that changes nothing is no revision", () => {
    const bench = new Bench()
      .hear(opened([A]), held(1, 100_00))
      .tick(A, 1, T0, 101_00)
      .tick(A, 2, T0 + MINUTE + 5_000, 102_00);
    const facts = bench.facts();
    bench.tick(A, 2, T0 + 3, 999_00);
    expect(bench.facts()).toEqual(facts);
  });

  test("a late fill counts at its own time too", () => {
    const bench = new Bench()
      .hear(opened([A]))
      .tick(A, 1, T0, 100_00)
      .tick(A, 2, T0 + MINUTE + 5_000, 110_00);
    bench.hear(filled(A, 10, 100_00, T0 + 30_000));
    expect(bench.candles()).toMatchObject([
      { close: "0", grossExposure: "1000", state: "revised", rev: 1 },
      { open: "0", close: "100", state: "forming" },
    ]);
  });

  test("what comes for a time beyond the horizon counts where nothing is final yet, and the candles between say sampled", () => {
    const bench = new Bench().hear(opened([A, B]), held(1, 100_00), held(1, 100_00, B));
    for (let minute = 0; minute <= 20; minute++)
      bench.tick(A, minute + 1, T0 + minute * MINUTE, 101_00 + minute * 100);
    bench.tick(B, 1, T0 + 2 * MINUTE, 90_00);
    const candles = bench.candles();
    expect(candles.map((candle) => candle.sampled)).toEqual([false, false, ...Array(18).fill(true), false]);
    expect(candles.slice(2, 19).every((candle) => candle.rev === 1 && candle.state === "revised")).toBe(true);
    expect(candles.at(-1)).toMatchObject({ close: "11", state: "forming" });
    expect(bench.state.lateMoments).toBe(1);
    expect(
      bench
        .tick(A, 22, T0 + 21 * MINUTE, 101_00)
        .candles()
        .at(-1),
    ).toMatchObject({ sampled: false, close: "-9" });
  });
});

describe("what may be missing", () => {
  test("a hole in a symbol's numbers marks every candle from the change before it to the one after it", () => {
    const bench = new Bench().hear(opened([A, B]), held(1, 100_00));
    bench.tick(A, 1, T0 + MINUTE, 101_00);
    for (let minute = 0; minute <= 4; minute++) bench.tick(B, minute + 1, T0 + minute * MINUTE, 5_00);
    bench.tick(A, 3, T0 + 3 * MINUTE, 102_00);
    expect(bench.candles().map((candle) => candle.sampled)).toEqual([false, true, true, true, false]);
  });

  test("a conflated update marks its candle though its numbers show no hole", () => {
    const bench = new Bench().hear(opened([A]), held(1, 100_00)).tick(A, 1, T0, 101_00);
    bench.prices(update(A, [[2, T0 + 1, 102_00]], { sampled: true }));
    expect(bench.candles()).toMatchObject([{ sampled: true }]);
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
