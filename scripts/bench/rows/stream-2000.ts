/** [stream-2000] 2,000 sockets on 20 topics each, through gateways: messages delivered a second, how old they are then, and what a socket takes. */
import type { Bench } from "../context.ts";
import { httpLoad, requestBytes } from "../http-load.ts";
import { alternate, median, quantile } from "../rounds.ts";
import { type Member, StreamCrowd, until } from "../stream-crowd.ts";
import type { Row } from "../table.ts";

export const SOCKETS = 2_000;
export const SYMBOLS = Array.from({ length: 20 }, (_, index) => `BENCH:S${index}`);
export const TOPICS = SYMBOLS.map((symbol) => `trades.${symbol}`);
/** In a round; all rounds stay below what a client may let stand unacknowledged. */
const TURNS = 10;
const ROUNDS = 5;
/** Turns at a pace that leaves the thread idle in between: what a message takes when nobody is in its way. */
const PACED_TURNS = 20;
const PACED_MS = 1_000;
const KILOBYTE = 1_024;

type Side = { readonly crowd: StreamCrowd; readonly port: number };

export async function stream2000(bench: Bench): Promise<Row[]> {
  const ours = await listeners(bench);
  const frames = await framesOfTurn(bench, ours.crowd);
  const bare = await bareListeners(bench, frames);
  ours.crowd.count();
  bare.crowd.count();
  const rate = async ({ crowd, port }: Side, what: string): Promise<number> => {
    const expected = TURNS * TOPICS.length * SOCKETS;
    const perSecond = await crowd.rate(expected, () => turns(bench, TURNS, port));
    bench.note("stream-2000", `${what}: ${perSecond.toFixed(0)} messages/s in ${crowd.frames} frames`);
    return perSecond;
  };
  const taken = await alternate(ROUNDS, {
    ours: () => rate(ours, "ours"),
    limit: () => rate(bare, "limit"),
  });
  const ages = { ours: await agesOf(bench, ours), limit: await agesOf(bench, bare) };
  ours.crowd.close();
  bare.crowd.close();
  const aged = (share: number, id: string): Row => ({
    ...{ id: `stream-2000.${id}`, unit: "ms" },
    value: quantile(ages.ours, share),
    limit: quantile(ages.limit, share),
    note: "from a message's making to its arrival, a turn of all topics each second",
  });
  return [
    {
      ...{ id: "stream-2000", unit: "messages/s", target: { atLeast: 0.5 } },
      ...{ value: median(taken.ours), limit: median(taken.limit) },
      note: `${SOCKETS} sockets, ${TOPICS.length} topics each; our turns are on the disks of ${SYMBOLS.length} symbols, the limit's nowhere`,
    },
    aged(0.5, "p50"),
    aged(0.99, "p99"),
    {
      ...{ id: "stream-2000.memory", unit: "KB" },
      ...{ value: ours.bytes / SOCKETS / KILOBYTE, limit: bare.bytes / SOCKETS / KILOBYTE },
      note: "resident, for each socket",
    },
  ];
}

/** Everybody listens to everything. */
export async function listeners(bench: Bench): Promise<Side & { readonly bytes: number }> {
  const { platform } = bench;
  await platform.instruments(SYMBOLS);
  await platform.priced(SYMBOLS);
  const { Authorization = "" } = platform.headers;
  const before = platform.workerd.residentBytes;
  const subscribe = (member: Member) => member.say({ op: "subscribe", id: "s", topics: TOPICS });
  const { port } = platform.workerd;
  const crowd = await StreamCrowd.open(SOCKETS, port, { Authorization }, undefined, subscribe);
  await until(() => crowd.members.every(hasSnapshots), "everybody has got every snapshot");
  const bytes = platform.workerd.residentBytes - before;
  bench.note("stream", `${SOCKETS} sockets listen to ${TOPICS.length} topics each`);
  return { crowd, port, bytes };
}

const SNAP = '"type":"snap"';
const hasSnapshots = ({ frames }: Member): boolean =>
  frames.reduce((sum, frame) => sum + frame.split(SNAP).length - 1, 0) >= TOPICS.length;

/** What a member is sent in one turn, frame by frame. */
async function framesOfTurn(bench: Bench, crowd: StreamCrowd): Promise<string[]> {
  const [first] = crowd.members;
  if (first === undefined) throw new Error("a crowd is not empty");
  first.frames.length = 0;
  await turns(bench, 1);
  const count = () => first.frames.join().split('"type":"delta"').length - 1;
  await until(() => count() >= TOPICS.length, "a turn has arrived");
  return first.frames.filter((frame) => !frame.startsWith('{"op":'));
}

export async function bareListeners(
  bench: Bench,
  frames: readonly string[],
): Promise<Side & { readonly bytes: number }> {
  const limit = await bench.limit("limits/stream.ts", { BARE: "Bare" }, { FRAMES: JSON.stringify(frames) });
  const before = limit.residentBytes;
  const crowd = await StreamCrowd.open(SOCKETS, limit.port, {}, () => "/");
  return { crowd, port: limit.port, bytes: limit.residentBytes - before };
}

async function agesOf(bench: Bench, { crowd, port }: Side): Promise<number[]> {
  await crowd.rate(PACED_TURNS * TOPICS.length * SOCKETS, async () => {
    for (let turn = 0; turn < PACED_TURNS; turn++) {
      await turns(bench, 1, port);
      await new Promise((resolve) => setTimeout(resolve, PACED_MS));
    }
  });
  return [...crowd.ages];
}

let tick = 0;
/** In each a trade of every symbol, in one request. */
export async function turns(bench: Bench, count: number, port = bench.platform.workerd.port): Promise<void> {
  const requests = Array.from({ length: count }, () => {
    tick += 1;
    const price = (100 + (tick % 100) / 100).toFixed(2);
    const ticks = SYMBOLS.map((symbol) => {
      return { type: "trade", symbol, ts: Date.now(), price, size: "1", id: String(tick) };
    });
    const body = JSON.stringify({ source: "bench", ticks });
    return requestBytes("POST", "/v1/ticks", bench.platform.headers, body);
  });
  const { failed } = await httpLoad({ port, connections: 1, requests });
  if (failed > 0) throw new Error(`stream: ${failed} replies other than 200`);
}
