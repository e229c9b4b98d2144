/** [ticks-1], [ticks-500] Durable ticks a second where a batch is of one symbol, and where it is of 500. */
import type { Bench } from "../context.ts";
import type { Row } from "../table.ts";
import { bareTicks, ticksPerSecond } from "../tick-load.ts";

export async function ticksOne(bench: Bench): Promise<Row[]> {
  const taken = await ticksPerSecond(bench, await bareTicks(bench), "ticks-1", { symbols: 1, requests: 60 });
  return [{ id: "ticks-1", ...taken, unit: "ticks/s", note: "batches of 1,000 of one symbol" }];
}

export async function ticksFiveHundred(bench: Bench): Promise<Row[]> {
  const limit = await bareTicks(bench);
  const taken = await ticksPerSecond(bench, limit, "ticks-500", { symbols: 500, requests: 8 });
  return [{ id: "ticks-500", ...taken, unit: "ticks/s", note: "batches of 1,000, two of each symbol" }];
}
