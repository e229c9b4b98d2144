/** Batches of trades as a busy feed has them, and how many a second are durable, beside the bare limit of [ticks-batch]. */
import type { Bench } from "./context.ts";
import { httpLoad, requestBytes } from "./http-load.ts";
import { alternate, median } from "./rounds.ts";
import type { Workerd } from "./workerd.ts";

export const BATCH = 1_000;
const CONNECTIONS = 4;
const ROUNDS = 5;
/** Late trades fall into the ten minutes before: well inside the horizon, in bars that have closed. */
const LATE_MS_MIN = 2 * 60_000;
const LATE_MS_MAX = 10 * 60_000;

export type TickShape = {
  readonly symbols: number;
  /** Of one round. */
  readonly requests: number;
  /** One trade in so many is late and revises; 0 for none. */
  readonly lateEvery?: number;
};

/** The Worker that parses, groups by symbol and calls each symbol's bare object. */
export const bareTicks = (bench: Bench): Promise<Workerd> =>
  bench.limit(
    "limits/ticks.ts",
    { BARE: "Bare" },
    { REPLY: JSON.stringify({ accepted: BATCH, duplicates: 0, late: 0, rejected: [] }) },
  );

export async function ticksPerSecond(
  bench: Bench,
  limit: Workerd,
  row: string,
  { symbols, requests, lateEvery = 0 }: TickShape,
): Promise<{ value: number; limit: number }> {
  const { platform } = bench;
  const names = Array.from({ length: symbols }, (_, index) => `BENCH:T${symbols}L${lateEvery}X${index}`);
  await platform.instruments(names);
  const rate = async (port: number, round: number): Promise<number> => {
    const bodies = Array.from({ length: requests }, (_, index) =>
      requestBytes(
        "POST",
        "/v1/ticks",
        platform.headers,
        batchText(names, round * requests + index, lateEvery),
      ),
    );
    const { perSecond, failed } = await httpLoad({ port, connections: CONNECTIONS, requests: bodies });
    if (failed > 0) throw new Error(`${row}: ${failed} replies other than 200`);
    bench.note(row, `${symbols} symbols: ${(perSecond * BATCH).toFixed(0)} ticks/s`);
    return perSecond * BATCH;
  };
  const taken = await alternate(ROUNDS, {
    ours: (round) => rate(platform.workerd.port, round),
    limit: (round) => rate(limit.port, round),
  });
  await assertTaken(bench, row, names, lateEvery);
  return { value: median(taken.ours), limit: median(taken.limit) };
}

/** A batch that was sent before is all duplicates: so it was taken. */
async function assertTaken(
  { platform }: Bench,
  row: string,
  names: readonly string[],
  lateEvery: number,
): Promise<void> {
  const again = await platform.api.send<{ duplicates: number }>("POST", "/v1/ticks", {
    body: { text: batchText(names, 0, lateEvery), type: "application/json" },
  });
  if (again.duplicates !== BATCH) throw new Error(`${row}: ${JSON.stringify(again)}`);
}

/** Trades with the venue's id: a moment before now, in order but for those that are late. */
function batchText(symbols: readonly string[], batch: number, lateEvery: number): string {
  const ticks = Array.from({ length: BATCH }, (_, index) => {
    const ordinal = batch * BATCH + index;
    return {
      type: "trade",
      symbol: symbols[index % symbols.length],
      ts: STARTED_AT + batch * 100 + Math.floor(index / 10) - lateBy(ordinal, lateEvery),
      price: (100 + ((batch + index) % 200) / 100).toFixed(2),
      size: String(1 + (index % 9)),
      id: String(1_000_000 + ordinal),
    };
  });
  return JSON.stringify({ source: "bench", ticks });
}

/** Its place among so many moves on by one each time, so that every symbol has late trades. */
function lateBy(ordinal: number, lateEvery: number): number {
  if (lateEvery === 0 || (ordinal + Math.floor(ordinal / lateEvery)) % lateEvery !== 0) return 0;
  return LATE_MS_MIN + ((ordinal * 7_919) % (LATE_MS_MAX - LATE_MS_MIN));
}

/** Far enough back that no batch of a run lies in the future. */
const STARTED_AT = Date.now() - 60_000;
