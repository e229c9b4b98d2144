/** [orders-batch] Orders in batches of 100 by HTTP, 7 limits: orders a second. */
import type { Bench } from "../context.ts";
import { httpLoad, requestBytes } from "../http-load.ts";
import { SEVEN_LIMITS } from "../platform.ts";
import { alternate, median } from "../rounds.ts";
import type { Row } from "../table.ts";
import { orderObject } from "./order-http.ts";

const SYMBOL = "BENCH:BATCH";
const BATCH = 100;
/** 8,000 orders: an account works 10,000 at a time. */
const REQUESTS = 80;
const CONNECTIONS = 4;
const ROUNDS = 5;

export async function ordersBatch(bench: Bench): Promise<Row[]> {
  const { platform } = bench;
  await platform.instruments([SYMBOL]);
  const prepared = async (account: string): Promise<void> => {
    await platform.account(account, SEVEN_LIMITS);
    await platform.priced([SYMBOL]);
    await platform.api.post(`/v1/accounts/${account}/checks`, orderObject("first", SYMBOL));
  };
  await prepared("sample");
  const { body: reply } = await platform.api.once("POST", "/v1/accounts/sample/orders", {
    body: { text: batchText(0), type: "application/json" },
  });
  const limit = await bench.limit("limits/rpc.ts", { BARE: "Bare" }, { REPLY: JSON.stringify(reply) });
  const rate = async (port: number, path: string, requests: number): Promise<number> => {
    const bodies = Array.from({ length: requests }, (_, index) =>
      requestBytes("POST", path, platform.headers, batchText(index)),
    );
    const { perSecond, failed } = await httpLoad({ port, connections: CONNECTIONS, requests: bodies });
    if (failed > 0) throw new Error(`orders-batch: ${failed} replies other than 200`);
    bench.note("orders-batch", `${(perSecond * BATCH).toFixed(0)} orders/s`);
    return perSecond * BATCH;
  };
  const taken = await alternate(ROUNDS, {
    ours: async (round) => {
      await prepared(`batch-${round}`);
      return rate(platform.workerd.port, `/v1/accounts/batch-${round}/orders`, REQUESTS);
    },
    // It is through sooner: as long a look at it takes more requests.
    limit: (round) => rate(limit.port, `/batch/batch-${round}`, REQUESTS * 5),
  });
  const [value, beside] = [median(taken.ours), median(taken.limit)];
  return [{ id: "orders-batch", value, limit: beside, unit: "orders/s", target: { atLeast: 0.2 } }];
}

const batchText = (batch: number): string =>
  JSON.stringify({
    orders: Array.from({ length: BATCH }, (_, index) =>
      orderObject(`order-${100_000 + batch * BATCH + index}`, SYMBOL),
    ),
  });
