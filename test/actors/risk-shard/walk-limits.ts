/** Limit sets that a walk changes between: they bind now and then, in every scope and with every action. */
import { decimalText } from "../../../src/domain/decimal.ts";
import { AAPL, type Json, MSFT } from "./bench.ts";
import type { ModelLimit } from "./model-rules.ts";

/** Decimals of prices, and so of values of whole quantities. */
const SCALE = 4;
export const text = (price: number): string => decimalText(price, SCALE);

export const LIMIT_SETS: readonly (readonly ModelLimit[])[] = [
  [
    { kind: "max-order-qty", threshold: 40, action: "reduce" },
    { kind: "max-position-qty", threshold: 60, action: "reduce" },
    { kind: "max-gross-exposure", threshold: 120_000_000, action: "reduce" },
    { kind: "max-net-exposure", threshold: 90_000_000, action: "reduce" },
    { kind: "max-working-orders", threshold: 12, action: "reject" },
  ],
  [
    { kind: "max-order-notional", threshold: 40_000_000, action: "reject" },
    { kind: "max-position-notional", scope: "strategy", threshold: 45_000_000, action: "reduce" },
    {
      kind: "max-gross-exposure",
      scope: "strategy",
      member: "alpha",
      threshold: 50_000_000,
      action: "reduce",
    },
    { kind: "max-net-exposure", scope: "symbol", threshold: 30_000_000, action: "reduce" },
    { kind: "max-order-rate", threshold: 8, windowMs: 10_000, action: "reject" },
    { kind: "max-price-age", scope: "symbol", member: AAPL, threshold: 90_000, action: "reject" },
  ],
  [
    { kind: "max-gross-exposure", threshold: 30_000_000, action: "reduce" },
    { kind: "max-position-qty", scope: "symbol", member: MSFT, threshold: 10, action: "warn" },
    { kind: "max-order-rate", scope: "symbol", threshold: 5, windowMs: 3_000, action: "reject" },
    { kind: "max-working-orders", scope: "strategy", threshold: 4, action: "reject" },
  ],
];
const MONEY = ["notional", "exposure"];

export function asPublic({ kind, scope, member, threshold, action, windowMs }: ModelLimit): Json {
  const isMoney = MONEY.some((word) => kind.endsWith(word));
  return {
    kind,
    threshold: isMoney ? text(threshold) : String(threshold),
    action,
    ...(scope === undefined
      ? {}
      : { scope: { kind: scope, ...(member === undefined ? {} : { id: member }) } }),
    ...(windowMs === undefined ? {} : { windowMs }),
  };
}
