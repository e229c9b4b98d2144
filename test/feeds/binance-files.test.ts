/** Rows as Binance documents them for its public files, spot and futures, in milliseconds and microseconds. */
import { describe, expect, test } from "vitest";
import type { FeedSetting } from "../../src/feeds/adapter.ts";
import { TapeInstruments } from "../../src/feeds/instruments.ts";
import { openTape } from "../../src/feeds/tape.ts";
import type { TapeEntry } from "../../src/feeds/tick.ts";

const SYMBOL = "BINANCE:BTCUSDT";

function entriesOf(lines: readonly string[], setting: FeedSetting = { symbol: SYMBOL }): TapeEntry[] {
  const opened = openTape(lines[0] ?? "", setting);
  if (!opened.ok) throw new Error(opened.why);
  return lines.map(opened.parse);
}

describe("a file of trades", () => {
  const tick = {
    type: "trade",
    symbol: SYMBOL,
    ts: 1_583_709_433_583,
    price: "17.80180000",
    size: "5.69000000",
  };

  test("makes ticks with the exchange's own ids and digits, with and without a header", () => {
    const spot = "51175358,17.80180000,5.69000000,101.29224200,1583709433583,True,True";
    const futures = "51175358,17.80180000,5.69000000,101.29224200,1583709433583,true";
    const header = "id,price,qty,quote_qty,time,is_buyer_maker";
    const entry = { kind: "tick", tick: { ...tick, id: "51175358" } };
    expect(entriesOf([spot])).toEqual([entry]);
    expect(entriesOf([header, futures])).toEqual([{ kind: "ignored", why: "header" }, entry]);
  });

  test("has times in microseconds since 2025, told by their digits", () => {
    const [entry] = entriesOf(["51175358,17.8,5.69,101.29,1735689600123456,True,True\r"]);
    expect(entry).toMatchObject({ tick: { ts: 1_735_689_600_123 } });
  });

  test.each([
    ["a time in seconds", "51175358,17.8,5.69,101.29,1583709433,True,True"],
    ["a price that is none", "51175358,17.8e3,5.69,101.29,1583709433583,True,True"],
    ["a price without a whole part of one writing", "51175358,017.8,5.69,101.29,1583709433583,True,True"],
    ["too few columns", "51175358,17.8,5.69"],
    ["a flag that is none", "51175358,17.8,5.69,101.29,1583709433583,1,0"],
  ])("calls a row with %s malformed", (_, row) => {
    const good = "51175358,17.8,5.69,101.29,1583709433583,True,True";
    expect(entriesOf([good, row])[1]?.kind).toBe("malformed");
  });
});

test("a file of aggregates makes ticks whose names are those of no trade", () => {
  const spot = "26129,0.01633102,4.70443515,27781,27782,1498793709153,True,True";
  const futures = "26129,0.01633102,4.70443515,27781,27782,1498793709153,true";
  const header = "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker";
  const entry = {
    kind: "tick",
    tick: {
      ...{ type: "trade", symbol: SYMBOL, ts: 1_498_793_709_153 },
      ...{ price: "0.01633102", size: "4.70443515", id: "a26129" },
    },
  };
  expect(entriesOf([spot])).toEqual([entry]);
  expect(entriesOf([header, futures])[1]).toEqual(entry);
});

describe("a file of klines", () => {
  const row = (open: number, close: number, trades = 13, scale = 1) =>
    `${open * scale},4.1,4.2,4.0,4.15,539.23,${(close + 1) * scale - 1},2240.39,${trades},401.82,1669.98,0`;
  const T = Date.UTC(2020, 8, 28);

  test.each([
    ["1", 60_000],
    ["3", 180_000],
    ["5", 300_000],
    ["15", 900_000],
    ["30", 1_800_000],
    ["60", 3_600_000],
    ["240", 14_400_000],
    ["1D", 86_400_000],
    ["1W", 604_800_000],
    ["1M", 28 * 86_400_000],
    ["1M", 31 * 86_400_000],
  ])("makes bars of %s by the width of its rows, in milliseconds and microseconds", (resolution, width) => {
    const bar = {
      symbol: SYMBOL,
      resolution,
      t: T,
      o: "4.1",
      h: "4.2",
      l: "4.0",
      c: "4.15",
      v: "539.23",
      n: 13,
    };
    for (const scale of [1, 1_000])
      expect(entriesOf([row(T, T + width - 1, 13, scale)])).toEqual([{ kind: "bar", bar }]);
  });

  test("leaves out widths that are not kept, and silences that the exchange has filled", () => {
    expect(entriesOf([row(T, T + 999)])).toMatchObject([{ kind: "ignored" }]);
    expect(entriesOf([row(T, T + 7_199_999)])).toEqual([
      { kind: "ignored", why: "a width that is not kept" },
    ]);
    expect(entriesOf([row(T, T + 59_999, 0)])).toEqual([{ kind: "ignored", why: "a kline without trades" }]);
  });
});

describe("the symbol of a file", () => {
  const line = "51175358,17.80,5.69,101.29,1583709433583,True,True";

  test.each([
    "BTCUSDT-trades-2020-03-08.csv",
    "BTCUSDT-trades-2020-03.csv",
    "BTCUSDT-trades-2020-03.csv.gz",
    "BTCUSDT-trades-2020-03.zip",
  ])("stands in the name that the exchange gives it: %s", (fileName) => {
    expect(entriesOf([line], { fileName })).toMatchObject([{ tick: { symbol: SYMBOL } }]);
  });

  test("is the one that is said where both are known, and must be said where no name tells it", () => {
    const said = { fileName: "ETHUSDT-trades-2020-03.csv", symbol: SYMBOL };
    expect(entriesOf([line], said)).toMatchObject([{ tick: { symbol: SYMBOL } }]);
    for (const fileName of ["trades.csv", "btcusdt-trades-2020-03.csv", "BTCUSDT-trades.csv"])
      expect(openTape(line, { fileName })).toMatchObject({
        ok: false,
        why: expect.stringContaining("--symbol"),
      });
  });

  test("is an instrument of the exchange, with the decimals that trades or bars show", () => {
    const kline =
      "1601510340000,4.15070000,4.15870000,4.1,4.15540000,539.230,1601510399999,2240.3,13,401.8,1669.9,0";
    const tickAndLot = [line, kline].map((row) => {
      const instruments = new TapeInstruments();
      for (const entry of entriesOf([row])) instruments.hear(entry);
      const [instrument] = instruments.list();
      return [instrument?.symbol, instrument?.["tickSize"], instrument?.["lotSize"]];
    });
    expect(tickAndLot).toEqual([
      [SYMBOL, "0.1", "0.01"],
      [SYMBOL, "0.0001", "0.01"],
    ]);
  });
});
