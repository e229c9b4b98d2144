/**
 * Decimal text to scaled integers and back, exactly. A scaled integer is the value times 10^scale.
 * Text here is canonical (`-?digits[.digits]`); numbers and exponents are made canonical at the door (`src/contracts`).
 */
export const DECIMAL_PATTERN = /^-?(0|[1-9]\d{0,19})(\.\d{1,18})?$/;

export type ScaledFailure = "number-format" | "scale-exceeded" | "number-range";
export type Scaled<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly code: ScaledFailure };

/** Decimals that matter: trailing zeros do not. `"1.2500"` → 2. */
export function decimalsOf(text: string): number {
  const point = text.indexOf(".");
  if (point < 0) return 0;
  let end = text.length;
  while (text.charCodeAt(end - 1) === 48) end--;
  return Math.max(0, end - point - 1);
}

/** The value as a bigint at `scale`; digits beyond the scale are refused, never rounded. */
export function scaledBigint(text: string, scale: number): Scaled<bigint> {
  if (!DECIMAL_PATTERN.test(text)) return { ok: false, code: "number-format" };
  if (decimalsOf(text) > scale) return { ok: false, code: "scale-exceeded" };
  const point = text.indexOf(".");
  const whole = point < 0 ? text : text.slice(0, point);
  const fraction = point < 0 ? "" : text.slice(point + 1, point + 1 + scale);
  return { ok: true, value: BigInt(whole + fraction.padEnd(scale, "0")) };
}

/** The value as a safe integer at `scale`. */
export function scaledInteger(text: string, scale: number): Scaled<number> {
  const short = shortInteger(text, scale);
  if (short !== undefined) return { ok: true, value: short };
  const scaled = scaledBigint(text, scale);
  if (!scaled.ok) return scaled;
  const value = Number(scaled.value);
  return Number.isSafeInteger(value)
    ? { ok: true, value: value === 0 ? 0 : value }
    : { ok: false, code: "number-range" };
}

/** Digits that a number holds exactly, whatever they are. */
const EXACT_DIGITS = 15;

/** What nearly all prices and sizes are: few digits, none beyond the scale. Undefined for all else, which the long way judges. */
function shortInteger(text: string, scale: number): number | undefined {
  if (text.length + scale > EXACT_DIGITS || !UNSIGNED.test(text)) return undefined;
  const point = text.indexOf(".");
  if (point < 0) return Number(text) * (POWERS[scale] ?? Number.NaN);
  const missing = scale - (text.length - point - 1);
  if (missing < 0) return undefined;
  return Number(text.slice(0, point) + text.slice(point + 1)) * (POWERS[missing] ?? Number.NaN);
}

const UNSIGNED = /^(0|[1-9]\d*)(\.\d+)?$/;
const POWERS: readonly number[] = Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

/** Plain text without exponent and without trailing zeros: `decimalText(1250n, 2)` → `"12.5"`. */
export function decimalText(value: bigint | number, scale: number): string {
  const negative = value < 0;
  const digits = String(negative ? -value : value).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  let end = digits.length;
  while (end > whole.length && digits.charCodeAt(end - 1) === 48) end--;
  const fraction = digits.slice(whole.length, end);
  const text = fraction === "" ? whole : `${whole}.${fraction}`;
  return negative && text !== "0" ? `-${text}` : text;
}

/** numerator / denominator at `scale` decimals, ties to even. The denominator is positive. */
export function divideHalfEven(numerator: bigint, denominator: bigint, scale: number): bigint {
  const scaled = numerator * 10n ** BigInt(scale);
  const negative = scaled < 0n;
  const magnitude = negative ? -scaled : scaled;
  const quotient = magnitude / denominator;
  const twice = (magnitude % denominator) * 2n;
  const up = twice > denominator || (twice === denominator && (quotient & 1n) === 1n);
  const rounded = up ? quotient + 1n : quotient;
  return negative ? -rounded : rounded;
}
