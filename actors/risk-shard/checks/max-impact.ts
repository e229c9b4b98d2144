/**
 * What one order may move the price by, closing or not: the square-root law, daily volatility × √(quantity / average daily volume), in
 * basis points. Its constant is 1 and it is the impact at the end of the order, not the average over it (two thirds of that).
 */
import { rootCeil } from "../../../src/domain/integer-root.ts";
import { FINER } from "../liquidity-numbers.ts";
import type { LimitCheck } from "./check.ts";
import { liquidityIn, liquidityMissing } from "./liquidity-found.ts";
import { type LimitMeasure, lateOfOrder } from "./measure.ts";
import { RATIO } from "./units.ts";

export const maxImpact: LimitCheck = {
  kind: "max-impact",
  fixCode: 3,
  scopes: ["account", "strategy", "symbol"],
  scopeDefault: "account",
  unit: RATIO,
  scopeless: true,
  standing: false,
  gather: liquidityIn("adv", "volatility"),
  measure: (scene, _measuring, found) => {
    if (scene.inputs.instrument === undefined) return undefined;
    const [, adv = 0n, volatility = 0n] = found ?? [];
    return liquidityMissing(scene, found) ?? impactOf(scene.qty * FINER, adv, volatility);
  },
};

/**
 * 10⁴ × σ × √(q / v), at six decimals, is √(100 × s² × q / v) where s is σ in 10⁻⁹. Rounded up twice it is the smallest number above:
 * a whole square is not below a fraction where it is not below the next whole number.
 */
function impactOf(qty: bigint, adv: bigint, volatility: bigint): LimitMeasure {
  const squared = 100n * volatility * volatility * qty;
  return lateOfOrder(
    () => rootCeil((squared + adv - 1n) / adv),
    (bound) => bound < 0n || squared > bound * bound * adv,
  );
}
