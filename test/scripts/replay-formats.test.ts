/** Tapes of every format on their way to a stand-in platform: what it gets is what the lines say, once. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { BATCH_BARS_MAX } from "../../scripts/replay/bar-poster.ts";
import { replayTape } from "../../scripts/replay/replay-tape.ts";
import type { TapeReading } from "../../scripts/replay/tape-flags.ts";
import { DAY_MS } from "../../src/domain/time.ts";
import { FakePlatform } from "../support/fake-platform.ts";
import { folder, replayOf, T0 } from "../support/tapes.ts";

function fileOf(name: string, lines: readonly string[]): string {
  const path = join(folder(), name);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

const COUNT = 40;
const price = (index: number): string => (100 + index / 100).toFixed(2);
const rows = (of: (index: number, ts: number) => string): string[] =>
  Array.from({ length: COUNT }, (_, index) => of(index, T0 + index * 10));

const binanceTrades = () =>
  fileOf(
    "BTCUSDT-trades-2024-08-08.csv",
    rows((index, ts) => `${500 + index},${price(index)},0.5,1.0,${ts}000,True,True`),
  );
const coinbaseFrames = () =>
  fileOf("matches", [
    JSON.stringify({ type: "subscriptions", channels: [] }),
    ...rows((index, ts) =>
      JSON.stringify({
        ...{ type: index === 0 ? "last_match" : "match", trade_id: 500 + index, sequence: 9_000 + index * 3 },
        ...{
          product_id: "BTC-USD",
          side: "buy",
          time: new Date(ts).toISOString(),
          size: "0.5",
          price: price(index),
        },
      }),
    ),
  ]);
const csvTrades = (symbolAt: (index: number) => string = () => "XNAS:AAPL") =>
  fileOf("trades.csv", [
    "sym;when;px;qty",
    ...rows((index, ts) => `${symbolAt(index)};${ts / 1_000};${price(index)};0.5`),
  ]);
const csv: TapeReading = {
  format: "csv",
  setting: { columns: "symbol:sym,ts:when,price:px,size:qty", time: "s", separator: ";" },
};

test.each<[string, () => string, string, TapeReading | undefined]>([
  ["Binance's files", binanceTrades, "BINANCE:BTCUSDT", undefined],
  ["Coinbase's frames", coinbaseFrames, "COINBASE:BTC-USD", undefined],
  ["CSV whose columns are told", csvTrades, "XNAS:AAPL", csv],
])("%s: every line is one trade, and a second replay doubles none", async (_, file, symbol, reading) => {
  await using platform = await FakePlatform.start();
  if (reading !== undefined) platform.instruments.set(symbol, {});
  const replay = replayOf(platform, file(), { reading });
  await replayTape(replay);
  expect(platform.taken.map(({ tick }) => [tick["symbol"], tick["ts"], tick["price"], tick["size"]])).toEqual(
    Array.from({ length: COUNT }, (_, index) => [symbol, T0 + index * 10, price(index), "0.5"]),
  );
  if (reading === undefined)
    expect(platform.instruments.get(symbol)).toMatchObject({ tickSize: "0.01", lotSize: "0.1" });
  const { totals } = await replayTape({ ...replay, again: true });
  expect(totals).toMatchObject({ accepted: 0, duplicates: COUNT });
});

test("bars of a file become history of its symbol, again without effect, and their times are never moved", async () => {
  await using platform = await FakePlatform.start();
  const bars = BATCH_BARS_MAX + 40;
  const lines = Array.from({ length: bars }, (_, index) => {
    const open = (T0 - (T0 % 60_000)) * 1_000 + index * 60_000_000;
    return `${open},1.5,2.5,1.25,2.0,10.5,${open + 59_999_999},21.0,7,4.0,8.0,0`;
  });
  const file = fileOf("ETHBTC-1m-2025-08.csv", lines);
  const { totals } = await replayTape(replayOf(platform, file));
  expect(platform.requests).toBe(2);
  expect(platform.bars.size).toBe(bars);
  expect(platform.bars.get(`BINANCE:ETHBTC 1 ${T0 - (T0 % 60_000)}`)).toEqual({
    ...{ t: T0 - (T0 % 60_000), o: "1.5", h: "2.5", l: "1.25", c: "2.0", v: "10.5", n: 7 },
  });
  expect(platform.instruments.get("BINANCE:ETHBTC")).toMatchObject({ tickSize: "0.01", lotSize: "0.1" });
  expect(totals.bars).toMatchObject({ inserted: bars, unchanged: 0 });
  const again = await replayTape(replayOf(platform, file, { again: true }));
  expect(again.totals.bars).toMatchObject({ inserted: 0, unchanged: bars });
  await expect(replayTape(replayOf(platform, file, { shift: true, again: true }))).rejects.toThrow("--shift");
  expect(platform.ends).toEqual([]);
});

test("minutes of many days, few in each, go in requests of as many days as the platform folds at once", async () => {
  await using platform = await FakePlatform.start();
  platform.instruments.set("XNAS:THIN", {});
  const lines = Array.from({ length: 100 }, (_, day) => `${T0 - (T0 % 60_000) - day * DAY_MS},1,1,1,1,5`);
  const reading: TapeReading = {
    format: "csv",
    setting: {
      ...{ columns: "t:#1,o:#2,h:#3,l:#4,c:#5,v:#6", time: "ms" },
      ...{ symbol: "XNAS:THIN", resolution: "1" },
    },
  };
  const { totals } = await replayTape(replayOf(platform, fileOf("thin.csv", lines), { reading }));
  expect(totals.bars).toMatchObject({ inserted: 100 });
  expect(platform.requests).toBe(3);
});

test("a broker's tokens go by the names that the platform has for them, and an unknown one is counted", async () => {
  await using platform = await FakePlatform.start();
  platform.instruments.set("XNSE:NIFTY", { aliases: { kite: "256265", other: "1" } });
  platform.instruments.set("XNSE:ELSE", { aliases: { other: "256265" } });
  const file = csvTrades((index) => (index % 4 === 3 ? "99" : "256265"));
  const { totals } = await replayTape(
    replayOf(platform, file, {
      reading: { ...csv, setting: { ...csv.setting, tokens: true }, broker: "kite" },
    }),
  );
  expect(new Set(platform.taken.map(({ tick }) => tick["symbol"]))).toEqual(new Set(["XNSE:NIFTY"]));
  expect(platform.taken).toHaveLength(COUNT - COUNT / 4);
  expect(totals.skipped).toEqual({ header: 1, "a token of no instrument": COUNT / 4 });
  expect(platform.ends).toMatchObject([{ symbols: ["XNSE:NIFTY"] }]);
});

test("a zip of one file is read as Binance offers it, and no other", async () => {
  await using platform = await FakePlatform.start();
  const zipped = (name: string, ...parts: readonly string[]): string => {
    const path = join(folder(), name);
    writeFileSync(path, zipOf(parts));
    return path;
  };
  const lines = readFileSync(binanceTrades(), "utf8");
  const { totals } = await replayTape(replayOf(platform, zipped("BTCUSDT-trades-2024-08-08.zip", lines)));
  expect(totals).toMatchObject({ accepted: COUNT, rejected: 0 });
  expect(platform.instruments.has("BINANCE:BTCUSDT")).toBe(true);
  const two = replayTape(replayOf(platform, zipped("BTCUSDT-trades-2024-08-09.zip", lines, lines)));
  await expect(two).rejects.toThrow("the zip holds 2 files");
  const cut = zipped("BTCUSDT-trades-2024-08-10.zip", lines);
  writeFileSync(cut, readFileSync(cut).subarray(0, -30));
  await expect(replayTape(replayOf(platform, cut))).rejects.toThrow("the zip is cut off");
});

/** Files without names or checksums: what a reader from the front needs. */
function zipOf(parts: readonly string[]): Buffer {
  const entries = parts.map((text) => {
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(8, 8);
    head.writeUInt16LE(5, 26);
    return Buffer.concat([head, Buffer.from("a.csv"), deflateRawSync(text)]);
  });
  const directory = Buffer.alloc(46 * parts.length);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 10);
  return Buffer.concat([...entries, directory, end]);
}

test("read in another way a file is another tape, and its progress does not count", async () => {
  await using platform = await FakePlatform.start();
  for (const symbol of ["XNAS:AAPL", "X:Y"]) platform.instruments.set(symbol, {});
  const file = csvTrades();
  await replayTape(replayOf(platform, file, { reading: csv }));
  const setting = { ...csv.setting, columns: "ts:when,price:px,size:qty", symbol: "X:Y" };
  await replayTape(replayOf(platform, file, { reading: { ...csv, setting } }));
  expect(platform.taken.filter(({ tick }) => tick["symbol"] === "X:Y")).toHaveLength(COUNT);
});

test("what a file does not say of itself is asked for, and nothing is sent", async () => {
  await using platform = await FakePlatform.start();
  await expect(replayTape(replayOf(platform, csvTrades()))).rejects.toThrow("line 1: begins no tape");
  const nameless = fileOf("trades.csv", ["7,1.5,2,3,1583709433583,True,True"]);
  await expect(replayTape(replayOf(platform, nameless))).rejects.toThrow("--symbol");
  expect(platform.requests).toBe(0);
});
