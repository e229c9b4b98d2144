/** [split] Orders of one account over 32 symbols, in one, two and four shards: one after the other in each round, the account merged before the next. */
import type { Bench } from "../context.ts";
import { httpLoad, requestBytes } from "../http-load.ts";
import { median } from "../rounds.ts";
import type { Row } from "../table.ts";

const SYMBOLS = Array.from({ length: 32 }, (_, at) => `BENCH:SPLIT${at}`);
const ACCOUNT = "/v1/accounts/split-hot";
const CONNECTIONS = 32;
const ROUNDS = 3;
/** On a busy machine too they are through before a price is a minute old: a rejected order costs less. */
const ORDERS = 1_500;
const PRICE = 100;
const SHARDS = [1, 2, 4] as const;
/** An account-wide sum, which is a quota once it is split, and what looks at one order or one symbol. */
const LIMITS = [
  { id: "gross", kind: "max-gross-exposure", threshold: "1000000000", action: "reject" },
  { id: "qty", kind: "max-order-qty", threshold: "5000", action: "reject" },
  { id: "notional", kind: "max-order-notional", threshold: "500000", action: "reject" },
  { id: "collar", kind: "price-collar", threshold: "1000", reference: "last", action: "reject" },
  { id: "each", kind: "max-position-qty", threshold: "1000000", action: "reject", scope: { kind: "symbol" } },
];
/** A split of 32 symbols takes a second or two. */
const SPLIT_MS_MAX = 60_000;
const POLL_MS = 50;

export async function split(bench: Bench): Promise<Row[]> {
  const { platform } = bench;
  await platform.instruments(SYMBOLS);
  await platform.api.put(ACCOUNT, { currency: "USD", equity: "1000000000" });
  await platform.api.put(`${ACCOUNT}/limits`, { limits: LIMITS });
  const taken = new Map<number, number[]>(SHARDS.map((shards) => [shards, []]));
  const fences: number[] = [];
  for (let round = 0; round <= ROUNDS; round++)
    for (const shards of SHARDS) {
      fences.push(await splitTo(bench, shards));
      const perSecond = await rate(bench, `r${round}-${shards}-`);
      bench.note("split", `${perSecond.toFixed(0)} req/s in ${shards} shards`);
      // The first round warms up.
      if (round > 0) taken.get(shards)?.push(perSecond);
    }
  await splitTo(bench, 1);
  const [limit = 0, two = 0, four = 0] = SHARDS.map((shards) => median(taken.get(shards) ?? []));
  const note = "limit: the same account unsplit; all objects of this workerd share one thread";
  return [
    { id: "split.2", value: two, limit, unit: "req/s", note: `one account in two shards; ${note}` },
    { id: "split.4", value: four, limit, unit: "req/s", note: "in four" },
    {
      ...{ id: "split.fence", value: Math.max(...fences), unit: "ms", absolute: true },
      ...{ target: { atMost: 1_000 }, note: "the longest that a symbol was not served" },
    },
  ];
}

async function rate({ platform }: Bench, prefix: string): Promise<number> {
  await platform.priced(SYMBOLS);
  const requests = Array.from({ length: ORDERS }, (_, index) => {
    const body = JSON.stringify(orderOf(`${prefix}${index}`, SYMBOLS[index % SYMBOLS.length] ?? ""));
    return requestBytes("POST", `${ACCOUNT}/orders`, platform.headers, body);
  });
  // Each symbol is met, and each shard's quota asked for, before the clock starts.
  const first = SYMBOLS.map((symbol, at) => orderOf(`${prefix}first-${at}`, symbol));
  const { decisions } = await platform.api.post<Decided>(`${ACCOUNT}/orders`, { orders: first });
  const rejected = decisions.find(({ decision }) => decision !== "accept");
  if (rejected !== undefined) throw new Error(`split: ${JSON.stringify(rejected)}`);
  const load = { port: platform.workerd.port, connections: CONNECTIONS, requests };
  const { perSecond, failed } = await platform.pricedWhile(SYMBOLS, () => httpLoad(load));
  if (failed > 0) throw new Error(`split: ${failed} replies other than 200`);
  await ended(platform, [...first, ...requestsOf(prefix)]);
  return perSecond;
}

const requestsOf = (prefix: string): readonly Order[] =>
  Array.from({ length: ORDERS }, (_, index) =>
    orderOf(`${prefix}${index}`, SYMBOLS[index % SYMBOLS.length] ?? ""),
  );

/** Else each round would decide beside more working orders than the one before. */
async function ended({ api }: Bench["platform"], orders: readonly Order[]): Promise<void> {
  for (let from = 0; from < orders.length; from += 1_000) {
    const executions = orders.slice(from, from + 1_000).map(({ clientOrderId, symbol, side }) => ({
      ...{ type: "cancel", execId: `x-${clientOrderId}`, clientOrderId, symbol, side, ts: Date.now() },
    }));
    const { results } = await api.post<Booked>(`${ACCOUNT}/executions`, { executions });
    const refused = results.find(({ status }) => status !== "applied");
    if (refused !== undefined) throw new Error(`split: ${JSON.stringify(refused)}`);
  }
}

/** Answers how long its fences stood at most. */
async function splitTo({ platform: { api } }: Bench, shards: number): Promise<number> {
  await api.post(`${ACCOUNT}/split`, { shards });
  const until = Date.now() + SPLIT_MS_MAX;
  for (;;) {
    const { phase, fencedMs, reason } = await api.get<Standing>(`${ACCOUNT}/split`);
    if (phase === "done") return fencedMs;
    if (Date.now() > until) throw new Error(`split: ${phase}, ${reason}`);
    // A machine that is busy with much else copies too slowly for a fence: it is told again.
    if (phase === "aborted") await api.post(`${ACCOUNT}/split`, { shards });
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

type Order = { readonly clientOrderId: string; readonly symbol: string; readonly side: string };
type Decided = { readonly decisions: readonly { readonly decision: string }[] };
type Booked = { readonly results: readonly { readonly status: string }[] };
type Standing = { readonly phase: string; readonly fencedMs: number; readonly reason: string | null };

const orderOf = (clientOrderId: string, symbol: string): Order & Readonly<Record<string, string>> => ({
  ...{ clientOrderId, symbol, side: "buy", type: "limit", qty: "1", price: String(PRICE) },
});
