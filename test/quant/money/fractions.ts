/** Fractions of big integers, as plainly as they can be written. Nothing of the product is used. */
export type Fraction = readonly [top: bigint, bottom: bigint];

export const NOTHING: Fraction = [0n, 1n];
export const whole = (value: bigint | number): Fraction => [BigInt(value), 1n];
export const tenTo = (power: number): bigint => BigInt(`1${"0".repeat(power)}`);

/** `-12.5` is −125 tenths. */
export function fraction(text: string): Fraction {
  const [before = "", after = ""] = text.split(".");
  return [BigInt(before + after), tenTo(after.length)];
}

export const plus = ([a, b]: Fraction, [c, d]: Fraction): Fraction =>
  b === d ? [a + c, b] : [a * d + c * b, b * d];
export const negated = ([a, b]: Fraction): Fraction => [-a, b];
export const minus = (one: Fraction, other: Fraction): Fraction => plus(one, negated(other));
export const times = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * c, b * d];
export const dividedBy = (one: Fraction, [c, d]: Fraction): Fraction =>
  times(one, c < 0n ? [-d, -c] : [d, c]);
export const signOf = ([a]: Fraction): bigint => (a > 0n ? 1n : a < 0n ? -1n : 0n);
export const sizeOf = ([a, b]: Fraction): Fraction => [a < 0n ? -a : a, b];
export const isLess = (one: Fraction, other: Fraction): boolean => minus(one, other)[0] < 0n;
export const least = (one: Fraction, other: Fraction): Fraction => (isLess(one, other) ? one : other);
export const isSame = (one: Fraction, other: Fraction): boolean => minus(one, other)[0] === 0n;
export const signed = (sign: bigint, [a, b]: Fraction): Fraction => [sign * a, b];

/** At so many decimals, downwards. */
export function floorAt([a, b]: Fraction, decimals: number): Fraction {
  const scaled = a * tenTo(decimals);
  const rest = ((scaled % b) + b) % b;
  return [(scaled - rest) / b, tenTo(decimals)];
}

/** Towards zero. */
export const cutAt = (of: Fraction, decimals: number): Fraction =>
  signed(signOf(of), floorAt(sizeOf(of), decimals));

/** To the nearest; of two that are equally near, the even one. */
export function nearestAt(of: Fraction, decimals: number): Fraction {
  const below = floorAt(of, decimals);
  const above: Fraction = [below[0] + 1n, below[1]];
  const nearer = minus(minus(of, below), minus(above, of))[0];
  if (nearer < 0n) return below;
  return nearer > 0n || below[0] % 2n !== 0n ? above : below;
}

/** Without zeros that say nothing. */
export function textAt(of: Fraction, decimals: number): string {
  const [top] = floorAt(of, decimals);
  const digits = String(top < 0n ? -top : top).padStart(decimals + 1, "0");
  const at = digits.length - decimals;
  const after = digits.slice(at).replace(/0+$/, "");
  return `${top < 0n ? "-" : ""}${digits.slice(0, at)}${after === "" ? "" : `.${after}`}`;
}
