/** The counts of a trading day as their row has them. */
import type { DayCount } from "./state.ts";

type EncodedDay = readonly [
  at: number,
  orders: number,
  trades: number,
  turnover: Readonly<Record<string, string>>,
];

export function encodeDay({ at, orders, trades, turnover }: DayCount): string {
  const amounts = Object.entries(turnover).map(([currency, amount]) => [currency, String(amount)]);
  return JSON.stringify([at, orders, trades, Object.fromEntries(amounts)]);
}

export function decodeDay(text: string): DayCount {
  // SAFETY: only `encodeDay` fills this column.
  const [at, orders, trades, amounts] = JSON.parse(text) as EncodedDay;
  const turnover = Object.entries(amounts).map(([currency, amount]) => [currency, BigInt(amount)]);
  return { at, orders, trades, turnover: Object.fromEntries(turnover) };
}
