/** Arbitrary inputs of an order's checks, and limits for them. */
import fc from "fast-check";
import type { Inputs, InstrumentInputs, View } from "../../../actors/risk-shard/inputs.ts";
import type { Limit, LimitKind, LimitSet } from "../../../actors/risk-shard/state.ts";
import { ORDER_TYPES } from "../../../src/domain/order.ts";
import type { EpochMs } from "../../../src/domain/time.ts";

const AT = 1_700_000_000_000;
/** Small enough that a brute force can try every lot. */
const LOTS_MAX = 60;

const quantity = fc.integer({ min: -300, max: 300 }).map(BigInt);
const working = fc.integer({ min: 0, max: 300 }).map(BigInt);
const sum = fc.bigInt({ min: 0n, max: 10n ** 24n });
const signedSum = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });

const view: fc.Arbitrary<View> = fc
  .record({
    pos: quantity,
    buys: working,
    sells: working,
    restGross: sum,
    high: signedSum,
    span: sum,
    working: fc.nat(20),
  })
  .map(({ high, span, ...rest }) => ({ ...rest, restHigh: high, restLow: high - span }));

const instrument = (lotSize: number): fc.Arbitrary<InstrumentInputs> =>
  fc
    .record({
      tickSize: fc.constant(1),
      lotSize: fc.constant(lotSize),
      sizeScale: fc.constant(0),
      notionalUnit: fc.constantFrom(1n, 10n ** 8n, 10n ** 12n),
      minQty: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
      maxQty: fc.constant(undefined),
      minNotional: fc.option(fc.bigInt({ min: 1n, max: 10n ** 15n }), { nil: undefined }),
      status: fc.constant("active" as const),
      isInverse: fc.boolean(),
    })
    .map(({ isInverse, ...rest }) => ({
      ...rest,
      sameCurrency: true,
      ...(isInverse ? { contract: "inverse" as const } : {}),
    }));

/** Where there is one the instrument is of another currency. */
const rate = fc.record({
  times: fc.bigInt({ min: 1n, max: 300n }),
  over: fc.bigInt({ min: 1n, max: 200n }),
  at: fc.integer({ min: AT, max: AT + 59_000 }),
});

const mark = fc
  .record({
    last: fc.option(fc.integer({ min: 1, max: 500 }), { nil: undefined }),
    bid: fc.integer({ min: 1, max: 500 }),
    spread: fc.nat(9),
  })
  .map(({ last, bid, spread }) => ({
    ...(last === undefined ? {} : { last, lastTs: AT as EpochMs }),
    bid,
    ask: bid + spread,
    quoteTs: AT as EpochMs,
  }));

export const inputs: fc.Arbitrary<Inputs> = fc.constantFrom(1, 2, 7).chain((lotSize) =>
  fc
    .record({
      at: fc.integer({ min: AT, max: AT + 59_000 }),
      order: fc
        .record({
          side: fc.constantFrom(1 as const, -1 as const),
          type: fc.constantFrom(...ORDER_TYPES),
          lots: fc.integer({ min: 1, max: LOTS_MAX }),
          price: fc.integer({ min: 1, max: 500 }),
          stopPrice: fc.integer({ min: 1, max: 500 }),
        })
        .map(({ lots, price, stopPrice, type, side }) => ({
          side,
          type,
          qty: lots * lotSize,
          qtyFit: 0 as const,
          price: type === "limit" || type === "stop-limit" ? price : undefined,
          stopPrice: type === "stop" || type === "stop-limit" ? stopPrice : undefined,
          priceFit: 0 as const,
          reduceOnly: false,
        })),
      standing: fc.record({
        hasRoom: fc.constant(true),
        strategyState: fc.constant(1 as const),
        replacing: fc.constant(0 as const),
        severities: fc.constant([0, 0, 0, 0] as const),
        equity: sum,
        unpriced: fc.constant(0),
        symbolWorking: fc.nat(20),
        rates: fc.tuple(fc.nat(9)),
      }),
      instrument: instrument(lotSize),
      mark,
      account: view,
      strategy: view,
      fx: fc.option(rate, { nil: undefined }),
    })
    .map(({ fx, instrument, ...rest }) =>
      fx === undefined
        ? { ...rest, instrument }
        : { ...rest, fx, instrument: { ...instrument, sameCurrency: false } },
    ),
);

const NOTIONAL: readonly LimitKind[] = [
  "max-order-notional",
  "max-position-notional",
  "max-gross-exposure",
  "max-net-exposure",
];
const QUANTITY_SCALE = 18n;

/** Thresholds near the numbers that the inputs lead to, so that about half of them bind. */
const limit = (action: Limit["action"]): fc.Arbitrary<Limit> =>
  fc
    .record({
      kind: fc.constantFrom<LimitKind>(
        "max-order-qty",
        "max-position-qty",
        ...NOTIONAL,
        "max-working-orders",
      ),
      scope: fc.constantFrom("account" as const, "strategy" as const, "symbol" as const),
      quantity: fc.bigInt({ min: 0n, max: 400n }),
      money: fc.oneof(fc.bigInt({ min: 0n, max: 10n ** 17n }), fc.bigInt({ min: 0n, max: 10n ** 24n })),
    })
    .map(({ kind, scope, quantity: threshold, money }): Limit => {
      const isMoney = NOTIONAL.includes(kind);
      const isQuantity = kind === "max-order-qty" || kind === "max-position-qty";
      return {
        id: "l",
        kind,
        scope: { kind: scope === "account" && kind.startsWith("max-position") ? "symbol" : scope },
        threshold: isMoney ? money : isQuantity ? threshold * 10n ** QUANTITY_SCALE : threshold,
        action,
        unit: "money",
      };
    });

const setOf = (limits: readonly Limit[]): LimitSet => ({ version: 1, limits, text: "" });

export const reduceSet: fc.Arbitrary<LimitSet> = fc
  .array(limit("reduce"), { minLength: 1, maxLength: 4 })
  .map(setOf);
export const mixedSet: fc.Arbitrary<LimitSet> = fc
  .array(fc.constantFrom<Limit["action"]>("reject", "reduce", "warn").chain(limit), {
    minLength: 1,
    maxLength: 6,
  })
  .map(setOf);

export const SUBJECT = { symbol: "XNAS:AAPL", strategy: "alpha" };
