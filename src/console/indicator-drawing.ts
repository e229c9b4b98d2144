/** Indicators on a chart: those in units of the price lie over the candles, each of the others has a pane of its own beneath. */
import {
  type HistogramData,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type LineData,
  LineSeries,
  type UTCTimestamp,
  type WhitespaceData,
} from "lightweight-charts";
import type { IndicatorBarObject } from "../contracts/indicators.ts";
import type { IndicatorDefinition } from "./indicator-lines.ts";

/** Their values are prices. */
const ON_PRICE = new Set([
  ...["sma", "ema", "wma", "dema", "tema", "hma", "kama", "rma", "vwma", "vwap"],
  ...["bbands", "keltner", "donchian", "supertrend", "psar", "pivots"],
]);
/** Outputs of those that are no price: bandwidths, directions. */
const NO_PRICE = /direction|width|percent|trend$/i;
const HISTOGRAMS = /^histogram$|^hist$/;
/** Of the style sheet, both lights; more lines begin again. */
const COLOURS = ["--line-1", "--line-2", "--line-3", "--line-4", "--line-5", "--line-6"];
/** Of the candles' pane, so that beneath four indicators prices can still be read. */
const PRICE_STRETCH = 4;

type Point = LineData<UTCTimestamp> | HistogramData<UTCTimestamp> | WhitespaceData<UTCTimestamp>;
type Line = {
  readonly id: string;
  readonly output: string;
  readonly colour: string;
  readonly series: ISeriesApi<"Line"> | ISeriesApi<"Histogram">;
};

export class IndicatorDrawing {
  readonly #chart: IChartApi;
  readonly #element: HTMLElement;
  #lines: readonly Line[] = [];
  #newest = 0;

  constructor(chart: IChartApi, element: HTMLElement) {
    this.#chart = chart;
    this.#element = element;
  }

  draw(definitions: readonly IndicatorDefinition[], bars: readonly IndicatorBarObject[]): void {
    const wanted = definitions.map(({ id }) => id).join();
    if (wanted !== [...new Set(this.#lines.map(({ id }) => id))].join()) this.#choose(definitions);
    this.#newest = bars.at(-1)?.t ?? 0;
    for (const line of this.#lines) line.series.setData(bars.map((bar) => pointOf(bar, line)));
  }

  update(bar: IndicatorBarObject): void {
    const historical = bar.t < this.#newest;
    this.#newest = Math.max(this.#newest, bar.t);
    for (const line of this.#lines) line.series.update(pointOf(bar, line), historical);
  }

  recolour(): void {
    for (const { series, colour } of this.#lines) series.applyOptions({ color: this.#colour(colour) });
  }

  #choose(definitions: readonly IndicatorDefinition[]): void {
    // A pane leaves with its last series, so the panes that remain change their numbers: all of it anew.
    for (const { series } of this.#lines.toReversed()) this.#chart.removeSeries(series);
    let pane = 0;
    let lines = 0;
    this.#lines = definitions.flatMap((definition) => {
      const outputs = definition.outputs.filter(
        (output) => !ON_PRICE.has(definition.name) || !NO_PRICE.test(output),
      );
      if (!ON_PRICE.has(definition.name)) pane += 1;
      const at = ON_PRICE.has(definition.name) ? 0 : pane;
      return outputs.map((output) => {
        const colour = COLOURS[lines % COLOURS.length] ?? "--text";
        lines += 1;
        return this.#newLine(definition, output, colour, at);
      });
    });
    if (pane > 0) this.#chart.panes()[0]?.setStretchFactor(PRICE_STRETCH);
  }

  #newLine({ id, outputs }: IndicatorDefinition, output: string, colour: string, pane: number): Line {
    const options = {
      color: this.#colour(colour),
      priceLineVisible: false,
      lastValueVisible: pane > 0,
      // The first line of a pane names it, the others themselves.
      title: pane === 0 ? "" : output === outputs[0] ? id : output,
    };
    const series = HISTOGRAMS.test(output)
      ? this.#chart.addSeries(HistogramSeries, options, pane)
      : this.#chart.addSeries(LineSeries, { ...options, lineWidth: 2, crosshairMarkerVisible: false }, pane);
    return { id, output, colour, series };
  }

  #colour(name: string): string {
    return getComputedStyle(this.#element).getPropertyValue(name).trim();
  }
}

/** Nothing is drawn before the warm-up is over. */
function pointOf({ t, values }: IndicatorBarObject, { id, output }: Line): Point {
  const time = (t / 1_000) as UTCTimestamp;
  const of = values[id];
  const value = of?.["warm"] === true ? of[output] : undefined;
  return typeof value === "number" ? { time, value } : { time };
}
