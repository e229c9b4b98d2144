/**
 * Parametric value at risk of the account: z × σ × √days, each symbol at its larger extreme; that of the order also at the extreme that the
 * order moves, where that is worse: what works on the other side may never fill, and hides nothing of what the order adds.
 */

import { rootCeil } from "../../../src/domain/integer-root.ts";
import { PART_SCALE } from "../../../src/domain/limit.ts";
import { MONEY_SCALE } from "../../../src/domain/money.ts";
import { normalQuantile, QUANTILE_SCALE } from "../../../src/quant/covariance/normal.ts";
import { type Extremes, netOf } from "../extremes.ts";
import type { Found } from "../inputs.ts";
import type { Limit } from "../state.ts";
import { valuesIn } from "../views.ts";
import { bookRisk, toldOf, VARIANCE_SCALE } from "./book-risk.ts";
import type { LimitCheck } from "./check.ts";
import { measuredLate, missing } from "./measure.ts";
import { MONEY } from "./units.ts";

/** Where a limit does not say otherwise: one day in a hundred. */
export const CONFIDENCE = 990_000n;
const HORIZON_DAYS = 1;

/**
 * σ² is convex in the weight of one symbol, and the extreme that an order moves goes one way with its quantity. The other one stays where it
 * is, and was counted before. So all quantities that leave the worse of both below the limit, or no worse than it is, lie together.
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
    const { side } = scene.inputs.order;
    const before = () => worseVariance(found, line.before, side);
    const after = worseVariance(found, line.after, side);
    return measuredLate(
      {
        exceeds: (bound) => isRiskAbove(bound, after, limit, found),
        projected: () => valueAtRisk(after, limit, found),
        observed: () => valueAtRisk(before(), limit, found),
        reduction: () => closes || after <= before(),
      },
      toldOf(found[4]),
    );
  },
};

function worseVariance(found: Found, line: Extremes, side: 1 | -1): bigint {
  const larger = netOf(line);
  const moved = side > 0 ? line.high : line.low;
  const filled = varianceAt(found, larger);
  if (moved === larger) return filled;
  const alone = varianceAt(found, moved);
  return alone > filled ? alone : filled;
}

/** σ² of a bar at 10⁻²⁴, the symbol's weight in money. */
export function varianceAt([variance = 0n, covariance = 0n, rest = 0n]: Found, weight: bigint): bigint {
  const own = (weight * weight * variance + VARIANCE_ONE - 1n) / VARIANCE_ONE;
  const sum = own + 2n * weight * covariance + rest * MONEY_ONE;
  return sum > 0n ? sum : 0n;
}
const VARIANCE_ONE = 10n ** BigInt(VARIANCE_SCALE);
const MONEY_ONE = 10n ** BigInt(MONEY_SCALE);
const QUANTILE_SQUARED_ONE = 10n ** BigInt(2 * QUANTILE_SCALE);

function valueAtRisk(variance: bigint, limit: Limit, [, , , barsPerDay = 1n]: Found): bigint {
  const squared = variance * timesOf(limit) * barsPerDay;
  return rootCeil((squared + QUANTILE_SQUARED_ONE - 1n) / QUANTILE_SQUARED_ONE);
}

/** Whether `valueAtRisk` is above `bound`, without the root. */
const isRiskAbove = (
  bound: bigint,
  variance: bigint,
  limit: Limit,
  [, , , barsPerDay = 1n]: Found,
): boolean => bound < 0n || variance * timesOf(limit) * barsPerDay > bound * bound * QUANTILE_SQUARED_ONE;

const TIMES = new WeakMap<Limit, bigint>();

/** Square of the quantile, at `QUANTILE_SCALE` decimals and to the nearest, times the days. */
function timesOf(limit: Limit): bigint {
  const known = TIMES.get(limit);
  if (known !== undefined) return known;
  const share = Number(limit.confidence ?? CONFIDENCE) / 10 ** PART_SCALE;
  const quantile = BigInt(Math.round(normalQuantile(share) * 10 ** QUANTILE_SCALE));
  const times = quantile * quantile * BigInt(limit.horizonDays ?? HORIZON_DAYS);
  TIMES.set(limit, times);
  return times;
}
