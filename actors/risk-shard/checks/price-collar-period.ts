/**
 * How far an order's prices lie from the lowest mark of a window where it buys, and from the highest where it sells: a market that walks
 * away does not carry the collar along. Either way, of replacements and of closing orders too.
 */
import { rangeAt } from "../price-ranges.ts";
import { isReduction } from "../scene.ts";
import type { LimitCheck } from "./check.ts";
import { measured, missing } from "./measure.ts";
import { bpsFrom, orderPrices } from "./order-prices.ts";
import { RATIO } from "./units.ts";

export const priceCollarPeriod: LimitCheck = {
  kind: "price-collar-period",
  fixCode: 16,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: RATIO,
  scopeless: true,
  standing: false,
  parameters: ({ windowMs }) => String(windowMs),
  gather: ({ state, terms, at, limit }) =>
    rangeAt(state, terms.symbol, limit.windowMs ?? 0, at)?.map((price) => BigInt(price)),
  measure: (scene, _measuring, found) => {
    const prices = orderPrices(scene);
    if (prices.length === 0) return undefined;
    const [low = 0n, high = 0n] = found ?? [];
    const reference = scene.inputs.order.side > 0 ? low : high;
    if (reference <= 0n) return missing("reference-missing", isReduction(scene));
    return measured(0n, bpsFrom(prices, reference));
  },
};
