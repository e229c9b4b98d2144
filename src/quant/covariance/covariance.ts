/**
 * Exponentially weighted covariance, C = Σ λᵏ (S r)(S r)ᵀ / W over the columns of a window (k counts back from the newest, W = Σ λᵏ), without
 * the matrix. S is diagonal, √(W / Wᵢ), with Wᵢ the weight of the columns in which a symbol has a return: its variance is that of its own
 * observations. What a book of weights w made in each column is one vector p = R S w, and every product with C is a sum over columns. C has
 * no negative eigenvalue, however few columns there are, since it is a sum of squares.
 */
import type { ReturnRow, ReturnWindow } from "./return-window.ts";

/** Covariances of a book: of one symbol with itself, with the rest of the book, and of that rest with itself. */
export type SymbolAndRest = {
  readonly variance: number;
  readonly covariance: number;
  readonly rest: number;
};

type Weights = Iterable<readonly [symbol: string, weight: number]>;

/** Of the whole window: below it a symbol's weight is not followed, where its scale would leave what floats can square. */
const LEAST_SHARE = 1e-100;

export class Covariance {
  readonly window: ReturnWindow;
  readonly lambda: number;
  /** λᵏ by k. */
  readonly #decay: Float64Array;
  /** Of all columns, by how many they are. */
  readonly #weights: Float64Array;

  constructor(window: ReturnWindow, lambda: number) {
    this.window = window;
    this.lambda = lambda;
    this.#decay = Float64Array.from({ length: window.length }, (_, age) => lambda ** age);
    this.#weights = new Float64Array(window.length + 1);
    for (const [age, factor] of this.#decay.entries())
      this.#weights[age + 1] = (this.#weights[age] ?? 0) + factor;
  }

  /** What a book has made in each column, by place in the ring, of returns as they were. */
  profitsOf(weights: Weights): Float64Array<ArrayBuffer> {
    const profits = new Float64Array(this.window.length);
    for (const [symbol, weight] of weights) addTo(profits, this.window.row(symbol), weight);
    return profits;
  }

  /** √(W / Wᵢ): 1 for a symbol that has a return in all columns. */
  scaleOf(symbol: string): number {
    const row = this.window.row(symbol);
    if (row === undefined || row.observations === 0 || this.window.isFull(symbol)) return 1;
    const { columns } = this.window;
    const { known } = row;
    let place = this.window.placeOf(columns - 1);
    let own = 0;
    for (let age = 0; age < columns; age++) {
      if (known[place] === 1) own += this.#decay[age] ?? 0;
      place = place === 0 ? known.length - 1 : place - 1;
    }
    return this.#scale(own);
  }

  /** Of a symbol that has a return in all columns but the newest. */
  scaleBeforeNewest(): number {
    const { columns } = this.window;
    return columns < 2 ? 1 : this.#scale(this.lambda * (this.#weights[columns - 1] ?? 0));
  }

  #scale(own: number): number {
    const whole = this.#weights[this.window.columns] ?? 0;
    return Math.sqrt(whole / Math.max(own, whole * LEAST_SHARE));
  }

  /** Of scaled profits. */
  variance(profits: Float64Array): number {
    return this.#mean((place) => (profits[place] ?? 0) ** 2);
  }

  /** Of one symbol with a book's scaled profits. */
  covariance(symbol: string, profits: Float64Array): number {
    return this.scaleOf(symbol) * this.#raw(symbol, profits);
  }

  /** Of one symbol with another one; with itself its variance. */
  between(symbol: string, other: string): number {
    return this.scaleOf(symbol) * this.scaleOf(other) * this.#rawBetween(symbol, other);
  }

  /** Scales leave it as it is. */
  correlation(symbol: string, other: string): number {
    const product = this.#rawBetween(symbol, symbol) * this.#rawBetween(other, other);
    return product === 0 ? 0 : this.#rawBetween(symbol, other) / Math.sqrt(product);
  }

  /**
   * The rest is taken column by column, not from the sums: a book that hedges itself, or that has only this symbol, would leave the
   * difference of two large numbers.
   */
  symbolAndRest(symbol: string, weight: number, profits: Float64Array): SymbolAndRest {
    const values = this.window.row(symbol)?.values ?? NO_VALUES;
    const scale = this.scaleOf(symbol);
    const { columns, length } = this.window;
    const decay = this.#decay;
    let variance = 0;
    let covariance = 0;
    let rest = 0;
    let total = 0;
    // Each order comes through here: the ring is gone round by hand.
    let place = columns === 0 ? 0 : this.window.placeOf(columns - 1);
    for (let age = 0; age < columns; age++) {
      const factor = decay[age] ?? 0;
      const own = scale * (values[place] ?? 0);
      const others = (profits[place] ?? 0) - weight * own;
      variance += factor * own * own;
      covariance += factor * own * others;
      rest += factor * others * others;
      total += factor;
      place = place === 0 ? length - 1 : place - 1;
    }
    if (total === 0) return { variance: 0, covariance: 0, rest: 0 };
    return { variance: variance / total, covariance: covariance / total, rest: rest / total };
  }

  #raw(symbol: string, profits: Float64Array): number {
    const values = this.window.row(symbol)?.values;
    return values === undefined ? 0 : this.#mean((place) => (values[place] ?? 0) * (profits[place] ?? 0));
  }

  #rawBetween(symbol: string, other: string): number {
    const values = this.window.row(other)?.values;
    return values === undefined ? 0 : this.#raw(symbol, values);
  }

  /** By decay; 0 without columns. */
  #mean(of: (place: number) => number): number {
    const { columns } = this.window;
    let [sum, total] = [0, 0];
    for (let age = 0; age < columns; age++) {
      const factor = this.#decay[age] ?? 0;
      sum += factor * of(this.window.placeOf(columns - 1 - age));
      total += factor;
    }
    return total === 0 ? 0 : sum / total;
  }
}

const NO_VALUES = new Float64Array(0);

/** What a book makes in each column after its weight in a symbol has changed by so much. */
export function addTo(profits: Float64Array, row: ReturnRow | undefined, change: number): void {
  if (row === undefined || change === 0) return;
  const { values } = row;
  for (let place = 0; place < profits.length; place++)
    profits[place] = (profits[place] ?? 0) + change * (values[place] ?? 0);
}
