/** What feeds hand on is what the public contract takes. */
import { describe, expect, test } from "vitest";
import { LINE_SEQ_BASE } from "../../scripts/replay/replay-tape.ts";
import { importedBar } from "../../src/contracts/bar-import.ts";
import { instrumentLine } from "../../src/contracts/instruments.ts";
import { tick } from "../../src/contracts/ticks.ts";
import type { FeedFormat, FeedSetting } from "../../src/feeds/adapter.ts";
import { binanceTape } from "../../src/feeds/binance.ts";
import { TapeInstruments } from "../../src/feeds/instruments.ts";
import { SIM_STEP_MS, simSteps } from "../../src/feeds/sim.ts";
import { SIM_PROFILES } from "../../src/feeds/sim-profiles.ts";
import { openTape } from "../../src/feeds/tape.ts";

const faultsOf = (schema: typeof tick | typeof instrumentLine, values: readonly unknown[]): unknown[] =>
  values.flatMap((value) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? [] : [{ value, issues: parsed.error.issues }];
  });

describe("the generator", () => {
  test("makes ticks that the contract takes", () => {
    const steps = simSteps({
      seed: 1,
      profiles: SIM_PROFILES,
      origin: 0,
      firstStep: 1_700_000_000_000 / SIM_STEP_MS,
    });
    const ticks = Array.from({ length: 10_000 }, () => steps.next().value.ticks).flat();
    expect(faultsOf(tick, ticks)).toEqual([]);
  });

  test("lists instruments that the contract takes", () => {
    expect(
      faultsOf(
        instrumentLine,
        SIM_PROFILES.map(({ instrument }) => instrument),
      ),
    ).toEqual([]);
  });
});

test("frames of Binance become ticks and instruments that the contract takes", () => {
  const parse = binanceTape();
  const instruments = new TapeInstruments();
  const frames = [
    {
      e: "trade",
      E: 1_723_161_255_343,
      s: "BTCUSDT",
      t: 3735683259,
      p: "61837.63000000",
      q: "0.02000000",
      T: 1_723_161_255_342,
    },
    {
      u: 50093239212,
      s: "BTCUSDT",
      b: "61837.63000000",
      B: "3.78826000",
      a: "61837.64000000",
      A: "1.54698000",
    },
    { e: "depthUpdate", E: 1_723_161_255_408, s: "BTCUSDT", U: 11, u: 14, b: [["61737.63", "0.00"]], a: [] },
  ];
  const ticks = frames.map((data) => {
    const entry = parse(`1723161254087896568 ${JSON.stringify({ stream: "s", data })}`);
    instruments.hear(entry);
    return entry.kind === "tick" ? entry.tick : entry;
  });
  expect(faultsOf(tick, ticks)).toEqual([]);
  expect(faultsOf(instrumentLine, instruments.list())).toEqual([]);
});

describe("each format", () => {
  const T = 1_735_689_600_000;
  const columns = "ts:#1,price:#2,size:#3,id:#4,conditions:#5";
  const quotes = "ts:#1,bid:#2,bidSize:#3,ask:#2,askSize:#3";
  const bars = "date:#1,o:#2,h:#2,l:#2,c:#2,v:#3";
  const match = {
    type: "match",
    trade_id: 7,
    sequence: 9,
    time: "2025-01-01T00:00:00.1Z",
    price: "1.5",
    size: "2",
  };
  const lines: [FeedFormat, string, FeedSetting][] = [
    ["binance-trades", `51,17.80,5.69,101.2,${T}123,True,True`, { symbol: "BINANCE:BTCUSDT" }],
    ["binance-agg-trades", `51,17.80,5.69,3,4,${T},true`, { symbol: "BINANCE:BTCUSDT" }],
    ["binance-klines", `${T},1,2,0.5,1.5,10,${T + 59_999},15,3,1,1,0`, { symbol: "BINANCE:BTCUSDT" }],
    ["coinbase", JSON.stringify({ ...match, product_id: "BTC-USD", side: "buy" }), {}],
    ["csv", `${T},1.5,2,a-7,@ T`, { columns, time: "ms", symbol: "X:Y" }],
    ["csv", `${T},1.5,2,a-7,`, { columns: columns.replace("size", "dayVolume"), time: "ms", symbol: "X:Y" }],
    ["csv", `${T},1.5,2`, { columns: quotes, time: "ms", symbol: "X:Y" }],
    ["csv", "2025-01-02,1.5,2", { columns: bars, resolution: "1D", symbol: "X:Y" }],
  ];

  test.each(lines)(
    "%s: %s becomes what the contract takes, and so do its instruments",
    (format, line, setting) => {
      const opened = openTape(line, setting, format);
      if (!opened.ok) throw new Error(opened.why);
      const entry = opened.parse(line);
      const instruments = new TapeInstruments();
      instruments.hear(entry);
      expect(faultsOf(instrumentLine, instruments.list())).toEqual([]);
      if (entry.kind === "bar") {
        const { symbol: _, ...row } = entry.bar;
        expect(importedBar.safeParse(row).error).toBeUndefined();
      } else expect(faultsOf(tick, [entry.kind === "tick" ? entry.tick : entry])).toEqual([]);
    },
  );
});

test("a line's own sequence number is one that the contract takes, on the longest tape too", () => {
  const trade = { type: "trade", symbol: "X:Y", ts: 1_723_161_255_342, price: "1", size: "1" };
  expect(
    faultsOf(tick, [
      { ...trade, seq: LINE_SEQ_BASE + 1 },
      { ...trade, seq: LINE_SEQ_BASE + 1e12 },
    ]),
  ).toEqual([]);
});
