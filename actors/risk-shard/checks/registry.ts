/** Every check there is, in the published order: the first that fails gives a decision its code. */

import type { LimitScopeKind } from "../state.ts";
import { aboveMax } from "./above-max.ts";
import { accountUnknown } from "./account-unknown.ts";
import { belowMin } from "./below-min.ts";
import type { BuiltInCheck, LimitCheck } from "./check.ts";
import { duplicateOrder } from "./duplicate-order.ts";
import { fxMissing } from "./fx-missing.ts";
import { instrumentHalted } from "./instrument-halted.ts";
import { instrumentUnknown } from "./instrument-unknown.ts";
import { maxAdvParticipation } from "./max-adv-participation.ts";
import { maxBetaExposure } from "./max-beta-exposure.ts";
import { maxClusterGross } from "./max-cluster-gross.ts";
import { maxConcentration } from "./max-concentration.ts";
import { maxCorrelation } from "./max-correlation.ts";
import { maxDailyLoss } from "./max-daily-loss.ts";
import { maxDailyOrders } from "./max-daily-orders.ts";
import { maxDailyTrades } from "./max-daily-trades.ts";
import { maxDailyTurnover } from "./max-daily-turnover.ts";
import { maxDaysToLiquidate } from "./max-days-to-liquidate.ts";
import { maxDrawdown } from "./max-drawdown.ts";
import { maxFactorExposure } from "./max-factor-exposure.ts";
import { maxGrossExposure } from "./max-gross-exposure.ts";
import { maxImpact } from "./max-impact.ts";
import { maxLeverage } from "./max-leverage.ts";
import { maxLongNotional } from "./max-long-notional.ts";
import { maxMarginUse } from "./max-margin-use.ts";
import { maxMessageRate } from "./max-message-rate.ts";
import { maxNetExposure } from "./max-net-exposure.ts";
import { maxOrderNotional } from "./max-order-notional.ts";
import { maxOrderQty } from "./max-order-qty.ts";
import { maxOrderRate } from "./max-order-rate.ts";
import { maxPositionNotional } from "./max-position-notional.ts";
import { maxPositionQty } from "./max-position-qty.ts";
import { maxPriceAge } from "./max-price-age.ts";
import { maxShortNotional } from "./max-short-notional.ts";
import { maxSpread } from "./max-spread.ts";
import { maxTopWeight } from "./max-top-weight.ts";
import { maxVar } from "./max-var.ts";
import { maxVolumeParticipation } from "./max-volume-participation.ts";
import { maxWeight } from "./max-weight.ts";
import { maxWorkingOrders } from "./max-working-orders.ts";
import { noLimits } from "./no-limits.ts";
import { offLot } from "./off-lot.ts";
import { offTick } from "./off-tick.ts";
import { orderIdReused } from "./order-id-reused.ts";
import { overloaded } from "./overloaded.ts";
import { parentAway } from "./parent-away.ts";
import { priceCollar } from "./price-collar.ts";
import { priceCollarPeriod } from "./price-collar-period.ts";
import { priceInvalid } from "./price-invalid.ts";
import { priceMissing } from "./price-missing.ts";
import { priceStale } from "./price-stale.ts";
import { reduceOnly } from "./reduce-only.ts";
import { reduceOnlyLimit } from "./reduce-only-limit.ts";
import { repeatedExecution } from "./repeated-execution.ts";
import { replacesInvalid } from "./replaces-invalid.ts";
import { restrictedList } from "./restricted-list.ts";
import { selfMatch } from "./self-match.ts";
import { stateHalted } from "./state-halted.ts";
import { stateKilled } from "./state-killed.ts";
import { stateReducing } from "./state-reducing.ts";
import { strategyInactive } from "./strategy-inactive.ts";
import { strategyUnknown } from "./strategy-unknown.ts";
import { warming } from "./warming.ts";

export const BUILT_IN_CHECKS: readonly BuiltInCheck[] = [
  accountUnknown,
  orderIdReused,
  overloaded,
  noLimits,
  stateKilled,
  stateHalted,
  stateReducing,
  parentAway,
  strategyUnknown,
  strategyInactive,
  instrumentUnknown,
  fxMissing,
  instrumentHalted,
  offTick,
  offLot,
  belowMin,
  aboveMax,
  priceMissing,
  priceInvalid,
  priceStale,
  warming,
  replacesInvalid,
  reduceOnly,
];

/** Those of an account that has no parent. */
export const OWN_CHECKS: readonly BuiltInCheck[] = BUILT_IN_CHECKS.filter((check) => check !== parentAway);

export const LIMIT_CHECKS: readonly LimitCheck[] = [
  maxOrderQty,
  maxOrderNotional,
  maxPositionQty,
  maxPositionNotional,
  maxLongNotional,
  maxShortNotional,
  maxGrossExposure,
  maxNetExposure,
  maxLeverage,
  maxWorkingOrders,
  maxOrderRate,
  maxMessageRate,
  maxDailyOrders,
  maxDailyTrades,
  maxDailyTurnover,
  priceCollar,
  priceCollarPeriod,
  maxPriceAge,
  duplicateOrder,
  repeatedExecution,
  restrictedList,
  maxWeight,
  maxTopWeight,
  maxConcentration,
  maxFactorExposure,
  maxBetaExposure,
  maxCorrelation,
  maxClusterGross,
  maxAdvParticipation,
  maxVolumeParticipation,
  maxSpread,
  maxDaysToLiquidate,
  maxImpact,
  maxMarginUse,
  maxVar,
  maxDailyLoss,
  maxDrawdown,
  selfMatch,
  reduceOnlyLimit,
];

const BY_KIND = new Map<string, LimitCheck>(LIMIT_CHECKS.map((check) => [check.kind, check]));
const FIX_NUMBERS = new Map<string, FixNumbers>([
  ...BUILT_IN_CHECKS.map(({ code, fixCode }) => [code, { fixCode }] as const),
  ...LIMIT_CHECKS.map(({ kind, fixCode, riskLimitType }) => {
    const numbers = riskLimitType === undefined ? { fixCode } : { fixCode, riskLimitType };
    return [kind, numbers] as const;
  }),
]);

/** Of a code, FIX tags 103 (OrdRejReason) and 1530 (RiskLimitType), as far as there are any. */
export const fixNumbersOf = (code: string): FixNumbers => FIX_NUMBERS.get(code) ?? {};
type FixNumbers = { readonly fixCode?: number; readonly riskLimitType?: number };

/** Undefined for kinds that are not evaluated yet. */
export const limitCheckOf = (kind: string): LimitCheck | undefined => BY_KIND.get(kind);
export const fixCodeOf = (code: string): number | undefined => fixNumbersOf(code).fixCode;
/** Whom a built-in check is about where nothing more is known of it. */
export function builtInScopeOf(code: string): LimitScopeKind {
  const scope = BUILT_IN_CHECKS.find((check) => check.code === code)?.scope;
  return typeof scope === "string" ? scope : "account";
}
