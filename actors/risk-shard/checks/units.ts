/** What thresholds are counted in: how they are kept, compared and shown. */
import { MONEY_SCALE } from "../../../src/domain/money.ts";
import type { Limit } from "../state.ts";

/** What thresholds are turned into numbers by: the symbol's decimals and the account's equity. */
export type Ground = { readonly sizeScale: number; readonly equity: bigint };

export type Unit = {
  /** Decimals of a stored threshold. */
  readonly thresholdScale: (unit: Limit["unit"]) => number;
  /** A threshold or warnAt in the numbers that are compared. Rounded down: an integer is above it exactly where it is above the true value. */
  readonly bound: (ground: Ground, limit: Limit, threshold: bigint) => bigint;
  /** Decimals of the numbers that are compared. */
  readonly scale: (ground: Ground) => number;
};

/** Fractions of percent that a threshold may have. */
const PERCENT_SCALE = 6;
/** A threshold does not know the symbol's own scale: it is kept at the most decimals that a decimal can have. */
const QUANTITY_SCALE = 18;

/** By the symbol's scale: what a threshold is divided by. */
const COARSER: readonly bigint[] = Array.from(
  { length: QUANTITY_SCALE + 1 },
  (_, scale) => 10n ** BigInt(QUANTITY_SCALE - scale),
);

export const QUANTITY: Unit = {
  thresholdScale: () => QUANTITY_SCALE,
  bound: ({ sizeScale }, _limit, threshold) => threshold / (COARSER[sizeScale] ?? 1n),
  scale: ({ sizeScale }) => sizeScale,
};

export const MONEY: Unit = {
  thresholdScale: () => MONEY_SCALE,
  bound: (_ground, _limit, threshold) => threshold,
  scale: () => MONEY_SCALE,
};

/** Money, or percent of the account's equity: below zero equity nothing is left to risk. */
export const EXPOSURE: Unit = {
  thresholdScale: (unit) => (unit === "money" ? MONEY_SCALE : PERCENT_SCALE),
  bound: ({ equity }, limit, threshold) => (limit.unit === "money" ? threshold : partOf(equity, threshold)),
  scale: () => MONEY_SCALE,
};

export const COUNT: Unit = {
  thresholdScale: () => 0,
  bound: (_ground, _limit, threshold) => threshold,
  scale: () => 0,
};

/** Percent, basis points, days, parts of one: at six decimals. What is measured rounds up, so that it is above where the true value is. */
export const RATIO: Unit = {
  thresholdScale: () => PERCENT_SCALE,
  bound: (_ground, _limit, threshold) => threshold,
  scale: () => PERCENT_SCALE,
};

/** A hundred percent, as thresholds in percent are kept. */
const WHOLE = 100n * 10n ** BigInt(PERCENT_SCALE);

const partOf = (equity: bigint, percent: bigint): bigint => (equity <= 0n ? 0n : (equity * percent) / WHOLE);
