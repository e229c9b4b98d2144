/** Legs in other currencies, what leads from them to the account's, and inverse contracts. */
import { describe, expect, test } from "vitest";
import type { RateSource } from "../../../actors/strategy/messages.ts";
import { positions } from "../../../actors/strategy/profit-view.ts";
import { followedSymbols } from "../../../actors/strategy/state.ts";
import { Bench, filled, leg, MINUTE, markAt, opened, T0, update } from "./bench.ts";

const A = "XNAS:AAA";
const D = "XETR:DDD";
const EUR = "FX:EURUSD";
const JPY = "FX:USDJPY";
const fx: RateSource[] = [
  { currency: "EUR", symbol: EUR, priceScale: 4, direction: "multiply" },
  { currency: "JPY", symbol: JPY, priceScale: 2, direction: "divide" },
];
const inEuro = { ...leg(D), currency: "EUR" };
const abroad = (symbol: string, currency: string) => ({ ...leg(symbol), currency });
const euro = (qty: number, price: number, ts: number, fee = "0") =>
  filled(D, qty, price, ts, { leg: inEuro, fee });
const started = () =>
  new Bench()
    .hear(opened([], { legs: [leg(A), inEuro], fx }))
    .baseline(D, markAt(1, T0 - 1_000, 50_00))
    .baseline(EUR, markAt(1, T0 - 1_000, 1_1000));

describe("a leg in another currency", () => {
  test("each sum is converted by the rate of its moment; the leg itself is shown in its own", () => {
    const bench = started().hear(euro(10, 48_00, T0, "1.5"));
    expect(bench.candles()).toMatchObject([
      { unrealised: "22", fees: "1.65", close: "20.35", grossExposure: "550" },
    ]);
    const reply = positions(bench.state, "carry", T0);
    expect(reply.ok && JSON.parse(reply.value)).toMatchObject({
      items: [{ symbol: D, currency: "EUR", unrealised: "20", fees: "1.5", notional: "500", avgPrice: "48" }],
    });
  });

  test("a change of its rate is a moment, and no tick of a leg", () => {
    const bench = started().hear(euro(10, 50_00, T0 - 5, "1"));
    bench.prices(
      update(EUR, [
        [2, T0, 1_2000],
        [3, T0 + 1, 1_0000],
      ]),
    );
    expect(bench.candles().at(-1)).toMatchObject({
      t: T0,
      open: "-1.1",
      low: "-1.2",
      close: "-1",
      high: "-1",
      tickCount: 0,
    });
  });

  test("what it realised goes on moving with the rate when nothing is held any more", () => {
    const bench = started().hear(euro(10, 50_00, T0), euro(-10, 60_00, T0 + 1));
    expect(followedSymbols(bench.state).sort()).toEqual([EUR, A, D].sort());
    bench.prices(update(EUR, [[2, T0 + 2, 1_3000]]));
    expect(bench.candles()).toMatchObject([{ realised: "130", close: "130", grossExposure: "0" }]);
  });

  test("a rate that comes late is put where it belongs, and everything after it is worth something else", () => {
    const bench = started().hear(euro(10, 50_00, T0));
    bench.tick(D, 2, T0 + 10, 51_00).tick(D, 3, T0 + MINUTE, 52_00);
    bench.prices(update(EUR, [[2, T0 + 5, 2_0000]]));
    expect(bench.candles()).toMatchObject([{ high: "20", close: "20" }, { close: "40" }]);
  });

  test("without a rate all that it has made counts 0, and it is missing", () => {
    const bench = new Bench()
      .hear(opened([], { legs: [abroad(D, "JPY")], fx }))
      .baseline(D, markAt(1, T0, 50_00));
    bench.hear(filled(D, 10, 48_00, T0, { leg: abroad(D, "JPY"), fee: "3" }));
    expect(bench.candles()).toMatchObject([{ close: "0", fees: "0", missingLegs: [D], sampled: false }]);
    bench.baseline(JPY, markAt(4, T0, 100_00)).tick(D, 2, T0 + 1, 50_00);
    expect(bench.candles()).toMatchObject([{ close: "0.17", fees: "0.03", missingLegs: [] }]);
  });

  test("it is stale where its price or its rate is older than a minute at the end", () => {
    const bench = started()
      .hear(euro(10, 50_00, T0))
      .tick(D, 2, T0 + 50_000, 51_00);
    bench.prices(update(EUR, [[2, T0 + MINUTE + 5_000, 1_1000]])).tick(D, 3, T0 + MINUTE + 10_000, 51_00);
    bench.tick(D, 4, T0 + 3 * MINUTE, 51_00);
    const closed = bench.candles().slice(0, 2);
    expect(closed.map(({ staleLegs }) => staleLegs)).toEqual([[D], []]);
  });

  test("a rate between bid and ask says sampled: not every quote comes", () => {
    const bench = new Bench().hear(opened([], { legs: [inEuro], fx })).baseline(D, markAt(1, T0, 50_00));
    bench.prices(
      update(EUR, [], { mark: { bid: 1_1000, ask: 1_1002, quoteTs: T0, lastChanges: 0 } as never }),
    );
    bench.hear(euro(1, 40_00, T0));
    expect(bench.candles()).toMatchObject([{ close: "11.001", sampled: true }]);
  });

  test("a rate's symbol that is traded becomes a leg, and its changes are ticks from then on", () => {
    const bench = started().hear(euro(10, 50_00, T0));
    bench.prices(update(EUR, [[2, T0 + 1, 1_2000]]));
    const pair = { ...leg(EUR), priceScale: 4, notionalUnit: String(10n ** 8n) };
    bench.hear(filled(EUR, 100, 1_2000, T0 + 2, { leg: pair }));
    bench.prices(update(EUR, [[3, T0 + 3, 1_3000]]));
    expect(bench.candles()).toMatchObject([{ tickCount: 1, close: "10", unrealised: "10" }]);
    const before = bench.candles();
    bench.reload();
    expect(bench.candles()).toEqual(before);
  });

  test("an account that names another symbol counts all that can be folded again by that one", () => {
    const bench = started()
      .hear(euro(10, 50_00, T0))
      .tick(D, 2, T0 + 1, 51_00);
    const other = [{ currency: "EUR", symbol: "FX:OTHER", priceScale: 2, direction: "multiply" as const }];
    const news = { type: "strategy-amended", strategy: "carry", name: "C", tags: [], at: T0 } as const;
    bench.hear({ ...news, legs: [inEuro], fx: other });
    expect(bench.candles()).toMatchObject([{ close: "0", missingLegs: [D] }]);
    bench.baseline("FX:OTHER", markAt(1, T0, 2_00));
    expect(bench.candles()).toMatchObject([{ close: "20", missingLegs: [] }]);
    expect(followedSymbols(bench.state)).not.toContain(EUR);
    bench.reload();
    expect(bench.candles()).toMatchObject([{ close: "20" }]);
  });
});

test("an inverse contract gains coins as fewer of them are worth as much", () => {
  // One contract is worth 100 of the quote.
  const inverse = { ...leg(A), contract: "inverse" as const, notionalUnit: String(100n * 10n ** 14n) };
  const bench = new Bench().hear(opened([], { legs: [inverse] })).baseline(A, markAt(1, T0, 10_000_00));
  bench.hear(filled(A, 5, 10_000_00, T0, { leg: inverse })).tick(A, 2, T0 + 1, 12_500_00);
  expect(bench.candles()).toMatchObject([{ unrealised: "0.01", grossExposure: "0.04" }]);
  bench.hear(filled(A, -5, 12_500_00, T0 + 2, { leg: inverse }));
  expect(bench.candles()).toMatchObject([{ realised: "0.01", unrealised: "0", close: "0.01" }]);
});
