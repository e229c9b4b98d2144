import { describe, expect, test } from "vitest";
import { candleFromText, candleText } from "../../../actors/strategy/candle.ts";
import { pnl, positions } from "../../../actors/strategy/profit-view.ts";
import { m2m, describe as shown } from "../../../actors/strategy/view.ts";
import {
  m2mCandle,
  strategyObject,
  strategyPnl,
  strategyPositions,
} from "../../../src/contracts/strategies.ts";
import { Bench, filled, leg, markAt, opened, T0, update } from "./bench.ts";

const A = "XNAS:AAA";
const B = "XNAS:BBB";
const parsed = (reply: unknown): unknown => {
  const { ok, value } = reply as { ok: boolean; value: string };
  expect(ok).toBe(true);
  return JSON.parse(value);
};

describe("a strategy that nobody has opened", () => {
  test("is unknown", () => {
    const bench = new Bench();
    const query = { resolution: "1", limit: 10 };
    for (const reply of [
      shown(bench.state, "carry"),
      positions(bench.state, "carry", T0),
      pnl(bench.state, "carry", "average", T0),
      m2m(bench.store, query, T0),
    ])
      expect(reply).toMatchObject({ ok: false, code: "strategy-unknown" });
  });
});

describe("a strategy that is closed", () => {
  test("shows what it was and what it made, after a load too", () => {
    const bench = new Bench().hear(
      opened([B, A], { state: "active" }),
      filled(A, 10, 100_00, T0),
      filled(A, -10, 101_00, T0 + 5),
      { type: "strategy-closed", strategy: "carry", at: T0 + 9 },
    );
    for (const round of ["at once", "after a load"]) {
      if (round === "after a load") bench.reload();
      expect(strategyObject.parse(parsed(shown(bench.state, "carry")))).toMatchObject({
        name: "Carry",
        state: "closed",
        closedAt: T0 + 9,
        instruments: [
          { symbol: A, qty: "0" },
          { symbol: B, qty: "0" },
        ],
      });
      expect(parsed(positions(bench.state, "carry", T0))).toMatchObject({
        items: [{ symbol: A, realised: "10" }],
      });
      expect(parsed(pnl(bench.state, "carry", "average", T0))).toMatchObject({ realised: "10", total: "10" });
      expect(m2m(bench.store, { resolution: "1", limit: 10 }, T0).ok).toBe(true);
    }
  });
});

describe("its state and its targets", () => {
  const target = (symbol: string, targetQty: string) => ({ ...leg(symbol), targetQty });

  test("are as the account told them last, and what is missing to a target is told beside it", () => {
    const bench = new Bench().hear(
      opened([], { legs: [target(A, "25"), leg(B)], state: "draft" }),
      filled(A, -10, 100_00, T0),
    );
    expect(strategyObject.parse(parsed(shown(bench.state, "carry")))).toMatchObject({
      state: "draft",
      instruments: [
        { symbol: A, targetQty: "25", qty: "-10", difference: "35" },
        { symbol: B, targetQty: null, qty: "0", difference: null },
      ],
    });
    bench.hear({
      type: "strategy-amended",
      strategy: "carry",
      name: "Carry",
      tags: [],
      legs: [target(A, "0")],
      state: "paused",
      at: T0,
    });
    bench.reload();
    expect(parsed(shown(bench.state, "carry"))).toMatchObject({
      state: "paused",
      instruments: [{ symbol: A, targetQty: "0", qty: "-10", difference: "10" }],
    });
  });

  test("a leg that is named no longer is shown without a target while it is held", () => {
    const bench = new Bench().hear(
      opened([], { legs: [target(A, "25"), target(B, "5")] }),
      filled(A, -10, 100_00, T0),
      {
        type: "strategy-amended",
        strategy: "carry",
        name: "Carry",
        tags: [],
        legs: [target(B, "5")],
        state: "active",
        at: T0 + 1,
      },
    );
    const other = { symbol: B, targetQty: "5", qty: "0", difference: "5" };
    for (const round of ["at once", "after a load"]) {
      if (round === "after a load") bench.reload();
      expect(strategyObject.parse(parsed(shown(bench.state, "carry"))).instruments).toEqual([
        { symbol: A, targetQty: null, qty: "-10", difference: null },
        other,
      ]);
    }
    bench.hear(filled(A, 10, 101_00, T0 + 2));
    expect(strategyObject.parse(parsed(shown(bench.state, "carry"))).instruments).toEqual([other]);
  });

  test("of a strategy that an account without states opened are those of an active one, by its declared legs", () => {
    const bench = new Bench().hear(opened([A]));
    const { named: _, ...before } = bench.state.profile!;
    bench.state.profile = before;
    expect(parsed(shown(bench.state, "carry"))).toMatchObject({
      state: "active",
      instruments: [{ symbol: A, targetQty: null, qty: "0" }],
    });
  });
});

describe("what it shows", () => {
  const bench = new Bench().hear(
    opened([B, A], { tags: ["hedge"] }),
    filled(A, -10, 100_00, T0, { opening: true }),
  );
  bench
    .baseline(A, markAt(4, T0 - 5, 101_00))
    .baseline(B, { bid: 5_00 as never, ask: 5_01 as never, quoteTs: T0 as never, lastChanges: 0 });
  bench
    .hear(filled(A, 4, 99_00, T0 + 10, { fee: "0.25" }), filled(B, 3, 5_00, T0 + 20))
    .tick(A, 5, T0 + 30, 98_00);

  test("the strategy by its public shape, legs by name", () => {
    expect(strategyObject.parse(parsed(shown(bench.state, "carry")))).toEqual({
      id: "carry",
      name: "Carry",
      account: "main",
      currency: "USD",
      instruments: [
        { symbol: A, targetQty: null, qty: "-6", difference: null },
        { symbol: B, targetQty: null, qty: "3", difference: null },
      ],
      tags: ["hedge"],
      state: "active",
      openedAt: T0,
    });
  });

  test("positions at average cost, marked at the last trade or else between bid and ask", () => {
    expect(strategyPositions.parse(parsed(positions(bench.state, "carry", T0 + 1_030)))).toEqual({
      items: [
        {
          symbol: A,
          strategy: "carry",
          qty: "-6",
          avgPrice: "100",
          marketPrice: "98",
          priceAgeMs: 1_000,
          notional: "-588",
          unrealised: "12",
          realised: "4",
          fees: "0.25",
          funding: "0",
          currency: "USD",
        },
        {
          symbol: B,
          strategy: "carry",
          qty: "3",
          avgPrice: "5",
          marketPrice: "5.005",
          priceAgeMs: 1_030,
          notional: "15.015",
          unrealised: "0.015",
          realised: "0",
          fees: "0",
          funding: "0",
          currency: "USD",
        },
      ],
    });
  });

  test("profit and loss is the sum of the positions'", () => {
    const sums = {
      realised: "4",
      unrealised: "12.015",
      fees: "0.25",
      funding: "0",
      total: "15.765",
      grossExposure: "603.015",
    };
    expect(strategyPnl.parse(parsed(pnl(bench.state, "carry", "average", T0 + 60_025)))).toEqual({
      strategy: "carry",
      method: "average",
      currency: "USD",
      ...sums,
      staleLegs: [B],
      missingLegs: [],
      currencies: [{ currency: "USD", ...sums, fxRate: "1" }],
    });
  });

  test.each(["fifo", "lifo", "other"])("profit and loss by %s is refused", (method) => {
    expect(pnl(bench.state, "carry", method, T0)).toMatchObject({
      ok: false,
      code: "pnl-method-unsupported",
    });
  });

  test.each(["3", "1S", "1W", ""])("candles of resolution %j are refused", (resolution) => {
    expect(m2m(bench.store, { resolution, limit: 10 }, T0)).toMatchObject({
      ok: false,
      code: "resolution-unsupported",
    });
  });

  test("candles by their public shape", () => {
    for (const candle of bench.candles()) expect(m2mCandle.parse(candle)).toEqual(candle);
  });
});

test("a leg without a price shows none, a leg that never traded shows nothing, a flat one what it realised", () => {
  const bench = new Bench().hear(opened([A, B]), filled(A, 1, 100_00, T0));
  expect(parsed(positions(bench.state, "carry", T0))).toMatchObject({
    items: [
      { symbol: A, marketPrice: null, priceAgeMs: null, notional: null, unrealised: null, realised: "0" },
    ],
  });
  bench.hear(filled(A, -1, 103_00, T0 + 1));
  expect(parsed(positions(bench.state, "carry", T0))).toMatchObject({
    items: [{ symbol: A, qty: "0", avgPrice: null, realised: "3" }],
  });
});

test("the flags of a forming candle are those of now, and of a finished minute those of its end", () => {
  const bench = new Bench()
    .hear(opened([A, B]), filled(A, 1, 1_00, T0, { opening: true }))
    .baseline(A, markAt(1, T0 - 30_000, 1_00))
    .tick(B, 1, T0 + 5, 1_00);
  bench.clock.time = (T0 + 29_999) as typeof bench.clock.time;
  expect(bench.candles()).toMatchObject([{ state: "forming", staleLegs: [] }]);
  bench.clock.time = (T0 + 31_000) as typeof bench.clock.time;
  expect(bench.candles()).toMatchObject([{ state: "forming", staleLegs: [A] }]);
});

test("a candle is read back as it was written, however large its amounts", () => {
  const huge = 12_345_678_901_234_567_890_123_456_789_012_345n;
  const candle = {
    start: T0,
    open: -1n,
    high: huge,
    low: -huge,
    close: 0n,
    realised: 1n,
    unrealised: -(10n ** 12n),
    fees: 5n * 10n ** 11n,
    funding: -3n,
    gross: huge,
  };
  const whole = {
    ...candle,
    tickCount: 3,
    staleLegs: [A],
    missingLegs: [],
    sampled: true,
    rev: 2,
    state: "revised" as const,
  };
  expect(candleFromText(candleText(whole))).toEqual(whole);
});

test("a batch of prices for a strategy that nobody has opened changes nothing", () => {
  const bench = new Bench().prices(update(A, [[1, T0, 1_00]]));
  expect([bench.state.legs.size, bench.state.timeline.size, leg(A).symbol]).toEqual([0, 0, A]);
});
