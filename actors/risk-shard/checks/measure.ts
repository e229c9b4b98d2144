/** What a limit compares: made in one shape, since each order makes dozens of them and all are read at the same places. */
import { decimalText } from "../../../src/domain/decimal.ts";

/** In the unit of the check. */
export type Measured = {
  /** Before the order; working orders count. */
  readonly observed: bigint;
  /** With the order. */
  readonly projected: bigint;
};

/**
 * Works out its numbers when somebody asks: an order that passes asks only on which side of a bound it is, which takes a multiplication
 * where the number takes a division or a root. Those are what a decision would take longest for.
 */
export type Late = {
  readonly observed: () => bigint;
  readonly projected: () => bigint;
  readonly reduction: () => boolean;
  /** Exactly where `projected() > bound`. */
  readonly exceeds: (bound: bigint) => boolean;
};

type Beside = {
  /** What it needs is not known, or too old: it fails closed, and says why in place of numbers. */
  readonly missing: MissingReason | undefined;
  /** Some of what it stands on is late or incomplete: it was measured all the same, and says so beside its numbers. */
  readonly told: MissingReason | undefined;
  /** A bound that is tighter than the limit's own, of this order's symbol. */
  readonly cap: bigint | undefined;
  /** Both numbers, once they were shown. */
  texts: readonly [observed: string, projected: string] | undefined;
};

export type KnownMeasure = Beside &
  Measured & {
    /** The order only closes what this limit is about: it is admitted even where the book stands above the limit. */
    readonly reduction: boolean;
    readonly late: undefined;
  };

type LateMeasure = Beside & { readonly [Field in keyof Measured | "reduction"]: undefined } & {
  readonly late: Late;
};

export type LimitMeasure = KnownMeasure | LateMeasure;

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

export const measured = (
  observed: bigint,
  projected: bigint,
  reduction = false,
  { told, cap }: Partial<Pick<Beside, "told" | "cap">> = NOTHING,
): KnownMeasure => ({
  observed,
  projected,
  reduction,
  late: undefined,
  missing: undefined,
  told,
  cap,
  texts: undefined,
});

const NOTHING = {};

/** `reduction`: the order only closes, which goes through whatever is not known. */
export const missing = (reason: MissingReason, reduction: boolean): KnownMeasure => ({
  observed: 0n,
  projected: 0n,
  reduction,
  late: undefined,
  missing: reason,
  told: undefined,
  cap: undefined,
  texts: undefined,
});

export const measuredLate = (late: Late, told?: MissingReason): LateMeasure => ({
  observed: undefined,
  projected: undefined,
  reduction: undefined,
  late,
  missing: undefined,
  told,
  cap: undefined,
  texts: undefined,
});

/** Of one order by itself, closing or not: nothing was there before it. */
export const lateOfOrder = (projected: Late["projected"], exceedsBound: Late["exceeds"]): LimitMeasure =>
  measuredLate({ observed: nothing, projected, reduction: never, exceeds: exceedsBound });

const nothing = (): bigint => 0n;
const never = (): boolean => false;

export const exceeds = ({ late, projected }: LimitMeasure, bound: bigint): boolean =>
  late === undefined ? projected > bound : late.exceeds(bound);

export const reduces = ({ late, reduction }: LimitMeasure): boolean =>
  late === undefined ? reduction : late.reduction();

/** Limits of several kinds can compare the same, and its text is dear. Whoever shares it shares its unit, or it is nothing at all. */
export function textsOf(measure: LimitMeasure, scale: number): NonNullable<LimitMeasure["texts"]> {
  measure.texts ??= [decimalText(observedOf(measure), scale), decimalText(projectedOf(measure), scale)];
  return measure.texts;
}

export const observedOf = ({ late, observed }: LimitMeasure): bigint =>
  late === undefined ? observed : late.observed();
export const projectedOf = ({ late, projected }: LimitMeasure): bigint =>
  late === undefined ? projected : late.projected();
