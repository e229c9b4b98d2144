/** What a symbol tells of its bars' returns, against the trades that it was sent. */
import { describe, expect, test } from "vitest";
import { PastReturns } from "../../../../actors/symbol/prices/past-returns.ts";
import { RETOLD, RETURNS_MAX, type ReturnResolution } from "../../../../src/domain/bar-return.ts";
import type { Instrument } from "../../../../src/domain/instrument.ts";
import type { Step } from "../../../../src/quant/adjustment.ts";
import { randomFrom } from "../../risk-shard/walk.ts";
import { DAY, HOUR, MINUTE, NOON, SymbolBench, trade } from "../bench.ts";

const NOON_DAY = Math.floor(NOON / DAY);
const WIDTHS = { "1": MINUTE, "5": 5 * MINUTE, "15": 15 * MINUTE, "60": HOUR, "1D": DAY } as const;

function opened(instrument: Partial<Instrument> = {}): SymbolBench {
  const bench = new SymbolBench(instrument);
  bench.clock.time = (NOON + 600 * DAY) as typeof bench.clock.time;
  return bench;
}
function returnsOf({ state, store, steps }: SymbolBench): PastReturns {
  return new PastReturns({
    state,
    bars: store.bars,
    steps: (until) => steps.filter(({ from }) => from <= until),
  });
}
const closed = (bench: SymbolBench, resolution: ReturnResolution) =>
  returnsOf(bench).history(resolution).returns;
const halved = (from: number): Step => ({
  from,
  factors: { price: { numerator: 1n, denominator: 2n }, volume: { numerator: 2n, denominator: 1n } },
});

describe("returns of closed bars", () => {
  test("are from close to close, in billionths, by days from 1970; the forming day has none", () => {
    const bench = opened();
    bench.take(trade(NOON, "100"), trade(NOON + HOUR, "80"), trade(NOON + DAY, "100"));
    bench.take(trade(NOON + 2 * DAY, "90"), trade(NOON + 3 * DAY, "1"));
    expect(returnsOf(bench).history("1D")).toEqual({
      ...{ resolution: "1D", barsPerDay: 1 },
      returns: [
        [NOON_DAY + 1, 250_000_000],
        [NOON_DAY + 2, -100_000_000],
      ],
    });
  });

  test("span what has no bar: a day without a trade is none", () => {
    const bench = opened();
    for (const [day, price] of [
      [0, "100"],
      [4, "110"],
      [5, "1"],
    ] as const)
      bench.take(trade(NOON + day * DAY, price));
    expect(closed(bench, "1D")).toEqual([[NOON_DAY + 4, 100_000_000]]);
  });

  test("of days are of sessions: what is traded on a Saturday is no close", () => {
    const bench = opened({ session: "0000-2400:23456", type: "equity" });
    const friday = NOON + 3 * DAY;
    for (const [at, price] of [
      [friday, "100"],
      [friday + DAY, "500"],
      [friday + 3 * DAY, "102"],
      [friday + 4 * DAY, "1"],
    ] as const)
      bench.take(trade(at, price));
    expect(closed(bench, "1D")).toEqual([[NOON_DAY + 6, 20_000_000]]);
  });

  test("are in the shares of one day where a split lies between", () => {
    const bench = opened();
    bench.take(trade(NOON, "100"), trade(NOON + DAY, "51"), trade(NOON + 2 * DAY, "1"));
    bench.steps = [halved(NOON + DAY / 2)];
    expect(closed(bench, "1D")).toEqual([[NOON_DAY + 1, 20_000_000]]);
  });

  test("are the newest so many", () => {
    const bench = opened();
    for (let day = 0; day < RETURNS_MAX + 12; day++) bench.take(trade(NOON + day * DAY, "100"));
    const returns = closed(bench, "1D");
    expect([returns.length, returns.at(-1)?.[0]]).toEqual([RETURNS_MAX, NOON_DAY + RETURNS_MAX + 10]);
  });

  test("know how many bars a session has", () => {
    const counts = (instrument: Partial<Instrument>) => {
      const bench = opened(instrument);
      bench.take(trade(NOON, "100"));
      return (["1D", "60", "15", "5", "1"] as const).map(
        (width) => returnsOf(bench).history(width).barsPerDay,
      );
    };
    expect(counts({})).toEqual([1, 24, 96, 288, 1_440]);
    expect(counts({ session: "0930-1600", type: "equity" })).toEqual([1, 7, 26, 78, 390]);
  });

  test("at every width are those of the last trades of each bar, on any tape", () => {
    const random = randomFrom(5);
    const bench = opened();
    const closes = new Map<string, number>();
    let ts = NOON;
    for (let count = 0; count < 400; count++) {
      ts += Math.floor(random() * (random() < 0.05 ? 10 * HOUR : 3 * MINUTE)) + 1;
      const price = (100 + random() * 10).toFixed(2);
      bench.take(trade(ts, price));
      for (const [width, widthMs] of Object.entries(WIDTHS))
        closes.set(`${width}:${Math.floor(ts / widthMs)}`, Number(price));
    }
    bench.clock.time = (ts + 5 * DAY) as typeof bench.clock.time;
    bench.take(trade(ts + 2 * DAY, "100"));
    for (const resolution of ["1", "5", "15", "60", "1D"] as const) {
      const bars = [...closes].flatMap(([key, close]) =>
        key.startsWith(`${resolution}:`) ? [[Number(key.split(":")[1]), close] as const] : [],
      );
      const expected = bars
        .slice(1)
        .map(([slot, close], index) => [slot, Math.round((close / bars[index]![1] - 1) * 1e9)])
        .slice(-RETURNS_MAX);
      expect(closed(bench, resolution)).toEqual(expected);
    }
  });
});

describe("news of bars", () => {
  const news = (bench: SymbolBench) => returnsOf(bench).news(bench.untoldReturns.take());

  test("say what a bar returned that has closed, and which bar was before it", () => {
    const bench = opened();
    bench.take(trade(NOON, "100"));
    bench.take(trade(NOON + DAY, "110"));
    bench.untoldReturns.take();
    bench.take(trade(NOON + 3 * DAY, "1"));
    expect(news(bench)).toContainEqual(["1D", NOON_DAY + 1, 100_000_000, NOON_DAY]);
    expect(news(bench)).toEqual([]);
  });

  test("of a revised bar are told with those of the bar after it, as a fetch would tell them", () => {
    const bench = opened();
    bench.take(trade(NOON + DAY - 5 * MINUTE, "100"));
    bench.take(
      trade(NOON + DAY, "110"),
      trade(NOON + DAY + HOUR, "120"),
      trade(NOON + DAY + 3 * HOUR, "130"),
    );
    bench.untoldReturns.take();
    bench.take(
      trade(NOON + DAY + 3 * HOUR - 10 * MINUTE, "90"),
      trade(NOON + DAY + 3 * HOUR + 5 * MINUTE, "9"),
    );
    const told = news(bench);
    for (const resolution of ["1", "5", "15", "60"] as const) {
      const fetched = closed(bench, resolution);
      const mine = told.filter(([width]) => width === resolution);
      if (mine[0]?.[3] === RETOLD) continue;
      expect(mine.length).toBeGreaterThan(0);
      for (const [, slot, value] of mine) expect(fetched).toContainEqual([slot, value]);
    }
    expect(told.filter(([width]) => width === "60").length).toBeGreaterThan(0);
  });

  test("say that bars are to be asked for where more of them wait, or where one is none any more", () => {
    const bench = opened();
    for (let minute = 0; minute < 6; minute++) bench.take(trade(NOON + minute * MINUTE, "100"));
    expect(news(bench)).toContainEqual(["1", 0, 0, RETOLD]);
    bench.take(trade(NOON + 8 * MINUTE, "101", { id: "wrong" }), trade(NOON + 12 * MINUTE, "100"));
    bench.untoldReturns.take();
    bench.take({ type: "cancel", symbol: trade(0, "1")["symbol"], ts: NOON + 12 * MINUTE, id: "wrong" });
    expect(news(bench)).toContainEqual(["1", 0, 0, RETOLD]);
  });
});
