/** Bars follow the trading hours of their instrument; weeks and months are folded from days. */
import { describe, expect, test } from "vitest";
import { RESOLUTIONS } from "../../../../src/domain/bar.ts";
import { DAY, HOUR, INSTRUMENT, MINUTE, type Sent, SymbolBench, trade } from "../bench.ts";

const at = (iso: string): number => Date.parse(iso);
const MUMBAI = { timezone: "Asia/Kolkata", session: "0915-1530:23456", calendar: "XNSE" };
const NEW_YORK = { timezone: "America/New_York", session: "0930-1600:23456", calendar: "XNYS" };
const CURRENCIES = { timezone: "America/New_York", session: "1700-1700:23456", calendar: "FX" };
/** As the bench's clock stands at the end of 2023-11-14. */
const benchAt = (iso: string, hours: Partial<typeof INSTRUMENT>): SymbolBench => {
  const bench = new SymbolBench(hours);
  bench.clock.time = at(iso) as typeof bench.clock.time;
  return bench;
};
const starts = (bench: SymbolBench, resolution: string) =>
  bench.bars(resolution).map(({ t }) => new Date(t).toISOString().slice(0, 16));
const tells = (bench: SymbolBench, resolution: string) =>
  bench.barFacts(resolution).map(({ rev, n, c }) => ({ rev, n, c }));

describe("B1: bars are anchored at the open", () => {
  test("09:15 in Mumbai gives 09:15, 10:15 and a short last bar", () => {
    const bench = benchAt("2024-08-09T00:00:00Z", MUMBAI);
    for (let minute = 0; minute < 375; minute += 5)
      bench.take(trade(at("2024-08-08T03:45:00Z") + minute * MINUTE, "10"));
    const hours = ["03:45", "04:45", "05:45", "06:45", "07:45", "08:45", "09:45"];
    expect(starts(bench, "60")).toEqual(hours.map((hour) => `2024-08-08T${hour}`));
    expect(bench.bars("60").map(({ n }) => n)).toEqual([12, 12, 12, 12, 12, 12, 3]);
    expect(starts(bench, "240")).toEqual(["2024-08-08T03:45", "2024-08-08T07:45"]);
  });

  test("a short last bar closes with the session, and so does its day", () => {
    const bench = benchAt("2024-08-08T09:59:50Z", MUMBAI);
    bench.take(trade(at("2024-08-08T09:59:50Z"), "10"));
    bench.clockTo(at("2024-08-08T10:00:02Z"));
    expect(bench.bars("60").map(({ state }) => state)).toEqual(["final"]);
    expect(bench.bars("1D").map(({ state }) => state)).toEqual(["final"]);
    expect(bench.bars("1W").map(({ state }) => state)).toEqual(["forming"]);
  });

  test("a day of foreign exchange is one bar from 17:00 in New York", () => {
    const bench = benchAt("2024-08-10T00:00:00Z", CURRENCIES);
    for (let hour = 0; hour < 48; hour++) bench.take(trade(at("2024-08-07T21:00:00Z") + hour * HOUR, "10"));
    expect(starts(bench, "1D")).toEqual(["2024-08-07T21:00", "2024-08-08T21:00"]);
    expect(bench.bars("1D").map(({ n }) => n)).toEqual([24, 24]);
    expect(bench.quote().dayVolume).toBe("24");
  });
});

describe("after the close", () => {
  test("a trade revises the day, its week and its month where they have closed, and begins bars of its own", () => {
    const bench = benchAt("2024-08-31T00:00:00Z", NEW_YORK);
    // The last session of a month is that of a week, too.
    bench.take(trade(at("2024-08-30T19:59:00Z"), "10"), trade(at("2024-08-30T20:00:02Z"), "11"));
    for (const resolution of ["1D", "1W", "1M"])
      expect(tells(bench, resolution)).toEqual([{ rev: 1, n: 2, c: "11" }]);
    bench.take(trade(at("2024-08-30T21:30:00Z"), "12"), trade(at("2024-08-30T21:30:01Z"), "13"));
    for (const resolution of ["1D", "1W", "1M"]) {
      expect(tells(bench, resolution).at(-1)).toEqual({ rev: 3, n: 4, c: "13" });
      expect(bench.bars(resolution)).toMatchObject([{ state: "revised", rev: 3 }]);
    }
    expect(starts(bench, "60")).toEqual(["2024-08-30T19:30", "2024-08-30T20:00", "2024-08-30T21:00"]);
    expect(bench.bars("60").at(-1)).toMatchObject({ state: "forming", rev: 0, n: 2 });
  });

  test("a quote alone closes the day, which stays final", () => {
    const bench = benchAt("2024-08-31T00:00:00Z", NEW_YORK);
    bench.take(trade(at("2024-08-29T19:59:00Z"), "10"));
    bench.take({ ...quoteAt(at("2024-08-29T20:00:03Z")) });
    expect(bench.bars("1D")).toMatchObject([{ state: "final", rev: 0 }]);
    expect(bench.bars("1W")).toMatchObject([{ state: "forming", rev: 0 }]);
  });

  test("a revised day has its revision after a restart, and goes on from there", () => {
    const bench = benchAt("2024-08-31T00:00:00Z", NEW_YORK);
    bench.take(trade(at("2024-08-30T19:59:00Z"), "10"), trade(at("2024-08-30T20:00:02Z"), "11"));
    bench.reload();
    bench.take(trade(at("2024-08-30T22:00:00Z"), "12"));
    for (const resolution of ["1D", "1W", "1M"])
      expect(bench.bars(resolution)).toMatchObject([{ rev: 2, n: 3 }]);
  });
});

describe("weeks and months", () => {
  /** Three trades a day, over all dates up to the one. */
  const daily = (bench: SymbolBench, from: string, days: number): void => {
    for (let day = 0; day < days; day++) {
      const open = at(from) + day * DAY;
      bench.take(trade(open, "10"), trade(open + HOUR, `${20 + day}`), trade(open + 2 * HOUR, "15"));
    }
  };

  test("are folded from days that left memory, also after a restart", () => {
    const bench = benchAt("2024-08-01T00:00:00Z", NEW_YORK);
    daily(bench, "2024-07-01T14:00:00Z", 30);
    expect(bench.bars("1M")).toMatchObject([{ n: 90, o: "10", h: "49", c: "15", v: "90", state: "forming" }]);
    expect(bench.bars("1W").map(({ n, state }) => [n, state])).toEqual([
      ...[
        [21, "revised"],
        [21, "revised"],
        [21, "revised"],
        [21, "revised"],
      ],
      [6, "forming"],
    ]);
    const before = RESOLUTIONS.map((resolution) => bench.bars(resolution));
    bench.reload();
    expect(RESOLUTIONS.map((resolution) => bench.bars(resolution))).toEqual(before);
  });

  test("a late trade for a day that has closed revises it, its week and its month, once each", () => {
    const bench = benchAt("2024-08-02T00:00:00Z", { session: "24x7" });
    daily(bench, "2024-07-01T14:00:00Z", 30);
    bench.take(trade(at("2024-08-01T00:00:03Z"), "50"));
    const told = bench.facts.length;
    bench.take(trade(at("2024-07-31T23:59:00Z"), "60"));
    const facts = bench.barFacts().slice(-9);
    expect(bench.facts.length - told).toBe(9);
    expect(facts.filter(({ resolution }) => resolution === "1M")).toMatchObject([
      { n: 91, rev: 1, h: "60", c: "60" },
    ]);
    expect(bench.bars("1W")).toMatchObject(
      [21, 21, 21, 21].map((n) => ({ n, state: "final" })).concat([{ n: 8, state: "forming" }]),
    );
    expect(bench.bars("1M")).toMatchObject([
      { n: 91, state: "revised" },
      { n: 1, state: "forming" },
    ]);
  });

  test("what a version before had not closed, and what closed by these hours meanwhile, is told with the first turn", () => {
    const bench = benchAt("2024-08-10T00:00:00Z", CURRENCIES);
    for (let hour = 0; hour < 48; hour++)
      bench.take(trade(at("2024-08-07T04:00:00Z") + hour * HOUR + 59 * MINUTE, "10"));
    // Its last trade was at 23:59 in New York; its day ran from midnight, and that of the 8th had not closed.
    bench.sql.exec("DELETE FROM bar WHERE resolution <> '1'");
    bench.sql.exec("UPDATE symbol_state SET sessions = 0");
    const [seventh, sunk] = [at("2024-08-07T04:00:00Z"), at("2024-08-09T02:00:00Z")];
    for (const [resolution, start] of [
      ["1D", seventh],
      ["60", sunk],
    ] as const)
      bench.sql.exec(
        "INSERT INTO bar (resolution, start, o, h, l, c, v, n, pv, rev, seq) VALUES (?1, ?2, 1, 1, 1, 1, '1', 1, '1', 0, 1)",
        resolution,
        start,
      );
    bench.reload();
    bench.facts.length = 0;
    bench.take(trade(at("2024-08-09T04:10:00Z"), "11"));
    expect(bench.barFacts("1D")).toMatchObject([{ t: at("2024-08-07T21:00:00Z"), n: 24, rev: 0 }]);
    expect(bench.barFacts("60").map(({ t }) => t)).toEqual([at("2024-08-09T03:00:00Z")]);
    expect(bench.barFacts("240").length).toBeGreaterThan(0);
    expect(bench.bars("1D").at(-1)).toMatchObject({ t: at("2024-08-08T21:00:00Z"), n: 8, state: "forming" });
    const told = bench.facts.length;
    bench.reload();
    bench.take(trade(at("2024-08-09T04:10:01Z"), "11"));
    expect(bench.facts).toHaveLength(told);
  });

  test("days on a disk of the version before stand in their week and month", () => {
    const bench = benchAt("2024-08-01T00:00:00Z", { session: "24x7" });
    daily(bench, "2024-07-01T14:00:00Z", 20);
    // That version knew five widths.
    bench.sql.exec("DELETE FROM bar WHERE resolution NOT IN ('1', '5', '15', '60', '1D')");
    bench.reload();
    expect(bench.bars("1M")).toMatchObject([{ n: 60, h: "39", state: "forming", partial: true }]);
    expect(bench.bars("1W")).toMatchObject([{ n: 18, h: "39", state: "forming" }]);
    bench.take(trade(at("2024-07-22T14:00:00Z"), "70"));
    expect(bench.bars("1W")).toMatchObject([
      { n: 18, state: "final" },
      { n: 1, state: "forming" },
    ]);
    expect(bench.bars("1M")).toMatchObject([{ n: 61, h: "70" }]);
  });
});

const quoteAt = (ts: number): Sent => ({
  ...{ type: "quote", symbol: INSTRUMENT.symbol, ts, bid: "9", bidSize: "1", ask: "10", askSize: "1" },
});
