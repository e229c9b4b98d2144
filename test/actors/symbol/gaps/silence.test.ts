import { describe, expect, test } from "vitest";
import { silenceBetween } from "../../../../actors/symbol/gaps/silence.ts";
import { SILENCE_MS } from "../../../../actors/symbol/limits.ts";
import type { Instrument } from "../../../../src/domain/instrument.ts";
import { BarCalendar } from "../../../../src/quant/bar-calendar.ts";
import { DAY, MINUTE, NOON, quote, SYMBOL, SymbolBench, trade } from "../bench.ts";

const silences = (bench: SymbolBench) => bench.state.gaps.entries.filter(({ kind }) => kind === "silence");
/** New York, Monday to Friday 9:30 to 16:00; in November five hours behind UTC. */
const STOCK: Partial<Instrument> = { timezone: "America/New_York", session: "0930-1600:23456" };
const at = (text: string): number => Date.parse(text);

describe("a silence", () => {
  test("is found with the tick that ends it, trade or quote, and lasts from the one before", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"), trade(NOON + SILENCE_MS, "10"));
    expect(silences(bench)).toEqual([]);
    const [from, to] = [NOON + SILENCE_MS, NOON + 2 * SILENCE_MS + 1];
    bench.take(quote(to, "9", "11"));
    const told = { number: 1, kind: "silence", from, to, foundAt: bench.clock.now() };
    expect(silences(bench)).toEqual([told]);
    expect(bench.facts.flatMap(({ kind, payload }) => (kind === "gap" ? [JSON.parse(payload)] : []))).toEqual(
      [{ symbol: SYMBOL, ...told }],
    );
    bench.reload();
    expect(silences(bench)).toEqual([told]);
  });

  test("marks no bar: it may be that nothing happened", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON - DAY, "10"));
    bench.take(trade(NOON, "10"));
    expect(silences(bench)).toHaveLength(1);
    expect(bench.bars("1").map(({ partial }) => partial)).toEqual([true, undefined]);
    expect(bench.bars("5").at(-1)).not.toHaveProperty("partial");
  });

  test("is measured from the newest tick: one that comes late ends none and begins none", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"), trade(NOON - SILENCE_MS, "10"), trade(NOON + SILENCE_MS, "10"));
    expect(silences(bench)).toEqual([]);
  });

  test("before the first tick, or behind the end of a feed, is none", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON - 2 * DAY, "10"));
    bench.end();
    bench.take(trade(NOON - DAY, "10"));
    expect(silences(bench)).toEqual([]);
    bench.take(trade(NOON, "10"));
    expect(silences(bench)).toHaveLength(1);
  });

  test("costs a fact, which is reckoned with before the tick is taken", () => {
    const bench = new SymbolBench();
    bench.take(trade(NOON, "10"));
    const told = bench.facts.length;
    bench.take(trade(NOON + SILENCE_MS + 1, "10"));
    const facts = bench.facts.length - told;
    expect(bench.facts.slice(told).map(({ kind }) => kind)).toContain("gap");
    const other = new SymbolBench();
    other.take(trade(NOON, "10"));
    other.depth = 40_000 - facts;
    // What it closes was reckoned with when that began; what it begins, and the silence, now.
    expect(other.take(trade(NOON + SILENCE_MS + 1, "10"))).toMatchObject({ accepted: 0 });
  });
});

describe("where trading has hours", () => {
  test("a night, a weekend and a holiday are no silence", () => {
    const bench = new SymbolBench({ ...STOCK, calendar: "xnys" });
    for (const moment of [
      "2023-11-21T20:59:00Z",
      "2023-11-22T14:31:00Z",
      // Thanksgiving lies between, then a Friday that closes at 13:00.
      "2023-11-22T14:45:00Z",
    ])
      bench.take(trade(at(moment) - 14 * DAY, "10"));
    expect(silences(bench)).toEqual([]);
  });

  const calendar = new BarCalendar({ timezone: "America/New_York", session: "0930-1600:23456" });
  test.each<[string, string, string, [string, string] | undefined]>([
    ["the night", "2023-11-14T20:59:00Z", "2023-11-15T14:31:00Z", undefined],
    ["the weekend", "2023-11-17T20:50:00Z", "2023-11-20T14:34:00Z", undefined],
    ["after hours alone", "2023-11-14T21:30:00Z", "2023-11-15T14:00:00Z", undefined],
    [
      "five minutes before a close and eleven after the open",
      "2023-11-14T20:55:00Z",
      "2023-11-15T14:41:00Z",
      ["2023-11-14T20:55:00Z", "2023-11-15T14:41:00Z"],
    ],
    [
      "from before the open to after the close",
      "2023-11-14T12:00:00Z",
      "2023-11-14T23:00:00Z",
      ["2023-11-14T14:30:00Z", "2023-11-14T21:00:00Z"],
    ],
    [
      "years",
      "2013-11-14T12:00:00Z",
      "2023-11-19T12:00:00Z",
      ["2013-11-14T14:30:00Z", "2023-11-17T21:00:00Z"],
    ],
  ])("over %s", (_name, from, to, expected) => {
    expect(silenceBetween(calendar, at(from), at(to))).toEqual(
      expected && { from: at(expected[0]), to: at(expected[1]) },
    );
  });

  test("a lunch break is none of its time", () => {
    const tokyo = new BarCalendar({ timezone: "Asia/Tokyo", session: "0900-1130,1230-1500" });
    const [before, after] = [at("2023-11-14T02:25:00Z"), at("2023-11-14T03:40:00Z")];
    expect(silenceBetween(tokyo, before, after)).toBeUndefined();
    expect(silenceBetween(tokyo, before, after + MINUTE)).toEqual({ from: before, to: after + MINUTE });
  });
});
