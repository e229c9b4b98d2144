import { describe, expect, test } from "vitest";
import { Bench, filled, MINUTE, opened, T0, update } from "./bench.ts";

const A = "XNAS:AAA";
const B = "XNAS:BBB";

const held = (qty: number, avgPrice: number, symbol = A) =>
  filled(symbol, qty, avgPrice, T0 - 5_000_000, { opening: true });

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

describe("revisions", () => {
  /** Ten minutes of A are final; B lies behind them. */
  const skewed = () => {
    const bench = new Bench().hear(opened([A, B]), held(1, 100_00), held(1, 100_00, B));
    for (let minute = 0; minute <= 10; minute++)
      bench.tick(A, minute + 1, T0 + minute * MINUTE + 5_000, 101_00);
    return bench.tick(B, 1, T0 + 1, 100_00);
  };
  const revisions = (bench: Bench) => bench.facts().filter(({ candle }) => candle.rev > 0);

  test("of a candle they come at most once a second of the clock, however often a late feed changes it", () => {
    const bench = skewed();
    bench.clock.pass(1_000);
    const before = revisions(bench).length;
    for (let n = 2; n <= 16; n++) {
      if ((bench.timers.dueOf("closing") ?? Infinity) <= bench.clock.now())
        bench.closeByClock(bench.clock.now());
      bench.tick(B, n, T0 + n * 200, 100_00 + n * 100);
      bench.clock.pass(200);
    }
    const fresh = Map.groupBy(revisions(bench).slice(before), ({ candle }) => candle.start);
    expect([...fresh.values()].map((said) => said.length)).toEqual(Array(10).fill(3));
  });

  test("what is owed is said a second after the last one, even after a kill", () => {
    const bench = skewed();
    const before = bench.facts();
    bench.tick(B, 2, T0 + 2, 150_00);
    expect(bench.facts()).toEqual(before);
    const due = bench.sql.exec("SELECT due FROM timer WHERE name = 'closing'");
    expect(due).toEqual([{ due: bench.clock.now() + 1_000 }]);
    bench.reload();
    bench.clock.pass(1_000);
    bench.closeByClock(bench.clock.now());
    expect(bench.facts().slice(before.length)).toHaveLength(10);
    expect(bench.candles().map(({ close, sampled }) => [close, sampled])).toEqual(
      Array(11).fill(["51", false]),
    );
    bench.reload();
    bench.closeByClock(bench.clock.now());
    expect(bench.facts().slice(before.length)).toHaveLength(10);
    expect(bench.state.changedFrom).toBe(Infinity);
  });

  test("a candle that leaves memory says first what it owes", () => {
    const bench = skewed().tick(B, 2, T0 + 2, 150_00);
    bench.tick(A, 12, T0 + 40 * MINUTE, 101_00);
    expect(bench.candles().every(({ close }) => close === "51")).toBe(true);
  });

  test("a minute that becomes final is said at once, whatever is owed of others", () => {
    const bench = skewed().tick(B, 2, T0 + 2, 150_00);
    bench.tick(A, 12, T0 + 11 * MINUTE + 2_000, 101_00);
    expect(bench.facts().at(-1)?.candle).toMatchObject({ start: T0 + 10 * MINUTE, rev: 0 });
    expect(bench.candles().map(({ rev }) => rev)).toEqual([...Array(10).fill(1), 0, 0]);
  });
});
