/** One account: what it is worth, holds and may, what was decided and booked and why. Its events come by a stream, figures are read again every few seconds. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ViolationStatus } from "../decisions.ts";
import { type LinkState, type Resource, useResource, useTopics } from "../hooks.ts";
import { fragmentOf } from "../location.ts";
import { LimitsAbove, ParentAway, StateReason } from "../parts/above.tsx";
import { BalanceTiles, CurrencyTable } from "../parts/balances.tsx";
import { DayFigure } from "../parts/day-figure.tsx";
import { DecisionList } from "../parts/decision-list.tsx";
import { DifferencePanel } from "../parts/differences.tsx";
import { ExecutionTable } from "../parts/executions.tsx";
import { Money } from "../parts/figures.tsx";
import { LimitBars, TripList, WaitingList } from "../parts/limit-bars.tsx";
import { Listed } from "../parts/listed.tsx";
import { OrderTable } from "../parts/orders.tsx";
import { Panel, Tile } from "../parts/panel.tsx";
import { PositionTable } from "../parts/positions.tsx";
import { Empty, Failure, LinkBadge, Loading } from "../parts/states.tsx";
import { StateBadge } from "../parts/trading-state.tsx";
import { ViolationPanel } from "../parts/violations.tsx";
import { pnlDays } from "../pnl-days.ts";
import type { Account, Balances } from "../shapes.ts";

/** Marks move with the market, and no event tells each move. */
const REFRESH_MS = 3_000;
/** A day closes once a day. */
const DAYS_MS = 60_000;
/** About a quarter of trading days. */
const DAYS_SHOWN = 64;
/** Events of one basket come together; one reading after the last of them tells all. */
const SETTLE_MS = 250;
const DECISIONS_SHOWN = 50;
const EXECUTIONS_SHOWN = 25;
const VIOLATIONS_SHOWN = 20;

type AccountPageProps = { readonly account: string; readonly decision: string | undefined };

export function AccountPage({ account, decision }: AccountPageProps) {
  const state = useResource("/v1/accounts/{account}", { account }, REFRESH_MS);
  // What hangs on the account is asked for once it is known that there is one.
  const below = <Names extends object>(names: Names) =>
    state.value === undefined ? undefined : { account, ...names };
  const balances = useResource("/v1/accounts/{account}/balances", below({}), REFRESH_MS);
  const closes = below({ kind: "close", limit: DAYS_SHOWN } as const);
  const snapshots = useResource("/v1/accounts/{account}/snapshots", closes, DAYS_MS);
  const positions = useResource("/v1/accounts/{account}/positions", below({}), REFRESH_MS);
  const working = below({ status: "working" } as const);
  const orders = useResource("/v1/accounts/{account}/orders", working, REFRESH_MS);
  const booked = below({ limit: EXECUTIONS_SHOWN });
  const executions = useResource("/v1/accounts/{account}/executions", booked, REFRESH_MS);
  const newest = below({ limit: DECISIONS_SHOWN });
  const decisions = useResource("/v1/accounts/{account}/decisions", newest, REFRESH_MS);
  const [status, setStatus] = useState<ViolationStatus>("active");
  const broken = below({ limit: VIOLATIONS_SHOWN, ...(status === "all" ? {} : { status }) });
  const violations = useResource("/v1/accounts/{account}/violations", broken, REFRESH_MS);
  const trips = useResource("/v1/accounts/{account}/trips", below({}), REFRESH_MS);
  const waiting = useResource("/v1/accounts/{account}/limits/pending", below({}), REFRESH_MS);
  const followed = [state, balances, positions, orders, executions, decisions, violations, trips, waiting];
  const link = useAccountEvents(account, state.value !== undefined, followed);
  const { value, failure } = state;
  if (failure !== undefined && value === undefined)
    return <Failure failure={failure} what={`account ${account}`} />;
  if (value === undefined) return <Loading what={account} />;
  return (
    <article class="detail" aria-label={account}>
      <AccountHead account={value} balances={balances.value} link={link} />
      <div class="account-grid">
        <BalancePanel balances={balances} />
        <DayPanel snapshots={snapshots} balances={balances} currency={value.currency} />
        <Panel
          title="Limits"
          class="limits"
          aside={<span class="muted small">version {value.limitsVersion}</span>}
        >
          <TripList resource={trips} />
          <LimitBars account={value} />
          {value.parent === undefined ? null : <LimitsAbove account={account} />}
          <WaitingList resource={waiting} />
        </Panel>
        <Panel title="Positions" class="wide positions">
          <Listed
            resource={positions}
            what="positions"
            empty="Nothing is held. Fills arrive by POST …/executions."
          >
            {(items) => <PositionTable positions={items} currency={value.currency} />}
          </Listed>
        </Panel>
        <Panel title="Working orders" class="wide orders">
          <Listed resource={orders} what="working orders" empty="No order works.">
            {(items) => <OrderTable orders={items} />}
          </Listed>
        </Panel>
        <DifferencePanel account={account} />
        <Panel title="Executions" class="wide" aside={<Newest count={EXECUTIONS_SHOWN} />}>
          <Listed
            resource={executions}
            what="executions"
            empty="Nothing was booked yet. Fills arrive by POST …/executions."
          >
            {(items) => <ExecutionTable executions={items} />}
          </Listed>
        </Panel>
        <Panel title="Decisions" class="wide decisions" aside={<Newest count={DECISIONS_SHOWN} />}>
          <Listed
            resource={decisions}
            what="decisions"
            empty="No order was decided yet. Send one with POST …/orders."
          >
            {(items) => <DecisionList account={account} items={items} opened={decision} />}
          </Listed>
        </Panel>
        <ViolationPanel violations={violations} status={status} onStatus={setStatus} />
      </div>
    </article>
  );
}

const Newest = ({ count }: { count: number }) => <span class="muted small">the newest {count}, UTC</span>;

const BalancePanel = ({ balances: { value, failure } }: { balances: Resource<Balances> }) => (
  <Panel title="Balances" class="wide balances">
    {value === undefined && failure === undefined ? <Loading what="balances" /> : null}
    {failure === undefined || value !== undefined ? null : <Failure failure={failure} what="balances" />}
    {value === undefined ? null : (
      <>
        <BalanceTiles balances={value} />
        <CurrencyTable currencies={value.currencies} />
        {value.unpriced.length === 0 ? null : (
          <p class="small stale">Held without a price, counted as 0: {value.unpriced.join(", ")}</p>
        )}
      </>
    )}
  </Panel>
);

type DayPanelProps = {
  readonly snapshots: Resource<{ readonly items: Parameters<typeof pnlDays>[0] }>;
  readonly balances: Resource<Balances>;
  readonly currency: string;
};

function DayPanel({ snapshots: { value, failure }, balances, currency }: DayPanelProps) {
  const days = useMemo(() => pnlDays(value?.items ?? [], balances.value), [value, balances.value]);
  return (
    <Panel title="Profit and loss by day">
      {value === undefined && failure !== undefined ? <Failure failure={failure} what="closed days" /> : null}
      {days.length > 0 ? <DayFigure days={days} currency={currency} /> : null}
      {days.length === 0 && value !== undefined ? (
        <Empty>
          No trading day has closed yet: each one leaves a snapshot, and the next is compared with it.
        </Empty>
      ) : null}
    </Panel>
  );
}

/** Each event means that something here is no longer true; what, is read from where it stands. */
function useAccountEvents(
  account: string,
  exists: boolean,
  resources: readonly Resource<unknown>[],
): LinkState {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useTopics(exists ? [`account.${account}`] : undefined, () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      for (const { reload } of resources) reload();
    }, SETTLE_MS);
  });
}

type HeadProps = {
  readonly account: Account;
  readonly balances: Balances | undefined;
  readonly link: LinkState;
};

const AccountHead = ({ account, balances, link }: HeadProps) => (
  <header class="detail-head">
    <div class="names">
      <h1>{account.account}</h1>
      <p class="muted">
        {account.currency}
        {account.parent === undefined ? "" : `, below ${account.parent}`}
        {balances === undefined ? "" : `, day ${balances.day}`}
      </p>
    </div>
    <dl class="tiles headline-tiles">
      <Tile name="Equity">
        <Money value={account.equity} />
      </Tile>
      <Tile name="P&L of the day">
        <Money value={balances?.dayPnl} directed />
      </Tile>
      <Tile name="Gross">
        <Money value={account.gross} />
      </Tile>
      <Tile
        name="Net"
        title="The worse of both extremes: all buys filled and no sell, or the other way round"
      >
        <Money value={account.net} />
      </Tile>
      <Tile name="Long">
        <Money value={account.long} />
      </Tile>
      <Tile name="Short">
        <Money value={account.short} />
      </Tile>
    </dl>
    <div class="badges">
      {account.isCurrent === false ? <ParentAway /> : null}
      <StateBadge state={account.state} />
      <LinkBadge link={link} />
      <a class="quiet close" href={fragmentOf("accounts")} aria-label="Close, back to the list">
        ✕
      </a>
    </div>
    {(account.above ?? []).map((one) => (
      <StateReason key={one.node} {...one} />
    ))}
  </header>
);
