/** What corporate actions do to prices and volumes of the days before them: exact fractions, rounded once, when a number is shown. */
import { assert } from "../domain/assert.ts";
import type { ActionTerms, ActionType } from "../domain/corporate-action.ts";
import { decimalsOf, decimalText, divideHalfEven, scaledBigint } from "../domain/decimal.ts";

/** The denominator is positive. */
export type Ratio = { readonly numerator: bigint; readonly denominator: bigint };
/** By what prices and volumes of the days before the ex-date are multiplied. */
export type Factors = { readonly price: Ratio; readonly volume: Ratio };
export type FactorFailure = "reference-price-unknown" | "factor-invalid";
export type Factored = { readonly ok: true; readonly factors: Factors } | FactorFailed;
export type FactorFailed = { readonly ok: false; readonly code: FactorFailure };

export type AdjustMode = "split" | "all";
/** A factor that holds for all that began before `from`. */
export type Step = { readonly from: number; readonly factors: Factors };

/** Decimals of an adjusted number; one that had more keeps as many as it had. */
export const ADJUSTED_SCALE = 8;

const ONE: Ratio = { numerator: 1n, denominator: 1n };
export const UNCHANGED: Factors = { price: ONE, volume: ONE };

const SHARES_ONLY: ReadonlySet<ActionType> = new Set(["split", "bonus"]);
export const isInMode = (type: ActionType, mode: AdjustMode): boolean =>
  mode === "all" || SHARES_ONLY.has(type);
/** Whether the factor stands on the last price before the ex-date. */
export const needsPrice = (type: ActionType): boolean => !SHARES_ONLY.has(type);

/** `priceBefore`: the last raw close before the ex-date. No action that takes value out of a share raises its price, and none takes all. */
export function factorsOf(terms: ActionTerms, priceBefore: string | undefined): Factored {
  if (terms.type === "split") return sharesFactors(ratioOf(terms.from), ratioOf(terms.to));
  if (terms.type === "bonus") {
    const held = ratioOf(terms.heldShares);
    return sharesFactors(held, sum(held, ratioOf(terms.bonusShares)));
  }
  if (priceBefore === undefined) return { ok: false, code: "reference-price-unknown" };
  const before = ratioOf(priceBefore);
  if (before.numerator <= 0n) return { ok: false, code: "factor-invalid" };
  const price = reduced(quotient(priceAfter(terms, before), before));
  const takesValue = price.numerator > 0n && price.numerator <= price.denominator;
  if (!takesValue) return { ok: false, code: "factor-invalid" };
  return { ok: true, factors: { price, volume: volumeFactor(terms) } };
}

/** What a share is worth on the ex-date by the action alone. */
function priceAfter(terms: Exclude<ActionTerms, { type: "split" | "bonus" }>, before: Ratio): Ratio {
  switch (terms.type) {
    case "dividend":
      return difference(before, ratioOf(terms.amount));
    case "spin-off":
      return difference(before, ratioOf(terms.value));
    case "rights": {
      const [held, offered] = [ratioOf(terms.held), ratioOf(terms.offered)];
      const paid = sum(product(held, before), product(offered, ratioOf(terms.price)));
      return quotient(paid, sum(held, offered));
    }
  }
}

/** Rights make shares more; what is paid out of a share does not. */
function volumeFactor(terms: ActionTerms): Ratio {
  if (terms.type !== "rights") return ONE;
  const held = ratioOf(terms.held);
  return reduced(quotient(sum(held, ratioOf(terms.offered)), held));
}

function sharesFactors(before: Ratio, after: Ratio): Factored {
  const price = reduced(quotient(before, after));
  return { ok: true, factors: { price, volume: inverse(price) } };
}

/** What each stretch of time is multiplied by: ascending, each up to its `from`, the product of its own step and all later ones. */
export function ladderOf(steps: readonly Step[]): readonly Step[] {
  const ladder: Step[] = [];
  let factors = UNCHANGED;
  for (const step of steps.toSorted((one, other) => other.from - one.from)) {
    factors = combined(factors, step.factors);
    if (ladder.at(-1)?.from === step.from) ladder.pop();
    ladder.push({ from: step.from, factors });
  }
  return ladder.reverse();
}

/** Of the first rung that begins later. */
export const factorsAt = (ladder: readonly Step[], at: number): Factors =>
  ladder.find(({ from }) => at < from)?.factors ?? UNCHANGED;

const combined = (one: Factors, other: Factors): Factors => ({
  price: product(one.price, other.price),
  volume: product(one.volume, other.volume),
});

/** Of many numbers that are shown together: as many decimals as the finest of them, so that none overtakes another by rounding. */
export const adjustedScale = (texts: readonly string[]): number =>
  Math.max(ADJUSTED_SCALE, ...texts.map(decimalsOf));

/** Ties to even. */
export const scaledText = (text: string, factor: Ratio, scale: number): string =>
  shown(product(ratioOf(text), factor), scale);

export const shown = ({ numerator, denominator }: Ratio, scale: number): string =>
  decimalText(divideHalfEven(numerator, denominator, scale), scale);

export function ratioOf(text: string): Ratio {
  const scale = decimalsOf(text);
  const scaled = scaledBigint(text, scale);
  assert(scaled.ok, "a decimal of ours is plain");
  return { numerator: scaled.value, denominator: 10n ** BigInt(scale) };
}

export const product = (one: Ratio, other: Ratio): Ratio => ({
  numerator: one.numerator * other.numerator,
  denominator: one.denominator * other.denominator,
});
export const sum = (one: Ratio, other: Ratio): Ratio => ({
  numerator: one.numerator * other.denominator + other.numerator * one.denominator,
  denominator: one.denominator * other.denominator,
});
const difference = (one: Ratio, other: Ratio): Ratio => sum(one, { ...other, numerator: -other.numerator });
const inverse = ({ numerator, denominator }: Ratio): Ratio => ({
  numerator: denominator,
  denominator: numerator,
});
/** `other` is positive. */
export const quotient = (one: Ratio, other: Ratio): Ratio => product(one, inverse(other));

function reduced({ numerator, denominator }: Ratio): Ratio {
  const divisor = commonDivisor(numerator < 0n ? -numerator : numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

function commonDivisor(one: bigint, other: bigint): bigint {
  let [larger, smaller] = [one, other];
  while (smaller > 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
