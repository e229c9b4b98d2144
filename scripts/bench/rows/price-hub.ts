/** [price-hub] 1,000 symbols at 5 changes a second, 20 shards that follow them all: how old a change is when it arrives. */
import type { Bench } from "../context.ts";
import type { Heard } from "../floor.ts";
import type { Row } from "../table.ts";

const SYMBOLS = 1_000;
const FOLLOWERS = 20;
const RATE = 5;
const SECONDS = 10;
/** As the follower counts (`floor.ts`). */
const BUCKET_MS = 10;

export async function priceHub(bench: Bench): Promise<Row[]> {
  const market = { symbols: SYMBOLS, followers: FOLLOWERS, rate: RATE, seconds: SECONDS };
  const { heard, rpcs, sampled } = await listened(bench, "price-hub", market);
  const note = `${SYMBOLS} symbols, ${FOLLOWERS} followers, ${sampled} sampled`;
  return [
    { id: "price-hub", value: oldest(heard, 1), unit: "ms", target: { atMost: 500 }, absolute: true, note },
    { id: "price-hub.p50", value: oldest(heard, 0.5), unit: "ms" },
    { id: "price-hub.rpcs", value: rpcs / SECONDS, unit: "RPC/s" },
  ];
}

export type Market = {
  readonly symbols: number;
  readonly followers: number;
  /** Changes of each symbol a second. */
  readonly rate: number;
  readonly seconds: number;
};
export type Listened = {
  readonly heard: readonly Heard[];
  readonly rpcs: number;
  readonly sampled: number;
};

/** All followers follow all symbols; a second warms up. Throws where a change did not arrive. */
export async function listened(bench: Bench, row: string, market: Market): Promise<Listened> {
  const { symbols, followers, rate, seconds } = market;
  const actors = { PRICE_HUB: "PriceHub", SYMBOL: "Pricer", RISK_SHARD: "Follower" };
  const { url } = await bench.limit("floor.ts", actors, { PAYLOAD: "", LOG_LEVEL: "error" });
  const ask = async <Reply>(path: string): Promise<Reply> => {
    const reply = await fetch(`${url}${path}`);
    if (!reply.ok) throw new Error(`${row}: ${path} answered ${reply.status}`);
    return (await reply.json()) as Reply;
  };
  await ask(`/follow?followers=${followers}&count=${symbols}`);
  await ask(`/prices?count=${symbols}&rate=${rate}&seconds=1`);
  await ask(`/heard?followers=${followers}`);
  const pushes = await ask<number[]>(`/prices?count=${symbols}&rate=${rate}&seconds=${seconds}`);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const heard = await ask<Heard[]>(`/heard?followers=${followers}`);
  const changes = sum(heard.map((one) => one.changes));
  const expected = symbols * rate * seconds * followers;
  if (changes < expected) throw new Error(`${row}: ${changes} of ${expected} changes arrived`);
  const batches = sum(heard.map((one) => one.batches));
  return { heard, rpcs: sum(pushes) + batches, sampled: sum(heard.map((one) => one.sampled)) };
}

/** The age that this share of all changes did not pass when they arrived. */
export function oldest(heard: readonly Heard[], share: number): number {
  const counts: number[] = [];
  for (const { latencies } of heard)
    latencies.forEach((count, bucket) => {
      counts[bucket] = (counts[bucket] ?? 0) + (count ?? 0);
    });
  const wanted = share * sum(counts.map((count) => count ?? 0));
  let seen = 0;
  for (let bucket = 0; bucket < counts.length; bucket++) {
    seen += counts[bucket] ?? 0;
    if (seen >= wanted) return (bucket + 1) * BUCKET_MS;
  }
  return counts.length * BUCKET_MS;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
