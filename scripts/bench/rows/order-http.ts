/** [order-http] One order, one request: check and reserve, durable, authenticated, 7 limits, 32 connections, one account. */
import type { Bench } from "../context.ts";
import { httpLoad, type LoadResult, requestBytes } from "../http-load.ts";
import { SEVEN_LIMITS } from "../platform.ts";
import { alternate, median, quantile } from "../rounds.ts";
import type { Row } from "../table.ts";

const SYMBOL = "BENCH:ORDER";
const CONNECTIONS = 32;
const ROUNDS = 5;
/** Below the 10,000 orders that an account works at a time, so that each is accepted. */
const ORDERS = 4_000;
/** Of the open rounds, whose rate is half of what was reached in the closed ones. */
const OPEN_SECONDS = 2;

export async function orderHttp(bench: Bench): Promise<Row[]> {
  const { platform } = bench;
  await platform.instruments([SYMBOL]);
  const sample = await sampleReply(bench, SYMBOL);
  const limit = await bench.limit("limits/rpc.ts", { BARE: "Bare" }, { REPLY: sample });
  const ours = async (name: string, count: number, rate?: number): Promise<LoadResult> => {
    await platform.account(name, SEVEN_LIMITS);
    await platform.priced([SYMBOL]);
    // The shard meets the symbol here, and not under the clock.
    await platform.api.post(`/v1/accounts/${name}/checks`, orderObject("first"));
    const requests = requestsFor(`/v1/accounts/${name}/orders`, count, platform.headers);
    return load(bench, platform.workerd.port, requests, rate);
  };
  const theirs = (name: string, count: number, rate?: number): Promise<LoadResult> =>
    load(bench, limit.port, requestsFor(`/order/${name}`, count, platform.headers), rate);

  const closed = await alternate(ROUNDS, {
    ours: (round) => ours(`closed-${round}`, ORDERS),
    limit: (round) => theirs(`closed-${round}`, ORDERS),
  });
  const saturated = { ours: perSecond(closed.ours), limit: perSecond(closed.limit) };
  const open = await alternate(ROUNDS, {
    ours: (round) => ours(`open-${round}`, count(saturated.ours), saturated.ours / 2),
    limit: (round) => theirs(`open-${round}`, count(saturated.limit), saturated.limit / 2),
  });
  const p50 = (results: readonly LoadResult[]) =>
    median(results.map(({ latencies }) => quantile([...latencies], 0.5)));
  const p99 = (results: readonly LoadResult[]) =>
    median(results.map(({ latencies }) => quantile([...latencies], 0.99)));
  return [
    {
      id: "order-http",
      value: saturated.ours,
      limit: saturated.limit,
      unit: "req/s",
      target: { atLeast: 0.5 },
    },
    {
      id: "order-http.p50",
      value: p50(closed.ours),
      limit: p50(closed.limit),
      unit: "ms",
      target: { atMost: 2 },
    },
    {
      ...{
        id: "order-http.p99",
        value: p99(open.ours),
        limit: p99(open.limit),
        unit: "ms",
        target: { atMost: 2 },
      },
      note: "each at half of its own saturated rate",
    },
  ];
}

const perSecond = (results: readonly LoadResult[]): number =>
  median(results.map((result) => result.perSecond));
const count = (saturated: number): number => Math.round((saturated / 2) * OPEN_SECONDS);

async function load(
  bench: Bench,
  port: number,
  requests: readonly Buffer[],
  rate?: number,
): Promise<LoadResult> {
  const result = await httpLoad({
    port,
    connections: CONNECTIONS,
    requests,
    ...(rate === undefined ? {} : { rate }),
  });
  if (result.failed > 0) throw new Error(`order-http: ${result.failed} replies other than 200`);
  bench.note("order-http", `${result.perSecond.toFixed(0)} req/s`);
  return result;
}

export const orderObject = (clientOrderId: string, symbol = SYMBOL): object => ({
  ...{ clientOrderId, symbol, side: "buy", type: "limit", qty: "10", price: "100.25", timeInForce: "day" },
});

const requestsFor = (path: string, orders: number, headers: Readonly<Record<string, string>>): Buffer[] =>
  Array.from({ length: orders }, (_, index) =>
    requestBytes("POST", path, headers, JSON.stringify(orderObject(`order-${100_000 + index}`))),
  );

/** What we answer, byte for byte but for numbers of the same length. */
export async function sampleReply({ platform }: Bench, symbol: string): Promise<string> {
  await platform.account("sample", SEVEN_LIMITS);
  await platform.priced([symbol]);
  const body = { json: orderObject("order-100000", symbol) };
  const { decisions } = await platform.api.send<{ decisions: { decision: string }[] }>(
    "POST",
    "/v1/accounts/sample/orders",
    { body },
  );
  if (decisions[0]?.decision !== "accept")
    throw new Error(`the sample is not accepted: ${JSON.stringify(decisions)}`);
  return JSON.stringify({ decisions });
}
