/**
 * A program of its own: holds the file of what was acknowledged against the API and against Postgres. It knows nothing of how the
 * server works, only the public contract and the tables. Usage: `node scripts/faults/compare.ts ACKNOWLEDGED DEV_JSON`.
 */
import { readFileSync } from "node:fs";
import { type Postgres, postgresAt } from "../../src/db/neon.ts";
import { ApiClient } from "../client.ts";
import { type Acknowledged, readAcknowledged } from "./acknowledged.ts";
import { auditMirror, eventually, read } from "./audit.ts";

type Kind<Name extends Acknowledged["kind"]> = Extract<Acknowledged, { kind: Name }>;
type Finding = { lost: number; doubled: number; wrong: string[] };
type Bar = { t: number; n: number; v: string; state: string };

const [file, devFile] = process.argv.slice(2);
if (file === undefined || devFile === undefined) throw new Error("usage: compare.ts ACKNOWLEDGED DEV_JSON");
const { url, apiKey, databaseUrl } = JSON.parse(readFileSync(devFile, "utf8"));
const api = new ApiClient({ url, apiKey });
const postgres: Postgres = postgresAt(databaseUrl);
const acknowledged = readAcknowledged(file);
const of = <Name extends Acknowledged["kind"]>(kind: Name): Kind<Name>[] =>
  acknowledged.filter((entry): entry is Kind<Name> => entry.kind === kind);
const finding: Finding = { lost: 0, doubled: 0, wrong: [] };

await eventually(mirrored, (orders) => orders >= of("order").length, 60_000);
const audit = await eventually(
  () => auditMirror(postgres),
  (found) => found.faults.length === 0,
);
finding.wrong.push(...audit.faults);
await compareTrades();
await compareOrders();
await compareExecutions();
const figures = {
  trades: of("trade").length,
  orders: of("order").length,
  executions: of("execution").length,
  facts: audit.facts,
};
process.stdout.write(`${JSON.stringify({ ...figures, ...finding })}\n`);
process.exit(finding.lost + finding.doubled + finding.wrong.length === 0 ? 0 : 1);

async function mirrored(): Promise<number> {
  const [row] = await read(postgres, "SELECT count(*)::int AS n FROM risk_decision");
  return Number(row?.n ?? 0);
}

/** Every trade is in exactly one one-minute bar: counts and sizes of each minute must be those of the file. */
async function compareTrades(): Promise<void> {
  for (const symbol of new Set(of("trade").map((trade) => trade.symbol))) {
    const wanted = new Map<number, { n: number; v: number }>();
    for (const trade of of("trade").filter((one) => one.symbol === symbol)) {
      const t = trade.ts - (trade.ts % 60_000);
      const minute = wanted.get(t) ?? { n: 0, v: 0 };
      wanted.set(t, { n: minute.n + 1, v: minute.v + Number(trade.size) });
    }
    const { bars } = await api.send<{ bars: Bar[] }>(
      "GET",
      `/v1/symbols/${symbol}/bars?resolution=1&limit=1000`,
    );
    hold(`${symbol} in the API`, wanted, bars);
    const stored = await read(
      postgres,
      "SELECT (extract(epoch FROM start) * 1000)::bigint AS t, trades AS n, volume::text AS v, state FROM bar WHERE symbol = $1 AND resolution = '1'",
      symbol,
    );
    const closed = new Set(bars.filter((bar) => bar.state !== "forming").map((bar) => bar.t));
    const closedWanted = new Map([...wanted].filter(([t]) => closed.has(t)));
    hold(
      `${symbol} in Postgres`,
      closedWanted,
      stored.map((row) => ({
        t: Number(row.t),
        n: Number(row.n),
        v: String(row.v),
        state: String(row.state),
      })),
    );
  }
}

function hold(
  where: string,
  wanted: ReadonlyMap<number, { n: number; v: number }>,
  bars: readonly Bar[],
): void {
  const found = new Map(bars.map((bar) => [bar.t, bar]));
  for (const [t, { n, v }] of wanted) {
    const bar = found.get(t);
    if ((bar?.n ?? 0) < n) finding.lost += n - (bar?.n ?? 0);
    if ((bar?.n ?? 0) > n) finding.doubled += (bar?.n ?? 0) - n;
    if (bar?.n === n && Number(bar.v) !== v)
      finding.wrong.push(`${where}: volume of ${t} is ${bar.v}, not ${v}`);
  }
  for (const bar of bars)
    if (!wanted.has(bar.t)) finding.wrong.push(`${where}: a bar at ${bar.t} that no trade made`);
}

async function compareOrders(): Promise<void> {
  const rows = await read(
    postgres,
    "SELECT account, client_order_id AS id, decision, allowed_qty::text AS qty, count(*) OVER (PARTITION BY account, client_order_id)::int AS times FROM risk_decision",
  );
  const stored = new Map(rows.map((row) => [`${row.account}/${row.id}`, row]));
  for (const order of of("order")) {
    const row = stored.get(`${order.account}/${order.id}`);
    if (row === undefined) finding.lost += 1;
    else if (Number(row.times) > 1) finding.doubled += 1;
    else if (row.decision !== order.decision || row.qty !== order.allowedQty)
      finding.wrong.push(
        `order ${order.id} was decided ${row.decision} ${row.qty}, acknowledged ${order.decision} ${order.allowedQty}`,
      );
  }
  if (stored.size !== of("order").length)
    finding.wrong.push(`${stored.size} orders in Postgres, ${of("order").length} acknowledged`);
}

async function compareExecutions(): Promise<void> {
  const rows = await read(
    postgres,
    "SELECT account, exec_id AS id, count(*)::int AS times FROM execution GROUP BY 1, 2",
  );
  const stored = new Map(rows.map((row) => [`${row.account}/${row.id}`, Number(row.times)]));
  for (const execution of of("execution")) {
    const times = stored.get(`${execution.account}/${execution.id}`) ?? 0;
    if (times === 0) finding.lost += 1;
    if (times > 1) finding.doubled += times - 1;
  }
  if (stored.size !== of("execution").length)
    finding.wrong.push(`${stored.size} executions in Postgres, ${of("execution").length} acknowledged`);
  for (const account of new Set(of("execution").map((one) => one.account))) await comparePositions(account);
}

async function comparePositions(account: string): Promise<void> {
  const held = new Map<string, number>();
  for (const { account: own, symbol, side, qty } of of("execution")) {
    if (own === account) held.set(symbol, (held.get(symbol) ?? 0) + (side === "buy" ? 1 : -1) * Number(qty));
  }
  const { items } = await api.send<{ items: { symbol: string; qty: string }[] }>(
    "GET",
    `/v1/accounts/${account}/positions?limit=1000`,
  );
  const shown = new Map(items.map((item) => [item.symbol, Number(item.qty)]));
  const rows = await read(
    postgres,
    `SELECT symbol, sum(qty)::text AS qty FROM "position" WHERE account = $1 GROUP BY symbol`,
    account,
  );
  const stored = new Map(rows.map((row) => [String(row.symbol), Number(row.qty)]));
  for (const [symbol, qty] of held) {
    if (shown.get(symbol) !== qty)
      finding.wrong.push(`${account} ${symbol}: the API holds ${shown.get(symbol)}, the fills make ${qty}`);
    if (stored.get(symbol) !== qty)
      finding.wrong.push(`${account} ${symbol}: Postgres holds ${stored.get(symbol)}, the fills make ${qty}`);
  }
}
