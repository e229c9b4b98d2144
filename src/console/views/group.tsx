/** A group of strategies: what they make together as candles and in figures, and each of them. */
import { useCallback, useEffect, useRef } from "preact/hooks";
import { candleOfM2m } from "../candles.ts";
import { useResource, useSurroundings } from "../hooks.ts";
import { fragmentOf, nameOfGroup, type Resolution } from "../location.ts";
import type { CandleSink } from "../parts/candle-figure.tsx";
import { M2mPanel, pnlWidth } from "../parts/m2m-panel.tsx";
import { Panel } from "../parts/panel.tsx";
import { PnlHead } from "../parts/pnl-head.tsx";
import { Failure, Loading } from "../parts/states.tsx";
import { StatisticPanel } from "../parts/statistics.tsx";
import { StrategyTable } from "../parts/strategy-table.tsx";
import { usePnlStream } from "../pnl-live.ts";

/** As a strategy's: what is still worth calling live, and what moves with each closed round trip. */
const POLL_MS = 2_000;
/** Read from a summary of each day. */
const STATISTICS_MS = 10_000;
/** Members come and go by hand. */
const MEMBERS_MS = 10_000;

type GroupProps = { readonly group: string; readonly resolution: Resolution };

export function GroupPage({ group, resolution }: GroupProps) {
  const width = pnlWidth(resolution);
  const described = useResource("/v1/strategy-groups/{group}", { group }, MEMBERS_MS);
  const names = described.value === undefined ? undefined : { group };
  const sink = useRef<CandleSink>(undefined);
  const { pnl, link, take } = usePnlStream({
    id: names === undefined ? undefined : nameOfGroup(group),
    width,
    sink,
  });
  const polled = useResource("/v1/strategy-groups/{group}/pnl", link === "live" ? undefined : names, POLL_MS);
  useEffect(() => {
    if (polled.value !== undefined) take(polled.value);
  }, [polled.value]);
  const statistics = useResource("/v1/strategy-groups/{group}/statistics", names, STATISTICS_MS);
  const { client } = useSurroundings();
  const page = useCallback(
    async (cursor?: string) => {
      const asked = { group, resolution: width, ...(cursor === undefined ? {} : { cursor }) };
      const { candles, nextCursor } = await client.get("/v1/strategy-groups/{group}/m2m", asked);
      return { candles: candles.map(candleOfM2m), nextCursor };
    },
    [client, group, width],
  );
  const { value, failure } = described;
  if (value === undefined)
    return failure === undefined ? (
      <Loading what={group} />
    ) : (
      <Failure failure={failure} what={`group ${group}`} />
    );
  const { name, account, currency, strategies } = value;
  return (
    <article class="detail" aria-label={name}>
      <PnlHead {...{ name, currency, pnl, link }}>
        {strategies.length} strategies in <a href={fragmentOf("accounts", account)}>{account}</a>
      </PnlHead>
      <div class="strategy-grid">
        <M2mPanel {...{ name, currency, width, page, sink }} opened={nameOfGroup(group)} />
        <StatisticPanel resource={statistics} />
        <Panel title="Members" class="members">
          <Members ids={strategies} />
        </Panel>
      </div>
    </article>
  );
}

/** The API's largest page. */
const STRATEGIES_MAX = 1_000;

/** Open ones with what they make; those that were closed by their id alone. */
function Members({ ids }: { ids: readonly string[] }) {
  const { value, failure } = useResource("/v1/strategies", { limit: STRATEGIES_MAX }, MEMBERS_MS);
  if (value === undefined)
    return failure === undefined ? <Loading what="members" /> : <Failure failure={failure} what="members" />;
  const open = value.items.filter(({ id }) => ids.includes(id));
  const closed = ids.filter((id) => !open.some((one) => one.id === id));
  return (
    <>
      {open.length === 0 ? null : <StrategyTable strategies={open} />}
      {closed.length === 0 ? null : <p class="muted small">Closed: {closed.join(", ")}</p>}
    </>
  );
}
