import { describe, expect, test } from "vitest";
import type { Candle } from "../../src/console/candles.ts";
import { Drawdown } from "../../src/console/drawdown.ts";

const MINUTE = 60_000;
const candle = (minute: number, h: string, c: string): Candle => ({
  ...{ t: minute * MINUTE, o: c, h, l: c, c, v: null, n: 1, rev: 0, state: "final" },
});
const depths = (candles: readonly Candle[]): number[] => new Drawdown().of(candles).map(({ depth }) => depth);

describe("the drawdown beneath candles of profit and loss", () => {
  test("is how far each closed below the highest total before it", () => {
    expect(
      depths([candle(1, "10", "8"), candle(2, "9", "5"), candle(3, "12", "12"), candle(4, "3", "-1")]),
    ).toEqual([-2, -5, 0, -13]);
  });

  test("follows the newest candle while it forms, also where it takes a peak back", () => {
    const drawdown = new Drawdown();
    drawdown.of([candle(1, "10", "10")]);
    expect(drawdown.followedBy(candle(2, "15", "11"))).toEqual({ t: 2 * MINUTE, depth: -4 });
    expect(drawdown.followedBy(candle(2, "11", "11"))).toEqual({ t: 2 * MINUTE, depth: 0 });
    expect(drawdown.followedBy(candle(3, "9", "9"))).toEqual({ t: 3 * MINUTE, depth: -2 });
  });

  test("is drawn anew where an older candle was said again", () => {
    const drawdown = new Drawdown();
    drawdown.of([candle(1, "10", "10"), candle(2, "11", "11")]);
    expect(drawdown.followedBy(candle(1, "20", "20"))).toBeUndefined();
  });
});
