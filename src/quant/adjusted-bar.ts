/** A bar's numbers, adjusted: each rounded once. What was counted (trades, revisions) stays as it is. */
import { assert } from "../domain/assert.ts";
import { decimalsOf } from "../domain/decimal.ts";
import {
  adjustedScale,
  type Factors,
  product,
  quotient,
  type Ratio,
  ratioOf,
  scaledText,
  shown,
  sum,
  UNCHANGED,
} from "./adjustment.ts";

export type BarNumbers = {
  readonly o: string;
  readonly h: string;
  readonly l: string;
  readonly c: string;
  readonly v: string;
  /** Null where nothing was traded. */
  readonly vw: string | null;
};

/** Numbers of the days of one stretch, in which the factors are the same; `pv` is the sum of price × size, where it is known. */
export type DayFold = Omit<BarNumbers, "vw"> & { readonly pv: string | null };

/** The numbers themselves where nothing changes them. */
export function adjustedNumbers(bar: BarNumbers, factors: Factors): BarNumbers {
  if (factors === UNCHANGED) return bar;
  const { o, h, l, c, v, vw } = bar;
  const scale = adjustedScale([o, h, l, c]);
  const price = (text: string): string => scaledText(text, factors.price, scale);
  const volume = scaledText(v, factors.volume, adjustedScale([v]));
  const prices = { o: price(o), h: price(h), l: price(l), c: price(c) };
  return { ...prices, v: volume, vw: vw === null ? null : price(vw) };
}

type Part = { readonly fold: DayFold; readonly factors: Factors };

/** A bar of several stretches, at least one, ascending, each with its own factors. */
export function foldedNumbers(parts: readonly Part[]): BarNumbers {
  const [first, last] = [parts[0], parts.at(-1)];
  assert(first !== undefined && last !== undefined, "a bar has days");
  const scale = adjustedScale(parts.flatMap(({ fold: { o, h, l, c } }) => [o, h, l, c]));
  const price = (text: string, { price: factor }: Factors): Ratio => product(ratioOf(text), factor);
  const ascending = (of: (fold: DayFold) => string): Ratio[] =>
    parts.map(({ fold, factors }) => price(of(fold), factors)).toSorted(compared);
  const volume = total(parts.map(({ fold, factors }) => product(ratioOf(fold.v), factors.volume)));
  return {
    o: shown(price(first.fold.o, first.factors), scale),
    h: shown(ascending(({ h }) => h).at(-1) ?? ZERO, scale),
    l: shown(ascending(({ l }) => l)[0] ?? ZERO, scale),
    c: shown(price(last.fold.c, last.factors), scale),
    v: shown(volume, adjustedScale(parts.map(({ fold }) => fold.v))),
    vw: averageText(parts, volume, scale),
  };
}

/** Null where nothing was traded, or where a day does not tell at what price. */
function averageText(parts: readonly Part[], volume: Ratio, scale: number): string | null {
  if (volume.numerator === 0n) return null;
  const turnovers = parts.flatMap(({ fold: { pv }, factors }) =>
    pv === null ? [] : [product(product(ratioOf(pv), factors.price), factors.volume)],
  );
  if (turnovers.length < parts.length) return null;
  return shown(quotient(total(turnovers), volume), scale);
}

const ZERO: Ratio = { numerator: 0n, denominator: 1n };
const total = (ratios: readonly Ratio[]): Ratio => ratios.reduce(sum, ZERO);

export function compared(one: Ratio, other: Ratio): number {
  const gap = one.numerator * other.denominator - other.numerator * one.denominator;
  return gap === 0n ? 0 : gap < 0n ? -1 : 1;
}

type CountedFold = DayFold & { readonly n: number };

/** Two stretches as one, `one` the earlier; null is a stretch without days. */
export function joinedFold(one: CountedFold | null, other: CountedFold | null): CountedFold | null {
  if (one === null || other === null) return one ?? other;
  const higher = compared(ratioOf(one.h), ratioOf(other.h)) >= 0;
  const lower = compared(ratioOf(one.l), ratioOf(other.l)) <= 0;
  return {
    ...{ o: one.o, h: higher ? one.h : other.h, l: lower ? one.l : other.l, c: other.c },
    v: sumText(one.v, other.v),
    pv: one.pv === null || other.pv === null ? null : sumText(one.pv, other.pv),
    n: one.n + other.n,
  };
}

/** Of bars of days, ascending. What they traded for is told by their averages, which are rounded. */
export const foldOfDays = (days: readonly (BarNumbers & { readonly n: number })[]): CountedFold | null =>
  days
    .map(({ o, h, l, c, v, vw, n }) => ({ o, h, l, c, v, pv: turnoverText(v, vw), n }))
    .reduce<CountedFold | null>(joinedFold, null);

/** Decimals of the finest money. */
const TURNOVER_SCALE = 12;

function turnoverText(volume: string, average: string | null): string | null {
  if (average !== null) return shown(product(ratioOf(volume), ratioOf(average)), TURNOVER_SCALE);
  return ratioOf(volume).numerator === 0n ? "0" : null;
}

const sumText = (one: string, other: string): string =>
  shown(sum(ratioOf(one), ratioOf(other)), Math.max(decimalsOf(one), decimalsOf(other)));
