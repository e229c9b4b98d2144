/**
 * Splits: where each takes its place among the entries of a line, and what a fill from before it becomes that was booked after it.
 *
 * A split stands before the first entry ahead of it that is of its moment or later, else where it was booked. An entry that comes behind
 * it and is of before its moment is booked in new shares: its quantity is multiplied, its value stays.
 */
import { divideHalfEven } from "../../domain/decimal.ts";
import { type Contract, gainOf, worthAt } from "../../domain/worth.ts";
import type { Entry, Split, Trade } from "./entry.ts";

/** Splits of one line that late fills are still restated by. More than any share has seen in its life. */
export const SPLITS_KEPT_MAX = 64;

/** What of a quantity a split leaves over, as `rest / over` shares; 0 where all of it can be had. */
export const fractionOf = (qty: bigint, { from, to }: Pick<Split, "from" | "to">): bigint =>
  (qty * to) % from;

/** `qty` in new shares, cut towards zero, and the money that is paid for what was cut. */
export function splitQty(
  qty: bigint,
  split: Split,
  contract: Contract,
): { readonly qty: bigint; readonly inLieu: bigint } {
  const rest = fractionOf(qty, split);
  const inLieu = rest === 0n ? 0n : paidFor(rest, split, contract);
  return { qty: (qty * split.to - rest) / split.from, inLieu };
}

function paidFor(rest: bigint, { from, price }: Split, contract: Contract): bigint {
  const worth = price === undefined ? undefined : worthAt(contract, 2 * price);
  if (worth === undefined) return 0n;
  return gainOf(contract, divideHalfEven(rest * worth.times, worth.over * from, 0), 0n);
}

/** A trade in the shares of now. `steps` are what each split since made of its quantity. */
export type Restated = {
  readonly trade: Trade;
  readonly qty: bigint;
  readonly steps: readonly { readonly ts: number; readonly qty: bigint; readonly funding: bigint }[];
};

/** By those of `splits` (ascending by moment) that are of after the trade. */
export function restated(trade: Trade, splits: readonly Split[], contract: Contract): Restated {
  let { qty } = trade;
  const steps: { ts: number; qty: bigint; funding: bigint }[] = [];
  for (const split of splits) {
    if (split.ts <= trade.ts) continue;
    const after = splitQty(qty, split, contract);
    steps.push({ ts: split.ts, qty: after.qty - qty, funding: after.inLieu });
    qty = after.qty;
  }
  return { trade, qty, steps };
}

/** Ascending by moment; of one moment, as they were booked. The oldest leave. */
export function withSplit(splits: readonly Split[], split: Split): readonly Split[] {
  const at = splits.findLastIndex(({ ts }) => ts <= split.ts) + 1;
  return [...splits.slice(0, at), split, ...splits.slice(at)].slice(-SPLITS_KEPT_MAX);
}

/** The entries with each split in its place. */
export function placed(entries: readonly Entry[]): readonly Entry[] {
  if (!entries.some(({ kind }) => kind === "split")) return entries;
  const order: Entry[] = [];
  for (const entry of entries) {
    const at = entry.kind === "split" ? order.findIndex((one) => standsBehind(one, entry)) : -1;
    if (at < 0) order.push(entry);
    else order.splice(at, 0, entry);
  }
  return order;
}

const standsBehind = (one: Entry, split: Split): boolean =>
  one.kind === "split" ? one.ts > split.ts : one.ts >= split.ts;
