import { describe, expect, test, vi } from "vitest";
import { DAY, HOUR, MINUTE, NOON, type Sent, SYMBOL, SymbolBench, trade } from "../bench.ts";

const cancel = (id: number, ts: number): Sent => ({ type: "cancel", symbol: SYMBOL, ts, id: `${id}` });
const EARLIER = NOON - DAY;
/** All at one price: each of them may be any of its bar's four. */
function traded(count: number): SymbolBench {
  const bench = new SymbolBench();
  bench.take(...Array.from({ length: count }, (_, id) => trade(EARLIER + id, "10", { id: `${id}` })));
  return bench;
}

describe("a stretch of trades that is taken back at once", () => {
  test("builds its minute and the last price once again, whatever the number of notices", () => {
    const bench = traded(200);
    const built = vi.spyOn(bench.store.log, "trades");
    const newest = vi.spyOn(bench.store.log, "newest");
    bench.take(...Array.from({ length: 150 }, (_, index) => cancel(199 - index, EARLIER + MINUTE / 2)));
    expect(bench.bars("1")).toMatchObject([{ n: 50, v: "50", c: "10" }]);
    expect(bench.quote().last).toMatchObject({ ts: EARLIER + 49 });
    expect(newest).toHaveBeenCalledTimes(1);
    expect(built.mock.calls.length).toBeLessThan(5);
  });

  test("is out of its minute before a later trade of the request closes it", () => {
    const bench = new SymbolBench();
    bench.take(
      ...[trade(NOON, "10", { id: "1" }), trade(NOON + 1, "99", { id: "2" }), cancel(2, NOON + 2)],
      ...[trade(NOON + 10 * MINUTE, "11"), trade(NOON + 3, "12")],
    );
    const bar = { t: NOON, o: "10", h: "12", l: "10", c: "12", n: 2, v: "2", rev: 1 };
    expect(bench.bars("1")[0]).toMatchObject(bar);
    expect(bench.bars("5")[0]).toMatchObject(bar);
    expect(bench.changes).toEqual([
      [1, NOON, 1_000],
      [2, NOON + 1, 9_900],
      [3, NOON + 10 * MINUTE, 1_100],
    ]);
    bench.reload();
    expect(bench.bars("5")[0]).toMatchObject(bar);
  });

  test("that waits for its day's close is looked for once in the log", () => {
    const bench = traded(200);
    bench.take(trade(EARLIER + HOUR, "11"));
    bench.take(...Array.from({ length: 150 }, (_, id) => cancel(id, EARLIER + HOUR)));
    const sought = vi.spyOn(bench.store.log, "find");
    const built = vi.spyOn(bench.store.log, "trades");
    bench.end();
    expect(bench.bars("1")[0]).toMatchObject({ n: 50, rev: 150 });
    expect(sought).toHaveBeenCalledTimes(1);
    expect(built).toHaveBeenCalledTimes(1);
  });

  test("and is told twice in a request waits once", () => {
    const bench = traded(1);
    bench.take(trade(EARLIER + HOUR, "11"));
    const notice = cancel(0, EARLIER + HOUR);
    expect(bench.take(notice, notice)).toMatchObject({ late: 1, duplicates: 1 });
  });
});
