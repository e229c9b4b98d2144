/** Texts of an order that are put together without the object: byte for byte what `JSON.stringify` makes of it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CheckRow } from "../../../actors/risk-shard/check-rows.ts";
import {
  checksText,
  differenceText,
  ratioText,
  recordOf,
  roomTexts,
} from "../../../actors/risk-shard/decision-record.ts";
import { evaluate } from "../../../actors/risk-shard/evaluate.ts";
import type { OrderDecided } from "../../../actors/risk-shard/events.ts";
import { factOf, type OrderDecidedFact } from "../../../actors/risk-shard/facts.ts";
import { encodeInputs } from "../../../actors/risk-shard/inputs-codec.ts";
import { parseRecord, recordText } from "../../../actors/risk-shard/kept-record.ts";
import type { OrderTerms } from "../../../actors/risk-shard/messages.ts";
import { encodeOrder, parseOrder } from "../../../actors/risk-shard/rows.ts";
import type { Order } from "../../../actors/risk-shard/state.ts";
import type { Symbol } from "../../../src/domain/ids.ts";
import { ORDER_STATUSES, ORDER_TYPES, SIDES, TIMES_IN_FORCE } from "../../../src/domain/order.ts";
import { inputs, mixedSet, SUBJECT } from "./arbitrary.ts";

const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });
const decimal = fc.constantFrom("1", "0.5", "1234567.000000000001");

const terms: fc.Arbitrary<OrderTerms> = fc
  .record({
    clientOrderId: id,
    strategy: fc.constantFrom("", "alpha"),
    side: fc.constantFrom(...SIDES),
    type: fc.constantFrom(...ORDER_TYPES),
    qty: decimal,
    price: maybe(decimal),
    stopPrice: maybe(decimal),
    timeInForce: maybe(fc.constantFrom(...TIMES_IN_FORCE)),
    reduceOnly: fc.boolean(),
    replaces: maybe(id),
    ttlMs: maybe(fc.nat()),
  })
  .map(({ ttlMs, ...some }) => ({
    ...some,
    ...(ttlMs === undefined ? {} : { ttlMs }),
    symbol: SUBJECT.symbol as Symbol,
    body: "",
  }));

const order: fc.Arbitrary<Order> = fc.record(
  {
    seq: fc.nat(),
    clientOrderId: id,
    orderId: id,
    strategy: fc.constantFrom("", "alpha"),
    symbol: fc.constant(SUBJECT.symbol as Symbol),
    side: fc.constantFrom(...SIDES),
    type: fc.constantFrom(...ORDER_TYPES),
    qty: fc.maxSafeNat(),
    price: fc.maxSafeNat(),
    stopPrice: fc.maxSafeNat(),
    timeInForce: fc.constantFrom(...TIMES_IN_FORCE),
    valuedAt: fc.maxSafeNat(),
    filled: fc.bigInt({ min: 0n, max: 10n ** 20n }),
    status: fc.constantFrom(...ORDER_STATUSES),
    acceptedAt: fc.maxSafeNat(),
    replaces: id,
    partner: id,
    provenByFill: fc.constant(true as const),
    adjusted: fc.array(id, { maxLength: 2 }),
    acknowledgedAt: fc.maxSafeNat(),
    venueOrderId: fc.string({ minLength: 1, maxLength: 64 }),
    expiresAt: fc.maxSafeNat(),
    connection: id,
  },
  {
    requiredKeys: [
      ...(["seq", "clientOrderId", "orderId", "strategy", "symbol", "side", "type"] as const),
      ...(["qty", "valuedAt", "filled", "status", "acceptedAt"] as const),
    ],
  },
);

const orNull = <Value>(value: Value | undefined): Value | null => value ?? null;

function factFrom({ terms, orders, ...event }: OrderDecided, rows: readonly CheckRow[]): OrderDecidedFact {
  return {
    clientOrderId: terms.clientOrderId,
    orderId: orNull(orders[0]?.orderId),
    strategy: terms.strategy === "" ? null : terms.strategy,
    symbol: terms.symbol,
    side: terms.side,
    type: terms.type,
    qty: terms.qty,
    price: orNull(terms.price),
    stopPrice: orNull(terms.stopPrice),
    timeInForce: orNull(terms.timeInForce),
    reduceOnly: terms.reduceOnly,
    replaces: orNull(terms.replaces),
    ...(terms.ttlMs === undefined ? {} : { ttlMs: terms.ttlMs }),
    decision: event.decision,
    allowedQty: event.allowedQty,
    code: orNull(event.code),
    limitsVersion: event.limitsVersion,
    verdicts: event.verdicts,
    checks: rows,
    inputs: event.inputs === undefined ? null : JSON.parse(event.inputs),
    at: event.at,
  };
}

describe("a decision's texts", () => {
  test("are those of its record and of its fact, whatever was asked and found", () => {
    fc.assert(
      fc.property(
        inputs,
        mixedSet,
        terms,
        maybe(order),
        fc.boolean(),
        (looked, set, asked, made, isReused) => {
          const { decision, code, verdicts, rows, allowedQty } = evaluate(looked, SUBJECT, set);
          const told = { decision, code, verdicts, allowedQty: String(allowedQty), limitsVersion: 3 };
          const record = recordOf({
            ...told,
            rows,
            seq: 7,
            at: looked.at,
            terms: asked,
            orderId: made?.orderId,
          });
          const checks = checksText(rows);
          expect(checks).toBe(JSON.stringify(rows));
          const text = recordText(record);
          expect(JSON.stringify(JSON.parse(text))).toBe(text);
          expect(parseRecord(text)).toEqual(record);
          expect(parseRecord(JSON.stringify(record))).toEqual(record);

          const encoded = isReused ? undefined : encodeInputs(looked);
          const event: OrderDecided = {
            ...{ kind: "order-decided", at: looked.at, terms: asked, ...told, checks, inputs: encoded },
            ...{ orders: made === undefined ? [] : [made], record },
          };
          const scales = () => ({ priceScale: 0, sizeScale: 0, currency: "USD" });
          expect(factOf(event, scales)).toEqual({
            kind: "order-decided",
            payload: JSON.stringify(factFrom(event, rows)),
          });
        },
      ),
      { numRuns: 1_000, seed: 11 },
    );
  });

  test("room and use of a limit are told as when each is worked out by itself", () => {
    const numbers = fc.oneof(
      fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }).map(String),
      fc
        .tuple(fc.integer(), fc.nat(999_999))
        .map(([whole, part]) => `${whole}.${String(part).padStart(6, "0")}`),
      fc.constantFrom("0", "1", "-1", "0.5"),
    );
    fc.assert(
      fc.property(numbers, numbers, (limit, projected) => {
        expect(roomTexts(limit, projected)).toEqual([
          differenceText(limit, projected),
          ratioText(projected, limit),
        ]);
      }),
      { numRuns: 5_000, seed: 11 },
    );
  });
});

test("an order is kept through its text", () => {
  fc.assert(
    fc.property(order, (given) => {
      const text = encodeOrder(given);
      expect(JSON.stringify(JSON.parse(text))).toBe(text);
      expect(parseOrder(text)).toEqual(given);
    }),
  );
});
