/** [itty] The same command through itty-durable, beside ours: for comparison, nothing is to be reached. */
import type { Bench } from "../context.ts";
import { httpLoad, requestBytes } from "../http-load.ts";
import { SEVEN_LIMITS } from "../platform.ts";
import { alternate, median } from "../rounds.ts";
import type { Row } from "../table.ts";
import { orderObject, sampleReply } from "./order-http.ts";

const SYMBOL = "BENCH:ITTY";
const ORDERS = 2_000;
const ROUNDS = 5;

export async function itty(bench: Bench): Promise<Row[]> {
  const { platform } = bench;
  await platform.instruments([SYMBOL]);
  const reply = await sampleReply(bench, SYMBOL);
  const other = await bench.limit("limits/itty.ts", { ITTY: "Itty" }, { REPLY: reply });
  const rate = async (port: number, path: string): Promise<number> => {
    const requests = Array.from({ length: ORDERS }, (_, index) =>
      requestBytes(
        "POST",
        path,
        platform.headers,
        JSON.stringify(orderObject(`order-${100_000 + index}`, SYMBOL)),
      ),
    );
    const { perSecond, failed } = await httpLoad({ port, connections: 32, requests });
    if (failed > 0) throw new Error(`itty: ${failed} replies other than 200`);
    bench.note("itty", `${perSecond.toFixed(0)} req/s`);
    return perSecond;
  };
  const taken = await alternate(ROUNDS, {
    ours: async (round) => {
      await platform.account(`itty-${round}`, SEVEN_LIMITS);
      await platform.priced([SYMBOL]);
      return rate(platform.workerd.port, `/v1/accounts/itty-${round}/orders`);
    },
    limit: (round) => rate(other.port, `/order/itty-${round}`),
  });
  const note = "the limit is itty-durable: two checks, no facts, and calls that may overlap";
  return [{ id: "itty", value: median(taken.ours), limit: median(taken.limit), unit: "req/s", note }];
}
