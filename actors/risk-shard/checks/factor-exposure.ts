/** What the book is exposed to under the loadings of one factor: Σ loading × value, at its worse extreme, over the account's equity. */

import { PART_SCALE } from "../../../src/domain/limit.ts";
import { NO_LINE } from "../book-records.ts";
import { exposureOf, loadingOf } from "../book-sums.ts";
import { type Extremes, grossOf } from "../extremes.ts";
import type { Found } from "../inputs.ts";
import type { Difference, Scene } from "../scene.ts";
import { NO_SUM } from "../sum-records.ts";
import { valuesIn } from "../views.ts";
import type { Asked } from "./check.ts";
import { type LimitMeasure, type MissingReason, missing } from "./measure.ts";
import { ratioMeasure } from "./ratio.ts";

/** Of all other symbols both extremes and how many have no loading; then of the order's own whether it has one, and which. */
export function factorRest({ state, terms, instrument }: Asked, factor: string): Found | undefined {
  const { byKey, demand } = state.sums;
  const key = demand.factorKeys.get(factor);
  if (key === undefined) return undefined;
  const { high, low, missing: unknown } = byKey.get(key) ?? NO_SUM;
  const line = state.symbolLines.get(terms.symbol) ?? NO_LINE;
  const loading = loadingOf(instrument, factor);
  if (loading === undefined) {
    const own = Number(line.high !== 0n || line.low !== 0n);
    return [high, low, BigInt(unknown - own), 0n, 0n];
  }
  const own = exposureOf(loading, line);
  return [high - own.high, low - own.low, BigInt(unknown), 1n, loading];
}

/**
 * Both extremes move one way with the quantity, so the larger of them is convex in it: all quantities that make it no worse, or leave it
 * below the limit, lie together.
 */
export function measureFactor(
  scene: Scene,
  found: Found | undefined,
  reason: MissingReason,
  times: bigint,
): LimitMeasure | undefined {
  const line = valuesIn(scene, "account");
  if (line === undefined) return undefined;
  const closes = line.gross.reduction;
  const [high, low, unknown, isKnown, loading] = found ?? [];
  if (high === undefined || low === undefined || loading === undefined) return missing(reason, closes);
  if (unknown !== 0n || (isKnown === 0n && !isNothing(line))) return missing(reason, closes);
  const whole = scene.inputs.standing.equity;
  if (whole <= 0n) return missing("no-equity", closes);
  const at = (own: Extremes) => ({ part: worstWith({ high, low }, exposureOf(loading, own)), whole });
  return ratioMeasure(() => at(line.before), at(line.after), times / LOADING_ONE, closes);
}

/** A loading has as many decimals as a ratio: they are not multiplied in and divided out again. */
const LOADING_ONE = 10n ** BigInt(PART_SCALE);

const isNothing = ({ before, after }: Difference): boolean =>
  before.high === 0n && before.low === 0n && after.high === 0n && after.low === 0n;

const worstWith = (rest: Extremes, own: Extremes): bigint =>
  grossOf({ high: rest.high + own.high, low: rest.low + own.low });
