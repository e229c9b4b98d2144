import { describe, expect, test } from "vitest";
import { BOUNDS } from "../../../../actors/symbol/bounds.ts";
import { BARS_KEPT, TRIM_SLACK } from "../../../../actors/symbol/limits.ts";
import { DAY, HOUR, INSTRUMENT, MINUTE, NOON, quote, SymbolBench } from "../bench.ts";
import { barsOf, page } from "../quote-pages.ts";

describe("bars of quotes at their bounds", () => {
  const maxOf = (collection: string): number =>
    BOUNDS.find((bound) => bound.collection === collection)?.max ?? Number.NaN;
  /** One a minute; requests of 500. */
  function quoted(count: number, from: number, seen: (bench: SymbolBench) => void = () => {}): SymbolBench {
    const bench = new SymbolBench({ type: "fx" });
    bench.archivedSeq = Number.MAX_SAFE_INTEGER;
    for (let done = 0; done < count; done += 500) {
      const here = Math.min(500, count - done);
      bench.take(...Array.from({ length: here }, (_, n) => quote(from + (done + n) * MINUTE, "1", "2")));
      seen(bench);
    }
    return bench;
  }
  const FROM = NOON - 60 * DAY;

  test("bound symbol/table:quote_bar: the oldest of a width leave once Postgres has them, and the page says where to go on", () => {
    const bench = quoted(BARS_KEPT + 2 * TRIM_SLACK + 500, FROM);
    expect(bench.count("quote_bar")).toBeLessThanOrEqual(maxOf("table:quote_bar"));
    const minutes = barsOf(bench, "bid");
    expect(minutes.length).toBeLessThanOrEqual(BARS_KEPT + TRIM_SLACK + 500);
    expect(page(bench, "bid", "1", { to: FROM + MINUTE })).toMatchObject({
      value: { bars: [], olderThan: FROM + MINUTE },
    });
    expect(bench.bars("1")).toEqual([]);
  });

  test("bound symbol/table:quote_bar_window: one row for each width that has lost bars", () => {
    const bench = quoted(BARS_KEPT + 600, FROM);
    expect(bench.count("quote_bar_window")).toBe(1);
    expect(bench.count("quote_bar_window")).toBeLessThanOrEqual(maxOf("table:quote_bar_window"));
  });

  test("bound symbol/table:quote_track: a further write replaces it", () => {
    const bench = quoted(1, FROM);
    bench.put({ ...INSTRUMENT, version: 2, quoteBars: false });
    bench.put({ ...INSTRUMENT, version: 3, quoteBars: true });
    bench.take(quote(NOON, "1", "2"));
    expect(bench.count("quote_track")).toBe(maxOf("table:quote_track"));
  });

  test("bound symbol/memory:quoteMinutes: minutes of days that no quote can reach leave memory and stay on disk", () => {
    const bench = quoted(50 * 60, FROM, ({ state }) =>
      expect(state.quotes?.minutes.length).toBeLessThanOrEqual(maxOf("memory:quoteMinutes")),
    );
    expect(bench.state.quotes?.minutes.length).toBeLessThan(25 * 60);
    expect(barsOf(bench, "bid")).toHaveLength(50 * 60);
  });

  test("bound symbol/memory:quoteDays: days that neither the week nor the month needs leave memory", () => {
    const bench = new SymbolBench({ type: "fx" });
    let most = 0;
    for (let day = 0; day < 60; day++) {
      bench.take(quote(FROM + day * DAY, "1", "2"), quote(FROM + day * DAY + HOUR, "1", "2"));
      most = Math.max(most, bench.state.quotes?.days.length ?? 0);
    }
    expect(most).toBeGreaterThan(20);
    expect(most).toBeLessThanOrEqual(maxOf("memory:quoteDays"));
    expect(barsOf(bench, "bid", "1D")).toHaveLength(60);
  });

  test("bound symbol/memory:quoteRevisions: revisions that no quote can reach any more leave memory", () => {
    const bench = new SymbolBench({ type: "fx" });
    let most = 0;
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      const ts = FROM + minute * MINUTE;
      bench.take(quote(ts, "1", "2"), quote(ts - 15 * MINUTE, "1", "2"));
      most = Math.max(most, bench.state.quotes?.revisions.size ?? 0);
    }
    expect(most).toBeGreaterThan(5);
    expect(most).toBeLessThanOrEqual(maxOf("memory:quoteRevisions"));
  });
});
