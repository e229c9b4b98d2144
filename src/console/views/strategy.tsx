/** One strategy: its profit and loss as candles, what it made of it, what it holds and what it should. */
import { useCallback, useEffect, useRef } from "preact/hooks";
import type { StrategyObject } from "../../contracts/strategies.ts";
import { candleOfM2m } from "../candles.ts";
import { useResource, useSurroundings } from "../hooks.ts";
import { fragmentOf, type Resolution } from "../location.ts";
import { CurrencyTable } from "../parts/balances.tsx";
import type { CandleSink } from "../parts/candle-figure.tsx";
import { M2mPanel, pnlWidth } from "../parts/m2m-panel.tsx";
import { Panel } from "../parts/panel.tsx";
import { PnlHead } from "../parts/pnl-head.tsx";
import { PositionTable } from "../parts/positions.tsx";
import { Empty, Failure, Loading } from "../parts/states.tsx";
import { StatisticPanel } from "../parts/statistics.tsx";
import { StateOfStrategy } from "../parts/strategy-table.tsx";
import { usePnlStream } from "../pnl-live.ts";

/** What is still worth calling live, and what moves slower than a chart. */
const POLL_MS = 2_000;
const LEGS_MS = 3_000;
const STATISTICS_MS = 10_000;

type StrategyProps = { readonly strategy: string; readonly resolution: Resolution };

export function StrategyPage({ strategy, resolution }: StrategyProps) {
  const width = pnlWidth(resolution);
  const described = useResource("/v1/strategies/{strategy}", { strategy }, LEGS_MS);
  const exists = described.value !== undefined;
  const names = exists ? { strategy } : undefined;
  const sink = useRef<CandleSink>(undefined);
  const { pnl, link, take } = usePnlStream({ id: names?.strategy, width, sink });
  const polled = useResource("/v1/strategies/{strategy}/pnl", link === "live" ? undefined : names, POLL_MS);
  useEffect(() => {
    if (polled.value !== undefined) take(polled.value);
  }, [polled.value]);
  const positions = useResource("/v1/strategies/{strategy}/positions", names, LEGS_MS);
  const statistics = useResource("/v1/strategies/{strategy}/statistics", names, STATISTICS_MS);
  const { client } = useSurroundings();
  const page = useCallback(
    async (cursor?: string) => {
      const asked = { strategy, resolution: width, ...(cursor === undefined ? {} : { cursor }) };
      const { candles, nextCursor } = await client.get("/v1/strategies/{strategy}/m2m", asked);
      return { candles: candles.map(candleOfM2m), nextCursor };
    },
    [client, strategy, width],
  );
  const { value, failure } = described;
  if (value === undefined)
    return failure === undefined ? (
      <Loading what={strategy} />
    ) : (
      <Failure failure={failure} what={`strategy ${strategy}`} />
    );
  const { name, currency } = value;
  return (
    <article class="detail" aria-label={name}>
      <PnlHead {...{ name, currency, pnl, link }} badge={<StateOfStrategy state={value.state} />}>
        <Names strategy={value} />
      </PnlHead>
      <div class="strategy-grid">
        <M2mPanel {...{ name, currency, width, page, sink }} opened={strategy} />
        <StatisticPanel resource={statistics} />
        <Panel title="Legs">
          {positions.value === undefined ? <Loading what="legs" /> : null}
          {positions.value?.items.length === 0 && value.instruments.length === 0 ? (
            <Empty>It has no leg. Fills arrive through its account.</Empty>
          ) : null}
          {positions.value === undefined ? null : (
            <PositionTable
              positions={positions.value.items}
              currency={currency}
              targets={value.instruments}
            />
          )}
          {pnl?.currencies === undefined || pnl.currencies.length < 2 ? null : (
            <CurrencyTable currencies={pnl.currencies} />
          )}
        </Panel>
      </div>
    </article>
  );
}

const Names = ({ strategy: { id, account, tags } }: { strategy: StrategyObject }) => (
  <>
    <code>{id}</code> in <a href={fragmentOf("accounts", account)}>{account}</a>
    {tags.map((tag) => (
      <span key={tag} class="badge">
        {tag}
      </span>
    ))}
  </>
);
