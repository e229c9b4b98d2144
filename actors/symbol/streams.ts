/** What a symbol tells its subscribers: the quote after each turn that took a tick, the trades, and bars as they form, close and are revised. */

import { RESOLUTIONS, type Resolution } from "../../src/domain/bar.ts";
import type { Gap } from "../../src/domain/gap.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import type { BarSpan } from "../../src/quant/span.ts";
import type { Clock } from "../runtime/clock.ts";
import type { SocketHost, Sockets, TopicRefusal, TopicSource } from "../runtime/sockets.ts";
import { barPage } from "./bars/bar-page.ts";
import type { BarRows } from "./bars/bar-rows.ts";
import { barText, closedStateOf, isPartial } from "./bars/bar-text.ts";
import { isPriced, type MinuteBar } from "./bars/bars.ts";
import { isClosed } from "./bars/closing.ts";
import { SecondStreams } from "./bars/second-streams.ts";
import { foldOf } from "./bars/window.ts";
import { DepthStreams } from "./book/depth-streams.ts";
import type { Changes, ToldBar } from "./changes.ts";
import type { StandingTrade, SymbolEvent, TradeAmended, TradeTaken } from "./events.ts";
import type { IndicatorDesk } from "./indicators/indicator-desk.ts";
import { TRADES_PER_TURN_MAX, TRADES_SHOWN } from "./limits.ts";
import type { TradeLog } from "./log/trade-log.ts";
import { quoteText } from "./prices/quote.ts";
import { amendedText, tapeText, tradesText } from "./prices/trade-tape.ts";
import { QuoteStreams } from "./quotes/quote-streams.ts";
import type { SeriesDesk } from "./series/series-desk.ts";
import type { SymbolState } from "./state.ts";

type Told = Pick<Sockets, "host" | "watches" | "publish" | "leaveOut">;

export type StreamSurroundings = {
  readonly sockets: Told;
  readonly clock: Clock;
  readonly bars: Pick<BarRows, "page" | "oldest">;
  readonly quoteBars: Pick<BarRows, "page" | "oldest">;
  readonly log: Pick<TradeLog, "entries" | "reach" | "newestTs" | "lastTaken">;
  readonly series: Pick<SeriesDesk, "topicOf">;
  readonly indicators: Pick<IndicatorDesk, "topicOf" | "loaded" | "follow">;
};

export class SymbolStreams {
  readonly #state: SymbolState;
  readonly #around: StreamSurroundings;
  readonly #quotes: string;
  readonly tradesTopic: string;
  readonly #ofQuotes: QuoteStreams;
  readonly #ofDepth: DepthStreams;
  readonly #seconds: SecondStreams;
  readonly #bars: readonly (readonly [topic: string, resolution: Resolution])[];

  constructor(state: SymbolState, around: StreamSurroundings) {
    this.#state = state;
    this.#around = around;
    this.#quotes = `quote.${state.symbol}`;
    this.tradesTopic = `trades.${state.symbol}`;
    this.#bars = RESOLUTIONS.map((resolution) => [barsTopic(resolution, state.symbol), resolution]);
    this.#ofQuotes = new QuoteStreams(state, around.sockets, around.quoteBars);
    this.#ofDepth = new DepthStreams(state, around);
    this.#seconds = new SecondStreams(state, around.sockets, around.log);
    around.sockets.host({ topicOf: this.#topicOf, initialTopics: [], isShared: true });
    around.indicators.loaded();
  }

  /** Inside a turn, when its events are folded. What nobody watches is not built. */
  tell(events: readonly SymbolEvent[], changes: Changes): void {
    const { sockets } = this.#around;
    const trades = [...events.filter(isTrade), ...changes.foldedTrades];
    const { instrument } = this.#state;
    if (instrument === undefined) return;
    if ((changes.folded > 0 || events.some(isTick)) && sockets.watches(this.#quotes))
      sockets.publish(this.#quotes, "delta", () => this.#quote(instrument), "quote");
    if (trades.length > 0) this.#tellTrades(trades, instrument);
    if (changes.amended.length > 0) this.#tellAmended(changes.amended, instrument);
    if (changes.gaps.length > 0) this.#tellGaps(changes.gaps);
    if (changes.minutes.size > 0 || changes.told.size > 0) this.#tellBars(changes, instrument);
    this.#ofQuotes.tell(changes.quotes, instrument);
    this.#ofDepth.tell(changes, instrument);
    this.#seconds.tell(events, changes, instrument);
    this.#around.indicators.follow(events, changes);
  }

  /** To all who watch what a gap makes partial. */
  #tellGaps(gaps: readonly Gap[]): void {
    const { sockets } = this.#around;
    for (const topic of [this.tradesTopic, ...this.#bars.map(([name]) => name)]) {
      if (!sockets.watches(topic)) continue;
      for (const gap of gaps) sockets.publish(topic, "gap", JSON.stringify(gap));
    }
    for (const gap of gaps) this.#ofQuotes.tellGap(gap);
  }

  #tellTrades(trades: readonly TradeTaken[], instrument: Instrument): void {
    const { sockets } = this.#around;
    if (!sockets.watches(this.tradesTopic)) return;
    if (trades.length > TRADES_PER_TURN_MAX) sockets.leaveOut(this.tradesTopic);
    else sockets.publish(this.tradesTopic, "delta", tradesText(trades, instrument));
  }

  /** After the trades of the turn, which some of them may concern. */
  #tellAmended(amended: readonly TradeAmended[], instrument: Instrument): void {
    const { sockets } = this.#around;
    if (sockets.watches(this.tradesTopic))
      sockets.publish(this.tradesTopic, "rev", amendedText(amended, instrument));
  }

  #tellBars({ told, minutes, amended }: Changes, instrument: Instrument): void {
    const { sockets } = this.#around;
    for (const [topic, resolution] of this.#bars) {
      if (!sockets.watches(topic)) continue;
      for (const change of told.values())
        if (change.resolution === resolution) this.#tellClosed(topic, change, instrument);
      for (const minute of minutes) this.#tellForming(topic, resolution, minute, instrument);
      for (const { trade } of amended) this.#tellGone(topic, resolution, trade, instrument);
    }
  }

  /** Each close, and of the revisions within a group the last. */
  #tellClosed(topic: string, told: ToldBar, instrument: Instrument): void {
    const { resolution } = told;
    const bar = isPriced(told.bar) ? told.bar : told.withdrawn;
    if (bar === undefined) return;
    const partial = isPartial(this.#state, resolution, bar.start);
    const text = barText(bar, closedStateOf(bar), partial, instrument);
    if (bar.rev === 0) this.#around.sockets.publish(topic, "bar", text);
    else this.#around.sockets.publish(topic, "rev", text, `rev ${bar.start}`);
  }

  /** Once in a group, as it stands at the end; not where it has closed by then. */
  #tellForming(topic: string, resolution: Resolution, minute: MinuteBar, instrument: Instrument): void {
    const span = this.#state.calendar.spanOf(resolution, minute.start);
    if (isClosed(this.#state, span)) return;
    this.#around.sockets.publish(
      topic,
      "bar",
      () => this.#forming(resolution, span, instrument),
      `bar ${span.start}`,
    );
  }

  /** A bar that was forming and has no price any more, at the price of the trade that went. */
  #tellGone(topic: string, resolution: Resolution, trade: StandingTrade, instrument: Instrument): void {
    const span = this.#state.calendar.spanOf(resolution, trade.ts);
    const bar = isClosed(this.#state, span) ? undefined : foldOf(this.#state, span, 0);
    if (bar === undefined || isPriced(bar)) return;
    const { price } = trade;
    const gone = {
      ...bar,
      o: price,
      h: price,
      l: price,
      c: price,
      v: 0n,
      n: 0,
      pv: 0n,
      withdrawn: true,
    } as const;
    const text = barText(gone, "forming", isPartial(this.#state, resolution, bar.start), instrument);
    this.#around.sockets.publish(topic, "bar", text, `gone ${span.start}`);
  }

  #forming(resolution: Resolution, span: BarSpan, instrument: Instrument): string | undefined {
    if (isClosed(this.#state, span)) return undefined;
    const bar = foldOf(this.#state, span, 0);
    return bar === undefined || !isPriced(bar)
      ? undefined
      : barText(bar, "forming", isPartial(this.#state, resolution, bar.start), instrument);
  }

  #quote(instrument: Instrument): string {
    return quoteText(this.#state, instrument, this.#around.clock.now());
  }

  #newestTrades(instrument: Instrument): string {
    return tapeText(this.#around.log.lastTaken(TRADES_SHOWN), instrument);
  }

  readonly #topicOf: SocketHost["topicOf"] = (topic) => {
    const { instrument } = this.#state;
    if (instrument === undefined) return { code: "topic-unknown", detail: "no instrument has this symbol" };
    if (topic === this.#quotes) return { topic, snapshot: () => this.#quote(instrument) };
    if (topic === this.tradesTopic) return { topic, snapshot: () => this.#newestTrades(instrument) };
    const ofQuotes = this.#ofQuotes.topicOf(topic, instrument);
    const ofDepth = this.#ofDepth.topicOf(topic, instrument);
    const ofSeries = this.#around.series.topicOf(topic, instrument);
    const ofSeconds = this.#seconds.topicOf(topic, instrument);
    return (
      ofQuotes ??
      ofDepth ??
      ofSeries ??
      ofSeconds ??
      this.#barsOf(topic, instrument) ??
      this.#around.indicators.topicOf(topic) ??
      UNKNOWN_TOPIC
    );
  };

  #barsOf(topic: string, instrument: Instrument): TopicSource | undefined {
    const resolution = this.#bars.find(([name]) => name === topic)?.[1];
    if (resolution === undefined) return undefined;
    const newest = (): string => {
      const page = barPage(this.#state, this.#around.bars, instrument, { resolution, limit: 1 });
      return (page.ok ? page.value.bars.at(-1) : undefined) ?? "null";
    };
    return { topic, snapshot: newest };
  }
}

const barsTopic = (resolution: string, symbol: string): string => `bars.${resolution}.${symbol}`;

const TICKS: ReadonlySet<SymbolEvent["kind"]> = new Set(["trade-taken", "quote-taken", "trade-amended"]);
const isTrade = (event: SymbolEvent): event is TradeTaken => event.kind === "trade-taken";
const isTick = ({ kind }: SymbolEvent): boolean => TICKS.has(kind);

/** Of another symbol, or of a kind that no symbol has. */
const UNKNOWN_TOPIC: TopicRefusal = {
  code: "topic-unknown",
  detail:
    "this symbol has quote, depth, depth-metrics, trades, bars, mid, bid, ask, indicator and series of its own",
};
