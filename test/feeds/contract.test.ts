/** What feeds hand on is what the public contract takes. */
import { describe, expect, test } from "vitest";
import { LINE_SEQ_BASE } from "../../scripts/replay/replay-tape.ts";
import { instrumentLine } from "../../src/contracts/instruments.ts";
import { tick } from "../../src/contracts/ticks.ts";
import { binanceTape } from "../../src/feeds/binance.ts";
import { TapeInstruments } from "../../src/feeds/instruments.ts";
import { SIM_STEP_MS, simSteps } from "../../src/feeds/sim.ts";
import { SIM_PROFILES } from "../../src/feeds/sim-profiles.ts";

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

test("a line's own sequence number is one that the contract takes, on the longest tape too", () => {
  const trade = { type: "trade", symbol: "X:Y", ts: 1_723_161_255_342, price: "1", size: "1" };
  expect(
    faultsOf(tick, [
      { ...trade, seq: LINE_SEQ_BASE + 1 },
      { ...trade, seq: LINE_SEQ_BASE + 1e12 },
    ]),
  ).toEqual([]);
});
