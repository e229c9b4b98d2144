/** One strategy: its profit and loss minute by minute as candles, what it made, what it holds. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { HeardMessage } from "../../client/streams/followed.ts";
import type { M2mCandleObject, StrategyObject } from "../../contracts/strategies.ts";
import { candleOfM2m } from "../candles.ts";
import { grouped } from "../figures.ts";
import { type LinkState, useResource, useSurroundings, useTopics } from "../hooks.ts";
import { fragmentOf } from "../location.ts";
import { CandleFigure, type CandleSink } from "../parts/candle-figure.tsx";
import { Signed } from "../parts/figures.tsx";
import { Panel, Tile } from "../parts/panel.tsx";
import { PositionTable } from "../parts/positions.tsx";
import { Empty, Failure, LinkBadge, Loading } from "../parts/states.tsx";
import type { StrategyPnl } from "../shapes.ts";

/** What is still worth calling live, and what moves slower than a chart. */
const POLL_MS = 2_000;
const POSITIONS_MS = 3_000;
/** Cents; the legend has every digit. */
const PNL_DECIMALS = 2;

export function StrategyPage({ strategy }: { strategy: string }) {
  const described = useResource("/v1/strategies/{strategy}", { strategy });
  const exists = described.value !== undefined;
  const sink = useRef<CandleSink>(undefined);
  const { pnl, link } = useLiveStrategy(strategy, exists, sink);
  const positions = useResource(
    "/v1/strategies/{strategy}/positions",
    exists ? { strategy } : undefined,
    POSITIONS_MS,
  );
  const { client } = useSurroundings();
  const page = useCallback(
    async (cursor?: string) => {
      const names = { strategy, resolution: "1", ...(cursor === undefined ? {} : { cursor }) } as const;
      const { candles, nextCursor } = await client.get("/v1/strategies/{strategy}/m2m", names);
      return { candles: candles.map(candleOfM2m), nextCursor };
    },
    [client, strategy],
  );
  const { value, failure } = described;
  if (failure !== undefined && value === undefined)
    return <Failure failure={failure} what={`strategy ${strategy}`} />;
  if (value === undefined) return <Loading what={strategy} />;
  return (
    <article class="detail" aria-label={value.name}>
      <StrategyHead strategy={value} pnl={pnl} link={link} />
      <div class="strategy-grid">
        <Panel
          title="Mark to market"
          aside={<span class="muted small">total P&amp;L in {value.currency}, by minute, UTC</span>}
        >
          <CandleFigure
            label={`${value.name}, total profit and loss by minute`}
            page={page}
            sink={sink}
            decimals={PNL_DECIMALS}
            timeZone="UTC"
            unit="minute"
            volume={false}
            emptyText="No candle yet: the first one forms with the next price of a leg that is held."
          />
        </Panel>
        <Panel title="Positions">
          {positions.value === undefined ? <Loading what="positions" /> : null}
          {positions.value?.items.length === 0 ? (
            <Empty>It holds nothing. Fills arrive through its account.</Empty>
          ) : null}
          {positions.value === undefined || positions.value.items.length === 0 ? null : (
            <PositionTable positions={positions.value.items} currency={value.currency} withStrategy={false} />
          )}
        </Panel>
      </div>
    </article>
  );
}

function useLiveStrategy(strategy: string, exists: boolean, sink: { current: CandleSink | undefined }) {
  const [pnl, setPnl] = useState<StrategyPnl>();
  const candleTopic = `m2m.1.${strategy}`;
  const onMessage = ({ topic, data, missed }: HeardMessage): void => {
    if (topic === candleTopic) {
      if (missed !== undefined) sink.current?.refresh();
      if (data !== null) sink.current?.take([candleOfM2m(data as M2mCandleObject)]);
    } else setPnl(data as StrategyPnl);
  };
  const link = useTopics(exists ? [candleTopic, `pnl.${strategy}`] : undefined, onMessage);
  const polled = useResource(
    "/v1/strategies/{strategy}/pnl",
    exists && link !== "live" ? { strategy } : undefined,
    POLL_MS,
  );
  useEffect(() => {
    if (polled.value === undefined) return;
    setPnl(polled.value);
    sink.current?.refresh();
  }, [polled.value]);
  return { pnl, link };
}

type HeadProps = {
  readonly strategy: StrategyObject;
  readonly pnl: StrategyPnl | undefined;
  readonly link: LinkState;
};

const StrategyHead = ({ strategy: { id, name, account, currency, tags }, pnl, link }: HeadProps) => (
  <header class="detail-head">
    <div class="names">
      <h1>{name}</h1>
      <p class="muted">
        <code>{id}</code> in <a href={fragmentOf("accounts", account)}>{account}</a>
        {tags.map((tag) => (
          <span key={tag} class="badge">
            {tag}
          </span>
        ))}
      </p>
    </div>
    <dl class="tiles headline-tiles">
      <Tile name={`Total P&L ${currency}`}>
        <Signed value={pnl?.total ?? null} />
      </Tile>
      <Tile name="Unrealised">
        <Signed value={pnl?.unrealised ?? null} />
      </Tile>
      <Tile name="Realised">
        <Signed value={pnl?.realised ?? null} />
      </Tile>
      <Tile name="Fees">{grouped(pnl?.fees)}</Tile>
      <Tile name="Gross">{grouped(pnl?.grossExposure)}</Tile>
    </dl>
    <div class="badges">
      <LinkBadge link={link} />
      {pnl !== undefined && pnl.staleLegs.length > 0 ? (
        <span class="badge warn" title={pnl.staleLegs.join(", ")}>
          {pnl.staleLegs.length} stale
        </span>
      ) : null}
      {pnl !== undefined && pnl.missingLegs.length > 0 ? (
        <span class="badge warn" title={pnl.missingLegs.join(", ")}>
          {pnl.missingLegs.length} without a price
        </span>
      ) : null}
      <a class="quiet close" href={fragmentOf("strategies")} aria-label="Close, back to the list">
        ✕
      </a>
    </div>
  </header>
);
