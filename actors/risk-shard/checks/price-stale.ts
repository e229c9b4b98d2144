/** No price is older than a minute, unless a `max-price-age` limit says otherwise; for limit orders too. */
import type { Scene } from "../scene.ts";
import type { Applied, BuiltInCheck } from "./check.ts";

/** A symbol that trades at all is quoted more often; a feed that is silent for a minute is down. */
export const PRICE_AGE_MS_MAX = 60_000;

export const priceStale: BuiltInCheck = {
  code: "price-stale",
  fixCode: 19,
  scope: "symbol",
  judge: (scene, applied) => {
    const age = ageOf(scene);
    if (age === undefined || saysOtherwise(applied)) return "skip";
    return age > PRICE_AGE_MS_MAX ? "fail" : "pass";
  },
  shown: (scene) => {
    const age = ageOf(scene);
    if (age === undefined) return undefined;
    return { limit: BigInt(PRICE_AGE_MS_MAX), observed: BigInt(age), projected: BigInt(age) };
  },
};

/** Never below zero: a venue's clock may be ahead of ours. */
export const ageOf = ({ inputs, mark }: Scene): number | undefined =>
  mark.at === undefined ? undefined : Math.max(0, inputs.at - mark.at);

const saysOtherwise = (applied: readonly Applied[]): boolean =>
  applied.some(({ limit }) => limit.kind === "max-price-age");
