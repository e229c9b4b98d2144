import { describe, expect, test } from "vitest";
import type { FeedSetting } from "../../src/feeds/adapter.ts";
import { openTape } from "../../src/feeds/tape.ts";
import type { TapeEntry } from "../../src/feeds/tick.ts";

const SYMBOL = "XNAS:AAPL";
const trades: FeedSetting = { columns: "ts:time,price:px,size:qty,id:trade id", time: "us", symbol: SYMBOL };

function read(lines: readonly string[], setting: FeedSetting): TapeEntry[] {
  const opened = openTape(lines[0] ?? "", setting, "csv");
  if (!opened.ok) throw new Error(opened.why);
  return lines.map(opened.parse);
}
const why = (first: string, setting: FeedSetting): string => {
  const opened = openTape(first, setting, "csv");
  return opened.ok ? "it is taken" : opened.why;
};

describe("a CSV file of trades", () => {
  test("is read by its columns, wherever they stand, and its numbers pass as they are written", () => {
    const [header, ...entries] = read(
      [
        "venue,trade id,time,px,qty",
        '"N, Y",7,1723161255342999,190.250,1e2',
        "NY,,1723161255343000,190.25,3",
      ],
      trades,
    );
    const tick = {
      type: "trade",
      symbol: SYMBOL,
      ts: 1_723_161_255_342,
      price: "190.250",
      size: "1e2",
      id: "7",
    };
    const { id: _, ...unnamed } = tick;
    expect(header).toEqual({ kind: "ignored", why: "header" });
    expect(entries).toEqual([
      { kind: "tick", tick },
      { kind: "tick", tick: { ...unnamed, ts: 1_723_161_255_343, price: "190.25", size: "3" } },
    ]);
  });

  test("without a header is read by numbered columns, its first line too", () => {
    const setting: FeedSetting = { columns: "ts:#1,price:#2,size:#3,symbol:#4", time: "s", separator: ";" };
    expect(read(["1723161255;1.5;2;X:Y"], setting)).toEqual([
      {
        kind: "tick",
        tick: { type: "trade", symbol: "X:Y", ts: 1_723_161_255_000, price: "1.5", size: "2" },
      },
    ]);
  });

  test("may tell the volume of the day, sequence numbers and conditions", () => {
    const setting: FeedSetting = { ...trades, columns: "ts:t,price:p,dayVolume:dv,seq:s,conditions:c" };
    expect(read(["t,p,dv,s,c", "1723161255342999,5,12000,9,@ T I"], setting)[1]).toMatchObject({
      tick: { dayVolume: "12000", seq: 9, conditions: ["@", "T", "I"] },
    });
  });

  test("holds a broker's tokens where that is said, and symbols of ours else", () => {
    const setting: FeedSetting = { columns: "ts:t,price:p,size:q,symbol:token", time: "ms" };
    const lines = ["t,p,q,token", "1723161255342,1,1,256265"];
    expect(read(lines, { ...setting, tokens: true })[1]).toMatchObject({ tick: { symbol: "256265" } });
    expect(read(lines, setting)[1]).toMatchObject({ kind: "malformed" });
  });

  test.each([
    ["a time in another unit", "1723161255342,1,1,1"],
    ["no time", ",1,1,1"],
    ["a quote that does not end", '1723161255342999,"1,1,1'],
  ])("calls a row with %s malformed", (_, row) => {
    expect(read(["time,px,qty,trade id", row], trades)[1]?.kind).toBe("malformed");
  });
});

test("a CSV file of quotes is read by its columns", () => {
  const setting: FeedSetting = {
    columns: "ts:#1,bid:#2,ask:#3,bidSize:#4,askSize:#4",
    time: "iso",
    symbol: "FX:EURUSD",
  };
  expect(read(["2020-01-01T17:00:00.123Z,1.1212,1.1214,0"], setting)).toEqual([
    {
      kind: "tick",
      tick: {
        ...{ type: "quote", symbol: "FX:EURUSD", ts: Date.UTC(2020, 0, 1, 17, 0, 0, 123) },
        ...{ bid: "1.1212", ask: "1.1214", bidSize: "0", askSize: "0" },
      },
    },
  ]);
});

describe("a CSV file of bars", () => {
  test("is read by date or by time, and a row whose date does not exist is malformed", () => {
    const setting: FeedSetting = {
      columns: "date:Date,o:Open,h:High,l:Low,c:Close,v:Volume",
      resolution: "1D",
      symbol: SYMBOL,
    };
    const header = "Date,Open,High,Low,Close,Adj Close,Volume";
    const numbers = { o: "1455.2", h: "1478.0", l: "1438.3", c: "1455.2", v: "931800000" };
    const lines = [
      header,
      "2000-01-03,1455.2,1478.0,1438.3,1455.2,1455.2,931800000",
      "2000-02-30,1,1,1,1,1,1",
    ];
    expect(read(lines, setting).slice(1)).toEqual([
      { kind: "bar", bar: { symbol: SYMBOL, resolution: "1D", date: "2000-01-03", ...numbers } },
      { kind: "malformed", why: "a date is written 2024-08-08" },
    ]);
    const minutes: FeedSetting = {
      columns: "t:#1,o:#2,h:#3,l:#4,c:#5,v:#6,n:#7",
      time: "s",
      resolution: "1",
      symbol: SYMBOL,
    };
    expect(read(["1723161240,1,2,0.5,1.5,10,4"], minutes)).toMatchObject([
      { bar: { resolution: "1", t: 1_723_161_240_000, n: 4 } },
    ]);
  });
});

test.each<[string, string, FeedSetting, string]>([
  ["no columns", "a,b", { time: "ms", symbol: SYMBOL }, "--columns"],
  ["no unit of time", "time,px,qty,trade id", { ...trades, time: undefined as never }, "--time"],
  ["no symbol", "time,px,qty,trade id", { ...trades, symbol: undefined as never }, "--symbol"],
  ["a column that is not there", "time,px,qty", trades, "no column trade id"],
  ["a column that is there twice", "time,px,qty,trade id,px", trades, "px twice"],
  ["a part that no trade has", "a", { ...trades, columns: "ts:a,price:b,size:c,bid:d" }, "of one of them"],
  ["a part that a trade has not", "a", { ...trades, columns: "ts:a,price:b,size:c,n:d" }, "has no n"],
  ["a part too few", "a", { ...trades, columns: "ts:a,price:b" }, "size or dayVolume"],
  ["sizes of both kinds", "a", { ...trades, columns: "ts:a,price:b,size:c,dayVolume:d" }, "one of them"],
  ["a part twice", "a", { ...trades, columns: "ts:a,price:b,size:c,size:d" }, "stands in one column"],
  ["columns named and numbered", "a", { ...trades, columns: "ts:a,price:#2,size:c" }, "not both"],
  ["columns that are no pairs", "a", { ...trades, columns: "ts,price" }, "part:column"],
  [
    "bars without a width",
    "a",
    { columns: "t:a,o:b,h:c,l:d,c:e,v:f", time: "ms", symbol: SYMBOL },
    "--resolution",
  ],
])("a CSV file with %s is refused by name", (_, first, setting, said) => {
  expect(why(first, setting)).toContain(said);
});
