/** Parts of a whole, as limits in percent and in parts of one compare them. */
import { PART_SCALE } from "../../../src/domain/limit.ts";
import { LateMeasure } from "./late-measure.ts";
import type { LimitMeasure } from "./measure.ts";

export type Ratio = { readonly part: bigint; readonly whole: bigint };

/** A hundred: of a limit in percent. */
export const PERCENT = 100n;
/** Of a limit in parts of one. */
export const PLAIN = 1n;
const ONE = 10n ** BigInt(PART_SCALE);
const PERCENT_ONE = PERCENT * ONE;

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
  new LateMeasure(
    ratioUp(after, times),
    () => ratioUp(before(), times),
    () => closes || isNoWorse(before(), after),
  );

function isNoWorse(before: Ratio, after: Ratio): boolean {
  return before.whole > 0n ? after.part * before.whole <= before.part * after.whole : after.part <= 0n;
}

/** At `PART_SCALE` decimals, rounded up: above a threshold exactly where the true value is. Nothing is no part of nothing. */
export function ratioUp({ part, whole }: Ratio, times: bigint): bigint {
  if (whole <= 0n) return 0n;
  const scaled = part * (times === PERCENT ? PERCENT_ONE : times * ONE);
  return scaled <= 0n ? scaled / whole : (scaled + whole - 1n) / whole;
}
