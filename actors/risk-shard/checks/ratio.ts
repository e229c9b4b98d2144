/** Parts of a whole, as limits in percent and in parts of one compare them. */
import { PART_SCALE } from "../../../src/domain/limit.ts";
import { type LimitMeasure, lateOfOrder, measuredLate } from "./measure.ts";

export type Ratio = { readonly part: bigint; readonly whole: bigint };

/** What a part is multiplied by: of a limit in parts of one, at `PART_SCALE` decimals. */
export const PLAIN = 10n ** BigInt(PART_SCALE);
/** Of a limit in percent. */
export const PERCENT = 100n * PLAIN;

/**
 * Of the book before and with the order. An order that makes it no worse passes; that is found before rounding, else many small ones
 * would add up to a large one.
 */
export const ratioMeasure = (
  before: () => Ratio,
  after: Ratio,
  times: bigint,
  closes: boolean,
): LimitMeasure =>
  measuredLate({
    exceeds: (bound) => isAbove(after, times, bound),
    projected: () => ratioUp(after, times),
    observed: () => ratioUp(before(), times),
    reduction: () => closes || isNoWorse(before(), after),
  });

function isNoWorse(before: Ratio, after: Ratio): boolean {
  return before.whole > 0n ? after.part * before.whole <= before.part * after.whole : after.part <= 0n;
}

/** Rounded up: above a threshold exactly where the true value is. Nothing is no part of nothing. */
export function ratioUp({ part, whole }: Ratio, times: bigint): bigint {
  if (whole <= 0n) return 0n;
  const scaled = part * times;
  return scaled <= 0n ? scaled / whole : (scaled + whole - 1n) / whole;
}

/** What part one order is by itself, closing or not: nothing was there before it. */
export const ratioOfOrder = (share: Ratio, times: bigint): LimitMeasure =>
  lateOfOrder(
    () => ratioUp(share, times),
    (bound) => isAbove(share, times, bound),
  );

/** Whether `ratioUp` is above `bound`, without the division. */
export const isAbove = ({ part, whole }: Ratio, times: bigint, bound: bigint): boolean =>
  whole <= 0n ? bound < 0n : part * times > bound * whole;
