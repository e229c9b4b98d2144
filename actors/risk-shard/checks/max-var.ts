/** Parametric value at risk of the account: z × σ × √days, with the order's symbol at its worse extreme. */

import { rootCeil } from "../../../src/domain/integer-root.ts";
import { PART_SCALE } from "../../../src/domain/limit.ts";
import { normalQuantile, QUANTILE_SCALE } from "../../../src/quant/covariance/normal.ts";
import { netOf } from "../extremes.ts";
import type { Found } from "../inputs.ts";
import type { Limit } from "../state.ts";
import { valuesIn } from "../views.ts";
import { bookRisk } from "./book-risk.ts";
import type { LimitCheck } from "./check.ts";
import { LateMeasure } from "./late-measure.ts";
import { missing } from "./measure.ts";
import { MONEY } from "./units.ts";

/** Where a limit does not say otherwise: one day in a hundred. */
export const CONFIDENCE = 990_000n;
const HORIZON_DAYS = 1;

/**
 * σ² is convex in the weight of one symbol, and the weight moves one way with the quantity but for one leap to the other side, beyond which
 * σ² can only rise where the leap has raised it. So all quantities that leave it below the limit, or no worse than it is, lie together.
 */
export const maxVar: LimitCheck = {
  kind: "max-var",
  fixCode: 25,
  riskLimitType: 3,
  scopes: ["account"],
  scopeDefault: "account",
  unit: MONEY,
  standing: true,
  parameters: (limit) => `${limit.confidence ?? CONFIDENCE} ${limit.horizonDays ?? HORIZON_DAYS}`,
  gather: bookRisk,
  measure: (scene, { limit }, found) => {
    const line = valuesIn(scene, "account");
    if (line === undefined) return undefined;
    const closes = line.gross.reduction;
    if (found === undefined) return missing("returns-missing", closes);
    const before = () => varianceAt(found, netOf(line.before));
    const after = varianceAt(found, netOf(line.after));
    return new LateMeasure(
      valueAtRisk(after, limit, found),
      () => valueAtRisk(before(), limit, found),
      () => closes || after <= before(),
    );
  },
};

/** σ² of a bar at 10⁻⁴², the symbol's weight in money. */
export function varianceAt([variance = 0n, covariance = 0n, rest = 0n]: Found, weight: bigint): bigint {
  const sum = rest * REST_TO + 2n * weight * covariance * MIXED_TO + weight * weight * variance;
  return sum > 0n ? sum : 0n;
}
const REST_TO = 10n ** 30n;
const MIXED_TO = 10n ** 18n;
/** From 10⁻⁴² and the square of a quantile to the square of money. */
const TO_MONEY_SQUARED = 10n ** BigInt(42 - 24 + 2 * QUANTILE_SCALE);

function valueAtRisk(variance: bigint, limit: Limit, [, , , barsPerDay = 1n]: Found): bigint {
  const quantile = quantileOf(limit);
  const days = BigInt(limit.horizonDays ?? HORIZON_DAYS);
  const squared = variance * quantile * quantile * days * barsPerDay;
  return rootCeil((squared + TO_MONEY_SQUARED - 1n) / TO_MONEY_SQUARED);
}

/** At `QUANTILE_SCALE` decimals, to the nearest. */
function quantileOf({ confidence = CONFIDENCE }: Limit): bigint {
  const share = Number(confidence) / 10 ** PART_SCALE;
  return BigInt(Math.round(normalQuantile(share) * 10 ** QUANTILE_SCALE));
}
