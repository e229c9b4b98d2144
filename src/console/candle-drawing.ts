/** The chart itself: lightweight-charts, fed with candles, in the page's colours and the instrument's time zone. */
import {
  type CandlestickData,
  CandlestickSeries,
  ColorType,
  createChart,
  createSeriesMarkers,
  type HistogramData,
  HistogramSeries,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineStyle,
  TickMarkType,
  type UTCTimestamp,
} from "lightweight-charts";
import type { Candle } from "./candles.ts";
import { Drawdown, type DrawdownPoint } from "./drawdown.ts";
import { momentIn, partsIn, withinDay } from "./figures.ts";
import { IndicatorDrawing } from "./indicator-drawing.ts";
import type { Marker } from "./labels.ts";

export type DrawingOptions = {
  /** Decimals of the price axis. */
  readonly decimals: number;
  readonly timeZone: string;
  readonly unit: "day" | "minute";
  readonly volume: boolean;
  /** Candles of profit and loss: a line at zero, and the drawdown beneath. */
  readonly pnl: boolean;
  readonly onOlderWanted: () => void;
  readonly onHover: (candle: Candle | undefined) => void;
};

/** Older ones are asked for before the reader gets to the left edge. */
const BARS_BEFORE_EDGE = 40;
/** About what one reads at a glance; the rest is a scroll away. */
const BARS_AT_START = 110;
/** With fewer than these a bar is as wide as it gets. */
const BARS_AT_START_FEWEST = 40;
/** Of the pane of candles, beside one of the drawdown. */
const CANDLES_STRETCH = 4;

export class CandleDrawing {
  readonly #options: DrawingOptions;
  readonly #chart: IChartApi;
  readonly #candles: ISeriesApi<"Candlestick">;
  readonly #volume: ISeriesApi<"Histogram"> | undefined;
  readonly #zeroLine: IPriceLine | undefined;
  readonly #drawdown = new Drawdown();
  readonly #depths: ISeriesApi<"Histogram"> | undefined;
  readonly #element: HTMLElement;
  readonly indicators: IndicatorDrawing;
  #framed = false;
  /** Made with the first of them. */
  #markers: ISeriesMarkersPluginApi<UTCTimestamp> | undefined;
  #marked: readonly Marker[] = [];

  constructor(element: HTMLElement, options: DrawingOptions) {
    this.#element = element;
    this.#options = options;
    this.#chart = createChart(element, { autoSize: true, layout: { attributionLogo: true } });
    this.#candles = this.#chart.addSeries(CandlestickSeries, {
      priceFormat: { type: "price", precision: options.decimals, minMove: 10 ** -options.decimals },
    });
    this.indicators = new IndicatorDrawing(this.#chart, element);
    this.#volume = options.volume ? this.#newVolume() : undefined;
    this.#zeroLine = options.pnl
      ? this.#candles.createPriceLine({ price: 0, lineStyle: LineStyle.Dotted, axisLabelVisible: false })
      : undefined;
    this.#depths = options.pnl ? this.#newDepths() : undefined;
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (range !== null && range.from < BARS_BEFORE_EDGE && this.#framed) options.onOlderWanted();
    });
    this.#chart.subscribeCrosshairMove(({ seriesData }) => {
      options.onHover(candleIn(seriesData.get(this.#candles)));
    });
    this.recolour();
  }

  /** What is on the chart now, read back from it. */
  get shown(): readonly Candle[] {
    return this.#candles.data().flatMap((item) => candleIn(item) ?? []);
  }

  draw(candles: readonly Candle[]): void {
    this.#candles.setData(candles.map(candleData));
    this.#volume?.setData(candles.map((candle) => this.#volumeData(candle)));
    this.#depths?.setData(this.#drawdown.of(candles).map(depthData));
    if (this.#framed || candles.length === 0) return;
    const bars = Math.max(BARS_AT_START_FEWEST, Math.min(BARS_AT_START, candles.length));
    this.#chart.timeScale().setVisibleLogicalRange({ from: candles.length - bars, to: candles.length + 4 });
    this.#framed = true;
  }

  /** One candle, the newest, a new one after it, or a revision of an older one. */
  update(candle: Candle, newest: number): void {
    const historical = candle.t < newest;
    this.#candles.update(candleData(candle), historical);
    this.#volume?.update(this.#volumeData(candle), historical);
    if (this.#depths === undefined) return;
    const depth = this.#drawdown.followedBy(candle);
    if (depth === undefined) this.#depths.setData(this.#drawdown.of(this.shown).map(depthData));
    else this.#depths.update(depthData(depth));
  }

  /** Labels above their candles, painted as text. */
  mark(markers: readonly Marker[]): void {
    this.#marked = markers;
    if (this.#markers === undefined && markers.length === 0) return;
    this.#markers ??= createSeriesMarkers<UTCTimestamp>(
      // SAFETY: all times of this chart are made by `secondsOf`.
      this.#candles as ISeriesApi<"Candlestick", UTCTimestamp>,
      [],
    );
    const plain = getComputedStyle(this.#element).getPropertyValue("--accent").trim();
    this.#markers.setMarkers(
      markers.map(({ t, text, color = plain }) => ({
        ...({ time: secondsOf(t), position: "aboveBar", shape: "circle", color, text } as const),
      })),
    );
  }

  /** The style sheet's colours, again after each change of the theme. */
  recolour(): void {
    const colour = (name: string): string => getComputedStyle(this.#element).getPropertyValue(name).trim();
    const [text, line, panel, up, down] = ["--muted", "--line", "--panel", "--up", "--down"].map(
      colour,
    ) as Colours;
    this.#chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: panel },
        textColor: text,
        fontFamily: getComputedStyle(this.#element).fontFamily,
        panes: { separatorColor: line },
      },
      grid: { vertLines: { color: line }, horzLines: { color: line } },
      rightPriceScale: { borderColor: line },
      timeScale: {
        borderColor: line,
        timeVisible: this.#options.unit === "minute",
        secondsVisible: false,
        tickMarkFormatter: (time: UTCTimestamp, mark: TickMarkType) => this.#tickMark(time, mark),
      },
      localization: { timeFormatter: (time: UTCTimestamp) => this.#moment(time) },
    });
    this.#candles.applyOptions({
      ...{ upColor: up, borderUpColor: up, wickUpColor: up },
      ...{ downColor: down, borderDownColor: down, wickDownColor: down },
    });
    this.#zeroLine?.applyOptions({ color: text });
    this.#depths?.applyOptions({ color: down });
    this.#volume?.setData(this.shown.map((candle) => this.#volumeData(candle)));
    this.mark(this.#marked);
    this.indicators.recolour();
  }

  remove(): void {
    this.#chart.remove();
  }

  #newVolume(): ISeriesApi<"Histogram"> {
    const volume = this.#chart.addSeries(HistogramSeries, {
      ...{
        priceScaleId: "volume",
        priceFormat: { type: "volume" },
        lastValueVisible: false,
        priceLineVisible: false,
      },
    });
    volume.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
    return volume;
  }

  /** Hangs from zero downwards, in a pane of its own. */
  #newDepths(): ISeriesApi<"Histogram"> {
    const { decimals } = this.#options;
    const depths = this.#chart.addSeries(
      HistogramSeries,
      {
        ...{ base: 0, priceLineVisible: false, title: "drawdown" },
        priceFormat: { type: "price", precision: decimals, minMove: 10 ** -decimals },
      },
      1,
    );
    this.#chart.panes()[0]?.setStretchFactor(CANDLES_STRETCH);
    return depths;
  }

  #volumeData({ t, o, c, v }: Candle): HistogramData<UTCTimestamp> {
    const name = Number(c) >= Number(o) ? "--up-soft" : "--down-soft";
    const color = getComputedStyle(this.#element).getPropertyValue(name).trim();
    return { time: secondsOf(t), value: Number(v ?? 0), color };
  }

  #moment(time: UTCTimestamp): string {
    return momentIn(time * 1_000, this.#options.timeZone, this.#options.unit);
  }

  #tickMark(time: UTCTimestamp, mark: TickMarkType): string {
    const { timeZone, unit } = this.#options;
    const at = unit === "day" ? withinDay(time * 1_000) : time * 1_000;
    const { year = "", month = "", day = "", hour, minute } = partsIn(at, timeZone);
    if (mark === TickMarkType.Year) return year;
    if (mark === TickMarkType.Month || mark === TickMarkType.DayOfMonth) return `${month}-${day}`;
    return `${hour}:${minute}`;
  }
}

type Colours = [text: string, line: string, panel: string, up: string, down: string];

const secondsOf = (ms: number): UTCTimestamp => (ms / 1_000) as UTCTimestamp;

const depthData = ({ t, depth }: DrawdownPoint): HistogramData<UTCTimestamp> => ({
  ...{ time: secondsOf(t), value: depth },
});

const candleData = (candle: Candle): CandlestickData<UTCTimestamp> => ({
  time: secondsOf(candle.t),
  open: Number(candle.o),
  high: Number(candle.h),
  low: Number(candle.l),
  close: Number(candle.c),
  customValues: { candle },
});

// SAFETY: only `candleData` above puts custom values on a chart.
const candleIn = (item: unknown): Candle | undefined =>
  (item as { customValues?: { candle?: Candle } } | undefined)?.customValues?.candle;
