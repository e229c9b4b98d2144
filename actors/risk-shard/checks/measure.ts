/** What a limit compares: made in one shape, since each order makes a dozen of them. */
import { decimalText } from "../../../src/domain/decimal.ts";

/** In the unit of the check. */
export type Measured = {
  /** Before the order; working orders count. */
  readonly observed: bigint;
  /** With the order. */
  readonly projected: bigint;
};

export type LimitMeasure = Measured & {
  /** The order only closes what this limit is about: it is admitted even where the book stands above the limit. */
  readonly reduction: boolean;
  /** What it needs is not known, or too old: it fails closed, and says why in place of numbers. */
  readonly missing?: MissingReason;
  /** Some of what it stands on is late or incomplete: it was measured all the same, and says so beside its numbers. */
  readonly told?: MissingReason | undefined;
  /** A bound that is tighter than the limit's own, of this order's symbol. */
  readonly cap?: bigint;
  /** Both numbers, once they were shown. */
  texts: readonly [observed: string, projected: string] | undefined;
};

/** What a limit cannot be measured without. Published, so only added to. */
export const MISSING_REASONS = [
  "class-missing",
  "liquidity-missing",
  "liquidity-stale",
  "quote-missing",
  "quote-stale",
  "reference-missing",
  "reference-stale",
  "returns-missing",
  "factor-missing",
  "beta-missing",
  "no-equity",
  "sums-missing",
  "history-full",
  "rate-missing",
  "slowed",
  "tripped",
  "day-start-missing",
  "peak-missing",
  "returns-partial",
  "parent-away",
] as const;
export type MissingReason = (typeof MISSING_REASONS)[number];

export const measured = (observed: bigint, projected: bigint, reduction = false): LimitMeasure => ({
  observed,
  projected,
  reduction,
  texts: undefined,
});

/** `reduction`: the order only closes, which goes through whatever is not known. */
export const missing = (reason: MissingReason, reduction: boolean): LimitMeasure => ({
  observed: 0n,
  projected: 0n,
  reduction,
  missing: reason,
  texts: undefined,
});

/** Of the book: it may stand above its limit, as long as the order does not make it worse. */
export const noWorse = (observed: bigint, projected: bigint): LimitMeasure =>
  measured(observed, projected, projected <= observed);

/** Limits of several kinds can compare the same, and its text is dear. Whoever shares it shares its unit, or it is nothing at all. */
export function textsOf(measure: LimitMeasure, scale: number): NonNullable<LimitMeasure["texts"]> {
  measure.texts ??= [decimalText(measure.observed, scale), decimalText(measure.projected, scale)];
  return measure.texts;
}
