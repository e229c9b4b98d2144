/**
 * How far an order's prices lie from the last trade, the middle of bid and ask, or the close before the trading day: either way, on
 * either side, of replacements and of closing orders too. A price that is not known is none that an order may be compared with.
 */
import type { Found } from "../inputs.ts";
import { isReduction, type Scene } from "../scene.ts";
import type { Limit } from "../state.ts";
import type { Asked, LimitCheck } from "./check.ts";
import { type LimitMeasure, type MissingReason, measured, missing } from "./measure.ts";
import { bpsFrom, orderPrices } from "./order-prices.ts";
import { RATIO } from "./units.ts";

export const priceCollar: LimitCheck = {
  kind: "price-collar",
  fixCode: 16,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: RATIO,
  scopeless: true,
  standing: false,
  parameters: referenceOf,
  gathersFor: (limit) => referenceOf(limit) === "close",
  gather: closeOf,
  measure: (scene, { limit }, found): LimitMeasure | undefined => {
    const prices = orderPrices(scene);
    if (prices.length === 0) return undefined;
    const reference = doubledReference(scene, limit, found);
    if (typeof reference === "string") return missing(reference, isReduction(scene));
    return measured(0n, bpsFrom(prices, reference));
  },
};

function referenceOf({ reference = "last" }: Limit): NonNullable<Limit["reference"]> {
  return reference;
}

/** That of a day that has passed is the close no more. */
function closeOf({ state, terms, at }: Asked): Found | undefined {
  const close = state.previousCloses.get(terms.symbol);
  return close === undefined || at >= close.until ? undefined : [BigInt(close.price)];
}

function doubledReference(scene: Scene, limit: Limit, found: Found | undefined): bigint | MissingReason {
  const { mark, freshFrom } = scene;
  const { last, bid, ask } = mark;
  switch (referenceOf(limit)) {
    case "last":
      return last === undefined ? "reference-missing" : 2n * BigInt(last.price);
    case "mid":
      if (bid === undefined || ask === undefined) return "reference-missing";
      if (bid.at < freshFrom || ask.at < freshFrom) return "reference-stale";
      return BigInt(bid.price) + BigInt(ask.price);
    case "close": {
      const [close = 0n] = found ?? [];
      return close <= 0n ? "reference-missing" : 2n * close;
    }
  }
}
