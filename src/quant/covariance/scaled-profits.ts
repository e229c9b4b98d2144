/**
 * What a book has made in each column with each symbol at its scale, kept by difference: a weight that changes costs O(T), and so does a bar
 * for its symbol and, where it opens a column, for each symbol of the book that lacked one before.
 */
import { addTo, type Covariance } from "./covariance.ts";
import type { BarReturn, Told } from "./return-window.ts";

/** By place in the ring of columns. */
export type ScaledProfits = {
  /** What variances and covariances are asked of. */
  readonly all: Float64Array<ArrayBuffer>;
  /** Of symbols with a return in all columns alone: a new column gives them one scale, until each has told it. */
  readonly full: Float64Array<ArrayBuffer>;
};

export const noProfits = (length: number): ScaledProfits => ({
  all: new Float64Array(length),
  full: new Float64Array(length),
});

export const copyOf = ({ all, full }: ScaledProfits): ScaledProfits => ({
  all: all.slice(),
  full: full.slice(),
});

export function scaledProfitsOf(
  covariance: Covariance,
  weights: Iterable<readonly [symbol: string, weight: number]>,
): ScaledProfits {
  const profits = noProfits(covariance.window.length);
  for (const [symbol, weight] of weights) addWeight(covariance, profits, symbol, weight);
  return profits;
}

/** The weight of a symbol has changed by so much. */
export function addWeight(
  covariance: Covariance,
  { all, full }: ScaledProfits,
  symbol: string,
  change: number,
): void {
  if (change === 0) return;
  const { window } = covariance;
  const row = window.row(symbol);
  addTo(all, row, change * covariance.scaleOf(symbol));
  if (window.isFull(symbol)) addTo(full, row, change);
}

/** One bar, in the window and in the profits of a book. Where it aligns the columns anew these are left to be summed by who keeps them. */
export function tellBar(
  covariance: Covariance,
  profits: ScaledProfits,
  weights: ReadonlyMap<string, number>,
  symbol: string,
  bar: BarReturn,
): Told {
  const { window } = covariance;
  const weight = weights.get(symbol) ?? 0;
  const lacking = window.opens(bar[0]) ? [...weights].filter(([held]) => !window.isFull(held)) : [];
  addWeight(covariance, profits, symbol, -weight);
  const told = window.tell(symbol, bar);
  if (told.kind === "opened") {
    openColumn(covariance, profits, told.place);
    for (const [held, much] of lacking) if (held !== symbol) addWeight(covariance, profits, held, much);
  }
  addWeight(covariance, profits, symbol, weight);
  return told;
}

/** Nobody has told it: those that were full have their scale without it. */
function openColumn(covariance: Covariance, { all, full }: ScaledProfits, opened: number): void {
  const scale = covariance.scaleBeforeNewest();
  for (let place = 0; place < all.length; place++)
    all[place] = place === opened ? 0 : scale * (full[place] ?? 0);
  full.fill(0);
}
