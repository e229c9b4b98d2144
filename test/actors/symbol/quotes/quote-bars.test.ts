import { describe, expect, test } from "vitest";
import { HOUR, INSTRUMENT, MINUTE, NOON, quote, SYMBOL, SymbolBench, trade } from "../bench.ts";
import { barsOf, page, quoteFacts } from "../quote-pages.ts";

describe("a bar of quotes", () => {
  const fx = (): SymbolBench => new SymbolBench({ type: "fx" });

  test("has the sides as they were, and what lies between them at one decimal more", () => {
    const bench = fx();
    bench.take(quote(NOON, "1.1", "1.13"), quote(NOON + 1, "1.12", "1.12"), quote(NOON + 2, "1.08", "1.2"));
    const shown = { t: NOON, v: "0", n: 3, vw: null, rev: 0, state: "forming", partial: true };
    expect(barsOf(bench, "bid")).toEqual([{ ...shown, o: "1.1", h: "1.12", l: "1.08", c: "1.08" }]);
    expect(barsOf(bench, "ask")).toEqual([{ ...shown, o: "1.13", h: "1.2", l: "1.12", c: "1.2" }]);
    expect(barsOf(bench, "mid")).toEqual([{ ...shown, o: "1.115", h: "1.14", l: "1.115", c: "1.14" }]);
  });

  test("is closed and revised as one of trades, and told with all three", () => {
    const bench = fx();
    bench.take(quote(NOON, "1", "2"), quote(NOON + MINUTE + 2_000, "3", "4"));
    bench.take(quote(NOON + 5, "2", "2.5"));
    const told = quoteFacts(bench).filter(({ resolution }) => resolution === "1");
    const side = (o: string, h: string, l: string, c: string) => ({ o, h, l, c });
    expect(told[0]).toEqual({
      ...{ symbol: SYMBOL, resolution: "1", t: NOON, n: 1, rev: 0, state: "final", partial: true },
      ...{
        bid: side("1", "1", "1", "1"),
        ask: side("2", "2", "2", "2"),
        mid: side("1.5", "1.5", "1.5", "1.5"),
      },
    });
    expect(told[1]).toMatchObject({
      ...{ t: NOON, n: 2, rev: 1, state: "revised" },
      ...{ bid: side("1", "2", "1", "2"), ask: side("2", "2.5", "2", "2.5") },
    });
    expect(barsOf(bench, "bid")[0]).toMatchObject({ rev: 1, state: "revised", h: "2" });
  });

  test("a crossed quote is in none, nor one between whose sides nothing is exact; both are taken", () => {
    const bench = fx();
    const most = "90071992547409.91";
    expect(bench.take(quote(NOON, "2", "1"), quote(NOON, most, most))).toMatchObject({ accepted: 2 });
    expect(barsOf(bench, "mid")).toEqual([]);
    expect(bench.take(quote(NOON, "1", "1"))).toMatchObject({ accepted: 1 });
    expect(barsOf(bench, "mid")).toMatchObject([{ n: 1 }]);
  });

  test("is partial before the first quote, and where a feed's gap overlaps it; not where trades alone are missing", () => {
    const bench = fx();
    bench.take(trade(NOON - 10 * MINUTE, "1"), quote(NOON, "1", "2"), quote(NOON + MINUTE, "1", "2"));
    expect(barsOf(bench, "bid").map(({ partial }) => partial)).toEqual([true, undefined]);
    const gap = { type: "gap", symbol: SYMBOL, reason: "cut", ts: NOON + MINUTE };
    bench.take({ ...gap, from: NOON + MINUTE, to: NOON + MINUTE, missing: 3 });
    expect(barsOf(bench, "bid").map(({ partial }) => partial)).toEqual([true, undefined]);
    bench.take(quote(NOON + 3 * MINUTE, "1", "2"));
    bench.take({ ...gap, from: NOON + MINUTE, to: NOON + MINUTE });
    expect(barsOf(bench, "bid").map(({ partial }) => partial)).toEqual([true, true, undefined]);
    const flags = bench.facts.flatMap(({ kind, payload }) =>
      kind === "bar-flags" ? [JSON.parse(payload)] : [],
    );
    expect(flags).toContainEqual({
      ...{ symbol: SYMBOL, partial: true, series: "quotes", bars: [["1", NOON + MINUTE]] },
    });
  });

  test("without a trade the clock closes it all the same", () => {
    const bench = fx();
    bench.clock.time = (NOON + 31_000) as typeof bench.clock.time;
    bench.take(quote(NOON + 30_000, "1", "2"));
    bench.clockTo(NOON + MINUTE + 2_000);
    expect(barsOf(bench, "bid")).toMatchObject([{ state: "final" }]);
  });
});

describe("bars of quotes are built", () => {
  test("where the type is fx or the instrument asks for it, and not where it asks not to", () => {
    const built = (over: object) => page(new SymbolBench(over), "mid").ok;
    expect([{ type: "fx" }, { quoteBars: true }].map(built)).toEqual([true, true]);
    expect([{}, { type: "fx", quoteBars: false }].map(built)).toEqual([false, false]);
    expect(page(new SymbolBench(), "mid")).toMatchObject({ ok: false, code: "series-unsupported" });
    const seconds = page(new SymbolBench({ type: "fx" }), "mid", "1S");
    expect(seconds).toMatchObject({ ok: false, code: "resolution-unsupported" });
  });

  test("from when on the instrument asks for them; what came while it did not is partial", () => {
    const bench = new SymbolBench();
    const put = (version: number, quoteBars: boolean) => bench.put({ ...INSTRUMENT, version, quoteBars });
    bench.take(quote(NOON, "1", "2"));
    put(2, true);
    bench.take(quote(NOON + MINUTE, "1", "2"), quote(NOON + 2 * MINUTE, "1", "2"));
    put(3, false);
    expect(page(bench, "bid").ok).toBe(false);
    bench.take(quote(NOON + 3 * MINUTE, "1", "2"));
    bench.reload();
    put(4, true);
    bench.take(quote(NOON + 4 * MINUTE, "1", "2"), quote(NOON + 5 * MINUTE, "1", "2"));
    bench.reload();
    expect(barsOf(bench, "bid").map(({ t, partial }) => [(t - NOON) / MINUTE, partial])).toEqual([
      [1, true],
      [2, true],
      [4, true],
      [5, undefined],
    ]);
  });

  test("and those that form when it asks no more are told; asked for again, memory has what the disk has", () => {
    const bench = new SymbolBench({ quoteBars: true });
    const put = (version: number, quoteBars: boolean) => bench.put({ ...INSTRUMENT, version, quoteBars });
    bench.take(quote(NOON, "1", "2"), quote(NOON + MINUTE, "1", "2"));
    put(2, false);
    const untold = bench.sql.exec("SELECT start FROM quote_bar WHERE seq = 0");
    expect(untold).toEqual([]);
    put(3, true);
    bench.take(quote(NOON + 3 * MINUTE, "5", "6"));
    const held = barsOf(bench, "bid", "60");
    expect(held).toMatchObject([{ o: "1", c: "5", n: 3 }]);
    bench.reload();
    expect(barsOf(bench, "bid", "60")).toEqual(held);
    bench.take(quote(NOON + 2 * HOUR, "5", "6"));
    expect(barsOf(bench, "bid", "60")[0]).toMatchObject({ n: 3, rev: 1, state: "revised" });
  });
});
