/** Imported bars as their decimals, and back. */

import { type Scaled, scaledBigint, scaledInteger } from "../domain/decimal.ts";
import type { EpochMs } from "../domain/time.ts";
import type { BarChild, BarRow } from "../ports.ts";
import { barDecimals, type ImportTerms, pvScaleOf, type ScaledBar } from "../quant/imported-bar.ts";

type Scales = Pick<ImportTerms, "priceScale" | "sizeScale">;

export const rowOf = (
  resolution: string,
  bar: ScaledBar,
  scales: Scales,
  rev: number | null = null,
): BarRow => ({
  ...{ resolution, start: bar.start, rev },
  ...barDecimals(bar, scales),
});

/** A bar that stands in Postgres: it was judged when it came. */
export function childBar(child: BarChild, scales: Scales): ScaledBar {
  const price = (text: string): number => valueOf(scaledInteger(text, scales.priceScale));
  const v = valueOf(scaledBigint(child.volume, scales.sizeScale));
  const pv =
    child.priceVolume === null ? undefined : valueOf(scaledBigint(child.priceVolume, pvScaleOf(scales)));
  const [o, h, l, c] = [price(child.open), price(child.high), price(child.low), price(child.close)];
  // SAFETY: the start of a bar.
  const start = child.start as EpochMs;
  return { start, o, h, l, c, v, n: child.trades, pv: pv ?? 0n, rev: 0, isWeighed: pv !== undefined };
}

function valueOf<Value>(scaled: Scaled<Value>): Value {
  if (!scaled.ok) throw new Error(`a bar in Postgres is not at its instrument's scales: ${scaled.code}`);
  return scaled.value;
}
