/** [late] [ticks-batch] with 5 % of the trades two to ten minutes late: each revises its minute and every bar above it. */
import type { Bench } from "../context.ts";
import type { Row } from "../table.ts";
import { bareTicks, ticksPerSecond } from "../tick-load.ts";

const SYMBOLS = 20;
const REQUESTS = 20;
/** 5 % of them. */
const LATE_EVERY = 20;

export async function late(bench: Bench): Promise<Row[]> {
  const limit = await bareTicks(bench);
  const inOrder = await ticksPerSecond(bench, limit, "late", { symbols: SYMBOLS, requests: REQUESTS });
  const revising = await ticksPerSecond(bench, limit, "late", {
    ...{ symbols: SYMBOLS, requests: REQUESTS, lateEvery: LATE_EVERY },
  });
  return [
    { id: "late", ...revising, unit: "ticks/s", note: "20 symbols in a batch, 5 % late" },
    { id: "late.none", ...inOrder, unit: "ticks/s", note: "the same, all in order" },
  ];
}
