/**
 * [accounts] What an account costs that holds ten symbols whose prices change: rows that a price writes and reads in it, rows of a fill,
 * resident memory. At 10 and 100 accounts beside the same at 1: it is to be flat.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Bench } from "../context.ts";
import { countedOf } from "../counts.ts";
import { SEVEN_LIMITS } from "../platform.ts";
import type { Row } from "../table.ts";

const COUNTS = [1, 10, 100] as const;
const SYMBOLS = Array.from({ length: 10 }, (_, at) => `BENCH:A${at}`);
/** Changes of each symbol; hubs tell them in batches. */
const CHANGES = 20;
/** Above what a hub waits between two batches, so that each change is one of its own. */
const CHANGE_MS = 250;
/** Actors are asked for what they count every ten seconds. */
const ASKED_MS = 12_000;
const KILOBYTE = 1_024;

type Cost = {
  readonly fillWritten: number;
  readonly priceWritten: number;
  readonly priceRead: number;
  readonly residentKilobytes: number;
};

export async function accounts(bench: Bench): Promise<Row[]> {
  await bench.platform.instruments(SYMBOLS);
  await bench.platform.priced(SYMBOLS);
  // The first account of a platform makes what all share.
  await bench.platform.account("warm", SEVEN_LIMITS);
  await filled(bench, "warm");
  const rows: Row[] = [];
  let one: Cost | undefined;
  for (const count of COUNTS) {
    const cost = await costOf(bench, count);
    if (one !== undefined) rows.push(...rowsOf(count, cost, one));
    one ??= cost;
  }
  return rows;
}

async function costOf(bench: Bench, count: number): Promise<Cost> {
  const { platform } = bench;
  const names = Array.from({ length: count }, (_, at) => `acc-${count}-${at}`);
  const resident = platform.workerd.residentBytes;
  for (const name of names) await platform.account(name, SEVEN_LIMITS);
  const made = await counted(bench);
  for (const name of names) await filled(bench, name);
  const held = await counted(bench);
  for (let change = 1; change <= CHANGES; change++) {
    await platform.api.postTicks(
      "bench",
      SYMBOLS.map((symbol) => tradeOf(symbol, count, change)),
    );
    await sleep(CHANGE_MS);
  }
  const told = await counted(bench);
  const [fills, prices] = [count * SYMBOLS.length, count * SYMBOLS.length * CHANGES];
  const cost = {
    fillWritten: (held.written - made.written) / fills,
    priceWritten: (told.written - held.written) / prices,
    priceRead: (told.read - held.read) / prices,
    residentKilobytes: (platform.workerd.residentBytes - resident) / KILOBYTE / count,
  };
  bench.note("accounts", `${count} accounts: ${JSON.stringify(cost)}`);
  return cost;
}

/** Of all accounts, once every one of them has been asked. */
async function counted({ platform }: Bench) {
  await sleep(ASKED_MS);
  return countedOf(platform, "risk-shard", 0);
}

function rowsOf(count: number, cost: Cost, one: Cost): Row[] {
  const row = (name: string, unit: string, key: keyof Cost, note: string): Row => ({
    ...{ id: `accounts.${name}.${count}`, value: cost[key], limit: one[key], unit },
    note: `${note}, with ${count} accounts; limit: with 1`,
  });
  return [
    row("fill", "rows", "fillWritten", "written for a fill of ten in a request"),
    row("written", "rows", "priceWritten", "written for a price"),
    row("read", "rows", "priceRead", "read for a price"),
    row("memory", "KB", "residentKilobytes", "resident, of a live account of ten symbols"),
  ];
}

/** A fill in each symbol, of no order that is known here. */
async function filled({ platform }: Bench, account: string): Promise<void> {
  const executions = SYMBOLS.map((symbol, at) => ({
    ...{ type: "fill", execId: `x${at}`, clientOrderId: `o${at}`, symbol, side: "buy" },
    ...{ qty: "10", price: "100", fee: "0.01", ts: Date.now() },
  }));
  const { results } = await platform.api.post<{ results: readonly { status: string }[] }>(
    `/v1/accounts/${account}/executions`,
    { executions },
  );
  if (results.some(({ status }) => status !== "applied")) throw new Error("accounts: a fill was refused");
}

const tradeOf = (symbol: string, count: number, change: number): object => ({
  ...{ type: "trade", symbol, ts: Date.now(), size: "1", id: `t-${count}-${change}` },
  ...{ price: (100 + (change % 50) / 100).toFixed(2) },
});
