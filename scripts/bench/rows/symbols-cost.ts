/**
 * [symbols-cost] What a symbol costs whose feed brings a trade a second: memory, rows read and written, timers, bytes on disk, at 10, 100 and
 * (--soak) 1,000 and 10,000 symbols. Each figure stands beside the same one at 10 symbols: it is to be flat.
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "../context.ts";
import { countedOf } from "../counts.ts";
import { httpLoad, requestBytes } from "../http-load.ts";
import type { Row } from "../table.ts";

/** Of a trade a second, so that minutes close on the way. */
const SECONDS = 120;
/** A minute closes in these too. */
const SECONDS_WIDE = 20;
/** A round over 10,000 takes minutes: each object has left memory by the time that it is called again, and is loaded for its turn. */
const SECONDS_WIDEST = 1;
/** Below the symbols that one request may hold. */
const BATCH = 500;
/** Objects that are made or loaded for their turn: as many as are ready within the time that a request may take. */
const COLD_BATCH = 50;
/** More objects than these are not all alive at once: each holds three open files of the process's 20,000. */
const ALIVE_MAX = 6_000;
const CONNECTIONS = 2;
const KILOBYTE = 1_024;

type Cost = {
  readonly residentKilobytes: number;
  readonly diskKilobytes: number;
  readonly rowsWritten: number;
  readonly rowsRead: number;
  readonly timers: number;
};

export async function symbolsCost(bench: Bench): Promise<Row[]> {
  return (await costsAt(bench, [10, 100], SECONDS)).flat();
}

export async function symbolsCostThousand(bench: Bench): Promise<Row[]> {
  return (await costsAt(bench, [10, 1_000], SECONDS_WIDE)).flat();
}

export async function symbolsCostWide(bench: Bench): Promise<Row[]> {
  return (await costsAt(bench, [10, 10_000], SECONDS_WIDEST)).flat();
}

async function costsAt(bench: Bench, counts: readonly number[], seconds: number): Promise<Row[][]> {
  const rows: Row[][] = [];
  let few: Cost | undefined;
  for (const count of counts) {
    const cost = await costOf(bench, count, seconds);
    if (few !== undefined) rows.push(rowsOf(count, cost, few));
    few ??= cost;
  }
  return rows;
}

async function costOf(bench: Bench, count: number, seconds: number): Promise<Cost> {
  const { platform } = bench;
  const symbols = Array.from({ length: count }, (_, index) => `BENCH:C${count}X${index}`);
  await platform.instruments(symbols);
  const [resident, disk] = [platform.workerd.residentBytes, diskBytes(bench)];
  const { commands, timers: standing } = await totals(bench, 0);
  await coldTrades(bench, symbols, 0);
  // Tables are made once: what a symbol costs from then on.
  const before = await totals(bench, commands + count);
  const turn = count > ALIVE_MAX ? coldTrades : trades;
  for (let second = 1; second <= seconds; second++) await turn(bench, symbols, second);
  const after = await totals(bench, before.commands + seconds * count);
  const each = (value: number): number => value / count;
  const cost = {
    residentKilobytes: each(platform.workerd.residentBytes - resident) / KILOBYTE,
    diskKilobytes: each(diskBytes(bench) - disk) / KILOBYTE,
    rowsWritten: each(after.written - before.written) / seconds,
    rowsRead: each(after.read - before.read) / seconds,
    timers: each(after.timers - standing),
  };
  bench.note("symbols-cost", `${count} symbols: ${JSON.stringify(cost)}`);
  return cost;
}

function rowsOf(count: number, cost: Cost, few: Cost): Row[] {
  const at = count.toLocaleString("en-US");
  const row = (name: string, unit: string, key: keyof Cost, note: string): Row => ({
    ...{ id: `symbols-cost.${name}`, value: cost[key], limit: few[key], unit },
    note: `${note}, at ${at} symbols; limit: at 10`,
  });
  return [
    row("written", "rows", "rowsWritten", "written for a turn of one trade, closings included"),
    row("read", "rows", "rowsRead", "read for such a turn"),
    row("timers", "timers", "timers", "standing for a symbol"),
    row("disk", "KB", "diskKilobytes", "of a symbol"),
    row("memory", "KB", "residentKilobytes", "resident, of a live symbol"),
  ];
}

/** Makes or loads the objects: few at a time, and again where the platform is too busy to make more. */
async function coldTrades({ platform }: Bench, symbols: readonly string[], second: number): Promise<void> {
  for (let from = 0; from < symbols.length; from += COLD_BATCH)
    await platform.api.postTicks("bench", ticksOf(symbols, from, COLD_BATCH, second));
}

/** One trade of each symbol, at that second of a minute that lies behind us. */
async function trades({ platform }: Bench, symbols: readonly string[], second: number): Promise<void> {
  const requests: Buffer[] = [];
  for (let from = 0; from < symbols.length; from += BATCH) {
    const body = JSON.stringify({ source: "bench", ticks: ticksOf(symbols, from, BATCH, second) });
    requests.push(requestBytes("POST", "/v1/ticks", platform.headers, body));
  }
  const { failed } = await httpLoad({ port: platform.workerd.port, connections: CONNECTIONS, requests });
  if (failed > 0) throw new Error(`symbols-cost: ${failed} replies other than 200`);
}

const ticksOf = (symbols: readonly string[], from: number, count: number, second: number): object[] =>
  symbols.slice(from, from + count).map((symbol, index) => ({
    ...{ type: "trade", symbol, ts: STARTED_AT + second * 1_000 },
    ...{ price: (100 + ((second + index) % 100) / 100).toFixed(2), size: "1", id: String(second + 1) },
  }));

/** Of all symbols, once so many commands were counted. */
const totals = ({ platform }: Bench, commands: number) => countedOf(platform, "symbol", commands);

/** Databases of all objects, their journals left out: those are shared out again. */
function diskBytes({ folder }: Bench): number {
  const objects = join(folder, "ours", "objects");
  return readdirSync(objects, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".sqlite"))
    .reduce((bytes, name) => bytes + statSync(join(objects, name)).size, 0);
}

/** Long enough ago that the last trade is no future, and ten seconds before a minute ends. */
const STARTED_AT = Math.floor((Date.now() - 600_000) / 60_000) * 60_000 - 10_000;
