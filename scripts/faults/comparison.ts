/**
 * What was acknowledged, held against what a reader found in the API and in Postgres. Pure, so that forged histories can be held
 * against it: each way to lose, double or change something has to be found here.
 */
import type {
  Acknowledged,
  AcknowledgedExecution,
  AcknowledgedOrder,
  AcknowledgedTrade,
} from "./acknowledged.ts";

export type FoundBar = {
  readonly symbol: string;
  readonly t: number;
  readonly o: string;
  readonly h: string;
  readonly l: string;
  readonly c: string;
  readonly v: string;
  readonly n: number;
  readonly state: string;
};
export type FoundDecision = {
  readonly account: string;
  readonly id: string;
  readonly decision: string;
  readonly allowedQty: string;
  readonly seq: number;
};
export type FoundExecution = { readonly account: string; readonly id: string; readonly qty: string };
export type FoundPosition = { readonly account: string; readonly symbol: string; readonly qty: string };

/** What the platform answers now, from its actors. */
export type FoundInApi = {
  readonly bars: readonly FoundBar[];
  readonly positions: readonly FoundPosition[];
  /** Its answers to every order that was sent again, word for word. */
  readonly repeatedOrders: readonly FoundDecision[];
  /** How the fills were taken that were sent again. */
  readonly repeatedExecutions: readonly {
    readonly account: string;
    readonly id: string;
    readonly status: string;
  }[];
  /** Trades that were taken for new though they had been acknowledged before. */
  readonly tradesTakenAgain: number;
};

export type FoundInPostgres = {
  readonly bars: readonly FoundBar[];
  readonly decisions: readonly FoundDecision[];
  readonly executions: readonly FoundExecution[];
  readonly positions: readonly FoundPosition[];
  /** What was parked as bad: the acknowledged things that it names count as parked, not as lost. */
  readonly parkedPayloads: readonly string[];
};

export type Findings = { lost: number; doubled: number; parked: number; wrong: string[] };

type Place = { readonly name: string; readonly findings: Findings };

const noFindings = (): Findings => ({ lost: 0, doubled: 0, parked: 0, wrong: [] });
export const isClean = ({ lost, doubled, wrong }: Findings): boolean => lost + doubled + wrong.length === 0;

export function compareApi(acknowledged: readonly Acknowledged[], found: FoundInApi): Findings {
  const place = { name: "the API", findings: noFindings() };
  compareBars(place, wantedBars(acknowledged), found.bars);
  comparePositions(place, acknowledged, found.positions);
  compareDecisions(place, ordersOf(acknowledged), found.repeatedOrders, []);
  const again = new Map(found.repeatedExecutions.map((one) => [`${one.account}/${one.id}`, one.status]));
  for (const { account, body } of executionsOf(acknowledged))
    if (again.get(`${account}/${body.execId}`) !== "duplicate") place.findings.lost += 1;
  place.findings.lost += found.tradesTakenAgain;
  return place.findings;
}

/** `closed` names the bars that will not change any more, as `symbol/start`: only those must be in Postgres. */
export function comparePostgres(
  acknowledged: readonly Acknowledged[],
  closed: ReadonlySet<string>,
  found: FoundInPostgres,
): Findings {
  const place = { name: "Postgres", findings: noFindings() };
  const wanted = wantedBars(acknowledged);
  const closedWanted = new Map([...wanted].filter(([key]) => closed.has(key)));
  // One that still forms may stand there or not; one that no trade made may not.
  const judged = found.bars.filter(({ symbol, t }) => {
    const key = `${symbol}/${t}`;
    return closed.has(key) || !wanted.has(key);
  });
  compareBars(place, closedWanted, judged);
  compareDecisions(place, ordersOf(acknowledged), found.decisions, found.parkedPayloads);
  compareExecutions(place, executionsOf(acknowledged), found);
  comparePositions(place, acknowledged, found.positions);
  return place.findings;
}

type WantedBar = { o: number; h: number; l: number; c: number; v: number; n: number };

/** Every trade is in exactly one one-minute bar. A symbol's trades were sent one after the other, in the order of their times. */
function wantedBars(acknowledged: readonly Acknowledged[]): Map<string, WantedBar> {
  const wanted = new Map<string, WantedBar>();
  for (const { symbol, ts, price, size } of tradesOf(acknowledged)) {
    const key = `${symbol}/${ts - (ts % 60_000)}`;
    const at = Number(price);
    const bar = wanted.get(key) ?? { o: at, h: at, l: at, c: at, v: 0, n: 0 };
    const { h, l, v, n } = bar;
    wanted.set(key, { ...bar, h: Math.max(h, at), l: Math.min(l, at), c: at, v: v + Number(size), n: n + 1 });
  }
  return wanted;
}

function compareBars(
  { name, findings }: Place,
  wanted: ReadonlyMap<string, WantedBar>,
  bars: readonly FoundBar[],
): void {
  const found = new Map(bars.map((bar) => [`${bar.symbol}/${bar.t}`, bar]));
  if (found.size !== bars.length) findings.wrong.push(`${name}: a bar stands there more than once`);
  for (const [key, bar] of wanted) {
    const stands = found.get(key);
    const n = stands?.n ?? 0;
    findings.lost += Math.max(0, bar.n - n);
    findings.doubled += Math.max(0, n - bar.n);
    if (stands === undefined || n !== bar.n) continue;
    for (const field of ["o", "h", "l", "c", "v"] as const)
      if (Number(stands[field]) !== bar[field])
        findings.wrong.push(`${name}: ${field} of bar ${key} is ${stands[field]}, not ${bar[field]}`);
  }
  for (const key of found.keys())
    if (!wanted.has(key)) findings.wrong.push(`${name}: bar ${key}, which no trade made`);
}

/** Each order has one decision, the one that was acknowledged, and no two share a place in the account's history. */
function compareDecisions(
  { name, findings }: Place,
  orders: readonly AcknowledgedOrder[],
  decisions: readonly FoundDecision[],
  parkedPayloads: readonly string[],
): void {
  const found = groupedBy(decisions, ({ account, id }) => `${account}/${id}`);
  for (const { account, body, decision, allowedQty, seq } of orders) {
    const id = body.clientOrderId;
    const [first, ...more] = found.get(`${account}/${id}`) ?? [];
    found.delete(`${account}/${id}`);
    findings.doubled += more.length;
    if (first === undefined) countMissing(findings, id, parkedPayloads);
    else if (first.decision !== decision || first.allowedQty !== allowedQty || first.seq !== seq)
      findings.wrong.push(
        `${name}: order ${id} was decided ${first.decision} ${first.allowedQty} at ${first.seq}, acknowledged ${decision} ${allowedQty} at ${seq}`,
      );
  }
  for (const key of found.keys()) findings.wrong.push(`${name}: order ${key}, which nobody was told of`);
  const places = groupedBy(orders, ({ account, seq }) => `${account} at ${seq}`);
  for (const [key, { length }] of places)
    if (length > 1) findings.wrong.push(`${length} orders were acknowledged for ${key}`);
}

function compareExecutions(
  { name, findings }: Place,
  executions: readonly AcknowledgedExecution[],
  { executions: rows, parkedPayloads }: FoundInPostgres,
): void {
  const found = groupedBy(rows, ({ account, id }) => `${account}/${id}`);
  for (const { account, body } of executions) {
    const [first, ...more] = found.get(`${account}/${body.execId}`) ?? [];
    found.delete(`${account}/${body.execId}`);
    findings.doubled += more.length;
    if (first === undefined) countMissing(findings, body.execId, parkedPayloads);
    else if (first.qty !== body.qty)
      findings.wrong.push(`${name}: execution ${body.execId} is of ${first.qty}, not ${body.qty}`);
  }
  for (const key of found.keys()) findings.wrong.push(`${name}: execution ${key}, which nobody was told of`);
}

/** What all fills make of each position. */
function comparePositions(
  { name, findings }: Place,
  acknowledged: readonly Acknowledged[],
  positions: readonly FoundPosition[],
): void {
  const wanted = new Map<string, number>();
  for (const { account, symbol, side, body } of executionsOf(acknowledged)) {
    const key = `${account}/${symbol}`;
    wanted.set(key, (wanted.get(key) ?? 0) + (side === "buy" ? 1 : -1) * Number(body.qty));
  }
  const found = new Map<string, number>();
  for (const { account, symbol, qty } of positions)
    found.set(`${account}/${symbol}`, (found.get(`${account}/${symbol}`) ?? 0) + Number(qty));
  for (const key of new Set([...wanted.keys(), ...found.keys()])) {
    const [held = 0, qty = 0] = [found.get(key), wanted.get(key)];
    if (held !== qty) findings.wrong.push(`${name}: position ${key} is ${held}, the fills make ${qty}`);
  }
}

function countMissing(findings: Findings, id: string, parkedPayloads: readonly string[]): void {
  if (parkedPayloads.some((payload) => payload.includes(`"${id}"`))) findings.parked += 1;
  else findings.lost += 1;
}

function groupedBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

const tradesOf = (acknowledged: readonly Acknowledged[]): AcknowledgedTrade[] =>
  acknowledged.filter((one) => one.kind === "trade");
const ordersOf = (acknowledged: readonly Acknowledged[]): AcknowledgedOrder[] =>
  acknowledged.filter((one) => one.kind === "order");
const executionsOf = (acknowledged: readonly Acknowledged[]): AcknowledgedExecution[] =>
  acknowledged.filter((one) => one.kind === "execution");
