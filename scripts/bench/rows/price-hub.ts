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
  const actors = { PRICE_HUB: "PriceHub", SYMBOL: "Pricer", RISK_SHARD: "Follower" };
  const { url } = await bench.limit("floor.ts", actors, { PAYLOAD: "", LOG_LEVEL: "error" });
  const ask = async <Reply>(path: string): Promise<Reply> => {
    const reply = await fetch(`${url}${path}`);
    if (!reply.ok) throw new Error(`price-hub: ${path} answered ${reply.status}`);
    return (await reply.json()) as Reply;
  };
  await ask(`/follow?followers=${FOLLOWERS}&count=${SYMBOLS}`);
  await ask(`/prices?count=${SYMBOLS}&rate=${RATE}&seconds=1`);
  await ask(`/heard?followers=${FOLLOWERS}`);
  const pushes = await ask<number[]>(`/prices?count=${SYMBOLS}&rate=${RATE}&seconds=${SECONDS}`);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const heard = await ask<Heard[]>(`/heard?followers=${FOLLOWERS}`);
  const changes = sum(heard.map((one) => one.changes));
  const expected = SYMBOLS * RATE * SECONDS * FOLLOWERS;
  if (changes < expected) throw new Error(`price-hub: ${changes} of ${expected} changes arrived`);
  const batches = sum(heard.map((one) => one.batches));
  const note = `${SYMBOLS} symbols, ${FOLLOWERS} followers, ${sum(heard.map((one) => one.sampled))} sampled`;
  return [
    { id: "price-hub", value: oldest(heard, 1), unit: "ms", target: { atMost: 500 }, absolute: true, note },
    { id: "price-hub.p50", value: oldest(heard, 0.5), unit: "ms" },
    { id: "price-hub.rpcs", value: (sum(pushes) + batches) / SECONDS, unit: "RPC/s" },
  ];
}

/** The age that this share of all changes did not pass when they arrived. */
function oldest(heard: readonly Heard[], share: number): number {
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
