import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { startFlags, UsageError } from "../../scripts/start/flags.ts";

describe("the flags of npm start", () => {
  test("have the defaults of the contract", () => {
    expect(startFlags([])).toEqual({
      port: 8787,
      data: resolve(".outcry"),
      feed: { kind: "sim" },
      objects: 256,
      quiet: false,
      help: false,
    });
  });

  test("name a tape with its speed and shift", () => {
    const file = resolve("tapes/one:two.gz");
    const feed = ["--feed", "tape:tapes/one:two.gz"];
    expect(startFlags(feed).feed).toEqual({ kind: "tape", file, speed: 1, shift: false });
    expect(startFlags([...feed, "--speed", "2.5"]).feed).toMatchObject({ speed: 2.5 });
    expect(startFlags([...feed, "--speed", "max", "--shift"]).feed).toMatchObject({
      speed: "max",
      shift: true,
    });
  });

  test("name how a tape is read, where it does not tell itself", () => {
    const columns = "ts:time,price:px,size:qty";
    const feed = ["--feed", "tape:x.csv", "--format", "csv", "--columns", columns, "--time", "us"];
    expect(startFlags([...feed, "--symbol", "X:Y", "--separator", "tab"]).feed).toMatchObject({
      reading: { format: "csv", setting: { columns, time: "us", symbol: "X:Y", separator: "\t" } },
    });
    expect(startFlags([...feed, "--alias-broker", "kite"]).feed).toMatchObject({
      reading: { broker: "kite", setting: { tokens: true } },
    });
  });

  test("name the symbols of a live venue", () => {
    const tickers = ["BTCUSDT", "ETHUSDT"];
    expect(startFlags(["--feed", "binance:BTCUSDT,ETHUSDT"]).feed).toEqual({ kind: "binance", tickers });
  });

  test("refuse more live symbols than one connection carries", () => {
    const symbols = (count: number) => Array.from({ length: count }, (_, index) => `X${index}USDT`).join();
    expect(startFlags(["--feed", `binance:${symbols(100)}`]).feed).toMatchObject({ kind: "binance" });
    expect(() => startFlags(["--feed", `binance:${symbols(101)}`])).toThrow("at most 100");
  });

  test("take the recorded speed as said for every feed", () => {
    expect(startFlags(["--feed", "none", "--speed", "1"]).feed).toEqual({ kind: "none" });
  });

  test.each([
    ["an unknown flag", ["--prot", "8787"], "--prot"],
    ["a word without a flag", ["8787"], "8787"],
    ["a flag without its value", ["--port"], "--port"],
    ["a port of zero", ["--port", "0"], "from 1 to 65535"],
    ["a port that is too high", ["--port", "65536"], "from 1 to 65535"],
    ["a port that is no number", ["--port", "80a"], "from 1 to 65535"],
    ["an unknown feed", ["--feed", "kraken:XBT"], "sim, none, tape:FILE or binance:"],
    ["a feed with an argument it has not", ["--feed", "sim:3"], "sim, none, tape:FILE or binance:"],
    ["a tape without a file", ["--feed", "tape:"], "names no file"],
    ["a live venue without symbols", ["--feed", "binance:"], "names no symbol"],
    ["a live symbol in small letters", ["--feed", "binance:btcusdt"], '"btcusdt" is no symbol of Binance'],
    ["a live symbol too many", ["--feed", "binance:BTCUSDT,"], '"" is no symbol of Binance'],
    ["a live symbol twice", ["--feed", "binance:BTCUSDT,ETHUSDT,BTCUSDT"], "names a symbol twice"],
    ["a speed for a live venue", ["--feed", "binance:BTCUSDT", "--speed", "2"], "belong to a tape"],
    ["a shift for a live venue", ["--feed", "binance:BTCUSDT", "--shift"], "belong to a tape"],
    [
      "a format that is none",
      ["--feed", "tape:x", "--format", "xml"],
      "--format xml: one of outcry, binance",
    ],
    ["columns of no CSV file", ["--feed", "tape:x", "--columns", "ts:a"], "belongs to --format csv"],
    [
      "columns that make nothing",
      ["--feed", "tape:x", "--format", "csv", "--columns", "ts:a"],
      "--columns: ",
    ],
    ["a unit that is none", ["--feed", "tape:x", "--format", "csv", "--time", "m"], "--time m: one of s, ms"],
    ["a long separator", ["--feed", "tape:x", "--format", "csv", "--separator", "::"], "one character"],
    ["a symbol that is none", ["--feed", "tape:x", "--symbol", "aapl"], "a symbol is VENUE:TICKER"],
    [
      "a broker that is no word",
      ["--feed", "tape:x", "--format", "csv", "--alias-broker", "a b"],
      "plain word",
    ],
    [
      "tokens of a venue's own file",
      ["--feed", "tape:x", "--alias-broker", "kite"],
      "--format csv or outcry",
    ],
    ["a format for the generator", ["--format", "csv"], "belongs to --feed tape:FILE"],
    ["a speed of zero", ["--feed", "tape:x", "--speed", "0"], "--speed 0"],
    ["a speed below zero", ["--feed", "tape:x", "--speed=-1"], "--speed -1"],
    ["a speed for the generator", ["--speed", "max"], "belong to a tape"],
    ["a shift for no feed", ["--feed", "none", "--shift"], "belong to a tape"],
    ["no data folder", ["--data", ""], "names no folder"],
    ["no objects", ["--objects", "0"], "--objects 0"],
  ])("with %s are refused with a sentence", (_, args, said) => {
    expect(() => startFlags(args)).toThrow(UsageError);
    expect(() => startFlags(args)).toThrow(said);
  });
});
