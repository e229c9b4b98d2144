/** What a price of before a split says of the new shares: until one of them has traded there is no other. */
import type { Symbol } from "../../src/domain/ids.ts";
import type { PriceMark } from "../../src/domain/price.ts";
import type { Split } from "../../src/quant/money/entry.ts";
import { lineKey, type RiskState } from "./state.ts";

type Ratio = Pick<Split, "ts" | "from" | "to">;

/** Those that were booked in what is held of it, ascending. */
export function splitsOf(state: RiskState, symbol: Symbol): readonly Split[] {
  for (const strategy of state.symbolLines.get(symbol)?.strategies ?? []) {
    const splits = state.positions.get(lineKey(symbol, strategy))?.splits;
    if (splits !== undefined) return splits;
  }
  return [];
}

/** Each part of the mark by the splits since it, to the nearest price; the mark itself where there is none. */
export function inNewShares(mark: PriceMark, splits: readonly Ratio[]): PriceMark {
  let told = mark;
  for (const split of splits) {
    const { last, lastTs = split.ts, bid, ask, quoteTs = split.ts } = told;
    if (lastTs < split.ts && last !== undefined) told = { ...told, last: priceOf(last, split) };
    if (quoteTs >= split.ts) continue;
    if (bid !== undefined) told = { ...told, bid: priceOf(bid, split) };
    if (ask !== undefined) told = { ...told, ask: priceOf(ask, split) };
  }
  return told;
}

/** The mark that stands, after a split was booked or taken back. */
export function markAfter(mark: PriceMark, before: readonly Split[], after: readonly Split[]): PriceMark {
  const apart = (some: readonly Split[], others: readonly Split[]) =>
    some.filter(({ id }) => !others.some((other) => other.id === id));
  const undone = apart(before, after).map(({ ts, from, to }) => ({ ts, from: to, to: from }));
  return inNewShares(mark, [...undone, ...apart(after, before)]);
}

/** Of prices above zero; what is no safe integer prices nothing, before as after. */
const priceOf = (price: number, { from, to }: Ratio): number =>
  Number.isSafeInteger(price) ? Number((2n * BigInt(price) * from + to) / (2n * to)) : price;
