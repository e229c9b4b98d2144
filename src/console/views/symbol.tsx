/** One symbol: its chart, its quote, its trades, streamed; by asking where there is no stream. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { HeardMessage } from "../../client/streams/followed.ts";
import type { BarObject } from "../../contracts/bars.ts";
import type { IndicatorBarObject } from "../../contracts/indicators.ts";
import type { InstrumentReply } from "../../contracts/instruments.ts";
import type { QuoteReply } from "../../contracts/quote.ts";
import { candleOfBar } from "../candles.ts";
import { grouped, percent, timeOf } from "../figures.ts";
import { type LinkState, useResource, useSurroundings, useTopics } from "../hooks.ts";
import { useLabels } from "../label-stream.ts";
import { fragmentOf, RESOLUTIONS, type Resolution } from "../location.ts";
import { CandleFigure, type CandleSink } from "../parts/candle-figure.tsx";
import { DepthPanel } from "../parts/depth-panel.tsx";
import { Arrow, directionOf, Price, Signed } from "../parts/figures.tsx";
import { IndicatorPicker } from "../parts/indicator-picker.tsx";
import { Panel, Tile } from "../parts/panel.tsx";
import { Age, Empty, Failure, LinkBadge, Loading } from "../parts/states.tsx";
import { WIDTH_TEXT, WidthSwitch } from "../parts/width-switch.tsx";
import type { Trade } from "../shapes.ts";

/** A screen has no room for more. */
const TRADES_MAX = 50;
/** What is still worth calling live. */
const POLL_MS = 2_000;

type SymbolProps = { readonly symbol: string; readonly resolution: Resolution };
type SeenQuote = { readonly quote: QuoteReply; readonly receivedAt: number };

export function SymbolPage({ symbol, resolution }: SymbolProps) {
  const instrument = useResource("/v1/instruments/{symbol}", { symbol });
  const sink = useRef<CandleSink>(undefined);
  const live = useLiveSymbol(symbol, resolution, instrument.value !== undefined, sink);
  const labels = useLabels(symbol, instrument.value !== undefined);
  const { chosen, choose, values } = useIndicators(symbol, resolution, sink);
  const { client } = useSurroundings();
  const page = useCallback(
    async (cursor?: string) => {
      const names = { symbol, resolution, ...(cursor === undefined ? {} : { cursor }) };
      const { bars, nextCursor } = await client.get("/v1/symbols/{symbol}/bars", names);
      return { candles: bars.map(candleOfBar), nextCursor };
    },
    [client, symbol, resolution],
  );
  const unit = /[DWM]$/.test(resolution) ? "day" : "minute";
  const { value: known, failure } = instrument;
  if (failure !== undefined && known === undefined)
    return <Failure failure={failure} what={`symbol ${symbol}`} />;
  if (known === undefined) return <Loading what={symbol} />;
  const widths = (
    <WidthSwitch
      label="Width of the bars"
      view="symbols"
      opened={symbol}
      widths={RESOLUTIONS}
      width={resolution}
    />
  );
  return (
    <article class="detail" aria-label={symbol}>
      <SymbolHead instrument={known} seen={live.seen} link={live.link} />
      <div class="symbol-grid">
        <Panel title="Bars" class="bars" aside={widths}>
          <IndicatorPicker symbol={symbol} chosen={chosen} onChange={choose} />
          <CandleFigure
            key={resolution}
            label={`${symbol}, bars of ${WIDTH_TEXT[resolution]}`}
            page={page}
            sink={sink}
            decimals={decimalsOf(known.tickSize)}
            timeZone={unit === "day" && known.session === "24x7" ? "UTC" : known.timezone}
            unit={unit}
            volume
            labels={labels}
            indicators={{ ids: chosen, page: values }}
            emptyText="No bar yet: one forms with the first trade. Send it with POST /v1/ticks, or start a feed."
          />
        </Panel>
        <QuotePanel seen={live.seen} />
        <DepthPanel symbol={symbol} />
        <TradesPanel trades={live.trades} link={live.link} />
        <InstrumentPanel instrument={known} />
      </div>
    </article>
  );
}

/** Which of them stand on the chart, which is remembered from symbol to symbol; their pages, and their stream. */
function useIndicators(symbol: string, resolution: Resolution, sink: { current: CandleSink | undefined }) {
  const { client, kept } = useSurroundings();
  const [chosen, setChosen] = useState(kept.indicators);
  const choose = (ids: readonly string[]): void => {
    kept.indicators = ids;
    setChosen(ids);
  };
  const topics = chosen.map((id) => `indicator.${id}@${resolution}.${symbol}`);
  useTopics(topics, ({ data, missed }) => {
    if (missed !== undefined) sink.current?.refresh();
    if (data !== null) sink.current?.indicate(data as IndicatorBarObject);
  });
  const values = useCallback(
    (ids: readonly string[], cursor?: string) => {
      const names = { symbol, resolution, defs: ids.join(), ...(cursor === undefined ? {} : { cursor }) };
      return client.get("/v1/symbols/{symbol}/indicators", names);
    },
    [client, symbol, resolution],
  );
  return { chosen, choose, values };
}

/** Quote and trades as they come; bars go to the chart. */
function useLiveSymbol(
  symbol: string,
  resolution: Resolution,
  exists: boolean,
  sink: { current: CandleSink | undefined },
) {
  const [seen, setSeen] = useState<SeenQuote>();
  const [trades, setTrades] = useState<readonly Trade[]>([]);
  const barTopic = `bars.${resolution}.${symbol}`;
  const onMessage = ({ topic, type, data, missed }: HeardMessage): void => {
    if (topic === barTopic) {
      if (missed !== undefined) sink.current?.refresh();
      if (data !== null && type !== "gap") sink.current?.take([candleOfBar(data as BarObject)]);
    } else if (topic.startsWith("quote.")) setSeen({ quote: data as QuoteReply, receivedAt: Date.now() });
    else if (topic.startsWith("trades.")) {
      const news = (data as readonly Trade[]).toReversed();
      setTrades((before) => (type === "snap" ? news : [...news, ...before]).slice(0, TRADES_MAX));
    }
  };
  const topics = [`quote.${symbol}`, `trades.${symbol}`, barTopic];
  const link = useTopics(exists ? topics : undefined, onMessage);
  const polled = useResource(
    "/v1/symbols/{symbol}/quote",
    exists && link !== "live" ? { symbol } : undefined,
    POLL_MS,
  );
  useEffect(() => {
    if (polled.value === undefined || polled.receivedAt === undefined) return;
    const { value: quote, receivedAt } = polled;
    setSeen((before) =>
      before !== undefined && before.quote.seq > quote.seq ? before : { quote, receivedAt },
    );
    sink.current?.refresh();
    const { last } = quote;
    if (last !== null)
      setTrades((before) => (sameTrade(before[0], last) ? before : [last, ...before].slice(0, TRADES_MAX)));
  }, [polled.value]);
  return { seen, trades, link };
}

const sameTrade = (one: Trade | undefined, other: Trade): boolean =>
  one !== undefined && one.ts === other.ts && one.price === other.price && one.size === other.size;

type HeadProps = {
  readonly instrument: InstrumentReply;
  readonly seen: SeenQuote | undefined;
  readonly link: LinkState;
};

function SymbolHead({ instrument: { symbol, description, currency, status }, seen, link }: HeadProps) {
  const quote = seen?.quote;
  return (
    <header class="detail-head">
      <div class="names">
        <h1>{symbol}</h1>
        <p class="muted">{description}</p>
      </div>
      <p class="headline number">
        <Price value={quote?.last?.price ?? null} /> <small class="muted">{currency}</small>
        <HeadlineChange change={quote?.change ?? null} share={quote?.changePercent ?? null} />
      </p>
      <div class="badges">
        <LinkBadge link={link} />
        {seen === undefined ? null : (
          <span class="badge">
            data <Age ageMs={seen.quote.ageMs} receivedAt={seen.receivedAt} stale={seen.quote.stale} />
          </span>
        )}
        {status === "active" ? null : <span class="badge warn">{status}</span>}
        {quote?.crossed === true ? <span class="badge warn">crossed</span> : null}
        <a class="quiet close" href={fragmentOf("symbols")} aria-label="Close, back to the list">
          ✕
        </a>
      </div>
    </header>
  );
}

const HeadlineChange = ({ change, share }: { change: string | null; share: string | null }) =>
  change === null ? (
    <span class="headline-change muted">no previous close</span>
  ) : (
    <span class="headline-change">
      <Arrow value={change} /> <Signed value={change} />{" "}
      <span class={directionOf(change)}>{percent(share)}</span>
    </span>
  );

function QuotePanel({ seen }: { seen: SeenQuote | undefined }) {
  const quote = seen?.quote;
  return (
    <Panel title="Quote" class="quote">
      <dl class="tiles pairs">
        <Tile name="Bid">
          <span class="up">{grouped(quote?.bid)}</span>{" "}
          <small class="muted">× {grouped(quote?.bidSize)}</small>
        </Tile>
        <Tile name="Ask">
          <span class="down">{grouped(quote?.ask)}</span>{" "}
          <small class="muted">× {grouped(quote?.askSize)}</small>
        </Tile>
        <Tile name="Day open">{grouped(quote?.dayOpen)}</Tile>
        <Tile name="Previous close">{grouped(quote?.prevClose)}</Tile>
        <Tile name="Day low">{grouped(quote?.dayLow)}</Tile>
        <Tile name="Day high">{grouped(quote?.dayHigh)}</Tile>
        <Tile name="Day volume">{grouped(quote?.dayVolume)}</Tile>
        <Tile name="Last trade (UTC)">
          {quote?.last ? (
            <>
              {timeOf(quote.last.ts)} <small class="muted">× {grouped(quote.last.size)}</small>
            </>
          ) : (
            grouped(null)
          )}
        </Tile>
      </dl>
    </Panel>
  );
}

function TradesPanel({ trades, link }: { trades: readonly Trade[]; link: LinkState }) {
  const note = link === "live" ? "UTC" : "UTC, last of each 2 s";
  return (
    <Panel title="Trades" class="trades" aside={<span class="muted small">{note}</span>}>
      {trades.length === 0 ? <Empty>No trade since this page was opened.</Empty> : null}
      <ol class="tape">
        {trades.map(({ ts, price, size }, index) => (
          <li key={`${ts} ${trades.length - index}`} class={directionAt(trades, index)}>
            <span class="when">
              <time>{timeOf(ts)}</time> {isLate(trades, index) ? <span class="caveat">late</span> : null}
            </span>
            <span class="number">{grouped(price)}</span>
            <span class="number muted">{grouped(size)}</span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

/** It came after one that happened later. */
const isLate = (trades: readonly Trade[], index: number): boolean =>
  (trades[index]?.ts ?? 0) < Math.max(...trades.slice(index + 1).map(({ ts }) => ts));

/** Against the trade before it. */
function directionAt(trades: readonly Trade[], index: number): string {
  const [price, before] = [trades[index]?.price, trades[index + 1]?.price];
  if (price === undefined || before === undefined || price === before) return "";
  return Number(price) > Number(before) ? "up" : "down";
}

/** A space without width. */
const BREAK_HERE = "\u200b";

const InstrumentPanel = ({ instrument }: { instrument: InstrumentReply }) => (
  <Panel title="Instrument" class="instrument">
    <dl class="tiles pairs">
      <Tile name="Type">{instrument.type}</Tile>
      <Tile name="Exchange">{instrument.exchange}</Tile>
      <Tile name="Tick size">{grouped(instrument.tickSize)}</Tile>
      <Tile name="Lot size">{grouped(instrument.lotSize)}</Tile>
      <Tile name="Session">{instrument.session}</Tile>
      <Tile name="Time zone">{instrument.timezone.replaceAll("/", `/${BREAK_HERE}`)}</Tile>
    </dl>
  </Panel>
);

const decimalsOf = (decimal: string): number => decimal.split(".")[1]?.length ?? 0;
