/** Facts of risk shards: accounts, limits, violations, executions, positions, strategies. The account is the shard's own name. */
import type {
  AccountPutFact,
  ExecutionBookedFact,
  LimitsPutFact,
  ViolationRaisedFact,
} from "../../../actors/risk-shard/facts.ts";
import type { StrategyNews } from "../../../actors/strategy/messages.ts";
import { account, execution, position, riskLimit, strategy, violation } from "../schema.ts";
import { originOf, type Projection, type SentFact, type TableRows, tenantAndName } from "./projection.ts";

/** Tenant, account and origin of every row. */
function accountOf(fact: SentFact): { tenant: string; account: string; actor: string; seq: number } {
  const { tenant, own } = tenantAndName(fact.name);
  return { tenant, account: own, actor: fact.actor, seq: fact.seq };
}

// SAFETY: `facts.ts` of the risk shard writes these payloads; one of another shape leaves a NOT NULL column empty and is parked.
const read = <Payload>(fact: SentFact): Payload => JSON.parse(fact.payload) as Payload;

export const accountRow: Projection = (fact) => {
  const { currency, equity, parent } = read<AccountPutFact>(fact);
  return [
    {
      table: account,
      change: { put: "newer-fact" },
      rows: [{ ...accountOf(fact), currency, equity, parent }],
    },
  ];
};

export const limitRows: Projection = (fact) => {
  const { version, limits, at } = read<LimitsPutFact>(fact);
  const rows = limits.map((limit) => ({
    ...accountOf(fact),
    version,
    id: limit.id,
    kind: limit.kind,
    definition: limit,
    at,
  }));
  return [{ table: riskLimit, change: { put: "keep" }, rows }];
};

export const violationRow: Projection = (fact) => {
  const { code, at, ...detail } = read<ViolationRaisedFact>(fact);
  return [
    {
      table: violation,
      change: { put: "keep" },
      rows: [{ ...accountOf(fact), code, detail, raised_at: at }],
    },
  ];
};

export const executionRows: Projection = (fact) => {
  const booked = read<ExecutionBookedFact>(fact);
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
    ts,
    booked_at: booked.at,
  };
  return [{ table: execution, change: { put: "keep" }, rows: [row] }, ...positionRows(fact, booked.position)];
};

function positionRows(fact: SentFact, held: ExecutionBookedFact["position"]): TableRows[] {
  return held === null
    ? []
    : [
        {
          table: position,
          change: { put: "newer-fact" },
          rows: [{ ...accountOf(fact), funding: "0", ...held }],
        },
      ];
}

export const strategyRow: Projection = (fact) => {
  const { tenant, own } = tenantAndName(fact.name);
  const news = read<Extract<StrategyNews, { type: "strategy-opened" | "strategy-amended" }>>(fact);
  const named = {
    tenant,
    strategy: news.strategy,
    account: own,
    name: news.name,
    tags: news.tags,
    status: "open",
  };
  return [{ table: strategy, change: { put: "newer-fact" }, rows: [{ ...named, ...originOf(fact) }] }];
};

export const strategyClosed: Projection = (fact) => {
  const { tenant } = tenantAndName(fact.name);
  const { strategy: closed } = read<Extract<StrategyNews, { type: "strategy-closed" }>>(fact);
  return [
    {
      table: strategy,
      change: { set: ["status"] },
      rows: [{ tenant, strategy: closed, status: "closed", ...originOf(fact) }],
    },
  ];
};
