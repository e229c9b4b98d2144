/** Bars of a number of trades, of a volume, of a value: each ends with the trade that reaches the threshold. */
import { countsForVolume } from "../trade-conditions.ts";
import type { Gathered, SeriesTrade } from "./gathered.ts";
import type { SeriesRule } from "./rule.ts";

export type ThresholdRule = Exclude<SeriesRule, { kind: "renko" }>;

/** A bar without a price waits for one, however much volume it has. */
export const isFull = (bar: Gathered, rule: ThresholdRule): boolean =>
  bar.prices !== undefined && amountOf(bar, rule) >= rule.limit;

/** Whether it may end once that trade is in it, wherever it stands there. */
export const mayBeFullWith = (bar: Gathered, trade: SeriesTrade, rule: ThresholdRule): boolean =>
  BigInt(amountOf(bar, rule)) + shareOf(trade, rule) >= BigInt(rule.limit);

function shareOf({ price, size, counts }: SeriesTrade, { kind }: ThresholdRule): bigint {
  if (kind === "trades") return 1n;
  if (!countsForVolume(counts)) return 0n;
  return kind === "volume" ? BigInt(size) : BigInt(price) * BigInt(size);
}

function amountOf({ n, v, pv }: Gathered, { kind }: ThresholdRule): number | bigint {
  if (kind === "trades") return n;
  return kind === "volume" ? v : pv;
}
