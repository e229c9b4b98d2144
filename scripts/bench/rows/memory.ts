/** [memory] (--soak) What a live object takes, and whether it grows: 1,000 symbols, then 20,000 calls that fill bounded rows. */
import type { Bench } from "../context.ts";
import { httpLoad, requestBytes } from "../http-load.ts";
import { median } from "../rounds.ts";
import type { Row } from "../table.ts";

const OBJECTS = 1_000;
const CALLS = 20_000;
const SLICE = 1_000;
const CONNECTIONS = 16;
const MEGABYTE = 1_048_576;
/** Growth from the first quarter of the calls to the last, above what the allocator breathes. */
const GROWTH_MAX = 0.1;

export async function memory(bench: Bench): Promise<Row[]> {
  const { platform } = bench;
  const symbols = Array.from({ length: OBJECTS }, (_, index) => `BENCH:M${index}`);
  await platform.instruments(symbols);
  const before = platform.workerd.residentBytes;
  await quotes(bench, symbols, OBJECTS, 0);
  const live = platform.workerd.residentBytes;
  const sizes: number[] = [];
  for (let from = 0; from < CALLS; from += SLICE) {
    await quotes(bench, symbols, SLICE, from);
    sizes.push(platform.workerd.residentBytes);
    bench.note("memory", `${from + SLICE} calls: ${((sizes.at(-1) ?? 0) / MEGABYTE).toFixed(0)} MB resident`);
  }
  const quarter = sizes.length / 4;
  const early = median(sizes.slice(quarter, 2 * quarter));
  const late = median(sizes.slice(-quarter));
  return [
    {
      ...{ id: "memory", value: (live - before) / OBJECTS / MEGABYTE, unit: "MB" },
      ...{ target: { atMost: 0.5 }, absolute: true, note: `resident, for each of ${OBJECTS} live objects` },
    },
    {
      ...{ id: "memory.growth", value: (late - early) / early, unit: "of resident" },
      ...{
        target: { atMost: GROWTH_MAX },
        absolute: true,
        note: `${CALLS} calls: the last quarter beside the second`,
      },
    },
  ];
}

/** A quote of each symbol in turn: it replaces the one before. */
async function quotes(
  { platform }: Bench,
  symbols: readonly string[],
  calls: number,
  from: number,
): Promise<void> {
  const requests = Array.from({ length: calls }, (_, index) => {
    const symbol = symbols[(from + index) % symbols.length];
    const quote = {
      type: "quote",
      symbol,
      ts: Date.now(),
      bid: "99.99",
      bidSize: "10",
      ask: "100.01",
      askSize: "10",
    };
    return requestBytes(
      "POST",
      "/v1/ticks",
      platform.headers,
      JSON.stringify({ source: "bench", ticks: [quote] }),
    );
  });
  const { failed } = await httpLoad({ port: platform.workerd.port, connections: CONNECTIONS, requests });
  if (failed > 0) throw new Error(`memory: ${failed} replies other than 200`);
}
