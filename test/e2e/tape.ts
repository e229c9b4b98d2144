/** A small market tape in the venue's own frames, made by the test from a seed, and its bars by brute force. */
import { gzipSync } from "node:zlib";
import { seeded } from "../../scripts/faults/seeded.ts";

export type TapeTrade = {
  readonly symbol: string;
  readonly ts: number;
  readonly id: number;
  readonly price: bigint;
  readonly size: bigint;
};
export type BruteBar = { t: number; o: string; h: string; l: string; c: string; v: string; n: number };

const PRICE_SCALE = 2;
const SIZE_SCALE = 5;

/** Trades of two symbols over `minutes`, one silent minute each, some of them milliseconds out of order, as real streams are. */
export function tapeTrades(seed: number, start: number, minutes: number, perMinute: number): TapeTrade[] {
  const random = seeded(seed);
  const trades: TapeTrade[] = [];
  for (const [at, symbol] of ["BTCUSDT", "ETHUSDT"].entries()) {
    let price = BigInt(6_000_000 - at * 5_700_000);
    let id = 1_000 * (at + 1);
    for (let minute = 0; minute < minutes; minute++) {
      if (minute === 3 + at) continue;
      for (let trade = 0; trade < perMinute; trade++) {
        price += BigInt(Math.floor(random() * 401) - 200);
        const ts = start + minute * 60_000 + Math.floor((trade / perMinute) * 60_000);
        trades.push({ symbol, ts, id: id++, price, size: BigInt(1 + Math.floor(random() * 200_000)) });
      }
    }
  }
  return trades
    .sort((one, other) => one.ts - other.ts)
    .map((trade) => ({ ...trade, ts: trade.ts - Math.floor(random() * 3) }));
}

/** Lines `receive time in ns, space, frame`, gzipped; every tenth frame stands twice, as after a reconnect. */
export function tapeFile(trades: readonly TapeTrade[]): Buffer {
  const lines = trades.flatMap((trade, index) => {
    const frame = { stream: `${trade.symbol.toLowerCase()}@trade`, data: tradeData(trade) };
    const line = `${trade.ts}000000 ${JSON.stringify(frame)}`;
    return index % 10 === 0 ? [line, line] : [line];
  });
  return gzipSync(`${lines.join("\n")}\n`);
}

/** What the venue says of a trade. */
export const tradeData = ({ symbol, ts, id, price, size }: TapeTrade) => ({
  ...{ e: "trade", E: ts, s: symbol, t: id },
  ...{ p: decimal(price, PRICE_SCALE, 8), q: decimal(size, SIZE_SCALE, 8) },
  ...{ T: ts, m: false, M: true },
});

/** All trades of a bar are gathered and looked at together: nothing is folded, nothing of the product is used. */
export function barsByBruteForce(trades: readonly TapeTrade[], symbol: string, widthMs: number): BruteBar[] {
  const starts = [
    ...new Set(
      trades.filter((trade) => trade.symbol === symbol).map((trade) => trade.ts - (trade.ts % widthMs)),
    ),
  ];
  return starts
    .sort((one, other) => one - other)
    .map((t) => {
      const inside = trades.filter(
        (trade) => trade.symbol === symbol && trade.ts >= t && trade.ts < t + widthMs,
      );
      inside.sort((one, other) => one.ts - other.ts || one.id - other.id);
      const prices = inside.map((trade) => trade.price);
      const sum = inside.reduce((total, trade) => total + trade.size, 0n);
      const at = (index: number): string => trimmed(prices.at(index) ?? 0n, PRICE_SCALE);
      const highest = prices.reduce((best, price) => (price > best ? price : best));
      const lowest = prices.reduce((best, price) => (price < best ? price : best));
      return {
        t,
        o: at(0),
        h: trimmed(highest, PRICE_SCALE),
        l: trimmed(lowest, PRICE_SCALE),
        c: at(-1),
        v: trimmed(sum, SIZE_SCALE),
        n: inside.length,
      };
    });
}

function decimal(value: bigint, scale: number, digits: number): string {
  const text = String(value).padStart(scale + 1, "0");
  return `${text.slice(0, -scale)}.${text.slice(-scale)}`.padEnd(text.length - scale + 1 + digits, "0");
}

export const trimmed = (value: bigint, scale: number): string =>
  decimal(value, scale, scale).replace(/\.?0+$/, "");
