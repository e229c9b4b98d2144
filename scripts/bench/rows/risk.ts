/**
 * [risk-http], [risk-batch], [risk-ws], [halt] A thousand positions and forty limits of all kinds: orders by HTTP, one by one and in
 * batches of 100, batches on a socket, and how soon a halt is obeyed.
 */
import type { Bench } from "../context.ts";
import { httpLoad, type LoadResult, requestBytes } from "../http-load.ts";
import { frameBytes, RawSocket } from "../raw-socket.ts";
import { RiskWorld, riskOrder } from "../risk-world.ts";
import { alternate, median, quantile } from "../rounds.ts";
import type { Row } from "../table.ts";

const ROUNDS = 5;
const CONNECTIONS = 32;
/** Below the 10,000 orders that an account works at a time. */
const ORDERS = 3_000;
const OPEN_SECONDS = 2;
const BATCH = 100;
const BATCHES = 60;
const BATCH_CONNECTIONS = 4;
const FRAMES_IN_FLIGHT = 8;
const HALTS = 5;
/** Requests that are under way when a halt comes. */
const HALT_CALLERS = 32;

export async function risk(bench: Bench): Promise<Row[]> {
  const world = await RiskWorld.start(bench);
  const single = await replyTo(bench, world, "sample-single", riskOrder(0));
  const batch = await replyTo(bench, world, "sample-batch", batchOf(0));
  return [
    ...(await byHttp(bench, world, single)),
    await inBatches(bench, world, batch),
    await onSocket(bench, world, batch),
    await halted(bench, world),
  ];
}

const batchOf = (batch: number): { orders: object[] } => ({
  orders: Array.from({ length: BATCH }, (_, index) => riskOrder(batch * BATCH + index)),
});

async function replyTo(bench: Bench, world: RiskWorld, account: string, body: object): Promise<string> {
  await world.account(account);
  const reply = await bench.platform.api.post(`/v1/accounts/${account}/orders`, body);
  const text = JSON.stringify(reply);
  if (!text.includes('"accept"') || text.includes('"reject"')) throw new Error(`risk: not accepted: ${text}`);
  return text;
}

async function byHttp(bench: Bench, world: RiskWorld, reply: string): Promise<Row[]> {
  const { platform } = bench;
  const limit = await bench.limit("limits/rpc.ts", { BARE: "Bare" }, { REPLY: reply });
  const ours = async (name: string, count: number, rate?: number): Promise<LoadResult> => {
    await world.account(name);
    return load(bench, platform.workerd.port, `/v1/accounts/${name}/orders`, count, rate);
  };
  const closed = await alternate(ROUNDS, {
    ours: (round) => ours(`closed-${round}`, ORDERS),
    limit: (round) => load(bench, limit.port, `/order/closed-${round}`, ORDERS),
  });
  const rateOf = (results: readonly LoadResult[]) => median(results.map(({ perSecond }) => perSecond));
  const [value, beside] = [rateOf(closed.ours), rateOf(closed.limit)];
  const half = (rate: number): number => Math.round((rate / 2) * OPEN_SECONDS);
  const open = await alternate(ROUNDS, {
    ours: (round) => ours(`open-${round}`, half(value), value / 2),
    limit: (round) => load(bench, limit.port, `/order/open-${round}`, half(beside), beside / 2),
  });
  const p99 = (results: readonly LoadResult[]) =>
    median(results.map(({ latencies }) => quantile([...latencies], 0.99)));
  const note = `1,000 positions, 40 limits; ${reply.length.toLocaleString("en-US")} bytes a reply`;
  return [
    { id: "risk-http", value, limit: beside, unit: "req/s", target: { atLeast: 0.4 }, note },
    {
      ...{ id: "risk-http.p99", value: p99(open.ours), limit: p99(open.limit), unit: "ms" },
      ...{ target: { atMost: 2 }, note: "each at half of its own saturated rate" },
    },
  ];
}

async function load(bench: Bench, port: number, path: string, count: number, rate?: number) {
  const requests = Array.from({ length: count }, (_, index) =>
    requestBytes("POST", path, bench.platform.headers, JSON.stringify(riskOrder(index + 1))),
  );
  const paced = rate === undefined ? {} : { rate };
  const result = await httpLoad({ port, connections: CONNECTIONS, requests, ...paced });
  if (result.failed > 0) throw new Error(`risk-http: ${result.failed} replies other than 200`);
  bench.note("risk-http", `${result.perSecond.toFixed(0)} req/s`);
  return result;
}

async function inBatches(bench: Bench, world: RiskWorld, reply: string): Promise<Row> {
  const { platform } = bench;
  const limit = await bench.limit("limits/rpc.ts", { BARE: "Bare" }, { REPLY: reply });
  const rate = async (port: number, path: string): Promise<number> => {
    const requests = Array.from({ length: BATCHES }, (_, index) =>
      requestBytes("POST", path, platform.headers, JSON.stringify(batchOf(index + 1))),
    );
    const { perSecond, failed } = await httpLoad({ port, connections: BATCH_CONNECTIONS, requests });
    if (failed > 0) throw new Error(`risk-batch: ${failed} replies other than 200`);
    bench.note("risk-batch", `${(perSecond * BATCH).toFixed(0)} orders/s`);
    return perSecond * BATCH;
  };
  const taken = await alternate(ROUNDS, {
    ours: async (round) => {
      await world.account(`batch-${round}`);
      return rate(platform.workerd.port, `/v1/accounts/batch-${round}/orders`);
    },
    limit: (round) => rate(limit.port, `/batch/batch-${round}`),
  });
  const [value, beside] = [median(taken.ours), median(taken.limit)];
  return { id: "risk-batch", value, limit: beside, unit: "orders/s", target: { atLeast: 0.15 } };
}

async function onSocket(bench: Bench, world: RiskWorld, reply: string): Promise<Row> {
  const { platform } = bench;
  const answer = `{"op":"decisions","id":"f100",${reply.slice(1)}`;
  const limit = await bench.limit("limits/batch-socket.ts", { BARE: "Bare" }, { REPLY: answer });
  const rate = async (socket: RawSocket): Promise<number> => {
    const perSecond = (await framesPerSecond(socket)) * BATCH;
    bench.note("risk-ws", `${perSecond.toFixed(0)} orders/s`);
    return perSecond;
  };
  const { Authorization = "" } = platform.headers;
  const taken = await alternate(ROUNDS, {
    ours: async (round) => {
      const account = `ws-${round}`;
      await world.account(account);
      const path = `/v1/accounts/${account}/stream`;
      const socket = await RawSocket.open(platform.workerd.port, path, { Authorization });
      socket.send(
        frameBytes(JSON.stringify({ op: "unsubscribe", id: "quiet", topics: [`account.${account}`] })),
      );
      return rate(socket);
    },
    limit: async () => rate(await RawSocket.open(limit.port, "/")),
  });
  const [value, beside] = [median(taken.ours), median(taken.limit)];
  return { id: "risk-ws", value, limit: beside, unit: "orders/s", target: { atLeast: 0.15 } };
}

const DECISIONS = Buffer.from('"op":"decisions"');
const ERROR = Buffer.from('"op":"error"');

/** What comes beside the answers to orders is passed over. */
function framesPerSecond(socket: RawSocket): Promise<number> {
  const frames = Array.from({ length: BATCHES }, (_, index) =>
    frameBytes(JSON.stringify({ op: "order", id: `f${100 + index}`, ...batchOf(index + 1) })),
  );
  let sent = 0;
  let answered = 0;
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const sendNext = (): void => {
      const frame = frames[sent++];
      if (frame !== undefined) socket.send(frame);
    };
    socket.onClose = (reason) => reject(new Error(`risk-ws: ${reason}`));
    socket.onFrame = (payload) => {
      if (payload.includes(ERROR)) reject(new Error(`risk-ws: ${payload.toString().slice(0, 300)}`));
      for (let at = payload.indexOf(DECISIONS); at >= 0; at = payload.indexOf(DECISIONS, at + 1)) {
        answered += 1;
        sendNext();
      }
      if (answered < BATCHES) return;
      socket.close();
      resolve(BATCHES / ((performance.now() - startedAt) / 1_000));
    };
    for (let first = 0; first < FRAMES_IN_FLIGHT; first++) sendNext();
  });
}

/** From the sending of a halt to the first order that hears of it, while all connections are full; none is accepted behind its reply. */
async function halted(bench: Bench, world: RiskWorld): Promise<Row> {
  const times: number[] = [];
  for (let halt = 0; halt < HALTS; halt++) {
    await world.account(`halt-${halt}`);
    times.push(await haltOf(bench, `halt-${halt}`));
    bench.note("halt", `${times.at(-1)?.toFixed(1)} ms to the first refusal`);
  }
  const note = `${HALT_CALLERS} callers go on all the while`;
  return { id: "halt", value: median(times), unit: "ms", note };
}

async function haltOf({ platform: { api, headers } }: Bench, account: string): Promise<number> {
  let next = 1;
  let isHalted = false;
  let refusedAt: number | undefined;
  const caller = async (): Promise<void> => {
    while (refusedAt === undefined) {
      const sentBehind = isHalted;
      const { decisions } = await api.post<{ decisions: readonly { code?: string }[] }>(
        `/v1/accounts/${account}/orders`,
        riskOrder(next++),
      );
      const isRefused = decisions[0]?.code === "state-halted";
      if (sentBehind && !isRefused) throw new Error("halt: an order was accepted behind the halt");
      if (isRefused) refusedAt ??= performance.now();
    }
  };
  const callers = Array.from({ length: HALT_CALLERS }, caller);
  while (next < 10 * HALT_CALLERS) await new Promise((resolve) => setImmediate(resolve));
  const startedAt = performance.now();
  const halt = { scope: { kind: "account" }, state: "halted", reason: "benchmark" };
  // `Bearer ok_<id>_<secret>`: who acts is the key's id.
  const by = headers["Authorization"]?.split("_")[1];
  await api.post(`/v1/accounts/${account}/state`, { ...halt, by });
  isHalted = true;
  await Promise.all(callers);
  return (refusedAt ?? startedAt) - startedAt;
}
