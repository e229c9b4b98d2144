/**
 * A limit on one order may be made tighter by how the symbol trades: at most `participation` of its average daily volume, and less by as
 * much as it is more volatile than `volatilityReference`.
 */
import type { Found } from "../inputs.ts";
import { FINER, VOLATILITY_UNIT } from "../liquidity-numbers.ts";
import type { Scene } from "../scene.ts";
import type { Limit } from "../state.ts";
import type { Asked } from "./check.ts";
import { liquidityIn, liquidityMissing } from "./liquidity-found.ts";
import { type LimitMeasure, measured } from "./measure.ts";

export const isScaled = ({ participation, volatilityReference }: Limit): boolean =>
  participation !== undefined || volatilityReference !== undefined;

/** Of limits that are scaled each has a bound of its own. */
export const scaledParameters = (limit: Limit): string =>
  isScaled(limit) ? `${limit.threshold} ${limit.participation} ${limit.volatilityReference}` : "";

export function gatherScaled(asked: Asked): Found | undefined {
  const { participation, volatilityReference } = asked.limit;
  if (participation === undefined) return volatility(asked);
  return volatilityReference === undefined ? volume(asked) : both(asked);
}
const volume = liquidityIn("adv");
const volatility = liquidityIn("volatility");
const both = liquidityIn("adv", "volatility");

/** `bound` is the limit's own; `valueOf` says what a quantity is in its unit, undefined where it has no value. */
export function measureScaled(
  scene: Scene,
  limit: Limit,
  found: Found | undefined,
  { value, bound, valueOf }: ScaledOrder,
): LimitMeasure | undefined {
  // What is above the limit as it stands needs no statistics to be refused.
  if (value > bound) return measured(0n, value);
  const lacking = liquidityMissing(scene, found);
  if (lacking !== undefined) return lacking;
  const { participation, volatilityReference } = limit;
  const [adv = 0n, ofVolatility = 0n] =
    participation === undefined ? [0n, found?.[1]] : (found?.slice(1) ?? []);
  const most = participation === undefined ? bound : valueOf((adv * participation) / (FINER * PART));
  if (most === undefined) return undefined;
  const cap = calmed(most < bound ? most : bound, volatilityReference, ofVolatility);
  return measured(0n, value, false, { cap });
}

export type ScaledOrder = {
  readonly value: bigint;
  readonly bound: bigint;
  readonly valueOf: (qty: bigint) => bigint | undefined;
};

const PART = 10n ** 6n;

/** × min(1, reference ÷ volatility), rounded down. */
function calmed(bound: bigint, reference: bigint | undefined, volatile: bigint): bigint {
  if (reference === undefined) return bound;
  const calm = reference * (VOLATILITY_UNIT / PART);
  return volatile <= calm ? bound : (bound * calm) / volatile;
}
