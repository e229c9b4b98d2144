/** Profit and loss by trading day as bars above and below zero. */
import {
  ColorType,
  createChart,
  type HistogramData,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
} from "lightweight-charts";
import type { DayPnl } from "./pnl-days.ts";

/** Of a day with few others beside it: wider bars say nothing more. */
const DAYS_FEWEST = 20;
const CENTS = 2;

export class DayDrawing {
  readonly #element: HTMLElement;
  readonly #chart: IChartApi;
  readonly #bars: ISeriesApi<"Histogram", string>;
  #days: readonly DayPnl[] = [];

  constructor(element: HTMLElement, onHover: (day: string | undefined) => void) {
    this.#element = element;
    this.#chart = createChart(element, { autoSize: true, layout: { attributionLogo: true } });
    // SAFETY: a chart takes days as texts, and `draw` gives it nothing else.
    this.#bars = this.#chart.addSeries(HistogramSeries, {
      ...{ priceLineVisible: false, lastValueVisible: false, base: 0 },
      priceFormat: { type: "price", precision: CENTS, minMove: 10 ** -CENTS },
    }) as unknown as ISeriesApi<"Histogram", string>;
    this.#chart.subscribeCrosshairMove(({ time }) => onHover(typeof time === "string" ? time : undefined));
    this.recolour();
  }

  draw(days: readonly DayPnl[]): void {
    const framed = this.#days.length === days.length;
    this.#days = days;
    this.#bars.setData(days.map((day) => this.#bar(day)));
    if (framed) return;
    const from = Math.min(0, days.length - DAYS_FEWEST);
    this.#chart.timeScale().setVisibleLogicalRange({ from, to: days.length });
  }

  recolour(): void {
    const [text = "", line = "", panel = ""] = ["--muted", "--line", "--panel"].map((name) =>
      this.#colour(name),
    );
    this.#chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: panel },
        textColor: text,
        fontFamily: getComputedStyle(this.#element).fontFamily,
      },
      grid: { vertLines: { visible: false }, horzLines: { color: line } },
      rightPriceScale: { borderColor: line },
      timeScale: { borderColor: line, timeVisible: false, tickMarkFormatter: monthAndDay },
      localization: { timeFormatter: (time: string) => time },
    });
    this.draw(this.#days);
  }

  remove(): void {
    this.#chart.remove();
  }

  #bar({ day, pnl }: DayPnl): HistogramData<string> {
    return { time: day, value: Number(pnl), color: this.#colour(pnl.startsWith("-") ? "--down" : "--up") };
  }

  #colour(name: string): string {
    return getComputedStyle(this.#element).getPropertyValue(name).trim();
  }
}

/** A chart says days as it was given them, or taken apart. */
const monthAndDay = (time: string | { month: number; day: number }): string =>
  typeof time === "string"
    ? time.slice(5)
    : `${String(time.month).padStart(2, "0")}-${String(time.day).padStart(2, "0")}`;
