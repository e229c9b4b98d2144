/** [order-ws] One order in a frame, 256 frames in flight on one socket: check and reserve, durable, 7 limits. */
import type { Bench } from "../context.ts";
import { SEVEN_LIMITS } from "../platform.ts";
import { frameBytes, RawSocket } from "../raw-socket.ts";
import { alternate, median } from "../rounds.ts";
import type { Row } from "../table.ts";
import { orderObject } from "./order-http.ts";

const SYMBOL = "BENCH:SOCKET";
const IN_FLIGHT = 256;
const ORDERS = 4_000;
const ROUNDS = 5;
const BARE = { BARE: "Bare" };

export async function orderWs(bench: Bench): Promise<Row[]> {
  await bench.platform.instruments([SYMBOL]);
  const all = await beside(bench, "all", (reply) => reply);
  const echo = await beside(bench, "telling", () => "");
  const target = { atLeast: 0.6 };
  return [
    {
      id: "order-ws",
      ...all,
      unit: "orders/s",
      target,
      note: "all checks told; the limit answers as many bytes",
    },
    {
      id: "order-ws.echo",
      ...echo,
      unit: "orders/s",
      target,
      note: "the telling checks; the limit echoes the frame",
    },
  ];
}

async function beside(
  bench: Bench,
  checks: "all" | "telling",
  answer: (reply: string) => string,
): Promise<{ value: number; limit: number }> {
  const sample = await replyOf(bench, checks);
  const limit = await bench.limit("limits/sockets.ts", BARE, { REPLY: answer(sample) });
  const taken = await alternate(ROUNDS, {
    ours: async (round) => {
      const socket = await opened(bench, `${checks}-${round}`);
      return noted(bench, checks, await rateOf(socket, checks, decisionsIn));
    },
    limit: async () =>
      noted(bench, "echo", await rateOf(await RawSocket.open(limit.port, "/"), checks, () => 1)),
  });
  return { value: median(taken.ours), limit: median(taken.limit) };
}

function noted(bench: Bench, what: string, rate: number): number {
  bench.note("order-ws", `${what}: ${rate.toFixed(0)}/s`);
  return rate;
}

/** A socket of an account that is ready, and tells nothing but decisions. */
async function opened({ platform }: Bench, name: string): Promise<RawSocket> {
  const account = `ws-${name}`;
  await platform.account(account, SEVEN_LIMITS);
  await platform.priced([SYMBOL]);
  await platform.api.post(`/v1/accounts/${account}/checks`, orderObject("first", SYMBOL));
  const { Authorization = "" } = platform.headers;
  const socket = await RawSocket.open(platform.workerd.port, `/v1/accounts/${account}/stream`, {
    Authorization,
  });
  const unsubscribe = { op: "unsubscribe", id: "quiet", topics: [`account.${account}`] };
  await heard(socket, JSON.stringify(unsubscribe), '"id":"quiet"');
  return socket;
}

const heard = (socket: RawSocket, text: string, wanted: string): Promise<string> =>
  new Promise((resolve, reject) => {
    socket.onClose = (reason) => reject(new Error(`order-ws: ${reason}`));
    socket.onFrame = (payload) => {
      if (payload.includes(wanted)) resolve(payload.toString());
    };
    socket.send(frameBytes(text));
  });

async function replyOf(bench: Bench, checks: string): Promise<string> {
  const socket = await opened(bench, `sample-${checks}`);
  const reply = await heard(socket, frameText("order-100000", checks), '"op":"decisions"');
  socket.close();
  if (!reply.includes('"decision":"accept"')) throw new Error(`order-ws: not accepted: ${reply}`);
  return reply;
}

const frameText = (id: string, checks: string): string =>
  JSON.stringify({ op: "order", id, orders: [orderObject(id, SYMBOL)], checks });

const NEEDLE = Buffer.from('"op":"decisions"');
function decisionsIn(payload: Buffer): number {
  let found = 0;
  for (let at = payload.indexOf(NEEDLE); at >= 0; at = payload.indexOf(NEEDLE, at + 1)) found += 1;
  if (found === 0) throw new Error(`order-ws: ${payload.toString().slice(0, 300)}`);
  return found;
}

function rateOf(socket: RawSocket, checks: string, answersIn: (payload: Buffer) => number): Promise<number> {
  const frames = Array.from({ length: ORDERS }, (_, index) =>
    frameBytes(frameText(`order-${100_001 + index}`, checks)),
  );
  let sent = 0;
  let answered = 0;
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const sendNext = (): void => {
      const frame = frames[sent++];
      if (frame !== undefined) socket.send(frame);
    };
    socket.onClose = (reason) => reject(new Error(`order-ws: ${reason}`));
    socket.onFrame = (payload) => {
      const answers = answersIn(payload);
      answered += answers;
      for (let next = 0; next < answers; next++) sendNext();
      if (answered < ORDERS) return;
      socket.close();
      resolve(ORDERS / ((performance.now() - startedAt) / 1_000));
    };
    for (let first = 0; first < IN_FLIGHT; first++) sendNext();
  });
}
