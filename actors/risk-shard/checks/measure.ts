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
  /** Both numbers, once they were shown. */
  texts: readonly [observed: string, projected: string] | undefined;
};

export const measured = (observed: bigint, projected: bigint, reduction = false): LimitMeasure => ({
  observed,
  projected,
  reduction,
  texts: undefined,
});

/** Limits of several kinds can compare the same, and its text is dear. Whoever shares it shares its unit, or it is nothing at all. */
export function textsOf(measure: LimitMeasure, scale: number): NonNullable<LimitMeasure["texts"]> {
  measure.texts ??= [decimalText(measure.observed, scale), decimalText(measure.projected, scale)];
  return measure.texts;
}
