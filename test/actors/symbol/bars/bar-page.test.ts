import { describe, expect, test } from "vitest";
import { barPage } from "../../../../actors/symbol/bars/bar-page.ts";
import { bar as barShape } from "../../../../src/contracts/bars.ts";
import { DAY, HOUR, INSTRUMENT, MINUTE, NOON, SymbolBench, trade } from "../bench.ts";

const everyMinute = (count: number, from = NOON - DAY) =>
  Array.from({ length: count }, (_, index) => trade(from + index * MINUTE, "10"));
const starts = (bench: SymbolBench, resolution: string, query = {}): number[] =>
  bench.bars(resolution, query).map(({ t }) => t);

describe("a page of bars", () => {
  test("ascends, holds the newest of the range, and its bars have the public shape", () => {
    const bench = new SymbolBench();
    bench.take(...everyMinute(10));
    expect(starts(bench, "1", { limit: 3 })).toEqual([7, 8, 9].map((index) => NOON - DAY + index * MINUTE));
    for (const shown of bench.bars("5")) expect(barShape.parse(shown)).toEqual(shown);
  });

  test("`from` is inclusive and `to` exclusive", () => {
    const bench = new SymbolBench();
    bench.take(...everyMinute(10, NOON));
    expect(starts(bench, "1", { from: NOON + 2 * MINUTE, to: NOON + 4 * MINUTE })).toEqual([
      NOON + 2 * MINUTE,
      NOON + 3 * MINUTE,
    ]);
    expect(starts(bench, "5", { from: NOON, to: NOON + 5 * MINUTE })).toEqual([NOON]);
    expect(starts(bench, "5", { from: NOON + 1 })).toEqual([NOON + 5 * MINUTE]);
  });

  test("holds the forming bar of every width, and two of them in the grace period", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON + HOUR - 1, "10"), trade(NOON + HOUR + 1_000, "11"));
    expect(bench.bars("60")).toMatchObject([
      { t: NOON, state: "forming", c: "10" },
      { t: NOON + HOUR, state: "forming", c: "11" },
    ]);
    expect(starts(bench, "60", { limit: 1 })).toEqual([NOON + HOUR]);
  });

  test("a width that is not built is refused", () => {
    const bench = new SymbolBench();
    const query = { resolution: "45", limit: 10 };
    expect(barPage(bench.state, bench.store.bars, INSTRUMENT, query)).toMatchObject({
      ok: false,
      code: "resolution-unsupported",
    });
  });

  test("while nothing has left, nobody is sent to Postgres", () => {
    const bench = new SymbolBench();
    bench.take(...everyMinute(10));
    expect(bench.page("1", { limit: 500 })).not.toHaveProperty("olderThan");
  });
});
