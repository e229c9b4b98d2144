/** [bars-read] Bars a second in pages of 1,000, by REST and by UDF: from the symbol's object, and from Postgres. */
import type { Bench } from "../context.ts";
import { httpLoad, requestBytes } from "../http-load.ts";
import { Platform } from "../platform.ts";
import { Postgres } from "../postgres.ts";
import { alternate, median } from "../rounds.ts";
import type { Row } from "../table.ts";

const PAGE = 1_000;
/** Twice a page, so that one within them has bars before and after it. */
const BARS = 2 * PAGE;
const MINUTE_MS = 60_000;
const CONNECTIONS = 4;
const ROUNDS = 5;
const SYMBOL = "BENCH:READ";

type Side = { readonly port: number; readonly request: Buffer };

export async function barsRead(bench: Bench): Promise<Row[]> {
  return [...(await fromActor(bench)), ...(await fromPostgres(bench))];
}

async function fromActor(bench: Bench): Promise<Row[]> {
  const { platform } = bench;
  await platform.instruments([SYMBOL]);
  for (let from = 0; from < BARS; from += PAGE) {
    const ticks = Array.from({ length: PAGE }, (_, index) => ({
      ...{ type: "trade", symbol: SYMBOL, ts: startOf(from + index), size: "1", id: String(from + index) },
      price: (100 + (index % 100) / 100).toFixed(2),
    }));
    await platform.api.postTicks("bench", ticks);
  }
  return (await pages(bench, platform)).map(({ id, ...row }) => ({ ...row, id: `bars-read.${id}` }));
}

/** Objects answer as many bytes as our object does; nothing is read for them. */
async function pages(bench: Bench, platform: Platform): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [id, path] of Object.entries(PATHS)) {
    const reply = await textOf(platform, path);
    const bare = await bench.limit("limits/rpc.ts", { BARE: "Bare" }, { REPLY: reply });
    const limit = { port: bare.port, request: requestBytes("POST", "/order/one", {}, "{}") };
    const figures = await beside(
      bench,
      id,
      { port: platform.workerd.port, request: get(platform, path) },
      limit,
      60,
    );
    rows.push({
      id,
      ...figures,
      unit: "bars/s",
      note: "1,000 a page, from the symbol's object; limit: as many bytes",
    });
  }
  return rows;
}

async function fromPostgres(bench: Bench): Promise<Row[]> {
  const postgres = await Postgres.start(bench.folder);
  const { databaseUrl } = postgres;
  const folder = `${bench.folder}/with-postgres`;
  const platform = await Platform.start({ product: bench.product, folder, port: bench.port, databaseUrl });
  try {
    await platform.instruments([SYMBOL]);
    await platform.api.send("POST", `/v1/symbols/${SYMBOL}/bars?resolution=1&source=bench`, {
      body: { text: importText(), type: "application/x-ndjson" },
    });
    const select = await bench.limit(
      "limits/select.ts",
      {},
      { DATABASE_URL: databaseUrl, SYMBOL, PAGE: String(PAGE) },
    );
    const limit = { port: select.port, request: requestBytes("GET", `/?to=${TO}`, {}, "") };
    const rows: Row[] = [];
    for (const [id, path] of Object.entries(PATHS)) {
      const ours = { port: platform.workerd.port, request: get(platform, path) };
      const figures = await beside(bench, `${id}, Postgres`, ours, limit, 12);
      rows.push({
        ...{ id: `bars-read.postgres-${id}`, ...figures, unit: "bars/s" },
        note: "1,000 a page, from Postgres; limit: the query alone",
      });
    }
    const value = await postgres.bytesPerRow("bar");
    rows.push({
      id: "bars-read.postgres-bytes",
      value,
      unit: "bytes",
      note: "a bar in Postgres, with its index",
    });
    return rows;
  } finally {
    await platform.workerd.stop();
    await postgres.stop();
  }
}

async function beside(
  bench: Bench,
  what: string,
  ours: Side,
  limit: Side,
  calls: number,
): Promise<{ value: number; limit: number }> {
  const rate = async ({ port, request }: Side): Promise<number> => {
    const requests = Array.from({ length: calls }, () => request);
    const { perSecond, failed } = await httpLoad({ port, connections: CONNECTIONS, requests });
    if (failed > 0) throw new Error(`bars-read: ${failed} replies other than 200`);
    bench.note("bars-read", `${what}: ${(perSecond * PAGE).toFixed(0)} bars/s`);
    return perSecond * PAGE;
  };
  const taken = await alternate(ROUNDS, { ours: () => rate(ours), limit: () => rate(limit) });
  return { value: median(taken.ours), limit: median(taken.limit) };
}

/** A page is whole, or the figure would be of something else. */
async function textOf(platform: Platform, path: string): Promise<string> {
  const reply = await fetch(`${platform.workerd.url}${path}`, { headers: platform.headers });
  const text = await reply.text();
  const { bars, t } = JSON.parse(text) as { bars?: unknown[]; t?: unknown[] };
  if ((bars ?? t)?.length !== PAGE) throw new Error(`bars-read: ${text.slice(0, 200)}`);
  return text;
}

const get = ({ headers }: Platform, path: string): Buffer => requestBytes("GET", path, headers, "");

const importText = (): string =>
  Array.from({ length: BARS }, (_, index) => {
    const price = (100 + (index % 100) / 100).toFixed(2);
    return JSON.stringify({ t: startOf(index), o: price, h: price, l: price, c: price, v: "1", n: 1 });
  }).join("\n");

const startOf = (index: number): number => STARTED_AT + index * MINUTE_MS;
/** Whole minutes, and all of them over. */
const STARTED_AT = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - (BARS + 60) * MINUTE_MS;
/** Behind the last bar but one hundred. */
const TO = startOf(BARS - 100);
const PATHS = {
  rest: `/v1/symbols/${SYMBOL}/bars?resolution=1&limit=${PAGE}&to=${TO}`,
  udf: `/udf/history?symbol=${SYMBOL}&resolution=1&from=0&to=${TO / 1_000}&countback=${PAGE}`,
};
