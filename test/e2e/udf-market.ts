/** A market made by the test, and its bars at their places on a chart, gathered by hand: nothing of the product is used. */
import { seeded } from "../../scripts/faults/seeded.ts";
import type { ChartBar } from "../support/udf-client.ts";
import { trimmed } from "./tape.ts";
import type { World } from "./world.ts";

const PRICE_SCALE = 4;
const SIZE_SCALE = 3;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Ticks of one post: far below what the edge takes, and a dozen posts are enough. */
const TICKS_PER_POST = 2_000;

export type Trade = { readonly ts: number; readonly price: bigint; readonly size: bigint };
/** Times in seconds, numbers as the digits that must stand in the reply. */
export type ChartRow = { t: number; o: string; h: string; l: string; c: string; v: string };

/** Minutes, one or two trades in most of them, and one silence of hours in their middle, until there are so many bars. */
export function minuteTrades(seed: number, start: number, bars: number): Trade[] {
  const random = seeded(seed);
  const trades: Trade[] = [];
  let price = 1_000_000n;
  for (let at = start, made = 0; made < bars; at += made === Math.floor(bars / 2) ? 7 * HOUR : MINUTE) {
    if (random() < 0.02) continue;
    made += 1;
    for (let trade = 0; trade < 1 + Math.floor(random() * 2); trade++) {
      price += BigInt(Math.floor(random() * 2_001) - 1_000);
      const size = BigInt(1 + Math.floor(random() * 99_999));
      trades.push({ ts: at + trade * 20_000 + Math.floor(random() * 20_000), price, size });
    }
  }
  return trades;
}

/** One trade every 50 minutes for so many days. */
export function dailyTrades(seed: number, start: number, days: number): Trade[] {
  const random = seeded(seed);
  return Array.from({ length: Math.floor((days * 24 * 60) / 50) }, (_, index) => ({
    ts: start + index * 50 * MINUTE + Math.floor(random() * MINUTE),
    price: BigInt(1_000_000 + Math.floor(random() * 100_000)),
    size: BigInt(1 + Math.floor(random() * 9_999)),
  }));
}

export const minuteOf =
  (minutes: number) =>
  (ts: number): number =>
    (ts - (ts % (minutes * MINUTE))) / 1_000;

/** 00:00 UTC of the date on the wall of that zone. */
export function tradingDayOf(timeZone: string): (ts: number) => number {
  const format = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" });
  return (ts) => Date.parse(format.format(ts)) / 1_000;
}

/** Trades come in order of time. */
export function rowsOf(trades: readonly Trade[], placeOf: (ts: number) => number): ChartRow[] {
  const gathered = new Map<number, Trade[]>();
  for (const trade of trades) {
    const t = placeOf(trade.ts);
    gathered.set(t, [...(gathered.get(t) ?? []), trade]);
  }
  return [...gathered].map(([t, inside]) => {
    const prices = inside.map(({ price }) => price);
    const sorted = [...prices].sort((one, other) => (one < other ? -1 : 1));
    const at = (list: readonly bigint[], index: number) => trimmed(list.at(index) ?? 0n, PRICE_SCALE);
    const v = trimmed(
      inside.reduce((sum, { size }) => sum + size, 0n),
      SIZE_SCALE,
    );
    return { t, o: at(prices, 0), h: at(sorted, -1), l: at(sorted, 0), c: at(prices, -1), v };
  });
}

/** As a chart reads it. */
export const asBar = ({ t, o, h, l, c, v }: ChartRow): ChartBar => ({
  ...{
    time: t * 1_000,
    open: Number(o),
    high: Number(h),
    low: Number(l),
    close: Number(c),
    volume: Number(v),
  },
});

export async function list(world: World, symbol: string, changes: object = {}): Promise<void> {
  await world.put(`/v1/instruments/${symbol}`, {
    ...{ description: `Chart of ${symbol}`, type: "equity", exchange: "XUDF", currency: "USD" },
    ...{
      tickSize: "0.25",
      lotSize: "0.001",
      multiplier: "1",
      priceScale: PRICE_SCALE,
      sizeScale: SIZE_SCALE,
    },
    ...{ timezone: "UTC", session: "24x7", status: "active", ...changes },
  });
}

export async function trade(world: World, symbol: string, trades: readonly Trade[]): Promise<void> {
  for (let from = 0; from < trades.length; from += TICKS_PER_POST) {
    const ticks = trades.slice(from, from + TICKS_PER_POST).map(({ ts, price, size }) => ({
      ...{ type: "trade", symbol, ts, id: String(ts) },
      ...{ price: trimmed(price, PRICE_SCALE), size: trimmed(size, SIZE_SCALE) },
    }));
    const reply = await world.post<{ accepted: number }>("/v1/ticks", { source: "chart", ticks });
    if (reply.accepted !== ticks.length)
      throw new Error(`not all ticks were taken: ${JSON.stringify(reply).slice(0, 200)}`);
  }
}
