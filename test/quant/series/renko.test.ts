/** Renko against examples that others have published and worked out. */
import { describe, expect, test } from "vitest";
import { BRICKS_PER_TRADE_MAX, lineBelow } from "../../../src/quant/series/renko.ts";
import { VOLUME } from "../../../src/quant/trade-conditions.ts";
import { built, trade } from "./trades.ts";

const bricks = (box: number, prices: readonly number[]) =>
  built(
    { kind: "renko", box },
    prices.map((price, index) => trade(index, price)),
  ).bars;
const closes = (box: number, prices: readonly number[]) => bricks(box, prices).map(({ o, c }) => [o, c]);

describe("the example of brick value 5 (renkosystem.blogspot.com, Brick Value, figure 1.7)", () => {
  test("from 100 to 105 is a bullish brick; one tick below is none", () => {
    expect(closes(5, [100, 104])).toEqual([]);
    expect(closes(5, [100, 105])).toEqual([[100, 105]]);
  });
  test("after a bullish brick to 110, 115 is the next bullish one, and 100 the first bearish one", () => {
    const until110 = [100, 105, 110];
    expect(closes(5, [...until110, 114, 101]).length).toBe(2);
    expect(closes(5, [...until110, 115]).at(-1)).toEqual([110, 115]);
    expect(closes(5, [...until110, 100]).slice(2)).toEqual([[105, 100]]);
  });
});

test("the example of brick value 10 (Brick Value Two): after a reversal up to 120, 130 and 100 are the levels", () => {
  // Bearish down to 100: 120 is two boxes above.
  const upTo120 = [130, 120, 110, 100, 119, 120];
  expect(closes(10, upTo120)).toEqual([
    [130, 120],
    [120, 110],
    [110, 100],
    [110, 120],
  ]);
  expect(closes(10, [...upTo120, 129, 101]).length).toBe(4);
  expect(closes(10, [...upTo120, 130]).at(-1)).toEqual([120, 130]);
  expect(closes(10, [...upTo120, 100]).at(-1)).toEqual([110, 100]);
});

test("the sequence that github.com/aticio/renko prints for a box of 1000: each brick after a turn begins a box back", () => {
  // Theirs starts on the first close, 53041.32; ours on the line below it, so the same moves are taken from 53000.
  const closesThere = [52, 51, 50, 49, 48, 47, 49, 50, 51, 49, 48, 50, 48, 47, 49, 47, 46, 48, 49, 50, 51];
  const opensThere = [53, 52, 51, 50, 49, 48, 48, 49, 50, 50, 49, 49, 49, 48, 48, 48, 47, 47, 48, 49, 50];
  const prices = [53_000, ...closesThere.map((close) => close * 1_000)];
  expect(closes(1_000, prices)).toEqual(
    closesThere.map((close, index) => [opensThere[index]! * 1_000, close * 1_000]),
  );
});

describe("our own rules, worked by hand", () => {
  test("the day's first line is the multiple of the box at or below its first price", () => {
    expect(closes(10, [107, 110])).toEqual([[100, 110]]);
    expect(closes(10, [107, 91])).toEqual([]);
    expect(closes(10, [107, 90])).toEqual([[100, 90]]);
    expect([lineBelow(100, 10), lineBelow(109, 10), lineBelow(-1, 10), lineBelow(-10, 10)]).toEqual([
      100, 100, -10, -10,
    ]);
  });

  test("a leap completes several bricks; the first has the trades, the others are bare", () => {
    const day = [trade(0, 100, 5), trade(1, 104, 7), trade(2, 131, 11)];
    const { bars, forming } = built({ kind: "renko", box: 10 }, day);
    expect(bars.map(({ i, o, c, v, n, pv }) => [i, o, c, v, n, pv])).toEqual([
      [0, 100, 110, 23n, 3, 500n + 728n + 1_441n],
      [1, 110, 120, 0n, 0, 0n],
      [2, 120, 130, 0n, 0, 0n],
    ]);
    expect(bars.map(({ first, last }) => [first[2], last[2]])).toEqual([
      [0, 2],
      [2, 2],
      [2, 2],
    ]);
    expect(forming).toBeUndefined();
  });

  test("a leap back over several boxes passes over the height of the last brick once", () => {
    expect(closes(10, [100, 110, 69])).toEqual([
      [100, 110],
      [100, 90],
      [90, 80],
      [80, 70],
    ]);
  });

  test("the brick that forms runs from its line to the last price, and has no direction yet", () => {
    const { forming } = built({ kind: "renko", box: 10 }, [
      trade(0, 100),
      trade(1, 110),
      trade(2, 118, 3),
      trade(3, 104, 2),
    ]);
    expect(forming).toMatchObject({ i: 1, o: 110, h: 118, l: 104, c: 104, v: 5n, n: 2 });
    expect(forming).not.toHaveProperty("direction");
  });

  test("a trade that does not count for open and close moves no brick, and its volume waits for the next", () => {
    const odd = VOLUME;
    const { bars } = built({ kind: "renko", box: 10 }, [trade(0, 100), trade(1, 900, 4, odd), trade(2, 110)]);
    expect(bars.map(({ o, h, l, c, v, n }) => [o, h, l, c, v, n])).toEqual([[100, 110, 100, 110, 6n, 3]]);
  });

  test("of a leap over more bricks than are kept the newest are made, and all are counted", () => {
    const { bars } = built({ kind: "renko", box: 1 }, [trade(0, 0), trade(1, 1_000_000_000)]);
    expect(bars.length).toBe(BRICKS_PER_TRADE_MAX);
    expect(bars.at(-1)).toMatchObject({ i: 999_999_999, c: 1_000_000_000 });
    expect(bars[0]).toMatchObject({ i: 1_000_000_000 - BRICKS_PER_TRADE_MAX, v: 0n });
  });
});
