/** [fills] Fills of working orders in batches of 100 by HTTP, over 20 symbols: booked, in the line's journal and on disk, a second. */
import type { Bench } from "../context.ts";
import { httpLoad, requestBytes } from "../http-load.ts";
import { SEVEN_LIMITS } from "../platform.ts";
import { alternate, median } from "../rounds.ts";
import type { Row } from "../table.ts";

const SYMBOLS = Array.from({ length: 20 }, (_, at) => `BENCH:FILL${at}`);
const BATCH = 100;
const REQUESTS = 60;
const CONNECTIONS = 4;
const ROUNDS = 5;
/** Of each order: far more than a round fills of it. */
const ORDER_QTY = "1000";
/** Below that, so that orders stay at work however the fills fall. */
const FILL_QTY = "1";

export async function fills(bench: Bench): Promise<Row[]> {
  const { platform } = bench;
  await platform.instruments(SYMBOLS);
  await prepared(bench, "fills-sample");
  const { body: reply } = await platform.api.once("POST", "/v1/accounts/fills-sample/executions", {
    body: { text: batchText(0), type: "application/json" },
  });
  const applied = JSON.stringify(reply).split('"applied"').length - 1;
  if (applied !== BATCH) throw new Error(`fills: ${applied} of ${BATCH} were applied`);
  const limit = await bench.limit("limits/store.ts", { BARE: "Bare" }, { REPLY: JSON.stringify(reply) });
  const rate = async (port: number, path: string): Promise<number> => {
    const bodies = Array.from({ length: REQUESTS }, (_, index) =>
      requestBytes("POST", path, platform.headers, batchText(index)),
    );
    const { perSecond, failed } = await httpLoad({ port, connections: CONNECTIONS, requests: bodies });
    if (failed > 0) throw new Error(`fills: ${failed} replies other than 200`);
    bench.note("fills", `${(perSecond * BATCH).toFixed(0)} fills/s`);
    return perSecond * BATCH;
  };
  const taken = await alternate(ROUNDS, {
    ours: async (round) => {
      await prepared(bench, `fills-${round}`);
      return rate(platform.workerd.port, `/v1/accounts/fills-${round}/executions`);
    },
    limit: (round) => rate(limit.port, `/keep/fills-${round}`),
  });
  const [value, beside] = [median(taken.ours), median(taken.limit)];
  const note = "100 a request, 20 symbols; limit: parses, keeps the same bytes, answers as many";
  return [{ id: "fills", value, limit: beside, unit: "fills/s", note }];
}

/** An order at work in each symbol. */
async function prepared({ platform }: Bench, account: string): Promise<void> {
  await platform.account(account, SEVEN_LIMITS);
  await platform.priced(SYMBOLS);
  const orders = SYMBOLS.map((symbol) => ({
    ...{ clientOrderId: orderOf(symbol), symbol, side: "buy", type: "limit" },
    ...{ qty: ORDER_QTY, price: "100", timeInForce: "day" },
  }));
  const { decisions } = await platform.api.post<{ decisions: readonly { decision: string }[] }>(
    `/v1/accounts/${account}/orders`,
    { orders },
  );
  if (decisions.some(({ decision }) => decision !== "accept"))
    throw new Error("fills: an order was not accepted");
}

const orderOf = (symbol: string): string => `order-${symbol.slice(symbol.indexOf(":") + 1)}`;

function batchText(batch: number): string {
  const ts = Date.now();
  return JSON.stringify({
    executions: Array.from({ length: BATCH }, (_, at) => {
      const symbol = SYMBOLS[at % SYMBOLS.length] ?? "";
      const execId = `exec-${100_000 + batch * BATCH + at}`;
      const clientOrderId = orderOf(symbol);
      return { type: "fill", execId, clientOrderId, qty: FILL_QTY, price: "100.25", fee: "0.01", ts };
    }),
  });
}
