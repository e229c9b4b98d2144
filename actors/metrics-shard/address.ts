/** Which metrics shard hears of an actor. */
import { stableHash } from "../../src/domain/hash.ts";

/** May never change: what a shard knows of an actor, it alone knows. */
export const METRICS_SHARDS = 8;

export const metricsShardOf = (reporter: string): string =>
  `metrics-${stableHash(reporter) % METRICS_SHARDS}`;

export const METRICS_SHARD_NAMES: readonly string[] = Array.from(
  { length: METRICS_SHARDS },
  (_, shard) => `metrics-${shard}`,
);
