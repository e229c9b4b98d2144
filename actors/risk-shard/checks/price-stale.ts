/** No price that is used is older than a minute, unless a `max-price-age` limit says otherwise; for limit orders too. */
import { PRICE_AGE_MS_MAX } from "../../../src/domain/price.ts";
import type { BuiltInCheck } from "./check.ts";

export const priceStale: BuiltInCheck = {
  code: "price-stale",
  fixCode: 19,
  scope: "symbol",
  judge: ({ priceAge }, { priceAgeMax }) => {
    if (priceAge === undefined || priceAgeMax !== undefined) return "skip";
    return priceAge > PRICE_AGE_MS_MAX ? "fail" : "pass";
  },
  shown: ({ priceAge }) => {
    if (priceAge === undefined) return undefined;
    return { limit: BigInt(PRICE_AGE_MS_MAX), observed: BigInt(priceAge), projected: BigInt(priceAge) };
  },
};
