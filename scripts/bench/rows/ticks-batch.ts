/** [ticks-batch] Ticks in batches of 1,000, over 20 symbols and over 200, durable: ticks a second. */
import type { Bench } from "../context.ts";
import type { Row } from "../table.ts";
import { bareTicks, ticksPerSecond } from "../tick-load.ts";

export async function ticksBatch(bench: Bench): Promise<Row[]> {
  const limit = await bareTicks(bench);
  const few = await ticksPerSecond(bench, limit, "ticks-batch", { symbols: 20, requests: 40 });
  const many = await ticksPerSecond(bench, limit, "ticks-batch", { symbols: 200, requests: 16 });
  return [
    { id: "ticks-batch", ...few, unit: "ticks/s", target: { atLeast: 0.3 }, note: "20 symbols in a batch" },
    { id: "ticks-batch.200", ...many, unit: "ticks/s", note: "200 symbols in a batch" },
  ];
}
