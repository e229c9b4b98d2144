/** How far each candle of profit and loss closed below the highest total before it. Of the candles that the chart has: older ones may know a higher one. */
import type { Candle } from "./candles.ts";

/** A float: it is drawn and nothing else; the figure stands in the statistics. */
export type DrawdownPoint = { readonly t: number; readonly depth: number };

export class Drawdown {
  #peak = Number.NEGATIVE_INFINITY;
  /** The highest before the newest candle, which may still form and take back what it showed. */
  #peakBefore = Number.NEGATIVE_INFINITY;
  #newest = Number.NEGATIVE_INFINITY;

  /** All candles anew, ascending. */
  of(candles: readonly Candle[]): readonly DrawdownPoint[] {
    this.#peak = Number.NEGATIVE_INFINITY;
    this.#peakBefore = Number.NEGATIVE_INFINITY;
    this.#newest = Number.NEGATIVE_INFINITY;
    return candles.map((candle) => this.#next(candle));
  }

  /** The newest candle, or one after it; nothing where an older one changed, which moves all that follow. */
  followedBy(candle: Candle): DrawdownPoint | undefined {
    return candle.t < this.#newest ? undefined : this.#next(candle);
  }

  #next({ t, h, c }: Candle): DrawdownPoint {
    if (t > this.#newest) {
      this.#peakBefore = this.#peak;
      this.#newest = t;
    }
    this.#peak = Math.max(this.#peakBefore, Number(h));
    return { t, depth: Number(c) - this.#peak };
  }
}
