/** A bar's numbers, adjusted: each rounded once. What was counted (trades, revisions) stays as it is. */
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

/** Numbers of the days of one stretch, in which the factors are the same; `pv` is the sum of price × size. */
export type DayFold = Omit<BarNumbers, "vw"> & { readonly pv: string };

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

/** A bar of several stretches, at least one, ascending, each with its own factors. */
export function foldedNumbers(
  parts: readonly { readonly fold: DayFold; readonly factors: Factors }[],
): BarNumbers {
  const scale = adjustedScale(parts.flatMap(({ fold: { o, h, l, c } }) => [o, h, l, c]));
  const price = (text: string, { price: factor }: Factors): string => scaledText(text, factor, scale);
  const ascending = (of: (fold: DayFold) => string): string[] =>
    parts
      .map(({ fold, factors }) => ({
        text: of(fold),
        exact: product(ratioOf(of(fold)), factors.price),
        factors,
      }))
      .toSorted((one, other) => compared(one.exact, other.exact))
      .map(({ text, factors }) => price(text, factors));
  const volume = total(parts.map(({ fold, factors }) => product(ratioOf(fold.v), factors.volume)));
  const turnover = total(
    parts.map(({ fold, factors }) => product(product(ratioOf(fold.pv), factors.price), factors.volume)),
  );
  const [first, last] = [parts[0], parts.at(-1)];
  return {
    o: first === undefined ? "" : price(first.fold.o, first.factors),
    h: ascending(({ h }) => h).at(-1) ?? "",
    l: ascending(({ l }) => l)[0] ?? "",
    c: last === undefined ? "" : price(last.fold.c, last.factors),
    v: shown(volume, adjustedScale(parts.map(({ fold }) => fold.v))),
    vw: volume.numerator === 0n ? null : shown(quotient(turnover, volume), scale),
  };
}

const ZERO: Ratio = { numerator: 0n, denominator: 1n };
const total = (ratios: readonly Ratio[]): Ratio => ratios.reduce(sum, ZERO);

export function compared(one: Ratio, other: Ratio): number {
  const gap = one.numerator * other.denominator - other.numerator * one.denominator;
  return gap === 0n ? 0 : gap < 0n ? -1 : 1;
}
