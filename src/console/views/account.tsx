/** One account: what it may, what it holds, what was decided and why. Decisions come by its stream, figures are read again every few seconds. */
import { useEffect, useRef, useState } from "preact/hooks";
import { grouped } from "../figures.ts";
import { type LinkState, type Resource, useResource, useTopics } from "../hooks.ts";
import { fragmentOf } from "../location.ts";
import { DecisionRow } from "../parts/decision.tsx";
import { LimitBars } from "../parts/limit-bars.tsx";
import { Panel, Table, Tile } from "../parts/panel.tsx";
import { PositionTable } from "../parts/positions.tsx";
import { Empty, Failure, LinkBadge, Loading } from "../parts/states.tsx";
import { StateBadge } from "../parts/trading-state.tsx";
import { ViolationList } from "../parts/violations.tsx";
import type { Account, DecisionRecord, ListOf, OrderState } from "../shapes.ts";

/** Marks move with the market, and no event tells each move. */
const REFRESH_MS = 3_000;
/** Events of one basket come together; one reading after the last of them tells all. */
const SETTLE_MS = 250;
const DECISIONS_SHOWN = 50;

export function AccountPage({ account }: { account: string }) {
  const state = useResource("/v1/accounts/{account}", { account }, REFRESH_MS);
  // What hangs on the account is asked for once it is known that there is one.
  const below = <Names extends object>(names: Names) =>
    state.value === undefined ? undefined : { account, ...names };
  const positions = useResource("/v1/accounts/{account}/positions", below({}), REFRESH_MS);
  const working = below({ status: "working" } as const);
  const orders = useResource("/v1/accounts/{account}/orders", working, REFRESH_MS);
  const newest = below({ limit: DECISIONS_SHOWN });
  const decisions = useResource("/v1/accounts/{account}/decisions", newest, REFRESH_MS);
  const violations = useResource("/v1/accounts/{account}/violations", below({ limit: 20 }), REFRESH_MS);
  const link = useAccountEvents(account, state.value !== undefined, [
    state,
    positions,
    orders,
    decisions,
    violations,
  ]);
  const { value, failure } = state;
  if (failure !== undefined && value === undefined)
    return <Failure failure={failure} what={`account ${account}`} />;
  if (value === undefined) return <Loading what={account} />;
  return (
    <article class="detail" aria-label={account}>
      <AccountHead account={value} link={link} />
      <div class="account-grid">
        <Panel
          title="Limits"
          class="limits"
          aside={<span class="muted small">version {value.limitsVersion}</span>}
        >
          <LimitBars account={value} />
        </Panel>
        <Panel title="Positions" class="positions">
          <Listed
            resource={positions}
            what="positions"
            empty="Nothing is held. Fills arrive by POST …/executions."
          >
            {(items) => <PositionTable positions={items} currency={value.currency} withStrategy />}
          </Listed>
        </Panel>
        <Panel
          title="Decisions"
          class="decisions"
          aside={<span class="muted small">the newest {DECISIONS_SHOWN}, UTC</span>}
        >
          <Listed
            resource={decisions}
            what="decisions"
            empty="No order was decided yet. Send one with POST …/orders."
          >
            {(items) => <Decisions items={items} />}
          </Listed>
        </Panel>
        <Panel title="Working orders" class="orders">
          <Listed resource={orders} what="working orders" empty="No order works.">
            {(items) => <Orders orders={items} />}
          </Listed>
        </Panel>
        <Panel title="Violations" class="violations">
          <Listed
            resource={violations}
            what="violations"
            empty="No limit was ever broken by what was filled or put."
          >
            {(items) => <ViolationList violations={items} />}
          </Listed>
        </Panel>
      </div>
    </article>
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

const AccountHead = ({ account, link }: { account: Account; link: LinkState }) => (
  <header class="detail-head">
    <div class="names">
      <h1>{account.account}</h1>
      <p class="muted">
        {account.currency}
        {account.parent === undefined ? "" : `, below ${account.parent}`}
      </p>
    </div>
    <dl class="tiles headline-tiles">
      <Tile name="Equity">{grouped(account.equity)}</Tile>
      <Tile name="Gross">{grouped(account.gross)}</Tile>
      <Tile
        name="Net"
        title="The worse of both extremes: all buys filled and no sell, or the other way round"
      >
        {grouped(account.net)}
      </Tile>
      <Tile name="Long">{grouped(account.long)}</Tile>
      <Tile name="Short">{grouped(account.short)}</Tile>
    </dl>
    <div class="badges">
      <StateBadge state={account.state} />
      <LinkBadge link={link} />
      <a class="quiet close" href={fragmentOf("accounts")} aria-label="Close, back to the list">
        ✕
      </a>
    </div>
  </header>
);

type ListedProps<Item> = {
  readonly resource: Resource<ListOf<Item>>;
  readonly what: string;
  readonly empty: string;
  readonly children: (items: readonly Item[]) => preact.JSX.Element;
};

function Listed<Item>({ resource: { value, failure }, what, empty, children }: ListedProps<Item>) {
  if (value === undefined)
    return failure === undefined ? <Loading what={what} /> : <Failure failure={failure} what={what} />;
  if (value.items.length === 0) return <Empty>{empty}</Empty>;
  return (
    <>
      {children(value.items)}
      {value.items.length < value.total ? (
        <p class="muted small">
          {value.items.length} of {value.total}; the API has the others.
        </p>
      ) : null}
    </>
  );
}

/** As many as leave the panels below in reach; the rest is a press away. */
const DECISIONS_AT_START = 12;
const OUTCOMES = ["all", "reject", "reduce", "accept"] as const;

function Decisions({ items }: { items: readonly DecisionRecord[] }) {
  const [outcome, setOutcome] = useState<(typeof OUTCOMES)[number]>("all");
  const [all, setAll] = useState(false);
  const matching = items.filter(({ decision }) => outcome === "all" || decision === outcome);
  const shown = all ? matching : matching.slice(0, DECISIONS_AT_START);
  return (
    <>
      <fieldset class="switch">
        <legend class="hidden">Outcome</legend>
        {OUTCOMES.map((one) => (
          <button key={one} type="button" aria-pressed={one === outcome} onClick={() => setOutcome(one)}>
            {one}
          </button>
        ))}
      </fieldset>
      {shown.length === 0 ? (
        <Empty>
          None of the newest {items.length} is a {outcome}.
        </Empty>
      ) : null}
      <ol class="decision-list">
        {shown.map((decision) => (
          <DecisionRow key={decision.seq + decision.clientOrderId} decision={decision} />
        ))}
      </ol>
      {shown.length < matching.length ? (
        <button type="button" class="more" onClick={() => setAll(true)}>
          Show all {matching.length}
        </button>
      ) : null}
    </>
  );
}

const ORDER_COLUMNS = [
  { name: "Order" },
  { name: "Symbol" },
  { name: "Side" },
  { name: "Remaining", number: true },
  { name: "Qty", number: true },
  { name: "Price", number: true },
  { name: "Reserved", number: true },
] as const;

const Orders = ({ orders }: { orders: readonly OrderState[] }) => (
  <Table label="Working orders" columns={ORDER_COLUMNS}>
    {orders.map((order) => (
      <tr key={order.orderId}>
        <td>
          <code>{order.clientOrderId}</code>
        </td>
        <td>{order.symbol}</td>
        <td>{order.side}</td>
        <td class="number">{grouped(order.remainingQty)}</td>
        <td class="number">{grouped(order.qty)}</td>
        <td class="number">{order.price === null ? "market" : grouped(order.price)}</td>
        <td class="number">{grouped(order.reservedNotional)}</td>
      </tr>
    ))}
  </Table>
);
