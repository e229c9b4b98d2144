/** Exact arithmetic for oracles, in integers of 10⁻¹²; nothing of the product is used. */

/** Money has 12 decimals; quantities and prices are carried with 12 as well. */
export const UNIT = 10n ** 12n;

/** `times / over`, in 10⁻¹². */
export type Price = { readonly times: bigint; readonly over: bigint };

/** A linear contract is worth size × price × multiplier; an inverse one size × multiplier ÷ price. To 10⁻¹², ties to even. */
export function money(
  { multiplier, inverse }: { readonly multiplier: string; readonly inverse?: boolean },
  size: bigint,
  { times, over }: Price,
): bigint {
  const unit = scaled(multiplier);
  return inverse === true
    ? halfEven(size * unit * over, times)
    : halfEven(size * unit * times, UNIT * UNIT * over);
}

export function halfEven(numerator: bigint, denominator: bigint): bigint {
  const down = floorOf(numerator, denominator);
  const twice = (numerator - down * denominator) * 2n;
  return twice > denominator || (twice === denominator && down % 2n !== 0n) ? down + 1n : down;
}

export function scaled(decimal: string): bigint {
  const [, sign, whole, fraction] = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(decimal) ?? [];
  if (whole === undefined) throw new Error(`not a decimal: ${decimal}`);
  const magnitude = BigInt(whole) * UNIT + BigInt((fraction ?? "").padEnd(12, "0"));
  return sign === "-" ? -magnitude : magnitude;
}

export function text(amount: bigint): string {
  const digits = abs(amount).toString().padStart(13, "0");
  const fraction = digits.slice(-12).replace(/0+$/, "");
  return `${amount < 0n ? "-" : ""}${digits.slice(0, -12)}${fraction === "" ? "" : `.${fraction}`}`;
}

export const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);
export const abs = (amount: bigint): bigint => (amount < 0n ? -amount : amount);
export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
/** Of a denominator above zero. */
export const floorOf = (a: bigint, b: bigint): bigint => (a % b !== 0n && a < 0n ? a / b - 1n : a / b);
