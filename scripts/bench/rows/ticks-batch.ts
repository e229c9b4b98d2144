/** [ticks-batch] Ticks in batches of 1,000, over 20 symbols and over 200, durable: ticks a second. */

import type { Bench } from "../context.ts";
import { httpLoad, requestBytes } from "../http-load.ts";
import { alternate, median } from "../rounds.ts";
import type { Row } from "../table.ts";
import type { Workerd } from "../workerd.ts";

const BATCH = 1_000;
const CONNECTIONS = 4;
const ROUNDS = 5;

export async function ticksBatch(bench: Bench): Promise<Row[]> {
  const reply = JSON.stringify({ accepted: BATCH, duplicates: 0, late: 0, rejected: [] });
  const limit = await bench.limit("limits/ticks.ts", { BARE: "Bare" }, { REPLY: reply });
  const few = await over(bench, limit, { symbols: 20, requests: 40 });
  const many = await over(bench, limit, { symbols: 200, requests: 16 });
  return [
    { id: "ticks-batch", ...few, unit: "ticks/s", target: { atLeast: 0.3 }, note: "20 symbols in a batch" },
    { id: "ticks-batch.200", ...many, unit: "ticks/s", note: "200 symbols in a batch" },
  ];
}

type Shape = { readonly symbols: number; readonly requests: number };

async function over(
  bench: Bench,
  limit: Workerd,
  { symbols, requests }: Shape,
): Promise<{ value: number; limit: number }> {
  const { platform } = bench;
  const names = Array.from({ length: symbols }, (_, index) => `BENCH:T${symbols}X${index}`);
  await platform.instruments(names);
  const rate = async (port: number, round: number): Promise<number> => {
    const bodies = Array.from({ length: requests }, (_, index) =>
      requestBytes("POST", "/v1/ticks", platform.headers, batchText(names, round * requests + index)),
    );
    const { perSecond, failed } = await httpLoad({ port, connections: CONNECTIONS, requests: bodies });
    if (failed > 0) throw new Error(`ticks-batch: ${failed} replies other than 200`);
    bench.note("ticks-batch", `${symbols} symbols: ${(perSecond * BATCH).toFixed(0)} ticks/s`);
    return perSecond * BATCH;
  };
  const taken = await alternate(ROUNDS, {
    ours: (round) => rate(platform.workerd.port, round),
    limit: (round) => rate(limit.port, round),
  });
  await assertTaken(bench, names);
  return { value: median(taken.ours), limit: median(taken.limit) };
}

/** A batch that was sent before is all duplicates: so it was taken. */
async function assertTaken({ platform }: Bench, names: readonly string[]): Promise<void> {
  const again = await platform.api.send<{ duplicates: number }>("POST", "/v1/ticks", {
    body: { text: batchText(names, 0), type: "application/json" },
  });
  if (again.duplicates !== BATCH) throw new Error(`ticks-batch: ${JSON.stringify(again)}`);
}

/** Trades with the venue's id, as a busy feed has them: a moment before now, in order. */
function batchText(symbols: readonly string[], batch: number): string {
  const ticks = Array.from({ length: BATCH }, (_, index) => ({
    type: "trade",
    symbol: symbols[index % symbols.length],
    ts: STARTED_AT + batch * 100 + Math.floor(index / 10),
    price: (100 + ((batch + index) % 200) / 100).toFixed(2),
    size: String(1 + (index % 9)),
    id: String(1_000_000 + batch * BATCH + index),
  }));
  return JSON.stringify({ source: "bench", ticks });
}

/** Far enough back that no batch of a run lies in the future, and far from late. */
const STARTED_AT = Date.now() - 60_000;
