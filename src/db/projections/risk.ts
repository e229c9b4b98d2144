/** Facts of risk shards: accounts, limits, violations, executions, positions, strategies. The account is the shard's own name. */
import type { AccountPutFact, ExecutionBookedFact, LimitsPutFact } from "../../../actors/risk-shard/facts.ts";
import type { ViolationRaisedFact, ViolationResolvedFact } from "../../../actors/risk-shard/watch-events.ts";
import type { StrategyNews } from "../../../actors/strategy/messages.ts";
import { limitVersion } from "../limit-tables.ts";
import { account, execution, riskLimit, strategy, violation } from "../schema.ts";
import { violationResolution } from "../violation-table.ts";
import { positionRows, revisionsOf } from "./account-history.ts";
import { accountOf, originOf, type Projection, payloadOf, tenantAndName } from "./projection.ts";

export const accountRow: Projection = (fact) => {
  const { currency, equity, parent, calendar, defaultStrategy } = payloadOf<AccountPutFact>(fact);
  const row = { currency, equity, parent, calendar, default_strategy: defaultStrategy };
  return [
    {
      table: account,
      change: { put: "newer-fact" },
      rows: [{ ...accountOf(fact), ...row }],
    },
  ];
};

export const limitRows: Projection = (fact) => {
  const { version, limits, at, by, origin } = payloadOf<LimitsPutFact>(fact);
  const rows = limits.map((limit) => ({
    ...accountOf(fact),
    version,
    id: limit.id,
    kind: limit.kind,
    definition: limit,
    at,
  }));
  const put = { ...accountOf(fact), version, limits, by, origin: origin ?? null, since: at };
  return [
    { table: riskLimit, change: { put: "keep" }, rows },
    { table: limitVersion, change: { put: "keep" }, rows: [put] },
  ];
};

export const violationRow: Projection = (fact) => {
  const { code, at, ...detail } = payloadOf<ViolationRaisedFact>(fact);
  return [
    {
      table: violation,
      change: { put: "keep" },
      rows: [{ ...accountOf(fact), code, detail, raised_at: at }],
    },
  ];
};

export const resolutionRow: Projection = (fact) => {
  const { violation: resolved, reason, by, at } = payloadOf<ViolationResolvedFact>(fact);
  const row = { ...accountOf(fact), violation: resolved, reason, by, resolved_at: at };
  return [{ table: violationResolution, change: { put: "keep" }, rows: [row] }];
};

export const executionRows: Projection = (fact) => {
  const booked = payloadOf<ExecutionBookedFact>(fact);
  const { type, strategy: own, symbol, side, qty, price, fee, ts } = booked;
  const row = {
    ...accountOf(fact),
    exec_id: booked.execId,
    type,
    client_order_id: booked.clientOrderId,
    strategy: own,
    symbol,
    side,
    qty,
    price,
    fee,
    currency: booked.currency,
    realised: booked.realised,
    ref_exec_id: booked.refExecId,
    ts,
    booked_at: booked.at,
  };
  return [
    { table: execution, change: { put: "keep" }, rows: [row] },
    ...revisionsOf(fact, booked),
    ...positionRows(fact, booked.position),
  ];
};

export const strategyRow: Projection = (fact) => {
  const { tenant, own } = tenantAndName(fact.name);
  const news = payloadOf<Extract<StrategyNews, { type: "strategy-opened" | "strategy-amended" }>>(fact);
  const named = {
    tenant,
    strategy: news.strategy,
    account: own,
    name: news.name,
    tags: news.tags,
    status: "open",
    state: news.state,
  };
  return [{ table: strategy, change: { put: "newer-fact" }, rows: [{ ...named, ...originOf(fact) }] }];
};

export const strategyClosed: Projection = (fact) => {
  const { tenant } = tenantAndName(fact.name);
  const { strategy: closed } = payloadOf<Extract<StrategyNews, { type: "strategy-closed" }>>(fact);
  return [
    {
      table: strategy,
      change: { set: ["status"] },
      rows: [{ tenant, strategy: closed, status: "closed", ...originOf(fact) }],
    },
  ];
};
