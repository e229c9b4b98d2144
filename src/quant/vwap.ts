/** The volume-weighted average price of a bar. */
import { decimalText, divideHalfEven } from "../domain/decimal.ts";

/** Σ size and Σ price × size, at the instrument's scales. */
type Sums = { readonly v: bigint; readonly pv: bigint };

const VWAP_SCALE = 8;

/** At 8 decimals, ties to even; null where nothing was traded. */
export function vwapText({ v, pv }: Sums, priceScale: number): string | null {
  if (v === 0n) return null;
  const average =
    shortQuotient(Number(pv), Number(v), VWAP_SCALE - priceScale) ??
    divideHalfEven(pv, v * 10n ** BigInt(priceScale), VWAP_SCALE);
  return decimalText(average, VWAP_SCALE);
}

/**
 * pv / v with so many digits more, where every number on the way is a safe integer, as in most minutes: in a quarter of the time. What is
 * divided here is a multiple of the divisor, so it is exact.
 */
function shortQuotient(pv: number, v: number, digits: number): number | undefined {
  if (pv < 0 || digits < 0 || !Number.isSafeInteger(pv)) return undefined;
  const power = 10 ** digits;
  const rest = pv % v;
  const dividend = rest * power;
  const left = dividend % v;
  const quotient = ((pv - rest) / v) * power + (dividend - left) / v;
  if (!Number.isSafeInteger(dividend) || !Number.isSafeInteger(quotient)) return undefined;
  const up = left * 2 > v || (left * 2 === v && quotient % 2 === 1);
  return up ? quotient + 1 : quotient;
}
