/**
 * [escrow] Orders of 50 accounts under limits of one firm, beside 50 accounts without a parent; and how many of them were decided without
 * asking it, while the use of its limits goes from 45 to 55 percent.
 */
import type { Bench } from "../context.ts";
import { httpLoad, requestBytes } from "../http-load.ts";
import { SEVEN_LIMITS } from "../platform.ts";
import { alternate, median } from "../rounds.ts";
import type { Row } from "../table.ts";

const SYMBOL = "BENCH:ESCROW";
const ACCOUNTS = 50;
const CONNECTIONS = 32;
const ROUNDS = 5;
const ORDERS = 4_000;
const PRICE = 100;
/** Objects report every five seconds. */
const REPORTED_MS = 7_000;
/** Of one lot each: a tenth of it is ordered in a round. */
const LIMIT = ORDERS * PRICE * 10;
/** Lots that each account holds before the clock starts. */
const HELD = (LIMIT * 0.45) / PRICE / ACCOUNTS;
const LIMITS = [
  { id: "gross", kind: "max-gross-exposure", threshold: String(LIMIT) },
  { id: "long", kind: "max-long-notional", threshold: String(LIMIT) },
  // Twice what a round sends, so that a window is half used at the most.
  { id: "rate", kind: "max-order-rate", threshold: String(ORDERS * 2), windowMs: 60_000 },
];

export async function escrow(bench: Bench): Promise<Row[]> {
  const { platform } = bench;
  await platform.instruments([SYMBOL]);
  const shares: number[] = [];
  const taken = await alternate(ROUNDS, {
    ours: async (round) => {
      const firm = `firm-${round}`;
      await platform.api.put(`/v1/firms/${firm}`, { currency: "USD" });
      await platform.api.put(`/v1/firms/${firm}/limits`, { limits: LIMITS });
      let before = 0;
      const perSecond = await rate(bench, `under-${round}`, firm, async () => {
        before = await asked(bench);
      });
      const share = 1 - ((await asked(bench)) - before) / ORDERS;
      if (round > 0) shares.push(share * 100);
      bench.note("escrow", `${(share * 100).toFixed(2)} % were decided without asking`);
      return perSecond;
    },
    limit: (round) => rate(bench, `alone-${round}`),
  });
  const [value, limit] = [median(taken.ours), median(taken.limit)];
  const note = "50 accounts, three limits of one firm; limit: the same accounts without a parent";
  return [
    { id: "escrow", value, limit, unit: "req/s", target: { atLeast: 0.8 }, note },
    {
      ...{
        id: "escrow.local",
        value: median(shares),
        unit: "%",
        note: "decided without asking, at half use",
      },
      ...{ target: { atLeast: 99 }, absolute: true },
    },
  ];
}

/** `begins`: all is prepared. */
async function rate(
  bench: Bench,
  name: string,
  parent?: string,
  begins: () => Promise<void> = async () => {},
): Promise<number> {
  const { platform } = bench;
  const accounts = Array.from({ length: ACCOUNTS }, (_, at) => `${name}-${at}`);
  await platform.priced([SYMBOL]);
  for (const account of accounts) await prepared(bench, account, parent);
  await platform.priced([SYMBOL]);
  const requests = Array.from({ length: ORDERS }, (_, index) => {
    const account = accounts[index % ACCOUNTS];
    const body = JSON.stringify(orderOf(`order-${100_000 + index}`));
    return requestBytes("POST", `/v1/accounts/${account}/orders`, platform.headers, body);
  });
  await begins();
  const load = { port: platform.workerd.port, connections: CONNECTIONS, requests };
  const { perSecond, failed } = await platform.pricedWhile([SYMBOL], () => httpLoad(load));
  if (failed > 0) throw new Error(`escrow: ${failed} replies other than 200`);
  await mustBeAccepted(bench, accounts);
  bench.note("escrow", `${perSecond.toFixed(0)} req/s ${parent === undefined ? "without" : "under"} a firm`);
  return perSecond;
}

/** What it holds was traded elsewhere; the shard meets symbol and parent here, and not under the clock. */
async function prepared({ platform: { api } }: Bench, account: string, parent?: string): Promise<void> {
  const above = parent === undefined ? {} : { parent };
  await api.put(`/v1/accounts/${account}`, { currency: "USD", equity: "1000000000", ...above });
  await api.put(`/v1/accounts/${account}/limits`, { limits: SEVEN_LIMITS });
  const held = { type: "fill", execId: "held", clientOrderId: "elsewhere", symbol: SYMBOL, side: "buy" };
  await api.post(`/v1/accounts/${account}/executions`, {
    executions: [{ ...held, qty: String(HELD), price: String(PRICE), ts: Date.now() }],
  });
  const { decisions } = await api.post<Decided>(`/v1/accounts/${account}/orders`, orderOf("first"));
  if (decisions[0]?.decision !== "accept") throw new Error(`escrow: ${JSON.stringify(decisions)}`);
}

type Decided = { readonly decisions: readonly { readonly decision: string }[] };

const orderOf = (clientOrderId: string): object => ({
  ...{ clientOrderId, symbol: SYMBOL, side: "buy", type: "limit", qty: "1", price: String(PRICE) },
});

/** A rejected order costs less than one that reserves: the figure would say nothing. */
async function mustBeAccepted({ platform: { api } }: Bench, accounts: readonly string[]): Promise<void> {
  for (const account of accounts.slice(0, 3)) {
    const path = `/v1/accounts/${account}/orders?status=working&limit=1`;
    const { total } = await api.get<{ total: number }>(path);
    if (total !== ORDERS / ACCOUNTS + 1) throw new Error(`escrow: ${account} works ${total} orders`);
  }
}

/** Orders that waited for an answer of the firm, of all accounts so far, once every account has reported. */
async function asked({ platform }: Bench): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, REPORTED_MS));
  const text = await platform.metrics();
  const counted = text.matchAll(/^outcry_quota_orders_total\{[^}]*way="asked"[^}]*\} (\d+)/gm);
  return [...counted].reduce((sum, [, count]) => sum + Number(count), 0);
}
