/** Reads what the platform answers and what Postgres holds, by the public contract and by SQL of its own. It knows nothing of the server. */
import type { ApiClient } from "../client.ts";
import type { Acknowledged, AcknowledgedOrder } from "./acknowledged.ts";
import { type MirrorAudit, read } from "./audit.ts";
import type { FoundBar, FoundDecision, FoundInApi, FoundInPostgres, FoundPosition } from "./comparison.ts";
import type { Row, SqlReader } from "./sql.ts";

/** Orders and fills of one call when everything is sent once more. */
const REPEATED_PER_CALL = 200;
/** The most that a call takes. */
const TICKS_PER_CALL = 1_000;
/** A symbol knows its last 100,000 trades again; what is older is known by its bar alone. */
const TICKS_REPEATED_MAX = 90_000;

type Kind<Name extends Acknowledged["kind"]> = Extract<Acknowledged, { kind: Name }>;
type Decision = Pick<AcknowledgedOrder, "decision" | "allowedQty" | "seq"> & {
  readonly clientOrderId: string;
};

const of = <Name extends Acknowledged["kind"]>(all: readonly Acknowledged[], kind: Name): Kind<Name>[] =>
  all.filter((entry): entry is Kind<Name> => entry.kind === kind);

/** Reads first; then sends everything again that was ever acknowledged, which must have no effect and the same answers. */
export async function readApi(api: ApiClient, acknowledged: readonly Acknowledged[]): Promise<FoundInApi> {
  const symbols = new Set(of(acknowledged, "trade").map(({ symbol }) => symbol));
  const bars: FoundBar[] = [];
  for (const symbol of symbols) bars.push(...(await barsOf(api, symbol)));
  const accounts = new Set(of(acknowledged, "order").map(({ account }) => account));
  const positions: FoundPosition[] = [];
  for (const account of accounts) positions.push(...(await positionsOf(api, account)));
  return { bars, positions, ...(await repeated(api, acknowledged, accounts, symbols)) };
}

async function barsOf(api: ApiClient, symbol: string): Promise<FoundBar[]> {
  const path = `/v1/symbols/${symbol}/bars?resolution=1&limit=1000`;
  const { bars } = await api.get<{ bars: Omit<FoundBar, "symbol">[] }>(path);
  return bars.map((bar) => ({ ...bar, symbol }));
}

async function positionsOf(api: ApiClient, account: string): Promise<FoundPosition[]> {
  const path = `/v1/accounts/${account}/positions?limit=1000`;
  const { items } = await api.get<{ items: { symbol: string; qty: string }[] }>(path);
  return items.map(({ symbol, qty }) => ({ account, symbol, qty }));
}

async function repeated(
  api: ApiClient,
  acknowledged: readonly Acknowledged[],
  accounts: ReadonlySet<string>,
  symbols: ReadonlySet<string>,
): Promise<Pick<FoundInApi, "repeatedOrders" | "repeatedExecutions" | "tradesTakenAgain">> {
  const repeatedOrders: FoundDecision[] = [];
  const repeatedExecutions: { account: string; id: string; status: string }[] = [];
  for (const account of accounts) {
    const mine = acknowledged.filter((one) => one.kind !== "trade" && one.account === account);
    for (const orders of chunks(
      of(mine, "order").map(({ body }) => body),
      REPEATED_PER_CALL,
    )) {
      const path = `/v1/accounts/${account}/orders`;
      const { decisions } = await api.post<{ decisions: Decision[] }>(path, { orders });
      repeatedOrders.push(...decisions.map(({ clientOrderId: id, ...rest }) => ({ ...rest, account, id })));
    }
    for (const executions of chunks(
      of(mine, "execution").map(({ body }) => body),
      REPEATED_PER_CALL,
    )) {
      const path = `/v1/accounts/${account}/executions`;
      const { results } = await api.post<{ results: { execId: string; status: string }[] }>(path, {
        executions,
      });
      repeatedExecutions.push(...results.map(({ execId: id, status }) => ({ account, id, status })));
    }
  }
  let tradesTakenAgain = 0;
  for (const symbol of symbols) {
    const mine = of(acknowledged, "trade")
      .filter((trade) => trade.symbol === symbol)
      .slice(-TICKS_REPEATED_MAX);
    for (const ticks of chunks(mine, TICKS_PER_CALL)) {
      const again = ticks.map(({ kind, ...trade }) => ({ type: kind, ...trade }));
      tradesTakenAgain += ticks.length - (await api.postTicks("faults", again)).duplicates;
    }
  }
  return { repeatedOrders, repeatedExecutions, tradesTakenAgain };
}

export async function readPostgres(postgres: SqlReader, { parked }: MirrorAudit): Promise<FoundInPostgres> {
  const bars = await read(postgres, BARS);
  const decisions = await read(postgres, DECISIONS);
  const executions = await read(postgres, EXECUTIONS);
  const positions = await read(postgres, POSITIONS);
  return {
    bars: bars.map(barOf),
    decisions: decisions.map((row) => ({
      ...{ account: String(row.account), id: String(row.id), decision: String(row.decision) },
      ...{ allowedQty: String(row.qty), seq: Number(row.seq) },
    })),
    executions: executions.map((row) => ({
      ...{ account: String(row.account), id: String(row.id), qty: String(row.qty) },
    })),
    positions: positions.map((row) => ({
      ...{ account: String(row.account), symbol: String(row.symbol), qty: String(row.qty) },
    })),
    parkedPayloads: parked.map(({ payload }) => payload),
  };
}

const BARS = `SELECT symbol, (extract(epoch FROM start) * 1000)::bigint AS t, open, high, low, close, volume, trades, state
FROM bar WHERE resolution = '1'`;
const DECISIONS =
  "SELECT account, client_order_id AS id, decision, allowed_qty::text AS qty, seq FROM risk_decision";
const EXECUTIONS = "SELECT account, exec_id AS id, qty::text AS qty FROM execution";
const POSITIONS = `SELECT account, symbol, qty::text AS qty FROM "position"`;

const barOf = (row: Row): FoundBar => ({
  ...{ symbol: String(row.symbol), t: Number(row.t), n: Number(row.trades), state: String(row.state) },
  ...{
    o: String(row.open),
    h: String(row.high),
    l: String(row.low),
    c: String(row.close),
    v: String(row.volume),
  },
});

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const found: Item[][] = [];
  for (let at = 0; at < items.length; at += size) found.push(items.slice(at, at + size));
  return found;
}
