/**
 * Decimal text to scaled integers and back, exactly. A scaled integer is the value times 10^scale.
 * Text here is canonical (`-?digits[.digits]`); numbers and exponents are made canonical at the door (`src/contracts`).
 */
export const DECIMAL_PATTERN = /^-?(0|[1-9]\d{0,19})(\.\d{1,18})?$/;

/** Without the zeros that say nothing: two texts of one number are the same. */
export function bareDecimal(text: string): string {
  let end = text.length;
  if (text.includes(".")) while (text.charCodeAt(end - 1) === ZERO_CODE) end--;
  // A point goes with the zeros behind it.
  if (end < text.length && text.charAt(end - 1) === ".") end--;
  const bare = text.slice(0, end);
  return bare === "-0" ? "0" : bare;
}

export type ScaledFailure = "number-format" | "scale-exceeded" | "number-range";
export type Scaled<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly code: ScaledFailure };

/** Decimals that matter: trailing zeros do not. `"1.2500"` → 2. */
export function decimalsOf(text: string): number {
  const point = text.indexOf(".");
  if (point < 0) return 0;
  let end = text.length;
  while (text.charCodeAt(end - 1) === ZERO_CODE) end--;
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

/**
 * What nearly all prices and sizes are: no sign, and no digit beyond the scale. Undefined for all else, which the long way judges.
 * It is exact all the way where it ends at a safe integer: what was rounded on the way is larger than any of them.
 */
function shortInteger(text: string, scale: number): number | undefined {
  const { length } = text;
  let point = length;
  let value = 0;
  for (let index = 0; index < length; index++) {
    const digit = text.charCodeAt(index) - ZERO_CODE;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    else if (digit === POINT && point === length) point = index;
    else return undefined;
  }
  const missing = scale - Math.max(0, length - point - 1);
  // A point has digits on both sides, and a zero leads only before it.
  const isPlain = point > 0 && point !== length - 1 && (point === 1 || text.charCodeAt(0) !== ZERO_CODE);
  const scaled = isPlain && missing >= 0 ? value * (POWERS[missing] ?? Number.NaN) : undefined;
  return Number.isSafeInteger(scaled) ? scaled : undefined;
}

/** As the pattern has it; powers of ten up to here are exact. */
const DECIMALS_MAX = 18;
const ZERO_CODE = 48;
/** Among the codes of characters, as far from that of zero. */
const POINT = -2;
const POWERS: readonly number[] = Array.from({ length: DECIMALS_MAX + 1 }, (_, power) => 10 ** power);

/** Plain text without exponent and without trailing zeros: `decimalText(1250n, 2)` → `"12.5"`. */
export function decimalText(value: bigint | number, scale: number): string {
  const digits = value.toString();
  if (scale === 0 || digits === "0") return digits;
  return digits.startsWith("-") ? `-${pointed(digits.slice(1), scale)}` : pointed(digits, scale);
}

function pointed(digits: string, scale: number): string {
  if (digits.length <= scale) return pointed(digits.padStart(scale + 1, "0"), scale);
  const point = digits.length - scale;
  let end = digits.length;
  while (end > point && digits.charCodeAt(end - 1) === ZERO_CODE) end--;
  const whole = digits.slice(0, point);
  return end === point ? whole : `${whole}.${digits.slice(point, end)}`;
}

/** numerator / denominator at `scale` decimals, ties to even. The denominator is positive. */
export function divideHalfEven(numerator: bigint, denominator: bigint, scale: number): bigint {
  const scaled = scale === 0 ? numerator : numerator * 10n ** BigInt(scale);
  const negative = scaled < 0n;
  const magnitude = negative ? -scaled : scaled;
  const quotient = magnitude / denominator;
  const twice = (magnitude - quotient * denominator) * 2n;
  const up = twice > denominator || (twice === denominator && (quotient & 1n) === 1n);
  const rounded = up ? quotient + 1n : quotient;
  return negative ? -rounded : rounded;
}
